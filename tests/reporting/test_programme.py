"""A programme's files: the county's load, and every planted mistake is reported with its file and key."""

from __future__ import annotations

from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from reporting.programme import Figure, Mistake, ProgrammeMistakes, Role, read_programme
from tests.reporting.examples import files, yongjia

PROGRAMME, UNITS, HISTORY, SAFETY = "programme.toml", "units.toml", "history.toml", "forms/safety.toml"
CYCLE = "cycle."
SHORT_HISTORY = """
[[months]]
form = "safety"
period = "2007-01"
road = { accidents = 4, deaths = 1, injured = 5, loss = 13, severe = 0 }

[[months]]
form = "safety"
period = "2007-02"
road = { accidents = 3, deaths = 1, injured = 4, loss = 9.5, severe = 0 }

[[cumulative]]
form = "safety"
period = "2008-05"
road = { accidents = 18, deaths = 5, injured = 21, loss = 58.4, severe = 0 }
"""
BAD_ROW = '[[months]]\nform = "safety"\nperiod = "2007-03"\n'


def swapped(name: str, old: str, new: str, count: int = 1) -> dict[str, str]:
    """The files, their history short, with one thing replaced (the first ``count`` times)."""
    found = files() | {HISTORY: SHORT_HISTORY}
    assert old in found[name], f"{name} no longer says {old!r}"
    found[name] = found[name].replace(old, new, count)
    return found


def added(name: str, text: str) -> dict[str, str]:
    found = files() | {HISTORY: SHORT_HISTORY}
    found[name] += "\n" + text
    return found


def mistakes(found: dict[str, str]) -> list[Mistake]:
    with pytest.raises(ProgrammeMistakes) as caught:
        read_programme(found)
    return caught.value.mistakes


def test_the_countys_programme_is_as_the_notice_says() -> None:
    programme = yongjia()
    assert programme.rules.document == "永政办发〔2008〕89号"
    assert programme.zone == ZoneInfo("Asia/Shanghai")
    # The notice counts six; its 节能减排 is led by two bureaus and stands here as two.
    assert [work.title for work in programme.rules.works] == [
        "节能降耗",
        "主要污染物减排",
        "安全生产",
        "社会治安",
        "重点工程",
        "重大政府投资项目",
        "重点旅游项目",
    ]
    assert [str(period) for period in programme.periods] == [f"2008-{month:02}" for month in range(6, 13)]


def test_units_are_called_by_their_short_name_when_they_have_one() -> None:
    units = yongjia().units
    assert units["anjian"].called == "县安监局"
    assert units["port"].called == "县港航管理处"
    assert units["office"].posts == (Role.ADMIN,)


def test_history_is_read_as_exact_figures() -> None:
    programme = yongjia()
    assert programme.history_mark == "示例"
    safety = [one for one in programme.history if one.form == "safety"]
    assert len(safety) % 20 == 0  # a month or an opening balance has 20 figures
    assert Figure("safety", "2007-01", "month", "fire.loss", Decimal("8.2")) in programme.history
    assert Figure("safety", "2008-05", "cumulative", "road.loss", Decimal("58.4")) in programme.history


def test_a_programme_needs_no_history() -> None:
    found = files()
    del found[HISTORY]
    programme = read_programme(found)
    assert (programme.history, programme.history_mark) == ((), "")


