"""A telephone in the browser: pressing, typing, toasts, faults, and everything a chat can show."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from simulator.faults import Fault
from tests.browser.conftest import Shoot, Visit
from tests.browser.county import County
from tests.browser.hands import HEAD, POLICE, call, jump, type_in


def test_the_signatory_sees_the_card_arrive_while_the_liaison_submits(visit: Visit, county: County) -> None:
    page = visit()
    jump(page, "2008-07-01T09:00")
    page.locator("#pane-a .key", has_text="开始填报").click()
    expect(page.locator("#log-a .msg").last).to_contain_text("请依次回复")
    for text in ["2 0 3 9.8 0", "按计划推进", "整治4处", "无", "专项检查"]:
        before = page.locator("#log-a .msg").count()
        type_in(page, text)
        expect(page.locator("#log-a .msg.out").last).to_contain_text(text)
        page.wait_for_function(f"() => document.querySelectorAll('#log-a .msg').length > {before + 1}")
    expect(page.locator("#log-a .msg").last).to_contain_text("请核对")
    page.locator("#pane-a .key", has_text="提交").click()
    expect(page.locator("#log-b .msg").last).to_contain_text("待您审核签字")
    expect(page.locator("#board")).to_contain_text("待签")


def test_a_stale_button_says_so_in_a_toast(visit: Visit, county: County, shoot: Shoot) -> None:
    page = visit()
    page.click("#tour-begin")
    for step in "12":
        expect(page.locator(".steps .here span")).to_have_text(step, timeout=30_000)
        page.click("#tour-play")
    expect(page.locator(".steps .here span")).to_have_text("3", timeout=30_000)
    page.locator("#pane-a .key", has_text="撤回修改").click()
    toast = page.locator("#pane-a .toast")
    expect(toast).to_be_visible()
    said = toast.inner_text()
    shoot(page, "chat-stale-toast")
    assert said in {answer.text for answer in county.do(county.world.answers, county.people[POLICE])}


def test_an_outage_is_switched_on_and_off_and_nothing_is_lost(
    visit: Visit, county: County, shoot: Shoot
) -> None:
    page = visit()
    jump(page, "2008-07-01T09:00")
    expect(page.locator("#pane-a .key", has_text="开始填报")).to_be_visible()
    outage = page.locator("#fault-outage")
    outage.click()
    expect(outage).to_have_attribute("aria-checked", "true")
    type_in(page, "进度")
    expect(page.locator("#log-a .msg.out").last).to_contain_text("进度")
    page.wait_for_timeout(1200)
    assert county.messages(POLICE)[-1].text == "进度"
    shoot(page, "chat-outage")
    outage.click()
    expect(outage).to_have_attribute("aria-checked", "false")
    expect(page.locator("#log-a .msg").last).to_have_class("msg in", timeout=60_000)


def test_blocking_and_unblocking(visit: Visit, county: County) -> None:
    page = visit()
    person = county.people[POLICE]
    page.click(f"#block-{person.id}")
    expect(page.locator("#bottom-a")).to_contain_text("已拉黑机器人")
    expect(page.locator("#composer-a")).to_be_hidden()
    page.locator("#bottom-a button", has_text="重新启用").click()
    expect(page.locator("#composer-a")).to_be_visible()
    assert not person.blocked


def test_whatever_was_typed_is_shown_as_text_and_runs_nowhere(visit: Visit, county: County) -> None:
    page = visit()
    evil = '<img src=x onerror="document.title=1"><script>document.title=2</script> javascript:alert(1)'
    county.do(county.world.say, county.people[POLICE], evil)
    expect(page.locator("#log-a .msg.out").last).to_contain_text("<script>document.title=2</script>")
    assert page.locator("#log-a script, #log-a img").count() == 0
    assert page.title() == "一报 · 试用"


def test_bubbles_follow_edits_deletions_pins_and_replies(visit: Visit, county: County, shoot: Shoot) -> None:
    page = visit()
    world, person = county.world, county.people[POLICE]
    chat = person.id
    call(
        county,
        "sendMessage",
        chat_id=chat,
        parse_mode="HTML",
        text="<b>汇总</b>\n<pre>单位    起数\n交警    3\n港航    0</pre>",
    )
    expect(page.locator("#log-a pre")).to_contain_text("交警    3")
    number = len(world.chats[chat].messages)
    call(county, "pinChatMessage", chat_id=chat, message_id=number)
    expect(page.locator("#pinned-a")).to_contain_text("汇总")
    call(county, "editMessageText", chat_id=chat, message_id=number, text="改过了")
    expect(page.locator(f"#a-m{number}")).to_contain_text("已编辑")
    page.locator(f"#a-m{number} .acts summary").click()
    page.locator(f"#a-m{number} [data-reply]").click()
    type_in(page, "收到")
    expect(page.locator("#log-a .msg.out .quote").last).to_contain_text("改过了")
    assert world.chats[chat].messages[number + 2].reply_to is world.chats[chat].messages[number]
    own = page.locator("#log-a .msg.out").last
    own.locator(".acts summary").click()
    own.locator("[data-edit]").click()
    type_in(page, "收到了")
    expect(page.locator("#log-a .msg.out").last).to_contain_text("已编辑")
    call(county, "deleteMessage", chat_id=chat, message_id=number)
    expect(page.locator(f"#a-m{number}")).to_have_count(0)
    shoot(page, "chat-edits")


def test_keyboards_force_replies_typing_and_alerts(visit: Visit, county: County, shoot: Shoot) -> None:
    page = visit()
    world, person = county.world, county.people[POLICE]
    keyboard = {"keyboard": [["继续", "进度"], [{"text": "帮助"}]], "resize_keyboard": True}
    call(county, "sendMessage", chat_id=person.id, text="请选", reply_markup=keyboard)
    expect(page.locator("#bottom-a .reply-keys button")).to_have_count(3)
    shoot(page, "chat-reply-keyboard")
    page.locator("#bottom-a button", has_text="帮助").click()
    expect(page.locator("#log-a .msg.out").last).to_contain_text("帮助")
    asks = {"force_reply": True, "input_field_placeholder": "写意见"}
    call(county, "sendMessage", chat_id=person.id, text="请写退回意见", reply_markup=asks)
    expect(page.locator("#composer-a .banner")).to_contain_text("请写退回意见")
    expect(page.locator("#text-a")).to_have_attribute("placeholder", "写意见")
    asked = len(world.chats[person.id].messages)
    type_in(page, "数字不对")
    expect(page.locator("#log-a .msg.out .quote").last).to_contain_text("请写退回意见")
    assert world.chats[person.id].messages[asked + 1].reply_to is world.chats[person.id].messages[asked]
    call(county, "sendChatAction", chat_id=person.id, action="typing")
    expect(page.locator("#typing-a")).to_be_visible()


def test_an_alert_is_a_dialog_and_a_link_button_is_a_link(visit: Visit, county: County, shoot: Shoot) -> None:
    page = visit()
    world, person = county.world, county.people[POLICE]
    rows = [[{"text": "问", "callback_data": "ask"}, {"text": "看", "url": "https://example.com/a"}]]
    call(county, "sendMessage", chat_id=person.id, text="按一下", reply_markup={"inline_keyboard": rows})
    expect(page.locator("#log-a a.key")).to_have_attribute("href", "https://example.com/a")
    # The program must not hear of it: it would answer first.
    county.do(world.add_fault, Fault("outage", method="getUpdates", times=0))
    county.do(world.updates.interrupt)
    act = county.do(world.press, person, label="问")
    call(
        county,
        "answerCallbackQuery",
        callback_query_id=act.callback_query_id,
        text="不能这样",
        show_alert=True,
    )
    expect(page.locator("#alert")).to_contain_text("不能这样")
    shoot(page, "chat-alert")
    page.locator("#alert button").click()
    expect(page.locator("#alert")).to_be_hidden()


def test_unread_marks_come_and_go_and_the_group_is_seen_through_a_member(
    visit: Visit, county: County
) -> None:
    page = visit()
    other = county.people["县港航管理处联络员"]
    call(county, "sendMessage", chat_id=other.id, text="您好")
    mark = page.locator(f"#person-{other.id} .unread")
    expect(mark).to_contain_text("1")
    page.click(f"#person-{other.id}")
    expect(page.locator("#pane-a h2")).to_have_text(other.first_name)
    expect(mark).to_have_count(0)
    assert county.group is not None
    page.click(f"#person-{county.group.id}")
    admin = county.people["县府办管理员"]
    page.select_option("[data-viewer]", label=admin.first_name)
    expect(page.locator("#chat-a")).to_have_attribute("data-person", str(admin.id))
    type_in(page, "各位好")
    expect(page.locator("#log-a .msg.out").last).to_contain_text("各位好")


def test_the_command_menu_says_what_was_set_for_this_chat(visit: Visit, county: County) -> None:
    person = county.people[HEAD]
    only = [{"command": "sign", "description": "待我签字"}]
    call(county, "setMyCommands", commands=only, scope={"type": "chat", "chat_id": person.id})
    page = visit()
    page.locator("#composer-b .menu summary").click()
    expect(page.locator("#composer-b .menu li")).to_have_count(1)
    page.locator("#composer-b .menu button").click()
    expect(page.locator("#log-b .msg.out").last).to_contain_text("/sign")


def test_the_keyboard_alone_is_enough(visit: Visit, county: County) -> None:
    page = visit()
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#text-a")).to_be_focused()
    page.keyboard.type("进度")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("第二行")
    page.keyboard.press("Enter")
    expect(page.locator("#log-a .msg.out").last).to_contain_text("第二行")
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "rate-60":
            break
    page.keyboard.press("Enter")
    expect(page.locator("#rate-60")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#rate-60")).to_be_focused()
    county.until(lambda: county.world.clock.rate == 60)


def test_the_pages_labels_turn_english_and_back(visit: Visit, county: County, shoot: Shoot) -> None:
    page = visit()
    page.locator(".top a", has_text="English").click()
    expect(page.locator("#tour-begin")).to_have_text("Start the tour")
    assert page.locator("html").get_attribute("lang") == "en"
    shoot(page, "english")
    page.locator(".top a", has_text="中文").click()
    expect(page.locator("#tour-begin")).to_have_text("开始试用")


def test_the_clock_runs_when_told_and_the_program_keeps_up(visit: Visit, county: County) -> None:
    page = visit()
    page.click("#jump-1")
    expect(page.locator("#now")).to_contain_text("2008-07-01")
    expect(page.locator("#pane-a .key", has_text="开始填报")).to_be_visible()
    page.click("#rate-600")
    expect(page.locator("#now b")).not_to_have_text("09:00", timeout=5000)
    page.click("#rate-0")
    drift = county.do(lambda: abs((county.clock.now() - county.world.clock.now()).total_seconds()))
    assert drift < 60


@pytest.mark.parametrize("width", [360, 390, 800, 1280])
def test_nothing_is_wider_than_the_screen(visit: Visit, county: County, width: int, shoot: Shoot) -> None:
    page = visit()
    page.set_viewport_size({"width": width, "height": 740})
    page.click("#tour-begin")
    for view in ("people", "a", "side"):
        tab = page.locator(f'.tabs [data-show="{view}"]')
        if tab.is_visible():
            tab.click()
        wide = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.evaluate(wide) <= 0
        shoot(page, f"width-{width}-{view}")


def test_the_stream_comes_back_and_brings_what_was_missed(visit: Visit, county: County) -> None:
    page = visit()
    visit.tolerated += ["ERR_INTERNET_DISCONNECTED", "htmx:", "undefined"]
    page.context.set_offline(True)
    page.wait_for_timeout(200)
    county.do(county.world.say, county.people[POLICE], "断线时说的")
    page.context.set_offline(False)
    expect(page.locator("#log-a")).to_contain_text("断线时说的", timeout=20_000)
