"""The board as text that fits a phone, and as a picture; who had the ball for how long."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from markupsafe import Markup

from reporting.board import Sign
from reporting.elapsed import Party
from reporting.states import Rate
from templates import picture_model as drawn
from templates.headings import Line
from templates.words import number_fixed, say

# One character each, so that columns stand straight without a table.
LETTERS = {
    Sign.ON_TIME: ("报", "按时"),
    Sign.NIL: ("零", "零报告"),
    Sign.LATE: ("迟", "迟报"),
    Sign.AFTER_LOCK: ("补", "补报"),
    Sign.EXEMPT: ("免", "免报"),
    Sign.SUBMITTED: ("签", "待签字"),
    Sign.RETURNED: ("退", "退回修改"),
    Sign.BEGUN: ("填", "正在填"),
    Sign.WAITING: ("待", "未到期"),
    Sign.MISSING: ("缺", "过期未报"),
    Sign.UNDELIVERED: ("断", "提醒未送达"),
    Sign.NONE: ("－", "不用报"),
}
MOST_ROWS = 40
MOST_MISSING = 12
PARTIES = {
    Party.LIAISON: "联络员",
    Party.SIGNATORY: "审核人",
    Party.LEAD: "牵头单位",
    Party.OFFICE: "县府办",
    Party.OUTAGE: "停机或未送达",
}
REASONS = {"blocked": "已屏蔽", "deactivated": "账号停用", "gone": "会话不存在", "unreachable": "联系不上"}


@dataclass(frozen=True, slots=True)
class Square:
    sign: Sign

    @property
    def letter(self) -> str:
        return LETTERS[self.sign][0]


@dataclass(frozen=True, slots=True)
class Missing:
    """One overdue report. ``delivered`` is when our first reminder arrived, "" when none did; ``reason`` says why."""

    unit: str
    form: str
    since: str
    delivered: str
    reason: str
    submitted: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """The whole board of a period."""

    period: str
    at: str
    columns: Sequence[str]
    rows: Sequence[tuple[str, Sequence[Square]]]
    missing: Sequence[Missing]
    filed: Rate
    on_time: Rate


def board_text(of: Standing) -> Markup:
    used = dict.fromkeys(square.sign for _, squares in of.rows for square in squares)
    return say(
        "board.board",
        period=of.period,
        at=of.at,
        columns=of.columns,
        rows=[("".join(one.letter for one in squares), unit) for unit, squares in of.rows[:MOST_ROWS]],
        rows_more=max(len(of.rows) - MOST_ROWS, 0),
        legend=["＝".join(LETTERS[sign]) for sign in used],
        missing=[_missing_line(one) for one in of.missing[:MOST_MISSING]],
        missing_more=max(len(of.missing) - MOST_MISSING, 0),
        filed=of.filed,
        on_time=of.on_time,
        percent=number_fixed(of.filed.percent) if of.filed.percent is not None else "",
    )


def _missing_line(one: Missing) -> Markup:
    reason = REASONS.get(one.reason, "没有人收" if "nobody" in one.reason else "")
    return say("board.missing_line", one=one, reason=reason)


def board_picture(of: Standing) -> drawn.Picture:
    """Units down, tables across, a word in each square; what presses is tinted."""
    pressing = (Sign.MISSING, Sign.UNDELIVERED)
    return drawn.Picture(
        title=say("board.picture_title", period=of.period).unescape(),
        caption=say("board.picture_caption", period=of.period, at=of.at).unescape(),
        above=(of.at, say("board.picture_rate", filed=of.filed).unescape()),
        corner=("单位",),
        columns=tuple(Line(str(place), (title,), "") for place, title in enumerate(of.columns)),
        rows=tuple(Line(str(place), (unit,), "") for place, (unit, _) in enumerate(of.rows)),
        squares=tuple(
            tuple(
                drawn.Square(
                    LETTERS[one.sign][1],
                    faint=one.sign in (Sign.NONE, Sign.WAITING),
                    mark=drawn.Mark.OVERDUE if one.sign in pressing else drawn.Mark.NONE,
                )
                for one in squares
            )
            for _, squares in of.rows
        ),
    )


def clock_text(period: str, until: str, lines: Sequence[tuple[str, str, dict[Party, timedelta]]]) -> Markup:
    shown = [
        (unit, form, [(PARTIES[party], span_words(spent)) for party, spent in one.items() if spent])
        for unit, form, one in lines[:MOST_ROWS]
    ]
    return say("board.clocks", period=period, until=until, lines=shown, more=max(len(lines) - MOST_ROWS, 0))


def span_words(spent: timedelta) -> str:
    """2天3小时, 40分钟; under a minute 不到1分钟."""
    minutes = int(spent.total_seconds() // 60)
    days, hours, rest = minutes // 1440, minutes % 1440 // 60, minutes % 60
    if not minutes:
        return "不到1分钟"
    if days:
        return f"{days}天{hours}小时" if hours else f"{days}天"
    return f"{hours}小时{rest}分钟" if hours and rest else f"{hours}小时" if hours else f"{rest}分钟"
