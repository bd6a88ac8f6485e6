"""/contact: how well people can be reached. Figures for the office, the rate for leaders, everybody their own record."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from markupsafe import Markup

from forms.problems import Refused
from forms.text import fold
from reporting.contact import Outcome
from reporting.contact_figures import Figures, Result, figures
from reporting.programme import Role
from services import strikes
from services.auditing import audit
from services.contact_week import gaps
from services.desk import Turn
from services.joining import post_name
from services.planning import class_of, plan_of
from storage import checks, misses, people
from storage.checks import Check
from storage.misses import Miss
from templates.contact_chart import chart_of
from templates.contact_workbook import Line, contact_workbook
from templates.message import Attachment, Message, Reply
from templates.words import button, say, when

_YEAR = re.compile(r"(\d{4})年?")
_MONTH = re.compile(r"(?:(\d{4})[年.-])?(\d{1,2})月?(?:份)?")
MOST_LINES = 12
GAPS = frozenset({"缺口", "隐患", "周报"})


@dataclass(frozen=True, slots=True)
class Span:
    """A year or a month in the programme's zone: ``key`` is 2008 or 2008-07."""

    key: str
    since: datetime
    until: datetime


def _span(turn: Turn, text: str) -> Span:
    """2008, 2008年7月, 7月, 2008-07; nothing for the year so far."""
    zone = turn.programme.zone
    this_year = turn.now.astimezone(zone).year
    words = fold(text).replace(" ", "") or str(this_year)
    if match := _YEAR.fullmatch(words):
        year, first, last = int(match[1]), 1, 12
    elif match := _MONTH.fullmatch(words):
        year, first = int(match[1] or this_year), int(match[2])
        last = first
    else:
        raise Refused("contact.span", typed=text)
    if not (1990 <= year <= 2100 and 1 <= first <= 12):
        raise Refused("contact.span", typed=text)
    key = f"{year}" if last > first else f"{year}-{first:02}"
    after = datetime(year + last // 12, last % 12 + 1, 1, tzinfo=zone)
    return Span(key, datetime(year, first, 1, tzinfo=zone), after)


def show(turn: Turn, text: str = "") -> Reply:
    """Everybody sees what is theirs to see."""
    roles = {Role(post.role) for post in turn.actor.posts}
    office = bool(roles & {Role.OFFICE, Role.ADMIN})
    if office and fold(text) in GAPS:
        return Reply((Message(gaps(turn)),))
    span = _span(turn, text)
    if office:
        return _office(turn, span)
    if Role.LEADER in roles:
        return Reply((Message(_summary(turn, span, _figures(turn, _ended(turn, span)), whole=False)),))
    return Reply((Message(_own(turn, span)),))


def _office(turn: Turn, span: Span) -> Reply:
    found = _figures(turn, _ended(turn, span))
    text = _summary(turn, span, found, whole=True)
    if not found.whole.whole:
        return Reply((Message(text),))
    rows = ((button("contactbook", span.key),),)
    return Reply((Message(text, rows, picture=chart_of(found, span.key)),))


def _summary(turn: Turn, span: Span, found: Figures, *, whole: bool) -> Markup:
    confirmed = [
        say(
            "contact.confirmed_line",
            post=post_name(turn, people.post_by_id(turn.tx, one.post_id)),
            name=people.person_name(turn.tx, one.person_id),
            at=when(one.at, turn.programme.zone),
            step=one.step,
        )
        for one in misses.since(turn.tx, span.since)
        if one.state == "confirmed" and one.at < span.until
    ]
    return say("contact.figures", span=span.key, found=found, confirmed=confirmed, parts=whole)


def _ended(turn: Turn, span: Span) -> list[Check]:
    return [one for one in checks.between(turn.tx, span.since, span.until) if one.outcome is not None]


def _figures(turn: Turn, found: Sequence[Check]) -> Figures:
    """A miss that was cancelled is void: it counts for nothing."""
    settings, zone = plan_of(turn).settings, turn.programme.zone
    cancelled = _cancelled(turn, found)
    results = []
    for one in found:
        at = (one.delivered_at or one.asked_at or one.settled_at or one.due_at).astimezone(zone)
        outcome = str(Outcome.VOID) if one.id in cancelled else one.outcome or ""
        results.append(Result(outcome, class_of(turn, settings, one.unit), at.hour, _seconds(one)))
    return figures(results, say("contact.no_class").unescape())


def _cancelled(turn: Turn, found: Sequence[Check]) -> set[int]:
    known = misses.of_checks(turn.tx, [one.id for one in found if one.outcome == Outcome.MISSED])
    return {check for check, miss in known.items() if miss.state == "cancelled"}


def _seconds(one: Check) -> int | None:
    if one.answered_at is None or one.delivered_at is None:
        return None
    return int((one.answered_at - one.delivered_at) / timedelta(seconds=1))


def _own(turn: Turn, span: Span) -> Markup:
    """What was asked of this person, newest first, and what of it is on record against them."""
    mine = [one for one in checks.of_person(turn.tx, turn.person, span.since) if one.due_at < span.until]
    known = misses.of_checks(turn.tx, [one.id for one in mine])
    newest = [_own_line(turn, one, known.get(one.id)) for one in reversed(mine) if one.outcome is not None]
    records = [
        strikes.line(turn, one)
        for one in misses.of_person(turn.tx, turn.person)
        if span.since <= one.at < span.until
    ]
    return say("contact.own", span=span.key, lines=newest[:MOST_LINES], whole=len(newest), records=records)


def _own_line(turn: Turn, one: Check, miss: Miss | None) -> Markup:
    at = one.delivered_at or one.asked_at or one.due_at
    outcome = "cancelled" if miss is not None and miss.state == "cancelled" else one.outcome
    return say(
        "contact.own_line",
        at=when(at, turn.programme.zone),
        outcome=outcome,
        cause=one.cause,
        seconds=_seconds(one),
    )


def export(turn: Turn, key: str) -> Reply:
    """〔导出〕: every check of the time as a workbook. That somebody took it is on record."""
    span = _span(turn, key)
    found = _ended(turn, span)
    if not found:
        raise Refused("contact.nothing")
    known = misses.of_checks(turn.tx, [one.id for one in found])
    book = contact_workbook(_figures(turn, found), [_line(turn, one, known) for one in found])
    audit(turn, "export_contact", about=f"period:{span.key}", rows=len(found))
    name = say("contact.book_name", span=span.key).unescape()
    return Reply((Message(say("contact.exported", count=len(found))),), attachments=(Attachment(name, book),))


def _line(turn: Turn, one: Check, known: Mapping[int, Miss]) -> Line:
    zone, miss = turn.programme.zone, known.get(one.id)
    return Line(
        (one.delivered_at or one.asked_at or one.due_at).astimezone(zone),
        turn.called(one.unit),
        class_of(turn, plan_of(turn).settings, one.unit),
        people.person_name(turn.tx, one.person_id) if one.person_id else "",
        one.kind,
        one.outcome or "",
        say("contact.cause", name=one.cause).unescape(),
        _seconds(one),
        miss.id if miss else None,
        miss.state if miss else "",
    )
