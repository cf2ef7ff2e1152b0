"""The golden cases, tests/cases/PROG/[GROUP/]NAME/: which there are, and running one."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

TOP = Path(__file__).resolve().parent.parent
CASES = TOP / "tests" / "cases"
BIN = Path(os.environ.get("COG_BIN", TOP / "build" / "bin")).resolve()
SECONDS = 300
SANITIZER = {"ASAN_OPTIONS": "exitcode=99", "UBSAN_OPTIONS": "exitcode=98:halt_on_error=1"}


class Result(NamedTuple):
    out: bytes
    err: bytes
    status: int


class Setting(NamedTuple):
    """What must make no difference to a program."""

    locale: str = "C.UTF-8"
    timezone: str = "UTC"
    reverse: bool = False  # create the files of tree/ in the reverse order, with other times


def plant(source: Path, target: Path, setting: Setting) -> None:
    """Copies a folder; unlike shutil.copytree in an order of our choice."""
    target.mkdir()
    for entry in sorted(source.iterdir(), reverse=setting.reverse):
        to = target / entry.name
        if entry.is_dir() and not entry.is_symlink():
            plant(entry, to, setting)
            continue
        shutil.copy2(entry, to, follow_symlinks=False)
        if not to.is_symlink():
            os.utime(to, (1e9, 1e9 if setting.reverse else 1.5e9))


def lines(path: Path) -> list[str]:
    return path.read_text().splitlines() if path.exists() else []


def is_case(folder: Path) -> bool:
    """A group has other folders than tree/."""
    return not any(path.is_dir() and path.name != "tree" for path in folder.iterdir())


def every_case() -> list[Path]:
    folders = [p for p in [*CASES.glob("*/*"), *CASES.glob("*/*/*")] if p.is_dir()]
    cases = {p for p in folders if is_case(p)}
    return sorted(p for p in cases if p.parent not in cases)


def program(case: Path) -> str:
    return case.relative_to(CASES).parts[0]


def selection(case: Path) -> Path | None:
    """The nearest `select`: of the case, its group or its program."""
    paths = [folder / "select" for folder in (case, *case.parents)]
    return next((path for path in paths if path.exists()), None)


def selected(case: Path, document: bytes) -> bytes:
    """What the case is about: the document, or what its `select` takes from it."""
    path = selection(case)
    jq = ["jq", "--from-file", str(path)]
    return subprocess.check_output(jq, input=document) if path else document


def run(case: Path, setting: Setting) -> Result:
    given = [path for path in case.iterdir() if path.name.split(".")[0] == "in"]
    if len(given) > 1:
        return Result(b"", f"{case}: more than one input\n".encode(), -1)
    env = {"LC_ALL": setting.locale, "TZ": setting.timezone, "PATH": f"{BIN}:/usr/bin:/bin"}
    env |= SANITIZER | dict(line.split("=", 1) for line in lines(case / "env"))
    shell = ["sh", "-c", (case / "cmd").read_text()] if (case / "cmd").exists() else None
    argv = shell or [str(BIN / program(case)), *lines(case / "args")]
    shm = Path("/dev/shm")  # tmpfs lists a folder in the reverse order of its making
    with tempfile.TemporaryDirectory(dir=shm if os.access(shm, os.W_OK) else None) as scratch:
        tree = Path(scratch) / ("elsewhere" if setting.reverse else "tree")
        if (case / "tree").exists():
            plant(case / "tree", tree, setting)
        else:
            tree.mkdir()
        env["HOME"] = scratch
        stdin = given[0].read_bytes() if given else b""
        where: dict[str, Any] = {"cwd": tree, "env": env, "capture_output": True}
        try:
            done = subprocess.run(argv, check=False, input=stdin, timeout=SECONDS, **where)
        except (OSError, subprocess.TimeoutExpired) as error:
            return Result(b"", f"{error}\n".encode(), -1)
        return Result(done.stdout, done.stderr, done.returncode)
