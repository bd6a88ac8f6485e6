"""Pushing updates to a webhook, with Telegram's order and retry rules (WebhookActor.cpp)."""

import asyncio
import random
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import httpx

from simulator.updates import Pending

if TYPE_CHECKING:
    from simulator.state import State

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the header's name, no secret
MAX_RETRY_AFTER = 3600
GONE_FOR = timedelta(hours=23)
Lane = tuple[str, int]
Sleep = Callable[[float], Awaitable[None]]


@dataclass(eq=False)
class Webhook:
    """Where updates go, and what last went wrong there."""

    url: str
    secret: str = ""
    max_connections: int = 40
    last_error_date: int = 0
    last_error_message: str = ""
    gone_since: datetime | None = None


def retry_delay(failures: int, retry_after: str | None) -> float:
    """Seconds before the next try: at once, then 2, 4, 8 … up to 60–120; Retry-After goes first."""
    if retry_after is not None and retry_after.isdigit():
        return float(min(int(retry_after), MAX_RETRY_AFTER))
    if failures <= 1:
        return 0.0
    return min(2.0 ** (failures - 1), random.uniform(60, 120))


class Pusher:
    """One worker per lane (a chat, or a pressing user): in order there, side by side elsewhere."""

    def __init__(
        self, world: "State", client: httpx.AsyncClient | None = None, sleep: Sleep = asyncio.sleep
    ) -> None:
        self._world = world
        self._client = client
        self._own_client = client is None
        self._sleep = sleep
        self._hook: Webhook | None = None
        self._lanes: dict[Lane, deque[Pending]] = {}
        self._workers: dict[Lane, asyncio.Task[None]] = {}
        self._slots = asyncio.Semaphore(40)
        self._loop: asyncio.AbstractEventLoop | None = None

    def start(self, hook: Webhook) -> None:
        """Push what waits and all that comes, to this address."""
        self.stop()
        self._hook = hook
        self._loop = asyncio.get_running_loop()
        self._slots = asyncio.Semaphore(hook.max_connections)
        if self._client is None:
            self._client = httpx.AsyncClient(timeout=60, trust_env=False)
        for item in self._world.updates.pending:
            self._enqueue(item)
        self._world.updates.on_push = self._on_push

    def stop(self) -> None:
        """Stop pushing; what was not accepted stays unconfirmed."""
        self._hook = None
        self._world.updates.on_push = None
        current = asyncio.current_task()
        for worker in self._workers.values():
            # A bot in this process may call deleteWebhook while it is being pushed to.
            if worker is not current:
                worker.cancel()
        self._workers.clear()
        self._lanes.clear()

    async def close(self) -> None:
        """Stop and let go of the client, if it is our own."""
        workers = list(self._workers.values())
        self.stop()
        await asyncio.gather(*workers, return_exceptions=True)
        if self._own_client and self._client is not None:
            await self._client.aclose()
            self._client = None

    def _on_push(self, item: Pending) -> None:
        assert self._loop is not None
        self._loop.call_soon(self._enqueue, item)

    def _enqueue(self, item: Pending) -> None:
        if self._hook is None:
            return
        copies = 2 if self._world.faults.doubles() else 1
        self._lanes.setdefault(item.lane, deque()).extend([item] * copies)
        if item.lane not in self._workers:
            self._workers[item.lane] = asyncio.create_task(self._work(item.lane, self._hook))

    async def _work(self, lane: Lane, hook: Webhook) -> None:
        queue = self._lanes[lane]
        while queue and self._hook is hook:
            await self._deliver(hook, queue[0])
            queue.popleft()
        if self._hook is hook:
            del self._workers[lane], self._lanes[lane]

    async def _deliver(self, hook: Webhook, item: Pending) -> None:
        """Until 2xx or until the update is too old."""
        failures = 0
        while self._world.updates.is_live(item) and self._hook is hook:
            async with self._slots:
                error, retry_after = await self._post(hook, item)
            if not error:
                break
            failures += 1
            hook.last_error_date = int(self._world.clock.now().timestamp())
            hook.last_error_message = error
            await self._sleep(retry_delay(failures, retry_after))
        if self._hook is hook:
            self._world.updates.discard(item)

    async def _post(self, hook: Webhook, item: Pending) -> tuple[str, str | None]:
        assert self._client is not None
        headers = {SECRET_HEADER: hook.secret} if hook.secret else {}
        try:
            answer = await self._client.post(hook.url, json=item.body, headers=headers)
        except Exception as error:  # a bot in this process may raise anything through its transport
            return f"Connection failed: {type(error).__name__}", None
        if answer.is_success:
            hook.gone_since = None
            return "", None
        if answer.status_code == httpx.codes.GONE:
            self._gone(hook)
        text = f"Wrong response from the webhook: {answer.status_code} {answer.reason_phrase}"
        return text, answer.headers.get("retry-after")

    def _gone(self, hook: Webhook) -> None:
        now = self._world.clock.now()
        hook.gone_since = hook.gone_since or now
        if now - hook.gone_since >= GONE_FOR and self._hook is hook:
            self._hook = None
            self._world.updates.on_push = None
            self._world.webhook = None