MISTAKES: dict[str, tuple[dict[str, str], str, str]] = {
    "text that is no TOML": (added(PROGRAMME, "key ="), PROGRAMME, "TOML"),
    "an unknown key": (swapped(PROGRAMME, "county =", "contry ="), PROGRAMME, "contry"),
    "a missing key": (swapped(PROGRAMME, "county =", "contry ="), PROGRAMME, "county"),
    "an unknown zone": (swapped(PROGRAMME, "Asia/Shanghai", "Asia/Nowhere"), PROGRAMME, "zone"),
    "a zone that is a folder": (swapped(PROGRAMME, "Asia/Shanghai", "Asia"), PROGRAMME, "zone"),
    "a zone outside the zones": (swapped(PROGRAMME, "Asia/Shanghai", "../etc"), PROGRAMME, "zone"),
    "a period that is none": (swapped(PROGRAMME, "2008-06", "2008-6"), PROGRAMME, "first_period"),
    "periods backwards": (swapped(PROGRAMME, "2008-12", "2008-05"), PROGRAMME, "last_period"),
    "day 0": (swapped(PROGRAMME, "day = 1,", "day = 0,"), PROGRAMME, "cycle.opens.day"),
    "day 32": (swapped(PROGRAMME, "day = 1,", "day = 32,"), PROGRAMME, "cycle.opens.day"),
    "hour 25": (swapped(PROGRAMME, "09:00", "25:00"), PROGRAMME, "cycle.opens.at"),
    "an hour of another zone": (swapped(PROGRAMME, "09:00", "09:00+00:00"), PROGRAMME, "cycle.opens.at"),
    "an hour that is a number": (swapped(PROGRAMME, '"09:00"', "9"), PROGRAMME, "cycle.opens.at"),
    "an unknown office": (swapped(PROGRAMME, '"office"', '"offise"'), PROGRAMME, "office"),
    "an unknown lead of a work": (
        swapped(PROGRAMME, '"police"', '"polise"'),
        PROGRAMME,
        "works.order.lead",
    ),
    "an unknown form of a work": (
        swapped(PROGRAMME, '["safety"]', '["safety", "tea"]'),
        PROGRAMME,
        "works.safety.forms",
    ),
    "a work twice": (swapped(PROGRAMME, '"tourism"', '"order"'), PROGRAMME, "works.order"),
    "a unit twice": (swapped(UNITS, '"port"', '"police"'), UNITS, "police"),
    "an unknown post": (swapped(UNITS, '["admin"]', '["boss"]'), UNITS, "units.0.posts.0"),
    "a unit without a name": (swapped(UNITS, 'name = "县经贸局"', ""), UNITS, "units.1.name"),
    "an office without an admin": (swapped(UNITS, '["admin"]', "[]"), UNITS, "office.posts"),
    "a filing unit without a liaison": (
        swapped(UNITS, '["liaison", "signatory"]', '["signatory"]'),
        UNITS,
        "economy.posts",
    ),
    "an unknown owner of a row": (swapped(SAFETY, '"port"', '"harbour"'), SAFETY, "owner"),
    "an unknown lead of a form": (swapped(SAFETY, 'lead = "anjian"', 'lead = "anjan"'), SAFETY, "owner"),
    "a mistake inside a form": (
        swapped(SAFETY, "decimals = 2", "decimals = 9"),
        SAFETY,
        "grid.measures.3.decimals",
    ),
    "a form's key twice": (files() | {"forms/safety2.toml": files()[SAFETY]}, "forms", "safety"),
    "a history of an unknown form": (swapped(HISTORY, '"safety"', '"tea"'), HISTORY, "months.0"),
    "a history of an unknown cell": (swapped(HISTORY, "injured = 5", "hurt = 5"), HISTORY, "months.0"),
    "a history of a computed cell": (added(HISTORY, BAD_ROW + "total = { deaths = 1 }"), HISTORY, "months.2"),
    "a history that is no number": (swapped(HISTORY, "injured = 5", 'injured = "5"'), HISTORY, "months.0"),
    "a history that is not finite": (swapped(HISTORY, "injured = 5", "injured = nan"), HISTORY, "months.0"),
    "a history that is true": (swapped(HISTORY, "injured = 5", "injured = true"), HISTORY, "months.0"),
    "a history row that is no row": (added(HISTORY, BAD_ROW + "road = 3"), HISTORY, "months.2"),
    "a history of no period": (swapped(HISTORY, "2007-01", "2007"), HISTORY, "months.0.period"),
    "a history without a period": (swapped(HISTORY, 'period = "2007-01"', ""), HISTORY, "months.0.period"),
    "a history given twice": (swapped(HISTORY, "2007-02", "2007-01"), HISTORY, "months.1"),
    "a history section misspelt": (swapped(HISTORY, "[[cumulative]]", "[[cumulated]]"), HISTORY, "cumulated"),
    "a history section that is a figure": (
        files() | {HISTORY: "months = 3"},
        HISTORY,
        "months",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_reported_with_its_file_and_key(mistake: str) -> None:
    spoilt, file, where = MISTAKES[mistake]
    found = mistakes(spoilt)
    assert (file, where) in [(one.file, one.where) for one in found], found


@pytest.mark.parametrize("name", [PROGRAMME, UNITS])
def test_a_missing_file_is_reported(name: str) -> None:
    found = files()
    del found[name]
    assert Mistake(name, "file", "missing") in mistakes(found)


def test_all_mistakes_are_reported_at_once() -> None:
    found = swapped(PROGRAMME, '"office"', '"offise"')
    found[UNITS] = swapped(UNITS, '["liaison", "signatory"]', '["signatory"]', count=8)[UNITS]
    found[HISTORY] = SHORT_HISTORY.replace("injured", "hurt")
    found["forms/tea.toml"] = 'key = "tea"'
    told = {(one.file, one.where) for one in mistakes(found)}
    assert told >= {
        (PROGRAMME, "office"),
        (UNITS, "anjian.posts"),
        (UNITS, "traffic_police.posts"),
        (UNITS, "port.posts"),
        (HISTORY, "months.0"),
        (HISTORY, "months.1"),
        (HISTORY, "cumulative.0"),
        ("forms/tea.toml", "grid"),
        ("forms/tea.toml", "lead"),
    }


def test_a_mistake_reads_as_one_line() -> None:
    [one] = mistakes(swapped(UNITS, '["admin"]', "[]"))
    assert str(one) == "units.toml: office.posts: needs admin"


# A moment of the cascade, what it is moved to, and the two keys that then stand in the wrong order.
CASCADE = [
    ("opens", '{ day = 1, at = "09:00" }', '{ day = 2, at = "09:01" }', "opens", "filing.prompt"),
    ("filing", 'due = { day = 2, at = "17:30" }', 'due = { day = 6, at = "09:00" }', "filing.due", "lead.due"),
    ("filing", 'prompt = { day = 2, at = "09:00" }', 'prompt = { day = 2, at = "16:00" }', "filing.prompt", "filing.remind.0"),
    ("filing", 'remind = [{ day = 2, at = "15:30" }]', 'remind = [{ day = 2, at = "17:31" }]', "filing.remind.0", "filing.due"),
    ("filing", 'remind = [{ day = 2, at = "15:30" }]', "remind = []\n", "", ""),
    ("lead", 'due = { day = 5, at = "17:30" }', 'due = { day = 8, at = "17:30" }', "lead.due", "digest.due"),
    ("lead", 'prompt = { day = 5, at = "09:00" }', 'prompt = { day = 6, at = "09:00" }', "lead.prompt", "lead.remind.0"),
    ("digest", 'draft = { day = 7, at = "09:00" }', 'draft = { day = 7, at = "17:31" }', "digest.draft", "digest.due"),
]  # fmt: skip


@pytest.mark.parametrize(("_part", "old", "new", "first", "second"), CASCADE)
def test_opening_filing_lead_and_digest_follow_one_another(
    _part: str, old: str, new: str, first: str, second: str
) -> None:
    spoilt = swapped(PROGRAMME, old, new)
    if not first:
        assert read_programme(spoilt).rules.cycle.filing.remind == ()
        return
    assert Mistake(PROGRAMME, CYCLE + first, f"later than cycle.{second}") in mistakes(spoilt)


def test_moments_at_the_same_minute_are_in_order() -> None:
    found = files()
    for old, day in (("day = 2", 7), ("day = 5", 7)):
        found[PROGRAMME] = found[PROGRAMME].replace(old, f"day = {day}")
    assert read_programme(found).rules.cycle.lead.due == read_programme(found).rules.cycle.digest.due


def test_reminders_out_of_order_are_reported() -> None:
    two = 'remind = [{ day = 2, at = "16:00" }, { day = 2, at = "15:00" }]'
    spoilt = swapped(PROGRAMME, 'remind = [{ day = 2, at = "15:30" }]', two)
    assert Mistake(PROGRAMME, "cycle.filing.remind.0", "later than cycle.filing.remind.1") in mistakes(spoilt)
