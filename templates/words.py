"""Every sentence of the bot: Jinja2 macros in ``messages/``, one file per conversation."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Context, Decimal
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from forms.cells import Cell, State
from forms.definition import Item, Measure
from forms.numbers import format_number
from forms.problems import Refused
from forms.table import Change, ChangeKind
from reporting.period import MONTHS_OF, parse_period
from templates.message import Button

HERE = Path(__file__).parent
_WIDE = Context(prec=120)  # the usual 28 digits would show another number than was typed
STATE_WORDS = {
    State.NOT_APPLICABLE: "不适用",
    State.NOT_MEASURED: "未统计",
    State.UNANSWERED: "未填",
}
CHANGE_WORDS = {
    ChangeKind.FLAT: "持平",
    ChangeKind.NO_BASE: "—",
    ChangeKind.NOT_COMPARABLE: "不可比",
}


def number(amount: Decimal | None) -> str:
    """A figure as shown: plain digits, a true minus sign, never an exponent; — when there is none."""
    return "—" if amount is None else format_number(amount.normalize(_WIDE)).replace("-", "−")


def quantity(cell: Cell, measure: Measure) -> str:
    """A typed figure with its unit, a field in words, or the word for its state."""
    if measure.kind != "number":
        return told(cell) if measure.kind != "date" or cell.text is None else day(cell.text)
    return STATE_WORDS.get(cell.state) or amount_words(cell.amount, measure)


def amount_words(amount: Decimal | None, measure: Measure) -> str:
    """A figure with its unit; a computed rate has one decimal; — for none."""
    if amount is None:
        return "—"
    shown = number_fixed(amount) if measure.ratio_of else number(amount)
    return f"{shown}{measure.unit}"


def cell_title(item: Item, measure: Measure, between: str = "") -> str:
    """道路交通·受伤; a heading that the row already ends with is not said twice: COD减排量·合计."""
    heading = "".join(measure.under[-1:])
    said = measure.short if heading and item.title.endswith(heading) else measure.called
    return f"{item.title}{between}{said}"


def day(iso: str) -> str:
    """2008年6月5日 for a stored 2008-06-05."""
    at = date.fromisoformat(iso)
    return f"{at.year}年{at.month}月{at.day}日"


def against_schedule(deviation: Decimal | None) -> str:
    """超序时进度3.2个百分点, 欠序时进度…, 与序时进度持平."""
    if deviation is None:
        return "时序不明"
    if not deviation:
        return "与序时进度持平"
    word = "超" if deviation > 0 else "欠"
    return f"{word}序时进度{number_fixed(deviation.copy_abs())}个百分点"


def percent(share: Decimal) -> str:
    """46.8%."""
    return f"{number_fixed(share)}%"


def points(deviation: Decimal) -> str:
    """Percentage points: one decimal, or all that there are: 3.2, 4.0, 0.25."""
    fixed = number_fixed(deviation)
    return fixed if deviation == deviation.quantize(Decimal("0.1")) else number(deviation)


def cut(text: str, length: int) -> str:
    """On one line, and no longer than so many characters."""
    line = " ".join(text.split())
    return line if len(line) <= length else line[: max(length - 1, 0)] + "…"


def stopped(text: str) -> str:
    """What people wrote, in one line and without the mark at its end, so that a sentence can go on after it."""
    return " ".join(text.split()).rstrip("。；;，,、.")


def told(cell: Cell) -> str:
    """A narrative as shown; an explicit nothing is 无."""
    return STATE_WORDS.get(cell.state) or cell.text or "无"


def shown(cell: Cell, measure: Measure | None) -> str:
    return told(cell) if measure is None else quantity(cell, measure)


def change(of: Change) -> str:
    """累计比去年同期±% in words: +8.3%, −12.5%, 持平, — (no base), 不可比."""
    if of.percent is None:
        return CHANGE_WORDS[of.kind]
    sign = "+" if of.percent > 0 else ""
    return f"{sign}{number_fixed(of.percent)}%"


def distance(amount: Decimal, measure: Measure) -> str:
    """How far from the year's target, and whether that is good: 优于目标0.02, 差0.03, 达到目标."""
    if not amount:
        return "达到目标"
    better = (amount < 0) == (measure.direction == "lower")
    word = "比目标" + ("低" if amount < 0 else "高")
    return f"{word}{number(amount.copy_abs())}" + (
        "" if measure.direction == "none" or better else "，未达到"
    )


def number_fixed(percent: Decimal) -> str:
    """A percentage to one decimal."""
    return format_number(percent, 1).replace("-", "−")


