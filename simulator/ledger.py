"""The append-only record of everything the pretend Telegram accepted."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from simulator.clock import stamp

Kind = Literal["person", "bot"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One accepted action; `at` is virtual time, `seq` starts at 1 and has no gaps."""

    seq: int
    at: str
    kind: Kind
    who: int
    chat: int | None
    method: str
    payload: dict[str, Any]
    message_id: int | None


class Ledger:
    """Entries in memory and, when a path is given, one JSON line each, flushed at once."""

    def __init__(self, now: Callable[[], datetime], path: str | Path | None = None) -> None:
        self._now = now
        self._file = open(path, "a", encoding="utf-8") if path is not None else None  # noqa: SIM115
        self.entries: list[Entry] = []
        self.listeners: list[Callable[[Entry], None]] = []

    def record(
        self,
        kind: Kind,
        who: int,
        chat: int | None,
        method: str,
        payload: dict[str, Any],
        message_id: int | None = None,
    ) -> Entry:
        """Append one entry; the caller has already accepted the action."""
        entry = Entry(len(self.entries) + 1, stamp(self._now()), kind, who, chat, method, payload, message_id)
        self.entries.append(entry)
        if self._file is not None:
            self._file.write(json.dumps(asdict(entry)) + "\n")
            self._file.flush()
        for listener in tuple(self.listeners):
            listener(entry)
        return entry

    def since(self, seq: int = 0) -> list[Entry]:
        """Entries after number `seq`: O(answer), because entry n sits at index n-1."""
        return self.entries[max(seq, 0) :]

    def close(self) -> None:
        """Close the file; memory stays readable."""
        if self._file is not None:
            self._file.close()
            self._file = None
