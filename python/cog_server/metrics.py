"""Counters of predictions for GET /metrics, in the Prometheus text format 0.0.4
(https://prometheus.io/docs/instrumenting/exposition_formats/).
"""

from bisect import bisect_left

from cog_server.prediction import Prediction

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800)
_ENDS = ("succeeded", "failed", "canceled")


class Metrics:
    """Counts from the start of the server on."""

    def __init__(self) -> None:
        self._ends = dict.fromkeys(_ENDS, 0)
        self._buckets = [0] * (len(_BOUNDS) + 1)
        self._seconds = 0.0

    @property
    def total(self) -> int:
        """How many predictions have ended."""
        return sum(self._ends.values())

    def count(self, prediction: Prediction) -> None:
        """Count a prediction that has come to its end."""
        self._ends[prediction.status] += 1
        seconds = prediction.seconds()
        if seconds is not None:
            self._buckets[bisect_left(_BOUNDS, seconds)] += 1
            self._seconds += seconds

    def text(self, gauges: dict[str, tuple[str, int]], state: str, states: list[str]) -> str:
        """Return all, with `gauges`: name, what it is, value now."""
        lines = _head("cog_predictions_total", "counter", "Predictions that ended.")
        lines += [f'cog_predictions_total{{status="{end}"}} {n}' for end, n in self._ends.items()]
        lines += self._histogram("cog_prediction_duration_seconds")
        for name, (what, value) in gauges.items():
            lines += [*_head(name, "gauge", what), f"{name} {value}"]
        lines += _head("cog_state", "gauge", "1 for the state of /health-check.")
        lines += [f'cog_state{{state="{item}"}} {int(item == state)}' for item in states]
        return "\n".join([*lines, ""])

    def _histogram(self, name: str) -> list[str]:
        lines = _head(name, "histogram", "Time from start to end of predictions that started.")
        total = 0
        for bound, count in zip((*_BOUNDS, "+Inf"), self._buckets, strict=True):
            total += count
            lines.append(f'{name}_bucket{{le="{bound}"}} {total}')
        return [*lines, f"{name}_sum {self._seconds}", f"{name}_count {total}"]


def _head(name: str, kind: str, what: str) -> list[str]:
    return [f"# HELP {name} {what}", f"# TYPE {name} {kind}"]
