"""Every role × every button × every kind of chat × every state of the button: who may not, changes nothing."""

from __future__ import annotations

import json

import pytest

from handlers import compiling, contact, exceptions, filling, history, overseeing, people, reviewing, settings
from reporting.permissions import ALLOWED, Action, Place, allowed
from reporting.programme import Role
from simulator.model import Group
from templates.commands import commands
from tests.days.county import County, Resident
from tests.days.test_people import ROSTER, admin, person, staffed  # noqa: F401 - fixtures
from tests.days.test_permissions import execute
from tests.templates.test_sentences import handled

# What somebody must be allowed who presses this; the same tables that the routes look in.
ACTION_OF: dict[str, Action] = {
    **dict.fromkeys((*filling.ON_TASK, *filling.ON_QUESTION, "item"), Action.FILL),
    **dict.fromkeys((*exceptions.ON_TASK, *exceptions.ON_QUESTION), Action.FILL),
    **dict.fromkeys((*reviewing.ON_TASK, *reviewing.ON_QUESTION, "mark", "view"), Action.REVIEW),
    **dict.fromkeys((*history.ON_QUESTION, "history"), Action.HISTORY),
    **dict.fromkeys(settings.PRESSED, Action.SETTINGS),
    **dict.fromkeys(exceptions.DECISIONS, Action.DECIDE),
    **{verb: action for verb, (action, _) in overseeing.PRESSED.items()},
    **{verb: action for verb, (action, _) in people.ON_NUMBER.items()},
    **{verb: action for verb, (action, _) in people.ON_UNIT.items()},
    **{verb: action for verb, (action, _) in contact.ON_NUMBER.items()},
    **{verb: action for verb, (action, _) in compiling.ON_DRAFT.items()},
    **dict.fromkeys(compiling.ON_EDITION, Action.OUTPUT),
    "sheet": Action.BOARD,
    "group": Action.REGISTER_GROUP,
    "auditbook": Action.AUDIT,
    **{verb: action for verb, (action, _) in contact.ON_SPAN.items()},
}
# Buttons that only look, or hand out a file to whoever may see it: pressing them again is no replay.
LOOKS = frozenset({"sheet", "view", "auditbook", "clocks", "pick", "history", "excel", "staff"})
WHO: dict[str, Role | None] = {
    "生人": None,
    "孙示例": Role.LIAISON,
    "孙副示例": Role.DEPUTY,
    "孙队示例": Role.SIGNATORY,
    "孙分示例": Role.VICE,
    "王办示例": Role.OFFICE,
    "陈示例": Role.LEADER,
    "郑示例": Role.ADMIN,
    "周队示例": None,
}
# Held a post until a moment ago.
REVOKED = "周队示例"
# What somebody must be allowed who types this.
TYPED: dict[str, Action] = {
    **dict.fromkeys((*filling.TYPED, *filling.ON_QUESTION), Action.FILL),
    **dict.fromkeys((*settings.TYPED, *exceptions.TYPED), Action.SETTINGS),
    **{name: action for name, (action, _) in {**people.ALONE, **people.WITH_REST}.items()},
    **{name: action for name, (action, _) in contact.WITH_REST.items()},
    **{name: action for name, (action, _) in compiling.WITH_REST.items()},
    "start": Action.JOIN,
    "help": Action.HELP,
    "status": Action.STATUS,
    "register": Action.REGISTER_GROUP,
    "sign": Action.REVIEW,
    "return": Action.REVIEW,
    "sheet": Action.BOARD,
    "digest": Action.DIGEST,
    "publish": Action.PUBLISH,
    "release": Action.RELEASE,
    "audit": Action.AUDIT,
    "history": Action.HISTORY,
    "load": Action.HISTORY,
    "unload": Action.HISTORY,
    "board": Action.OVERSEE,
    "chaser": Action.CHASE,
    "people": Action.PEOPLE,
}


def test_the_matrix_has_every_button_and_every_role() -> None:
    assert set(ACTION_OF) == handled()
    assert set(WHO.values()) == {None, *Role}
    assert set(TYPED) == {command.name for command in commands()}


def somebody(county: County, name: str) -> Resident:
    if name == REVOKED:
        whose = f"(SELECT id FROM person WHERE name = '{REVOKED}')"
        execute(county, f"UPDATE post SET person_id = NULL, since = NULL WHERE person_id = {whose}")
        return person(county, name)
    return person(county, name) if WHO[name] else Resident(county, county.world.add_person(name))


def can(action: Action, name: str, place: Place) -> bool:
    role = WHO[name]
    return allowed(action, frozenset({role} if role else ()), place)


def may(verb: str, name: str, place: Place) -> bool:
    return can(ACTION_OF[verb], name, place)


def refusal_of(name: str) -> str:
    return "not_allowed" if WHO[name] or name == REVOKED else "stranger"


def data_of(verb: str, of: object = 1, version: int = 1) -> str:
    of_period = {*compiling.ON_DRAFT, *overseeing.PRESSED, *contact.ON_SPAN}
    return f"{verb}:{'2008-06' if verb in of_period else of}:{version}"


async def press(county: County, who: Resident, data: str, chat: Group | None = None) -> None:
    county.world.press(who.person, chat, message_id=1, data=data, force=True)
    await county.settle()


async def refusals(county: County, rows) -> list[dict[str, object]]:
    county.runtime._refusals.each = 10**6  # every one is wanted here
    return [
        json.loads(detail) for (detail,) in rows(county, "SELECT detail FROM event WHERE verb = 'refuse'")
    ]


