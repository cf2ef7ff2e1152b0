"""The document that is served is the one that is read from the source, and the server keeps to it
whatever schemathesis sends.
"""

import json
import pathlib
import subprocess
import sys
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV30SpecValidator

from cog.schema.document import read
from cog.schema.problem import Place
from tests.serving import MODELS, PROJECTS, serve, until

SCHEMATHESIS = pathlib.Path(sys.executable).with_name("schemathesis")
SECONDS = 20
# A prediction that has ended cannot be cancelled any more.
EXCLUDED = "ensure_resource_availability"
FILES = [
    *sorted(PROJECTS.glob("*/predict.py")),
    *(MODELS / name for name in ("kinds.py", "story.py", "stream.py", "files.py")),
]


def statically(file: pathlib.Path) -> Any:
    reference = (f"{file.name}:Predictor", Place("cog.yaml"))
    return read(str(file.parent), reference, None, sys.version_info[:2])


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_what_is_served_is_what_is_read(
    file: pathlib.Path, server_python: str, tmp_path: pathlib.Path
) -> None:
    with serve(server_python, tmp_path, str(file)) as server:
        # Its packages may be missing here: its setup fails, its document is there.
        until(server.state)
        served = server.http.get("/openapi.json").json()
    assert served == statically(file)
    OpenAPIV30SpecValidator(served).validate()


def test_schemathesis_finds_nothing(server_python: str, tmp_path: pathlib.Path) -> None:
    document = statically(MODELS / "kinds.py")
    schemas = document["components"]["schemas"]
    # Files and webhooks would be asked of hosts that it makes up.
    del schemas["PredictionRequest"]["properties"]["webhook"]
    del schemas["Input"]["properties"]["file"]
    file = tmp_path / "openapi.json"
    file.write_text(json.dumps(document))
    with serve(server_python, tmp_path, "kinds.py", COG_LOG_LEVEL="error") as server:
        server.until("READY")
        found = subprocess.run(
            [
                *(SCHEMATHESIS, "run", file, "--url", str(server.http.base_url)),
                *("--generation-deterministic", "--max-examples=40", f"--max-time={SECONDS}"),
                *(f"--exclude-checks={EXCLUDED}", "--no-color"),
            ],
            cwd=tmp_path,
            capture_output=True,
            text=True,
        )
        assert found.returncode == 0, found.stdout
        assert server.state() == "READY"
