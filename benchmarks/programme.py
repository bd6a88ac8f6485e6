"""A synthetic programme: many units, each filling rows like those of the safety table (附件3)."""

from __future__ import annotations

from decimal import Decimal

PERIOD = "2008-06"
OPENS = "2008-07-01T09:00+08:00"
MEASURES = ("accidents", "deaths", "injured", "loss", "severe")
UNITS_A_FORM = 30

_RULES = """
key = "synthetic"
title = "合成县“一月一报一督查”"
zone = "Asia/Shanghai"
office = "office"
county = "全县"
first_period = "2008-06"
last_period = "2008-12"

[cycle]
opens = { day = 1, at = "09:00" }
filing = { prompt = { day = 2, at = "09:00" }, remind = [], due = { day = 2, at = "17:30" } }
lead = { prompt = { day = 5, at = "09:00" }, remind = [], due = { day = 5, at = "17:30" } }
digest = { draft = { day = 7, at = "09:00" }, due = { day = 7, at = "17:30" } }
"""
_UNITS = """
[[units]]
key = "office"
name = "合成县人民政府办公室"
posts = ["admin"]

[[units]]
key = "lead"
name = "合成县主管局"
posts = ["liaison", "signatory"]
"""
_MEASURES = """
[[grid.measures]]
key = "accidents"
title = "事故起数"
short = "事故起数"
unit = "起"
maximum = 100000
example = 3

[[grid.measures]]
key = "deaths"
title = "死亡人数"
short = "死亡"
unit = "人"
maximum = 100000
example = 1

[[grid.measures]]
key = "injured"
title = "受伤人数"
short = "受伤"
unit = "人"
maximum = 1000000
example = 2

[[grid.measures]]
key = "loss"
title = "直接经济损失(万元)"
short = "直接经济损失"
unit = "万元"
decimals = 2
maximum = 100000000
example = 15.6

[[grid.measures]]
key = "severe"
title = "其中一次死亡3人以上事故"
short = "一次死亡3人以上事故"
unit = "起"
maximum = 10000
example = 0
"""
_REST = """
[[narrative]]
key = "progress"
title = "本月工作进展"
question = "{month}工作进展到什么程度？请用一两句话说明。"

[[narrative]]
key = "problems"
title = "存在问题及需帮助解决的事项"
question = "工作推进中有什么问题，需要帮助解决什么？没有请回复 无。"
asks_help = true

[[checks]]
level = "hard"
rule = "severe <= accidents"
says = "一次死亡3人以上事故不能多于事故起数"

[[checks]]
level = "hard"
rule = "deaths >= 3 * severe"
says = "死亡人数不能少于一次死亡3人以上事故起数的3倍"

[[checks]]
level = "hard"
rule = "accidents >= 1 if deaths >= 1"
says = "有死亡人数时，事故起数不能为0"

[[checks]]
level = "hard"
rule = "accidents >= 1 if injured >= 1"
says = "有受伤人数时，事故起数不能为0"

[[jumps]]
measure = "loss"
factor = 10
floor = 50
"""


def files(people: int, rows: int) -> dict[str, str]:
    """The programme's files: a unit for each person with its own rows, thirty units to a form."""
    forms = {f"work{start // UNITS_A_FORM}": range(start, min(start + UNITS_A_FORM, people))
             for start in range(0, people, UNITS_A_FORM)}  # fmt: skip
    return {
        "programme.toml": _RULES + "".join(_work(key) for key in forms),
        "units.toml": _UNITS + "".join(map(_unit, range(people))),
        "history.toml": 'mark = "合成"\n' + "".join(_history(key, of, rows) for key, of in forms.items()),
        **{f"forms/{key}.toml": _form(key, of, rows) for key, of in forms.items()},
    }


def unit_key(person: int) -> str:
    return f"unit{person}"


def row_key(person: int, row: int) -> str:
    return f"u{person}r{row}"


def figures(person: int, row: int) -> tuple[Decimal, ...]:
    """What this person reports in this row: passes all checks, and differs from its neighbours'."""
    loss = Decimal(100 + (person * 7 + row) % 400) / 10
    return (Decimal(3 + row % 5), Decimal(1), Decimal(person % 9), loss, Decimal(0))


def typed(person: int, row: int) -> str:
    """The row as one message, e.g. ``3 1 2 15.6 0``."""
    return " ".join(map(str, figures(person, row)))


def _work(key: str) -> str:
    return f'[[works]]\nkey = "{key}"\ntitle = "{key}"\nlead = "lead"\nforms = ["{key}"]\n'


def _unit(person: int) -> str:
    return f"""
[[units]]
key = "{unit_key(person)}"
name = "第{person}单位"
posts = ["liaison", "signatory"]
"""


def _form(key: str, people: range, rows: int) -> str:
    head = f"""
key = "{key}"
version = 1
title = "工作进展情况报告表"
short = "安全生产"
lead = "lead"
header_unit = "合成县主管局"

[grid]
corner = ["统计指标", "统计情况", "统计类别"]
facets_on = "measures"
facets = [
  {{ kind = "month", title = "当月" }},
  {{ kind = "cumulative", title = "累计" }},
  {{ kind = "year_on_year", title = "累计比去年同期±%" }},
]
"""
    items = "".join(
        f'[[grid.items]]\nkey = "{row_key(one, row)}"\ntitle = "第{one}单位{row}行"\nowner = "{unit_key(one)}"\n'
        for one in people
        for row in range(rows)
    )
    return head + items + _MEASURES + _REST


def _history(key: str, people: range, rows: int) -> str:
    """Last month, this year so far and the same months of last year: every row has 累计 and 同比."""
    row = "{ accidents = 4, deaths = 1, injured = 3, loss = 20.5, severe = 0 }"
    grid = "".join(f"{row_key(one, number)} = {row}\n" for one in people for number in range(rows))
    return "".join(
        f'\n[[{kind}]]\nform = "{key}"\nperiod = "{period}"\n{grid}'
        for kind, period in (("months", "2008-05"), ("cumulative", "2008-05"), ("cumulative", "2007-06"))
    )
