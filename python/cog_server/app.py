"""The HTTP API: the routes of Cog's server, on FastAPI. Every answer is JSON, errors too:
{"detail": …}.

A failed prediction is a 200 whose status is failed, with its error and its logs. man/cog-http.7
says which status codes there are and what they mean.
"""

import asyncio
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from cog_server import body, direct, docs, log, metrics, prefer, trace
from cog_server.body import JSONResponse, error
from cog_server.budget import Budget, Hold
from cog_server.client import Client
from cog_server.direct import Direct
from cog_server.fetch import Fetcher
from cog_server.logs import Logs
from cog_server.model import Model, State, Unavailable
from cog_server.prediction import Prediction, new_id
from cog_server.predictions import Predictions
from cog_server.prefer import Prefer
from cog_server.schema import Document, SchemaError
from cog_server.settings import Settings
from cog_server.stream import Crowded, Histories, Stream
from cog_server.upload import Uploader, Uploads
from cog_server.version import API_VERSION, VERSIONS
from cog_server.webhook import Webhooks

if TYPE_CHECKING:
    from fastapi import FastAPI

UNHEALTHY = "UNHEALTHY"
# How long a client may be gone before anybody looks.
_WATCH_SECONDS = 0.05
# Bytes of events that all streams together keep.
HISTORY_BYTES = 256 << 20
# Of what is wrong, so much is logged.
_SHOWN = 100


