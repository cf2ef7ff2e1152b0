import os
from pathlib import Path

import pytest

from cog_install import pip_config


@pytest.fixture(autouse=True)
def _nothing_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith(("PIP_", "XDG_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_DIRS", str(tmp_path / "none"))
    machine = Path("/etc/pip.conf")
    files = [path for path in pip_config.files() if path != machine]
    monkeypatch.setattr(pip_config, "files", lambda: iter(files))


def configure(folder: Path, text: str) -> None:
    path = folder / ".config/pip/pip.conf"
    path.parent.mkdir(parents=True)
    path.write_text(text)


def test_nothing() -> None:
    assert pip_config.translate("six\n") == ({}, "")


def test_indexes_of_a_file(tmp_path: Path) -> None:
    configure(
        tmp_path,
        "[global]\nindex-url = https://me:pw%21@index.example/simple\n"
        "extra_index_url =\n  https://one.example\n  https://two.example\n"
        "[install]\ntrusted-host = one.example\n[list]\nformat = json\n",
    )
    assert pip_config.translate("six\n") == (
        {
            "UV_INDEX_URL": "https://me:pw%21@index.example/simple",
            "UV_EXTRA_INDEX_URL": "https://one.example https://two.example",
            "UV_INSECURE_HOST": "one.example",
        },
        "",
    )


def test_variables_win(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    configure(tmp_path, "[global]\nindex-url = https://file.example\n")
    monkeypatch.setenv("PIP_INDEX_URL", "https://variable.example")
    monkeypatch.setenv("PIP_DISABLE_PIP_VERSION_CHECK", "1")
    assert pip_config.translate("six\n")[0] == {"UV_INDEX_URL": "https://variable.example"}


@pytest.mark.parametrize("line", ["-i https://own.example", "--index-url=https://own.example"])
def test_the_index_of_the_requirements_replaces_it(line: str, tmp_path: Path) -> None:
    configure(tmp_path, "[global]\nindex-url = https://file.example\n")
    assert pip_config.translate(f"{line}\nsix\n") == ({"UV_INDEX_URL": "https://own.example"}, "")


def test_the_options_of_the_requirements(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOKEN", "pa==ss")
    text = (
        "--extra-index-url=https://me:${TOKEN}@one.example\n--extra-index-url https://two.example\n"
        "--trusted-host=one.example\n-f ./wheels\n--no-index\nname==1.0\n--only-binary=:all:\n"
    )
    assert pip_config.translate(text) == (
        {
            "UV_EXTRA_INDEX_URL": "https://me:pa==ss@one.example https://two.example",
            "UV_INSECURE_HOST": "one.example",
            "UV_FIND_LINKS": "./wheels",
            "UV_NO_INDEX": "1",
        },
        "",
    )


@pytest.mark.parametrize("option", ["pre", "constraint", "no-build-isolation", "only-binary"])
def test_what_only_pip_knows(option: str, tmp_path: Path) -> None:
    configure(tmp_path, f"[install]\n{option} = x\n")
    assert pip_config.translate("six\n") == ({}, f"its configuration sets {option}")


def test_a_file_that_is_none(tmp_path: Path) -> None:
    configure(tmp_path, "no section\n")
    assert "cannot be read" in pip_config.translate("six\n")[1]
