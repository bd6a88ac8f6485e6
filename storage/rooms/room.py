"""A queue of transactions, the threads that work it off, and how long they wait for others."""

from __future__ import annotations

import random
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from queue import Empty, SimpleQueue
from typing import TypeAlias

from storage.rooms.call import Call, StorageError, deliver

Pause: TypeAlias = Callable[[float], None]

BACKOFFS = (0.05, 0.1, 0.2, 0.4, 0.8)
"""Seconds, each shortened by up to half at random, between attempts at what another transaction blocked."""


class EngineRoom(ABC):
    """A queue of transactions and the threads that work it off, in order of arrival."""

    def __init__(self, threads: int, group_cap: int, pause: Pause) -> None:
        self.commits = 0
        self.retries = 0
        self._pause = pause
        self._group_cap = group_cap
        self._queue: SimpleQueue[Call | None] = SimpleQueue()
        self._door = threading.Lock()
        self._closed = False
        self._threads = [
            threading.Thread(target=self._work, name=f"yibao-database-{number}", daemon=True)
            for number in range(threads)
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def submit(self, call: Call) -> None:
        with self._door:
            if self._closed:
                raise StorageError("the database is closed")
            self._queue.put(call)

    def runs_here(self) -> bool:
        return threading.current_thread() in self._threads

    def close(self) -> None:
        """Lets everything already submitted finish, then ends the threads."""
        with self._door:
            first, self._closed = not self._closed, True
            for _ in self._threads if first else ():
                self._queue.put(None)
        for thread in self._threads:
            thread.join()
        if first:
            self._dispose()

    def _work(self) -> None:
        while group := self._next_group():
            calls = [call for call in group if not call.future.cancelled()]
            if calls:
                self._perform_or_fail(calls)
                deliver(calls)
            del group, calls  # results are not kept alive while waiting for more work

    def _next_group(self) -> list[Call]:
        """Everything that is waiting, up to the cap; empty once the room is closed and drained."""
        first = self._queue.get()
        if first is None:
            return []
        group = [first]
        while len(group) < self._group_cap:
            try:
                call = self._queue.get_nowait()
            except Empty:
                break
            if call is None:
                self._queue.put(None)
                break
            group.append(call)
        return group

    def _perform_or_fail(self, calls: list[Call]) -> None:
        """No failure may end the thread.

        On failure every member is told so, also one that had failed by itself: its reason may have been
        something that a neighbour wrote and that is now gone.
        """
        try:
            self._perform(calls)
        except BaseException as error:
            for call in calls:
                call.fail(f"the transaction was not committed ({error})", error)

    def _again_after(self, seconds: float) -> None:
        """Leave the others room before another attempt, shorter by up to half at random."""
        with self._door:
            self.retries += 1
        self._pause(seconds * random.uniform(0.5, 1.0))

    @abstractmethod
    def _perform(self, calls: list[Call]) -> None:
        """Runs and commits the calls; raises if the whole group is lost."""

    @abstractmethod
    def _dispose(self) -> None:
        """Lets go of connections, after the threads have ended."""
