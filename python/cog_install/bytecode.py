"""Compiles modules: in parallel, the same bytes every time, and each file only once.

What marshal writes of a module depends on what its process did before: it notes which objects
something else refers to, too. So every folder is compiled by a process of its own, its files in
order, forked from one that has imported this module and done nothing else. Then the bytes depend on
the folder alone, on every machine and in every step.

What was compiled stays in a cache by the content of the folder's sources, their path, the Python,
the mode and this module. An entry begins with the digest of all that follows and of its key, so
that one that is cut off or is something else is not used. A process takes many folders from the
cache, because to fork one costs more than that.
"""

import contextlib
import hashlib
import importlib.util
import marshal
import os
import struct
import sys
import warnings
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from .timing import timed

CACHE = Path("/root/.cache/cog-bytecode")
HEADER = hashlib.sha256().digest_size
# What compile() raises for a source that is not one.
NOT_COMPILED = (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError)

# The process that prepare() forked, and where it is told what to compile; or nothing.
prepared: list[tuple[int, int]] = []
# Of this module: the bytecode depends on what is imported and done here.
OWN = hashlib.sha256(Path(__file__).read_bytes()).digest()

# Folders that have sources, with the names of these.
Found = list[tuple[str, list[str]]]


class Folder:
    """The sources of one folder, not of those below it."""

    def __init__(self, path: str, names: list[str], flags: int) -> None:
        self.path, self.flags = path, flags
        self.sources = [(name, Path(path, name).read_bytes()) for name in names]

    def key(self) -> bytes:
        """Everything that the bytecode depends on."""
        digest = hashlib.sha256(
            importlib.util.MAGIC_NUMBER
            + struct.pack("<I", self.flags)
            + OWN
            + f"{sys.version}\0{self.path}\0".encode("utf-8", "surrogateescape")
        )
        for name, source in self.sources:
            digest.update(hashlib.sha256(source).digest())
            digest.update(name.encode("utf-8", "surrogateescape") + b"\0")
        return digest.digest()

    def compiled(self) -> list[bytes]:
        """The content of each file's .pyc; empty: it cannot be compiled."""
        return [self._compile(name, source) for name, source in self.sources]

    def _compile(self, name: str, source: bytes) -> bytes:
        try:
            code = compile(source, f"{self.path}/{name}", "exec", dont_inherit=True)
        except NOT_COMPILED:
            return b""
        tag = struct.pack("<I", self.flags) + importlib.util.source_hash(source)
        return importlib.util.MAGIC_NUMBER + tag + marshal.dumps(code)

    def write(self, files: list[bytes]) -> None:
        """Puts the bytecode where Python looks for it."""
        os.makedirs(f"{self.path}/__pycache__", exist_ok=True)
        for (name, _), data in zip(self.sources, files, strict=True):
            source = f"{self.path}/{name}"
            if data:
                target = importlib.util.cache_from_source(source)
                mode = os.stat(source).st_mode & 0o666 | 0o200
                flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
                with open(os.open(target, flags, mode), "wb") as file:
                    file.write(data)


def read_entry(key: bytes, count: int) -> list[bytes] | None:
    """What the cache has for the key, if that can be trusted."""
    try:
        data = entry(key).read_bytes()
    except OSError:
        return None
    body = data[HEADER:]
    if hashlib.sha256(key + body).digest() != data[:HEADER]:
        return None
    files, at = [], 0
    for _ in range(count):
        (size,) = struct.unpack_from("<I", body, at)
        files.append(body[at + 4 : at + 4 + size])
        at += 4 + size
    return files


def write_entry(key: bytes, files: list[bytes]) -> None:
    """Keeps the bytecode if it can: another build may do the same now, the disk may be full."""
    body = b"".join(struct.pack("<I", len(data)) + data for data in files)
    path, other = entry(key), entry(key).with_suffix(f".{os.uname().nodename}-{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        other.write_bytes(hashlib.sha256(key + body).digest() + body)
        other.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            other.unlink()


def entry(key: bytes) -> Path:
    """The cache's file for a key."""
    return CACHE / key.hex()[:2] / key.hex()[2:]


def make(folder: Folder) -> None:
    """Gives a folder its bytecode: what the cache has, or what is compiled now."""
    key = folder.key()
    files = read_entry(key, len(folder.sources))
    if files is None:
        files = folder.compiled()
        write_entry(key, files)
    folder.write(files)


def folders(tops: list[str]) -> Iterator[tuple[str, list[str]]]:
    """Every folder below those given that has sources, with their names."""
    for top in tops:
        for path, below, names in os.walk(top):
            below[:] = sorted(name for name in below if name != "__pycache__")
            sources = sorted(name for name in names if name.endswith(".py"))
            if sources:
                yield path, sources


def start(work: Callable[[], None]) -> None:
    """Starts a process for some work. Nothing in this one may depend on those before."""
    if os.fork():
        return
    status = 3
    try:
        work()
        status = 0
    except OSError as error:
        print(f"{error.filename or CACHE}: {error.strerror}", file=sys.stderr, flush=True)
    finally:
        os._exit(status)


def finish() -> None:
    """Waits for a process."""
    _, status = os.wait()
    if status:
        sys.exit("the bytecode cannot be written")


def copy(found: Found, numbers: range, flags: int, output: int) -> None:
    """Gives some folders what the cache has, and writes the numbers of the others."""
    for number in numbers:
        folder = Folder(*found[number], flags)
        files = read_entry(folder.key(), len(folder.sources))
        if files is None:
            os.write(output, b"%d\n" % number)
        else:
            folder.write(files)


def copy_all(found: Found, flags: int, cores: int) -> list[int]:
    """The same for all folders, in as many processes as there are cores."""
    reader, writer = os.pipe()
    for first in range(cores):
        start(partial(copy, found, range(first, len(found), cores), flags, writer))
    os.close(writer)
    with os.fdopen(reader) as given:
        missing = sorted(map(int, given.read().split()))
    for _ in range(cores):
        finish()
    return missing


def prepare() -> None:
    """Forks the process that will compile: to be called before anything is imported or done."""
    reader, writer = os.pipe()
    process = os.fork()
    if process:
        os.close(reader)
        prepared.append((process, writer))
        return
    os.close(writer)
    with os.fdopen(reader, "rb") as given:
        mode, *tops = os.fsdecode(given.read()).split("\0")
    if mode:
        compile_here(tops, mode)
    sys.exit()


def compile_folders(tops: list[str], mode: str) -> None:
    """Compiles all modules below the folders. checked-hash: Python is to compare each with its
    source, because something may change that. What cannot be compiled has no bytecode, as with pip.
    """
    process, writer = prepared.pop()
    with os.fdopen(writer, "wb") as file:
        file.write(os.fsencode("\0".join([mode, *tops])))
    _, status = os.waitpid(process, 0)
    if status:
        sys.exit(1)


def compile_here(tops: list[str], mode: str) -> None:
    """The same, in this process."""
    warnings.simplefilter("ignore")
    flags, cores, running = 3 if mode == "checked-hash" else 1, len(os.sched_getaffinity(0)), 0
    with timed("Compiled modules"):
        found = list(folders(tops))
        for number in copy_all(found, flags, cores):
            if running == cores:
                finish()
                running -= 1
            start(lambda number=number: make(Folder(*found[number], flags)))  # type: ignore[misc]
            running += 1
        for _ in range(running):
            finish()
