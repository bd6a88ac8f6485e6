"""Whatever is not an answer gets one clear sentence and the same question; nothing stored changes."""

from __future__ import annotations

import logging

import pytest
import structlog

from simulator import media
from simulator.faults import Fault
from templates.words import refusal_keys
from tests.days.county import County, Resident, workbook

IDENTITY = "330324197803123456"

NOT_ROWS = {
    "an empty message": ("", "这里只收文字和数字"),
    "spaces of every width": (" \u3000\u2003\xa0", "没有收到内容"),
    "zero-width characters": ("\u200b\u200d\ufeff\u2060", "没有收到内容"),
    "control characters": ("\x00\x01\x07\x1b", "没有收到内容"),
    "a filler that draws nothing": ("\u3164", "没有收到内容"),
    "a lone surrogate": ("3 1 2 15.6 \ud83d", "有一个数是空的"),
    "four numbers of five": ("3 1 2 15.6", "要5个数字，收到4个"),
    "six numbers of five": ("3 1 2 15.6 0 0", "要5个数字，收到6个"),
    "a single number": ("13", "收到1个"),
    "words": ("情况正常", "收到1个"),
    "emoji": ("👍" * 100, "收到1个"),
    "a negative count": ("-1 0 0 0 0", "「事故起数」不能是负数"),
    "a negative loss": ("3 1 2 −15.6 0", "「直接经济损失」不能是负数"),
    "deaths without accidents": ("0 1 0 0 0", "有死亡人数时，事故起数不能为0"),
    "injured without accidents": ("0 0 2 0 0", "有受伤人数时，事故起数不能为0"),
    "more severe accidents than accidents": ("1 9 0 0 3", "不能多于事故起数"),
    "fewer deaths than severe accidents need": ("3 1 2 15.6 1", "不能少于"),
    "infinity in disguise": ("1e309 0 0 0 0", "请填普通数字"),
    "the word infinity": ("inf 0 0 0 0", "看不懂"),
    "not a number": ("NaN 0 0 0 0", "看不懂"),
    "two to the power of 63": ("9223372036854775808 0 0 0 0", "「事故起数」"),
    "a number of a hundred digits": ("9" * 100 + " 0 0 0 0", "不像一个数"),
    "more than a county can have": ("100001 0 0 0 0", "不能大于100000"),
    "half an accident": ("0.5 0 0 0 0", "只能填整数"),
    "a fraction": ("½ 0 0 0 0", "请填小数"),
    "about": ("约3 1 2 15.6 0", "约数"),
    "a range": ("3-5 1 2 15.6 0", "范围"),
    "a date": ("2008-06-30 1 2 15.6 0", "像日期"),
    "the wrong unit": ("3 1 2 15.6亿元 0", "单位不对"),
    "a tag": ("<b>3</b> 1 2 15.6 0", "看不懂"),
    "a template": ("{{7*7}} 1 2 15.6 0", "看不懂"),
    "a formula": ('=HYPERLINK("http://x") 1 2 15.6 0', "看不懂"),
    "a formula of figures": ("=1+1 1 2 15.6 0", "看不懂"),
    "an injection": ("' OR 1=1-- 1 2 15.6 0", "要5个数字"),
    "digits that are slow to match": ("1" * 26 + "!" + " 0 0 0 0", "「事故起数」"),
    "figures shown backwards": ("\u202e3 1 2 15.6 0", "看不懂"),
    "line ends that forge a digest": ("3 1 2\n\n全县合计：0", "收到4个"),
    "a whole screen": ("九" * 4096, "收到1个"),
    "more than a screen": ("九" * 4097, "收到1个"),
}


@pytest.mark.parametrize("case", NOT_ROWS)
async def test_what_is_not_a_row_of_figures_is_refused(liaison: Resident, refused, case: str) -> None:
    text, says = NOT_ROWS[case]
    await refused(liaison, lambda: liaison.county.world.say(liaison.person, text, force=True), says)
    assert "已记录" in await liaison.says("3 1 2 15.6 0")


