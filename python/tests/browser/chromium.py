"""A real browser, driven over its DevTools protocol by a pair of pipes."""

import contextlib
import itertools
import json
import os
import pathlib
import subprocess
import time
from collections.abc import Callable, Iterator
from typing import Any

# It runs as root, in containers without a large /dev/shm, and asks nobody but the page.
OPTIONS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--no-first-run",
    "--remote-debugging-pipe",
]
DEADLINE_SECONDS = 30.0


class Page:
    """The one page of a browser."""

    def __init__(self, read: int, write: int) -> None:
        self._read = read
        self._write = write
        self._rest = b""
        self._numbers = itertools.count(1)
        self._session = ""
        target = self.command("Target.createTarget", url="about:blank")["targetId"]
        attached = self.command("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]

    def command(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Send a command and wait for its result; what happens meanwhile is of no interest."""
        number = next(self._numbers)
        message = {"id": number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._write, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._receive()
            if answer.get("id") == number:
                assert "error" not in answer, answer
                result: dict[str, Any] = answer["result"]
                return result

    def _receive(self) -> dict[str, Any]:
        while b"\0" not in self._rest:
            data = os.read(self._read, 1 << 20)
            assert data, "the browser has ended"
            self._rest += data
        message, _, self._rest = self._rest.partition(b"\0")
        answer: dict[str, Any] = json.loads(message)
        return answer

    def run(self, expression: str) -> Any:
        """Return the value of a JavaScript expression."""
        answer = self.command(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True
        )
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def until(self, expression: str, right: Callable[[Any], Any] = bool) -> Any:
        """Ask again and again until the value is right; returns it."""
        deadline = time.monotonic() + DEADLINE_SECONDS
        while not right(value := self.run(expression)):
            assert time.monotonic() < deadline, f"{expression} is {value!r}"
            time.sleep(0.02)
        return value

    def type(self, selector: str, text: str) -> None:
        """Type into a field, in the place of what is there, as keys would."""
        self.run(f"document.querySelector({json.dumps(selector)}).select()")
        self.command("Input.insertText", text=text)

    def click(self, selector: str) -> None:
        """Press the left mouse button over an element."""
        place = self.run(
            f"(() => {{ const e = document.querySelector({json.dumps(selector)});"
            " e.scrollIntoView({block: 'center'}); const r = e.getBoundingClientRect();"
            " return {x: r.x + r.width / 2, y: r.y + r.height / 2}; })()"
        )
        for kind in ("mousePressed", "mouseReleased"):
            self.command(
                "Input.dispatchMouseEvent", type=kind, button="left", clickCount=1, **place
            )

    def choose(self, selector: str, file: pathlib.Path) -> None:
        """Choose a file of this machine."""
        root = self.command("DOM.getDocument")["root"]["nodeId"]
        node = self.command("DOM.querySelector", nodeId=root, selector=selector)["nodeId"]
        self.command("DOM.setFileInputFiles", nodeId=node, files=[str(file)])


@contextlib.contextmanager
def open_page(folder: pathlib.Path) -> Iterator[Page]:
    """Start a browser whose profile is in `folder`."""
    from_us, to_us = os.pipe(), os.pipe()

    def connect() -> None:
        # It reads commands from 3 and answers on 4.
        commands, answers = os.dup(from_us[0]), os.dup(to_us[1])
        os.dup2(commands, 3)
        os.dup2(answers, 4)

    process = subprocess.Popen(
        ["chromium", *OPTIONS, f"--user-data-dir={folder / 'profile'}"],
        preexec_fn=connect,
        pass_fds=(3, 4),
        env={**os.environ, "HOME": str(folder)},
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    os.close(from_us[0])
    os.close(to_us[1])
    try:
        yield Page(to_us[0], from_us[1])
    finally:
        os.close(from_us[1])
        process.kill()
        process.wait()
        os.close(to_us[0])
