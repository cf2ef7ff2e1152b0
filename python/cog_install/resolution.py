"""Which packages and files a project's requirements come to, and in which layer each belongs.

Layers begin with what changes least and weighs most: `frameworks` are those of a table, `large`
what else is large, `rest` everything else. Each gets a pylock.toml (PEP 751) of its own, so a
layer is made anew when what it holds changes, and not when a requirement of another's does.
"""

import fnmatch
import re
import sys
from pathlib import Path

from . import freeze, pip_config, program, uv, venv, wheel
from .timing import timed

LAYERS = ("frameworks", "large", "rest")
LARGE = 3 << 20  # bytes of a wheel
SIZE = re.compile(r'\.whl".*?\bsize = (\d+)')
NAME_VERSION = re.compile(r'^name = "([^"]+)"\nversion = "([^"]+)"', re.MULTILINE)
NAME = re.compile(r'^name = "([^"]+)"', re.MULTILINE)
# A range that names a pre-release allows all of them, for pip; one that is exact does for both.
PRE_RELEASE = re.compile(
    r"(?:[<>~!]=?|==(?=[^,]*\*))\s*[\w.!+]*\d[-_.]?(?:a|b|c|rc|alpha|beta|pre|preview|dev)[-_.]?\d",
    re.IGNORECASE,
)
FRAGMENT = re.compile(r"[#&](md5|sha1|sha224|sha256|sha384|sha512)=([0-9a-fA-F]+)")
REQUIRED = re.compile(r"[A-Za-z0-9][-_.A-Za-z0-9]*")
HASH = re.compile(r'\bsha256 = "([0-9a-f]+)"')
OWN = ("cog", "coglet")
REPLACED = "replaced"  # in the lowest layer's folder: what /venv has and the lock has, too
TIED = re.compile(r'^(archive|directory|vcs) = |path = "', re.MULTILINE)


def resolve(folder: Path, uv_folder: Path, patterns: Path, options: list[str]) -> str:
    """Writes what each layer installs into a folder of its own. Returns why pip has to install, and
    then nothing is in them; or "".
    """
    for layer in LAYERS[:-1]:
        (folder / layer).mkdir(parents=True)
    requirements = text_of(options)
    reason, text = only_pips(requirements), ""
    if not reason:
        reason, text = run_uv(folder, uv.program(uv_folder), requirements, options)
    if not reason:
        reason, text = only_hashed(text, requirements)
    if not reason:
        write_layers(folder, text, patterns.read_text().split())
    return reason


def below(folder: Path) -> list[str]:
    """What layers other than the rest install, as `pip freeze` lists it: all are of an index."""
    locks = [lock_of(folder, layer) for layer in LAYERS[:-1]]
    text = "".join(lock.read_text() for lock in locks if lock.exists())
    return [f"{name}=={version}" for name, version in NAME_VERSION.findall(text)]


def only_pips(requirements: str) -> str:
    """What of the requirements uv would read otherwise than pip, or ""."""
    for line in requirements.splitlines():
        text = line.partition(";")[0]
        if not line.startswith("-") and PRE_RELEASE.search(text):
            return f"{text} allows pre-releases"
        if not line.startswith("-") and "===" in text:
            return f"{text} compares texts"
    return ""


def text_of(options: list[str]) -> str:
    """What is in the files that the options name."""
    kinds = ("--requirement=", "--constraint=")
    files = [option.partition("=")[2] for option in options if option.startswith(kinds)]
    return "".join(Path(path).read_text() for path in files)


def run_uv(folder: Path, uv_path: str, requirements: str, options: list[str]) -> tuple[str, str]:
    """Why uv cannot, or "", and the text of the lock that it makes."""
    variables, reason = pip_config.translate(requirements)
    if not uv_path:
        return "there is no uv", ""
    if reason:
        return reason, ""
    target = folder / "pylock.toml"
    files = [option for option in options if option.startswith("--requirement=")]
    others = [option for option in options if option not in files]
    how = ["--format=pylock.toml", "--no-header", "--quiet", f"--python={sys.executable}"]
    argv = [*how, f"--output-file={target}", *others, *(f.partition("=")[2] for f in files)]
    with timed("Resolved requirements"):
        status = program.status_of([uv_path, "pip", "compile", *argv], uv.environment(variables))
    if status:
        return "uv cannot resolve these requirements", ""
    text = target.read_text()
    target.unlink()
    return "", text


