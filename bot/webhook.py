"""Updates pushed by Telegram: everything about a request is doubted, and 200 is said only after the commit."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

import structlog
import uvicorn
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from uvicorn.protocols.http.h11_impl import H11Protocol

from bot.intake import NotCommitted, Webhook
from bot.program import Program
from bot.servers import serve_beside
from bot.settings import Settings

log = structlog.get_logger()

SECRET_HEADER = "x-telegram-bot-api-secret-token"  # noqa: S105 - the header's name, no secret
MOST_BYTES = 1_000_000
DEEPEST = 40
# Updates being handled or answered: with more, Telegram is asked to come back.
MOST_IN_HAND = 256
BUSY_SECONDS = 2
STOPPING_SECONDS = 5
# Seconds that a connection may take to say what it wants, and then to send it.
HEAD_SECONDS = 10.0
BODY_SECONDS = 10.0
MOST_CONNECTIONS = 1000
_MOST_ID = 2**63


class _RefusedError(Exception):
    """``status`` is the answer; Telegram comes again, a stranger is told no more than that."""

    def __init__(self, status: int) -> None:
        self.status = status


def webhook_of(settings: Settings) -> Webhook:
    """Where Telegram is to push. Without a secret of its own one is made from the token, the same in every program."""
    secret = settings.webhook_secret.get_secret_value()
    token = settings.token.get_secret_value().encode()
    return Webhook(settings.webhook_url, secret or hmac.new(token, b"webhook", hashlib.sha256).hexdigest())


def create_app(program: Program, webhook: Webhook) -> Starlette:
    """One address, one method. Forwarded-for headers say nothing here: only the secret counts."""

    async def pushed(request: Request) -> Response:
        try:
            _admit(request, webhook.secret)
            body = _update(await _read(request))
        except _RefusedError as no:
            return Response(status_code=no.status)
        except (ClientDisconnect, TimeoutError):
            return Response(status_code=408)
        return await _take(program, body)

    return Starlette(routes=[Route(urlsplit(webhook.url).path or "/", pushed, methods=["POST"])])


async def _take(program: Program, body: dict[str, Any]) -> Response:
    if program.draining:
        return _later(STOPPING_SECONDS)
    if program.intake.in_hand >= MOST_IN_HAND:
        return _later(BUSY_SECONDS)
    try:
        await program.intake.take([body])
    except NotCommitted as error:
        log.warning("update not taken", update=body["update_id"], error=type(error.__cause__).__name__)
        return _later(BUSY_SECONDS)
    return Response(status_code=200)


def _later(seconds: int) -> Response:
    return Response(status_code=503, headers={"Retry-After": str(seconds)})


def _admit(request: Request, secret: str) -> None:
    shown = request.headers.get(SECRET_HEADER, "")
    if not hmac.compare_digest(shown.encode(), secret.encode()):
        raise _RefusedError(403)
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise _RefusedError(415)
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise _RefusedError(415)


async def _read(request: Request) -> bytes:
    parts: list[bytes] = []
    size = 0
    async with asyncio.timeout(BODY_SECONDS):
        async for part in request.stream():
            size += len(part)
            if size > MOST_BYTES:
                raise _RefusedError(413)
            parts.append(part)
    return b"".join(parts)


def _update(body: bytes) -> dict[str, Any]:
    """An object with a number, of sensible depth; what else is in it is the handlers' business."""
    try:
        found = json.loads(body, object_pairs_hook=_once_each, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise _RefusedError(400) from None
    number = found.get("update_id") if isinstance(found, dict) else None
    if type(number) is not int or not 0 <= number < _MOST_ID or _is_deep(found):
        raise _RefusedError(400)
    return dict(found)


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _is_deep(value: Any) -> bool:
    level = [value]
    for _ in range(DEEPEST):
        level = [
            inner
            for one in level
            if isinstance(one, dict | list)
            for inner in (one.values() if isinstance(one, dict) else one)
        ]
        if not level:
            return False
    return True


class _Impatient(H11Protocol):
    """Hangs up on a connection that does not say within some seconds what it wants."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.loop.call_later(HEAD_SECONDS, self._hang_up)

    def _hang_up(self) -> None:
        if self.cycle is None and not self.transport.is_closing():
            self.transport.close()


@asynccontextmanager
async def listening(program: Program, webhook: Webhook, host: str, port: int) -> AsyncIterator[None]:
    """Take pushed updates beside the program."""
    config = uvicorn.Config(
        create_app(program, webhook),
        host,
        port,
        http=_Impatient,
        ws="none",
        lifespan="off",
        log_level="warning",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        date_header=False,
        limit_concurrency=MOST_CONNECTIONS,
    )
    async with serve_beside(program, config):
        yield
