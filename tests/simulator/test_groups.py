"""Groups: who is in, what the bot may hear, being thrown out, becoming a supergroup."""

from typing import Any

import pytest
from telegram import Bot, ChatMemberAdministrator, ChatMemberLeft, ChatMemberMember, ChatMemberOwner, Update
from telegram.error import BadRequest, ChatMigrated, Forbidden

from simulator.refusals import WorldError
from simulator.world import Group, Person, World


@pytest.fixture
def leaders(world: World, lin: Person) -> Group:
    """A group that 林晓燕 made and added the bot to; the queue is empty again."""
    group = world.add_group("县领导通报群", creator=lin)
    world.add_bot(group, lin)
    world.updates.drop_all()
    return group


async def test_adding_the_bot_makes_both_updates(bot: Bot, world: World, lin: Person) -> None:
    group = world.add_group("县领导通报群", creator=lin)
    act = world.add_bot(group, lin)
    first, second = await bot.get_updates()
    assert first.my_chat_member is not None
    assert first.update_id == act.update_id
    assert (first.my_chat_member.old_chat_member.status, first.my_chat_member.new_chat_member.status) == (
        "left",
        "member",
    )
    assert second.message is not None
    assert [user.id for user in second.message.new_chat_members] == [bot.id]


async def test_with_privacy_only_commands_replies_and_service_messages_are_heard(
    bot: Bot, world: World, lin: Person, leaders: Group
) -> None:
    post = await bot.send_message(leaders.id, "七月通报")
    assert world.say(lin, "收到", leaders).update_id is None
    assert world.say(lin, "/digest@OtherBot", leaders).update_id is None
    assert world.say(lin, "/digest", leaders).update_id is not None
    assert world.say(lin, "/digest@yibao_bot", leaders).update_id is not None
    assert world.say(lin, "这里的数不对", leaders, reply_to=post.message_id).update_id is not None
    other = world.add_person("王建国")
    assert world.join(leaders, other, by=lin).update_id is not None
    assert world.leave(leaders, other).update_id is not None
    assert len(await bot.get_updates()) == 5


async def test_without_privacy_or_as_administrator_everything_is_heard(world: World, lin: Person) -> None:
    group = world.add_group("乡镇群", "supergroup", creator=lin)
    world.add_bot(group, lin)
    world.add_bot(group, lin, administrator=True)
    assert world.say(lin, "收到", group).update_id is not None
    open_world = World(privacy=False)
    wang = open_world.add_person("王建国")
    club = open_world.add_group("群", creator=wang)
    open_world.add_bot(club, wang)
    assert open_world.say(wang, "收到", club).update_id is not None


@pytest.mark.parametrize("kind", ["group", "supergroup"])
async def test_a_bot_thrown_out_may_not_write(bot: Bot, world: World, lin: Person, kind: Any) -> None:
    group = world.add_group("群", kind, creator=lin)
    with pytest.raises(BadRequest, match=r"[Cc]hat not found"):
        await bot.send_message(group.id, "没见过")
    world.add_bot(group, lin)
    await bot.send_message(group.id, "在")
    act = world.remove_bot(group, lin)
    updates = await bot.get_updates()
    assert updates[-1].update_id == act.update_id
    assert updates[-1].my_chat_member is not None
    assert updates[-1].my_chat_member.new_chat_member.status == "kicked"
    with pytest.raises(Forbidden) as refused:
        await bot.send_message(group.id, "还在吗")
    assert refused.value.message == f"Forbidden: bot was kicked from the {kind} chat"
    assert world.say(lin, "/digest", group).update_id is None


async def test_a_bot_that_left_is_no_member(bot: Bot, world: World, lin: Person, leaders: Group) -> None:
    assert await bot.leave_chat(leaders.id)
    with pytest.raises(Forbidden) as refused:
        await bot.send_message(leaders.id, "还在吗")
    assert refused.value.message == "Forbidden: bot is not a member of the group chat"


