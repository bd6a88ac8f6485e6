"""The end on SIGTERM or Ctrl+C: at once while the program starts, in good order while it runs, in ten seconds always."""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import NoReturn, Self

import structlog

log = structlog.get_logger()

SIGNALS = (signal.SIGTERM, signal.SIGINT)
# What is in hand is finished well before; only what waits for others (a database, a network) can need longer.
MOST_SECONDS = 9.0


class Ending:
    """Signals are heard by a thread of their own: the main thread may wait for a database inside the driver.

    Being ended without order is like a power cut, which harms nothing: what was not confirmed comes again.
    """

    def __init__(self, said: Callable[[], None]) -> None:
        """``said`` tells whoever watches that the program is stopped, when that happens while it starts."""
        self._said = said
        self._asked = False
        self._ask: Callable[[], object] | None = None
        self._door = threading.Lock()
        self._heard, self._rings = socket.socketpair()
        self._rings.setblocking(False)

    def __enter__(self) -> Self:
        # A handler of Python's is needed for the signal to be written to the socket at once.
        self._before = {number: signal.signal(number, _heard_elsewhere) for number in SIGNALS}
        self._wakeup = signal.set_wakeup_fd(self._rings.fileno(), warn_on_full_buffer=False)
        self._thread = threading.Thread(target=self._listen, name="yibao-ending", daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        signal.set_wakeup_fd(self._wakeup)
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._rings.close()
        self._thread.join()
        self._heard.close()

    def orderly(self, ask: Callable[[], object]) -> None:
        """From now on ``ask`` is called (from another thread) to end in good order."""
        with self._door:
            self._ask = ask
            if self._asked:
                ask()

    def _listen(self) -> None:
        if not self._heard.recv(1):
            return
        with self._door:
            self._asked = True
            if self._ask is None:
                self._said()
                _leave(0)
            self._ask()
        self._heard.settimeout(MOST_SECONDS)
        try:
            again = bool(self._heard.recv(1))
        except TimeoutError:
            log.error("not ended in time: what is in hand is left as after a power cut")
            again = True
        if again:
            _leave(1)


def _heard_elsewhere(_number: int, _frame: FrameType | None) -> None:
    return


def _leave(status: int) -> NoReturn:
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)
