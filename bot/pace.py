"""How fast may be sent: Telegram allows about 30 messages a second, 1 a second a chat, 20 a minute a group."""

from __future__ import annotations

from collections import defaultdict, deque


class Pace:
    """Counts what was sent. Times are seconds of a monotonic clock. Replies are counted, never held back."""

    def __init__(self, overall: int = 28, per_chat: float = 1.0, per_group: int = 20) -> None:
        self.overall = overall
        self.per_chat = per_chat
        self.per_group = per_group
        self._all: deque[float] = deque()
        self._chats: dict[str, deque[float]] = defaultdict(deque)
        self._paused: dict[str, float] = {}

    def wait(self, chat: str, now: float) -> float:
        """Seconds until a letter may go to this chat; 0 when it may go now."""
        until = max(self._paused.get(chat, 0.0), self._paused.get("", 0.0))
        _forget(self._all, now - 1.0)
        if len(self._all) >= self.overall:
            until = max(until, self._all[0] + 1.0)
        sent = self._chats.get(chat)
        if sent:
            _forget(sent, now - 60.0)
        if sent:
            until = max(until, sent[-1] + self.per_chat)
            if chat.startswith("-") and len(sent) >= self.per_group:
                until = max(until, sent[0] + 60.0)
        return max(until - now, 0.0)

    def sent(self, chat: str, now: float) -> None:
        """Something went out to this chat."""
        _forget(self._all, now - 1.0)
        self._all.append(now)
        chat_sent = self._chats[chat]
        _forget(chat_sent, now - 60.0)
        chat_sent.append(now)
        if len(self._chats) > 20_000:
            self._shrink(now)

    def pause(self, chat: str, until: float) -> None:
        """Flood control: nothing to this chat ("" for all) before this moment."""
        self._paused[chat] = max(until, self._paused.get(chat, 0.0))

    def paused(self, now: float) -> set[str]:
        """Chats that must be left alone now."""
        self._paused = {chat: until for chat, until in self._paused.items() if until > now}
        return set(self._paused)

    def _shrink(self, now: float) -> None:
        self._chats = defaultdict(deque, {k: v for k, v in self._chats.items() if v and v[-1] > now - 60.0})


def _forget(times: deque[float], before: float) -> None:
    while times and times[0] <= before:
        times.popleft()
