"""Buttons come from the client: stale, forged, foreign and doubled presses do nothing wrong."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from simulator.faults import Fault
from simulator.model import Message
from tests.days.county import County, Resident

pytestmark = pytest.mark.both_databases

FORGED = {
    "": "按钮已失效",
    "x" * 64: "按钮已失效",
    "提交": "按钮已失效",
    "fill": "按钮已失效",
    "fill:1": "按钮已失效",
    "fill:1:1:1": "按钮已失效",
    "fill:-1:1": "按钮已失效",
    "fill:１:1": "按钮已失效",
    "FILL:1:1": "按钮已失效",
    "erase:1:1": "按钮已失效",
    "fill:1:99": "按钮已失效",
    "submit:1:0": "按钮已失效",
    "back:0:99": "按钮已失效",
    "item:1:99": "按钮已失效",
    "fill:2:1": "不是您单位的报告",
    "submit:2:1": "不是您单位的报告",
    "withdraw:3:1": "不是您单位的报告",
    "fill:0:1": "不是您单位的报告",
    "fill:999999:1": "不是您单位的报告",
    "fill:99999999999999999999:1": "按钮已失效",
    "fill:9223372036854775808:1": "按钮已失效",
    "sheet:99999999999999999999:0": "按钮已失效",
    "submit:1:1": "还有5项没有填",
    "item:1:1": "",
    "sign:1:1": "没有办理这一项的权限",
    "return:1:1": "没有办理这一项的权限",
    "mark:1:1": "没有办理这一项的权限",
    "unreturn:0:1": "没有办理这一项的权限",
    "view:1:0": "没有办理这一项的权限",
    "publish:2008-06:1": "没有办理这一项的权限",
    "publish:{{7*7}}:1": "按钮已失效",
    "group:1:0": "没有办理这一项的权限",
    "sheet:1:0": "不是您单位的报告",
    "sheet:99:0": "没有牵头的汇总表",
}


async def test_forged_data_does_nothing(liaison: Resident, refused) -> None:
    for data, says in FORGED.items():
        if says:
            await refused(liaison, _forge(liaison, data), says)
    assert "已记录" in await liaison.says("3 1 2 15.6 0")


async def test_a_button_of_the_summary_before_its_time_asks_for_that_item_alone(
    liaison: Resident, rows
) -> None:
    """It is the liaison's own item: only the order differs, and nothing is skipped."""
    liaison.county.world.press(liaison.person, data="item:9:1", force=True)
    await liaison.county.settle()
    assert "下月工作计划" in liaison.news()
    assert "道路交通·当月" in await liaison.says("继续推进")
    assert rows(liaison.county, "SELECT count(*) FROM answer") == [(1,)]


async def test_a_button_of_an_answered_question_is_stale(liaison: Resident, refused) -> None:
    old = _data(liaison.county.world.last(liaison.person, from_bot=True))
    await liaison.says("3 1 2 15.6 0")
    for label in ("零报告", "逐格填", "稍后再报"):
        await refused(liaison, _forge(liaison, old[label]), "按钮已失效")


def _data(message: Message) -> dict[str, str]:
    return {button.text: button.data or "" for row in message.buttons for button in row}


def _forge(resident: Resident, data: str, on: Message | None = None) -> Callable[[], object]:
    return partial(resident.county.world.press, resident.person, message_id=on, data=data, force=True)


async def test_a_press_on_a_message_that_telegram_no_longer_shows_still_counts(liaison: Resident) -> None:
    world = liaison.county.world
    world.press(liaison.person, label="稍后再报", inaccessible=True, force=True)
    await liaison.county.settle()
    assert "已为您保存" in liaison.news()


async def test_a_forged_press_on_a_message_that_never_was_does_nothing(liaison: Resident, refused) -> None:
    world = liaison.county.world
    await refused(
        liaison,
        partial(world.press, liaison.person, message_id=4040, data="submit:9:9", force=True),
        "不是您单位",
    )


async def test_a_press_older_than_the_restart_of_the_program_still_finds_its_question(
    liaison: Resident,
) -> None:
    await liaison.county.restart()
    assert "本月计划时序进度" in await liaison.presses("零报告")


async def test_somebody_elses_button_does_nothing(opened: County, ignored) -> None:
    other = opened["port", "liaison"]
    mine = next(m for m in opened.world.messages(opened["traffic_police", "liaison"].person) if m.buttons)
    await ignored(other, _forge(other, _data(mine)["开始填报"]), "不是您单位")


