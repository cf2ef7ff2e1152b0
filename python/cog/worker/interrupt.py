"""Cancelling synchronous code: CancelationException, raised in the main thread.

A signal is what interrupts a sleep or a blocking read there. It is a real-time one, which leaves
SIGUSR1 and the others to the user's code. Its handler raises only while the user's code runs, and
not while that is in a shield: half a message, cut by a cancellation, would end the conversation
with the server.
"""

import signal
import threading
from collections.abc import Callable
from types import FrameType, TracebackType

from cog.exceptions import CancelationException

SIGNAL = signal.SIGRTMIN + 13


class Shield:
    """A context: in the main thread, a cancellation waits for its end. Any other may enter it."""

    def __init__(self, interrupt: "Interrupt") -> None:
        self._interrupt = interrupt
        self.depth = 0

    def __enter__(self) -> None:
        if threading.get_ident() == self._interrupt.main:
            self.depth += 1

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if threading.get_ident() == self._interrupt.main:
            self.depth -= 1
            self._interrupt.check()


class Interrupt:
    """Made in the main thread. begin() and end() enclose a prediction's code, there; request() may
    come from any thread, and before begin(). Predictions are told apart by their numbers.
    """

    def __init__(self) -> None:
        self.main = threading.get_ident()
        self.shield = Shield(self)
        self._lock = threading.Lock()
        self._current = -1
        self._wanted = -2
        self._armed = False
        self._instead: Callable[[], bool] = lambda: False

    def request(self, prediction: int) -> None:
        """Cancel a prediction, now or when it begins; one that has ended has."""
        with self._lock:
            self._wanted = prediction
            if self._current == prediction:
                signal.pthread_kill(self.main, SIGNAL)

    def begin(self, prediction: int, instead: Callable[[], bool]) -> None:
        """Let the prediction be cancelled: by `instead`, or by the exception when that returns
        False. Raises it at once when that was asked for before.
        """
        signal.signal(SIGNAL, self._on_signal)
        with self._lock:
            self._current = prediction
        self._instead = instead
        self._armed = True
        self.check()

    def end(self) -> None:
        """No more cancellation."""
        self._armed = False
        with self._lock:
            self._current = -1

    def cancelled(self, prediction: int) -> bool:
        """Whether that was asked for."""
        return self._wanted == prediction

    def check(self) -> None:
        """Raise CancelationException if it is due: once in a prediction."""
        if self._armed and not self.shield.depth and self._wanted == self._current:
            self._armed = False
            if not self._instead():
                raise CancelationException

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self.check()
