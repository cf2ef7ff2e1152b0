"""Bytes of requests that the server holds at once, from their arrival until the model has them."""

from typing import Any


class Budget:
    """So many bytes for all."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.left = limit


class Hold:
    """What one request takes of a budget, until release(); `kept` is for its owner to remember that
    somebody else will do that.
    """

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self._size = 0
        self.kept = False

    def take(self, size: int) -> bool:
        """Take more; False when there is not so much left."""
        if size > self._budget.left:
            return False
        self._budget.left -= size
        self._size += size
        return True

    def release(self) -> None:
        """Give all back."""
        self._budget.left += self._size
        self._size = 0

    def on_event(self, name: str, data: dict[str, Any]) -> None:
        """Give all back when a prediction starts, or ends without that
        (cog_server.prediction.Listener).
        """
        self.release()
