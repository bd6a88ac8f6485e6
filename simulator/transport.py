"""Reaching the simulator without a socket, yet with the timeouts a socket would have."""

import asyncio

import httpx
from starlette.types import ASGIApp, Receive, Scope, Send

from simulator.bot_api import IN_PROCESS, DroppedConnectionError


class InProcessTransport(httpx.AsyncBaseTransport):
    """httpx.ASGITransport that honours the read timeout; a dropped connection is a timeout at once."""

    def __init__(self, app: ASGIApp) -> None:
        async def marked(scope: Scope, receive: Receive, send: Send) -> None:
            await app({**scope, IN_PROCESS: True}, receive, send)

        self._inner = httpx.ASGITransport(marked)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """One request, in this event loop."""
        timeout = request.extensions.get("timeout", {}).get("read")
        try:
            async with asyncio.timeout(timeout):
                return await self._inner.handle_async_request(request)
        except (TimeoutError, DroppedConnectionError):
            raise httpx.ReadTimeout("no answer from the simulator", request=request) from None
