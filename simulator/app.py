"""The pretend Telegram as one ASGI application."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from simulator.bot_api import BotApi, refusal
from simulator.control import control_routes
from simulator.page.page import Page
from simulator.page.routes import page_routes
from simulator.page.security import LoopbackOnly
from simulator.refusals import RefusalError
from simulator.webhook import Pusher
from simulator.world import World


def create_app(
    world: World | None = None,
    *,
    webhook_client: httpx.AsyncClient | None = None,
    status_url: str | None = None,
) -> Starlette:
    """The Bot API, its file downloads, the control API and the page over one world (`app.state.world`).

    The page reads `/status.json` at `status_url`, the program's own web side.
    """
    world = world or World()
    page = Page(world, status_url=status_url)
    pusher = Pusher(world, webhook_client)
    bot = BotApi(world, pusher)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        yield
        await pusher.close()
        await page.close()
        world.ledger.close()

    app = Starlette(
        routes=[
            Route("/bot{token}/{method}", bot.call, methods=["GET", "POST"]),
            Route("/file/bot{token}/{path:path}", bot.download),
            *control_routes(world),
            *page_routes(page),
        ],
        middleware=[Middleware(LoopbackOnly)],
        lifespan=lifespan,
        exception_handlers={404: _not_found},
    )
    app.state.world = world
    app.state.pusher = pusher
    app.state.page = page
    return app


async def _not_found(_request: Request, _error: Exception) -> Response:
    return refusal(RefusalError(404, "Not Found"))
