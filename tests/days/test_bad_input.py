"""Whatever is not an answer gets one clear sentence and the same question; nothing stored changes."""

from __future__ import annotations

from functools import partial

import pytest

from simulator import media
from simulator.faults import Fault
from tests.days.county import County, Resident

NOT_ROWS = {
    "nothing that can be seen": {
        "": "这里只收文字和数字",
        " \u3000\u2003\xa0": "没有收到内容",
        "\u200b\u200d\ufeff\u2060": "没有收到内容",
        "\x00\x01\x07\x1b": "没有收到内容",
        "\u3164": "没有收到内容",
    },
    "the wrong count": {
        "3 1 2 15.6": "要5个数字，收到4个",
        "3 1 2 15.6 0 0": "要5个数字，收到6个",
        "13": "收到1个",
        "情况正常": "收到1个",
        "👍" * 100: "收到1个",
        "3 1 2\n\n全县合计：0": "收到4个",
        "九" * 4096: "收到1个",
        "九" * 4097: "收到1个",
    },
    "figures that cannot be": {
        "-1 0 0 0 0": "「事故起数」不能是负数",
        "3 1 2 −15.6 0": "「直接经济损失」不能是负数",
        "0 1 0 0 0": "有死亡人数时，事故起数不能为0",
        "0 0 2 0 0": "有受伤人数时，事故起数不能为0",
        "1 9 0 0 3": "不能多于事故起数",
        "3 1 2 15.6 1": "不能少于",
        "0.5 0 0 0 0": "只能填整数",
        "3 1 2 15.6吨 0": "单位不对",
    },
    "figures that are too large": {
        "1e309 0 0 0 0": "请填普通数字",
        "9223372036854775808 0 0 0 0": "「事故起数」",
        f"{'9' * 100} 0 0 0 0": "不像一个数",
        "100001 0 0 0 0": "不能大于100000",
    },
    "words that are no figures": {
        "inf 0 0 0 0": "看不懂",
        "NaN 0 0 0 0": "看不懂",
        "½ 0 0 0 0": "请填小数",
        "约3 1 2 15.6 0": "约数",
        "3-5 1 2 15.6 0": "范围",
        "2008-06-30 1 2 15.6 0": "像日期",
        "3 1 2 15.6 \ud83d": "有一个数是空的",
        "\u202e3 1 2 15.6 0": "看不懂",
        f"{'1' * 26}! 0 0 0 0": "「事故起数」",
    },
    "code": {
        "<b>3</b> 1 2 15.6 0": "「<b>3</b>」",
        "{{7*7}} 1 2 15.6 0": "「{{7*7}}」",
        '=HYPERLINK("http://x") 1 2 15.6 0': '「=HYPERLINK("http://x")」看不懂',
        "=1+1 1 2 15.6 0": "「=1+1」",
        "' OR 1=1-- 1 2 15.6 0": "要5个数字",
        "</code><a> 1 2 15.6 0": "「</code><a>」",
        "&lt 1 2 15.6 0": "「&lt」",
    },
}


@pytest.mark.parametrize("what", NOT_ROWS)
async def test_what_is_not_a_row_of_figures_is_refused(liaison: Resident, refused, what: str) -> None:
    say = liaison.county.world.say
    for text, says in NOT_ROWS[what].items():
        await refused(liaison, partial(say, liaison.person, text, force=True), says)
    assert "已记录" in await liaison.says("3 1 2 15.6 0")


ATTACHMENTS = {
    "贴纸": media.sticker(),
    "语音": media.voice(),
    "图片": media.photo(b"\xff\xd8\xff"),
    "名片": media.contact("13800000000", "某人", 42),
    "位置": media.location(28.1, 120.7),
    "骰子": media.dice(5),
    "投票": media.poll("几起？", ["1", "2"]),
}


async def test_what_is_not_text_is_refused_by_its_name(liaison: Resident, refused) -> None:
    for called, attachment in ATTACHMENTS.items():
        send = partial(liaison.county.world.send, liaison.person, attachment)
        await refused(liaison, send, f"暂不收{called}")


async def test_the_caption_of_a_photo_is_not_an_answer(liaison: Resident, refused) -> None:
    photo = media.photo(b"\xff\xd8\xff")
    send = liaison.county.world.send
    await refused(liaison, lambda: send(liaison.person, photo, caption="3 1 2 15.6 0"), "暂不收图片")


async def test_an_album_is_refused_once(liaison: Resident, dump) -> None:
    world, before = liaison.county.world, dump(liaison.county)
    for _ in range(3):
        world.send(liaison.person, media.photo(b"\xff\xd8\xff"), media_group_id="77")
    await liaison.county.settle()
    assert liaison.news().count("一次只收一条文字") == 1
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
        liaison, lambda: world.say(liaison.person, "4 1 2 15.6 0", reply_to=old), "引用的不是当前的问题"
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


async def test_an_unknown_command_is_refused(liaison: Resident, refused) -> None:
    for text in ("/approve 0", "/没有这个", "／unknown", "/"):
        await refused(liaison, partial(liaison.county.world.say, liaison.person, text), "没有这个命令")


async def test_commands_of_others_are_refused_in_the_middle_of_a_question(liaison: Resident, refused) -> None:
    for text in ("发布", "/sign", "同意", "退回 3 与通报不一致", "通报"):
        await refused(liaison, partial(liaison.county.world.say, liaison.person, text), "没有办理")


async def test_a_full_width_start_is_a_start(liaison: Resident, dump) -> None:
    before = dump(liaison.county)
    for text in ("／start", "/START", "/start@yibao_bot"):
        assert "待填报" in await liaison.says(text)
    assert dump(liaison.county) == before


async def test_a_summary_is_only_answered_by_a_number_of_its_list(liaison: Resident, refused, fill) -> None:
    await fill(liaison)
    liaison.news()
    for text in ("0", "99", "-1", "好的", "1.5", "３７", "1" * 30):
        await refused(liaison, partial(liaison.county.world.say, liaison.person, text), "序号")


async def test_a_narrative_that_is_too_long_is_refused(liaison: Resident, refused) -> None:
    await liaison.says("3 1 2 15.6 0")
    await refused(
        liaison, lambda: liaison.county.world.say(liaison.person, "长" * 501), "最多500字，收到501字"
    )
    assert "已记录" in await liaison.says("长" * 500)


async def test_a_narrative_of_broken_characters_is_stored_without_them(liaison: Resident, rows) -> None:
    await liaison.says("3 1 2 15.6 0")
    liaison.county.world.say(liaison.person, "进展\udc00顺\x00利\u202e", force=True)
    await liaison.county.settle()
    assert "已记录" in liaison.news()
    assert rows(liaison.county, "SELECT text FROM answer ORDER BY id DESC LIMIT 1") == [("进展顺利",)]