async def test_whatever_is_quoted_back_is_shown_as_typed(liaison: Resident, refused) -> None:
    world = liaison.county.world
    for typed in ("<b>3</b>", "{{7*7}}", "&lt;", "</code><a>"):
        says = f"「{typed}」"
        await refused(liaison, lambda typed=typed: world.say(liaison.person, f"{typed} 1 2 3 0"), says)


ATTACHMENTS = {
    "贴纸": media.sticker(),
    "语音": media.voice(),
    "图片": media.photo(b"\xff\xd8\xff"),
    "文件": media.document("a.bin", b"x"),
    "名片": media.contact("13800000000", "某人", 42),
    "位置": media.location(28.1, 120.7),
    "骰子": media.dice(5),
    "投票": media.poll("几起？", ["1", "2"]),
}


@pytest.mark.parametrize("called", ATTACHMENTS)
async def test_what_is_not_text_is_refused_by_its_name(liaison: Resident, refused, called: str) -> None:
    world = liaison.county.world
    await refused(liaison, lambda: world.send(liaison.person, ATTACHMENTS[called]), f"暂不收{called}")


async def test_the_caption_of_a_photo_is_not_an_answer(liaison: Resident, refused) -> None:
    photo = media.photo(b"\xff\xd8\xff")
    send = liaison.county.world.send
    await refused(liaison, lambda: send(liaison.person, photo, caption="3 1 2 15.6 0"), "暂不收图片")


async def test_every_part_of_an_album_is_refused(liaison: Resident, dump) -> None:
    world, before = liaison.county.world, dump(liaison.county)
    for _ in range(3):
        world.send(liaison.person, media.photo(b"\xff\xd8\xff"), media_group_id="77")
    await liaison.county.settle()
    assert liaison.news().count("一次只收一条文字") == 3
    assert dump(liaison.county) == before


async def test_a_forwarded_message_is_not_an_answer(liaison: Resident, refused) -> None:
    world = liaison.county.world
    await refused(liaison, lambda: world.say(liaison.person, "3 1 2 15.6 0", forward=True), "转发的消息")


async def test_six_messages_forwarded_at_once_change_nothing(liaison: Resident, dump) -> None:
    before = dump(liaison.county)
    for number in range(6):
        liaison.county.world.say(liaison.person, f"{number} 0 0 0 0", forward=True)
    await liaison.county.settle()
    assert liaison.news().count("转发的消息不能作为填报内容") == 6
    assert dump(liaison.county) == before
    assert "已记录" in await liaison.says("3 1 2 15.6 0")


async def test_an_edited_answer_changes_nothing(liaison: Resident, refused) -> None:
    world = liaison.county.world
    answer = world.say(liaison.person, "3 1 2 15.6 0")
    await liaison.county.settle()
    assert "本月计划时序进度" in liaison.news()
    await refused(
        liaison, lambda: world.edit(liaison.person, answer.message_id, "4 1 2 15.6 0"), "改动已发出"
    )


async def test_an_answer_edited_after_submitting_changes_nothing(submitted: County, ignored) -> None:
    liaison = submitted["traffic_police", "liaison"]
    answer = next(m for m in submitted.world.messages(liaison.person) if m.text == "3 1 2 15.6 0")
    await ignored(liaison, lambda: submitted.world.edit(liaison.person, answer, "0 0 0 0 0"), "改动已发出")


async def test_a_deleted_answer_still_counts(liaison: Resident, dump) -> None:
    world = liaison.county.world
    answer = world.say(liaison.person, "3 1 2 15.6 0")
    await liaison.county.settle()
    before = dump(liaison.county)
    world.delete(liaison.person, answer.message_id)
    await liaison.county.settle()
    assert dump(liaison.county) == before


async def test_an_answer_to_an_old_question_is_not_counted(liaison: Resident, refused) -> None:
    world = liaison.county.world
    old = world.last(liaison.person, from_bot=True)
    await liaison.says("3 1 2 15.6 0")
    await refused(
        liaison, lambda: world.say(liaison.person, "4 1 2 15.6 0", reply_to=old), "回复的是较早的问题"
    )


