"""How often something is written down or answered: kept in memory, because forgetting it does no harm."""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime, timedelta

SPAN = timedelta(hours=1)
MOST_SENDERS = 10_000


class Throttle:
    """Counts what comes in from each sender within an hour.

    The first few are worth a row each, then the 100th, the 1,000th …: a flood is on record and fills no disk.
    ``overall`` bounds all senders together, or many strangers could do what one cannot.
    """

    def __init__(self, each: int = 10, overall: int = 300) -> None:
        self.each = each
        self.overall = overall
        self._counts: OrderedDict[str, tuple[datetime, int]] = OrderedDict()

    def count(self, sender: str, now: datetime) -> int | None:
        """How many it is within the hour when it is worth a row, else None."""
        mine, all_together = self._add(sender, now), self._add("", now)
        worth = _worth(mine, self.each) and _worth(all_together, self.overall)
        return mine if worth else None

    def _add(self, sender: str, now: datetime) -> int:
        since, so_far = self._counts.pop(sender, (now, 0))
        if not since <= now < since + SPAN:
            since, so_far = now, 0
        self._counts[sender] = since, so_far + 1
        if len(self._counts) > MOST_SENDERS:
            self._counts.popitem(last=False)
        return so_far + 1


def _worth(number: int, first: int) -> bool:
    """1, 2 … ``first``, then powers of ten."""
    return number <= first or str(number).rstrip("0") == "1"
