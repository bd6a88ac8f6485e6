"""Figures as they are written, in Arabic digits or in Chinese characters: every way a spelling can be read."""

import re
from decimal import Decimal
from typing import Literal

Reason = Literal[
    "blank",  # nothing visible was typed
    "too_long",  # more than 64 characters
    "not_a_number",  # none of the cases below
    "approximate",  # 约12, 十几, 12多, 三五
    "range",  # 3-5, 3至5
    "fraction",  # 1/2, ½, 三分之一, 一半
    "scientific",  # 1e3
    "date_like",  # 26.8.1, 2月30日, 昨天, 12:30
    "several_numbers",  # 3 5, 1万2千
    "bad_grouping",  # 1,20: the comma stands where no thousands separator can
    "ambiguous",  # `readings` holds what it may mean
    "wrong_unit",  # `found` holds the unit that was typed
    "direction_word",  # 下降12 where the measure is not a change
    "too_many_decimals",  # `decimals` holds how many are allowed
    "too_large",  # more than 30 digits
]


class NumberRefused(Exception):  # noqa: N818 - a refusal is an answer to a person, not a program's error
    """What was typed is not certainly one number; the sentence for the person is rendered in templates."""

    def __init__(
        self,
        reason: Reason,
        text: str = "",
        *,
        unit: str | None = None,
        found: str | None = None,
        decimals: int | None = None,
        readings: tuple[Decimal, ...] = (),
    ) -> None:
        super().__init__(reason, text)
        self.reason: Reason = reason
        self.text = text
        self.unit = unit
        self.found = found
        self.decimals = decimals
        self.readings = readings


MOST_DIGITS = 30
MULTIPLIERS = {
    word: Decimal(10) ** power
    for word, power in {
        "百": 2, "千": 3, "万": 4, "十万": 5, "百万": 6, "千万": 7, "亿": 8, "十亿": 9, "百亿": 10, "千亿": 11, "万亿": 12,
    }.items()
}  # fmt: skip

