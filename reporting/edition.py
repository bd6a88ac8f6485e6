"""One digest (督查通报) as its readers get it: everything that any of its outputs says, and nothing else.

Message, circular, workbook and pictures are all made from an edition, which is read from a frozen snapshot:
what two of them say of one figure cannot differ, and what was published can be made again byte for byte.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from forms.definition import Form
from reporting.digest import SheetDigest, read_snapshot
from reporting.period import MONTHS_OF, parse_period


class Paragraph(StrEnum):
    """What the office writes itself; every other sentence is made from figures."""

    OPENING = "opening"
    ASSESSMENT = "assessment"
    REQUESTS = "requests"


@dataclass(frozen=True, slots=True)
class Imprint:
    """What is printed around the text: 发文机关标志, 发文字号, 主送, 署名, 成文日期, 抄送.

    ``number`` and ``issued_on`` are empty while the digest is a draft. ``subject`` is what it is about, ``numerals``
    how its date is written: ``"arabic"`` 2008年7月7日, ``"chinese"`` 二〇〇八年七月七日.
    """

    heading: str = ""
    number: str = ""
    recipients: str = ""
    issuer: str = ""
    issued_on: date | None = None
    copies: str = ""
    subject: str = ""
    numerals: str = "arabic"


@dataclass(frozen=True, slots=True)
class Edition:
    """``earlier`` are the published sheets of the periods before, by period, at most eleven, oldest first.

    ``paragraphs`` hold what the office wrote, none of them when it wrote nothing. ``dropped`` and ``first`` are
    keys of highlights: those left out, and those to be named before the others. ``thresholds`` are percentage
    points by form key, ``{"yellow": …, "red": …}``; a form that is not named is judged by nobody. ``criticism``
    are sentences about misses of contact that somebody has confirmed (通报批评). ``correction`` is the N of
    更正第N号, 0 for the first edition; ``notes`` stand at the end, such as the mark of sample data.
    """

    title: str
    county: str
    period: str
    sheets: tuple[SheetDigest, ...]
    imprint: Imprint = Imprint()
    earlier: Mapping[str, tuple[SheetDigest, ...]] = field(default_factory=dict)
    paragraphs: Mapping[Paragraph, str] = field(default_factory=dict)
    dropped: frozenset[str] = frozenset()
    first: tuple[str, ...] = ()
    thresholds: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    criticism: tuple[str, ...] = ()
    correction: int = 0
    notes: tuple[str, ...] = ()

    @property
    def before(self) -> tuple[SheetDigest, ...]:
        """The sheets of the last published period, none in the first month."""
        return self.earlier[max(self.earlier)] if self.earlier else ()

    def before_of(self, sheet: SheetDigest) -> SheetDigest | None:
        """The same form in the period right before this one; None where that was not published."""
        period = parse_period(sheet.period).shift(-MONTHS_OF[sheet.form.every])
        found = self.earlier.get(str(period), ())
        return next((one for one in found if one.form.key == sheet.form.key), None)


def read_edition(
    snapshot: Mapping[str, Any], earlier: Sequence[Mapping[str, Any]], forms: Mapping[int, Form]
) -> Edition:
    """Derive an edition from a frozen snapshot and those of the periods before; ``forms`` by stored form id."""
    printed = dict(snapshot.get("imprint", {}))
    day = printed.pop("issued_on", None)
    return Edition(
        title=snapshot.get("title", ""),
        county=snapshot.get("county", ""),
        period=snapshot["period"],
        sheets=tuple(read_snapshot(snapshot, forms)),
        imprint=Imprint(**printed, issued_on=date.fromisoformat(day) if day else None),
        earlier={
            one["period"]: tuple(read_snapshot(one, forms))
            for one in sorted(earlier, key=lambda one: str(one["period"]))[-11:]
        },
        paragraphs={Paragraph(key): text for key, text in snapshot.get("paragraphs", {}).items()},
        dropped=frozenset(snapshot.get("dropped", ())),
        first=tuple(snapshot.get("first", ())),
        thresholds=snapshot.get("thresholds", {}),
        criticism=tuple(snapshot.get("criticism", ())),
        correction=snapshot.get("correction", 0),
        notes=tuple(snapshot.get("notes", ())),
    )
