"""Builds packages whose setup.py imports others of the model's, as those that compile for torch do,
in a /venv that has all else; what that adds to it becomes a layer.
"""

import hashlib
import json
import os
import shutil
import sys
import tempfile
from importlib import metadata
from pathlib import Path

from cog_install import layer, program, resolution, venv

CACHE = "/root/.cache/pip/extensions"
NEEDS, TOOLS = "--needs=", "--tools="
# What is no part of what is built.
VOLATILE = ("HOSTNAME", "MAX_JOBS")


def extend(target: Path, words: list[str]) -> None:
    """Installs what the options name, and moves it from /venv into a folder. What is there already
    stays as it is. What is needed and not there is what a new /venv would get.
    """
    tools, needs = words_of(TOOLS, words), words_of(NEEDS, words)
    options = [word for word in words if not word.startswith((TOOLS, NEEDS))]
    before = dict(venv.installed())
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        indexes = folder / "indexes.txt"
        indexes.write_text(index_options(resolution.text_of(options)))
        fixed = folder / "fixed.txt"
        fixed.write_text("".join(f"{n}=={found.version}\n" for n, found in before.items()))
        common = [f"--requirement={indexes}"]
        missing = [need for need in needs if need not in before]
        limits = [option for option in options if option.startswith("--constraint=")]
        pip(["install", f"--target={folder}/tools", *common, *limits, *tools, *missing])
        wheels = ["wheel", "--no-deps", "--no-build-isolation", f"--wheel-dir={folder}/wheels"]
        cache = f"--cache-dir={CACHE}/{key(before, needs)}" if not missing else "--no-cache-dir"
        pip([*wheels, cache, *options], os.environ | {"PYTHONPATH": f"{folder}/tools"})
        built = sorted(str(path) for path in (folder / "wheels").iterdir())
        pip(["install", "--no-compile", *common, f"--constraint={fixed}", *limits, *built])
        take(target, set(before), folder)


def words_of(option: str, words: list[str]) -> list[str]:
    """The words of an option that has several."""
    return " ".join(word[len(option) :] for word in words if word.startswith(option)).split()


def key(installed: dict[str, metadata.Distribution], needs: list[str]) -> str:
    """What a wheel is bound to, which pip's cache does not tell: the versions of what it was built
    with, and what compilers read from the environment.
    """
    versions = [f"{name}=={installed[name].version}" for name in needs if name in installed]
    variables = sorted(f"{n}={value}" for n, value in os.environ.items() if n not in VOLATILE)
    text = "\0".join([sys.version, *versions, *variables])
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:32]


def lay(mode: str, part: Path) -> None:
    """Makes a layer of such a folder."""
    venv.empty()
    shutil.copytree(part / "venv", venv.VENV, symlinks=True, dirs_exist_ok=True)
    layer.finish(mode)


def index_options(requirements: str) -> str:
    """The options of requirements, which say where packages are."""
    lines = requirements.splitlines(keepends=True)
    return "".join(
        line for line in lines if line.startswith("-") and not line.startswith("--require-hashes")
    )


def pip(words: list[str], environment: dict[str, str] | None = None) -> None:
    """Calls the pip of /venv."""
    quiet = ["--disable-pip-version-check", "--progress-bar=off", "--root-user-action=ignore"]
    if words[0] == "wheel":
        quiet.pop()
    command = [venv.PYTHON, *layer.PIP, words[0], *quiet, *words[1:]]
    program.run(command, environment)


def take(target: Path, before: set[str], scratch: Path) -> None:
    """Moves all distributions that are new."""
    (target / "venv").mkdir(parents=True)
    for name, distribution in list(venv.installed()):
        if name not in before:
            forget_wheel(distribution, scratch)
            for file in distribution.files or []:
                path = Path(os.path.normpath(str(distribution.locate_file(file))))
                to = target / "venv" / path.relative_to(venv.VENV)
                if path.exists():
                    to.parent.mkdir(parents=True, exist_ok=True)
                    shutil.move(path, to)


def forget_wheel(distribution: metadata.Distribution, scratch: Path) -> None:
    """Removes that a distribution came from a wheel which is gone."""
    text = distribution.read_text("direct_url.json")
    if not text or not str(json.loads(text).get("url")).startswith(scratch.as_uri()):
        return
    for file in distribution.files or []:
        path = Path(str(distribution.locate_file(file)))
        if file.name == "direct_url.json":
            path.unlink()
        elif file.name == "RECORD":
            lines = path.read_text().splitlines(keepends=True)
            path.write_text("".join(line for line in lines if "/direct_url.json," not in line))
