"""An event loop whose clock jumps to the next timer whenever nobody works: minutes of waiting in a moment.

The database's threads work in real time: while a transaction is on its way the clock stands still.
"""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

from storage.database import Database

T = TypeVar("T")


class _Jumping(selectors.SelectSelector):
    """Instead of waiting for a timer, moves the clock to it."""

    ahead = 0.0
    working = 0

    def select(self, timeout: float | None = None) -> list[Any]:
        if timeout is None or timeout <= 0:
            return super().select(timeout)
        if self.working:
            return super().select(None)
        ready = super().select(0)
        self.ahead += 0.0 if ready else timeout
        return ready


class VirtualLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self.jumping = _Jumping()
        super().__init__(self.jumping)

    def time(self) -> float:
        """Only jumps count: however slow the machine is, nothing takes time by itself."""
        return self.jumping.ahead


class WatchedDatabase(Database):
    """Tells the loop while a transaction is on its way."""

    async def run(self, *args: Any, **kwargs: Any) -> Any:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, VirtualLoop)
        loop.jumping.working += 1
        try:
            return await super().run(*args, **kwargs)
        finally:
            loop.jumping.working -= 1


def run(work: Coroutine[Any, Any, T]) -> T:
    """``asyncio.run`` on a virtual loop."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(work)
