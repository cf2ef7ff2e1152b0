"""The end of the real server: what was accepted is finished and told; and what is on the wire."""

import json
import pathlib
import signal
import socket
import threading
import time

from tests.receiver import ALLOWED, Received, Reply, receive
from tests.serving import DEADLINE_SECONDS, Server, serve, until

ASYNC = {"Prefer": "respond-async"}
TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def test_what_waits_is_finished_and_told(
    server_python: str, tmp_path: pathlib.Path, gates: pathlib.Path
) -> None:
    (gates / "setup.open").touch()
    with (
        receive() as receiver,
        serve(
            server_python, tmp_path, "gate.py", GATES=str(gates), COG_QUEUE="1", **ALLOWED
        ) as server,
    ):
        server.until("READY")
        body = {"webhook": receiver.url, "webhook_events_filter": ["completed"]}
        for name in "ab":
            answer = server.http.put(
                f"/predictions/{name}", json=body, headers={**ASYNC, "traceparent": TRACE}
            )
            assert answer.status_code == 202
        until((gates / "predict.reached").exists)
        server.process.send_signal(signal.SIGTERM)
        until(lambda: not server.listens())
        assert receiver.requests == []
        (gates / "predict.open").touch()
        status, _, errors = server.end()
        assert status == 0
    ends = [json.loads(request.body) for request in receiver.requests]
    # The webhooks of two predictions are sent side by side.
    found = sorted((end["id"], end["status"]) for end in ends)
    assert found == [("a", "succeeded"), ("b", "succeeded")]
    events = [json.loads(line) for line in errors.splitlines()]
    traced = [event for event in events if event.get("trace_id") == TRACE[3:35]]
    assert [event["id"] for event in traced] == ["a", "a", "b", "b"]
    assert [path for path in tmp_path.iterdir() if path != gates] == []


def slow(request: Received) -> Reply:
    time.sleep(0.2)
    return Reply()


def test_what_does_not_end_in_time_fails(
    server_python: str, tmp_path: pathlib.Path, gates: pathlib.Path
) -> None:
    (gates / "setup.open").touch()
    environment = {"GATES": str(gates), "COG_QUEUE": "1", **ALLOWED}
    arguments = ("--shutdown-timeout", "0.2")
    with (
        receive(slow) as receiver,
        serve(server_python, tmp_path, "gate.py", *arguments, **environment) as server,
    ):
        server.until("READY")
        body = {"webhook": receiver.url, "webhook_events_filter": ["completed"]}
        for name in "ab":
            server.http.put(f"/predictions/{name}", json=body, headers=ASYNC)
        server.process.send_signal(signal.SIGTERM)
        assert server.end()[0] == 0
    ends = {end["id"]: end for end in (json.loads(item.body) for item in receiver.requests)}
    assert {end["status"] for end in ends.values()} == {"failed"}
    assert ends["a"]["error"].startswith("the model's process ended: ")
    assert ends["b"]["error"] == "the server is shutting down"


def say(server: Server, text: bytes) -> bytes:
    """Send bytes as they are; returns all that comes until the server hangs up."""
    host, port = server.http.base_url.host, server.http.base_url.port
    assert port is not None
    with socket.create_connection((host, port), timeout=DEADLINE_SECONDS) as connection:
        connection.sendall(text)
        return b"".join(iter(lambda: connection.recv(65536), b""))


def test_a_body_that_is_too_large_is_not_read(trouble: Server) -> None:
    head = b"POST /predictions HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n"
    answer = say(trouble, head + b"Content-Length: 104857601\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert answer.endswith(
        b'{"detail":"the body has more than 104857600 bytes, the limit of COG_MAX_BODY"}'
    )


def test_what_is_no_http_harms_nobody(trouble: Server) -> None:
    for text in (b"\0\r\n\r\n", b"GET\r\n\r\n", b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n"):
        assert say(trouble, text).startswith(b"HTTP/1.1 400 ")
    assert trouble.predict(kind="")["status"] == "succeeded"


def test_many_clients_and_one_slot(trouble: Server) -> None:
    """Each gets its own answer or a 409; all slots are free afterwards."""
    statuses: list[int] = []

    def ask(number: int) -> None:
        for turn in range(10):
            name = f"many-{number}-{turn}"
            answer = trouble.http.put(f"/predictions/{name}", json={"input": {"kind": ""}})
            statuses.append(answer.status_code)
            if answer.status_code == 200:
                assert (answer.json()["id"], answer.json()["logs"]) == (name, "kind is \n")

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(statuses) == 80
    assert set(statuses) <= {200, 409}
    assert 200 in statuses
    assert trouble.state() == "READY"
    assert "cog_slots_busy 0" in trouble.http.get("/metrics").text