async def test_a_reply_to_the_question_being_asked_is_an_answer(liaison: Resident) -> None:
    world = liaison.county.world
    world.say(liaison.person, "3 1 2 15.6 0", reply_to=world.last(liaison.person, from_bot=True))
    await liaison.county.settle()
    assert "已记录" in liaison.news()


async def test_of_two_answers_sent_at_once_only_the_first_counts(liaison: Resident, rows) -> None:
    for text in ("3 1 2 15.6 0", "4 1 2 15.6 0"):
        liaison.county.world.say(liaison.person, text)
    await liaison.county.settle()
    news = liaison.news()
    assert "已记录" in news
    assert "这条消息发在问题之前，没有记入" in news
    assert rows(liaison.county, "SELECT DISTINCT typed FROM answer") == [("3 1 2 15.6 0",)]


async def test_an_answer_typed_before_its_question_was_seen_is_not_counted(opened: County, rows) -> None:
    liaison = opened["traffic_police", "liaison"]
    opened.world.press(liaison.person, label="开始填报")
    opened.world.say(liaison.person, "3 1 2 15.6 0")
    await opened.settle()
    assert "这条消息发在问题之前，没有记入" in liaison.news()
    assert rows(opened, "SELECT * FROM answer") == []
    assert "已记录" in await liaison.says("3 1 2 15.6 0")


async def test_an_update_that_comes_twice_counts_once_and_shows_the_question_again(
    liaison: Resident, rows
) -> None:
    liaison.county.world.add_fault(Fault("duplicate_updates"))
    news = await liaison.says("3 1 2 15.6 0")
    assert news.count("已记录") == 1
    assert news.count("本月计划时序进度：") == 2
    assert rows(liaison.county, "SELECT count(*) FROM answer") == [(5,)]
    assert "已记录" in await liaison.says("按计划推进")


async def test_a_command_in_the_middle_of_a_question_is_no_answer(liaison: Resident, dump) -> None:
    before = dump(liaison.county)
    assert "可以直接回复这些词" in await liaison.says("帮助")
    assert "待填报" in await liaison.says("/status")
    assert dump(liaison.county) == before
    assert "已记录" in await liaison.says("3 1 2 15.6 0")


@pytest.mark.parametrize("text", ["/approve 0", "/没有这个", "／unknown", "/"])
async def test_an_unknown_command_is_refused(liaison: Resident, refused, text: str) -> None:
    await refused(liaison, lambda: liaison.county.world.say(liaison.person, text), "没有这个命令")


async def test_commands_of_others_are_refused_in_the_middle_of_a_question(liaison: Resident, refused) -> None:
    for text in ("发布", "/sign", "同意", "退回 3 与通报不一致", "通报"):
        await refused(liaison, lambda text=text: liaison.county.world.say(liaison.person, text), "没有办理")


async def test_a_full_width_start_is_a_start(liaison: Resident, dump) -> None:
    before = dump(liaison.county)
    for text in ("／start", "/START", "/start@yibao_bot"):
        assert "待填报" in await liaison.says(text)
    assert dump(liaison.county) == before


async def test_a_summary_is_only_answered_by_a_number_of_its_list(liaison: Resident, refused, fill) -> None:
    await fill(liaison)
    liaison.news()
    for text in ("0", "99", "-1", "好的", "1.5", "３７", "1" * 30):
        await refused(liaison, lambda text=text: liaison.county.world.say(liaison.person, text), "序号")


async def test_a_narrative_that_is_too_long_is_refused(liaison: Resident, refused) -> None:
    await liaison.says("3 1 2 15.6 0")
    await refused(liaison, lambda: liaison.county.world.say(liaison.person, "长" * 501), "最多500字，收到501字")
    assert "已记录" in await liaison.says("长" * 500)