async def test_a_press_in_somebody_elses_chat_is_not_theirs(liaison: Resident, dump) -> None:
    world, other = liaison.county.world, liaison.county["port", "liaison"]
    before = dump(liaison.county)
    for data in ("save:0:1", "nil:0:1", "fill:1:1"):
        world.press(other.person, chat=liaison.person, data=data, force=True)
    await liaison.county.settle()
    assert dump(liaison.county) == before


async def _twice(resident: Resident, label: str) -> str:
    world = resident.county.world
    button = next(
        m
        for m in reversed(world.messages(resident.person))
        if any(label in b.text for r in m.buttons for b in r)
    )
    before = len(world.answers(resident.person))
    for _ in range(2):
        world.press(resident.person, message_id=button.message_id, label=label)
    await resident.county.settle()
    return "\n".join([*(answer.text for answer in world.answers(resident.person)[before:]), resident.news()])


async def test_a_double_tap_on_submit_submits_once(liaison: Resident, fill, rows) -> None:
    await fill(liaison)
    news = await _twice(liaison, "提交")
    assert news.count("已提交，等待") == 1
    assert rows(liaison.county, "SELECT count(*) FROM event WHERE verb = 'submit'") == [(1,)]
    assert liaison.county["traffic_police", "signatory"].news().count("待您审核签字") == 1


async def test_a_double_tap_on_sign_signs_once(submitted: County, rows) -> None:
    news = await _twice(submitted["traffic_police", "signatory"], "同意签字")
    assert news.count("已审核签字，7月") == 1
    assert rows(submitted, "SELECT count(*) FROM event WHERE verb = 'sign'") == [(1,)]
    assert submitted["traffic_police", "liaison"].news().count("审核签字") == 1
    assert submitted["anjian", "liaison"].news().count("已报送") == 1


async def test_a_double_tap_on_publish_publishes_once(opened: County, file_report) -> None:
    for unit in ("traffic_police", "port", "fire_brigade", "anjian"):
        await file_report(opened, unit)
    await opened.at("2008-07-07 09:00")
    news = await _twice(opened["office", "admin"], "发布到领导群")
    assert news.count("已发布到1个领导群") == 1
    assert "已经发布，没有重复发送" in news
    group = opened.leaders
    assert len([m for m in opened.world.messages(group) if m.from_bot and "应报" in m.text]) == 1
    sent = [m.document.name for m in opened.world.messages(group) if m.document]
    assert len(sent) == len(set(sent)) == 3  # a picture, the circular and the workbook, once each


async def test_a_double_tap_on_zero_report_fills_one_row(liaison: Resident, rows) -> None:
    news = await _twice(liaison, "零报告")
    assert "按钮已失效" in news
    assert rows(liaison.county, "SELECT count(*) FROM answer") == [(5,)]


async def test_the_same_press_delivered_twice_acts_once(liaison: Resident, rows) -> None:
    liaison.county.world.add_fault(Fault("duplicate_updates"))
    await liaison.presses("零报告")
    assert rows(liaison.county, "SELECT count(*) FROM answer") == [(5,)]


@pytest.mark.parametrize("taken_back", ["撤回修改", "退回修改"])
async def test_a_signature_meant_for_an_earlier_version_is_stale(
    submitted: County, ignored, taken_back: str
) -> None:
    liaison, signatory = submitted["traffic_police", "liaison"], submitted["traffic_police", "signatory"]
    card = submitted.world.last(signatory.person, from_bot=True)
    sign = _data(card)["同意签字"]
    if taken_back == "撤回修改":
        await liaison.presses("撤回修改")
    else:
        await signatory.presses("退回修改")
        await signatory.says("1 与通报不一致")
        liaison.news()
        await liaison.says("4")
    await liaison.presses("提交")
    signatory.news()
    await ignored(signatory, _forge(signatory, sign, card), "按钮已失效")
    assert "已审核签字" in await signatory.presses("同意签字")


async def test_after_publishing_nothing_can_be_pressed_or_typed(liaison: Resident, fill, ignored) -> None:
    county = liaison.county
    await fill(liaison)
    last = _data(county.world.last(liaison.person, from_bot=True))
    await county.at("2008-07-07 09:00")
    assert "已发布" in await county["office", "admin"].presses("发布到领导群")
    liaison.news()
    await ignored(liaison, _forge(liaison, last["修改"]), "按钮已失效")
    await ignored(liaison, _forge(liaison, last["提交"]), "本期通报已发布")
    await ignored(liaison, _forge(liaison, "fill:1:1"), "本期通报已发布")
    await ignored(
        liaison, partial(county.world.say, liaison.person, "4 1 2 15.6 0"), "现在没有要您回答的问题"
    )
