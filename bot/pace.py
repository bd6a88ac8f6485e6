"""How fast may be sent: Telegram allows about 30 messages a second, 1 a second a chat, 20 a minute a group."""

from __future__ import annotations

from collections import defaultdict, deque

# Two chats refused within this many seconds: it is not these chats that are written to too fast.
TOGETHER = 5.0
# Seconds in which a rate that was cut regains the whole.
REGAIN = 60.0
# Most of a second's messages that letters leave to replies while people are writing.
MOST_SPARE = 10
SPARE_SECONDS = 3.0
# Waits below this are no waits.
INSTANT = 0.001


class Pace:
    """Counts what was sent. Times are seconds of a monotonic clock.

    Letters leave room for replies; replies wait only for other replies and for flood control.
    """

    def __init__(self, overall: int = 30, per_chat: float = 1.0, per_group: int = 20) -> None:
        self.overall = overall
        self.per_chat = per_chat
        self.per_group = per_group
        self._all: deque[float] = deque()
        self._replies: deque[float] = deque()
        self._last_letter = float("-inf")
        self._chats: dict[str, deque[float]] = defaultdict(deque)
        self._paused: dict[str, float] = {}
        self._refused: dict[str, float] = {}
        self._cut: tuple[float, float] = (float("-inf"), float(overall))

    def rate(self, now: float) -> float:
        """Messages a second now: the whole, or less for a while after Telegram said that all was too much."""
        since, left = self._cut
        return min(float(self.overall), left + max(now - since, 0.0) * self.overall / REGAIN)

    def turn(self, now: float) -> float:
        """Seconds until a letter may go to anybody; 0 when it may go now."""
        _forget(self._all, now - 1.0)
        _forget(self._replies, now - SPARE_SECONDS)
        spare = 1 + min(len(self._replies), MOST_SPARE)
        most = max(self.rate(now) - spare, 1.0)
        until = max(self._paused.get("", 0.0), self._last_letter + 1.0 / most)
        if len(self._all) >= most:
            until = max(until, self._all[-int(most)] + 1.0)
        return _from(now, until)

    def reply_turn(self, now: float) -> float:
        """Seconds until a reply may go; letters never hold it up for longer than what they already used."""
        _forget(self._all, now - 1.0)
        until = self._paused.get("", 0.0)
        most = max(int(self.rate(now)), 1)
        if len(self._all) >= most:
            until = max(until, self._all[-most] + 1.0)
        return _from(now, until)

    def chat_wait(self, chat: str, now: float) -> float:
        """Seconds until a letter may go to this chat, as far as the chat itself is concerned."""
        until = self._paused.get(chat, 0.0)
        sent = self._chats.get(chat)
        if sent:
            _forget(sent, now - 60.0)
        if sent:
            until = max(until, sent[-1] + self.per_chat)
            if chat.startswith("-") and len(sent) >= self.per_group:
                until = max(until, sent[-self.per_group] + 60.0)
        return _from(now, until)

    def sent(self, chat: str, now: float, *, letter: bool = False) -> None:
        """Something goes out to this chat."""
        _forget(self._all, now - 1.0)
        self._all.append(now)
        if letter:
            self._last_letter = now
        else:
            self._replies.append(now)
        chat_sent = self._chats[chat]
        _forget(chat_sent, now - 60.0)
        chat_sent.append(now)
        if len(self._chats) > 20_000:
            self._shrink(now)

    def pause(self, chat: str, until: float) -> None:
        """Nothing to this chat ("" for all) before this moment."""
        self._paused[chat] = max(until, self._paused.get(chat, 0.0))

    def flooded(self, chat: str, now: float, seconds: float) -> None:
        """Flood control of one chat pauses that chat; of several at once all, and the rate is halved."""
        self.pause(chat, now + seconds)
        self._refused = {one: at for one, at in self._refused.items() if at > now - TOGETHER}
        self._refused[chat] = now
        if len(self._refused) > 1:
            self._cut = (now + seconds, max(self.rate(now) / 2, 1.0))
            self._refused.clear()
            self.pause("", now + seconds)

    def held(self, now: float) -> set[str]:
        """Chats that no letter may go to now; "" among them when none may go at all."""
        self._paused = {chat: until for chat, until in self._paused.items() if until > now}
        recent = {
            chat for chat, sent in self._chats.items() if sent and sent[-1] > now - max(self.per_chat, 60.0)
        }
        return set(self._paused) | {chat for chat in recent if self.chat_wait(chat, now) > 0}

    def paused(self, now: float) -> set[str]:
        """Chats under flood control."""
        return {chat for chat, until in self._paused.items() if until > now}

    def _shrink(self, now: float) -> None:
        self._chats = defaultdict(deque, {k: v for k, v in self._chats.items() if v and v[-1] > now - 60.0})


def _from(now: float, until: float) -> float:
    return until - now if until - now > INSTANT else 0.0


def _forget(times: deque[float], before: float) -> None:
    while times and times[0] <= before:
        times.popleft()
