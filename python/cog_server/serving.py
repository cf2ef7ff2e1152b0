"""The server proper: uvicorn with our application and the model, from where the doorman stops to
the end.
"""

import asyncio
import logging
import signal
import socket
from types import FrameType

import uvicorn

from cog_server import connections, log, schema, settings
from cog_server.app import Api
from cog_server.connections import Acceptor
from cog_server.doorman import Doorman
from cog_server.memory import Memory
from cog_server.model import Model
from cog_server.protocol import Limits, Protocol, State
from cog_server.ready import ReadyFile

# How long the last webhooks may take once the model has ended.
WEBHOOK_SECONDS = 5.0
# Of uvicorn, ten a second.
_TICKS = 10


class Server(uvicorn.Server):
    """uvicorn, with our rules for signals and the model's end beside that of the connections."""

    def __init__(
        self,
        config: uvicorn.Config,
        model: Model,
        api: Api,
        options: settings.Settings,
        doorman: Doorman,
    ) -> None:
        super().__init__(config)
        self._model = model
        self._api = api
        self._options = options
        self._doorman = doorman
        self._memory = Memory()
        # How many predictions had ended when somebody looked.
        self._ended = 0
        self._acceptor: Acceptor | None = None
        most = connections.limit(options.max_connections)
        limits = Limits(options.idle_timeout, options.request_timeout, most)
        self.server_state: State = State(limits)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Take the connections over from the doorman, and the listener from uvicorn."""
        early = self._doorman.dismiss()
        await super().startup([])
        [listener] = sockets or []
        self._acceptor = Acceptor(
            listener,
            self.server_state,
            lambda: Protocol(self.config, self.server_state, self.lifespan.state),
        )
        for connection in early:
            self._acceptor.take(connection)
        self._acceptor.start()

    async def on_tick(self, counter: int) -> bool:
        """Look after connections and memory (uvicorn.Server)."""
        if counter % _TICKS == 0 and self._acceptor is not None:
            # What has come is read first: a server that was stopped for a while would find that
            # nothing had come meanwhile. After the first the loop looks, after the second it has.
            for _ in range(2):
                await asyncio.sleep(0)
            self._acceptor.check()
            predictions = self._api.predictions
            busy = predictions.busy > 0 or predictions.metrics.total != self._ended
            self._ended = predictions.metrics.total
            self._memory.tick(busy)
        return await super().on_tick(counter)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Start the shutdown. uvicorn's own version would raise the signal again at the end."""
        if sig == signal.SIGTERM and self._options.await_explicit_shutdown:
            log.event("SIGTERM is ignored until POST /shutdown")
            return
        self.end()

    def end(self) -> None:
        """Begin to shut down."""
        self.should_exit = True

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close the connections, once answered, and end the model at the same time."""
        log.event("server is shutting down")
        ending = asyncio.create_task(self._drain())
        if self._acceptor is not None:
            self._acceptor.stop()
        await super().shutdown(sockets)
        await ending

    async def _drain(self) -> None:
        await self._api.predictions.drain(self._options.shutdown_timeout)
        await self._model.stop()
        await self._api.webhooks.drain(WEBHOOK_SECONDS)


def run(options: settings.Settings, listener: socket.socket, doorman: Doorman) -> None:
    """Serve until the end."""
    asyncio.run(_serve(options, listener, doorman))


async def _serve(options: settings.Settings, listener: socket.socket, doorman: Doorman) -> None:
    model = Model(options)
    document = asyncio.create_task(
        schema.load(options.openapi_file, options.worker_python, options.model, options.training)
    )
    document.add_done_callback(_report)
    api = Api(model, document, lambda: server.end(), options)
    ready = ReadyFile(options.ready_file)
    model.on_state.append(ready.update)
    model.start()
    app = api.app()
    app.prepare()
    config = uvicorn.Config(
        app,
        lifespan="off",
        http=Protocol,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=int(options.shutdown_timeout) + 10,
    )
    server = Server(config, model, api, options, doorman)
    try:
        await server.serve([listener])
    finally:
        ready.remove()


def _report(document: "asyncio.Task[schema.Document]") -> None:
    if not document.cancelled() and (error := document.exception()) is not None:
        log.event("the model's schema is missing", logging.ERROR, error=str(error))
