"""The server as an image runs it: two interpreters, a real worker, signals."""

import base64
import json
import os
import pathlib
import signal
import socket
import subprocess
import threading
import time

import httpx
import pytest

from tests.serving import MODELS, PROJECTS, WORKER_PYTHON, Server, serve, until


def test_the_worker_cannot_see_the_servers_packages() -> None:
    found = subprocess.run(
        [WORKER_PYTHON, "-c", "import starlette"], capture_output=True, text=True
    )
    assert "ModuleNotFoundError" in found.stderr


def test_predicts_with_the_minimal_project(server_python: str, tmp_path: pathlib.Path) -> None:
    with serve(server_python, tmp_path, str(PROJECTS / "minimal" / "predict.py")) as server:
        server.until("READY")
        answer = server.predict(text="ha", n=3)
        assert answer["output"] == "ha ha ha"
        assert answer["status"] == "succeeded"
        assert answer["metrics"]["predict_time"] > 0
        assert answer["created_at"] <= answer["started_at"] <= answer["completed_at"]
        health = server.http.get("/health-check").json()
        assert health["setup"]["status"] == "succeeded"
        assert health["version"]["python_sdk"] == health["version"]["cog_server"]
        assert health["version"]["coglet"] == server.http.get("/").json()["cog_version"]


def test_a_function_is_a_model(server_python: str, tmp_path: pathlib.Path) -> None:
    with serve(server_python, tmp_path, "echo.py") as server:
        server.until("READY")
        assert server.predict(text="x")["output"] == ["x", "x"]


def test_iterator_outputs_are_a_list(server_python: str, tmp_path: pathlib.Path) -> None:
    with serve(server_python, tmp_path, "stream.py") as server:
        server.until("READY")
        assert server.predict(count=3)["output"] == ["item 0", "item 1", "item 2"]
        assert server.predict(count=0)["output"] == []
        broken = server.predict(count=3, fail_at=1)
        assert broken["status"] == "failed"
        assert broken["output"] == ["item 0"]
        assert broken["error"] == "no item 1"


def test_async_models_share_one_loop(server_python: str, tmp_path: pathlib.Path) -> None:
    with serve(server_python, tmp_path, "asynchronous.py") as server:
        server.until("READY")
        assert server.predict(text="a b")["output"] == ["a", "b"]
        assert cancelled(server, tmp_path / "marker", text="c")["status"] == "canceled"
        assert server.predict(text="d")["output"] == ["d"]


def test_files_come_and_go_as_urls(server_python: str, tmp_path: pathlib.Path) -> None:
    with serve(server_python, tmp_path, "files.py") as server:
        server.until("READY")
        answer = server.predict(file="data:text/plain;base64," + base64.b64encode(b"abc").decode())
        assert answer["output"] == "data:text/plain;base64," + base64.b64encode(b"ABC").decode()
        _, folder, _, mode = answer["logs"].split()
        assert mode == "700"
        assert not pathlib.Path(folder).exists()
        refused = server.http.post("/predictions", json={"input": {"file": "/etc/passwd"}})
        assert refused.status_code == 422
        broken = server.predict(file="data:text/plain;base64,!")
        assert broken["status"] == "failed"
        assert broken["error"].startswith("input 'file': is not a data URL")


def test_every_log_is_kept(trouble: Server) -> None:
    lines = trouble.predict(kind="noise")["logs"].splitlines()
    assert sorted(lines) == ["from C", "from a child", "from stderr", "kind is noise"]
    assert trouble.http.get("/health-check").json()["setup"]["logs"] == "setup says hello\n"


def test_a_failed_prediction_has_its_logs(trouble: Server) -> None:
    answer = trouble.predict(kind="raise")
    assert (answer["status"], answer["error"]) == ("failed", "out of cheese")
    assert answer["logs"].startswith("kind is raise\nTraceback")
    assert "trouble.py" in answer["logs"]
    assert "session.py" not in answer["logs"]


def test_the_worker_survives_sys_exit(trouble: Server) -> None:
    before = trouble.worker()
    answer = trouble.predict(kind="exit")
    assert (answer["status"], answer["error"]) == ("failed", "SystemExit(3)")
    assert trouble.predict(kind="")["output"] == str(before)


def test_an_output_that_is_no_json_fails(trouble: Server) -> None:
    assert "type object" in trouble.predict(kind="unencodable")["error"]


def test_half_a_surrogate_pair_is_no_server_error(trouble: Server) -> None:
    assert trouble.predict(kind="surrogate")["output"] == "half ?"


def test_a_model_that_closes_its_outputs(server_python: str, tmp_path: pathlib.Path) -> None:
    """The server does not spin on the end of the pipe."""
    with serve(server_python, tmp_path, "trouble.py") as server:
        server.until("READY")
        assert server.predict(kind="silence")["status"] == "succeeded"
        # Answered once all is imported.
        assert server.http.get("/docs").status_code == 200
        until(lambda: rests(server))


