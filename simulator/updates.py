"""The queue of updates and its long poll: what waits, what is confirmed, who is listening."""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from simulator.model import Json
from simulator.refusals import conflict

KEEP = timedelta(hours=24)
KEEP_PRESS = timedelta(seconds=150)
# Kinds a bot gets only after naming them in allowed_updates.
_OPT_IN = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
_TWO_POLLERS = "terminated by other getUpdates request; make sure that only one bot instance is running"


@dataclass(frozen=True, slots=True, eq=False)
class Pending:
    """One unconfirmed update; `lane` is the chat (or, for a press, the user) that keeps its order."""

    update_id: int
    kind: str
    lane: tuple[str, int]
    body: Json
    expires: datetime
    era: int


class UpdateQueue:
    """Unconfirmed updates in order of arrival, and at most one waiting poll."""

    def __init__(self, now: Callable[[], datetime], first_id: int = 1001) -> None:
        self._now = now
        self.next_id = first_id
        self.pending: deque[Pending] = deque()
        self.allowed: frozenset[str] | None = None
        self.on_push: Callable[[Pending], None] | None = None
        self.push_only = False
        self._era = 0
        self._waiter: asyncio.Future[str] | None = None

    @property
    def polling(self) -> bool:
        """Whether a long poll waits at this moment."""
        return self._waiter is not None and not self._waiter.done()

    def allow(self, kinds: list[str]) -> None:
        """Set allowed_updates; an empty list means Telegram's default set."""
        self.allowed = frozenset(kinds) or None

    def push(self, kind: str, payload: Json, lane: tuple[str, int]) -> int | None:
        """Queue an update and wake whoever waits; None when the bot did not ask for this kind."""
        if kind in _OPT_IN if self.allowed is None else kind not in self.allowed:
            return None
        update_id, self.next_id = self.next_id, self.next_id + 1
        keep = KEEP_PRESS if kind == "callback_query" else KEEP
        body = {"update_id": update_id, kind: payload}
        item = Pending(update_id, kind, lane, body, self._now() + keep, self._era)
        self.pending.append(item)
        self._wake("update")
        if self.on_push is not None:
            self.on_push(item)
        return update_id

    def restart(self, next_id: int) -> None:
        """Number the following updates from `next_id`, as Telegram may after a silent week."""
        self.next_id = next_id
        self._era += 1

    def drop_all(self) -> None:
        """Forget everything unconfirmed (drop_pending_updates)."""
        self.pending.clear()

    def discard(self, item: Pending) -> None:
        """Confirm one update out of turn, as a webhook's 200 does."""
        if item in self.pending:
            self.pending.remove(item)

    def is_live(self, item: Pending) -> bool:
        """Whether Telegram still keeps it: 24 hours, 150 seconds for a press."""
        return item.expires > self._now()

    def count(self) -> int:
        """Updates not confirmed and not expired."""
        return sum(self.is_live(item) for item in self.pending)

    def take(self, offset: int, limit: int) -> list[Pending]:
        """Confirm everything below `offset` and return up to `limit` of the rest, still unconfirmed."""
        if offset < 0:
            while len(self.pending) > -offset:
                self.pending.popleft()
        elif offset > 0:
            self._confirm(offset)
        while self.pending and not self.is_live(self.pending[0]):
            self.pending.popleft()
        batch: list[Pending] = []
        for item in self.pending:
            if len(batch) == limit:
                break
            if self.is_live(item):
                batch.append(item)
        return batch

    def _confirm(self, offset: int) -> None:
        # An offset far in the future is ignored (TQueue.cpp), which lets numbers restart lower.
        future = offset > self.next_id + 10
        kept = deque[Pending]()
        while self.pending:
            item = self.pending.popleft()
            if item.update_id >= offset or (future and item.era == self._era):
                kept.append(item)
                if not future and item.era == self._era:
                    break
        kept.extend(self.pending)
        self.pending = kept

    async def wait(self, seconds: float) -> None:
        """Wait until something arrives; refused with 409 when another poll takes over."""
        waiter: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._waiter = waiter
        try:
            reason = await asyncio.wait_for(waiter, seconds)
        except TimeoutError:
            return
        finally:
            if self._waiter is waiter:
                self._waiter = None
        if reason != "update":
            raise conflict(reason)

    def interrupt(self, reason: str = _TWO_POLLERS) -> None:
        """End a waiting poll with 409: the newcomer stays, the old one goes."""
        self._wake(reason)

    def _wake(self, reason: str) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(reason)
