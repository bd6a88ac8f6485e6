"""Reading one typed number: read as exactly that number or refused, never another number."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal, Inexact, InvalidOperation
from itertools import product
from typing import Literal

from forms.numerals import (
    DOWN,
    LEVEL,
    MOST_DIGITS,
    MULTIPLIERS,
    UP,
    NumberRefused,
    Reason,
    arabic_prefix,
    chinese_prefix,
    read_arabic,
    read_chinese,
    sharper,
    simplified,
)
from forms.rows import split_row
from forms.text import as_seen, is_blank, plain_widths, reorders
from forms.units import Unit, parse_unit, same_kind

__all__ = ["Kind", "Number", "NumberRefused", "Reason", "format_number", "read_number", "split_row"]

Kind = Literal["value", "not_applicable", "not_measured", "same"]


@dataclass(frozen=True, slots=True)
class Number:
    """`value` is None unless kind is "value"; `nil` marks a report of nothing (无, 没有, 0)."""

    kind: Kind
    value: Decimal | None = None
    nil: bool = False


MOST_CHARACTERS = 64
_EXACT = Context(prec=120, traps=[Inexact, InvalidOperation])
_SHOWN = Context(prec=120, rounding=ROUND_HALF_UP, traps=[InvalidOperation])

_NIL = frozenset(["无", "没有", "没", "暂无", "未发生", "没发生", "没有发生", "零", "〇"])
_NOT_APPLICABLE = frozenset(["不适用", "不涉及", "—", "——", "―", "――", "n/a"])
_NOT_MEASURED = frozenset(
    ["未统计", "没统计", "没有统计", "暂未统计", "尚未统计", "未测", "未测量", "未监测", "暂未监测"]
)
_SAME = frozenset(["=", "同上", "不变"])
_ONE = Decimal(1)


def read_number(text: str, *, unit: str | None, decimals: int, signed_words: bool = False) -> Number:
    """The one number typed, in the measure's unit; give the text as it came, not yet cleaned.

    With `signed_words` the measure is a change: 下降12% is -12 and 持平 is 0.
    """
    typed = _typed(text)
    word = _word(typed, signed_words)
    if word is not None:
        return word
    try:
        return _counted(_readings(typed, unit, signed_words), decimals)
    except NumberRefused as refused:
        reason = sharper(refused.reason, typed, change=signed_words)
        raise NumberRefused(
            reason,
            text,
            unit=unit,
            found=refused.found if reason == "wrong_unit" else None,
            decimals=decimals,
            readings=refused.readings,
        ) from None


def format_number(value: Decimal, decimals: int | None = None) -> str:
    """Plain figures for showing; with `decimals` rounded half up (四舍五入) to exactly that many places."""
    if not value.is_finite():
        raise ValueError(f"not a finite number: {value}")
    fixed = value if decimals is None else value.quantize(Decimal(1).scaleb(-decimals), context=_SHOWN)
    shown = format(fixed, "f")
    return shown.removeprefix("-") if fixed.is_zero() else shown


def _typed(text: str) -> str:
    if is_blank(text):
        raise NumberRefused("blank", text)
    seen = as_seen(text).strip()
    if len(seen) > MOST_CHARACTERS:
        raise NumberRefused("too_long", text)
    if reorders(text):
        raise NumberRefused("not_a_number", text)
    return plain_widths(seen).rstrip("。；;！!").strip()


def _word(typed: str, signed_words: bool) -> Number | None:
    word = typed.casefold()
    if word in _NIL:
        return Number("value", Decimal(0), nil=True)
    if word in _NOT_APPLICABLE:
        return Number("not_applicable")
    if word in _NOT_MEASURED:
        return Number("not_measured")
    if signed_words and word == LEVEL:
        return Number("value", Decimal(0))
    if signed_words and word == "不变":  # "as last month's figure" or "no change"
        raise NumberRefused("ambiguous", typed)
    return Number("same") if word in _SAME else None


def _counted(readings: tuple[Decimal, ...], decimals: int) -> Number:
    if len(readings) > 1:
        raise NumberRefused("ambiguous", readings=readings)
    value = readings[0]
    if value.adjusted() >= MOST_DIGITS:
        raise NumberRefused("too_large")
    if -_exponent(value) > decimals:
        raise NumberRefused("too_many_decimals")
    return Number("value", value, nil=value.is_zero())


def _readings(typed: str, unit: str | None, signed_words: bool) -> tuple[Decimal, ...]:
    """Everything the text may mean in the measure's unit, without repetition."""
    if typed.isascii() and typed.isdecimal():  # a bare whole number: nearly all that is ever typed
        return (_canonical(read_arabic(typed)),)
    signs, body = _signs(typed, signed_words)
    values, written, suffix = _figures(_percent_behind(body))
    factors = _factors(written, suffix, plain_widths("".join((unit or "").split())))
    found = (sign * factor for sign, factor in product(signs, factors))
    readings = (_canonical(_EXACT.multiply(value, factor)) for factor, value in product(tuple(found), values))
    return tuple(dict.fromkeys(readings))


