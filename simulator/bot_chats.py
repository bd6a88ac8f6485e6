"""Bot API methods about the bot itself, chats, members, files and commands."""

import json
import re
from typing import Any

from simulator.bot_common import Method, known_chat, open_chat, record
from simulator.model import Json, User
from simulator.people import IN_CHAT
from simulator.refusals import bad_request
from simulator.requests import Call
from simulator.shapes import file_json, full_chat_json, member_json, user_json
from simulator.world import World

MAX_DOWNLOAD = 20 * 1024 * 1024
_COMMAND = re.compile(r"/?[a-z0-9_]{1,32}")


def get_me(world: World, _call: Call) -> Json:
    """getMe."""
    return {
        **user_json(world.bot),
        "can_join_groups": True,
        "can_read_all_group_messages": not world.privacy,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def get_chat(world: World, call: Call) -> Json:
    """getChat; a private chat is known once its person has opened it."""
    chat = known_chat(world, call)
    if chat.person is not None and not chat.person.started:
        raise bad_request("chat not found")
    return full_chat_json(chat if chat.is_private else open_chat(world, call))


def get_chat_member(world: World, call: Call) -> Json:
    """getChatMember."""
    chat = open_chat(world, call)
    user = world.user(call.integer("user_id"))
    if user is None:
        raise bad_request("user not found")
    if chat.is_private:
        status = "member" if user in (chat.person, world.bot) else "left"
    else:
        status = chat.bot_status if user is world.bot else chat.members.get(user.id, "left")
    return member_json(user, status)


def get_chat_member_count(world: World, call: Call) -> int:
    """getChatMemberCount, the bot included."""
    chat = open_chat(world, call)
    return 2 if chat.is_private else 1 + sum(status in IN_CHAT for status in chat.members.values())


def get_chat_administrators(world: World, call: Call) -> list[Json]:
    """getChatAdministrators, the bot left out as Telegram leaves out other bots."""
    chat = open_chat(world, call)
    if chat.is_private:
        raise bad_request("there are no administrators in the private chat")
    leaders: list[tuple[User, str]] = [
        (world.people[number], status)
        for number, status in chat.members.items()
        if status in {"creator", "administrator"}
    ]
    return [member_json(user, status) for user, status in leaders]


def leave_chat(world: World, call: Call) -> bool:
    """leaveChat."""
    chat = open_chat(world, call)
    if chat.is_private:
        raise bad_request("chat member status can't be changed in private chats")
    world.bot_leaves(chat)
    record(world, call, chat)
    return True


def get_file(world: World, call: Call) -> Json:
    """getFile, for files of at most 20 MB."""
    stored = world.files.get(call.text("file_id"))
    if stored is None:
        raise bad_request("wrong file_id or the file is temporarily unavailable")
    if stored.size > MAX_DOWNLOAD:
        raise bad_request("file is too big")
    return {**file_json(stored), "file_path": stored.path}


def set_my_commands(world: World, call: Call) -> bool:
    """setMyCommands, for one scope and language."""
    commands = call.parsed("commands", "commands")
    if not isinstance(commands, list):
        raise bad_request("expected an Array of BotCommand")
    if len(commands) > 100:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    world.commands[_scope(call)] = [_command(each) for each in commands]
    record(world, call, None, commands=[each.get("command") for each in commands])
    return True


def get_my_commands(world: World, call: Call) -> list[Json]:
    """getMyCommands: exactly this scope and language, no inheritance."""
    return world.commands.get(_scope(call), [])


def delete_my_commands(world: World, call: Call) -> bool:
    """deleteMyCommands."""
    world.commands.pop(_scope(call), None)
    record(world, call, None)
    return True


def _command(given: Any) -> Json:
    if not isinstance(given, dict):
        raise bad_request("expected an Object as BotCommand")
    name, description = given.get("command"), given.get("description")
    if not isinstance(name, str) or not _COMMAND.fullmatch(name):
        raise bad_request("BOT_COMMAND_INVALID")
    if not isinstance(description, str) or not 1 <= len(description.strip()) <= 256:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": name.lstrip("/"), "description": description.strip()}


def _scope(call: Call) -> str:
    scope = call.parsed("scope", "BotCommandScope") or {"type": "default"}
    return json.dumps([scope, call.text("language_code")], sort_keys=True)


METHODS: dict[str, Method] = {
    "getme": get_me,
    "getchat": get_chat,
    "getchatmember": get_chat_member,
    "getchatmembercount": get_chat_member_count,
    "getchatadministrators": get_chat_administrators,
    "leavechat": leave_chat,
    "getfile": get_file,
    "setmycommands": set_my_commands,
    "getmycommands": get_my_commands,
    "deletemycommands": delete_my_commands,
}
