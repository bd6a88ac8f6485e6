"""A unit's report as text, and the digest on one screen, with figures calculated by hand."""

from __future__ import annotations

from decimal import Decimal

from forms.cells import figure, narrative
from forms.questions import part_of
from forms.table import Bases
from templates.report import Label, doubt_lines, report, shown_at, title_of
from tests.forms.examples import loaded, part, row, safety

SAFETY = safety()
ROAD = part("traffic_police")
BASES = loaded(SAFETY)
TYPED = "<b>&{{7*7}}"
JUNE = {"industry": "2 1 1 14.5 0", "road": "3 1 2 15.6 0", "water": "0 0 0 0 0", "fire": "4 0 1 6.5 0"}


def road_report(**told: str) -> str:
    cells = row(SAFETY, "road", JUNE["road"]) | {f"narrative.{k}": narrative(v) for k, v in told.items()}
    return str(report(Label("安全生产", "2008-06"), "县交警大队", ROAD, cells, BASES, ["road.injured"]))


def test_a_report_shows_each_figure_with_its_number_cumulative_and_change() -> None:
    lines = road_report().splitlines()
    assert lines[0] == "【安全生产】6月份 · 县交警大队"
    # 18+3 = 21 to 24; 5+1 = 6 to 6; 21+2 = 23 to 28: −17.86; 58.4+15.6 = 74 to 76: −2.63; 0 to 0
    assert lines[2:8] == [
        "<b>道路交通</b>",
        "1. 事故起数：3起，累计21，同比−12.5%",
        "2. 死亡：1人，累计6，同比持平",
        "3. 受伤：2人，累计23，同比−17.9% ←退回",
        "4. 直接经济损失：15.6万元，累计74，同比−2.6%",
        "5. 一次死亡3人以上事故：0起，累计0，同比持平",
    ]


def test_what_is_not_told_yet_is_shown_as_unanswered_and_what_was_typed_is_inert() -> None:
    text = road_report(progress=TYPED)
    assert "&lt;b&gt;&amp;{{7*7}}" in text
    assert TYPED not in text
    assert text.count("未填") == 3  # of four narratives one is told


def test_each_item_is_called_by_its_row_and_column_or_its_title() -> None:
    assert title_of(ROAD, "road.injured") == "道路交通·受伤"
    assert title_of(ROAD, "narrative.progress") == "本月工作进展"


def test_a_long_narrative_is_cut_where_it_is_only_named() -> None:
    assert shown_at(ROAD, "narrative.progress", narrative("进" * 41)) == "进" * 39 + "…"
    assert shown_at(ROAD, "narrative.progress", narrative("进" * 40)) == "进" * 40
    assert shown_at(ROAD, "road.loss", figure(Decimal("15.60"))) == "15.6万元"


def test_a_doubt_names_both_months() -> None:
    cells = row(SAFETY, "road", "3 1 2 380 0")
    bases = Bases(last_month={"road.loss": figure(Decimal("15.6"))})
    assert doubt_lines(ROAD, "road", cells, bases) == ["直接经济损失本月380万元，上月15.6万元，相差较大。"]


def test_a_unit_that_owns_nothing_has_a_report_of_narratives_alone() -> None:
    office = part_of(SAFETY, "office")
    text = str(report(Label("安全生产", "2008-06"), "县府办", office, {}, BASES))
    assert "道路交通" not in text
    assert "1. <b>本月计划时序进度</b>" in text
