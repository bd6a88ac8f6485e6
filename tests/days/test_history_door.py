"""历史数据: the admin takes a workbook, fills in earlier figures, sends it back, looks, and loads."""

from __future__ import annotations

import io
import json
from collections.abc import Callable

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from services.loading import load
from tests.days.county import County, Resident
from tests.templates.hostile import changed, saved

Rows = Callable[..., list[tuple[object, ...]]]


@pytest.fixture
def admin(opened: County) -> Resident:
    return opened["office", "admin"]


def content(resident: Resident) -> bytes:
    document = resident.documents()[-1].document
    assert document is not None
    return document.content


async def taken(resident: Resident) -> bytes:
    """Ask for the workbook of the only table."""
    assert "填白色格" in await resident.says("历史数据 安全生产")
    return content(resident)


def place(sheet: Worksheet, at: str, slot: str) -> tuple[int, int]:
    row = next(row for row in range(1, sheet.max_row + 1) if sheet.cell(row, 1).value == at)
    return row, next(col for col in range(1, sheet.max_column + 1) if sheet.cell(1, col).value == slot)


def with_figures(book: bytes, **figures: object) -> bytes:
    """``road_deaths__month_2007_06=2``."""

    def work(sheet: Worksheet) -> None:
        for name, value in figures.items():
            at, _, slot = name.partition("__")
            kind, year, month = slot.split("_")
            sheet.cell(*place(sheet, at.replace("_", ".", 1), f"{kind}:{year}-{month}")).value = value

    return changed(book, work)


def loaded(county: County, rows: Rows, at: str, kind: str, period: str) -> list[tuple[object, ...]]:
    query = (
        "SELECT number, source FROM history WHERE form = 'safety' AND address = ? AND kind = ? AND period = ?"
    )
    return rows(county, query, at, kind, period)


async def test_what_is_loaded_stands_in_the_workbook(admin: Resident) -> None:
    sheet = load_workbook(io.BytesIO(await taken(admin))).worksheets[0]
    assert sheet.cell(*place(sheet, "road.loss", "cumulative:2008-05")).value == 58.4
    assert sheet.cell(*place(sheet, "fire.loss", "month:2007-12")).value == 13.4
    assert sheet["B2"].value == "安全生产工作进展情况报告表历史数据（2008年用）"
    titles = [cell.value for cell in sheet[4]]
    assert titles[2:5] == ["2008年累计（至5月份）", "2008年5月份", "2007年1月份"]
    row, column = place(sheet, "road.loss", "month:2007-01")
    assert sheet.cell(row, 2).value == "道路交通·直接经济损失（万元）"
    assert not sheet.cell(row, column).protection.locked


async def test_changed_figures_are_shown_and_loaded_and_everything_is_computed_again(
    admin: Resident, rows: Rows
) -> None:
    county = admin.county
    police = county["traffic_police", "liaison"]
    await police.says("填报")
    assert "事故起数：3起，累计21，同比−12.5%" in await police.says("3 1 2 15.6 0")
    book = with_figures(
        await taken(admin), road_accidents__cumulative_2008_05=20, road_deaths__month_2007_06="１"
    )
    shown = await admin.sends(book)
    assert "还没有载入：新增0个，改动1个，相同279个" in shown
    assert "道路交通·事故起数（起），2008年累计（至5月份）：18 → 20" in shown
    assert admin.buttons() == ["载入", "不载入"]
    assert loaded(county, rows, "road.accidents", "cumulative", "2008-05") == [("18", "programme")]
    assert "已载入1个数" in await admin.presses("载入")
    assert loaded(county, rows, "road.accidents", "cumulative", "2008-05") == [("20", "admin")]
    # 20 + 3 = 23 against 24 last year: (23 - 24) / 24 = -4.2%
    assert "事故起数：3起，累计23，同比−4.2%" in await police.says("道路交通 3 1 4 15.6 0")


