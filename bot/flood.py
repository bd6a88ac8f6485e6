"""One person who writes without end must not be felt by the others."""

from __future__ import annotations

from collections import OrderedDict, deque
from dataclasses import dataclass, field
from datetime import UTC, datetime

from telegram import Message, Update

WINDOW = 60.0
MOST_SENDERS = 10_000


@dataclass(slots=True)
class _Sender:
    times: deque[float]
    told: float = field(default=float("-inf"))


class Flood:
    """Counts what each person sends within a minute, by the messenger's own times: a backlog is no flood.

    Beyond ``most`` nothing of theirs is handled until they have slowed down; 0 turns this off.
    """

    def __init__(self, most: int = 60) -> None:
        self.most = most
        self._senders: OrderedDict[str, _Sender] = OrderedDict()

    def is_too_much(self, update: Update, monotonic: float) -> bool:
        """True when this update is one too many. A press has no time of its own: ``monotonic`` is its arrival."""
        if not self.most or (user := update.effective_user) is None:
            return False
        when = _written(update)
        sender = self._sender(f"{user.id}" if when is not None else f"{user.id} presses")
        at = monotonic if when is None else when.timestamp()
        full = len(sender.times) == self.most and 0 <= at - sender.times[0] < WINDOW
        sender.times.append(at)
        return full

    def may_be_told(self, update: Update, monotonic: float) -> bool:
        """Once a minute, and only in private."""
        user, chat = update.effective_user, update.effective_chat
        if user is None or chat is None or chat.id != user.id:
            return False
        sender = self._sender(f"{user.id}")
        if monotonic - sender.told < WINDOW:
            return False
        sender.told = monotonic
        return True

    def _sender(self, key: str) -> _Sender:
        found = self._senders.pop(key, None) or _Sender(deque(maxlen=max(self.most, 1)))
        self._senders[key] = found
        if len(self._senders) > MOST_SENDERS:
            self._senders.popitem(last=False)
        return found


def _written(update: Update) -> datetime | None:
    message = update.message or update.edited_message
    if not isinstance(message, Message):
        return None
    return message.edit_date or message.date.astimezone(UTC)
