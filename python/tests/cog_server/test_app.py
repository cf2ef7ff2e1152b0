"""The HTTP API in process, over ASGI, with a real worker."""

import asyncio
import json
import pathlib
from typing import Any

import httpx
import pytest

from cog_server import schema, settings
from cog_server.model import Model, State
from tests.cog_server.conftest import Run
from tests.serving import DEADLINE_SECONDS, WORKER_PYTHON


def test_routes_and_json_errors(run: Run) -> None:
    async def talk(http: httpx.AsyncClient) -> None:
        index = (await http.get("/")).json()
        for key in ("openapi_url", "healthcheck_url"):
            assert (await http.get(index[key])).status_code == 200
        assert (await http.get("/nowhere")).json() == {"detail": "Not Found"}
        assert (await http.delete("/predictions")).json() == {"detail": "Method Not Allowed"}
        missing = await http.get("/predictions/none")
        assert (missing.status_code, missing.json()) == (
            404,
            {"detail": "no such prediction: none"},
        )
        cancel = await http.post("/predictions/none/cancel")
        assert (cancel.status_code, cancel.json()) == (404, {})
        assert (await http.post("/shutdown")).status_code == 200

    assert run("echo.py:predict", talk) == ["end"]


def test_only_models_that_say_so_stream(
    run: Run, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "from typing import Iterator\ndef predict() -> Iterator[str]:\n    yield 'a'\n"
    (tmp_path / "plain.py").write_text(text)
    streaming = text.replace("def", "import cog\n@cog.streaming\ndef")
    (tmp_path / "streaming.py").write_text(streaming)

    async def refused(http: httpx.AsyncClient) -> None:
        answer = await http.post("/predictions", headers={"Accept": "text/event-stream"})
        assert answer.status_code == 406
        assert answer.json() == {"detail": "This model does not support streaming responses"}
        assert (await http.post("/predictions")).json()["output"] == ["a"]

    async def streamed(http: httpx.AsyncClient) -> None:
        answer = await http.post("/predictions", headers={"Accept": "text/event-stream"})
        assert "event: completed" in answer.text

    monkeypatch.chdir(tmp_path)
    run("plain.py:predict", refused)
    run("streaming.py:predict", streamed)


def test_an_accepted_prediction_is_starting(run: Run) -> None:
    """Whatever has become of it by the time of the answer."""

    async def talk(http: httpx.AsyncClient) -> None:
        body = {"id": "a", "input": {"text": "x"}}
        answer = await http.post("/predictions", json=body, headers={"prefer": "respond-async"})
        assert answer.status_code == 202
        found = answer.json()
        assert (found["id"], found["status"], found["output"]) == ("a", "starting", None)
        assert (found["started_at"], found["logs"], found["metrics"]) == (None, "", {})

    run("echo.py:predict", talk)


def test_shutdown_can_be_switched_off(run: Run) -> None:
    async def talk(http: httpx.AsyncClient) -> None:
        assert "shutdown_url" not in (await http.get("/")).json()
        answer = await http.post("/shutdown")
        assert (answer.status_code, answer.json()) == (404, {"detail": "Not Found"})

    assert run("echo.py:predict", talk, COG_SHUTDOWN="off") == []


def test_wrong_requests(run: Run) -> None:
    async def detail(http: httpx.AsyncClient, **request: Any) -> tuple[int, list[dict[str, Any]]]:
        answer = await http.post("/predictions", **request)
        return answer.status_code, answer.json()["detail"]

    async def talk(http: httpx.AsyncClient) -> None:
        status, wrong = await detail(http, content=b"{")
        assert (status, wrong[0]["loc"], wrong[0]["type"]) == (422, ["body"], "json_invalid")
        status, wrong = await detail(http, json={"input": 1})
        assert (status, wrong[0]["loc"], wrong[0]["type"]) == (422, ["body", "input"], "dict_type")
        status, wrong = await detail(http, json={"input": {"times": 9}})
        assert status == 422
        assert [(item["loc"], item["type"]) for item in wrong] == [
            (["body", "input", "text"], "missing"),
            (["body", "input", "times"], "less_than_equal"),
        ]
        assert all(set(item) == {"loc", "msg", "type"} for item in wrong)
        put = await http.put("/predictions/a", json={"id": "b", "input": {"text": "x"}})
        assert (put.status_code, put.json()["detail"][0]["loc"]) == (422, ["body", "id"])

    run("echo.py:predict", talk)


def test_predictions_by_post_and_put(run: Run) -> None:
    async def talk(http: httpx.AsyncClient) -> None:
        # As curl -d sends it, and with an input that the model does not have.
        body = json.dumps({"id": "mine", "input": {"text": "a", "none": 1}})
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        posted = (await http.post("/predictions", content=body, headers=headers)).json()
        assert (posted["id"], posted["output"]) == ("mine", ["a", "a"])
        put = (await http.put("/predictions/other", json={"input": {"text": "b"}})).json()
        assert (put["id"], put["output"], put["error"]) == ("other", ["b", "b"], None)
        assert (await http.get("/predictions/other")).json() == put
        unnamed = (await http.post("/predictions", json={"input": {"text": "c"}})).json()
        assert unnamed["id"].startswith("pred_")

    run("echo.py:predict", talk)


def test_inputs_of_every_kind(run: Run) -> None:
    async def predict(http: httpx.AsyncClient, **inputs: Any) -> Any:
        answer = await http.post("/predictions", json={"input": {"text": "", **inputs}})
        if answer.status_code == 422:
            return [(item["loc"][2], item["type"]) for item in answer.json()["detail"]]
        return answer.json()["output"]

    async def talk(http: httpx.AsyncClient) -> None:
        plain = {"count": 3, "ratio": "1.0", "mode": "fast", "names": ["a", "b"]}
        assert await predict(http) == plain | {"file": None, "key": None}
        full = await predict(http, ratio=2, mode="exact", file="data:,hi", key="hush", either="a")
        assert full == plain | {"ratio": "2.0", "mode": "exact", "file": "hi", "key": "hush"}
        for name, value, error in [
            ("count", True, "int_type"),
            ("count", 0, "greater_than_equal"),
            ("ratio", "1", "float_type"),
            ("flag", 1, "bool_type"),
            ("size", "medium", "literal_error"),
            ("mode", "none", "literal_error"),
            ("unit", None, "literal_error"),
            ("names", "ab", "list_type"),
            ("options", [], "dict_type"),
            ("file", "/etc/passwd", "string_pattern_mismatch"),
            ("key", 1, "string_type"),
            ("either", 1.5, "int_type"),
            ("code", "A!", "string_pattern_mismatch"),
            ("code", "a", "string_too_short"),
            ("code", "abcdef", "string_too_long"),
        ]:
            assert (name, error) in await predict(http, **{name: value})

    run("kinds.py:Predictor", talk)


def test_a_model_whose_text_cannot_be_read(
    run: Run, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is checked before the worker does, and the schema's absence is told."""
    text = "import cog\ndef predict(n: int | cog.Path = 3) -> int: return n + 1\n"
    (tmp_path / "predict.py").write_text(text)

    async def talk(http: httpx.AsyncClient) -> None:
        answer = await http.get("/openapi.json")
        assert answer.status_code == 503
        assert answer.json()["detail"].startswith("predict.py:2:22: error: 'cog.Path' cannot be")
        assert (await http.post("/predictions")).json()["output"] == 4
        wrong = (await http.post("/predictions", json={"input": {"n": 1.5}})).json()
        assert wrong["status"] == "failed"
        assert wrong["error"].startswith("input 'n': must be an integer or ")

    monkeypatch.chdir(tmp_path)
    run("predict.py:predict", talk)


@pytest.mark.parametrize("text", [b"", b"{}", b"[]", b'{"components":{"schemas":{}}}'])
def test_a_document_that_is_none(text: bytes, tmp_path: pathlib.Path) -> None:
    file = tmp_path / "openapi.json"
    file.write_bytes(text)
    with pytest.raises(schema.SchemaError, match="is not the OpenAPI document of a model"):
        asyncio.run(schema.load(str(file), WORKER_PYTHON, "predict.py:Predictor", False))


def test_a_worker_that_cannot_be_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COG_PREDICT_TYPE_STUB", "predict.py:Predictor")

    async def start() -> Model:
        model = Model(settings.read(["--worker-python", "/nowhere/python"]))
        model.start()
        while model.state is State.STARTING:
            await asyncio.sleep(0.01)
        await model.stop()
        return model

    model = asyncio.run(start())
    assert model.state is State.SETUP_FAILED
    assert "/nowhere/python: No such file" in model.setup.answer()["logs"]


def test_of_two_equal_puts_one_starts(run: Run, tmp_path: pathlib.Path) -> None:
    async def talk(http: httpx.AsyncClient) -> None:
        body = {"input": {"kind": "sleep", "marker": str(tmp_path / "marker")}}
        first = asyncio.create_task(http.put("/predictions/a", json=body))
        again = await asyncio.wait_for(http.put("/predictions/a", json=body), DEADLINE_SECONDS)
        assert (again.status_code, again.json()["status"]) == (202, "processing")
        busy = await http.post("/predictions", json=body | {"id": "a"})
        assert busy.status_code == 409
        while not (tmp_path / "marker").exists():
            await asyncio.sleep(0.01)
        assert (await http.post("/predictions/a/cancel")).status_code == 200
        assert (await first).json()["status"] == "canceled"

    run("trouble.py:Predictor", talk)