async def test_who_loaded_what_and_when_is_on_record(admin: Resident, rows: Rows) -> None:
    await admin.sends(with_figures(await taken(admin), road_deaths__cumulative_2008_05=6))
    await admin.says("载入")
    (event,) = rows(admin.county, "SELECT person_id, before, after FROM event WHERE verb = 'history'")
    assert event[0] is not None
    assert json.loads(str(event[1])) == {"road.deaths@cumulative:2008-05": "5"}
    assert json.loads(str(event[2])) == {"road.deaths@cumulative:2008-05": "6"}
    assert "载入历史数据" in await admin.says("审计")


async def test_what_is_not_loaded_changes_nothing(admin: Resident, rows: Rows) -> None:
    before = rows(admin.county, "SELECT * FROM history")
    await admin.sends(with_figures(await taken(admin), road_deaths__cumulative_2008_05=6))
    assert "请先决定历史数据载不载入" in await admin.says("好的")
    assert admin.buttons() == ["载入", "不载入"]
    assert "没有载入，原数不变" in await admin.presses("不载入")
    assert "现在没有要您回答的问题" in await admin.says("载入")
    assert rows(admin.county, "SELECT * FROM history") == before


async def test_bad_figures_come_back_red_and_nothing_is_kept(admin: Resident, rows: Rows) -> None:
    before = rows(admin.county, "SELECT * FROM history")
    book = with_figures(
        await taken(admin),
        road_deaths__cumulative_2008_05="约6",
        road_loss__month_2007_03=-1,
        fire_injured__month_2007_04=2.5,
        water_deaths__month_2007_05="不适用",
        industry_deaths__month_2007_05=9,
    )
    answered = await admin.sends(book)
    assert "历史数据有4处要改，没有载入" in answered
    assert "道路交通·死亡（人），2008年累计（至5月份）：「死亡」要填准确的数，「约6」是约数" in answered
    assert "历史数据只填数字" in answered
    assert rows(admin.county, "SELECT * FROM history") == before
    assert rows(admin.county, "SELECT * FROM import_draft") == []
    sheet = load_workbook(io.BytesIO(content(admin))).worksheets[0]
    square = sheet.cell(*place(sheet, "road.deaths", "cumulative:2008-05"))
    assert (square.value, square.fill.fgColor.rgb) == ("约6", "FFFFC7CE")
    assert square.comment is not None
    right = with_figures(
        content(admin),
        road_deaths__cumulative_2008_05=6,
        road_loss__month_2007_03=1,
        fire_injured__month_2007_04=2,
        water_deaths__month_2007_05=1,
    )
    assert "改动4个" in await admin.sends(right)  # what was right in the first file is kept in the second


async def test_a_blank_cell_deletes_nothing(admin: Resident) -> None:
    book = with_figures(await taken(admin), road_deaths__cumulative_2008_05=None)
    assert "与已载入的完全相同" in await admin.sends(book)


async def test_rows_and_columns_may_be_moved(admin: Resident) -> None:
    def swap(sheet: Worksheet) -> None:
        for merged in list(sheet.merged_cells.ranges):
            sheet.unmerge_cells(str(merged))
        for row in range(1, sheet.max_row + 1):
            a, b = sheet.cell(row, 3), sheet.cell(row, 5)
            a.value, b.value = b.value, a.value

    assert "与已载入的完全相同" in await admin.sends(changed(await taken(admin), swap))


async def test_a_heading_that_was_changed_refuses_the_file(admin: Resident) -> None:
    def change(sheet: Worksheet) -> None:
        sheet.cell(4, 3).value, sheet.cell(4, 5).value = sheet.cell(4, 5).value, sheet.cell(4, 3).value

    assert "表头被改动" in await admin.sends(changed(await taken(admin), change))


