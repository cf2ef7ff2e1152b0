"""The HTTP API: the routes of Cog's server, on FastAPI. Every answer is JSON, errors too:
{"detail": …}.

A failed prediction is a 200 whose status is failed, with its error and its logs. 409: one is
running; 422: the request is wrong; 503: the model is not ready.
"""

import asyncio
import json
import logging
from collections.abc import Callable
from typing import Any

from fastapi import FastAPI, Header, HTTPException, Request, Response, responses
from pydantic import ValidationError
from starlette.requests import ClientDisconnect

from cog_server import log
from cog_server.model import Model, Unavailable
from cog_server.prediction import Prediction, PredictionRequest
from cog_server.schema import Document, SchemaError
from cog_server.version import __version__


class JSONResponse(responses.JSONResponse):
    """JSON in UTF-8, whatever the model's strings hold: half a surrogate pair becomes `?`."""

    def render(self, content: Any) -> bytes:
        """Return the body (starlette.responses.Response)."""
        text = json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        return text.encode("utf-8", "replace")


_INDEX = {
    "cog_version": __version__,
    "openapi_url": "/openapi.json",
    "healthcheck_url": "/health-check",
    "predictions_url": "/predictions",
    "predictions_idempotent_url": "/predictions/{prediction_id}",
    "predictions_cancel_url": "/predictions/{prediction_id}/cancel",
    "shutdown_url": "/shutdown",
}


class Api:
    """The handlers. `document` is the task that loads the model's schema; `shutdown` ends the
    server.
    """

    def __init__(
        self, model: Model, document: asyncio.Task[Document], shutdown: Callable[[], None]
    ) -> None:
        self._model = model
        self._document = document
        self._shutdown = shutdown

    def app(self) -> FastAPI:
        """Return the ASGI application."""
        app = FastAPI(openapi_url=None, redirect_slashes=False)
        app.add_api_route("/", self.index)
        app.add_api_route("/health-check", self.health)
        app.add_api_route("/openapi.json", self.openapi)
        app.add_api_route("/predictions", self.create, methods=["POST"])
        app.add_api_route("/predictions/{prediction_id}", self.put, methods=["PUT"])
        app.add_api_route("/predictions/{prediction_id}", self.get)
        app.add_api_route("/predictions/{prediction_id}/cancel", self.cancel, methods=["POST"])
        app.add_api_route("/shutdown", self.end, methods=["POST"])
        app.add_exception_handler(ValidationError, _invalid)
        app.add_exception_handler(Exception, _broken)
        return app

    async def index(self) -> Response:
        """List the other routes."""
        return JSONResponse(_INDEX)

    async def health(self) -> Response:
        """Answer 200 in every state; the state is in the body."""
        version = {"cog_server": __version__, **self._model.version}
        state = {"status": self._model.state.value, "setup": self._model.setup.answer()}
        return JSONResponse({**state, "version": version})

    async def openapi(self) -> Response:
        """Serve the model's document as it was written."""
        try:
            document = await asyncio.shield(self._document)
        except SchemaError as error:
            return _error(503, str(error))
        return Response(document.text, media_type="application/json")

    async def create(self, request: Request, prefer: str | None = Header(None)) -> Response:
        """Run a prediction and wait for its end, or not (`Prefer: respond-async`)."""
        body = await _body(request)
        prediction = Prediction(body.input, body.id) if body.id else Prediction(body.input)
        return await self._predict(request, prediction, prefer)

    async def put(
        self, request: Request, prediction_id: str, prefer: str | None = Header(None)
    ) -> Response:
        """Run a prediction under an id; while it runs, doing so again only tells its state."""
        body = await _body(request)
        if body.id not in (None, prediction_id):
            text = f"must be the id of the path, {prediction_id}"
            detail = {"loc": ["body", "id"], "msg": text, "type": "value_error"}
            return JSONResponse({"detail": [detail]}, 422)
        prediction = Prediction(body.input, prediction_id)
        return await self._predict(request, prediction, prefer, idempotent=True)

    async def get(self, prediction_id: str) -> Response:
        """Tell the state of a prediction that runs or ended lately."""
        prediction = self._model.find(prediction_id)
        if prediction is None:
            return _error(404, f"there is no prediction {prediction_id}")
        return JSONResponse(prediction.answer())

    async def cancel(self, prediction_id: str) -> Response:
        """Cancel a running prediction."""
        return JSONResponse({}, 200 if self._model.cancel(prediction_id) else 404)

    async def end(self) -> Response:
        """Shut the server down once this is answered."""
        self._shutdown()
        return JSONResponse({})

    async def _predict(
        self,
        request: Request,
        prediction: Prediction,
        prefer: str | None,
        idempotent: bool = False,
    ) -> Response:
        errors = await self._check(prediction.input)
        if errors:
            return JSONResponse({"detail": errors}, 422)
        # Nothing is awaited from here to the start, so that of two equal requests one starts.
        running = self._model.find(prediction.id)
        if idempotent and running is not None and not running.done.is_set():
            return JSONResponse(running.answer(), 202)
        try:
            self._model.predict(prediction)
        except Unavailable as error:
            return _error(409 if error.busy else 503, str(error))
        if prefer == "respond-async":
            return JSONResponse(prediction.answer(), 202)
        await self._wait(request, prediction)
        return JSONResponse(prediction.answer())

    async def _check(self, values: dict[str, Any]) -> list[dict[str, Any]]:
        try:
            document = await asyncio.shield(self._document)
        except SchemaError:
            # The worker checks too; without the document its errors come as failed predictions.
            return []
        unknown = sorted(values.keys() - document.names)
        if unknown:
            log.event("unknown inputs are ignored", logging.WARNING, names=unknown)
        return document.errors(values)

    async def _wait(self, request: Request, prediction: Prediction) -> None:
        """Wait for the end of a prediction, and cancel it when the client goes away."""
        done = asyncio.create_task(prediction.done.wait())
        gone = asyncio.create_task(_disconnected(request))
        await asyncio.wait({done, gone}, return_when=asyncio.FIRST_COMPLETED)
        gone.cancel()
        if not done.done():
            log.event("client is gone", id=prediction.id)
            self._model.cancel(prediction.id)
        await done


async def _body(request: Request) -> PredictionRequest:
    """Read the body as JSON, whatever it calls itself; none at all is an empty request."""
    try:
        return PredictionRequest.model_validate_json(await request.body() or b"{}")
    except ClientDisconnect:
        raise HTTPException(400, "the request has no end") from None


async def _disconnected(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


def _error(status: int, text: str) -> Response:
    return JSONResponse({"detail": text}, status)


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, ValidationError)
    details = [
        {"loc": ["body", *item["loc"]], "msg": item["msg"], "type": item["type"]}
        for item in error.errors(include_url=False, include_context=False, include_input=False)
    ]
    return JSONResponse({"detail": details}, 422)


async def _broken(request: Request, error: Exception) -> Response:
    return _error(500, "the server failed; its log says more")