def _signs(typed: str, signed_words: bool) -> tuple[tuple[int, ...], str]:
    """Both signs when a word and a mark disagree: 下降-12% may be a fall or a rise of 12%."""
    direction, body = _direction(typed) if signed_words else (0, typed)
    sign = {"+": 1, "-": -1, "负": -1}.get(body[:1], 0)
    signs = {direction or sign or 1, sign or direction or 1}
    if direction == sign == -1 or direction * sign < 0:
        signs = {-1, 1}
    return tuple(sorted(signs)), body[1:] if sign else body


def _percent_behind(body: str) -> str:
    """百分之十二 as 十二%; 百分之百 is the one numeral that may start with a bare 百."""
    share = body.removeprefix("百分之")
    if share == body:
        return body
    return ("一百" if share == "百" else share) + "%"


def _direction(typed: str) -> tuple[int, str]:
    for sign, words in ((-1, DOWN), (1, UP)):
        for word in words:
            if typed.startswith(word):
                return sign, typed.removeprefix(word).lstrip().removeprefix("了").lstrip()
    return 0, typed


def _figures(body: str) -> tuple[tuple[Decimal, ...], str, str]:
    """The values, the numeral as written when Chinese, and what follows it."""
    digits = arabic_prefix(body)
    if digits:
        return (read_arabic(digits),), "", _suffix(body, digits)
    body = simplified(body)
    numeral = chinese_prefix(_before_unit(body))
    if not numeral:
        raise NumberRefused("not_a_number", body)
    return read_chinese(numeral), numeral, _suffix(body, numeral)


def _suffix(body: str, figure: str) -> str:
    """The unit and its multiplier, where spaces do not matter."""
    return simplified("".join(body.removeprefix(figure).split()))


def _before_unit(body: str) -> str:
    """三万千瓦时 is 三万 and 千瓦时: the unit's own 千 belongs to no numeral."""
    for unit in ("千瓦时", "千瓦", "千克", "千米", "百分点"):
        if body.endswith(unit):
            return body.removesuffix(unit)
    return body


def _factors(written: str, suffix: str, unit: str) -> tuple[Decimal, ...]:
    """What to multiply by to reach the measure's unit; two factors where 万 may or may not include it."""
    measure = parse_unit(unit)
    if suffix and suffix not in MULTIPLIERS:
        return (_scale(suffix, unit, measure),)
    multiplier = MULTIPLIERS.get(suffix, _ONE)
    if _may_include_unit(written, suffix, measure):
        return (_EXACT.divide(multiplier, measure.scale_of_lead), multiplier)
    return (multiplier,)


def _scale(suffix: str, unit: str, measure: Unit) -> Decimal:
    if suffix == unit:
        return _ONE
    if any(mark.isdecimal() for mark in suffix) or chinese_prefix(suffix.lstrip("百千万亿")):
        raise NumberRefused("several_numbers")
    if not _looks_like_unit(suffix):
        raise NumberRefused("not_a_number")
    typed = parse_unit(suffix)
    if not same_kind(typed.base, measure.base):
        raise NumberRefused("wrong_unit", found=suffix)
    return _EXACT.divide(typed.scale, measure.scale)


def _looks_like_unit(suffix: str) -> bool:
    return all(mark.isalpha() or mark in "%‰℃°/·²³" for mark in suffix) and not set("/·²³").issuperset(suffix)


def _may_include_unit(written: str, suffix: str, unit: Unit) -> bool:
    """Is 1.2万 in 万元 12000 or 1.2? 一千二百 in 万元 is a plain numeral, but not in 千元."""
    marks = frozenset(written + suffix) & frozenset("百千万亿")
    if not (unit.lead and marks):
        return False
    if marks & frozenset(unit.lead):
        return True
    return not unit.is_word and bool(suffix or marks & frozenset("万亿"))


def _exponent(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    assert isinstance(exponent, int)
    return exponent


def _canonical(value: Decimal) -> Decimal:
    """15.60 as 15.6, 1.2E+4 as 12000, -0 as 0."""
    if value.is_zero():
        return Decimal(0)
    trimmed = value.normalize(_EXACT)
    return trimmed.quantize(_ONE, context=_EXACT) if _exponent(trimmed) > 0 else trimmed
