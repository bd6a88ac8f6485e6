"""Seen from outside: alive, ready, and numbers. Nothing here names a person or quotes an answer."""

from __future__ import annotations

import asyncio

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.metrics import exposition
from bot.program import Program
from services.overview import numbers
from storage.database import StorageError

# A program on duty whose bell has not rung for this long had better be started anew.
DEAF_SECONDS = 120.0
DATABASE_SECONDS = 3.0
TEXT = "text/plain; version=0.0.4; charset=utf-8"


def routes(program: Program) -> list[Route]:
    async def healthz(_: Request) -> Response:
        deaf = program.on_duty and (program.tick_age or 0.0) > DEAF_SECONDS
        return JSONResponse({"alive": not deaf}, 503 if deaf else 200)

    async def readyz(_: Request) -> Response:
        missing = [what for what, there in (await _needs(program)).items() if not there]
        return JSONResponse({"ready": not missing, "missing": missing}, 503 if missing else 200)

    async def metrics(_: Request) -> Response:
        try:
            async with asyncio.timeout(DATABASE_SECONDS):
                stored = await program.runtime.tick(numbers)
        except (TimeoutError, StorageError):
            return Response(status_code=503)
        return Response(exposition(program, stored), media_type=TEXT)

    return [Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", metrics)]


async def _needs(program: Program) -> dict[str, bool]:
    return {
        "place": program.placed.is_set(),
        "running": not program.draining,
        "database": await _database_answers(program),
    }


async def _database_answers(program: Program) -> bool:
    try:
        async with asyncio.timeout(DATABASE_SECONDS):
            await program.runtime.tick(numbers)
    except (TimeoutError, StorageError):
        return False
    return True
