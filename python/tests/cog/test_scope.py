"""current_scope(): metrics and their rules, outside of a prediction too."""

from typing import Any

import pytest

import cog
from cog.scope import Metrics, Scope, current, current_scope, running


@pytest.fixture
def sent() -> list[tuple[str, Any, str]]:
    return []


@pytest.fixture
def metrics(sent: list[tuple[str, Any, str]]) -> Metrics:
    return Metrics(lambda *message: sent.append(message))


@pytest.mark.parametrize(
    "name", ["a", "tokens", "a.b.c.d", "a1", "to_k_en.B2", "x" * 128, "cogs.x", "predict_time.x"]
)
def test_names(metrics: Metrics, name: str) -> None:
    metrics[name] = 1
    assert dict(metrics) == {name: 1}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("", "is not a name"),
        ("1a", "is not a name"),
        ("a_", "is not a name"),
        ("_a", "is not a name"),
        ("a__b", "is not a name"),
        ("a..b", "is not a name"),
        ("a.b_", "is not a name"),
        ("a b", "is not a name"),
        ("é", "is not a name"),
        ("a\n", "is not a name"),
        ("a.b.c.d.e", "more than 128 characters or 4 segments"),
        ("x" * 129, "more than 128 characters or 4 segments"),
        ("predict_time", "is reserved"),
        ("cog.x", "is reserved"),
        ("cog", "is reserved"),
    ],
)
def test_names_that_are_none(
    metrics: Metrics, sent: list[tuple[str, Any, str]], name: str, text: str
) -> None:
    with pytest.raises(ValueError, match=text):
        metrics[name] = 1
    assert (len(metrics), sent) == (0, [])


def test_modes(metrics: Metrics, sent: list[tuple[str, Any, str]]) -> None:
    metrics.record("n", 1, "incr")
    metrics.record("n", 1.5, "incr")
    metrics.record("l", "a", "append")
    metrics.record("l", 2, "append")
    metrics.record("l", [3], "replace")
    assert dict(metrics) == {"n": 2.5, "l": [3]}
    assert sent == [
        ("n", 1, "increment"),
        ("n", 1.5, "increment"),
        ("l", "a", "append"),
        ("l", 2, "append"),
        ("l", [3], "replace"),
    ]


@pytest.mark.parametrize(
    ("first", "then", "mode", "error", "text"),
    [
        (1, "a", "replace", TypeError, "is a number and cannot become a string"),
        (True, 1, "replace", TypeError, "is a boolean and cannot become a number"),
        (1, 1, "append", TypeError, "is a number and cannot become a list"),
        ("a", "b", "incr", TypeError, "incremented by a number only"),
        (1, None, "replace", TypeError, "not NoneType"),
        (1, object(), "replace", TypeError, "must be a number, string, list or dict"),
        (1, float("nan"), "replace", ValueError, "must be finite"),
        (1, 2, "sum", ValueError, "is none of replace, incr, append"),
    ],
)
def test_values_that_are_none(
    metrics: Metrics, first: Any, then: Any, mode: Any, error: type[Exception], text: str
) -> None:
    metrics["x"] = first
    with pytest.raises(error, match=text):
        metrics.record("x", then, mode)
    assert metrics["x"] == first


def test_outside_of_a_prediction_it_reaches_nobody() -> None:
    cog.current_scope().record_metric("a", 1)
    assert cog.current_scope().context == {}
    assert "a" not in cog.current_scope().metrics
    predictor = cog.BasePredictor()
    predictor.record_metric("a", 1)
    assert len(predictor.scope.metrics) == 0


def test_a_thread_has_that_of_the_only_prediction(monkeypatch: pytest.MonkeyPatch) -> None:
    one, two = Scope({"n": "1"}), Scope({"n": "2"})
    monkeypatch.setitem(running, "one", one)
    assert current_scope() is one
    monkeypatch.setitem(running, "two", two)
    assert current_scope() not in (one, two)
    token = current.set(two)
    assert current_scope() is two
    current.reset(token)