class Api:
    """The handlers. `document` is the task that loads the model's schema; `shutdown` ends the
    server.
    """

    def __init__(
        self,
        model: Model,
        document: asyncio.Task[Document],
        shutdown: Callable[[], None],
        settings: Settings,
    ) -> None:
        client = Client(settings.allowed_networks, settings.user_agent)
        fetcher = Fetcher(client, settings.max_fetch, settings.fetch_timeout)
        self._model = model
        self._document = document
        self._shutdown = shutdown
        self._settings = settings
        self._streams: dict[str, Stream] = {}
        self._uploader: Uploader | None = None
        if settings.upload_url:
            # The operator's own, wherever it is.
            anywhere = Client(None, settings.user_agent)
            self._uploader = Uploader(anywhere, settings.upload_url)
        self._bodies = Budget(max(settings.max_bodies, settings.max_body))
        self._histories = Histories(HISTORY_BYTES)
        self.predictions = Predictions(model, fetcher, settings)
        self.webhooks = Webhooks(
            client, settings.throttle, settings.webhook_token, settings.webhook_hosts
        )

    def app(self) -> Direct:
        """Return the ASGI application."""
        handlers = {("POST", f"/{kind}"): self.create for kind in self._kinds()}
        return Direct({**handlers, ("GET", "/health-check"): self.health}, self._whole)

    def _whole(self) -> "FastAPI":
        """Return the application with all routes."""
        from fastapi import FastAPI
        from starlette.routing import BaseRoute, Route

        routes: list[BaseRoute] = []
        for kind in self._kinds():
            single = f"/{kind}/{{id}}"
            routes += [
                Route(f"/{kind}", self.create, methods=["POST"]),
                Route(single, self.put, methods=["PUT"]),
                Route(single, self.get),
                Route(f"{single}/cancel", self.cancel, methods=["POST"]),
            ]
        routes += [
            Route("/health-check", self.health),
            Route("/", self.index),
            Route("/openapi.json", self.openapi),
            Route("/docs", self.docs),
            Route("/metrics", self.metrics),
        ]
        if self._settings.shutdown:
            routes.append(Route("/shutdown", self.end, methods=["POST"]))
        handlers: dict[Any, Any] = {
            body.Invalid: direct.invalid,
            HTTPException: direct.refused,
            Exception: direct.broken,
        }
        # Documents of its own it has none: the model's are served.
        return FastAPI(
            openapi_url=None, redirect_slashes=False, routes=routes, exception_handlers=handlers
        )

    def _kinds(self) -> list[str]:
        return ["predictions", "trainings"] if self._settings.training else ["predictions"]

    async def index(self, request: Request) -> Response:
        """List the other routes."""
        index = {
            "cog_version": API_VERSION,
            "docs_url": "/docs",
            "openapi_url": "/openapi.json",
            "healthcheck_url": "/health-check",
            "metrics_url": "/metrics",
        }
        if self._settings.shutdown:
            index["shutdown_url"] = "/shutdown"
        for kind in self._kinds():
            index[f"{kind}_url"] = f"/{kind}"
            index[f"{kind}_idempotent_url"] = f"/{kind}/{{{kind[:-1]}_id}}"
            index[f"{kind}_cancel_url"] = f"/{kind}/{{{kind[:-1]}_id}}/cancel"
        return JSONResponse(index)

    async def health(self, request: Request) -> Response:
        """Answer 200 in every state; the state is in the body."""
        state = self._state()
        answer: dict[str, Any] = {"status": state, "setup": self._model.setup.answer()}
        answer["version"] = VERSIONS | self._model.version
        if state in (State.READY.value, State.BUSY.value):
            problem = await self._model.healthcheck()
            if problem is not None:
                answer |= {"status": UNHEALTHY, "user_healthcheck_error": problem}
        return JSONResponse(answer)

    def _state(self) -> str:
        """Return the model's state; a slot is taken, too, while files are fetched for it."""
        if self._model.state is State.READY and self.predictions.busy >= self._model.concurrency:
            return State.BUSY.value
        return self._model.state.value

    async def metrics(self, request: Request) -> Response:
        """Tell Prometheus."""
        gauges = {
            "cog_slots": ("How many predictions may run at once.", self._model.concurrency),
            "cog_slots_busy": ("How many run.", self.predictions.busy),
            "cog_queue_length": ("How many wait for a slot.", self.predictions.waiting),
        }
        states = [state.value for state in State]
        text = self.predictions.metrics.text(gauges, self._state(), states)
        return Response(text, media_type=metrics.MEDIA_TYPE)

    async def docs(self, request: Request) -> Response:
        """Serve the page on which a person runs predictions."""
        return docs.page()

    async def openapi(self, request: Request) -> Response:
        """Serve the model's document as it was written."""
        try:
            document = await asyncio.shield(self._document)
        except SchemaError as problem:
            return error(503, str(problem))
        return Response(document.text, media_type="application/json")

    async def create(self, request: Request) -> Response:
        """Run a prediction and wait for its end, or not (Prefer)."""
        return await self._answer(request, "")

    async def put(self, request: Request) -> Response:
        """Run a prediction under an id; while it runs, doing so again only tells its state, or
        joins its stream.
        """
        return await self._answer(request, request.path_params["id"])

    async def get(self, request: Request) -> Response:
        """Tell the state of a prediction that runs or ended lately."""
        identifier = request.path_params["id"]
        answer = self.predictions.answer(identifier)
        if answer is None:
            return error(404, f"no such prediction: {identifier}")
        return JSONResponse(answer)

    async def cancel(self, request: Request) -> Response:
        """Cancel a prediction that has not ended."""
        found = self.predictions.cancel(request.path_params["id"])
        return JSONResponse({}, 200 if found else 404)

    async def end(self, request: Request) -> Response:
        """Shut the server down once this is answered."""
        self._shutdown()
        return JSONResponse({})

    async def _answer(self, request: Request, identifier: str) -> Response:
        # The inputs, which may be large, are known to the prediction alone while this waits.
        hold = Hold(self._bodies)
        wish = prefer.read(request.headers.get("prefer", ""))
        try:
            result = await self._begin(request, identifier, hold, wish)
        finally:
            if not hold.kept:
                hold.release()
        if isinstance(result, Response):
            return result
        return await self._wait(request, result, wish)

    async def _begin(
        self, request: Request, identifier: str, hold: Hold, wish: Prefer
    ) -> Response | Prediction:
        """Return a prediction that is to be waited for, or an answer."""
        fields = body.parse(await body.read(request, self._settings.max_body, hold))
        if identifier and fields.setdefault("id", identifier) != identifier:
            text = f"must be the id of the path, {identifier}"
            raise body.Invalid([{"loc": ["body", "id"], "msg": text, "type": "value_error"}])
        document = await self._known_document()
        values = fields.get("input", {})
        _check(document, values)
        streamed = "text/event-stream" in request.headers.get("accept", "")
        if streamed and not self._can_stream(request, document):
            return error(406, "This model does not support streaming responses")
        # Nothing is awaited from here to the start, so that of two equal requests one starts.
        prediction = self.predictions.live(fields.get("id", ""))
        if prediction is not None and request.method == "PUT":
            return self._join(prediction) if streamed else JSONResponse(prediction.body(), 202)
        prediction = self._prepare(request, fields, document)
        prediction.listeners.append(hold.on_event)
        stream = self._stream(prediction, document, streamed)
        accepted = prediction.body() if wish.seconds == 0 and not streamed else None
        try:
            self.predictions.submit(prediction, document.urls(values) if document else [])
        except Unavailable as problem:
            prediction.forget()
            return error(409 if problem.busy else 503, str(problem))
        hold.kept = True
        if stream is not None and not prediction.done.is_set():
            self._streams[prediction.id] = stream
            prediction.listeners.append(lambda name, data: self._forget(prediction.id, name))
        if streamed and stream is not None:
            return stream.response()
        if accepted is not None:
            # How it was when it was taken; how it is by now GET tells.
            return JSONResponse(accepted, 202, {"preference-applied": wish.applied})
        return prediction

    async def _known_document(self) -> Document | None:
        """Return the document. Without one the worker checks alone, and its errors come as failed
        predictions.
        """
        try:
            if self._document.done():
                return self._document.result()
            return await asyncio.shield(self._document)
        except SchemaError:
            return None

    def _can_stream(self, request: Request, document: Document | None) -> bool:
        training = request.url.path.startswith("/trainings")
        return document is not None and document.streams and not training

    def _prepare(
        self, request: Request, fields: dict[str, Any], document: Document | None
    ) -> Prediction:
        values = fields.get("input", {})
        prediction = Prediction(
            values,
            fields.get("id") or new_id(),
            context=fields.get("context", {}),
            logs=Logs(self._settings.max_logs),
            trace=trace.read(request.headers),
            secrets=document.secrets(values) if document else (),
        )
        if self._uploader is not None and document is not None:
            prediction.outbox = Uploads(self._uploader, document.files, prediction.trace)
        if "webhook" in fields:
            events = fields.get("webhook_events_filter", body.EVENTS)
            self.webhooks.add(prediction, fields["webhook"], events)
        return prediction

    def _stream(
        self, prediction: Prediction, document: Document | None, streamed: bool
    ) -> Stream | None:
        """Keep the events of a prediction, for those who want to see them; when it was begun by
        one of them, it ends with the last.
        """
        if document is None or not document.streams:
            return None

        def leave() -> None:
            if streamed:
                log.event("all clients are gone", id=prediction.id, **prediction.trace.details())
                self.predictions.cancel(prediction.id)

        return Stream(prediction, self._settings.stream_history, leave, self._histories)

    def _join(self, prediction: Prediction) -> Response:
        try:
            return self._streams[prediction.id].response()
        except Crowded:
            return error(503, f"too many clients read prediction {prediction.id}")

    def _forget(self, identifier: str, event: str) -> None:
        if event == "completed":
            del self._streams[identifier]

    async def _wait(self, request: Request, prediction: Prediction, wish: Prefer) -> Response:
        """Answer at the end of a prediction or when the client wants to wait no longer. A client
        that waits without limit and goes away cancels it.
        """
        status = 200
        if wish.seconds is None:
            watch: list[asyncio.Task[None]] = []

            def begin() -> None:
                watch.append(asyncio.create_task(self._watch(request, prediction)))

            # Most have ended before a task to watch for their clients would have begun.
            timer = asyncio.get_running_loop().call_later(_WATCH_SECONDS, begin)
            await prediction.done.wait()
            timer.cancel()
            for task in watch:
                task.cancel()
        else:
            try:
                await asyncio.wait_for(prediction.done.wait(), wish.seconds)
            except asyncio.TimeoutError:
                status = 202
        headers = {"preference-applied": wish.applied} if wish.applied else None
        return JSONResponse(prediction.body(), status, headers)

    async def _watch(self, request: Request, prediction: Prediction) -> None:
        while (await request.receive())["type"] != "http.disconnect":
            pass
        log.event("client is gone", id=prediction.id, **prediction.trace.details())
        self.predictions.cancel(prediction.id)


def _check(document: Document | None, values: dict[str, Any]) -> None:
    if document is None:
        return
    unknown = sorted(values.keys() - document.names)
    if unknown:
        names = [name[:_SHOWN] for name in unknown[:_SHOWN]]
        log.event("unknown inputs are ignored", logging.WARNING, names=names)
    errors = document.errors(values)
    if errors:
        raise body.Invalid(errors)
