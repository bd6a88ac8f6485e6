"""What the leaders' groups read of a digest: one screen of a phone, whatever the number of units and works."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from forms.text import utf16_length
from reporting.circular import LATE, UNFILED, Chapter, Circular, Request
from reporting.comparing import Indicator
from reporting.digest import SheetDigest
from reporting.edition import Edition
from reporting.states import IN_TIME, Timeliness
from templates.circular_words import highlight_line, last_called, titles, unit_of
from templates.words import cut, say, stopped

LONGEST = 1200  # characters that are seen: one screen


@dataclass(frozen=True, slots=True)
class Room:
    """How much of everything there is room for; ``words`` are characters of what people wrote."""

    works: int
    indicators: int
    names: int
    changes: int
    requests: int
    words: int
    remarks: int
    title: int = 60


# From the roomiest down; the last one fits whatever comes.
ROOMS = (
    Room(works=12, indicators=6, names=20, changes=5, requests=5, words=80, remarks=3),
    Room(works=12, indicators=4, names=12, changes=4, requests=4, words=60, remarks=2),
    Room(works=12, indicators=2, names=8, changes=3, requests=3, words=60, remarks=1),
    Room(works=12, indicators=2, names=6, changes=3, requests=3, words=40, remarks=0),
    Room(works=8, indicators=1, names=5, changes=3, requests=3, words=36, remarks=0),
    Room(works=6, indicators=1, names=3, changes=2, requests=2, words=24, remarks=0, title=30),
    Room(works=3, indicators=1, names=2, changes=1, requests=1, words=16, remarks=0, title=20),
    Room(works=0, indicators=0, names=1, changes=0, requests=0, words=0, remarks=0, title=20),
)
WORST = 3
FEW_WORKS, FEW_INDICATORS = 3, 3


def group_message(edition: Edition) -> Markup:
    """Headline figures, what changed, the worst deviations, who is asked for what, who has not filed."""
    of = Circular(edition)
    found = Markup("")
    for room in ROOMS:
        found = _message(of, room)
        if seen(found) <= LONGEST:
            break
    return found


def seen(text: Markup) -> int:
    """Characters as the messenger counts them, without tags."""
    return utf16_length(text.striptags()) + text.count("\n")


def _message(of: Circular, room: Room) -> Markup:
    chapters = [one for one in of.chapters if one.said]
    few = room.indicators if len(chapters) <= FEW_WORKS else min(room.indicators, FEW_INDICATORS)
    pace = of.pace
    unit = next((unit_of(sheet.form) for sheet in of.sheets if sheet.standings), "")
    asked = of.requests
    remarks = [remark for sheet in of.sheets for remark in sheet.remarks]
    return say(
        "circular.message",
        title=cut(of.edition.title, room.title),
        period=of.edition.period,
        correction=of.edition.correction,
        counts=_counts(of),
        unfiled=_names(list(of.owing(*UNFILED)), room.names),
        late=_names(list(of.owing(*LATE)), room.names),
        unsigned=[cut(sheet.form.header_unit, room.title) for sheet in of.unsigned[: room.names // 2]],
        county=of.edition.county,
        works=[{"title": one.form.short, "text": _work(one, few)} for one in chapters[: room.works]],
        works_more=len(chapters) if len(chapters) > room.works else 0,
        projects=say("circular.short_projects", pace=pace, unit=unit) if pace else "",
        changes=_moved(of, room.changes),
        deviations=[cut(highlight_line(one), 2 * room.title) for one in of.highlights[:WORST]],
        requests=[_request(one, room) for one in asked[: room.requests]],
        requests_more=len(asked) if len(asked) > room.requests else 0,
        remarks=[cut(remark, 2 * room.words) for remark in remarks[: room.remarks]],
        remarks_more=max(len(remarks) - room.remarks, 0),
    )


def _counts(of: Circular) -> Markup:
    return say(
        "circular.counts",
        expected=of.expected,
        filed=of.filed,
        on_time=of.count(*IN_TIME),
        late=of.count(*LATE),
        missing=of.expected - of.filed,
        exempt=of.count(Timeliness.EXEMPT),
    )


def _names(names: Sequence[str], most: int) -> Markup | str:
    return say("circular.many", names=names[:most], count=len(names)) if names else ""


def _work(chapter: Chapter, indicators: int) -> Markup:
    if chapter.pace is not None:
        return say("circular.short_projects", pace=chapter.pace, unit=unit_of(chapter.form))
    found = chapter.indicators[:indicators]
    clauses = [_clause(title, one) for title, one in zip(titles(chapter.indicators), found, strict=False)]
    incomplete = chapter.sheet.adds and bool(chapter.sheet.missing_items)
    return say("circular.short_indicators", clauses=clauses, incomplete=incomplete)


def _clause(title: str, one: Indicator) -> Markup:
    beside = say("compiling.cumulative", form=one.form, series=one.series, measure=one.measure)
    return say("circular.short_indicator", title=title, one=one, cumulative=beside)


def _moved(of: Circular, most: int) -> list[Markup]:
    called = {
        one.key: title
        for chapter in of.chapters
        if chapter.indicators
        for title, one in zip(titles(chapter.indicators), chapter.indicators, strict=True)
    }
    return [
        say("circular.moved", title=called[one.key], one=one, last=last_called(one.form))
        for one in of.changes[:most]
    ]


def _request(one: Request, room: Room) -> Markup:
    return say("circular.short_request", one=one, text=cut(stopped(one.text), room.words))


def behind_lines(sheet: SheetDigest) -> list[Markup]:
    """Figures that miss the year's target."""
    return [say("compiling.behind", measure=measure, series=series) for measure, series in sheet.behind]
