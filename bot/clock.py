"""Clocks: the machine's, and a virtual one for demos and trials."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from reporting.contact import Beat


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)

    def beat(self) -> Beat:
        """The steady clock stands still while the machine sleeps: that shows as a jump, and is one for everybody else."""
        return Beat(datetime.now(UTC), time.monotonic())


class VirtualClock:
    """Starts anywhere and runs at any rate; ``rate`` is virtual seconds a real second, 0 stands still."""

    def __init__(
        self, start: datetime, rate: float = 0, elapsed: Callable[[], float] = time.monotonic
    ) -> None:
        self._elapsed = elapsed
        self.set(start, rate)

    def set(self, moment: datetime, rate: float | None = None) -> None:
        """Jump to a moment; the rate stays unless given."""
        self._start = moment.astimezone(UTC)
        self._since = self._elapsed()
        self._rate = self._rate if rate is None else rate

    _rate: float = 0

    def beat(self) -> Beat:
        """Whoever moves a virtual clock means it: it never jumps."""
        now = self.now()
        return Beat(now, now.timestamp())

    def now(self) -> datetime:
        return self._start + timedelta(seconds=(self._elapsed() - self._since) * self._rate)
