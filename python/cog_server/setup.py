"""The model's setup, as /health-check tells of it."""

from typing import Any

from cog_server.clock import now
from cog_server.logs import LIMIT, Logs


class Setup:
    """The last setup: times, outcome and what was printed."""

    def __init__(self, max_logs: int = LIMIT) -> None:
        self.started_at = now()
        self.completed_at: str | None = None
        self.status = "starting"
        self.logs = Logs(max_logs)

    def finish(self, status: str) -> None:
        """Set the outcome, succeeded or failed."""
        self.status = status
        self.completed_at = now()

    def answer(self) -> dict[str, Any]:
        """Return it in the form of /health-check."""
        return {
            "started_at": self.started_at,
            "completed_at": self.completed_at,
            "status": self.status,
            "logs": self.logs.text(),
        }
