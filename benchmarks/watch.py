"""One way of timing for everything that is set beside each other."""

from __future__ import annotations

import time
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Measure:
    """``seconds`` by the clock on the wall; ``busy`` is processor time, which other programs disturb less."""

    count: int
    seconds: float
    busy: float

    @property
    def rate(self) -> float:
        """How many a second."""
        return self.count / self.seconds

    @property
    def cost(self) -> float:
        """Processor microseconds for one."""
        return self.busy / self.count * 1e6


class Watch:
    """Started when made."""

    def __init__(self) -> None:
        self._seconds, self._busy = time.perf_counter(), time.process_time()

    def stop(self, count: int) -> Measure:
        return Measure(count, time.perf_counter() - self._seconds, time.process_time() - self._busy)
