"""Bot API calls as they arrive: query string, JSON, urlencoded form or multipart."""

import json
from dataclasses import dataclass, field
from typing import Any

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import Request
from starlette.types import Message, Receive

from simulator.refusals import RefusalError, bad_request

MAX_BODY = 52 * 1024 * 1024


class BodyTooLargeError(Exception):
    """The body passes the limit; reading stopped there."""


@dataclass(frozen=True, slots=True)
class Upload:
    """One file part of a multipart body."""

    name: str
    mime: str
    content: bytes


@dataclass(slots=True)
class Call:
    """One Bot API call; a parameter is a string or, from a JSON body, any JSON value."""

    method: str
    params: dict[str, Any] = field(default_factory=dict)
    uploads: dict[str, Upload] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """A string parameter; absent is empty, a JSON number is written out."""
        value = self.params.get(name)
        if value is None:
            return ""
        return value if isinstance(value, str) else json.dumps(value)

    def flag(self, name: str) -> bool:
        """A boolean parameter as Telegram reads it: true, 1, yes, t, y."""
        return self.text(name).lower() in {"true", "1", "yes", "t", "y"}

    def integer(self, name: str, default: int = 0) -> int:
        """A whole number; anything else counts as absent, as in Telegram."""
        try:
            return int(self.text(name))
        except ValueError:
            return default

    def parsed(self, name: str, what: str) -> Any:
        """A JSON-valued parameter, or None; `what` names it in the refusal."""
        value = self.params.get(name)
        if value is None or value == "":
            return None
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            raise bad_request(f"can't parse {what} JSON object") from None

    def chat_id(self) -> int | None:
        """The chat meant, when it is a number at all."""
        value = self.integer("chat_id")
        return value or None


async def read_body(request: Request, limit: int = MAX_BODY) -> bytes:
    """The whole body, giving up as soon as it passes the limit."""
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > limit:
            raise BodyTooLargeError
        parts.append(part)
    return b"".join(parts)


async def read_call(request: Request, method: str) -> Call:
    """The call in whichever of the four forms it came."""
    call = Call(method, dict(request.query_params))
    try:
        body = await read_body(request)
    except BodyTooLargeError:
        raise RefusalError(413, "Request Entity Too Large") from None
    if not body:
        return call
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json":
        call.params.update(_json_object(body))
    elif kind in {"application/x-www-form-urlencoded", "multipart/form-data"}:
        await _read_form(request, body, call)
    return call


async def _read_form(request: Request, body: bytes, call: Call) -> None:
    replay = Request(request.scope, _replay(body))
    try:
        async with replay.form(max_files=100, max_fields=200, max_part_size=4 * 1024 * 1024) as form:
            for name, value in form.multi_items():
                if isinstance(value, UploadFile):
                    content = await value.read()
                    mime = value.content_type or "application/octet-stream"
                    call.uploads[name] = Upload(value.filename or name, mime, content)
                else:
                    call.params[name] = value
    except (HTTPException, MultiPartException):
        raise bad_request("can't parse the request body") from None


def _json_object(body: bytes) -> dict[str, Any]:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        raise bad_request("can't parse JSON object") from None
    if not isinstance(value, dict):
        raise bad_request("expected a JSON object")
    return value


def _replay(body: bytes) -> Receive:
    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive
