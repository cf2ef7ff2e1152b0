"""The server's own log: what a line looks like, whoever writes it."""

import contextlib
import json
import logging
import os
import sys
from collections.abc import Iterator

import pytest

from cog_server import log

Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def restored(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    monkeypatch.setattr(log, "_lines", None)
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


def test_events_and_records_look_alike(capsys: Capture) -> None:
    log.configure("INFO", "json")
    log.event("é \n", logging.WARNING, id="a", at=os, metrics={"n": 1.5}, none=None)
    details = {"id": "a", "at": os, "metrics": {"n": 1.5}, "none": None}
    logging.getLogger("uvicorn").warning("é \n", extra={"details": details})
    event, record = capsys.readouterr().err.splitlines()
    rest = ', "level": "warning", "event": "\\u00e9 \\n", "id": "a", "at": '
    assert rest in event
    assert event.partition(", ")[2] == record.partition(", ")[2]
    assert json.loads(event)["time"][:10] == json.loads(record)["time"][:10]


def test_what_is_below_the_level_is_left_out(capsys: Capture) -> None:
    log.configure("WARNING", "json")
    log.event("one")
    log.event("two", logging.ERROR)
    assert [json.loads(line)["event"] for line in capsys.readouterr().err.splitlines()] == ["two"]


def test_for_people(capsys: Capture) -> None:
    log.configure("no level", "console")
    log.event("begins", id="a")
    log.event("not this", logging.DEBUG)
    assert capsys.readouterr().err.endswith(" INFO begins id=a\n")


def test_without_a_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    went_on = False
    reader, writer = os.pipe()
    os.close(reader)
    with contextlib.suppress(BrokenPipeError), open(writer, "w", buffering=1) as broken:
        monkeypatch.setattr(sys, "stderr", broken)
        log.configure("INFO", "json")
        log.event("nobody reads this")
        went_on = True
    assert went_on