def blocks(lock: str) -> tuple[str, list[str]]:
    """What a lock begins with, and the text of each package."""
    head, *packages = lock.split("[[packages]]\n")
    return head, packages


def name_of(package: str) -> str:
    """The name of a package, normalized."""
    found = NAME.search(package)
    return found[1] if found else ""


def only_hashed(lock: str, requirements: str) -> tuple[str, str]:
    """Why that cannot be, or "", and the lock with those files only whose hashes the requirements
    have, as far as they have any.
    """
    hashes, bare = hashes_of(requirements)
    head, packages = blocks(lock)
    if bare and re.search(r"^--require-hashes", requirements, re.MULTILINE):
        return "not every requirement has a hash", ""
    for algorithm, digest in FRAGMENT.findall(requirements):
        if algorithm != "sha256" or f'"{digest.lower()}"' not in lock:
            return f"a file of the requirements is not what its {algorithm} says", ""
    kept = []
    for package in packages:
        name = name_of(package)
        allowed = hashes.get(name)
        if allowed:
            package = "".join(line for line in files_of(package) if permitted(line, allowed))
            if not HASH.search(package):
                return f"uv found no file of {name} with one of its hashes", ""
        elif hashes and name not in bare:
            return f"{name} is needed, and has no hash", ""
        kept.append(package)
    return "", "[[packages]]\n".join([head, *kept])


def hashes_of(requirements: str) -> tuple[dict[str, set[str]], set[str]]:
    """The hashes of each package that has any, and the names of those without."""
    hashes: dict[str, set[str]] = {}
    bare: set[str] = set()
    for line in requirements.splitlines():
        found = REQUIRED.match(line)
        if found:
            name = freeze.normalized(found[0])
            own = set(re.findall(r"--hash=sha256:([0-9a-f]+)", line))
            if own or "--hash=" in line:
                hashes.setdefault(name, set()).update(own or {"none"})
            else:
                bare.add(name)
    return hashes, bare


def files_of(package: str) -> list[str]:
    """The lines of a package, with each of its files on one of its own."""
    return re.sub(r"\[(\{.*\})\]", "[\n\\1,\n]", package).splitlines(keepends=True)


def permitted(line: str, allowed: set[str]) -> bool:
    """Whether a line of a lock is none of a file, or one of a file with an allowed hash."""
    found = HASH.findall(line)
    return all(digest in allowed for digest in found)


def write_layers(folder: Path, lock: str, patterns: list[str]) -> None:
    """Distributes the packages."""
    head, packages = blocks(lock)
    parts: dict[str, list[str]] = {layer: [] for layer in LAYERS}
    for package in packages:
        if name_of(package) not in OWN:
            parts[layer_of(package, patterns)].append(package)
    for layer, chosen in parts.items():
        if chosen:
            text = "[[packages]]\n".join([head, *chosen])
            lock_of(folder, layer).write_text(text)
    locked = {name_of(package) for package in packages}
    replaced = [name for name in freeze.names(wheel.site_of(venv.GIVEN)) if name in locked]
    (folder / LAYERS[0] / REPLACED).write_text("".join(f"{name}\n" for name in replaced))


def lock_of(folder: Path, layer: str) -> Path:
    """The file of what a layer installs. That of the rest has paths in it, beside its folder."""
    return (folder if layer == "rest" else folder / layer) / "pylock.toml"


def layer_of(package: str, patterns: list[str]) -> str:
    """The layer of a package, by its name and by its largest wheel. What lies in the project, or in
    a repository, is likely to change.
    """
    name = name_of(package)
    if TIED.search(package):
        return "rest"
    if any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns):
        return "frameworks"
    largest = max((int(size) for size in SIZE.findall(package)), default=0)
    return "large" if largest >= LARGE else "rest"
