"""Runs services, each as one transaction: once per update, if the permission table allows it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from forms.problems import Refused
from reporting.contact import Beat
from reporting.permissions import Action, Place, allowed, is_audited
from reporting.programme import Role, read_programme
from services.acknowledging import heard
from services.asking import current, is_asked
from services.auditing import RESTORED, audit_refusal
from services.desk import Clock, Desk, Origin, Shelf, Trace, Turn
from services.throttle import Throttle
from storage import audit, duty, people, programmes, updates
from storage.database import Database, Tx
from templates.message import SILENCE, Message, Reply
from templates.words import refusal

P = ParamSpec("P")
T = TypeVar("T")

Service = Callable[Concatenate[Turn, P], Reply]


class Note(Protocol):
    """Told of everything people did, for the log: numbers and keys, never words."""

    def __call__(self, *, action: str, refused: str | None, person: int | None, period: str) -> None: ...


def _unnoted(**_: object) -> None:
    return


class NotOnDuty(Exception):  # noqa: N818
    """Another program has taken over: what this one wanted to do is not done."""


class Runtime:
    """Runs services, each as one transaction. Handlers and schedules are given this.

    ``duty`` is (bot, term) while this program is on duty; ``beat`` its last sign of life.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self.database = database
        self.clock = clock
        self.shelf = Shelf()
        self._refusals = Throttle()
        self.refusals: Counter[str] = Counter()
        self.note: Note = _unnoted
        self.duty: tuple[int, int] | None = None
        self.beat: Beat | None = None

    async def act(
        self, origin: Origin, action: Action, service: Service[P], *args: P.args, **kwargs: P.kwargs
    ) -> Reply:
        """Let a person do something: once per update, if the permission table allows it.

        A refusal changes nothing stored and shows the current question again; so does a repeated update.
        """
        trace = Trace()
        try:
            reply = await self.database.run(self._act, origin, trace, action, service, args, kwargs)
        except Refused as refused:
            return await self.refuse(origin, refused, action, trace)
        self.note(action=str(action), refused=None, person=trace.person, period=trace.period)
        return reply

    async def go_on(
        self, origin: Origin, action: Action, service: Service[P], *args: P.args, **kwargs: P.kwargs
    ) -> Reply:
        """Go on with what an update began: it counts as handled already, the permission is asked for again."""
        try:
            return await self.database.run(self._go_on, origin, action, service, args, kwargs)
        except Refused as refused:
            return await self.refuse(origin, refused, action)

    async def may(self, origin: Origin, action: Action) -> bool:
        """True when whoever sent this may do that here; nothing is done or recorded."""
        return await self.database.run(self._may, origin, action)

    def _may(self, tx: Tx, origin: Origin, action: Action) -> bool:
        try:
            _require(self._turn(tx, origin), action)
        except Refused:
            return False
        return True

    async def refuse(
        self, origin: Origin, refused: Refused, action: Action | None = None, trace: Trace | None = None
    ) -> Reply:
        """Say why not, and show the question that is still open.

        What somebody may not do is on record; what somebody mistyped is not.
        """
        self.refusals[refused.key] += 1
        times = None
        if is_audited(refused.key):
            times = self._refusals.count(origin.address, self.clock.now())
        trace = trace or Trace()
        reply = await self.database.run(self._refuse, origin, trace, refused, action, times)
        named = str(action or "")
        self.note(action=named, refused=refused.key, person=trace.person, period=trace.period)
        return reply

    async def tick(self, work: Callable[Concatenate[Desk, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run one of the clock's or delivery's services."""
        return await self.database.run(self._work, work, args, kwargs)

    async def lead(self, work: Callable[Concatenate[Desk, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """``tick`` for what only the program on duty may do; NotOnDuty once another has taken over."""
        return await self.database.run(self._lead, work, args, kwargs)

    def work_now(self, work: Callable[Concatenate[Desk, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """``tick`` for the command line, which has no event loop."""
        return self.database.run_sync(self._work, work, args, kwargs)

    def _work(
        self, tx: Tx, work: Callable[..., T], args: tuple[object, ...], kwargs: Mapping[str, object]
    ) -> T:
        self._refresh(tx)
        return work(Desk(tx, self.clock.now(), self.shelf), *args, **kwargs)

    def _lead(
        self, tx: Tx, work: Callable[..., T], args: tuple[object, ...], kwargs: Mapping[str, object]
    ) -> T:
        if self.duty is None or not duty.is_current(tx, *self.duty):
            raise NotOnDuty
        return self._work(tx, work, args, kwargs)

    def _act(
        self,
        tx: Tx,
        origin: Origin,
        trace: Trace,
        action: Action,
        service: Callable[..., Reply],
        args: tuple[object, ...],
        kwargs: Mapping[str, object],
    ) -> Reply:
        turn = self._turn(tx, origin, trace)
        if not updates.first_time(tx, origin.bot_id, origin.update_id, turn.now):
            return repeated(turn)
        reply = _permitted(turn, action, service, args, kwargs)
        heard(turn)
        return reply

    def _go_on(
        self,
        tx: Tx,
        origin: Origin,
        action: Action,
        service: Callable[..., Reply],
        args: tuple[object, ...],
        kwargs: Mapping[str, object],
    ) -> Reply:
        return _permitted(self._turn(tx, origin), action, service, args, kwargs)

    def _refuse(
        self,
        tx: Tx,
        origin: Origin,
        trace: Trace,
        refused: Refused,
        action: Action | None,
        times: int | None,
    ) -> Reply:
        turn = self._turn(tx, origin, trace)
        first = updates.first_time(tx, origin.bot_id, origin.update_id, turn.now)
        if first and times is not None:
            audit_refusal(turn, refused.key, action, times)
        if first:
            heard(turn)
        sentence = refusal(refused)
        question = _what_now(turn, refused)
        toast, settled = sentence.unescape(), refused.key == "stale"
        if origin.pressed and question:
            return Reply(question, toast=toast, settled=settled)
        return Reply((Message(sentence), *question), toast=toast, settled=settled)

    def _turn(self, tx: Tx, origin: Origin, trace: Trace | None = None) -> Turn:
        self._refresh(tx)
        now = self.clock.now()
        who = people.actor(tx, origin.address, now)
        trace = trace or Trace()
        trace.person = who.person_id if who else None
        return Turn(tx, now, self.shelf, origin, who, trace=trace)

    def _refresh(self, tx: Tx) -> None:
        newest = programmes.newest_id(tx)
        if newest and newest != self.shelf.programme_id:
            stored = programmes.newest(tx)
            assert stored is not None
            programme, restored = read_programme(stored[1]), audit.last_of(tx, RESTORED)
            self.shelf = Shelf(newest, self.shelf.bot_name, programme, restored_at=restored)


def _permitted(
    turn: Turn,
    action: Action,
    service: Callable[..., Reply],
    args: tuple[object, ...],
    kwargs: Mapping[str, object],
) -> Reply:
    """Run the service if the permission table allows it: the one place that asks."""
    if turn.origin.shown_at and turn.shelf.restored_at and turn.origin.shown_at < turn.shelf.restored_at:
        # It belongs to rows that a restored backup does not have, and whose numbers are given out again.
        raise Refused("stale")
    _require(turn, action)
    return service(turn, *args, **kwargs)


def _require(turn: Turn, action: Action) -> None:
    """Refused unless the permission table lets one of the person's posts do this here."""
    roles = frozenset(Role(post.role) for post in turn.who.posts) if turn.who else frozenset()
    if allowed(action, roles, turn.origin.place):
        return
    if turn.who is None:
        raise Refused("stranger")
    anywhere = any(allowed(action, roles, place) for place in Place)
    raise Refused("private_only" if anywhere and turn.origin.place is not Place.PRIVATE else "not_allowed")


def _what_now(turn: Turn, refused: Refused) -> tuple[Message, ...]:
    """The open question once more.

    Whoever wrote before the question was there has it below their message already. Shown once more, somebody quick
    would answer both, and each answer would come before the next copy, for ever.
    """
    return () if refused.key == "too_early" and is_asked(turn) else repeated(turn).messages


def repeated(turn: Turn) -> Reply:
    """The question that the person is being asked, once more; nothing when there is none."""
    if turn.who is None or turn.origin.place is not Place.PRIVATE:
        return SILENCE
    return current(turn)
