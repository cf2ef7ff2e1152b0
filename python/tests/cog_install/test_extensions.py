import json
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


@pytest.mark.parametrize(
    ("url", "kept"),
    [("file:///scratch/x.whl", False), ("https://host.example/x.whl", True), (None, False)],
)
def test_a_wheel_that_is_gone_is_forgotten(tmp_path: Path, url: str | None, kept: bool) -> None:
    info = tmp_path / "x-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: x\nVersion: 1\n")
    record = "x-1.dist-info/METADATA,,\nx-1.dist-info/RECORD,,\n"
    if url:
        (info / "direct_url.json").write_text(json.dumps({"url": url}))
        record += "x-1.dist-info/direct_url.json,,\n"
    (info / "RECORD").write_text(record)
    extensions.forget_wheel(metadata.Distribution.at(info), Path("/scratch"))
    assert (info / "direct_url.json").exists() == kept
    assert ("direct_url" in (info / "RECORD").read_text()) == kept
