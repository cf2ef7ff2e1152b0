"""The file that tells a Kubernetes probe that the model is ready: there while it is."""

import contextlib
import logging
import os

from cog_server import log
from cog_server.model import State


class ReadyFile:
    """Keeps the file in step with the state; does nothing without a path."""

    def __init__(self, path: str | None) -> None:
        self._path = path
        self._there = False

    def update(self, state: State) -> None:
        """Make or remove the file."""
        ready = state in (State.READY, State.BUSY)
        if self._path is None or ready == self._there:
            return
        self._there = ready
        try:
            if ready:
                os.makedirs(os.path.dirname(self._path), exist_ok=True)
                open(self._path, "wb").close()
            else:
                os.unlink(self._path)
        except OSError as error:
            log.event("the readiness file cannot be kept", logging.ERROR, error=str(error))

    def remove(self) -> None:
        """Remove the file at the end."""
        if self._path is not None and self._there:
            self._there = False
            with contextlib.suppress(OSError):
                os.unlink(self._path)
