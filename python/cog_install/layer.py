"""Makes the layers of /venv."""

import sys
from pathlib import Path

from cog_install import bytecode, clash, freeze, pip_config, program, resolution, uv, venv, wheel

PIP = ("-m", "pip")
INSTALL = ("install", "--disable-pip-version-check", "--no-compile", "--progress-bar=off")
AS_ROOT = "--root-user-action=ignore"


def make_environment(mode: str) -> None:
    """Makes the environment that others are layers of."""
    venv.make()
    finish(mode)


def install_packages(
    mode: str, folder: Path, to: Path, patterns: Path, own: list[str], options: list[str]
) -> None:
    """Resolves the requirements, puts into `to` what each layer installs, and installs the rest.
    Where pip has to install, that is all of them.
    """
    reason = resolution.resolve(to, folder, patterns, options)
    if reason:
        print(f"pip installs, because {reason}", flush=True)
        venv.copy()
        run_pip(options)
    else:
        install_alone(folder, resolution.lock_of(to, "rest"), options)
    finish(mode)
    freeze.write(to, own + resolution.below(to), venv.SITE)


def install(mode: str, folder: Path, part: Path, options: list[str]) -> None:
    """Makes the layer that `part` tells of. The lowest has the environment itself."""
    lock, lowest = part / "pylock.toml", part / resolution.REPLACED
    if not lowest.exists():
        install_alone(folder, lock, options)
    else:
        venv.remove(lowest.read_text().split())
        if lock.exists():
            run_uv(uv.program(folder), lock, options)
    finish(mode)


def install_alone(folder: Path, lock: Path, options: list[str]) -> None:
    """Installs what a lock has, with nothing else in /venv. No lock: nothing."""
    venv.empty()
    if lock.exists():
        skeleton = venv.create_bare()
        run_uv(uv.program(folder), lock, options)
        venv.strip(skeleton)


def install_all(mode: str, to: Path, own: list[str], options: list[str]) -> None:
    """Makes the only layer there is, by pip."""
    run_pip(options)
    finish(mode)
    to.mkdir()
    freeze.write(to, own, venv.SITE)


def install_wheel(mode: str, file: Path) -> None:
    """Makes a layer of one wheel, which depends on nothing and has no programs."""
    wheel.unpack(file, venv.VENV)
    finish(mode)


def install_server(folder: Path, files: Path, top: Path, options: list[str]) -> None:
    """Makes the server's environment, without pip, of a list of requirements and a wheel."""
    requirements, (own,) = files / "requirements.txt", files.glob("cog_server-*.whl")
    python, uv_path = top / "bin/python", uv.program(folder)
    exact = ["--require-hashes", "--only-binary=:all:", f"--requirement={requirements}"]
    variables, reason = pip_config.translate("")
    venv.create(top)
    if uv_path and not reason:
        argv = [uv_path, "pip", "install", f"--python={python}", *exact, *options]
        program.run(argv, uv.environment(variables))
        venv.clean(top)
    else:
        argv = [sys.executable, *PIP, f"--python={python}", *INSTALL, AS_ROOT, *exact, *options]
        program.run(argv)
    wheel.unpack(own, top)
    finish("unchecked-hash", top)
    freeze.write(top, [], wheel.site_of(top))


def finish(mode: str, top: Path = venv.VENV) -> None:
    """Tells what is wrong with a layer, compiles its modules, and makes it the same whenever it is
    made.
    """
    clash.warn(wheel.site_of(top))
    bytecode.compile_folders([str(top / "lib")], mode)
    venv.set_times(top)


def run_pip(options: list[str]) -> None:
    """Installs by the pip that /venv has. With hashes it wants those of all in a file, or of none,
    so what depends on nothing is installed file by file.
    """
    files = [option for option in options if option.startswith("--requirement=")]
    others = [option for option in options if option not in files]
    runs = [[file] for file in files] if "--no-deps" in options else [files]
    for run in runs:
        argv = [venv.PYTHON, *PIP, *INSTALL, AS_ROOT, *run, *others]
        program.run(argv)
    venv.remove(list(resolution.OWN))


def run_uv(uv_path: str, lock: Path, options: list[str]) -> None:
    """Installs what a lock has. An index may want its credentials for the files, too."""
    variables, _ = pip_config.translate(resolution.text_of(options))
    argv = [f"--python={venv.PYTHON}", "--no-deps", f"--requirements={lock}"]
    program.run([uv_path, "pip", "install", *argv], uv.environment(variables))
    venv.clean()
