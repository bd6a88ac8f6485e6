"""The program's own small web side: what it is doing and a virtual clock's hands for this machine, health for all."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from urllib.parse import urlsplit

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot import health
from bot.clock import VirtualClock
from bot.program import Program
from bot.servers import serve_beside
from services.overview import overview

LOOPBACK = "127.0.0.1"
_HOSTS = frozenset({LOOPBACK, "localhost"})


def create_app(program: Program) -> Starlette:
    """``GET /status.json``; with a virtual clock also ``POST /clock``."""

    async def status(request: Request) -> Response:
        if _foreign(request):
            return JSONResponse({"error": "loopback only"}, 403)
        seen = await program.runtime.tick(overview)
        return JSONResponse(
            {**seen, "on_duty": program.on_duty, "idle": program.idle and not seen["waiting"]}
        )

    async def clock(request: Request) -> Response:
        """Move the virtual clock and ring the bell, so that the answer comes after everything due is done."""
        held = program.runtime.clock
        if _foreign(request) or not isinstance(held, VirtualClock):
            return JSONResponse({"error": "only a virtual clock can be moved, from this machine"}, 403)
        try:
            wanted = await request.json()
            moment = datetime.fromisoformat(wanted["now"]) if "now" in wanted else held.now()
            rate = float(wanted["rate"]) if "rate" in wanted else None
        except (ValueError, TypeError):
            return JSONResponse({"error": 'expected {"now": ISO time with zone, "rate": number}'}, 400)
        if moment.tzinfo is None or (rate is not None and not 0 <= rate <= 1_000_000):
            return JSONResponse({"error": "a time with zone, and a rate from 0 on"}, 400)
        held.set(moment, rate)
        await program.placed.wait()
        if program.on_duty:
            await program.tick()
        return JSONResponse({"now": held.now().isoformat()})

    return Starlette(
        routes=[
            Route("/status.json", status),
            Route("/clock", clock, methods=["POST"]),
            *health.routes(program),
        ],
    )


def _foreign(request: Request) -> bool:
    """Somebody on another machine, or a page of another site, whose Host or Origin gives it away."""
    if request.client is not None and request.client.host not in {LOOPBACK, "::1", "testclient"}:
        return True
    origin = request.headers.get("origin", "")
    return request.url.hostname not in _HOSTS or bool(origin and urlsplit(origin).hostname not in _HOSTS)


@asynccontextmanager
async def serving(program: Program, host: str, port: int) -> AsyncIterator[None]:
    """Serve beside the program; 0 serves nothing."""
    if not port:
        yield
        return
    config = uvicorn.Config(create_app(program), host, port, log_level="warning", access_log=False)
    async with serve_beside(program, config):
        yield
