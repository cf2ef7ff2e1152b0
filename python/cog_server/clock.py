"""The time as the API says it."""

from datetime import datetime, timezone


def now() -> str:
    """Return the time in the form of the API: ISO 8601, UTC."""
    return datetime.now(timezone.utc).isoformat()
