"""What is listed as installed."""

import pathlib

from cog_install.freeze import freeze


def install(folder: pathlib.Path, name: str, version: str) -> None:
    info = folder / "lib" / "python3.11" / "site-packages" / f"{name}-{version}.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")


def test_both_environments(tmp_path: pathlib.Path) -> None:
    """The same package may be in both, in two versions."""
    mine = freeze(str(tmp_path))
    assert any(line.startswith("pytest==") for line in mine)
    for name, version in (("uvicorn", "0.1"), ("pytest", "1.0"), ("pip", "1")):
        install(tmp_path, name, version)
    heading = f"# The server's, in {tmp_path}"
    hidden = ["pip"]
    found = freeze(str(tmp_path))
    assert found == [*mine, heading, "pytest==1.0", "uvicorn==0.1"]
    assert not any(line.startswith(f"{name}==") for name in hidden for line in found)
