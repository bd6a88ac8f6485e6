"""What the dialogue tests of the tables share: a unit files by chat or by workbook, its signatory signs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from openpyxl.worksheet.worksheet import Worksheet

from simulator.model import Message
from tests.days.county import County, Resident
from tests.templates.hostile import changed, key_at

TOLD = {"schedule": "按计划推进", "progress": "完成检查12次", "problems": "无", "next_plan": "继续推进"}


async def opened(folder: Path, table: str) -> County:
    """The first round of one table has opened; everyone who has to do with it is there."""
    county = County(folder, tables=(table,))
    await county.open()
    await county.everyone_joins()
    await county.leaders_group()
    await county.at("2008-07-01 09:00")
    for resident in county.people.values():
        resident.news()
    return county


async def fills(liaison: Resident, rows: Sequence[str], told: Sequence[str] = tuple(TOLD.values())) -> str:
    """Start and answer everything by chat; returns what the bot said last."""
    said = await liaison.says("填报")
    for text in (*rows, *told):
        said = await liaison.says(text)
    return said


async def submits(county: County, unit: str) -> str:
    """提交 and the signature; returns the signatory's card."""
    head = county[unit, "signatory"]
    head.news()
    assert "已提交" in await county[unit, "liaison"].presses("提交")
    card = head.news()
    assert "已审核签字" in await head.presses("同意签字")
    return card


async def files(county: County, unit: str, rows: Sequence[str]) -> None:
    """A unit files by chat."""
    assert "请核对" in await fills(county[unit, "liaison"], rows)
    await submits(county, unit)


async def sends_workbook(liaison: Resident, **rows: dict[str, object]) -> str:
    """Take the workbook, fill in these rows and the narratives, send it back, adopt it."""
    await liaison.says("填报")
    await liaison.says("Excel填报")
    document = liaison.documents()[-1].document
    assert document is not None
    assert "还没有记入" in await liaison.sends(
        changed(document.content, lambda sheet: write_rows(sheet, rows))
    )
    return await liaison.presses("采用")


def write_rows(sheet: Worksheet, rows: dict[str, dict[str, object]]) -> None:
    first = next(column for column in range(2, 60) if sheet.cell(1, column).value)
    for item, figures in rows.items():
        for measure, value in figures.items():
            sheet.cell(key_at(sheet, item), key_at(sheet, measure)).value = value  # type: ignore[assignment]
    for key, text in TOLD.items():
        sheet.cell(key_at(sheet, f"narrative.{key}"), first).value = text


async def publishes(county: County) -> tuple[str, Message]:
    """7 July: the draft and its publication; returns what the leaders' group received."""
    await county.at("2008-07-07 09:00")
    assert "已发布" in await county["office", "admin"].presses("发布到领导群")
    text, document = received(county)
    return text.text, document


def received(county: County) -> tuple[Message, Message]:
    """What the leaders' group received last of a digest: its text, and the workbook of all works."""
    posted = county.world.messages(county.leaders)
    text = next(message for message in reversed(posted) if "应报" in message.text)
    books = [one for one in posted if one.document and one.document.name.endswith(".xlsx")]
    return text, books[-1]
