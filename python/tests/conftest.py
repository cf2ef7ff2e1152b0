"""Fixtures: the two interpreters of an image, and servers to share where a test leaves them as
they were.
"""

import os
import pathlib
import sysconfig
import venv
from collections.abc import Iterator

import pytest

from tests.serving import PYTHON, Server, serve

# As images have it; it is C's stdout that is not buffered, too.
os.environ["PYTHONUNBUFFERED"] = "1"


@pytest.fixture(scope="session")
def server_python(tmp_path_factory: pytest.TempPathFactory) -> str:
    """An environment as /opt/cog: the server and its packages, and nothing of the model's."""
    folder = tmp_path_factory.mktemp("opt-cog")
    venv.create(folder, with_pip=False)
    packages = next(folder.glob("lib/python*/site-packages"))
    (packages / "server.pth").write_text(f"{sysconfig.get_path('purelib')}\n{PYTHON}\n")
    return str(folder / "bin" / "python")


@pytest.fixture(scope="module")
def trouble(server_python: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The model that fails in every way, served."""
    with serve(server_python, tmp_path_factory.mktemp("trouble"), "trouble.py") as server:
        server.until("READY")
        yield server


@pytest.fixture
def gates(tmp_path: pathlib.Path) -> pathlib.Path:
    """Where models/gate.py waits."""
    folder = tmp_path / "gates"
    folder.mkdir()
    return folder
