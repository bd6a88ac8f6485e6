"""The simulator's own clock: real by default, settable, and freezable."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta


class Clock:
    """Virtual time: `now` = the time last set + real time since then × `rate`."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._base = datetime.now(UTC)
        self._since = monotonic()
        self.rate = 1.0

    def now(self) -> datetime:
        """The virtual time, in UTC."""
        return self._base + timedelta(seconds=(self._monotonic() - self._since) * self.rate)

    def set(self, now: datetime | None = None, rate: float | None = None) -> None:
        """Jump to `now` (a time without zone is UTC) and run at `rate`: 0 is frozen, 1 real speed."""
        current = self.now()
        if rate is not None and not 0 <= rate <= 1_000_000:
            raise ValueError("rate must be between 0 and 1000000")
        if now is not None:
            current = now.replace(tzinfo=UTC) if now.tzinfo is None else now.astimezone(UTC)
        self._base, self._since = current, self._monotonic()
        if rate is not None:
            self.rate = rate

    def advance(self, **by: float) -> datetime:
        """Move by a timedelta's arguments: `advance(hours=3)`."""
        self.set(self.now() + timedelta(**by))
        return self.now()


def stamp(moment: datetime) -> str:
    """ISO 8601 in UTC with a Z, microseconds kept: the ledger's way of writing time."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
