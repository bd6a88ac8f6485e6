"""The group's message: headline figures, the worst, who is asked for what; one screen, whatever the number of units."""

from __future__ import annotations

from dataclasses import replace

import pytest

from forms.cells import Cell
from forms.table import compute
from reporting.digest import SheetDigest, UnitReport
from reporting.edition import Edition
from reporting.states import Timeliness
from templates.digest import LONGEST, group_message, seen
from tests.editions import edition
from tests.forms.examples import loaded, rows, safety

SAFETY = safety()
BASES = loaded(SAFETY)
TYPED = "<b>&{{7*7}}"
JUNE = {"industry": "2 1 1 14.5 0", "road": "3 1 2 15.6 0", "water": "0 0 0 0 0", "fire": "4 0 1 6.5 0"}


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


def text_of(*sheets: SheetDigest, title: str = "一月一报一督查") -> str:
    return str(group_message(Edition(title, "全县", "2008-06", sheets)))


def test_it_counts_reports_and_names_who_is_late_and_who_is_missing() -> None:
    units = [
        unit("甲", Timeliness.ON_TIME),
        unit("乙", Timeliness.LATE),
        unit("丙", Timeliness.MISSING),
        unit("丁", Timeliness.PENDING),
        unit("戊", Timeliness.NIL),
        unit("己", Timeliness.EXEMPT),
    ]
    lines = text_of(sheet(rows(SAFETY, **JUNE), *units, lead_signed=False)).splitlines()
    assert lines[:2] == ["<b>一月一报一督查</b>", "6月份督查通报"]
    assert "应报5　已报3　按时2　迟报1　未报2　免报1" in lines  # a nil return is on time
    assert "迟报：乙" in lines
    assert "未报：丙、丁" in lines
    assert "⚠️ 县安全生产监督管理局还没有签报汇总表" in lines


def test_it_shows_the_totals_with_their_cumulative_and_change() -> None:
    text = text_of(sheet(rows(SAFETY, **JUNE), unit("甲", Timeliness.ON_TIME)))
    # 2+3+0+4 = 9; 61 to 72: −15.28; 14.5+15.6+0+6.5 = 36.6; 225 to 250.5: −10.18
    assert "<b>安全生产</b>：事故起数 9起，累计61起，同比−15.3%；" in text
    assert "直接经济损失 36.6万元，累计225万元，同比−10.2%" in text
    assert "偏差较大" not in text  # nothing rose in this June
    assert "与上期相比" not in text  # nothing was published before
    assert "需协调" not in text


def test_it_names_the_three_greatest_rises() -> None:
    # This June against the half-year of 2007: industry accidents 11+21 = 32 to 16: +100.0;
    # deaths 4+8 = 12 to 6: +100.0; injured 9+27 = 36 to 12: +200.0; loss 96.5+151.5 = 248 to 124: +100.0
    worse = rows(SAFETY, **JUNE | {"industry": "21 8 27 151.5 0"})
    lines = text_of(sheet(worse, unit("甲", Timeliness.ON_TIME))).splitlines()
    start = lines.index("<b>偏差较大</b>")
    assert lines[start + 1 :] == [
        "1. 工矿企业受伤累计36人，较去年同期上升200.0%",
        "2. 工矿企业事故起数累计32起，较去年同期上升100.0%",
        "3. 工矿企业死亡累计12人，较去年同期上升100.0%",
    ]


def test_without_a_row_it_says_that_its_totals_are_without_it() -> None:
    text = text_of(sheet(rows(SAFETY, **{k: v for k, v in JUNE.items() if k != "road"})))
    assert "事故起数 6起，累计40起，同比不可比" in text  # 2+0+4; 13+1+26
    assert "（不含未报单位）" in text


def test_what_changed_since_the_month_before_comes_with_both_figures_what_moved_most_first() -> None:
    text = str(group_message(edition("2008-07", earlier=("2008-06",))))
    # Losses 12.5+18+0+5.5 = 36 after 380+15.6+0+6.5 = 402.1: −91.0 %; deaths 1 after 2: −50 %.
    assert "1. 直接经济损失402.1万元→36万元，较上月下降91.0%\n2. 死亡2人→1人，较上月下降50.0%" in text


def test_problems_name_whom_they_ask_and_the_leader_of_a_project() -> None:
    text = str(group_message(edition()))
    assert "1. 县交警大队：41省道缺少信号灯，请县交通局协调安装" in text
    assert "（联系领导：钱示例）" in text
    assert "等6件，见通报" in text


def test_what_people_wrote_is_cut_to_a_line_and_inert() -> None:
    long = unit("甲", Timeliness.ON_TIME, f"{TYPED}\n" + "请" * 100)
    text = text_of(sheet(rows(SAFETY, **JUNE), long))
    [first] = [line for line in text.splitlines() if line.startswith("1. 甲：")]
    # The typed 11 marks, a space for the line end, 请 up to the limit of 80 with … as its last mark.
    assert first == "1. 甲：&lt;b&gt;&amp;{{7*7}} " + "请" * (80 - 11 - 2) + "…"


def test_a_month_with_nobody_reporting_is_one_sentence() -> None:
    missing = [unit(name, Timeliness.MISSING) for name in "甲乙"]
    assert text_of(sheet({}, *missing)) == (
        "<b>一月一报一督查</b>\n6月份督查通报\n\n应报2　已报0　按时0　迟报0　未报2\n未报：甲、乙"
    )


@pytest.mark.parametrize("count", [1, 60, 500])
@pytest.mark.parametrize("works", [1, 7, 40])
def test_it_is_one_screen_with_any_number_of_units_and_works(count: int, works: int) -> None:
    """Everybody has a long name, half are missing, half ask for something at length."""
    long = "永嘉县楠溪江流域综合治理工程建设指挥部办公室"
    units = [
        unit(
            f"{long}{number}", Timeliness.MISSING if number % 2 else Timeliness.LATE, "请县政府协调解决" * 40
        )
        for number in range(count)
    ]
    one = replace(
        sheet(rows(SAFETY, **JUNE | {"industry": "21 8 27 151.5 0"}), *units), remarks=("说明" * 200,) * 9
    )
    text = group_message(Edition("县" * 60, "全县", "2008-06", (one,) * works))
    assert seen(text) <= LONGEST
    assert len(text) < 4096
    assert f"应报{count * works}" in text


def test_names_are_cut_with_how_many_there_are() -> None:
    units = [unit(f"乡镇{number}", Timeliness.MISSING) for number in range(60)]
    assert "等60个单位\n" in text_of(sheet(rows(SAFETY, **JUNE), *units))


def test_the_office_drops_highlights_and_puts_others_first() -> None:
    usual = str(group_message(edition()))
    assert "1. 县城第二水厂工程（示例）占年度计划的8.3%" in usual
    changed = str(
        group_message(
            edition(
                dropped=["schedule.water_supply"], first=["year.safety.industry.loss", "schedule.archives"]
            )
        )
    )
    assert "县城第二水厂工程（示例）占年度计划" not in changed
    assert (
        "1. 工矿企业直接经济损失累计476.5万元，较去年同期上升284.3%\n2. 县档案馆新馆工程（示例）" in changed
    )
