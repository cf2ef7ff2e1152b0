"""The bodies of requests and answers: JSON in UTF-8."""

import json
from typing import Any

from pydantic_core import (
    PydanticSerializationError,
    SchemaValidator,
    ValidationError,
    core_schema,
    to_json,
)
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from cog_server import memory
from cog_server.budget import Hold
from cog_server.payload import PART_BYTES, Payload

_MAX_ID_CHARACTERS = 200
_MAX_URL_CHARACTERS = 8192
EVENTS = ("start", "output", "logs", "completed")

_encoder = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))


class Unencodable(Exception):
    """A value has no JSON; the text says why."""


class Invalid(Exception):
    """A request is wrong; `details` say where and why, as a 422 answer does."""

    def __init__(self, details: list[dict[str, Any]]) -> None:
        super().__init__(details)
        self.details = details


def encode(content: Any) -> bytes:
    """Return `content` as JSON, whatever its strings hold: half a surrogate pair becomes `?`.
    Unencodable when it is nested too deeply.
    """
    try:
        return to_json(content, inf_nan_mode="null")
    except PydanticSerializationError:
        # Five times as slow, but patient.
        try:
            return _encoder.encode(content).encode("utf-8", "replace")
        except (RecursionError, ValueError) as problem:
            raise Unencodable(f"cannot be turned into JSON: {problem}") from None


class JSONResponse(Response):
    """An answer in JSON; a payload is JSON already."""

    media_type = "application/json"

    # What is sent in more parts than one.
    _large: Payload | None = None

    def render(self, content: Any) -> bytes:
        """Return the body, or its first part (starlette.responses.Response)."""
        if not isinstance(content, Payload):
            return encode(content)
        if len(content) > PART_BYTES:
            self._large = content
        return content.part(0)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the answer (ASGI), each part when there is room for it."""
        if self._large is None:
            await super().__call__(scope, receive, send)
            return
        left = len(self._large)
        self.headers["content-length"] = str(left)
        head = {"type": "http.response.start", "status": self.status_code}
        await send({**head, "headers": self.raw_headers})
        for part in self._large.parts():
            left -= len(part)
            await send({"type": "http.response.body", "body": part, "more_body": left > 0})


def error(status: int, text: str) -> JSONResponse:
    """Return an answer that says what went wrong."""
    return JSONResponse({"detail": text}, status)


def details(error: ValidationError, *place: str) -> list[dict[str, Any]]:
    """Return the errors in the form of a 422 answer: loc, msg, type; never the values."""
    return [
        {"loc": [*place, *item["loc"]], "msg": item["msg"], "type": item["type"]}
        for item in error.errors(include_url=False, include_context=False, include_input=False)
    ]


def _optional(schema: core_schema.CoreSchema) -> core_schema.TypedDictField:
    return core_schema.typed_dict_field(core_schema.nullable_schema(schema), required=False)


_text = core_schema.str_schema(strict=True)
_request = SchemaValidator(
    core_schema.typed_dict_schema(
        {
            "id": _optional(core_schema.str_schema(strict=True, max_length=_MAX_ID_CHARACTERS)),
            "input": _optional(core_schema.dict_schema(_text)),
            "context": _optional(core_schema.dict_schema(_text, _text)),
            "webhook": _optional(
                core_schema.str_schema(
                    strict=True, pattern="^https?://", max_length=_MAX_URL_CHARACTERS
                )
            ),
            "webhook_events_filter": _optional(
                core_schema.list_schema(core_schema.literal_schema(list(EVENTS)))
            ),
        },
        extra_behavior="ignore",
    )
)


def parse(text: bytes) -> dict[str, Any]:
    """Read a PredictionRequest; none at all is an empty one. Members that are null are left out,
    those that are not known too. Invalid.
    """
    try:
        members = _request.validate_json(text or b"{}")
    except ValidationError as problem:
        raise Invalid(details(problem, "body")) from None
    return {name: value for name, value in members.items() if value is not None}


async def read(request: Request, limit: int, hold: Hold) -> bytes:
    """Read the body, whatever it calls itself. HTTPException 413 as soon as it is too large, 503
    when there are too many bytes of requests already.
    """
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > limit:
        raise _too_large(limit)
    parts, size = [], 0
    try:
        async for part in request.stream():
            size += len(part)
            if size > limit:
                raise _too_large(limit)
            if not hold.take(len(part)):
                text = "too many bytes of requests are on their way: COG_MAX_BODIES"
                raise HTTPException(503, text, headers={"connection": "close"})
            parts.append(part)
            if size > PART_BYTES:
                memory.expect_much()
    except ClientDisconnect:
        raise HTTPException(400, "the request has no end") from None
    return b"".join(parts)


def _too_large(limit: int) -> HTTPException:
    # What is not read would be taken for the next request.
    text = f"the body has more than {limit} bytes, the limit of COG_MAX_BODY"
    return HTTPException(413, text, headers={"connection": "close"})