async def test_a_narrative_of_broken_characters_is_stored_without_them(liaison: Resident, rows) -> None:
    await liaison.says("3 1 2 15.6 0")
    liaison.county.world.say(liaison.person, "进展\udc00顺\x00利\u202e", force=True)
    await liaison.county.settle()
    assert "已记录" in liaison.news()
    assert rows(liaison.county, "SELECT text FROM answer ORDER BY id DESC LIMIT 1") == [("进展顺利",)]


NASTY = '<b>粗</b> {{7*7}} {% if %} & "引号" =HYPERLINK("http://x") @SUM(1)'
FORMULA = '=HYPERLINK("http://x")'


async def test_typed_text_never_becomes_markup_template_or_formula(opened: County, file_report) -> None:
    admin, signatory = opened["office", "admin"], opened["traffic_police", "signatory"]
    await file_report(opened, "traffic_police", "3 1 2 15.6 0", NASTY, "正常", FORMULA, "+1")
    assert NASTY in signatory.news()
    await opened.at("2008-07-07 09:00")
    await admin.presses("发布到领导群")
    (group,) = (chat for chat in opened.world.chats.values() if chat.title == "县领导群（示例）")
    posted = opened.world.messages(group)
    assert FORMULA in next(m.text for m in posted if "督查通报" in m.text)
    cells = [
        cell
        for sheet in workbook(next(m for m in posted if m.document)).worksheets
        for row in sheet.iter_rows()
        for cell in row
    ]
    assert not [cell for cell in cells if cell.data_type == "f" or cell.hyperlink]
    told = [cell for cell in cells if isinstance(cell.value, str) and "HYPERLINK" in cell.value]
    assert told
    assert {cell.data_type for cell in told} == {"s"}
    assert not [cell for cell in cells if "49" in str(cell.value)]


SECRETS = {
    f"责任人身份证 {IDENTITY}": "疑似身份证号码",
    "330324-19780312-345X": "疑似身份证号码",
    "３３０３２４１９７８０３１２３４５６": "疑似身份证号码",
    "330324 19780312 3456": "疑似身份证号码",
    "机密★10年 会议纪要": "有密级标志",
    "绝密★": "有密级标志",
    "秘密文件转发如下": "有密级标志",
    "密级：机密": "有密级标志",
    "机\u200b密★": "有密级标志",
}


@pytest.mark.parametrize("text", SECRETS)
async def test_a_secret_is_neither_stored_nor_logged_nor_passed_on(
    liaison: Resident, refused, caplog: pytest.LogCaptureFixture, text: str
) -> None:
    county, says = liaison.county, SECRETS[text]
    await liaison.says("3 1 2 15.6 0")
    with caplog.at_level(logging.DEBUG), structlog.testing.capture_logs() as written:
        await refused(liaison, lambda: county.world.say(liaison.person, text), says)
        await refused(
            liaison, lambda: county.world.send(liaison.person, media.photo(b"x"), caption=text), says
        )
        await refused(
            liaison, lambda: county.world.send(liaison.person, media.document(f"{text}.doc", b"x")), says
        )
        answer = county.world.say(liaison.person, "按计划推进")
        await county.settle()
        county.world.edit(liaison.person, answer.message_id, text)
        county.world.press(liaison.person, data=text[:20], force=True)
        await county.settle()
    sent = str([entry.payload for entry in county.world.ledger.entries if entry.kind == "bot"])
    own = [record for record in caplog.records if not record.name.startswith(("httpx", "httpcore", "telegram"))]
    said = sent + str(written) + str([record.getMessage() for record in own])
    assert text not in said
    kept = b"".join(path.read_bytes() for path in database_files(county))
    assert text.encode() not in kept
    assert IDENTITY.encode() not in kept


def database_files(county: County) -> list:
    from pathlib import Path

    main = Path(county.url.removeprefix("sqlite:///"))
    return [path for path in main.parent.iterdir() if path.name.startswith(main.name)]


def test_every_refusal_is_one_line_of_reasonable_length() -> None:
    assert "blank" in refusal_keys()
