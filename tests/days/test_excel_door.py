"""The workbook door: taken, filled, sent back, shown, and stored only when its sender agrees."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Awaitable, Callable

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from services.loading import load
from tests.days.county import County, Resident, moment
from tests.templates.hostile import HOSTILE, changed, key_at, saved, write

TOLD = {"schedule": "按计划推进", "progress": "整治10处", "problems": "无", "next_plan": "继续整治"}
ROW = {"accidents": 3, "deaths": 1, "injured": 2, "loss": 15.6, "severe": 0}


@pytest.fixture
def police(opened: County) -> Resident:
    return opened["traffic_police", "liaison"]


async def taken(resident: Resident) -> bytes:
    """Press Excel填报 and open what comes."""
    assert "填白色格" in await resident.presses("Excel填报")
    document = resident.documents()[-1].document
    assert document is not None
    return document.content


def fill_in(sheet: Worksheet, told: dict[str, str] = TOLD, **figures: object) -> None:
    write(sheet, "road", **figures)
    for key, text in told.items():
        sheet.cell(key_at(sheet, f"narrative.{key}"), 3).value = text


def filled(content: bytes, told: dict[str, str] = TOLD, **figures: object) -> bytes:
    return changed(content, lambda sheet: fill_in(sheet, told, **{**ROW, **figures}))


def stored(
    resident: Resident, rows: Callable[..., list[tuple[object, ...]]]
) -> dict[object, tuple[object, ...]]:
    """Newest (state, number or text, source) by address."""
    query = "SELECT address, state, coalesce(number, text), source FROM answer ORDER BY id"
    return {address: tuple(rest) for address, *rest in rows(resident.county, query)}


async def test_a_liaison_fills_everything_by_workbook(police: Resident, rows) -> None:
    county = police.county
    head = county["traffic_police", "signatory"]
    content = filled(await taken(police))
    shown = await police.sends(content)
    assert "还没有记入：新填9项，改动0项" in shown
    assert "事故起数：3起，累计21，同比−12.5%" in shown
    assert "7. 本月工作进展\n整治10处" in shown
    assert police.buttons() == ["采用", "不采用"]
    assert rows(county, "SELECT * FROM answer") == []
    adopted = await police.presses("采用")
    assert "已采用表格，记入9项" in adopted
    assert "请核对" in adopted
    assert stored(police, rows)["road.loss"] == ("value", "15.6", "excel")
    assert stored(police, rows)["narrative.problems"] == ("zero", None, "excel")
    assert "已提交" in await police.presses("提交")
    assert "直接经济损失：15.6万元" in head.news()
    assert "已审核签字" in await head.presses("同意签字")


async def test_everything_can_be_typed_instead_of_pressed(police: Resident, rows) -> None:
    assert "填白色格" in await police.says("Excel填报")
    document = police.documents()[-1].document
    assert document is not None
    await police.sends(filled(document.content))
    assert "请先决定刚才发的用不用" in await police.says("3 1 2 15.6 0")
    assert "请先决定刚才发的用不用" in await police.says("上一项")
    assert rows(police.county, "SELECT * FROM answer") == []
    assert "记入9项" in await police.says("采用")


async def test_what_is_not_adopted_changes_nothing(police: Resident, rows) -> None:
    await police.sends(filled(await taken(police)))
    assert "没有采用" in await police.presses("不采用")
    assert rows(police.county, "SELECT * FROM answer") == []
    assert rows(police.county, "SELECT * FROM import_draft") == []
    assert "没有等您决定的内容" in await police.says("采用")


async def test_columns_may_be_moved_and_rows_may_be_missing(police: Resident) -> None:
    content = await taken(police)

    def work(sheet: Worksheet) -> None:
        fill_in(sheet, **ROW)
        sheet.delete_rows(key_at(sheet, "narrative.next_plan"))
        for merged in list(sheet.merged_cells.ranges):
            sheet.unmerge_cells(str(merged))
        one, other = key_at(sheet, "deaths"), key_at(sheet, "loss")
        for row in range(1, sheet.max_row + 1):
            a, b = sheet.cell(row, one), sheet.cell(row, other)
            a.value, b.value = b.value, a.value

    shown = await police.sends(changed(content, work))
    assert "新填8项，改动0项，相同0项，空着1项（不动）" in shown
    assert "死亡：1人" in shown
    assert "直接经济损失：15.6万元" in shown
    assert "下月工作计划" in await police.presses("采用")


async def test_bad_cells_come_back_red_with_their_reasons(police: Resident, rows) -> None:
    content = await taken(police)
    answered = await police.sends(filled(content, deaths="约3", loss=-1, injured=2.5))
    assert "表格有3处要改，没有记入" in answered
    assert "道路交通·死亡：「死亡」要填准确的数，「约3」是约数" in answered
    assert rows(police.county, "SELECT * FROM answer") == []
    document = police.documents()[-1].document
    assert document is not None
    sheet = load_workbook(io.BytesIO(document.content)).worksheets[0]
    red = {
        sheet.cell(1, cell.column).value: (cell.value, cell.comment.text if cell.comment else "")
        for cell in sheet[key_at(sheet, "road")]
        if cell.fill.fgColor.rgb == "FFFFC7CE"
    }
    assert set(red) == {"deaths", "injured", "loss"}
    assert red["injured"] == ("2.5", "「受伤」只能填整数，收到「2.5」。请重发。")
    assert sheet.cell(key_at(sheet, "road"), key_at(sheet, "accidents")).value == 3
    # The same file, its red cells put right, goes through.
    again = changed(document.content, lambda sheet: write(sheet, "road", deaths=1, loss=15.6, injured=2))
    assert "新填9项" in await police.sends(again)


async def test_every_bad_cell_has_its_line(police: Resident) -> None:
    long = dict.fromkeys(TOLD, "字" * 501)
    answered = await police.sends(
        filled(await taken(police), long, **dict.fromkeys(ROW, "abc")),
    )
    assert "表格有9处要改" in answered
    assert "最多500字" in answered


async def test_a_conflict_is_asked_about_and_never_overwritten(police: Resident, rows) -> None:
    content = await taken(police)
    await police.presses("开始填报")
    await police.says("3 1 2 15.6 0")
    shown = await police.sends(filled(content, accidents=4, deaths=2))
    assert "2项与您先前填的不同" in shown
    assert "道路交通·事故起数：原3起，表格4起" in shown
    assert police.buttons() == ["以表格为准", "保留原数", "不采用"]
    assert "有2项与先前填的不同" in await police.says("采用")
    await police.presses("保留原数")
    assert stored(police, rows)["road.accidents"] == ("value", "3", "chat")
    assert stored(police, rows)["narrative.progress"] == ("value", "整治10处", "excel")
    await police.sends(filled(content, accidents=4, deaths=2))
    assert "记入2项" in await police.says("以表格为准")
    assert stored(police, rows)["road.accidents"] == ("value", "4", "excel")


async def test_the_same_file_twice_changes_nothing_the_second_time(police: Resident, rows) -> None:
    content = filled(await taken(police))
    await police.sends(content)
    await police.sends(content)
    await police.presses("采用")
    before = rows(police.county, "SELECT * FROM answer")
    assert "与已填的完全相同" in await police.sends(content)
    assert rows(police.county, "SELECT * FROM answer") == before


async def test_an_earlier_files_buttons_are_stale(police: Resident, rows) -> None:
    content = await taken(police)
    await police.sends(filled(content))
    first = police.county.world.last(police.person)
    await police.sends(filled(content, accidents=9))
    police.county.world.press(police.person, message_id=first.message_id, label="采用")
    await police.county.settle()
    assert rows(police.county, "SELECT * FROM answer") == []
    await police.presses("采用")
    assert stored(police, rows)["road.accidents"] == ("value", "9", "excel")


async def test_another_units_file_is_named(police: Resident, rows) -> None:
    port = police.county["port", "liaison"]
    assert "这是县港航管理处的表，不是您单位的" in await police.sends(await taken(port))
    assert rows(police.county, "SELECT * FROM import_draft") == []


async def test_another_periods_file_is_named(police: Resident) -> None:
    content = filled(await taken(police))
    await police.sends(content)
    await police.presses("采用")
    await police.presses("提交")
    await police.county["traffic_police", "signatory"].presses("同意签字")
    assert "已审核签字，不能再改" in await police.sends(content)
    await police.county.at("2008-08-01 09:00")
    police.news()
    assert "这是6月份的表，现在报的是7月份" in await police.sends(content)


def meta_changed(content: bytes, **values: str) -> bytes:
    book: Workbook = load_workbook(io.BytesIO(content))
    for row in book["meta"].iter_rows(max_row=5):
        if row[0].value in values:
            row[1].value = values[str(row[0].value)]
    return saved(book)


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"version": "2"}, "表样已经更新"),
        ({"period": "2008-05"}, "这是5月份的表，现在报的是6月份"),
        ({"period": "昨天"}, "这不是我发给您的填报表"),
        ({"form": "energy"}, "这张表不用您单位报"),
        ({"unit": "port"}, "这是县港航管理处的表"),
        ({"unit": "nobody"}, "不是您单位的"),
        ({"task": "999"}, "这不是我发给您的填报表"),
    ],
)
async def test_what_does_not_fit_is_named(police: Resident, rows, values: dict[str, str], says: str) -> None:
    assert says in await police.sends(meta_changed(filled(await taken(police)), **values))
    assert rows(police.county, "SELECT * FROM answer") == []


async def test_a_formula_without_a_value_is_told(police: Resident) -> None:
    content = await taken(police)
    answered = await police.sends(changed(content, lambda sheet: fill_in(sheet, **{**ROW, "deaths": "=1+1"})))
    assert "道路交通·死亡：公式没有算出的值" in answered


@pytest.mark.parametrize(
    "kind", ["zip bomb", "one cell at XFD1048576", "entity bomb", "macros", "zero bytes"]
)
async def test_a_hostile_file_gets_one_sentence_and_changes_nothing(
    liaison: Resident, refused: Callable[..., Awaitable[str]], kind: str
) -> None:
    content = HOSTILE[kind][0]()
    world = liaison.county.world
    await refused(liaison, lambda: world.send_document(liaison.person, "../../\u202ex.xlsx", content), "。")
    assert "已记录" in await liaison.says("3 1 2 15.6 0")


async def test_a_file_that_is_announced_too_large_is_not_fetched(liaison: Resident, refused) -> None:
    world = liaison.county.world
    big = bytes(20 * (1 << 20) + 1)
    await refused(liaison, lambda: world.send_document(liaison.person, "表.xlsx", big), "文件太大")


async def test_only_liaisons_may_send_files(opened: County, rows) -> None:
    stranger = opened.world.add_person("路人")
    opened.world.send_document(stranger, "表.xlsx", b"x")
    await opened.settle()
    assert "您还没有加入" in opened.world.last(stranger).text
    assert "没有办理这一项的权限" in await opened["traffic_police", "signatory"].sends(b"x")
    assert rows(opened, "SELECT * FROM import_draft") == []


async def test_secrets_in_a_file_are_never_stored(police: Resident, rows) -> None:
    told = {**TOLD, "progress": "联系人110101199003074514"}
    answered = await police.sends(filled(await taken(police), told))
    assert "疑似身份证号码" in answered
    assert rows(police.county, "SELECT * FROM import_draft") == []


async def test_a_row_that_contradicts_itself_comes_back(police: Resident) -> None:
    answered = await police.sends(filled(await taken(police), accidents=0))
    assert "表格有3处要改" in answered  # accidents, deaths and injured
    assert "有死亡人数时，事故起数不能为0" in answered


async def test_keeping_the_old_figures_must_not_make_a_contradiction(police: Resident, rows) -> None:
    content = await taken(police)
    await police.presses("开始填报")
    await police.presses("逐格填")
    await police.says("0")
    await police.sends(filled(content))
    assert "事故起数不能为0。请核对后重发" in await police.says("保留原数")
    assert list(stored(police, rows)) == ["road.accidents"]
    assert "记入9项" in await police.says("以表格为准")


async def test_a_pending_file_survives_a_restart(police: Resident, rows) -> None:
    await police.sends(filled(await taken(police)))
    await police.county.restart()
    police.news()
    assert "记入9项" in await police.says("采用")


async def test_a_file_received_before_a_crash_is_read_after_it(police: Resident) -> None:
    county = police.county
    content = filled(await taken(police))
    county.program.uploads.ring = lambda: None  # type: ignore[method-assign]
    county.world.send_document(police.person, "表.xlsx", content)
    await county.program.intake.poll(0)
    await county.program.intake.settle()
    assert police.news() == ""
    await county.restart()
    assert "新填9项" in police.news()


async def test_other_people_are_answered_while_a_file_is_read(police: Resident, monkeypatch) -> None:
    county = police.county
    port = county["port", "liaison"]
    content = filled(await taken(police))
    await port.presses("开始填报")
    read, release = county.program.uploads._read, asyncio.Event()

    async def slowly(content: bytes):  # type: ignore[no-untyped-def]
        await release.wait()
        return await read(content)

    monkeypatch.setattr(county.program.uploads, "_read", slowly)
    county.world.send_document(police.person, "表.xlsx", content)
    county.world.say(port.person, "0 0 0 0 0")
    for _ in range(2):
        await county.program.intake.poll(0)
        await county.program.intake.settle()
    assert county.program.uploads.busy
    assert not county.program.idle
    assert "已记录" in port.news()
    assert police.news() == ""
    release.set()
    await county.settle()
    assert "新填9项" in police.news()


async def test_a_file_that_telegram_does_not_hand_out_is_asked_for_again(
    police: Resident, monkeypatch
) -> None:
    content = filled(await taken(police))

    async def nothing(_: str) -> None:
        return None

    monkeypatch.setattr(police.county.program.uploads, "_fetch", nothing)
    assert "文件没有取到" in await police.sends(content)


async def test_a_report_submitted_right_after_counts_from_when_its_file_was_sent(
    police: Resident, rows
) -> None:
    """The program was down over the deadline: Telegram kept the file, and its time."""
    county = police.county
    content = filled(await taken(police))
    await county.at("2008-07-02 16:00")
    county.world.send_document(police.person, "表.xlsx", content)
    await county.at("2008-07-02 18:00")
    police.news()
    await police.presses("采用")
    await police.presses("提交")
    (submitted,) = rows(county, "SELECT submitted_at FROM task WHERE submitted_at IS NOT NULL")
    assert str(submitted[0]).startswith(moment("2008-07-02 16:00").isoformat()[:16])
    (at,) = set(rows(county, "SELECT at FROM answer"))
    assert at == submitted


async def test_a_report_submitted_much_later_counts_from_then(police: Resident, rows) -> None:
    county = police.county
    await police.sends(filled(await taken(police)))
    await police.presses("采用")
    await county.at("2008-07-02 16:00")
    await police.says("提交")
    (submitted,) = rows(county, "SELECT submitted_at FROM task WHERE submitted_at IS NOT NULL")
    assert str(submitted[0]).startswith(moment("2008-07-02 16:00").isoformat()[:16])


async def test_after_a_return_only_the_returned_cell_may_be_changed_by_file(
    police: Resident, file_report
) -> None:
    county = police.county
    head = county["traffic_police", "signatory"]
    await police.sends(filled(await taken(police)))
    await police.presses("采用")
    await police.presses("提交")
    await head.presses("退回修改")
    await head.presses("3. 道路交通·受伤")
    await head.says("与交警通报不一致")
    assert "填白色格" in await police.says("Excel填报")
    document = police.documents()[-1].document
    assert document is not None
    other = changed(document.content, lambda sheet: write(sheet, "road", injured=5, loss=99))
    assert "这一项没有被退回，不能改" in await police.sends(other)
    right = changed(document.content, lambda sheet: write(sheet, "road", injured=5))
    assert "受伤：5人" in await police.sends(right)
    assert "道路交通·受伤：2人 → 5人" in await police.presses("采用")


async def test_an_unusual_figure_from_a_file_still_wants_its_reason(opened: County) -> None:
    lead = opened["anjian", "liaison"]
    await opened.at("2008-07-05 09:00")
    lead.news()
    content = await taken(lead)

    def work(sheet: Worksheet) -> None:
        write(sheet, "industry", accidents=2, deaths=1, injured=1, loss=380, severe=0)
        for key, text in TOLD.items():
            sheet.cell(key_at(sheet, f"narrative.{key}"), 3).value = text

    await lead.sends(changed(content, work))
    assert "直接经济损失本月380万元，上月20万元，相差较大" in await lead.presses("采用")
    assert "请核对" in await lead.says("熔炼设备损毁，损失已经评估确认")


async def test_a_new_form_version_is_named(opened: County) -> None:
    """A sheet keeps the version it was opened with; a file of another one is not taken."""
    police = opened["traffic_police", "liaison"]
    content = filled(await taken(police))
    files = dict(opened.files)
    files["forms/safety.toml"] = files["forms/safety.toml"].replace("version = 1", "version = 2", 1)
    opened.runtime.work_now(load, files)
    assert "新填9项" in await police.sends(content)
    assert "表样已经更新" in await police.sends(meta_changed(content, version="2"))
