"""Lists of records: fields of every kind, rows that are made when a period opens, and how projects stand."""

from __future__ import annotations

import tomllib
from copy import deepcopy
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from forms.cells import NOT_APPLICABLE, NOT_MEASURED, UNANSWERED, ZERO, Cell, State, figure, narrative
from forms.dates import read_date
from forms.definition import Form, Measure
from forms.fields import read_field
from forms.listing import Entry, with_records
from forms.problems import Refused
from forms.progress import Progress, footing, standings
from forms.questions import Kind, Question, carry_over, next_question, part_of
from forms.reading import read_answer
from forms.records import as_brought, brought
from forms.table import Bases
from templates.words import quantity
from tests.forms.examples import SHOP, YONGJIA

DAYS = st.dates(date(1949, 1, 1), date(2100, 12, 31))
TEXT = Measure(key="image", title="形象进度", short="形象进度", kind="text")
DAY = Measure(key="begun_on", title="开工", short="开工", kind="date")
CHOICE = Measure(
    key="begun", title="开工情况", short="开工情况", kind="choice", choices=("未开工", "已开工", "停工")
)
AMOUNT = Measure(key="done", title="本月完成", short="本月完成", unit="万元", decimals=2)
STATES = {"不适用": NOT_APPLICABLE, "未统计": NOT_MEASURED}


