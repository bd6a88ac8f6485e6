"""What a setting says, in words: 每月3日17:30, 前1日15:30, 黄色5 红色10."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from markupsafe import Markup

from reporting.checking import ContactRules
from reporting.period import parse_period
from reporting.settings import Key
from templates.words import month_of, say, when

ROLLS = {"none": "不调整", "next": "顺延到下一个工作日", "previous": "提前到上一个工作日"}
MOMENTS = frozenset({Key.OPENS, Key.DUE, Key.DIGEST})
CONTACT = frozenset(key for key in Key if key.startswith("contact_"))
SWITCHES = frozenset({Key.FORM_RESTS, Key.UNIT_RESTS, Key.GROUP_RESTS})
AUDIENCES = {"leaders": "县领导群", "teams": "四套班子群", "leads": "牵头单位", "everyone": "全体报送单位"}
PARTS = {"pictures": "图片", "message": "文字", "circular": "Word", "workbook": "Excel"}


def value_words(key: Key, value: Any, zone: ZoneInfo) -> str:
    """A setting's value as people read it; of nothing, what the programme's files say."""
    if value is None:
        return "照常" if key in SWITCHES else _nothing(key)
    if key in MOMENTS:
        return moment_words(value)
    if key is Key.REMIND:
        return "、".join(f"{_before(one['days'])}{one['at']}" for one in value)
    if key is Key.QUIET:
        return f"{value['from']}至{value['to']}" if value else "不设"
    if key is Key.CAP:
        return f"每人每日{value}条"
    if key is Key.ROLL:
        return ROLLS[value]
    if key in CONTACT:
        return contact_value(key, value)
    if key is Key.THRESHOLD:
        return f"黄色{value['yellow']}、红色{value['red']}个百分点"
    if key is Key.UNIT_CLASS:
        return str(value) or "不分类"
    if key in SWITCHES:
        return "停止" if value else "照常"
    if key in (Key.AUDIENCE, Key.RECEIVES, Key.RELEASE):
        return _sent(key, value)
    return _record(key, value, zone)


def contact_value(key: Key, value: Any) -> str:
    """What a setting of the contact checks says."""
    if key is Key.CONTACT_OFTEN:
        return "不抽查" if value == "0" else f"每人每月{value}次"
    if key is Key.CONTACT_HOURS:
        return "全天" if value["from"] == value["to"] else f"{value['from']}至{value['to']}"
    if key is Key.CONTACT_RESET:
        return "按自然年" if value == "year" else f"{value}天内"
    if key is Key.CONTACT_STEPS:
        return "、".join(say("contact.step_word", name=one).unescape() for one in value) or "只记录"
    if key is Key.CONTACT_SECOND and not value:
        return "不再提醒"
    return f"{value}天" if key is Key.CONTACT_APPEAL else f"{value}分钟"


def contact_words(rules: ContactRules) -> list[tuple[str, str]]:
    """(what, how it stands) of every setting of the contact checks."""
    return [
        (say("settings.key", name=str(key)).unescape(), contact_value(key, value))
        for key, value in rules.as_set.items()
    ]


def _sent(key: Key, value: Any) -> str:
    if key is Key.AUDIENCE:
        return AUDIENCES[value]
    if key is Key.RELEASE:
        return "须另一人签发"
    return "、".join(PARTS[part] for part in value) or "不发"


def _record(key: Key, value: Any, zone: ZoneInfo) -> str:
    if key is Key.EXEMPT:
        first, last = month_of(value["from"]), month_of(value["last"])
        return f"免报{first if first == last else f'{first}至{last}'}，{value['reason']}"
    if key is Key.LATE_FILING:
        return f"可补报至{when(datetime.fromisoformat(value['until']), zone)}，{value['reason']}"
    if key is Key.HOLIDAY:
        kind = "放假" if value["kind"] == "holiday" else "上班"
        return f"{kind}{'，' + value['name'] if value['name'] else ''}"
    return when(datetime.fromisoformat(value), zone)


def _nothing(key: Key) -> str:
    return {
        Key.THRESHOLD: "未设",
        Key.EXEMPT: "照常报送",
        Key.LATE_FILING: "不补报",
        Key.HOLIDAY: "按国务院安排",
        Key.CLOSED: "未关闭",
        Key.AUDIENCE: "县领导群",
        Key.RELEASE: "不须签发",
        Key.UNIT_CLASS: "按制度",
    }.get(key, "按制度")


def moment_words(value: dict[str, Any]) -> str:
    """每月3日17:30, or 2008年7月3日17:30 when it is one date."""
    if "on" in value:
        day = date.fromisoformat(value["on"])
        return f"{day.year}年{day.month}月{day.day}日{value['at']}"
    return f"{'月底' if value['day'] == 31 else str(value['day']) + '日'}{value['at']}"


def _before(days: int) -> str:
    return f"前{days}日" if days else "当日"


def period_words(period: str) -> str:
    """2008年6月份."""
    return f"{parse_period(period).year}年{month_of(period)}"


def move_line(move: Any, form: str, units: list[str], zone: ZoneInfo) -> Markup:
    """One deadline that moves, and for whom."""
    return say(
        "settings.move",
        period=move.period,
        form=form,
        level=move.level,
        before=when(move.before.at, zone) if move.before else "",
        after=when(move.after.at, zone) if move.after else "",
        provisional=bool(move.after and move.after.provisional),
        units=units,
    )
