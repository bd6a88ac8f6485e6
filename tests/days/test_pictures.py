"""The filled table as a picture: before 提交, on the signatory's card, and as the lead unit's sheet."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from bot.painter import paint_apart
from simulator.faults import Fault
from simulator.model import Message
from simulator.pictures import picture_size
from templates.headings import Line
from templates.picture_model import Mark, Picture, Square
from tests.days.county import BLANK, County, Resident, Watch, blank_page

Fill = Callable[..., Awaitable[None]]
FileReport = Callable[..., Awaitable[None]]


def said(resident: Resident, since: int = 0) -> list[Message]:
    """What the bot wrote to this person."""
    return [m for m in resident.county.world.messages(resident.person) if m.from_bot][since:]


def kinds(resident: Resident, since: int = 0) -> list[str]:
    return [next(iter(message.media), "text") for message in said(resident, since)]


def at(picture: Picture, row: str, column: str, kind: str = "month") -> Square:
    rows = [line.key for line in picture.rows]
    columns = [(line.key, line.kind) for line in picture.columns]
    return picture.squares[rows.index(row)][columns.index((column, kind))]


async def test_the_table_comes_before_the_summary_which_is_what_asks(liaison: Resident, fill: Fill) -> None:
    await fill(liaison)
    picture, summary = said(liaison)[-2:]
    assert picture.caption == "【安全生产】6月份报告表，文字见下条。"
    assert not picture.buttons
    assert "请核对" in summary.text
    assert "提交" in liaison.buttons()
    # An answer to the question counts: the recorded number is the text's.
    assert "事故起数" in await liaison.says("1")


async def test_it_shows_the_unit_its_own_row_as_the_official_table_prints_it(
    liaison: Resident, fill: Fill
) -> None:
    await fill(liaison)
    (picture,) = liaison.county.painted
    assert picture.title == "6月份安全生产工作进展情况报告表"
    assert picture.above == ("填报单位：县交警大队", "审核人：孙示例长（未签字）")
    assert [line.titles for line in picture.rows] == [("道路交通",)]
    assert picture.columns[-1].titles == ("其中一次死亡3人以上事故（起）", "累计比去年同期±%")
    # Sample history: 18 accidents up to May; 24 up to June of last year.
    assert [at(picture, "road", "accidents", kind).text for kind in ("month", "cumulative")] == ["3", "21"]
    assert at(picture, "road", "accidents", "year_on_year") == Square("−12.5", figure=True)
    assert at(picture, "road", "loss").text == "15.60"


async def test_the_summary_shown_again_is_its_text_alone(liaison: Resident, fill: Fill) -> None:
    await fill(liaison)
    before = len(said(liaison))
    await liaison.says("不知道")
    assert kinds(liaison, before) == ["text", "text"]
    assert len(liaison.county.painted) == 1


async def test_what_is_changed_before_submitting_is_shown_again(liaison: Resident, fill: Fill) -> None:
    await fill(liaison)
    await liaison.says("1")
    before = len(said(liaison))
    await liaison.says("4")
    assert kinds(liaison, before) == ["photo", "text"]
    assert at(liaison.county.painted[-1], "road", "accidents").text == "4"


async def test_the_signatory_sees_the_table_above_the_card(submitted: County) -> None:
    signatory = submitted["traffic_police", "signatory"]
    assert kinds(signatory)[-2:] == ["photo", "text"]
    assert "同意签字" in signatory.buttons()
    assert submitted.painted[-1] == submitted.painted[-2]  # what the liaison submitted


async def test_what_was_returned_and_corrected_is_marked(submitted: County) -> None:
    liaison, signatory = submitted["traffic_police", "liaison"], submitted["traffic_police", "signatory"]
    await signatory.presses("退回修改")
    await signatory.says("1 与通报不一致")
    await liaison.says("4")
    await liaison.presses("提交")
    picture = submitted.painted[-1]
    assert at(picture, "road", "accidents") == Square("4", figure=True, mark=Mark.CHANGED)
    assert at(picture, "road", "accidents", "cumulative").mark is Mark.NONE
    assert at(picture, "road", "deaths").mark is Mark.NONE


async def test_the_lead_unit_sees_the_whole_table_with_its_own_part_tinted(
    opened: County, file_report: FileReport, fill: Fill
) -> None:
    await file_report(opened, "traffic_police", "3 1 2 15.6 0")
    liaison = opened["anjian", "liaison"]
    await liaison.says("填报")
    await fill(liaison, "1 0 0 2 0")
    picture = opened.painted[-1]
    assert picture.above[0] == "填报单位：县安全生产监督管理局"
    assert [line.key for line in picture.rows] == ["industry", "road", "water", "fire", "total"]
    assert picture.strong == {4}
    assert at(picture, "industry", "accidents") == Square("1", figure=True, own=True)
    assert at(picture, "road", "accidents") == Square("3", figure=True)
    assert at(picture, "water", "accidents") == Square("未报", faint=True)
    assert at(picture, "total", "accidents").text == "4"
    assert picture.notes[0] == "注：合计不含未报的县港航管理处、县消防大队。"
    await liaison.presses("提交")
    signatory = opened["anjian", "signatory"]
    assert kinds(signatory)[-3:] == ["document", "photo", "text"]
    assert opened.painted[-1] == picture


async def test_the_sheet_asked_for_comes_as_picture_text_and_workbook(opened: County) -> None:
    liaison = opened["anjian", "liaison"]
    before = len(said(liaison))
    await liaison.says("汇总")
    assert kinds(liaison, before) == ["photo", "text", "document"]


async def test_several_pages_are_one_album_with_one_caption(liaison: Resident, fill: Fill) -> None:
    async def three(_: Picture) -> list[bytes]:
        return [BLANK] * 3

    liaison.county.paint = three
    await fill(liaison)
    album = liaison.pictures()
    assert len(album) == 3
    assert len({message.extra["media_group_id"] for message in album}) == 1
    assert [bool(message.caption) for message in album] == [True, False, False]


async def test_more_than_ten_pages_are_two_albums(liaison: Resident, fill: Fill) -> None:
    async def eleven(_: Picture) -> list[bytes]:
        return [BLANK] * 11

    liaison.county.paint = eleven
    await fill(liaison)
    assert len(liaison.pictures()) == 11


async def test_what_telegram_takes_for_no_picture_goes_as_a_file(liaison: Resident, fill: Fill) -> None:
    async def ribbon(_: Picture) -> list[bytes]:
        return [blank_page(40, 4000)]

    liaison.county.paint = ribbon
    await fill(liaison)
    assert kinds(liaison)[-2:] == ["document", "text"]
    file = said(liaison)[-2].document
    assert file is not None
    assert file.name == "1.png"


async def test_an_album_that_is_refused_goes_as_files(liaison: Resident, fill: Fill) -> None:
    async def ribbons(_: Picture) -> list[bytes]:
        return [BLANK, blank_page(40, 4000)]

    liaison.county.paint = ribbons
    await fill(liaison)
    assert kinds(liaison)[-3:] == ["document", "document", "text"]


async def test_without_a_picture_the_text_goes_out_all_the_same(liaison: Resident, fill: Fill) -> None:
    async def broken(_: Picture) -> list[bytes]:
        raise OSError("no memory")

    liaison.county.paint = broken
    await fill(liaison)
    assert "已提交" in await liaison.presses("提交")
    assert not liaison.pictures()
    assert "已审核签字" in await liaison.county["traffic_police", "signatory"].presses("同意签字")


async def test_a_card_sent_again_comes_without_its_picture(
    liaison: Resident, fill: Fill, watch: Watch
) -> None:
    county, signatory = liaison.county, liaison.county["traffic_police", "signatory"]
    await fill(liaison)
    county.world.add_fault(Fault("429", chat_id=signatory.person.id, method="sendMessage", retry_after=35))
    await liaison.presses("提交")
    assert "待您审核签字" not in signatory.news()
    watch.seconds += 40
    await county.settle()
    assert "待您审核签字" in signatory.news()
    assert len(signatory.pictures()) == 1
    assert "已审核签字" in await signatory.presses("同意签字")


async def test_whoever_writes_on_does_not_wait_for_the_picture_and_nobody_else_does(
    liaison: Resident, fill: Fill
) -> None:
    county, drawing = liaison.county, asyncio.Event()

    async def slow(_: Picture) -> list[bytes]:
        drawing.set()
        await asyncio.Event().wait()
        raise AssertionError

    async def take() -> None:
        await county.program.intake.poll(0)

    county.paint = slow
    for text in ("3 1 2 15.6 0", "按计划推进", "正常", "无"):
        await liaison.says(text)
    county.world.say(liaison.person, "继续推进")
    await take()
    await drawing.wait()
    other = county["port", "liaison"]
    county.world.say(other.person, "填报")
    await take()
    county.world.say(liaison.person, "帮助")
    await take()
    await county.program.intake.settle()
    assert "请依次回复" in other.news()
    assert not liaison.pictures()
    assert "请核对" in liaison.news()
    assert "已提交" in await liaison.presses("提交")


async def test_the_process_that_draws_gives_pages_for_a_phone(liaison: Resident, fill: Fill) -> None:
    liaison.county.paint = paint_apart
    await fill(liaison)
    (picture,) = liaison.pictures()
    assert picture.document is not None
    width, height = picture_size(picture.document.content)
    assert width == 1080
    assert 600 < height <= 1920


async def test_a_picture_that_needs_too_much_memory_ends_its_own_process_and_no_other(
    liaison: Resident, fill: Fill
) -> None:
    lines = (Line("only", ("甲",)),)
    drawn = await paint_apart(Picture("表" * 300_000, "", (), ("类",), lines, lines, ((Square("1"),),)))
    assert drawn == []

    async def none(_: Picture) -> list[bytes]:
        return drawn

    liaison.county.paint = none
    await fill(liaison)
    assert "已提交" in await liaison.presses("提交")
