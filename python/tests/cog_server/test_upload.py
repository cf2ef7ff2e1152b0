"""Output files that are uploaded, to a real receiver."""

import base64
import pathlib

import httpx
import pytest

from tests.cog_server.conftest import Run
from tests.receiver import Received, Reply, receive

FILES = """
from collections.abc import Iterator
from cog import BaseModel, BasePredictor, Path

class Output(BaseModel):
    picture: Path
    pages: list[Path]
    title: str

class One(BasePredictor):
    def predict(self, file: Path) -> Path:
        return file

class Some(BasePredictor):
    def predict(self, file: Path) -> list[Path]:
        return [file, file]

class Stream(BasePredictor):
    def predict(self, file: Path) -> Iterator[Path]:
        yield file
        yield file

class Text(BasePredictor):
    def predict(self, file: Path) -> str:
        return "data:text/plain,none"
"""
DATA = "data:text/plain;base64," + base64.b64encode(b"abc").decode()


@pytest.fixture
def files(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, run: Run) -> None:
    (tmp_path / "files.py").write_text(FILES)
    monkeypatch.chdir(tmp_path)


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize(
    ("name", "output"),
    [
        ("One", "/up/output.txt"),
        ("Some", ["/up/output.txt", "/up/output-1.txt"]),
        ("Stream", ["/up/output.txt", "/up/output-1.txt"]),
    ],
)
def test_files_become_urls(run: Run, name: str, output: object) -> None:
    with receive() as receiver:

        async def talk(http: httpx.AsyncClient) -> None:
            answer = (await http.post("/predictions", json={"input": {"file": DATA}})).json()
            assert answer["status"] == "succeeded", answer
            paths = str(answer["output"]).replace(receiver.url, "")
            assert paths == str(output)

        run(f"files.py:{name}", talk, "--upload-url", f"{receiver.url}/up/")
    first = receiver.requests[0]
    assert (first.method, first.path, first.body) == ("PUT", "/up/output.txt", b"abc")
    assert first.headers["content-type"] == "text/plain"


@pytest.mark.usefixtures("files")
def test_a_text_that_looks_like_a_file_stays(run: Run) -> None:
    with receive() as receiver:

        async def talk(http: httpx.AsyncClient) -> None:
            answer = (await http.post("/predictions", json={"input": {"file": DATA}})).json()
            assert answer["output"] == "data:text/plain,none"

        run("files.py:Text", talk, "--upload-url", receiver.url)
    assert receiver.requests == []


@pytest.mark.usefixtures("files")
def test_the_location_is_the_url(run: Run) -> None:
    def answer(request: Received) -> Reply:
        return Reply(201, {"Location": "https://files.example.com/a.txt?signature=hush#x"})

    with receive(answer) as receiver:

        async def talk(http: httpx.AsyncClient) -> None:
            answer = (await http.post("/predictions", json={"input": {"file": DATA}})).json()
            assert answer["output"] == "https://files.example.com/a.txt"

        run("files.py:One", talk, "--upload-url", f"{receiver.url}/up?key=1")
    assert receiver.requests[0].path == "/up/output.txt?key=1"


@pytest.mark.usefixtures("files")
def test_a_failed_upload_fails_the_prediction(run: Run) -> None:
    with receive(lambda request: Reply(403)) as receiver:

        async def talk(http: httpx.AsyncClient) -> None:
            answer = (await http.post("/predictions", json={"input": {"file": DATA}})).json()
            assert (answer["status"], answer["output"]) == ("failed", [])
            assert answer["error"] == ("an output file cannot be uploaded: the answer was 403")

        run("files.py:Stream", talk, "--upload-url", receiver.url)


@pytest.mark.usefixtures("files")
def test_the_target_is_the_operators_and_may_be_anywhere(run: Run) -> None:
    """But where a cloud tells its machines their secrets."""
    with receive() as receiver:

        async def talk(http: httpx.AsyncClient) -> None:
            answer = (await http.post("/predictions", json={"input": {"file": DATA}})).json()
            assert answer["status"] == "succeeded"

        run("files.py:One", talk, "--upload-url", receiver.url)
    assert [request.method for request in receiver.requests] == ["PUT"]

    async def refused(http: httpx.AsyncClient) -> None:
        answer = (await http.post("/predictions", json={"input": {"file": DATA}})).json()
        assert "169.254.169.254, which is never connected to" in answer["error"]

    run("files.py:One", refused, "--upload-url", "http://169.254.169.254/")