def raw(name: str = "key_projects") -> dict[str, Any]:
    text = (YONGJIA / "forms" / f"{name}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text, parse_float=Decimal)


def listed(*entries: Entry, form: str = "key_projects") -> Form:
    return with_records(Form.model_validate(raw(form)), entries)


ROAD = Entry(
    "road",
    "公路",
    "highway_hq",
    "县公路指挥部",
    "交通",
    {
        "leader": "赵示例", "nature": "续建", "scale": "18公里", "term": "2007—2009", "total": "36000",
        "before": "9800", "plan": "12000", "target": "路基完成",
    },
    months=[Decimal(1000)] * 12,
)  # fmt: skip


# Dates


@given(
    DAYS,
    st.sampled_from(
        ["{y}年{m}月{d}日", "{y}-{m:02}-{d:02}", "{y}/{m}/{d}", "{y}.{m}.{d}", "{y}年{m}月{d}号"]
    ),
)
def test_a_date_in_any_usual_spelling_is_that_date(day: date, spelling: str) -> None:
    assert read_date(spelling.format(y=day.year, m=day.month, d=day.day)) == day


@given(st.text(max_size=20))
def test_whatever_is_typed_is_a_date_between_the_bounds_or_none(text: str) -> None:
    found = read_date(text, 2008)
    assert found is None or date(1949, 1, 1) <= found


@pytest.mark.parametrize(
    "text",
    ["2月30日", "2008年2月30日", "2008-13-01", "昨天", "26.8.1", "08年6月5日", "6月", "2008年6月", "1948-12-31", "六月五日", "2008年6-5", "2008-6月5日"],
)  # fmt: skip
def test_what_is_no_date_or_may_be_two_is_refused(text: str) -> None:
    assert read_date(text, 2008) is None


def test_a_day_without_a_year_needs_to_know_the_year() -> None:
    assert read_date("6月5日") is None
    assert read_date("6月5日", 2008) == date(2008, 6, 5)


# Fields


@pytest.mark.parametrize("measure", [TEXT, DAY, CHOICE], ids=lambda one: one.kind)
@pytest.mark.parametrize("word", STATES)
def test_words_of_state_mean_the_same_in_every_kind(measure: Measure, word: str) -> None:
    assert read_field(measure, "road.x", word, {}) == STATES[word]


@given(st.sampled_from(CHOICE.choices))
def test_a_choice_is_read_by_its_word_and_by_its_number(choice: str) -> None:
    place = str(CHOICE.choices.index(choice) + 1)
    assert read_field(CHOICE, "a.b", choice, {}) == read_field(CHOICE, "a.b", place, {}) == narrative(choice)


@given(st.text(max_size=30))
def test_a_choice_is_one_of_the_choices_or_refused(text: str) -> None:
    try:
        cell = read_field(CHOICE, "a.b", text, {})
    except Refused:
        return
    assert cell.text in CHOICE.choices or cell in (NOT_APPLICABLE, NOT_MEASURED)


CELLS = st.one_of(
    st.sampled_from([NOT_APPLICABLE, NOT_MEASURED]).map(lambda cell: (TEXT, cell)),
    st.sampled_from([NOT_APPLICABLE, NOT_MEASURED, ZERO]).map(lambda cell: (DAY, cell)),
    st.sampled_from(CHOICE.choices).map(lambda word: (CHOICE, narrative(word))),
    DAYS.map(lambda day: (DAY, narrative(day.isoformat()))),
    st.text("工程进度已完成路基", min_size=4, max_size=40).map(lambda text: (TEXT, narrative(text))),
    st.just((TEXT, ZERO)),
)


@given(CELLS)
def test_what_is_shown_of_a_field_reads_back_as_the_same_cell(pair: tuple[Measure, Cell]) -> None:
    measure, cell = pair
    assert read_field(measure, "a.b", quantity(cell, measure), {}) == cell


@given(st.one_of(CELLS, st.integers(0, 10**9).map(lambda n: (AMOUNT, figure(Decimal(n) / 100)))))
def test_what_was_answered_once_comes_back_with_the_record(pair: tuple[Measure, Cell]) -> None:
    measure, cell = pair
    assert brought(as_brought(cell), number=measure.kind == "number") == cell


def test_a_text_that_is_too_long_is_refused_with_its_length() -> None:
    with pytest.raises(Refused) as caught:
        read_field(TEXT, "a.b", "进" * 201, {})
    assert caught.value.fields == {"limit": 200, "got": 201}


# Instantiation


ENTRIES = st.lists(st.sampled_from(["a", "b", "c", "d", "e"]), unique=True, max_size=5)


@given(ENTRIES)
def test_the_same_records_give_the_same_form_and_it_is_read_back_whole(keys: list[str]) -> None:
    entries = [Entry(key, f"项目{key}", "water", "县水利局", "水利", {"plan": "12.5"}) for key in keys]
    one, other = listed(*entries), listed(*entries)
    assert one == other
    assert Form.model_validate_json(one.model_dump_json()) == one
    assert [item.key for item in one.grid.items] == keys


def test_a_file_without_records_is_a_form_in_which_nobody_but_the_lead_unit_fills() -> None:
    form = Form.model_validate(raw())
    assert form.units == ("reform",)
    assert form.typed_cells == ()


def test_what_a_record_brings_is_not_asked() -> None:
    part = part_of(listed(ROAD), "highway_hq")
    keys = [at.partition(".")[2] for at in part.figures]
    assert keys == ["done", "image", "begun", "problems", "help", "next_plan"]


def test_words_and_dates_belong_to_lists_only() -> None:
    spoilt = raw()
    del spoilt["grid"]["records"]
    spoilt["grid"]["items"] = [{"key": "a", "title": "甲"}]
    with pytest.raises(ValidationError, match="only a list of records"):
        Form.model_validate(spoilt)


# Questions


def test_fewer_lines_answer_the_first_fields() -> None:
    part = part_of(listed(ROAD), "highway_hq")
    question = next_question(part, {}, Bases(), by_cell=False)
    assert question == Question(Kind.ROW, "road")
    cells = read_answer(part, question, "1200\n路基完成82%", {})
    assert cells == {"road.done": figure(Decimal(1200)), "road.image": narrative("路基完成82%")}
    with pytest.raises(Refused) as caught:
        read_answer(part, question, "\n".join("1234567"), {})
    assert caught.value.key == "lines"


def test_what_was_returned_is_not_carried_over_again() -> None:
    entry = Entry(
        "road", "公路", "highway_hq", "县公路指挥部", values={"source": "县财政", "tender": "公开招标"}
    )
    form = listed(entry, form="government_investment")
    last = form.known_before
    part = part_of(form, "highway_hq", frozenset({"road.tender", "road.paid_in"}), {}, last)
    assert carry_over(part, ["road"], {"road.tender": UNANSWERED}, last) == {}


def test_carrying_over_works_in_a_grid_too() -> None:
    raw_shop = deepcopy(SHOP)
    raw_shop["grid"]["measures"][1]["prefill"] = "carry"
    last = {"town.opened": figure(Decimal(7)), "town.closed": figure(Decimal(2))}
    part = part_of(Form.model_validate(raw_shop), "trade", None, {}, last)
    assert part.asked("town") == ("town.opened",)
    cells = read_answer(part, Question(Kind.ROW, "town"), "8", {})
    assert cells == {"town.opened": figure(Decimal(8))}
    assert carry_over(part, ["town"], cells, last) == {"town.closed": figure(Decimal(2))}


def test_a_row_of_which_all_would_be_carried_is_asked() -> None:
    raw_shop = deepcopy(SHOP)
    for measure in raw_shop["grid"]["measures"]:
        measure["prefill"] = "carry"
    last = {"town.opened": figure(Decimal(7)), "town.closed": figure(Decimal(2))}
    part = part_of(Form.model_validate(raw_shop), "trade", None, {}, last)
    assert part.asked("town") == ("town.opened", "town.closed")
    assert next_question(part, {}, Bases(), by_cell=False) == Question(Kind.ROW, "town")


# How projects stand


def standing(done: str, month: int = 6, entry: Entry = ROAD, before: str = "4150") -> Progress:
    form = listed(entry)
    cells = {"road.done": figure(Decimal(done)), "road.begun": narrative("已开工")}
    bases = Bases(before={"road.done": Decimal(before)}, month=month)
    return standings(form, cells, bases)["road"]


def test_progress_against_the_monthly_plan() -> None:
    one = standing("1350")  # 4150 + 1350 = 5500 of 12000; planned 6000 of 12000
    assert (one.cumulative, one.percent, one.scheduled) == (5500, Decimal("45.8"), Decimal("50.0"))
    assert (one.deviation, one.on_schedule) == (Decimal("-4.2"), False)
    assert (one.since_start, one.total_percent) == (15300, Decimal("42.5"))


def test_a_month_that_is_not_known_leaves_no_percentage() -> None:
    form = listed(ROAD)
    bases = Bases(gaps=frozenset({"road.done"}), month=6)
    one = standings(form, {"road.done": figure(Decimal(5))}, bases)["road"]
    assert (one.cumulative, one.percent, one.deviation, one.on_schedule) == (None, None, None, None)


@given(st.integers(0, 10**7), st.integers(1, 12))
def test_a_deviation_is_the_difference_of_the_two_printed_percentages(done: int, month: int) -> None:
    one = standing(str(done), month)
    assert one.percent is not None
    assert one.scheduled is not None
    assert one.deviation == one.percent - one.scheduled
    assert one.on_schedule == (one.percent >= one.scheduled)


@given(st.lists(st.sampled_from([True, False, None]), max_size=8))
def test_a_rate_of_projects_is_given_only_where_each_is_known(begun: list[bool | None]) -> None:
    found = [Progress(*[None] * 10, begun=one) for one in begun]
    foot = footing("", found)
    assert (foot.count, foot.begun, foot.unsaid) == (len(begun), begun.count(True), begun.count(None))
    assert (foot.begun_rate is None) == (None in begun or not begun)
    assert foot.completion_rate is None


def test_a_date_before_the_bounds_is_none() -> None:
    assert read_date((date(1949, 1, 1) - timedelta(days=1)).isoformat()) is None
    assert State.VALUE is narrative("a").state
