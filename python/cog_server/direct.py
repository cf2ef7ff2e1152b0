"""POST of a prediction, past what FastAPI does around each handler: middleware, routing and the
handling of errors, which take longer than all else of a prediction that does nothing.
"""

from collections.abc import Awaitable, Callable, Collection

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from cog_server import body
from cog_server.body import JSONResponse

Handler = Callable[[Request], Awaitable[Response]]


class Direct:
    """A middleware that answers POSTs to `paths` itself, as the route of that path would."""

    def __init__(self, app: ASGIApp, paths: Collection[str], handler: Handler) -> None:
        self._app = app
        self._paths = paths
        self._handler = handler

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request (ASGI)."""
        if scope["type"] != "http" or scope["method"] != "POST" or scope["path"] not in self._paths:
            await self._app(scope, receive, send)
            return
        request = Request(scope, receive)
        try:
            response = await self._handler(request)
        except body.Invalid as problem:
            response = await invalid(request, problem)
        except HTTPException as problem:
            response = await refused(request, problem)
        await response(scope, receive, send)


async def invalid(request: Request, problem: body.Invalid) -> Response:
    """Say what is wrong with a request."""
    return JSONResponse({"detail": problem.details}, 422)


async def refused(request: Request, problem: HTTPException) -> Response:
    """Say why a request is refused."""
    headers = dict(problem.headers) if problem.headers else None
    return JSONResponse({"detail": problem.detail}, problem.status_code, headers)
