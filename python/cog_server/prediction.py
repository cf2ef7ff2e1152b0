"""One prediction: what was asked, how far it is, what came out."""

import asyncio
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any

from pydantic import BaseModel


class PredictionRequest(BaseModel):
    """The body of POST and PUT; members that are not named here are ignored."""

    id: str | None = None
    input: dict[str, Any] = {}


def now() -> str:
    """Return the time in the form of the API: ISO 8601, UTC."""
    return datetime.now(timezone.utc).isoformat()


@dataclass
class Prediction:
    """The state of one prediction. `done` is set when it has come to its end, whichever that is."""

    input: dict[str, Any]
    id: str = field(default_factory=lambda: f"pred_{uuid.uuid4().hex}")
    status: str = "starting"
    output: Any = None
    error: str | None = None
    logs: list[str] = field(default_factory=list)
    metrics: dict[str, float] = field(default_factory=dict)
    created_at: str = field(default_factory=now)
    started_at: str | None = None
    completed_at: str | None = None
    done: asyncio.Event = field(default_factory=asyncio.Event)

    def start(self) -> None:
        """The worker has it."""
        self.status = "processing"
        self.started_at = now()

    def finish(self, status: str, error: str | None, metrics: dict[str, float]) -> None:
        """Set the end: succeeded, failed or canceled."""
        self.status = status
        self.error = error
        self.metrics = metrics
        self.completed_at = now()
        self.done.set()

    def answer(self) -> dict[str, Any]:
        """Return the PredictionResponse. Inputs are not repeated: they may be large, or secret."""
        return {
            "id": self.id,
            "status": self.status,
            "output": self.output,
            "error": self.error,
            "logs": "".join(self.logs),
            "metrics": self.metrics,
            "created_at": self.created_at,
            "started_at": self.started_at,
            "completed_at": self.completed_at,
        }