async def test_figures_that_a_published_digest_used_are_closed(drafted: County, rows: Rows) -> None:
    admin = drafted["office", "admin"]
    before = await taken(admin)
    waiting = with_figures(before, road_deaths__cumulative_2008_05=6)
    assert "改动1个" in await admin.sends(waiting)
    await admin.says("通报")
    await admin.presses("发布到领导群")
    assert "6月份的通报已发布，用过的数不能再改" in await admin.says("载入")
    await admin.says("不载入")
    assert "2008年累计（至5月份）：6月份的通报已发布，用过的数不能再改" in await admin.sends(waiting)
    later = with_figures(before, road_deaths__month_2007_07=4)
    assert "2007年7月份：1 → 4" in await admin.sends(later)
    assert "已载入1个数" in await admin.says("载入")
    sheet = load_workbook(io.BytesIO(await taken(admin))).worksheets[0]
    assert sheet.cell(*place(sheet, "road.deaths", "month:2007-06")).protection.locked
    assert not sheet.cell(*place(sheet, "road.deaths", "month:2007-07")).protection.locked


async def test_loading_the_programme_again_leaves_what_an_admin_entered(admin: Resident, rows: Rows) -> None:
    county = admin.county
    await admin.sends(with_figures(await taken(admin), road_deaths__cumulative_2008_05=6))
    await admin.says("载入")
    files = dict(county.files)
    files["history.toml"] = files["history.toml"].replace("accidents = 18", "accidents = 19")
    county.runtime.work_now(load, files)
    assert loaded(county, rows, "road.deaths", "cumulative", "2008-05") == [("6", "admin")]
    assert loaded(county, rows, "road.accidents", "cumulative", "2008-05") == [("19", "programme")]


async def test_a_pending_file_survives_a_restart_and_old_buttons_are_stale(
    admin: Resident, rows: Rows
) -> None:
    book = await taken(admin)
    await admin.sends(with_figures(book, road_deaths__cumulative_2008_05=6))
    first = admin.county.world.last(admin.person)
    await admin.sends(with_figures(book, road_deaths__cumulative_2008_05=7))
    await admin.county.restart()
    admin.news()
    admin.county.world.press(admin.person, message_id=first.message_id, label="载入")
    await admin.county.settle()
    assert loaded(admin.county, rows, "road.deaths", "cumulative", "2008-05") == [("5", "programme")]
    assert "已载入1个数" in await admin.presses("载入")
    assert loaded(admin.county, rows, "road.deaths", "cumulative", "2008-05") == [("7", "admin")]


async def test_only_an_admin_may_take_it_or_send_it(admin: Resident) -> None:
    county = admin.county
    book = await taken(admin)
    police, head = county["traffic_police", "liaison"], county["traffic_police", "signatory"]
    for somebody in (police, head):
        assert "没有办理这一项的权限" in await somebody.says("历史数据")
        assert "没有办理这一项的权限" in await somebody.sends(book)
        assert "没有办理这一项的权限" in await somebody.says("载入")


async def test_an_admin_who_sends_a_units_file_is_told(admin: Resident) -> None:
    police = admin.county["traffic_police", "liaison"]
    await police.presses("Excel填报")
    assert "没有办理这一项的权限" in await admin.sends(content(police))
    assert "这不是 .xlsx 表格" in await admin.sends(b"hello")


def meta_changed(book: bytes, **values: str) -> bytes:
    file: Workbook = load_workbook(io.BytesIO(book))
    for row in file["meta"].iter_rows(max_row=5):
        if row[0].value in values:
            row[1].value = values[str(row[0].value)]
    return saved(file)


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"version": "9"}, "表样已经更新"),
        ({"period": "2007"}, "这是2007年用的表，现在用2008年的"),
        ({"period": "昨天"}, "这不是我发给您的历史数据表"),
        ({"form": "nothing"}, "这不是我发给您的历史数据表"),
    ],
)
async def test_what_does_not_fit_is_named(admin: Resident, values: dict[str, str], says: str) -> None:
    assert says in await admin.sends(meta_changed(await taken(admin), **values))


async def test_the_command_offers_the_tables(admin: Resident) -> None:
    answered = await admin.says("/history 没有这张表")
    assert "要载入哪张表的历史数据" in answered or "填白色格" in answered