def when(moment: datetime, zone: ZoneInfo) -> str:
    """7月2日17:30 in the programme's zone."""
    local = moment.astimezone(zone)
    return f"{local.month}月{local.day}日{local:%H:%M}"


def moment(at: datetime, zone: ZoneInfo) -> str:
    """2008年7月2日17:30 in the programme's zone."""
    return f"{date_of(at, zone)}{at.astimezone(zone):%H:%M}"


def by_when(moment: datetime, now: datetime, zone: ZoneInfo) -> str:
    """今天17:30, or 7月3日17:30 on another day."""
    local = moment.astimezone(zone)
    return f"今天{local:%H:%M}" if local.date() == now.astimezone(zone).date() else when(moment, zone)


def date_of(moment: datetime, zone: ZoneInfo) -> str:
    """2008年7月5日 in the programme's zone."""
    local = moment.astimezone(zone)
    return f"{local.year}年{local.month}月{local.day}日"


def day_of(day: date) -> str:
    """7月3日."""
    return f"{day.month}月{day.day}日"


QUARTERS = "一二三四"


def month_of(period: str) -> str:
    """6月份 for the period 2008-06."""
    return covered("month", period)


def covered(every: str, period: str, ahead: int = 0) -> str:
    """What a form of this cadence covers in a round: 6月份, 第二季度; ``ahead`` 1 is the one after it."""
    shifted = parse_period(period).shift(ahead * MONTHS_OF[every])
    return f"第{QUARTERS[(shifted.month - 1) // 3]}季度" if every == "quarter" else f"{shifted.month}月份"


@cache
def environment() -> Environment:
    found = Environment(
        loader=FileSystemLoader(HERE / "messages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=False,
    )
    found.filters.update(
        number=number,
        amount=amount_words,
        quantity=quantity,
        told=told,
        change=change,
        distance=distance,
        percent=percent,
        against_schedule=against_schedule,
        points=points,
        stopped=stopped,
        when=when,
        month=month_of,
    )
    return found


@cache
def _macro(name: str) -> Callable[..., Markup]:
    module, _, macro = name.partition(".")
    found: Callable[..., Markup] = getattr(environment().get_template(f"{module}.j2").module, macro)
    return found


def say(name: str, /, **fields: Any) -> Markup:
    """Render the macro ``file.macro`` as escaped HTML; being Markup, it is not escaped again in another."""
    return _macro(name)(**fields).strip()


def joined(parts: Sequence[Markup]) -> Markup:
    """Already rendered texts as one, a blank line between them."""
    return Markup("\n\n").join(part for part in parts if part)


def kind_word(kind: str) -> str:
    """贴纸 for ``sticker``: what was sent instead of text."""
    return _kinds()[kind]


@cache
def _kinds() -> Mapping[str, str]:
    return tomllib.loads((HERE / "messages" / "kinds.toml").read_text(encoding="utf-8"))


@cache
def _labels() -> Mapping[str, str]:
    return tomllib.loads((HERE / "messages" / "buttons.toml").read_text(encoding="utf-8"))


def button(verb: str, of: object = 0, version: int = 0, *, label: str = "") -> Button:
    """A button that does ``verb`` to an object of this version; ``label`` replaces the usual word."""
    return Button(label or _labels()[verb], f"{verb}:{of}:{version}")


@cache
def _refusals() -> Mapping[str, Template]:
    return {key: environment().from_string(text) for key, text in _refusal_texts().items()}


@cache
def _refusal_texts() -> Mapping[str, str]:
    return dict(_flat(tomllib.loads((HERE / "messages" / "refusals.toml").read_text(encoding="utf-8"))))


def _flat(read: Mapping[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for key, value in read.items():
        found += _flat(value, f"{prefix}{key}.") if isinstance(value, dict) else [(prefix + key, value)]
    return found


def refusal(refused: Refused) -> Markup:
    """The sentence for a refusal, as escaped HTML."""
    return Markup(_refusals()[refused.key].render(**refused.fields).strip())  # noqa: S704 - autoescaped


def refusal_word(key: str) -> str:
    """The first clause of a refusal's sentence, for the record: what it fills in is not known any more."""
    text = re.sub(r"{%.*?%}|{{.*?}}", "…", _refusal_texts().get(key, key))
    return re.split(r"[。，；]", text)[0]


def refusal_keys() -> frozenset[str]:
    """Every refusal that has a sentence."""
    return frozenset(_refusals())
