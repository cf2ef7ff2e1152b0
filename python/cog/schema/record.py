"""What a document was read from, so that it need not be read again while that stays as it is."""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_HOME = __file__.rsplit("/", 3)[0]


def _own_sources() -> dict[str, bytes]:
    """Return the content of each source of this program that was used."""
    sources = {}
    for name, module in sys.modules.items():
        if name.partition(".")[0] == "cog" and module.__file__:
            with open(module.__file__, "rb") as stream:
                sources[module.__file__] = stream.read()
    return sources


class Record:
    """What was looked at below `folder`: the content of files, and which files and folders are
    there.
    """

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._contents: dict[str, bytes] = {}
        self._found: dict[tuple[str, str], bool] = {}

    def is_file(self, path: str) -> bool:
        """Whether a regular file is there."""
        found = os.path.isfile(os.path.join(self._folder, path))
        self._found["f", path] = found
        return found

    def is_folder(self, path: str) -> bool:
        """Whether a folder is there."""
        found = os.path.isdir(os.path.join(self._folder, path))
        self._found["d", path] = found
        return found

    def content(self, path: str, limit: int) -> bytes:
        """Return the beginning of a file, `limit` bytes at most; OSError when it cannot be read."""
        with open(os.path.join(self._folder, path), "rb") as stream:
            self._contents[path] = stream.read(limit)
        return self._contents[path]

    def save(self, file: str, document: str) -> None:
        """Replace `file` by this: the document in the first line; `= SHA256  PATH` for what was
        read, this program's own sources among them, as sha256sum checks it; `f PATH` and `d PATH`
        for what is there, `F PATH` and `D PATH` for what is not; `end` and the folder of this
        program. A name that would not fit into a line is not worth it.
        """
        lines = [document, *self._lines(), f"end {_HOME}"]
        if any(character in line for line in lines[1:] for character in "\\\n\r"):
            return
        new = f"{file}.{os.getpid()}"
        with open(new, "w", encoding="utf-8") as stream:
            stream.write("\n".join(lines) + "\n")
        os.replace(new, file)

    def _lines(self) -> Iterator[str]:
        from hashlib import sha256

        for path, content in {**self._contents, **_own_sources()}.items():
            yield f"= {sha256(content).hexdigest()}  {path}"
        for (kind, path), found in self._found.items():
            yield f"{kind if found else kind.upper()} {path}"
