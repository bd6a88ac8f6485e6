"""A day of an auditor: what happened is on record, also what was refused, and a flood fills nothing."""

from __future__ import annotations

import io
import json

from openpyxl import load_workbook

from tests.days.county import County, Resident

LIAISON, SIGNATORY, ADMIN = (
    ("traffic_police", "liaison"),
    ("traffic_police", "signatory"),
    ("office", "admin"),
)


async def test_the_way_of_a_report_is_on_record_with_who_and_from_which_update(
    submitted: County, rows
) -> None:
    await submitted[SIGNATORY].presses("同意签字")
    found = rows(
        submitted,
        "SELECT verb, before, after, person_id IS NOT NULL, update_id IS NOT NULL FROM event WHERE task_id = 1 ORDER BY id",
    )
    assert found == [
        ("submit", '"open"', '"submitted"', 1, 1),
        ("sign", '"submitted"', '"signed"', 1, 1),
    ]


async def test_the_admin_reads_the_record_and_narrows_it_down(submitted: County) -> None:
    await submitted[SIGNATORY].presses("同意签字")
    admin = submitted[ADMIN]
    page = await admin.says("审计")
    assert "审核签字 县交警大队【安全生产】6月份：已提交 → 已签字" in page
    narrow = await admin.says("审计 县交警大队 提交")
    assert "待填报 → 已提交" in narrow
    assert "审核签字" not in narrow.split("：", 1)[1].split("可加条件")[0]
    assert "没有符合条件的记录" in await admin.says("审计 7月9日")
    assert "日期看不懂" in await admin.says("审计 13月40日")


async def test_the_record_is_exported_as_a_workbook_and_that_is_on_record(submitted: County) -> None:
    admin = submitted[ADMIN]
    await admin.says("审计")
    said = await admin.presses("导出Excel")
    assert "已导出" in said
    document = admin.documents()[-1].document
    assert document is not None
    book = load_workbook(io.BytesIO(document.content))
    table = [[cell.value for cell in row] for row in book["审计记录"].iter_rows()]
    assert table[0][:4] == ["序号", "时间", "人员", "事项"]
    assert any(row[3] == "提交" and "县交警大队" in row[4] for row in table)
    assert "导出审计" in await admin.says("审计 导出审计")


async def test_nobody_but_an_admin_reads_it_and_that_they_tried_is_on_record(submitted: County) -> None:
    assert "没有办理这一项的权限" in await submitted[LIAISON].says("审计")
    assert "被拒绝：查看审计，您没有办理这一项的权限" in await submitted[ADMIN].says("审计 被拒绝")


async def test_a_mistyped_answer_is_no_refusal_for_the_record(liaison: Resident, rows) -> None:
    await liaison.says("3 1 2")
    assert rows(liaison.county, "SELECT count(*) FROM event WHERE verb = 'refuse'") == [(0,)]


async def test_a_stranger_is_on_record_without_their_address(county: County, rows) -> None:
    stranger = Resident(county, county.world.add_person("生人"))
    await stranger.says("填报")
    ((detail,),) = rows(county, "SELECT detail FROM event WHERE verb = 'refuse'")
    assert json.loads(detail)["why"] == "stranger"
    assert str(stranger.person.id) not in detail
    assert "生人" not in detail


async def test_a_flood_of_refusals_fills_no_disk(opened: County, rows) -> None:
    liaison = opened[LIAISON]
    for _ in range(120):
        opened.world.say(liaison.person, "/publish")
    await opened.settle()
    details = rows(opened, "SELECT detail FROM event WHERE verb = 'refuse' ORDER BY id")
    assert [json.loads(str(one))["times"] for (one,) in details] == [*range(1, 11), 100]


async def test_the_bell_seals_what_happened_and_the_chain_is_whole(submitted: County) -> None:
    from services.auditing import check

    await submitted.at("2008-07-02 12:00")
    found = submitted.runtime.work_now(check)
    assert (found.altered, found.waiting) == (None, 0)
    assert found.sealed > 5
