"""Exceptions that user code may see."""


class CancelationException(BaseException):
    """Raised inside predict() when the prediction is cancelled.

    Not an Exception, so that `except Exception` in a model does not swallow it. Clean up and let
    it pass.
    """
