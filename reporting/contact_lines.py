"""Reading one line of 检查设置: 每月 1次, 时段 8:00-22:00, 时限 30分钟, 重计 90天, 处理 诫勉谈话 通报批评. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from forms.problems import Refused
from forms.text import fold
from reporting.contact import LADDER, Step
from reporting.lines import BACK, read_hours
from reporting.settings import Key, Value

_OFTEN = re.compile(r"(\d{1,2})(?:/(\d{1,2}))?次?")
_MINUTES = re.compile(r"(\d{1,3})分?钟?")
_DAYS = re.compile(r"(\d{1,3})[日天]?")
_NEVER = frozenset({"不抽", "不检查", "停止", "0次", "0"})
_ALL_DAY = frozenset({"全天", "全日", "24小时", "0:00-24:00"})
_NO_SECOND = frozenset({"不提醒", "不设", "无", "0"})
STEP_WORDS: Mapping[str, Step] = {
    "诫勉谈话": Step.TALK,
    "谈话": Step.TALK,
    "通报批评": Step.CRITICISM,
    "通报": Step.CRITICISM,
    "取消联络员资格": Step.REMOVAL,
    "取消资格": Step.REMOVAL,
}
MOST_OFTEN = 4


def read_contact(text: str) -> tuple[Key, Value]:
    """(key, value); None for what the default says. Refused for anything else."""
    first, _, rest = fold(text).partition(" ")
    words = rest.split()
    if first not in _PARTS or not words:
        raise Refused("order.contact", typed=text)
    key, read = _PARTS[first]
    joined = "".join(words)
    if joined in BACK:
        return key, None
    value = read(joined) if key is not Key.CONTACT_STEPS else _steps(words)
    if value is None:
        raise Refused("order.contact", typed=text)
    return key, value


def _often(text: str) -> Value:
    if text in _NEVER:
        return "0"
    match = _OFTEN.fullmatch(text)
    if match is None or not 0 < int(match[1]) <= MOST_OFTEN or (match[2] and int(match[2]) < 2):
        return None
    return match[1] + (f"/{match[2]}" if match[2] else "")


def _within(pattern: re.Pattern[str], low: int, high: int) -> Callable[[str], Value]:
    def read(text: str) -> Value:
        match = pattern.fullmatch(text)
        return int(match[1]) if match and low <= int(match[1]) <= high else None

    return read


def _hours(text: str) -> Value:
    """Round the clock is from midnight to midnight."""
    return {"from": "00:00", "to": "00:00"} if text in _ALL_DAY else read_hours(text)


def _second(text: str) -> Value:
    return 0 if text in _NO_SECOND else _within(_MINUTES, 1, 600)(text)


def _reset(text: str) -> Value:
    if text in ("每年", "自然年", "年"):
        return "year"
    days = _within(_DAYS, 7, 999)(text)
    return None if days is None else str(days)


def _steps(words: list[str]) -> Value:
    """In the ladder's order; 不处理 for none: misses are then only kept on record."""
    if words == ["不处理"]:
        return []
    found = {STEP_WORDS.get(word) for one in words for word in one.split("、")}
    return None if None in found else [str(step) for step in LADDER if step in found]


_PARTS: Mapping[str, tuple[Key, Callable[[str], Value]]] = {
    "每月": (Key.CONTACT_OFTEN, _often),
    "时段": (Key.CONTACT_HOURS, _hours),
    "时限": (Key.CONTACT_WINDOW, _within(_MINUTES, 5, 720)),
    "再提醒": (Key.CONTACT_SECOND, _second),
    "重计": (Key.CONTACT_RESET, _reset),
    "申诉": (Key.CONTACT_APPEAL, _within(_DAYS, 1, 30)),
    "处理": (Key.CONTACT_STEPS, lambda _: None),
}