@pytest.mark.parametrize("name", WHO)
async def test_in_private_a_button_that_one_may_not_press_does_nothing_and_is_on_record(
    staffed: County,  # noqa: F811 - a fixture
    name: str,
    dump,
    rows,
) -> None:
    await staffed.at("2008-07-01 09:00")
    who, before = somebody(staffed, name), dump(staffed)
    seen = len(await refusals(staffed, rows))
    forbidden = [verb for verb in sorted(ACTION_OF) if not may(verb, name, Place.PRIVATE)]
    for verb in forbidden:
        for version in (1, 7):  # one that might be valid, and a stale one
            await press(staffed, who, data_of(verb, version=version))
    assert dump(staffed) == before
    told = (await refusals(staffed, rows))[seen:]
    assert len(told) == 2 * len(forbidden)
    assert {one["why"] for one in told} <= {refusal_of(name), "stale"}


@pytest.mark.parametrize("name", WHO)
async def test_a_typed_command_that_one_may_not_give_does_nothing_and_is_on_record(
    staffed: County,  # noqa: F811 - a fixture
    name: str,
    dump,
    rows,
) -> None:
    await staffed.at("2008-07-01 09:00")
    who = somebody(staffed, name)
    before, seen = dump(staffed), len(await refusals(staffed, rows))
    forbidden = [one for one, action in sorted(TYPED.items()) if not can(action, name, Place.PRIVATE)]
    for command in forbidden:
        await who.says(f"/{command} 县交警大队 1")
    assert dump(staffed) == before
    told = (await refusals(staffed, rows))[seen:]
    assert [one["why"] for one in told] == [refusal_of(name)] * len(forbidden)


@pytest.mark.parametrize("name", WHO)
async def test_in_a_group_no_button_does_anything_for_anybody_but_the_one_that_may(
    staffed: County,  # noqa: F811 - a fixture
    name: str,
    dump,
    rows,
) -> None:
    await staffed.at("2008-07-01 09:00")
    first = staffed["office", "admin"]
    group = staffed.world.add_group("某群", creator=first.person)
    staffed.world.add_bot(group, first.person)
    who = somebody(staffed, name)
    staffed.world.join(group, who.person)
    await staffed.settle()
    before, seen = dump(staffed), len(await refusals(staffed, rows))
    forbidden = [verb for verb in sorted(ACTION_OF) if not may(verb, name, Place.GROUP)]
    for verb in forbidden:
        await press(staffed, who, data_of(verb), group)
    assert dump(staffed) == before
    told = [one["why"] for one in (await refusals(staffed, rows))[seen:]]
    assert len(told) == len(forbidden)
    assert set(told) <= {"private_only", refusal_of(name), "stale"}
    for command in sorted(TYPED):
        if command != "register":
            staffed.world.say(who.person, f"/{command} 县交警大队 1", group)
    await staffed.settle()
    assert dump(staffed) == before


@pytest.mark.parametrize("name", [name for name in WHO if WHO[name]])
async def test_foreign_stale_and_forged_buttons_do_nothing_even_for_those_who_may(
    staffed: County,  # noqa: F811 - a fixture
    name: str,
    dump,
) -> None:
    await staffed.at("2008-07-01 09:00")
    who, before = person(staffed, name), dump(staffed)
    on_things = {
        *filling.ON_TASK,
        *exceptions.ON_TASK,
        *reviewing.ON_TASK,
        *people.ON_NUMBER,
        *contact.ON_NUMBER,
    }
    on_questions = {
        *filling.ON_QUESTION,
        *exceptions.ON_QUESTION,
        *reviewing.ON_QUESTION,
        *history.ON_QUESTION,
    }
    for verb in sorted(on_things | on_questions | {*exceptions.DECISIONS, "item", "mark"} - LOOKS):
        for data in (
            data_of(verb, 999_999, 1),  # of nothing
            data_of(verb, 1, 999),  # stale
            f"{verb}:x:1",
            f"{verb}:1:x",
            f"{verb}:{'9' * 18}:1",
            f"{verb}:-1:1",
            verb,
        ):
            if verb == "backtowork" or (
                data == data_of(verb, 1, 999) and verb in {*people.ON_NUMBER, *contact.ON_NUMBER}
            ):
                continue  # these have no version: a number is spent once
            await press(staffed, who, data)
    assert dump(staffed) == before


async def test_a_replayed_button_does_nothing_a_second_time(staffed: County, dump) -> None:  # noqa: F811
    await staffed.at("2008-07-01 09:00")
    liaison, signatory, office = (person(staffed, name) for name in ("孙示例", "孙队示例", "王办示例"))
    await liaison.says("填报")
    for text in ("3 1 2 15.6 0", "按计划推进", "正常", "无", "继续推进"):
        await liaison.says(text)
    await liaison.says("更换联络员 吴示例 13900000001 工作调动")
    for who, label in ((liaison, "提交"), (signatory, "同意签字"), (office, "批准")):
        message = next(
            m
            for m in reversed(staffed.world.messages(who.person))
            if label in str([b.text for r in m.buttons for b in r])
        )
        data = next(b.data for row in message.buttons for b in row if b.text == label)
        await who.presses(label)
        before = dump(staffed)
        await press(staffed, who, data)
        await press(staffed, who, data)
        assert dump(staffed) == before, label


def test_every_action_is_in_the_table() -> None:
    assert set(ALLOWED) == set(Action)
    assert len({row[2] for row in ROSTER}) == len(ROSTER)
