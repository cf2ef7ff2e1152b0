"""The requests that come most, past FastAPI: its middleware, routing and handling of errors take
longer than all else of a prediction that does nothing, and its import longer than all else of the
server's start. So that goes on in a thread while the first of these are answered.
"""

import asyncio
import gc
from collections.abc import Awaitable, Callable, Mapping

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from cog_server import body
from cog_server.body import JSONResponse, error

Handler = Callable[[Request], Awaitable[Response]]


class Direct:
    """An application: `handlers`, by method and path, answer what they can, as the application that
    `build` makes would; that one answers all else.
    """

    def __init__(
        self, handlers: Mapping[tuple[str, str], Handler], build: Callable[[], ASGIApp]
    ) -> None:
        self._handlers = handlers
        self._build = build
        self._app: asyncio.Task[ASGIApp] | None = None

    def prepare(self) -> None:
        """Begin to make the application."""
        if self._app is None:
            self._app = asyncio.create_task(asyncio.to_thread(self._make))

    def _make(self) -> ASGIApp:
        app = self._build()
        # What there is by now is there to stay.
        gc.freeze()
        gc.enable()
        return app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request (ASGI)."""
        handler = self._handlers.get((scope["method"], scope["path"]))
        if handler is None:
            self.prepare()
            assert self._app is not None
            app = await asyncio.shield(self._app)
            await app(scope, receive, send)
            return
        request = Request(scope, receive)
        try:
            response = await handler(request)
        except body.Invalid as problem:
            response = await invalid(request, problem)
        except HTTPException as problem:
            response = await refused(request, problem)
        except Exception as problem:
            await (await broken(request, problem))(scope, receive, send)
            raise
        await response(scope, receive, send)


async def invalid(request: Request, problem: body.Invalid) -> Response:
    """Say what is wrong with a request."""
    return JSONResponse({"detail": problem.details}, 422)


async def refused(request: Request, problem: HTTPException) -> Response:
    """Say why a request is refused."""
    headers = dict(problem.headers) if problem.headers else None
    return JSONResponse({"detail": problem.detail}, problem.status_code, headers)


async def broken(request: Request, problem: Exception) -> Response:
    """Say that it is not the client's fault."""
    return error(500, "the server failed; its log says more")
