"""What user code does to its process, by name."""

import asyncio
import atexit
import ctypes
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import threading
import time
from typing import Any

import cog

LIBC = ctypes.CDLL(None)


class Endless:
    """Is found in itself."""

    def model_dump(self) -> dict[str, Any]:
        return {"again": self}


class Predictor(cog.BasePredictor):
    def setup(self) -> None:
        how = os.environ.get("SETUP", "")
        print("setup")
        getattr(self, f"set_up_{how}", lambda: None)()

    def set_up_fork(self) -> None:
        """The child comes back from setup, as if it were the worker."""
        child = os.fork()
        if child:
            os.waitpid(child, 0)

    def set_up_daemon(self) -> None:
        """A grandchild that stays, in a session of its own."""
        if os.fork() == 0:
            os.setsid()
            if os.fork():
                os._exit(0)
            pathlib.Path(os.environ["GATES"], "daemon").write_text(str(os.getpid()))
            print("from the daemon", flush=True)
            time.sleep(600)
        os.wait()

    def set_up_threads(self) -> None:
        """Threads that would not let the interpreter end."""
        threading.Thread(target=time.sleep, args=[600]).start()
        atexit.register(time.sleep, 600)

    def set_up_signals(self) -> None:
        """Every signal is taken."""
        for number in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP}:
            signal.signal(number, lambda number, frame: print(f"signal {number}"))

    def set_up_handler(self) -> None:
        """Prints from a handler while predict() prints."""
        signal.signal(signal.SIGALRM, lambda number, frame: print("tick"))
        signal.setitimer(signal.ITIMER_REAL, 0.005, 0.005)

    def predict(self, kind: str = "", text: str = "", size: int = 0) -> Any:
        return getattr(self, f"do_{kind}", self.nothing)(text, size)

    def nothing(self, text: str, size: int) -> int:
        return os.getpid()

    def do_sleep(self, text: str, size: int) -> None:
        pathlib.Path(os.environ["GATES"], "sleep.reached").touch()
        time.sleep(600)

    def do_stubborn(self, text: str, size: int) -> str:
        """Swallows the cancellation."""
        try:
            self.do_sleep(text, size)
        except BaseException:
            return "still here"
        return "overslept"

    def do_os_exit(self, text: str, size: int) -> None:
        os._exit(9)

    def do_segfault(self, text: str, size: int) -> None:
        print("unfinished", end="")
        print(" line", file=sys.stderr, end="")
        ctypes.string_at(0)

    def do_abort(self, text: str, size: int) -> None:
        LIBC.abort()

    def do_signal(self, text: str, size: int) -> int:
        os.kill(os.getpid(), size)
        return os.getpid()

    def do_recursion(self, text: str, size: int) -> None:
        self.do_recursion(text, size)

    def do_endless(self, text: str, size: int) -> Endless:
        return Endless()

    def do_deep(self, text: str, size: int) -> Any:
        sys.setrecursionlimit(10**5)
        value: Any = 0
        for _ in range(20_000):
            value = [value]
        return value

    def do_close(self, text: str, size: int) -> None:
        print("last words")
        sys.stdout.close()
        sys.stderr.close()
        print("after the last words")
        raise ValueError("closed")

    def do_replace(self, text: str, size: int) -> None:
        sys.stdout = sys.stderr = None  # type: ignore[assignment]
        print("to nobody")
        raise ValueError("replaced")

    def do_sweep(self, text: str, size: int) -> str:
        """Tidies up more than is its own; tells the server of a file that is not."""
        for path in pathlib.Path(os.environ["TMPDIR"]).iterdir():
            shutil.rmtree(path)
        return "x" * (2 << 20)

    def do_foreign(self, text: str, size: int) -> None:
        self.do_nonsense(json.dumps({"file": text}), size)

    def do_descriptors(self, text: str, size: int) -> None:
        os.closerange(3, 100)

    def do_nonsense(self, text: str, size: int) -> None:
        """Writes to the server's socket."""
        for number in range(3, 100):
            try:
                if os.readlink(f"/proc/self/fd/{number}").startswith("socket:"):
                    os.write(number, f"{text or 'hello'}\n".encode())
            except OSError:
                continue
        time.sleep(600)

    def do_children(self, text: str, size: int) -> None:
        subprocess.Popen(["sleep", "600"])
        print("python 1")
        print("python 2", file=sys.stderr)
        LIBC.puts(b"descriptor 1")
        subprocess.run(["echo", "descriptor 2"], check=True)
        os.write(1, b"descriptor 3\n")
        sys.stdout.buffer.write(b"descriptor 4\n")
        print("python 3")
        if os.fork() == 0:
            print("descriptor 5")
            os._exit(0)
        os.wait()
        print("python 4", file=sys.stderr)

    def do_chatter(self, text: str, size: int) -> int:
        """A child that prints after the end."""
        subprocess.Popen(["sh", "-c", "while echo chatter; do sleep 0.01; done"])
        return os.getpid()

    def do_lines(self, text: str, size: int) -> int:
        for number in range(size):
            print(f"line {number}")
        return size

    def do_large(self, text: str, size: int) -> str:
        return text or "x" * size

    def do_write(self, text: str, size: int) -> str:
        path = pathlib.Path(os.environ["TMPDIR"], "mine")
        try:
            path.write_bytes(b"x" * size)
        finally:
            path.unlink()
        return "written"

    def do_memory(self, text: str, size: int) -> int:
        return len(bytearray(1 << 46))

    def do_loop(self, text: str, size: int) -> str:
        """An event loop of its own."""

        async def work() -> str:
            await asyncio.sleep(0.01)
            return "looped"

        return asyncio.run(work())