async def test_a_migrated_group_names_its_new_address(
    bot: Bot, world: World, lin: Person, leaders: Group
) -> None:
    moved = world.migrate(leaders)
    with pytest.raises(ChatMigrated) as refused:
        await bot.send_message(leaders.id, "通报")
    assert refused.value.new_chat_id == moved.id
    assert str(moved.id).startswith("-100")
    old, new = (update.message for update in await bot.get_updates())
    assert old is not None
    assert old.migrate_to_chat_id == moved.id
    assert new is not None
    assert new.migrate_from_chat_id == leaders.id
    await bot.send_message(moved.id, "通报")
    assert world.last(moved).text == "通报"
    with pytest.raises(WorldError, match="supergroup"):
        world.say(lin, "旧群还能说吗", leaders)


async def test_members_are_reported_by_status(bot: Bot, world: World, lin: Person, leaders: Group) -> None:
    wang, chen = world.add_person("王建国"), world.add_person("陈芳")
    world.join(leaders, wang, status="administrator")
    assert isinstance(await bot.get_chat_member(leaders.id, lin.id), ChatMemberOwner)
    assert isinstance(await bot.get_chat_member(leaders.id, wang.id), ChatMemberAdministrator)
    assert isinstance(await bot.get_chat_member(leaders.id, chen.id), ChatMemberLeft)
    assert isinstance(await bot.get_chat_member(leaders.id, bot.id), ChatMemberMember)
    assert await bot.get_chat_member_count(leaders.id) == 3
    assert {member.user.id for member in await bot.get_chat_administrators(leaders.id)} == {lin.id, wang.id}
    assert (await bot.get_chat(leaders.id)).title == "县领导通报群"


async def test_member_changes_reach_an_administrator_that_asked(bot: Bot, world: World, lin: Person) -> None:
    group = world.add_group("群", "supergroup", creator=lin)
    world.add_bot(group, lin, administrator=True)
    await bot.get_updates(allowed_updates=Update.ALL_TYPES)
    world.updates.drop_all()
    wang = world.add_person("王建国")
    world.join(group, wang)
    world.leave(group, wang, by=lin)
    changes = [u.chat_member for u in await bot.get_updates() if u.chat_member]
    assert [(c.old_chat_member.status, c.new_chat_member.status) for c in changes] == [
        ("left", "member"),
        ("member", "kicked"),
    ]


async def test_blocking_and_unblocking_are_told(bot: Bot, world: World, lin: Person) -> None:
    world.block(lin)
    world.start(lin, "abc")
    blocked, unblocked, started = await bot.get_updates()
    assert blocked.my_chat_member is not None
    assert blocked.my_chat_member.new_chat_member.status == "kicked"
    assert unblocked.my_chat_member is not None
    assert unblocked.my_chat_member.new_chat_member.status == "member"
    assert started.message is not None
    assert started.message.text == "/start abc"


def test_people_cannot_do_what_a_telephone_cannot(world: World, lin: Person) -> None:
    stranger = world.add_person("陌生人")
    group = world.add_group("群", creator=lin)
    world.block(lin)
    for attempt in (
        lambda: world.say(stranger, "进来了", group),
        lambda: world.say(stranger, "冒充", lin),
        lambda: world.say(lin, "拉黑了还说"),
        lambda: world.say(stranger, " \n "),
        lambda: world.say(stranger, "报" * 4097),
        lambda: world.start(stranger, "../etc"),
        lambda: world.start(stranger, "x" * 65),
        lambda: world.add_bot(group, stranger),
        lambda: world.remove_bot(group, lin),
        lambda: world.leave(group, stranger),
        lambda: world.add_person("重号", id=lin.id),
        lambda: world.chat(5),
        lambda: world.person(5),
    ):
        with pytest.raises(WorldError):
            attempt()
    world.deactivate(stranger)
    with pytest.raises(WorldError, match="deactivated"):
        world.say(stranger, "在")
