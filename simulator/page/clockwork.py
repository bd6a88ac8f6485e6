"""The program's side as the page sees it: its read-only status, and both clocks moved together."""

import asyncio
from datetime import datetime
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

import httpx

from simulator.hosts import is_loopback
from simulator.model import Json
from simulator.refusals import WorldError
from simulator.world import World

RATES = (0, 1, 60, 600)
# How long the program may take for what falls due at a jump.
PATIENCE = 20.0


class Clockwork:
    """Speaks to the program's web side; without an address only the simulator's own clock moves."""

    def __init__(
        self, world: World, status_url: str | None, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        if status_url is not None and not is_loopback(urlsplit(status_url).hostname or ""):
            raise ValueError("the program's status is read from loopback addresses only")
        self.world = world
        self.url = status_url
        self._transport = transport
        self._client: httpx.AsyncClient | None = None

    async def status(self) -> Json | None:
        """`/status.json`, or None when nobody answers."""
        if self.url is None:
            return None
        try:
            answer = await self._http().get(f"{self.url}/status.json")
            found: Any = answer.json()
        except (httpx.HTTPError, ValueError):
            return None
        return found if answer.is_success and isinstance(found, dict) else None

    async def move(self, now: datetime | None, rate: float | None) -> None:
        """Set both clocks to one moment and one rate; the program has done what is due when this returns."""
        moment = now or self.world.clock.now()
        if moment.tzinfo is None:
            raise WorldError("a moment with its zone", 400)
        speed = self.world.clock.rate if rate is None else rate
        try:
            self.world.clock.set(moment, speed)
        except (ValueError, OverflowError) as error:
            raise WorldError(str(error), 400) from None
        if self.url is None:
            return
        try:
            answer = await self._http().post(
                f"{self.url}/clock", json={"now": moment.isoformat(), "rate": speed}, timeout=PATIENCE
            )
        except httpx.HTTPError:
            raise WorldError("the program does not answer", 502) from None
        if not answer.is_success:
            raise WorldError(str(answer.json().get("error", "refused")), 502)

    async def quiet(self, patience: float = PATIENCE) -> bool:
        """Wait until nothing is on its way between the two; False when that takes too long."""
        end = monotonic() + patience
        still = 0
        while monotonic() < end:
            still = still + 1 if await self._is_quiet() else 0
            if still == 2:
                return True
            await asyncio.sleep(0.02)
        return False

    async def _is_quiet(self) -> bool:
        state = self.world.status()
        listens = state["poll_waiting"] or self.world.webhook is not None
        if state["pending_updates"] or state["requests_in_flight"] or not listens:
            return False
        status = await self.status()
        return status is None or bool(status.get("idle"))

    def _http(self) -> httpx.AsyncClient:
        if self._client is None:
            self._client = httpx.AsyncClient(timeout=3, trust_env=False, transport=self._transport)
        return self._client

    async def close(self) -> None:
        if self._client is not None:
            await self._client.aclose()
            self._client = None
