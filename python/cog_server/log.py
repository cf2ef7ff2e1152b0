"""The server's own log: one line for each event on stderr, as JSON or for people
(LOG_FORMAT=console).

What the model prints is not part of it: that goes to the answers and, as it is, to the server's
stdout.
"""

import contextlib
import json
import logging
import sys
from datetime import datetime, timezone
from typing import Any, TextIO

_logger = logging.getLogger("cog")
_encode = json.JSONEncoder(default=str).encode
# Where events go as lines of JSON; None before configure() and for people.
_lines: "logging.StreamHandler[TextIO] | None" = None


def event(text: str, level: int = logging.INFO, /, **details: Any) -> None:
    """Log one event. Details are JSON values; never inputs or outputs of predictions."""
    if not _logger.isEnabledFor(level):
        return
    if _lines is not None:
        # A record takes longer to make and to hand on than the line.
        line = _line(datetime.now(timezone.utc), level, text, details)
        # A log that nobody reads any more is no error.
        with _lines.lock or contextlib.nullcontext(), contextlib.suppress(OSError):
            _lines.stream.write(f"{line}\n")
            _lines.stream.flush()
        return
    record = _logger.makeRecord(_logger.name, level, "", 0, text, (), None)
    record.details = details
    _logger.handle(record)


def model_output(text: str) -> None:
    """Hand on what the model printed, as it is, to the server's stdout."""
    with contextlib.suppress(OSError):
        sys.stdout.buffer.write(text.encode(errors="replace"))
        sys.stdout.buffer.flush()


def _line(time: datetime, level: int, text: str, details: dict[str, Any]) -> str:
    name = logging.getLevelName(level).lower()
    return _encode({"time": time.isoformat(), "level": name, "event": text, **details})


class _Json(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        details = getattr(record, "details", {})
        if record.exc_info:
            details = {**details, "traceback": self.formatException(record.exc_info)}
        time = datetime.fromtimestamp(record.created, timezone.utc)
        return _line(time, record.levelno, record.getMessage(), details)


class _Console(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        details = [f"{key}={value}" for key, value in getattr(record, "details", {}).items()]
        line = " ".join([self.formatTime(record), record.levelname, record.getMessage(), *details])
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


def configure(level: str, form: str) -> None:
    """Send all logging, uvicorn's included, through one handler. An unknown level means info."""
    # What no line shows need not be found out for each.
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    global _lines
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Console() if form == "console" else _Json())
    _lines = None if form == "console" else handler
    number = logging.getLevelName(level)
    logging.basicConfig(
        level=number if isinstance(number, int) else logging.INFO, handlers=[handler], force=True
    )
