"""What the visitor does: the same World methods as the control API, and the clock, the faults, the tour."""

import itertools
import json
from collections.abc import Awaitable, Callable
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response

from simulator import media
from simulator.control_body import Body, read_control_body
from simulator.page.page import Page
from simulator.pictures import picture_size
from simulator.refusals import RefusalError, WorldError
from simulator.requests import Upload, read_call

Doing = Callable[[Page, Request], Awaitable[Response]]
# More than the longest step needs.
_MOST_HINTS = 60
_albums = itertools.count(17_000_000_000_000_001)


def _done() -> Response:
    """The page hears of it by its stream."""
    return Response(status_code=204)


async def _form(request: Request) -> Body:
    try:
        call = await read_call(request, "page")
    except RefusalError as no:
        raise WorldError(no.description, no.code) from None
    return Body(call.params, call.uploads, call.params)


async def say(page: Page, request: Request) -> Response:
    """Write a text, answer a message, or change one's own."""
    form = await _form(request)
    person, chat, text = form.integer("person"), form.integer("chat"), form.text("text")
    edited = form.maybe_integer("edit") if form.values.get("edit") else None
    if edited is not None:
        page.world.edit(person, edited, text, chat)
    else:
        replied = form.maybe_integer("reply_to") if form.values.get("reply_to") else None
        page.world.say(person, text, chat, reply_to=replied)
    return _done()


async def start(page: Page, request: Request) -> Response:
    """Open the chat with the bot, perhaps with an invite code; lifts a block."""
    form = await _form(request)
    page.world.start(form.integer("person"), (form.maybe_text("code") or "").strip())
    return _done()


async def press(page: Page, request: Request) -> Response:
    """Press an inline button that the message has now."""
    form = await _form(request)
    page.world.press(form.integer("person"), form.integer("chat"), form.integer("message"), form.text("data"))
    return _done()


async def delete(page: Page, request: Request) -> Response:
    form = await _form(request)
    page.world.delete(form.integer("person"), form.integer("message"), form.integer("chat"))
    return _done()


async def send(page: Page, request: Request) -> Response:
    """Send files, each as a document or a photo; several together are an album."""
    body = await read_control_body(request)
    uploads = [body.uploads[name] for name in sorted(body.uploads)]
    if not uploads:
        raise WorldError("no file", 400)
    album = str(next(_albums)) if len(uploads) > 1 else None
    as_photo, caption = body.flag("photo"), body.maybe_text("caption") or ""
    for number, upload in enumerate(uploads):
        page.world.send(
            body.integer("person"),
            _attachment(upload, as_photo),
            body.integer("chat"),
            caption=caption if number == 0 else "",
            media_group_id=album,
        )
    return _done()


def _attachment(upload: Upload, as_photo: bool) -> media.Attachment:
    if not as_photo:
        return media.document(upload.name, upload.content, upload.mime)
    try:
        width, height = picture_size(upload.content)
    except RefusalError as no:
        raise WorldError(no.description, 400) from None
    return media.photo(upload.content, width, height)


async def block(page: Page, request: Request) -> Response:
    form = await _form(request)
    (page.world.block if form.flag("on") else page.world.unblock)(form.integer("person"))
    page.streams.moved()
    return _done()


async def fault(page: Page, request: Request) -> Response:
    form = await _form(request)
    page.switches.turn(form.text("kind"), form.flag("on"))
    page.streams.moved()
    return _done()


async def clock(page: Page, request: Request) -> Response:
    """Jump to a moment, or run at a rate, or both."""
    form = await _form(request)
    given = form.maybe_text("now")
    try:
        moment = datetime.fromisoformat(given) if given else None
    except ValueError:
        raise WorldError("not a moment", 400) from None
    if moment is not None and moment.tzinfo is None:
        moment = moment.replace(tzinfo=page.zone)
    await page.clockwork.move(moment, form.maybe_number("rate"))
    page.streams.moved()
    return _done()


async def tour(page: Page, request: Request) -> Response:
    """Begin, leave, skip a step, or have a step done by invisible hands."""
    do = (await _form(request)).text("do")
    if do == "begin":
        page.tour.begin(await page.clockwork.status())
    elif do == "leave":
        page.tour.on = False
    elif do == "skip":
        page.tour.skip()
    elif do != "play":
        raise WorldError("no such thing", 400)
    acted = await play_step(page) if do == "play" else None
    page.streams.moved()
    answer = _done()
    if acted is not None:
        # The page opens whoever acted: on a quick machine the step is over before it hears of it.
        answer.headers["HX-Trigger"] = json.dumps({"tour-played": {"chat": str(acted)}})
    return answer


async def play_step(page: Page) -> int | None:
    """Follow the hints until the step is done, each waiting for the bot's answer; the chat that acted last."""
    step, acted = page.tour.step, None
    for _ in range(_MOST_HINTS):
        # First of all too: the step before may still be on its way to those whom this one needs.
        await page.clockwork.quiet()
        status = await page.clockwork.status()
        page.tour.follow(status)
        hint = page.tour.hint(status)
        if page.tour.step != step or hint.kind == "wait":
            break
        if hint.jump is not None:
            await page.clockwork.move(hint.jump, None)
        elif hint.chat is not None:
            _obey(page, hint.chat, hint.press, hint.type, hint.message_id)
            acted = hint.chat
    return acted


def _obey(page: Page, number: int, label: str, text: str, message_id: int | None) -> None:
    chat = page.world.chat(number)
    if label and chat.person is not None:
        page.world.press(chat.person, chat, message_id, label=label)
    elif text and chat.person is not None:
        page.world.say(chat.person, text, chat)
    else:
        page.tour.opened(chat)


DOINGS: dict[str, Doing] = {
    "say": say,
    "start": start,
    "press": press,
    "delete": delete,
    "send": send,
    "block": block,
    "fault": fault,
    "clock": clock,
    "tour": tour,
}
