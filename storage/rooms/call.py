"""One transaction that somebody waits for, and how they are told its outcome."""

from __future__ import annotations

import asyncio
import concurrent.futures
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

import sqlalchemy
from sqlalchemy.exc import SQLAlchemyError

Tx: TypeAlias = sqlalchemy.Connection
"""What a function inside a transaction is handed; it must not outlive the function."""

T = TypeVar("T")


class StorageError(Exception):
    """The database could not do its part: nothing was stored, or its last answer was lost. It may be tried again."""


@dataclass(slots=True, eq=False)
class Call:
    """One waiting transaction and whoever waits for it (`loop` is None for a thread)."""

    fn: Callable[..., Any]
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    future: asyncio.Future[Any] | concurrent.futures.Future[Any]
    loop: asyncio.AbstractEventLoop | None = None
    result: Any = None
    error: BaseException | None = None

    def attempt(self, tx: Tx) -> None:
        """Runs the function and keeps its outcome, which is not true before the commit."""
        try:
            self.result = _finished(self.fn(tx, *self.args, **self.kwargs))
            if _is_untidy(tx):
                raise RuntimeError(f"{self.fn!r} left a savepoint open or tried to end its transaction")
        except BaseException as error:
            _tidy(tx)
            self.error = error

    def fail(self, message: str, cause: BaseException | None) -> None:
        """Gives each caller an exception of its own: one raised in many tasks tangles its traceback."""
        self.result = None
        self.error = StorageError(message)
        self.error.__cause__ = cause

    def settle(self) -> None:
        """Tells the caller, in the caller's thread; one who has gone away is left alone."""
        if self.future.done():
            return
        if self.error is None:
            self.future.set_result(self.result)
        else:
            self.future.set_exception(_portable(self.error))


def _finished(result: T) -> T:
    """Refuses results that would go on working after the transaction has ended."""
    if hasattr(type(result), "__await__"):
        if hasattr(result, "close"):
            result.close()
        raise TypeError("a transaction is synchronous: its function must not be async or return an awaitable")
    if isinstance(result, sqlalchemy.Result):
        raise TypeError("a transaction must return rows, not an open cursor")
    return result


def _portable(error: BaseException) -> BaseException:
    """No future carries a StopIteration."""
    if not isinstance(error, StopIteration):
        return error
    escaped = RuntimeError("StopIteration escaped from a transaction")
    escaped.__cause__ = error
    return escaped


def _is_untidy(tx: Tx) -> bool:
    root = tx.get_transaction()
    return tx.closed or tx.in_nested_transaction() or (root is not None and not root.is_active)


def _tidy(tx: Tx) -> None:
    """Clears what a function left in `tx`, which the next function is handed."""
    while (nested := tx.get_nested_transaction()) is not None:
        try:
            nested.rollback()
        except SQLAlchemyError:
            continue  # it is closed all the same, and the whole member is rolled back next
    root = tx.get_transaction()
    if root is not None and not root.is_active:
        root.rollback()


def _settle_all(calls: Iterable[Call]) -> None:
    for call in calls:
        call.settle()


def deliver(calls: Iterable[Call]) -> None:
    """Wakes every event loop once, however many of its callers were in the group."""
    by_loop: defaultdict[asyncio.AbstractEventLoop | None, list[Call]] = defaultdict(list)
    for call in calls:
        by_loop[call.loop].append(call)
    for loop, members in by_loop.items():
        if loop is None:
            _settle_all(members)
            continue
        try:
            loop.call_soon_threadsafe(_settle_all, members)
        except RuntimeError:
            continue  # the loop is closed: no one is waiting any more
