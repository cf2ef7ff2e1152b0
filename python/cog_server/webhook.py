"""Webhooks: the client's URL is told how its prediction goes, with the whole answer each time.

What happened between two notices is one notice: after start, outputs and logs are told at most
every COG_THROTTLE_RESPONSE_INTERVAL seconds. The end is told at once and, when it does not
arrive, again and again; nothing that a receiver does changes the prediction.
"""

import asyncio
import contextlib
import logging
import urllib.parse
from collections.abc import Collection
from typing import Any

from cog_server import log, network
from cog_server.body import EVENTS
from cog_server.client import Client, ClientError
from cog_server.prediction import Prediction

SECONDS = 30.0
RETRIES = 12
FIRST_PAUSE_SECONDS = 0.1
_RETRIED = (429, 500, 502, 503, 504)
# How many ends may be on their way; when there are more the oldest is given up.
_MAX_UNDELIVERED = 256
_EVENTS = {"start": "start", "output": "output", "log": "logs", "completed": "completed"}


class Webhooks:
    """Sends the notices of all predictions."""

    def __init__(
        self, client: Client, interval: float, token: str | None, hosts: Collection[str]
    ) -> None:
        self._client = client
        self.interval = interval
        self._token = token
        self._hosts = hosts
        self._tasks: dict[asyncio.Task[None], _Webhook] = {}
        if token is not None and not hosts:
            text = "WEBHOOK_AUTH_TOKEN is sent to nobody: WEBHOOK_AUTH_HOSTS lists no host"
            log.event(text, logging.WARNING)

    def add(self, prediction: Prediction, url: str, events: Collection[str] = EVENTS) -> None:
        """Tell `url` of these events of a prediction that has not started."""
        webhook = _Webhook(self, prediction, url, events)
        prediction.listeners.append(webhook.listen)

    def run(self, webhook: "_Webhook") -> None:
        """Begin to send, at the first event."""
        task = asyncio.create_task(webhook.run())
        self._tasks[task] = webhook
        task.add_done_callback(lambda task: self._tasks.pop(task))
        # One that was given up may take a moment to end.
        waiting = [task for task, other in self._tasks.items() if not other.given_up]
        if len(waiting) > _MAX_UNDELIVERED:
            log.event("a webhook is given up: too many are waiting", logging.WARNING)
            self._give_up(waiting[0])

    async def drain(self, seconds: float) -> None:
        """Wait for what is on its way, so long; then give up."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=seconds)
        for task in list(self._tasks):
            self._give_up(task)

    def _give_up(self, task: "asyncio.Task[None]") -> None:
        # Up to Python 3.11 wait_for() may swallow a cancellation.
        self._tasks[task].given_up = True
        task.cancel()

    async def send(self, prediction: Prediction, url: str) -> str | None:
        """Send the answer as it is now; returns what went wrong, if trying again may help."""
        headers = [("content-type", "application/json"), *prediction.trace.headers]
        if self._token is not None and may_know(url, self._hosts):
            headers.append(("authorization", f"Bearer {self._token}"))
        try:
            sending = self._client.send("POST", url, headers, prediction.body())
            status = (await asyncio.wait_for(sending, SECONDS)).status
        except asyncio.TimeoutError:
            problem, again = f"no answer within {SECONDS:g} s", True
        except ClientError as error:
            problem, again = str(error), error.again
        else:
            if status // 100 == 2:
                return None
            problem, again = f"the answer was {status}", status in _RETRIED
        details = {"id": prediction.id, "error": problem, **prediction.trace.details()}
        log.event("webhook failed", logging.WARNING, **details)
        return problem if again else None


def may_know(url: str, hosts: Collection[str]) -> bool:
    """Whether the operator's token may be sent to a URL, which is a client's word: its host must be
    one of `hosts`, where `*.example.com` is every host below that one, and nobody on the way may
    read it.
    """
    try:
        parts = urllib.parse.urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    safe = parts.scheme == "https" or network.is_loopback(host)
    listed = any(host == item or (item[:2] == "*." and host.endswith(item[1:])) for item in hosts)
    return safe and listed


class _Webhook:
    """The notices of one prediction."""

    def __init__(
        self, webhooks: Webhooks, prediction: Prediction, url: str, events: Collection[str]
    ) -> None:
        self._webhooks = webhooks
        self._prediction = prediction
        self._url = url
        self._events = events
        self._pending: set[str] = set()
        self._wake = asyncio.Event()
        self._started = False
        self.given_up = False

    def listen(self, name: str, data: dict[str, Any]) -> None:
        """Note an event (cog_server.prediction.Listener)."""
        event = _EVENTS.get(name)
        if event is not None and (event in self._events or event == "completed"):
            self._pending.add(event)
            self._wake.set()
        if self._pending and not self._started:
            self._started = True
            self._webhooks.run(self)

    async def run(self) -> None:
        """Send until the end is sent."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            if "completed" in self._pending:
                break
            self._pending.clear()
            await self._webhooks.send(self._prediction, self._url)
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._prediction.done.wait(), self._webhooks.interval)
        if "completed" in self._events:
            await self._tell_end()

    async def _tell_end(self) -> None:
        pause = FIRST_PAUSE_SECONDS
        for _ in range(RETRIES):
            if await self._webhooks.send(self._prediction, self._url) is None or self.given_up:
                return
            await asyncio.sleep(pause)
            pause *= 2
        await self._webhooks.send(self._prediction, self._url)
