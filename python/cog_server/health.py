"""The model's own health check as the server asks it: one at a time, for all who want to know."""

import asyncio

TIMEOUT_SECONDS = 5.0


class Health:
    """The state of the check: none is under way, or one is and has until its deadline."""

    def __init__(self) -> None:
        self._answer: asyncio.Future[str | None] | None = None
        self._deadline = 0.0

    def begin(self) -> bool:
        """Whether the worker is to be asked: not while it has not answered the last time."""
        if self._answer is not None and not self._answer.done():
            return False
        loop = asyncio.get_running_loop()
        self._answer = loop.create_future()
        self._deadline = loop.time() + TIMEOUT_SECONDS
        return True

    def set(self, error: str | None) -> None:
        """Give the answer to all who wait."""
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(error)

    async def wait(self) -> str | None:
        """Return what is wrong, after at most TIMEOUT_SECONDS from begin()."""
        assert self._answer is not None
        left = self._deadline - asyncio.get_running_loop().time()
        done, _ = await asyncio.wait([self._answer], timeout=max(left, 0))
        if not done:
            return f"user-defined healthcheck timed out after {TIMEOUT_SECONDS} seconds"
        return self._answer.result()
