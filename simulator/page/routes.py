"""The page's addresses: `/` and everything under `/page/`."""

import re
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

from simulator.model import Chat, StoredFile
from simulator.page import chats
from simulator.page.doings import DOINGS
from simulator.page.page import SLOTS, STATIC, Page
from simulator.page.security import guarded, refuse_other_sites
from simulator.page.wording import LANGUAGES
from simulator.refusals import WorldError

Endpoint = Callable[[Page, Request], Awaitable[Response]]
_PICTURES = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF8": "image/gif",
}


def page_routes(page: Page) -> list[BaseRoute]:
    """Every route of the page, bound to one page."""
    looking: dict[str, Endpoint] = {
        "/": home,
        "/page/pane": pane,
        "/page/earlier": earlier,
        "/page/news": news,
        "/page/around": around,
        "/page/events": events,
        "/page/file/{file_id}": download,
        "/page/picture/{file_id}": picture,
    }
    routes: list[BaseRoute] = [Route(path, _bound(page, do)) for path, do in looking.items()]
    routes += [
        Route(f"/page/{name}", _bound(page, _changing(do)), methods=["POST"]) for name, do in DOINGS.items()
    ]
    return [*routes, Mount("/page/static", Static(directory=STATIC))]


class Static(StaticFiles):
    """The page's own files, with the same headers as the rest; a browser asks each time whether they changed."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = await self.get_response(self.get_path(scope), scope)
        answer.headers["Cache-Control"] = "no-cache"
        await guarded(answer)(scope, receive, send)


def _bound(page: Page, do: Endpoint) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        try:
            return guarded(await do(page, request))
        except WorldError as no:
            return guarded(PlainTextResponse(no.reason, no.status))

    return endpoint


def _changing(do: Endpoint) -> Endpoint:
    async def endpoint(page: Page, request: Request) -> Response:
        refuse_other_sites(request, page.token)
        return await do(page, request)

    return endpoint


def _number(request: Request, name: str) -> int | None:
    given = request.query_params.get(name, "")
    return int(given) if re.fullmatch(r"-?\d{1,18}", given) else None


def _slot(request: Request) -> str:
    wanted = request.query_params.get("slot", SLOTS[0])
    return wanted if wanted in SLOTS else SLOTS[0]


def _chat(page: Page, request: Request) -> Chat:
    found = page.chat(request.query_params.get("chat"))
    if found is None:
        raise WorldError("no such chat", 404)
    return found


async def home(page: Page, request: Request) -> Response:
    """The whole page; `?lang=en` only changes the language."""
    if request.query_params.get("lang") in LANGUAGES:
        turned = RedirectResponse("/", 303)
        turned.set_cookie("lang", request.query_params["lang"], samesite="strict", httponly=True)
        return turned
    page.marks.begin(page.world)
    usual = page.default_chats()
    shown = {slot: page.chat(request.query_params.get(slot)) or usual[n] for n, slot in enumerate(SLOTS)}
    panes = {slot: page.pane(slot, chat) for slot, chat in shown.items()}
    return page.answer("page.html.j2", request, panes=panes, **await page.around(shown))


async def pane(page: Page, request: Request) -> Response:
    """One chat, opened."""
    shown = page.pane(_slot(request), _chat(page, request), _number(request, "as"))
    return page.answer("pane.html.j2", request, **shown)


async def earlier(page: Page, request: Request) -> Response:
    """Older messages, to stand above the ones already shown."""
    chat = _chat(page, request)
    viewer = page.viewer(chat, _number(request, "as"))
    bubbles = chats.history(chat, viewer, page.zone, _number(request, "before"))
    fields = {"slot": _slot(request), "chat": chat, "viewer": viewer, "bubbles": bubbles}
    return page.answer("earlier.html.j2", request, **fields)


async def news(page: Page, request: Request) -> Response:
    """What changed in one open chat."""
    seq, last = _number(request, "seq") or 0, _number(request, "last") or 0
    fields = page.news(_slot(request), _chat(page, request), _number(request, "as"), seq, last)
    return page.answer("news.html.j2", request, **fields)


async def around(page: Page, request: Request) -> Response:
    """Everything beside the chats, each part swapped into its place."""
    shown = {slot: page.chat(request.query_params.get(slot)) for slot in SLOTS}
    return page.answer("around.html.j2", request, **await page.around(shown))


async def events(page: Page, _request: Request) -> Response:
    """The live stream."""
    return StreamingResponse(page.streams.listen(), media_type="text/event-stream")


def _stored(page: Page, request: Request) -> StoredFile:
    found = page.world.files.get(request.path_params["file_id"])
    if found is None:
        raise WorldError("no such file", 404)
    return found


async def download(page: Page, request: Request) -> Response:
    """A document under its own name, never of a type that a browser would open."""
    stored = _stored(page, request)
    answer = Response(stored.content, media_type="application/octet-stream")
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{_quoted(stored.name)}"
    return answer


async def picture(page: Page, request: Request) -> Response:
    """A photo, if its first bytes are a picture's; anything else is not shown."""
    stored = _stored(page, request)
    kind = next((mime for head, mime in _PICTURES.items() if stored.content.startswith(head)), None)
    if kind is None:
        raise WorldError("not a picture that is shown", 404)
    answer = Response(stored.content, media_type=kind)
    answer.headers["Content-Disposition"] = "attachment"
    answer.headers["Cache-Control"] = "private, max-age=3600"
    return answer


def _quoted(name: str) -> str:
    return "".join(
        chr(b) if chr(b).isalnum() and b < 128 else f"%{b:02X}" for b in name.encode("utf-8", "replace")
    )
