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
    assert metrics[name] == 1
    nested: Any = 1
    for segment in reversed(name.split(".")):
        nested = {segment: nested}
    assert dict(metrics) == nested


def test_dots_lead_into_dicts(metrics: Metrics, sent: list[tuple[str, Any, str]]) -> None:
    metrics["timing.preprocess"] = 0.5
    metrics.record("timing.steps", 1, "incr")
    metrics.record("timing.steps", 2, "incr")
    metrics.record("timing.parts.first", "a", "append")
    wanted = {"preprocess": 0.5, "steps": 3, "parts": {"first": ["a"]}}
    assert dict(metrics) == {"timing": wanted}
    assert "timing.parts" in metrics
    assert "timing.none" not in metrics
    assert "timing.steps.none" not in metrics
    with pytest.raises(KeyError):
        metrics["timing.none.at"]
    with pytest.raises(TypeError, match=r"'timing\.steps' is a number and cannot become a dict"):
        metrics["timing.steps.more"] = 1
    with pytest.raises(TypeError, match="'timing' is a dict and cannot become a number"):
        metrics["timing"] = 1
    assert [name for name, _, _ in sent[:2]] == ["timing.preprocess", "timing.steps"]
    mine = {"a": 1}
    metrics["own"] = mine
    metrics["own.b"] = 2
    assert (metrics["own"], mine) == ({"a": 1, "b": 2}, {"a": 1})


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("", "must not be empty"),
        ("1a", "'1a' must start with a letter"),
        ("a_", "must end with a letter or digit"),
        ("_a", "must start with a letter"),
        ("a__b", "must not contain consecutive underscores"),
        ("a..b", "must not be empty"),
        ("a.b_", "the segment 'b_' must end with a letter or digit"),
        ("a.1", "the segment '1' must start with a letter"),
        ("a b", "must contain only letters, digits and underscores"),
        ("é", "must start with a letter"),
        ("a\n", "must contain only"),
        ("a.b.c.d.e", "must have at most 4 segments"),
        ("x" * 129, "must have at most 128 characters"),
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
