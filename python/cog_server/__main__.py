"""`python -m cog_server`: serve one model over HTTP. Started by cog.server.http; settings as in
cog_server.settings.

SIGINT, SIGTERM and POST /shutdown end it: no new requests, running predictions may finish, exit
status 0.
"""

import asyncio
import logging
import os
import signal
import socket
import sys
from types import FrameType

import uvicorn

from cog_server import log, schema, settings
from cog_server.app import Api
from cog_server.model import Model
from cog_server.protocol import Protocol
from cog_server.ready import ReadyFile

# How long the last webhooks may take once the model has ended.
WEBHOOK_SECONDS = 5.0


class Server(uvicorn.Server):
    """uvicorn, with our rules for signals and the model's end beside that of the connections."""

    def __init__(
        self, config: uvicorn.Config, model: Model, api: Api, options: settings.Settings
    ) -> None:
        super().__init__(config)
        self._model = model
        self._api = api
        self._options = options

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
        await super().shutdown(sockets)
        await ending

    async def _drain(self) -> None:
        await self._api.predictions.drain(self._options.shutdown_timeout)
        await self._model.stop()
        await self._api.webhooks.drain(WEBHOOK_SECONDS)


async def _serve(options: settings.Settings) -> None:
    model = Model(options)
    document = asyncio.create_task(
        schema.load(options.openapi_file, options.worker_python, options.model, options.training)
    )
    document.add_done_callback(_report)
    api = Api(model, document, lambda: server.end(), options)
    ready = ReadyFile(options.ready_file)
    model.on_state.append(ready.update)
    config = uvicorn.Config(
        api.app(),
        host=options.host,
        port=options.port,
        lifespan="off",
        http=Protocol,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=int(options.shutdown_timeout) + 10,
    )
    server = Server(config, model, api, options)
    model.start()
    try:
        await server.serve()
    finally:
        ready.remove()


def _report(document: "asyncio.Task[schema.Document]") -> None:
    if not document.cancelled() and (error := document.exception()) is not None:
        log.event("the model's schema is missing", logging.ERROR, error=str(error))


def main() -> int:
    """Run the server; returns its exit status."""
    options = settings.read(sys.argv[1:])
    # Where the worker looks for what it is to run, whichever of the two that is.
    os.environ["COG_PREDICT_TYPE_STUB"] = options.model
    log.configure(options.log_level, options.log_format)
    logging.getLogger("uvicorn").setLevel(logging.WARNING)
    log.event("server starts", host=options.host, port=options.port, model=options.model)
    asyncio.run(_serve(options))
    log.event("server has ended")
    return 0


if __name__ == "__main__":
    sys.exit(main())
