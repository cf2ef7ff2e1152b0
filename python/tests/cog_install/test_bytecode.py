import importlib.util
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

SOURCES = {
    "a.py": "NAME = 'name'\ndef name(x): return {'name': x, 'y': NAME}\n",
    "b.py": "import a\nSET = frozenset({'x', 'y', None, 1})\n",
    "broken.py": "def (:\n",
    "null.py": "x = 1\0\n",
    "below/deep/c.py": "class C:\n    '''Doc.'''\n    name = 'name'\n",
    "below/é.py": "é = 'ü'\n",
}


def tree(folder: Path) -> Path:
    for name, text in SOURCES.items():
        path = folder / "lib" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder / "lib"


def compiled(
    lib: Path,
    cache: Path,
    mode: str = "unchecked-hash",
    *,
    alone: bool = False,
    after: str = "",
) -> dict[str, bytes]:
    """What a process of its own makes of it, on one core or on all, `after` something else."""
    code = (
        f"import os; os.sched_setaffinity(0, {sorted(os.sched_getaffinity(0))[: alone or None]})\n"
        "import sys; from pathlib import Path; from cog_install import bytecode\n"
        f"bytecode.CACHE = Path({str(cache)!r})\n"
        f"bytecode.prepare()\n{after}\n"
        f"bytecode.compile_folders([{str(lib)!r}], {mode!r})"
    )
    subprocess.run(
        [sys.executable, "-B", "-c", code],
        check=True,
        env={"PYTHONPATH": "python", "PYTHONHASHSEED": "0"},
        cwd=Path(__file__).parents[3],
    )
    return {str(path.relative_to(lib)): path.read_bytes() for path in lib.rglob("*.pyc")}


def entries(cache: Path) -> list[Path]:
    return sorted(path for path in cache.rglob("*") if path.is_file())


def test_what_can_be_compiled_is(tmp_path: Path) -> None:
    lib = tree(tmp_path)
    found = compiled(lib, tmp_path / "cache")
    assert sorted(Path(name).name.split(".")[0] for name in found) == ["a", "b", "c", "é"]
    for name, data in found.items():
        source = lib / Path(importlib.util.source_from_cache(str(lib / name)))
        assert data[:4] == importlib.util.MAGIC_NUMBER
        assert data[4:8] == b"\1\0\0\0"
        assert data[8:16] == importlib.util.source_hash(source.read_bytes())
    sys.path.insert(0, str(lib))
    try:
        assert importlib.import_module("below.deep.c").C.name == "name"
    finally:
        sys.path.remove(str(lib))


def test_checked_is_said_in_the_file(tmp_path: Path) -> None:
    found = compiled(tree(tmp_path), tmp_path / "cache", mode="checked-hash")
    assert {data[4:8] for data in found.values()} == {b"\3\0\0\0"}


def test_the_same_on_one_core_and_from_the_cache(tmp_path: Path) -> None:
    lib, cache = tree(tmp_path), tmp_path / "cache"
    first = compiled(lib, cache)
    again = compiled(lib, cache)
    alone = compiled(lib, tmp_path / "other", alone=True)
    assert first == again == alone


def test_the_cache_is_used(tmp_path: Path) -> None:
    lib, cache = tree(tmp_path), tmp_path / "cache"
    first = compiled(lib, cache)
    before = {path: path.stat().st_mtime_ns for path in entries(cache)}
    assert len(before) == 3  # folders
    assert compiled(lib, cache) == first
    assert {path: path.stat().st_mtime_ns for path in entries(cache)} == before
    (lib / "a.py").write_text("changed = 1\n")
    assert compiled(lib, cache) != first
    assert len(entries(cache)) == 4


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data, other: b"",
        lambda data, other: data[:40],
        lambda data, other: data[:-1],
        lambda data, other: data + b"x",
        lambda data, other: data[:50] + bytes([data[50] ^ 1]) + data[51:],
        lambda data, other: other,
    ],
    ids=["empty", "cut in the head", "cut", "longer", "a bit", "that of another folder"],
)
def test_an_entry_that_is_not_what_it_says_is_made_again(
    tmp_path: Path, spoil: Callable[[bytes, bytes], bytes]
) -> None:
    lib, cache = tree(tmp_path), tmp_path / "cache"
    first = compiled(lib, cache)
    kept = [path.read_bytes() for path in entries(cache)]
    for number, path in enumerate(entries(cache)):
        path.write_bytes(spoil(kept[number], kept[number - 1]))
    assert compiled(lib, cache) == first
    assert [path.read_bytes() for path in entries(cache)] == kept


def test_what_a_step_has_done_does_not_matter(tmp_path: Path) -> None:
    """Modules that it imports, such as importlib.metadata, change what marshal writes of others."""
    lib = tree(tmp_path)
    first = compiled(lib, tmp_path / "one")
    after = "bytecode.Folder.compiled = lambda folder: [b'other'] * len(folder.sources)"
    assert compiled(lib, tmp_path / "two", after=after) == first


def test_a_cache_that_cannot_be_written(tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    cache.write_text("a file, not a folder")
    assert compiled(tree(tmp_path), cache)


def test_two_at_once(tmp_path: Path) -> None:
    one, cache = tree(tmp_path), tmp_path / "cache"
    running = [
        subprocess.Popen(
            [
                sys.executable,
                "-c",
                f"from pathlib import Path; from cog_install import bytecode; "
                f"bytecode.CACHE = Path({str(cache)!r}); "
                f"bytecode.prepare(); "
                f"bytecode.compile_folders([{str(one)!r}], 'unchecked-hash')",
            ],
            env={"PYTHONPATH": str(Path(__file__).parents[2]), "PYTHONHASHSEED": "0"},
        )
        for _ in range(4)
    ]
    assert [process.wait() for process in running] == [0] * 4
    assert len(entries(cache)) == 3
