"""Values of real packages from the Python index, as a model gives them."""

import asyncio
import pathlib
import subprocess
import sys

import pytest

from tests.cog_server.modelling import running
from tests.serving import WORKER_PYTHON

UV = pathlib.Path(sys.executable).with_name("uv")


@pytest.mark.parametrize("pydantic", ["pydantic<2", "pydantic>=2"])
def test_outputs(pydantic: str, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    python = tmp_path / "venv" / "bin" / "python"
    for command in (
        [UV, "venv", "--python", WORKER_PYTHON, tmp_path / "venv"],
        [UV, "pip", "install", "--only-binary=:all:", "--python", python, "numpy", pydantic],
    ):
        subprocess.run([*command, "--quiet", "--no-python-downloads"], check=True)

    async def serve() -> None:
        reference = "packaged.py:Predictor"
        async with running(monkeypatch, tmp_path, reference, python=str(python)) as served:
            await served.ready()
            prediction = await served.predict(given={"name": "a"})
            assert prediction.error is None
            assert prediction.output == {
                "record": {"array": [[1, 2], [3, 4]], "scalar": 0.5},
                "validated": {"inner": [{"name": "a", "mode": "fast"}], "when": "2026-01-02"},
                "flags": [True, None],
            }

    asyncio.run(serve())
