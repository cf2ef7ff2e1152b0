"""Makes the layers of /venv."""

import subprocess
import sys
from pathlib import Path

from cog_install import bytecode, pip_config, resolution, uv, venv

PIP = ("-m", "pip")
INSTALL = ("install", "--disable-pip-version-check", "--no-compile", "--progress-bar=off")


def install(folder: Path, part: Path, options: list[str], *, checked: bool) -> None:
    """Makes the layer that `part` tells of. The lowest has the environment itself."""
    lock, lowest = part / "pylock.toml", part / resolution.REPLACED
    if (part / resolution.WHY_PIP).exists():
        run_pip(options)
    elif lowest.exists():
        venv.remove(lowest.read_text().split())
        if lock.exists():
            run_uv(uv.program(folder), lock, options)
    else:
        venv.empty()
        if lock.exists():
            skeleton = venv.create()
            run_uv(uv.program(folder), lock, options)
            venv.strip(skeleton)
    compile_venv(checked=checked)


def install_all(options: list[str], *, checked: bool) -> None:
    """Makes the only layer there is, by pip."""
    run_pip(options)
    compile_venv(checked=checked)


def install_wheel(wheel: str, *, checked: bool) -> None:
    """Makes a layer of one wheel, which depends on nothing."""
    skeleton = venv.create()
    alone = ["--no-cache-dir", "--no-deps", "--no-index", "--root-user-action=ignore", wheel]
    subprocess.run([sys.executable, *PIP, f"--python={venv.PYTHON}", *INSTALL, *alone], check=True)
    venv.strip(skeleton)
    compile_venv(checked=checked)


def compile_venv(*, checked: bool) -> None:
    """Compiles the modules of the layer."""
    bytecode.compile_folders([str(venv.VENV / "lib")], checked=checked)


def run_pip(options: list[str]) -> None:
    """Installs by the pip that /venv has. With hashes it wants those of all in a file, or of none,
    so what depends on nothing is installed file by file.
    """
    files = [option for option in options if option.startswith("--requirement=")]
    others = [option for option in options if option not in files]
    runs = [[file] for file in files] if "--no-deps" in options else [files]
    for run in runs:
        argv = [venv.PYTHON, *PIP, *INSTALL, "--root-user-action=ignore", *run, *others]
        subprocess.run(argv, check=True)
    venv.remove(list(resolution.OWN))


def run_uv(program: str, lock: Path, options: list[str]) -> None:
    """Installs what a lock has. An index may want its credentials for the files, too."""
    variables, _ = pip_config.translate(resolution.text_of(options))
    argv = [f"--python={venv.PYTHON}", "--no-deps", f"--requirements={lock}"]
    subprocess.run([program, "pip", "install", *argv], check=True, env=uv.environment(variables))
    venv.clean()
