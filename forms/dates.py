"""Dates as people type them: a full date, or a day of the year in question. Everything else is refused."""

from __future__ import annotations

import re
from datetime import date

from forms.text import clean, plain_widths

_FULL = (
    re.compile(r"([12][0-9]{3}) ?年 ?([0-9]{1,2}) ?月 ?([0-9]{1,2}) ?[日号]"),
    re.compile(r"([12][0-9]{3}) ?([-/.]) ?([0-9]{1,2}) ?\2 ?([0-9]{1,2})"),
)
_DAY = re.compile(r"([0-9]{1,2}) ?月 ?([0-9]{1,2}) ?[日号]")
_EARLIEST = 1949


def read_date(text: str, year: int | None = None) -> date | None:
    """The one date typed; ``6月5日`` only when ``year`` says which year is meant. None for anything else.

    Two-digit years, ``昨天``, 2月30日 and years before 1949 are not dates here: nothing is guessed.
    """
    typed = plain_widths(clean(text)).strip()
    if match := next((found for form in _FULL if (found := form.fullmatch(typed))), None):
        numbers = [int(part) for part in match.groups() if part.isdecimal()]
        return _date(*numbers)
    if year is not None and (match := _DAY.fullmatch(typed)):
        return _date(year, int(match[1]), int(match[2]))
    return None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if year >= _EARLIEST else None
    except ValueError:
        return None
