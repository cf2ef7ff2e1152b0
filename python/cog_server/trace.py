"""The trace that a request is part of (https://www.w3.org/TR/trace-context/).

It is passed on: to webhooks as it came, to the log as its id. The server adds no spans.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

_PARENT = re.compile(r"(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")
_STATE = re.compile(r"[\x20-\x7e]{1,512}")


@dataclass(frozen=True)
class Trace:
    """`headers` as they are sent on; empty, like `id`, without a trace."""

    id: str = ""
    headers: tuple[tuple[str, str], ...] = ()

    def details(self) -> dict[str, str]:
        """Return what the log is told."""
        return {"trace_id": self.id} if self.id else {}


def read(headers: Mapping[str, str]) -> Trace:
    """Read traceparent and tracestate; what is malformed is dropped."""
    parent = headers.get("traceparent")
    match = _PARENT.fullmatch(parent) if parent else None
    if parent is None or match is None:
        return Trace()
    result = [("traceparent", parent)]
    state = headers.get("tracestate", "")
    if _STATE.fullmatch(state):
        result.append(("tracestate", state))
    return Trace(match[1], tuple(result))
