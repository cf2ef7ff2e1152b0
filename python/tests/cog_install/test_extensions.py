from importlib import metadata
from pathlib import Path

import pytest

from cog_install import extensions


def installed(folder: Path, version: str) -> dict[str, metadata.Distribution]:
    info = folder / f"torch-{version}.dist-info"
    info.mkdir(exist_ok=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: torch\nVersion: {version}\n")
    return {"torch": metadata.Distribution.at(info)}


def test_a_wheel_is_kept_by_what_it_was_built_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAX_JOBS", "1")
    found = installed(tmp_path, "2.1.2+cu121")
    key = extensions.key(found, ["torch"])
    assert key != extensions.key(installed(tmp_path, "2.1.2+cu118"), ["torch"])
    assert key != extensions.key({}, ["torch"])
    assert key != extensions.key(found, [])
    monkeypatch.setenv("MAX_JOBS", "4")
    assert key == extensions.key(found, ["torch"])
    monkeypatch.setenv("TORCH_CUDA_ARCH_LIST", "8.0")
    assert key != extensions.key(found, ["torch"])


def test_options_that_say_where_packages_are() -> None:
    text = "--extra-index-url https://x\n--require-hashes\ntorch==1 --hash=sha256:0\n-f /links\n"
    assert extensions.index_options(text) == "--extra-index-url https://x\n-f /links\n"


def test_words_of_an_option() -> None:
    words = ["--needs=torch numpy", "--tools=", "--requirement=x"]
    assert extensions.words_of("--needs=", words) == ["torch", "numpy"]
    assert extensions.words_of("--tools=", words) == []