def rests(server: Server) -> bool:
    before = cpu_seconds(server)
    time.sleep(0.4)
    return cpu_seconds(server) - before < 0.1


def cpu_seconds(server: Server) -> float:
    fields = pathlib.Path(f"/proc/{server.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def test_large_messages_pass(trouble: Server) -> None:
    size = 20 << 20
    assert len(trouble.predict(kind="large", size=size)["output"]) == size
    assert trouble.predict(kind="", marker="y" * size)["status"] == "succeeded"


def cancelled(server: Server, marker: pathlib.Path, **inputs: str) -> dict[str, object]:
    """Start a prediction, cancel it once it has touched `marker`, and return its answer."""
    answers: list[httpx.Response] = []

    def request() -> None:
        body = {"input": {**inputs, "marker": str(marker)}}
        answers.append(server.http.put("/predictions/abc", json=body))

    thread = threading.Thread(target=request)
    thread.start()
    until(marker.exists)
    assert server.http.post("/predictions/abc/cancel").json() == {}
    thread.join()
    result: dict[str, object] = answers[0].json()
    return result


def test_cancel(trouble: Server, tmp_path: pathlib.Path) -> None:
    answer = cancelled(trouble, tmp_path / "marker", kind="sleep")
    assert answer["status"] == "canceled"
    assert answer["logs"] == "kind is sleep\ncleaned up\n"
    assert trouble.http.post("/predictions/abc/cancel").status_code == 404
    assert trouble.predict(kind="")["status"] == "succeeded"


def test_respond_async_put_again_and_busy(trouble: Server, tmp_path: pathlib.Path) -> None:
    body = {"input": {"kind": "sleep", "marker": str(tmp_path / "marker")}}
    prefer = {"Prefer": "respond-async"}
    first = trouble.http.put("/predictions/one", json=body, headers=prefer)
    assert (first.status_code, first.json()["id"]) == (202, "one")
    again = trouble.http.put("/predictions/one", json=body)
    assert (again.status_code, again.json()["status"]) == (202, "processing")
    assert trouble.state() == "BUSY"
    busy = trouble.http.post("/predictions", json={"input": {"kind": ""}})
    assert (busy.status_code, busy.json()) == (409, {"detail": "a prediction is already running"})
    until((tmp_path / "marker").exists)
    trouble.http.post("/predictions/one/cancel")
    until(lambda: trouble.http.get("/predictions/one").json()["status"] == "canceled")
    assert trouble.state() == "READY"


def test_a_client_that_leaves_cancels(trouble: Server, tmp_path: pathlib.Path) -> None:
    body = json.dumps({"input": {"kind": "sleep", "marker": str(tmp_path / "marker")}})
    head = f"PUT /predictions/left HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n"
    with socket.create_connection(("127.0.0.1", trouble.port)) as client:
        client.sendall((head + body).encode())
        until((tmp_path / "marker").exists)
    until(lambda: trouble.http.get("/predictions/left").json()["status"] == "canceled")
    trouble.until("READY")


def test_a_killed_worker_comes_back(trouble: Server) -> None:
    before = trouble.worker()
    answer = trouble.predict(kind="kill")
    assert answer["status"] == "failed"
    reason = "killed by SIGKILL, most likely because memory ran out"
    assert answer["error"] == f"the model's process ended: {reason}"
    assert answer["logs"] == "kind is kill\n"
    assert trouble.state() in ("STARTING", "READY")
    trouble.until("READY")
    second = trouble.worker()
    os.kill(second, signal.SIGKILL)
    # Until its end is noticed, predictions are handed to the dead one, and fail.
    body = {"input": {"kind": ""}}
    until(lambda: trouble.http.post("/predictions", json=body).json().get("output"))
    assert trouble.worker() not in (before, second)


@pytest.mark.parametrize(
    ("how", "error", "log"),
    [
        ("raise", "no weights\n", "Traceback"),
        ("die", "the model's process ended during setup: exit status 7\n", ""),
    ],
)
def test_setup_failure_is_told(
    server_python: str, tmp_path: pathlib.Path, how: str, error: str, log: str
) -> None:
    with serve(server_python, tmp_path, "bad_setup.py", SETUP=how) as server:
        server.until("SETUP_FAILED")
        setup = server.http.get("/health-check").json()["setup"]
        assert setup["status"] == "failed"
        assert setup["logs"].startswith(f"looking for weights\n{log}")
        assert setup["logs"].endswith(error)
        refused = server.http.post("/predictions", json={})
        assert refused.status_code == 503
        assert refused.json() == {"detail": "the model is not ready: SETUP_FAILED"}


def test_setup_timeout(server_python: str, tmp_path: pathlib.Path, gates: pathlib.Path) -> None:
    environment = {"GATES": str(gates), "COG_SETUP_TIMEOUT": "0.2"}
    with serve(server_python, tmp_path, "gate.py", **environment) as server:
        server.until("SETUP_FAILED")


def test_health_answers_during_setup(
    server_python: str, tmp_path: pathlib.Path, gates: pathlib.Path
) -> None:
    with serve(server_python, tmp_path, "gate.py", GATES=str(gates)) as server:
        until((gates / "setup.reached").exists)
        server.until("STARTING")
        assert server.http.post("/predictions", json={}).status_code == 503
        (gates / "setup.open").touch()
        server.until("READY")


def test_sigterm_lets_the_prediction_finish(
    server_python: str, tmp_path: pathlib.Path, gates: pathlib.Path
) -> None:
    (gates / "setup.open").touch()
    work = tmp_path / "work"
    work.mkdir()
    with serve(server_python, work, "gate.py", GATES=str(gates)) as server:
        server.until("READY")
        answers: list[httpx.Response] = []
        thread = threading.Thread(target=lambda: answers.append(server.http.post("/predictions")))
        thread.start()
        until((gates / "predict.reached").exists)
        worker = server.worker()
        server.process.send_signal(signal.SIGTERM)
        until(lambda: not server.listens())
        (gates / "predict.open").touch()
        thread.join()
        assert answers[0].json()["output"] == "through"
        status, _, errors = server.end()
        assert status == 0
        assert {"server is shutting down", "server has ended"} <= {
            json.loads(line)["event"] for line in errors.splitlines()
        }
    assert not pathlib.Path(f"/proc/{worker}").exists()
    assert list(work.iterdir()) == []


def test_shutdown_does_not_wait_for_ever(
    server_python: str, tmp_path: pathlib.Path, gates: pathlib.Path
) -> None:
    (gates / "setup.open").touch()
    arguments = ("--shutdown-timeout", "0.1")
    with serve(server_python, tmp_path, "gate.py", *arguments, GATES=str(gates)) as server:
        server.until("READY")
        prefer = {"Prefer": "respond-async"}
        assert server.http.post("/predictions", headers=prefer).status_code == 202
        until((gates / "predict.reached").exists)
        server.process.send_signal(signal.SIGINT)
        assert server.end()[0] == 0


def test_sigterm_during_setup(
    server_python: str, tmp_path: pathlib.Path, gates: pathlib.Path
) -> None:
    with serve(server_python, tmp_path, "gate.py", GATES=str(gates)) as server:
        until((gates / "setup.reached").exists)
        server.until("STARTING")
        server.process.send_signal(signal.SIGTERM)
        assert server.end()[0] == 0


def test_explicit_shutdown(server_python: str, tmp_path: pathlib.Path) -> None:
    arguments = ("--await-explicit-shutdown", "true")
    with serve(server_python, tmp_path, "echo.py", *arguments) as server:
        server.until("READY")
        server.process.send_signal(signal.SIGTERM)
        assert server.predict(text="still here")["status"] == "succeeded"
        assert server.http.post("/shutdown").json() == {}
        status, _, errors = server.end()
        assert status == 0
        assert "SIGTERM is ignored" in errors


def test_serves_the_document_of_the_image(server_python: str, tmp_path: pathlib.Path) -> None:
    made = subprocess.run(
        [WORKER_PYTHON, "-m", "cog.schema", "echo.py:predict", "-C", str(MODELS)],
        env={"PYTHONPATH": str(MODELS.parents[1])},
        capture_output=True,
        check=True,
    )
    file = tmp_path / "openapi.json"
    file.write_bytes(made.stdout.replace(b"Cog", b"Mine"))
    with serve(server_python, tmp_path, "echo.py", COG_OPENAPI_FILE=str(file)) as server:
        server.until("READY")
        assert server.http.get("/openapi.json").content == file.read_bytes()
    with serve(server_python, tmp_path, "echo.py") as server:
        until(server.state)
        assert server.http.get("/openapi.json").content == made.stdout


def test_without_a_server_environment(tmp_path: pathlib.Path) -> None:
    with serve(str(tmp_path / "none"), tmp_path, "echo.py") as server:
        status, output, errors = server.end()
        assert (status, output) == (3, "")
        assert errors.startswith("cog.server.http: cannot start the server: ")


def test_training_over_http(server_python: str, tmp_path: pathlib.Path) -> None:
    # The limit is that of predictions; a training is one at a time, async or not.
    environment = {"COG_TRAIN_TYPE_STUB": "training.py:train", "COG_MAX_CONCURRENCY": "4"}
    arguments = ("--x-mode", "train")
    with serve(server_python, tmp_path, "training.py", *arguments, **environment) as server:
        server.until("READY")
        assert server.predict(text="x")["output"] == "trained x by a function"
