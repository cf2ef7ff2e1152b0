"""Everything that can go wrong in a prediction, by name."""

import ctypes
import os
import pathlib
import signal
import subprocess
import sys
import time

from cog import BasePredictor, CancelationException


class Predictor(BasePredictor):
    def setup(self) -> None:
        print("setup says hello")

    def predict(self, kind: str, marker: str = "", size: int = 0) -> str:
        print(f"kind is {kind}")
        match kind:
            case "raise":
                raise ValueError("out of cheese")
            case "exit":
                sys.exit(3)
            case "kill":
                os.kill(os.getpid(), signal.SIGKILL)
            case "unencodable":
                return object()  # type: ignore[return-value]
            case "noise":
                subprocess.run(["echo", "from a child"], check=True)
                ctypes.CDLL(None).printf(b"from C\n")
                print("from stderr", file=sys.stderr)
            case "surrogate":
                return "half \ud800"
            case "silence":
                os.close(1)
                os.close(2)
            case "large":
                return "x" * size
            case "sleep":
                return self.sleep(marker)
        return str(os.getpid())

    def sleep(self, marker: str) -> str:
        try:
            pathlib.Path(marker).touch()
            time.sleep(600)
        except CancelationException:
            print("cleaned up")
            raise
        return "overslept"
