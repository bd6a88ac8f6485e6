"""The bots' limits: 30 messages a second, about one a second per chat, 20 a minute per group."""

import math
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass
class _Window:
    """At most `most` events within `seconds`."""

    most: int
    seconds: float
    times: deque[float] = field(default_factory=deque)

    def wait(self, now: float) -> float:
        """Seconds until one more fits; 0 when it fits now."""
        while self.times and self.times[0] <= now - self.seconds:
            self.times.popleft()
        if len(self.times) < self.most:
            return 0.0
        return self.times[len(self.times) - self.most] + self.seconds - now


class Limits:
    """Off by default; real time, because a bot that is told to wait waits in real time."""

    def __init__(self, *, on: bool = False, monotonic: Callable[[], float] = time.monotonic) -> None:
        self.on = on
        self._now = monotonic
        self._all = _Window(30, 1.0)
        self._chats: dict[int, _Window] = {}
        self._groups: dict[int, _Window] = {}

    def retry_after(self, chat_id: int | None, count: int = 1) -> int | None:
        """Count a send of `count` messages, or say how many whole seconds to wait instead."""
        if not self.on:
            return None
        now = self._now()
        windows = [self._all, *self._of_chat(chat_id)]
        wait = max(window.wait(now) for window in windows)
        if wait > 0:
            return math.ceil(wait)
        for window in windows:
            window.times.extend([now] * count)
        return None

    def _of_chat(self, chat_id: int | None) -> list[_Window]:
        if chat_id is None:
            return []
        # Two within a second: one a second with the small burst Telegram tolerates.
        windows = [self._chats.setdefault(chat_id, _Window(2, 1.0))]
        if chat_id < 0:
            windows.append(self._groups.setdefault(chat_id, _Window(20, 60.0)))
        return windows
