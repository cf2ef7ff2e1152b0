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
from typing import Any

_logger = logging.getLogger("cog")
_encode = json.JSONEncoder(default=str).encode


def event(text: str, level: int = logging.INFO, /, **details: Any) -> None:
    """Log one event. Details are JSON values; never inputs or outputs of predictions."""
    if _logger.isEnabledFor(level):
        # Who called is not logged, and takes longest to find out.
        record = _logger.makeRecord(_logger.name, level, "", 0, text, (), None)
        record.details = details
        _logger.handle(record)


def model_output(text: str) -> None:
    """Hand on what the model printed, as it is, to the server's stdout."""
    with contextlib.suppress(OSError):
        sys.stdout.buffer.write(text.encode(errors="replace"))
        sys.stdout.buffer.flush()


class _Json(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, timezone.utc).isoformat(),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
            **getattr(record, "details", {}),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return _encode(line)


class _Console(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        details = [f"{key}={value}" for key, value in getattr(record, "details", {}).items()]
        line = " ".join([self.formatTime(record), record.levelname, record.getMessage(), *details])
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


def configure(level: str, form: str) -> None:
    """Send all logging, uvicorn's included, through one handler. An unknown level means info."""
    # What no line shows need not be found out for each.
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Console() if form == "console" else _Json())
    number = logging.getLevelName(level)
    logging.basicConfig(
        level=number if isinstance(number, int) else logging.INFO, handlers=[handler], force=True
    )
