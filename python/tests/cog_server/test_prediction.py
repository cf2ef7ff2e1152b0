"""What a prediction keeps and tells, without a model."""

import asyncio
import json
from typing import Any

from cog_server.prediction import Prediction
from cog_server.stream import Histories, Stream


def deep(levels: int) -> list[Any]:
    value: list[Any] = []
    for _ in range(levels):
        value = [value]
    return value


def test_events_in_their_order() -> None:
    prediction = Prediction({})
    events: list[tuple[str, dict[str, Any]]] = []
    prediction.listeners.append(lambda name, data: events.append((name, data)))
    prediction.start()
    prediction.begin_list()
    prediction.add_output("a")
    prediction.add_log("said\n", "stdout")
    prediction.set_metric("tokens", 1, "replace")
    prediction.finish("succeeded", None, {"predict_time": 0.5})
    assert [name for name, _ in events] == ["start", "output", "log", "metric", "completed"]
    answer = json.loads(bytes(prediction.body()))
    assert answer["output"] == ["a"]
    assert answer["logs"] == "said\n"
    assert answer["metrics"] == {"tokens": 1, "predict_time": 0.5}
    assert answer["created_at"] <= answer["started_at"] <= answer["completed_at"]


def test_nesting_that_json_can_say() -> None:
    prediction = Prediction({})
    prediction.set_output(deep(300))
    prediction.finish("succeeded", None, {})
    assert json.loads(bytes(prediction.body()))["output"] == deep(300)


def test_nesting_that_it_cannot_fails() -> None:
    async def run() -> None:
        prediction = Prediction({})
        Stream(prediction, 10, lambda: None, Histories(1 << 30))
        prediction.start()
        prediction.set_output(deep(100000))
        assert json.loads(bytes(prediction.body()))["status"] == "processing"
        prediction.finish("succeeded", None, {})
        answer = json.loads(bytes(prediction.body()))
        assert (answer["status"], answer["output"]) == ("failed", None)
        assert answer["error"].startswith("the output cannot be turned into JSON: ")
        assert prediction.status == "failed"

    asyncio.run(run())


def test_numbers_that_json_cannot_say_are_null() -> None:
    prediction = Prediction({})
    prediction.set_output([float("nan"), float("inf"), 10**40, 1e22])
    prediction.finish("succeeded", None, {})
    assert json.loads(bytes(prediction.body()))["output"] == [None, None, 10**40, 1e22]
