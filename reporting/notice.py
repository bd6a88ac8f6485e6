"""Reading a year's holiday notice as the State Council prints it, or one day typed by hand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta

from forms.problems import Refused
from forms.text import clean
from reporting.workdays import Day, DayKind

# Every notice names these; 国庆节 and 中秋节 share a line in some years.
FEASTS = ("元旦", "春节", "清明", "劳动", "端午", "中秋", "国庆")
LONGEST = 15

# The same as a workbook has it: a row for each feast, one for the notice's number.
BOOK_FEASTS = ("元旦", "春节", "清明节", "劳动节", "端午节", "中秋节", "国庆节")
NUMBER = "文号"
COLUMNS = ("from", "to", "work1", "work2")

_ONE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})\s+(放假|上班)(?:\s+(.{1,20}))?")
_HEAD = re.compile(r"(\d{4})年?[\s,，]+(\S*〔?\[?\d{4}[〕\]]?\S*号)\s*(.*)", re.DOTALL)
_DAY = r"(?:(\d{4})年)?(?:(\d{1,2})月)?(\d{1,2})日(?:[（(]([^（）()]*)[）)])?"
_RANGE = re.compile(rf"{_DAY}(?:\s*[至到—~-]+\s*{_DAY})?")
_WEEKDAYS = "一二三四五六日"


def read_notice(text: str) -> list[Day]:
    """``2027 国办发明电〔2026〕7号 元旦：1月1日至3日放假……`` or ``2027-10-01 放假 国庆节``, in order of date.

    A notice with its number makes the year certain; a day typed alone counts, but certifies nothing.
    """
    typed = clean(text)
    if (one := _ONE.fullmatch(typed)) is not None:
        kind = DayKind.HOLIDAY if one[4] == "放假" else DayKind.WORKDAY
        return [Day(_date(int(one[1]), int(one[2]), int(one[3])), kind, one[5] or "", "", confirmed=False)]
    head = _HEAD.fullmatch(typed)
    if head is None:
        raise Refused("notice.head")
    found: dict[date, Day] = {}
    for day in _days(int(head[1]), head[2], head[3]):
        if day.date in found:
            raise Refused("notice.twice", day=_shown(day.date))
        found[day.date] = day
    _refuse_incomplete(found)
    return [found[day] for day in sorted(found)]


def read_book(year: str, cells: Mapping[str, str]) -> list[Day]:
    """A filled workbook's cells by ``feast.column``, read as the notice that says the same.

    中秋节 without days of its own is part of 国庆节, as in 2025.
    """
    told = {key: _as_printed(text) for key, text in cells.items()}
    lines = [f"{year} {_source(told)}"]
    for feast in BOOK_FEASTS:
        first, last, *work = (told.get(f"{feast}.{column}", "") for column in COLUMNS)
        if not first:
            continue
        name = "国庆节、中秋节" if feast == "国庆节" and "中秋节.from" not in told else feast
        days = "".join(f"{day}上班。" for day in work if day)
        lines.append(f"{name}：{first}{f'至{last}' if last else ''}放假。{days}")
    return read_notice("\n".join(lines))


def _source(told: Mapping[str, str]) -> str:
    return re.sub(r"\s", "", told.get(f"{NUMBER}.{COLUMNS[0]}", ""))


def _as_printed(text: str) -> str:
    """2027-01-01, as a spreadsheet keeps a date, is 2027年1月1日."""
    match = re.fullmatch(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:[T ].*)?", text)
    return f"{match[1]}年{int(match[2])}月{int(match[3])}日" if match else text


def book_cells(days: Iterable[Day]) -> dict[tuple[str, str], str]:
    """What is known of a year, by (feast, column), to fill the workbook with."""
    found: dict[tuple[str, str], str] = {}
    by_feast: dict[str, list[Day]] = {}
    for day in sorted(days, key=lambda one: one.date):
        feast = next((one for one in reversed(BOOK_FEASTS) if one[:2] in day.name), None)
        if feast is not None:
            by_feast.setdefault(feast, []).append(day)
            found[NUMBER, COLUMNS[0]] = day.source
    for feast, own in by_feast.items():
        off = [_shown(day.date) for day in own if day.kind is DayKind.HOLIDAY]
        work = [_shown(day.date) for day in own if day.kind is DayKind.WORKDAY]
        shown = [off[0], off[-1]] if off else ["", ""]
        found |= {(feast, at): text for at, text in zip(COLUMNS, [*shown, *work[:2]], strict=False) if text}
    return found


def _refuse_incomplete(found: dict[date, Day]) -> None:
    names = "".join({day.name for day in found.values()})
    missing = [feast for feast in FEASTS if feast not in names]
    if missing:
        raise Refused("notice.incomplete", missing="、".join(missing))


def _days(year: int, source: str, text: str) -> Iterator[Day]:
    spread = re.sub(r"(?<=[。；;\s])(?=[一二三四五六七]、)", "\n", text)
    for line in spread.splitlines():
        name, colon, told = re.sub(r"^\s*[一二三四五六七]、", "", line).partition(
            "：" if "：" in line else ":"
        )
        if not colon:
            continue
        feast = name.strip()
        for sentence in re.split(r"[。；;]", told):
            kind = DayKind.HOLIDAY if "放假" in sentence else DayKind.WORKDAY if "上班" in sentence else None
            if kind is None:
                continue
            dates = list(_dates(year, sentence))
            _check_count(sentence, dates, kind)
            yield from (Day(one, kind, feast[:20], source[:60]) for one in dates)


def _dates(year: int, sentence: str) -> Iterator[date]:
    month = 0
    for match in _RANGE.finditer(sentence):
        month = int(match[2] or month)
        first = _date(int(match[1] or year), month, int(match[3]))
        _check_weekday(first, match[4])
        last = first
        if match[7]:
            month = int(match[6] or month)
            last = _date(int(match[5] or first.year), month, int(match[7]))
            _check_weekday(last, match[8])
        if not 0 <= (last - first).days < LONGEST:
            raise Refused("notice.range", day=_shown(first))
        for offset in range((last - first).days + 1):
            yield first + timedelta(days=offset)


def _check_weekday(day: date, told: str | None) -> None:
    """（周四）: what is printed beside a date must be its weekday."""
    match = re.search(r"(?:周|星期)([一二三四五六日])", told or "")
    if match is not None and _WEEKDAYS.index(match[1]) != day.weekday():
        raise Refused("notice.weekday", day=_shown(day), typed=match[1])


def _check_count(sentence: str, dates: list[date], kind: DayKind) -> None:
    match = re.search(r"共(\d{1,2})天|放假(\d{1,2})天", sentence)
    if match is not None and kind is DayKind.HOLIDAY and int(match[1] or match[2]) != len(dates):
        raise Refused(
            "notice.count", day=_shown(dates[0]) if dates else "", typed=match[1] or match[2], got=len(dates)
        )


def _date(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise Refused("notice.date", typed=f"{month}月{day}日") from None


def _shown(day: date) -> str:
    return f"{day.month}月{day.day}日"
