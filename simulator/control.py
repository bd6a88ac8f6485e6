"""The control API under /sim/: the same World methods, by HTTP."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from simulator import media
from simulator.bot_api import envelope
from simulator.clock import stamp
from simulator.control_body import Body, read_control_body
from simulator.faults import fault_from_json
from simulator.hosts import host_of, is_loopback
from simulator.media import Attachment
from simulator.model import Act, Json
from simulator.refusals import WorldError
from simulator.views import chat_view, group_view, message_view, person_view
from simulator.world import World

Handler = Callable[[World, Body], Any]


def control_routes(world: World) -> list[Route]:
    """Every route of the control API, bound to one world."""
    routes = [Route(f"/sim{path}", _endpoint(world, do), methods=[verb]) for verb, path, do in _TABLE]
    return [*routes, Route("/sim/files/{file_id}", _download(world), methods=["GET"])]


def _endpoint(world: World, handler: Handler) -> Callable[[Request], Any]:
    async def endpoint(request: Request) -> Response:
        try:
            refuse_strangers(request)
            return envelope(_plain(handler(world, await read_control_body(request))))
        except WorldError as no:
            return envelope({"error": no.reason}, no.status)

    return endpoint


def _download(world: World) -> Callable[[Request], Any]:
    async def endpoint(request: Request) -> Response:
        try:
            refuse_strangers(request)
        except WorldError as no:
            return envelope({"error": no.reason}, no.status)
        stored = world.files.get(request.path_params["file_id"])
        if stored is None:
            return envelope({"error": "no such file"}, 404)
        # Never a type a browser would render.
        headers = {"Content-Disposition": "attachment", "X-Content-Type-Options": "nosniff"}
        return Response(stored.content, media_type="application/octet-stream", headers=headers)

    return endpoint


def refuse_strangers(request: Request) -> None:
    """Only this machine, and no web page of elsewhere through a browser on it (DNS rebinding, forms)."""
    for name in ("host", "origin"):
        value = request.headers.get(name)
        if value is not None and not is_loopback(host_of(value)):
            raise WorldError(f"{name} is not a loopback address", 403)


def _plain(result: Any) -> Any:
    return asdict(result) if isinstance(result, Act) else result


def _add_person(world: World, body: Body) -> Json:
    person = world.add_person(
        body.text("first_name"),
        id=body.maybe_integer("id"),
        last_name=body.maybe_text("last_name"),
        username=body.maybe_text("username"),
        language_code=body.maybe_text("language_code") or "zh-hans",
        about=body.maybe_text("about") or "",
    )
    return person_view(person)


def _add_group(world: World, body: Body) -> Json:
    kind = body.maybe_text("type") or "group"
    if kind not in {"group", "supergroup"}:
        raise WorldError("type must be group or supergroup", 400)
    group = world.add_group(
        body.text("title"),
        "supergroup" if kind == "supergroup" else "group",
        id=body.maybe_integer("id"),
        creator=body.maybe_integer("creator"),
    )
    return group_view(group)


def _join(world: World, body: Body) -> Act:
    status = body.maybe_text("status") or "member"
    if status not in {"member", "administrator", "creator"}:
        raise WorldError("status must be member, administrator or creator", 400)
    return world.join(body.integer("group"), body.integer("person"), body.maybe_integer("by"), status)


def _leave(world: World, body: Body) -> Act:
    return world.leave(body.integer("group"), body.integer("person"), body.maybe_integer("by"))


def _add_bot(world: World, body: Body) -> Act:
    return world.add_bot(body.integer("group"), body.integer("by"), administrator=body.flag("administrator"))


def _remove_bot(world: World, body: Body) -> Act:
    return world.remove_bot(body.integer("group"), body.integer("by"))


def _migrate(world: World, body: Body) -> Json:
    return group_view(world.migrate(body.integer("group")))


def _start(world: World, body: Body) -> Act:
    return world.start(body.integer("person"), body.maybe_text("code") or "", force=body.flag("force"))


def _say(world: World, body: Body) -> Act:
    return world.say(
        body.integer("person"),
        body.text("text"),
        body.maybe_integer("chat"),
        reply_to=body.maybe_integer("reply_to"),
        forward=body.flag("forward"),
        media_group_id=body.maybe_text("media_group_id"),
        force=body.flag("force"),
    )


def _send(world: World, body: Body) -> Act:
    return world.send(
        body.integer("person"),
        _attachment(body),
        body.maybe_integer("chat"),
        caption=body.maybe_text("caption") or "",
        reply_to=body.maybe_integer("reply_to"),
        forward=body.flag("forward"),
        media_group_id=body.maybe_text("media_group_id"),
    )


def _attachment(body: Body) -> Attachment:
    makers: dict[str, Callable[[], Attachment]] = {
        "document": lambda: media.document(body.file_name(), body.content(), body.file_mime()),
        "photo": lambda: media.photo(body.content()),
        "voice": lambda: media.voice(seconds=body.maybe_integer("seconds") or 3),
        "sticker": lambda: media.sticker(body.maybe_text("emoji") or "👍"),
        "contact": lambda: media.contact(
            body.text("phone_number"), body.text("first_name"), body.maybe_integer("user_id")
        ),
        "location": lambda: media.location(body.number("latitude"), body.number("longitude")),
        "dice": lambda: media.dice(body.maybe_integer("value") or 6),
        "poll": lambda: media.poll(body.text("question"), body.texts("options")),
    }
    kind = body.text("kind")
    if kind not in makers:
        raise WorldError(f"kind must be one of {', '.join(makers)}", 404)
    return makers[kind]()


def _edit(world: World, body: Body) -> Act:
    return world.edit(
        body.integer("person"), body.integer("message_id"), body.text("text"), body.maybe_integer("chat")
    )


def _delete(world: World, body: Body) -> Act:
    return world.delete(body.integer("person"), body.integer("message_id"), body.maybe_integer("chat"))


def _press(world: World, body: Body) -> Act:
    return world.press(
        body.integer("person"),
        body.maybe_integer("chat"),
        body.maybe_integer("message_id"),
        body.maybe_text("data"),
        label=body.maybe_text("label"),
        row=body.maybe_integer("row"),
        col=body.maybe_integer("col"),
        force=body.flag("force"),
        inaccessible=body.flag("inaccessible"),
    )


def _block(world: World, body: Body) -> Act:
    return world.block(body.integer("person"))


def _unblock(world: World, body: Body) -> Act:
    return world.unblock(body.integer("person"))


def _deactivate(world: World, body: Body) -> Act:
    return world.deactivate(body.integer("person"))


def _people(world: World, _body: Body) -> list[Json]:
    return [person_view(person) for person in world.people.values()]


def _chats(world: World, _body: Body) -> list[Json]:
    return [chat_view(chat) for chat in world.chats.values()]


def _chat(world: World, body: Body) -> Json:
    chat = world.chat(body.integer("chat"))
    since = body.maybe_integer("since") or 0
    shown = [m for m in world.messages(chat, deleted=True) if m.message_id > since]
    return {**chat_view(chat), "messages": [message_view(message) for message in shown]}


def _ledger(world: World, body: Body) -> list[Json]:
    return [asdict(entry) for entry in world.ledger.since(body.maybe_integer("since") or 0)]


def _answers(world: World, body: Body) -> list[Json]:
    return [asdict(answer) for answer in world.answers(body.maybe_integer("person"))]


def _status(world: World, _body: Body) -> Json:
    return world.status()


def _faults(world: World, _body: Body) -> list[Json]:
    return [asdict(rule) for rule in world.faults.rules]


def _add_fault(world: World, body: Body) -> Json:
    return asdict(world.add_fault(fault_from_json(body.json_fields())))


def _clear_faults(world: World, body: Body) -> Json:
    return {"cleared": world.faults.clear(body.maybe_integer("id"))}


def _limits(world: World, body: Body) -> Json:
    world.limits.on = body.flag("on")
    return {"on": world.limits.on}


def _clock(world: World, _body: Body) -> Json:
    return {"now": stamp(world.clock.now()), "rate": world.clock.rate}


def _set_clock(world: World, body: Body) -> Json:
    now = body.maybe_text("now")
    try:
        world.clock.set(datetime.fromisoformat(now) if now else None, body.maybe_number("rate"))
    except (ValueError, OverflowError) as error:
        raise WorldError(str(error), 400) from None
    return _clock(world, body)


_TABLE: list[tuple[str, str, Handler]] = [
    ("GET", "/state", _status),
    ("GET", "/people", _people),
    ("POST", "/people", _add_person),
    ("POST", "/people/{person}/block", _block),
    ("POST", "/people/{person}/unblock", _unblock),
    ("POST", "/people/{person}/deactivate", _deactivate),
    ("POST", "/groups", _add_group),
    ("POST", "/groups/{group}/members", _join),
    ("DELETE", "/groups/{group}/members/{person}", _leave),
    ("POST", "/groups/{group}/bot", _add_bot),
    ("DELETE", "/groups/{group}/bot", _remove_bot),
    ("POST", "/groups/{group}/migrate", _migrate),
    ("POST", "/start", _start),
    ("POST", "/say", _say),
    ("POST", "/send/{kind}", _send),
    ("POST", "/edit", _edit),
    ("POST", "/delete", _delete),
    ("POST", "/press", _press),
    ("GET", "/chats", _chats),
    ("GET", "/chats/{chat}", _chat),
    ("GET", "/ledger", _ledger),
    ("GET", "/answers", _answers),
    ("GET", "/faults", _faults),
    ("POST", "/faults", _add_fault),
    ("DELETE", "/faults", _clear_faults),
    ("POST", "/limits", _limits),
    ("GET", "/clock", _clock),
    ("POST", "/clock", _set_clock),
]
