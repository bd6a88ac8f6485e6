"""A unit's report as text, and the digest on one screen, with figures calculated by hand."""

from __future__ import annotations

from decimal import Decimal

from forms.cells import Cell, figure, narrative
from forms.questions import part_of
from forms.table import Bases, compute
from reporting.digest import SheetDigest, UnitReport
from reporting.states import Timeliness
from templates.digest import PROBLEM_LENGTH, digest_text
from templates.report import Label, doubt_lines, report, shown_at, title_of
from tests.forms.examples import loaded, part, row, rows, safety

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


def sheet(cells: dict[str, Cell], *units: UnitReport, lead_signed: bool = True) -> SheetDigest:
    return SheetDigest(
        form=SAFETY,
        period="2008-06",
        units=units,
        table=compute(SAFETY, cells, BASES),
        signatory="钱某",
        signed_on="2008年7月5日",
        lead_signed=lead_signed,
    )


def unit(called: str, timeliness: Timeliness, help_text: str = "") -> UnitReport:
    return UnitReport(called, called, timeliness, help_text, ())


def text_of(one: SheetDigest) -> str:
    return str(digest_text("一月一报一督查", "全县", "2008-06", [one]))


def test_a_digest_counts_reports_and_names_who_is_late_and_who_is_missing() -> None:
    units = [
        unit("甲", Timeliness.ON_TIME),
        unit("乙", Timeliness.LATE),
        unit("丙", Timeliness.MISSING),
        unit("丁", Timeliness.PENDING),
    ]
    lines = text_of(sheet(rows(SAFETY, **JUNE), *units, lead_signed=False)).splitlines()
    assert "应报4　已报2　按时1　迟报1　未报2" in lines
    assert "迟报：乙" in lines
    assert "未报：丙、丁" in lines
    assert "⚠️ 县安全生产监督管理局还没有签报汇总表" in lines


def test_a_digest_shows_the_totals_with_their_cumulative_and_change() -> None:
    lines = text_of(sheet(rows(SAFETY, **JUNE), unit("甲", Timeliness.ON_TIME))).splitlines()
    # 2+3+0+4 = 9; 61 to 72: −15.28; 14.5+15.6+0+6.5 = 36.6; 225 to 250.5: −10.18
    assert "事故起数 9起，累计61起，同比−15.3%" in lines
    assert "直接经济损失 36.6万元，累计225万元，同比−10.2%" in lines
    assert "较去年同期上升：" not in lines  # nothing rose in this June


def test_a_digest_names_the_three_greatest_rises_and_how_many_more_there_are() -> None:
    # This June against the half-year of 2007: industry accidents 11+21 = 32 to 16: +100.0;
    # deaths 4+8 = 12 to 6: +100.0; injured 9+27 = 36 to 12: +200.0; loss 96.5+151.5 = 248 to 124: +100.0
    worse = rows(SAFETY, **JUNE | {"industry": "21 8 27 151.5 0"})
    lines = text_of(sheet(worse, unit("甲", Timeliness.ON_TIME))).splitlines()
    start = lines.index("较去年同期上升：")
    assert lines[start + 1 : start + 5] == [
        "1. 工矿企业受伤累计36人，同比+200.0%",
        "2. 工矿企业事故起数累计32起，同比+100.0%",
        "3. 工矿企业死亡累计12人，同比+100.0%",
        "另有1项，见附表",
    ]


def test_a_digest_without_a_row_says_that_its_totals_are_without_it() -> None:
    lines = text_of(sheet(rows(SAFETY, **{k: v for k, v in JUNE.items() if k != "road"}))).splitlines()
    assert "事故起数 6起，累计40起，同比不可比" in lines  # 2+0+4; 13+1+26
    assert "（不含未报单位）" in lines


def test_problems_are_cut_to_a_line_each_and_to_five_units() -> None:
    long = unit("甲", Timeliness.ON_TIME, f"{TYPED}\n" + "请" * 100)
    others = [unit(f"乙{number}", Timeliness.ON_TIME, "请帮助") for number in range(6)]
    text = text_of(sheet(rows(SAFETY, **JUNE), long, *others))
    [first] = [line for line in text.splitlines() if line.startswith("1. 甲：")]
    # The typed 11 marks, a space for the line end, 请 up to the limit with … as its last mark.
    assert first == "1. 甲：&lt;b&gt;&amp;{{7*7}} " + "请" * (PROBLEM_LENGTH - 11 - 2) + "…"
    assert "另有2个单位提出问题，见附表" in text
    assert "乙4" not in text


def test_a_unit_that_owns_nothing_has_a_report_of_narratives_alone() -> None:
    office = part_of(SAFETY, "office")
    text = str(report(Label("安全生产", "2008-06"), "县府办", office, {}, BASES))
    assert "道路交通" not in text
    assert "1. <b>本月计划时序进度</b>" in text