_PLAIN = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_GROUPED = re.compile(r"[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_ARABIC_MARKS = frozenset("0123456789.,，")

_DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {"两": 2}
_UNITS = {"": 1, "十": 10, "百": 100, "千": 1000}
_SPELLINGS = str.maketrans(
    dict(
        zip(
            "〇壹贰貳叁叄肆伍陆陸柒捌玖拾佰仟萬億兩點",
            "零一二二三三四五六六七八九十百千万亿两点",
            strict=True,
        )
    )
    | {"廿": "二十", "卅": "三十"}
)
_CHINESE_MARKS = frozenset("零一二三四五六七八九两十百千万亿点")
_STEP = re.compile(r"(零?)(?:([一二三四五六七八九两]?)([十百千])|([一二三四五六七八九两])$)")
_NEIGHBOURS = re.compile(r"[一二三四五六七八九两]{2}")
_FRACTION = re.compile(r"([零一二三四五六七八九]+)(.*)")


def arabic_prefix(text: str) -> str:
    """The leading run of digits, points and commas; never a trailing mark's business to be dropped here."""
    return _prefix(text, _ARABIC_MARKS)


def chinese_prefix(text: str) -> str:
    """The leading run of numeral characters in a text that went through `simplified`."""
    return _prefix(text, _CHINESE_MARKS)


def simplified(text: str) -> str:
    """Formal and traditional numeral characters as everyday ones: 贰拾萬 → 二十万, 廿 → 二十, 〇 → 零."""
    return text.translate(_SPELLINGS)


def read_arabic(text: str) -> Decimal:
    """Digits with an optional decimal part; commas, of one width, only between groups of three."""
    plain = text if "," in text else text.replace("，", ",")
    if sum(mark.isdigit() for mark in plain) > MOST_DIGITS:
        raise NumberRefused("too_large", text)
    if _PLAIN.fullmatch(plain) or _GROUPED.fullmatch(plain):
        return Decimal(plain.replace(",", ""))
    raise NumberRefused("bad_grouping" if "," in plain else "not_a_number", text)


def read_chinese(text: str) -> tuple[Decimal, ...]:
    """All readings, the likelier first: 一百零五 has one, 一百五 has two (150 and 105)."""
    whole, point, fraction = text.partition("点")
    if not point:
        return tuple(Decimal(value) for value in _whole(whole))
    match = _FRACTION.fullmatch(fraction)
    if match is None or len(match[1]) > MOST_DIGITS or (match[2] and _has_myriads(whole)):
        raise NumberRefused("not_a_number", text)
    scale = _multiplier(match[2], text)
    digits = "".join(str(_DIGITS[mark]) for mark in match[1])
    return tuple(_exact(value, digits, scale) for value in _whole(whole))


def _exact(whole: int, digits: str, scale: Decimal) -> Decimal:
    """Shifted by counting places, so that no arithmetic context can round it."""
    sign, figures, exponent = Decimal(f"{whole}.{digits}").as_tuple()
    assert isinstance(exponent, int)
    return Decimal((sign, figures, exponent + scale.adjusted()))


def _multiplier(word: str, text: str) -> Decimal:
    if word and word not in MULTIPLIERS:
        raise NumberRefused("not_a_number", text)
    return MULTIPLIERS.get(word, Decimal(1))


def _prefix(text: str, marks: frozenset[str]) -> str:
    length = 0
    while length < len(text) and text[length] in marks:
        length += 1
    return text[:length]


def _has_myriads(text: str) -> bool:
    return "万" in text or "亿" in text


def _whole(text: str) -> tuple[int, ...]:
    if text == "零":
        return (0,)
    head, mark, tail = text.rpartition("亿")
    if not mark:
        return _myriads(text)
    return _joined(_myriads(head), 10**8, tail, _myriads(_after_gap(tail)) if tail else (0,))


def _myriads(text: str) -> tuple[int, ...]:
    head, mark, tail = text.partition("万")
    if not mark:
        return _section(text)
    return _joined(_section(head), 10**4, tail, _section(_after_gap(tail)) if tail else (0,))


def _after_gap(tail: str) -> str:
    return tail.removeprefix("零")


def _joined(highs: tuple[int, ...], scale: int, tail: str, lows: tuple[int, ...]) -> tuple[int, ...]:
    """一万二 may be 12000 or 10002, 三亿二千 320000000 or 300002000; with 零 or with 万 there is no doubt."""
    return tuple(
        high * scale + value
        for high in highs
        for low in lows
        for value in _low_readings(high, scale, tail, low)
    )


def _low_readings(high: int, scale: int, tail: str, low: int) -> tuple[int, ...]:
    if tail.startswith("零"):
        if low >= scale // 10 and high % 10:
            raise NumberRefused("not_a_number", tail)  # 一万零二千: there is no gap to mark
        return (low,)
    if len(tail) == 1 and tail in _DIGITS:
        return (low * scale // 10, low)
    if tail and scale == 10**8 and "万" not in tail:
        return (low * 10**4, low)
    return (low,)


def _section(text: str) -> tuple[int, ...]:
    """One to 9999. A last digit without its unit is read both ways: 二百五 is 250 or 205."""
    total, below, position = 0, 10_000, 0
    while position < len(text):
        step = _STEP.match(text, position)
        if step is None:
            raise _no_numeral(text)
        gap, digit, mark, last = step.groups("")
        unit = _UNITS[mark]
        _check_step(text, gap=bool(gap), first=not total, word=digit + mark, unit=unit, below=below)
        if last and total and not gap and below > 10:
            return (total + _DIGITS[last] * below // 10, total + _DIGITS[last])
        total += (_DIGITS[digit or last] if digit or last else 1) * unit
        below, position = unit, step.end()
    if not total:
        raise _no_numeral(text)
    return (total,)


def _check_step(text: str, *, gap: bool, first: bool, word: str, unit: int, below: int) -> None:
    out_of_order = unit >= below
    needless_gap = gap and (first or unit * 10 >= below)
    if out_of_order or needless_gap or word in ("百", "千", "两十"):
        raise _no_numeral(text)


def _no_numeral(text: str) -> NumberRefused:
    return NumberRefused("approximate" if _NEIGHBOURS.search(text) else "not_a_number", text)


LEVEL = "持平"
DOWN = ("下降", "减少", "降低", "下滑", "回落")
UP = ("上升", "增长", "增加", "提高")
_FIGURE = "0-9零一二三四五六七八九十百千万亿"
_SHARPER: tuple[tuple[Reason, re.Pattern[str]], ...] = (
    (
        "date_like",
        re.compile(
            r"[0-9]([./-])[0-9]{1,2}\1[0-9]|[0-9一二三四五六七八九十][年月日号时]|[0-9]:[0-9]"
            r"|民国|[昨今明前后]天|[去今明]年|[上本下]个?[月周]"
        ),
    ),
    ("range", re.compile(rf"[{_FIGURE}%] ?[-~—–至到]+ ?[{_FIGURE}]")),
    ("fraction", re.compile(r"(?<!百)分之|[0-9] ?[/⁄] ?[0-9]|[¼-¾⅐-⅞]|半|成$")),
    ("scientific", re.compile(r"^[+-]?[0-9.]+e[+-]?[0-9]+$")),
    (
        "approximate",
        re.compile(
            r"[约近几余多]|[±≈~<>≤≥] ?[0-9]|大概|左右|上下|以[上下内]|不[到足少]|超|至少|最少|若干|可能|估计|差不多"
            r"|[0-9十百千万亿]来|[数上][十百千万]"
        ),
    ),
    ("several_numbers", re.compile(r"[0-9][^0-9.,，]+[0-9]")),
    ("direction_word", re.compile("|".join((LEVEL, *DOWN, *UP)))),
)


def sharper(reason: Reason, typed: str, *, change: bool) -> Reason:
    """The reason that helps a person most; looked for only after reading failed, so it refuses nothing itself."""
    if reason not in ("not_a_number", "wrong_unit", "several_numbers", "bad_grouping"):
        return reason
    for better, pattern in _SHARPER:
        if pattern.search(typed.casefold()) and not (change and better == "direction_word"):
            return better
    return reason
