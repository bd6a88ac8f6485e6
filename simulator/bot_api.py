"""The Bot API's door: token, faults, method, and the answer in Telegram's envelope."""

import asyncio
import json
import secrets
from http import HTTPStatus
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from simulator import bot_chats, bot_edit, bot_send
from simulator.bot_common import AsyncMethod, Method
from simulator.bot_updates import update_methods
from simulator.faults import Fault
from simulator.refusals import RefusalError, too_many
from simulator.requests import Call, read_call
from simulator.webhook import Pusher
from simulator.world import World

METHODS: dict[str, Method] = {**bot_send.METHODS, **bot_edit.METHODS, **bot_chats.METHODS}
IN_PROCESS = "simulator.in_process"
_HTML = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>nginx</body>\r\n</html>\r\n"


class DroppedConnectionError(Exception):
    """Stands for a broken connection where there is no socket to break."""


class DroppedResponse(Response):
    """An answer that never comes: the connection ends after its head."""

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        if scope.get(IN_PROCESS):
            raise DroppedConnectionError
        head = {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"100")]}
        await send(head)


class BotApi:
    """Answers `/bot<TOKEN>/<method>` and `/file/bot<TOKEN>/<path>`."""

    def __init__(self, world: World, pusher: Pusher) -> None:
        self.world = world
        self._async: dict[str, AsyncMethod] = update_methods(pusher)

    async def call(self, request: Request) -> Response:
        """One method call."""
        if not self._knows(request):
            return refusal(RefusalError(401, "Unauthorized"))
        method = request.path_params["method"]
        waits = method.lower() == "getupdates"
        self.world.in_flight += not waits
        try:
            return await self._answer(request, await read_call(request, method))
        except RefusalError as no:
            return refusal(no)
        finally:
            self.world.in_flight -= not waits

    async def download(self, request: Request) -> Response:
        """A file by the path that getFile gave."""
        if not self._knows(request):
            return refusal(RefusalError(401, "Unauthorized"))
        stored = self.world.files.at(request.path_params["path"])
        if stored is None:
            return refusal(RefusalError(404, "Not Found"))
        return Response(stored.content, media_type="application/octet-stream")

    def _knows(self, request: Request) -> bool:
        given = request.path_params["token"].encode("utf-8", "surrogateescape")
        return secrets.compare_digest(given, self.world.token.encode())

    async def _answer(self, request: Request, call: Call) -> Response:
        name = call.method.lower()
        fault = self.world.faults.strike(name, call.chat_id())
        if fault is not None and (spoilt := await _before(fault)) is not None:
            return spoilt
        result = await self._run(request, name, call)
        if fault is not None and fault.kind == "timeout_after_accept":
            await asyncio.sleep(fault.latency)
            return DroppedResponse()
        if fault is not None and fault.kind == "malformed":
            return Response(_HTML, fault.status or 200, media_type="text/html")
        return envelope({"ok": True, "result": result})

    async def _run(self, request: Request, name: str, call: Call) -> Any:
        plain = METHODS.get(name)
        if plain is not None:
            return plain(self.world, call)
        waiting = self._async.get(name)
        if waiting is None:
            raise RefusalError(404, "Not Found: method not found")
        if name == "getupdates" and call.integer("timeout") > 0:
            return await _while_connected(request, waiting, self.world, call)
        return await waiting(self.world, call)


async def _before(fault: Fault) -> Response | None:
    """The spoilt answer of a call that is not accepted; None lets it through."""
    if fault.latency and fault.kind != "timeout_after_accept":
        await asyncio.sleep(fault.latency)
    if fault.kind == "429":
        raise too_many(fault.retry_after)
    if fault.kind == "401":
        raise RefusalError(401, "Unauthorized")
    if fault.kind in {"5xx", "outage"}:
        status = fault.status or (502 if fault.kind == "5xx" else 503)
        raise RefusalError(status, HTTPStatus(status).phrase)
    if fault.kind == "malformed" and not fault.accept:
        return Response(_HTML, fault.status or 200, media_type="text/html")
    return None


async def _while_connected(request: Request, method: AsyncMethod, world: World, call: Call) -> Any:
    """A long poll that ends when its client goes away, so that no update is given to nobody."""
    answer = asyncio.ensure_future(method(world, call))
    gone = asyncio.ensure_future(_gone(request))
    try:
        await asyncio.wait({answer, gone}, return_when=asyncio.FIRST_COMPLETED)
        return answer.result() if answer.done() else []
    finally:
        answer.cancel()
        gone.cancel()
        await asyncio.gather(answer, gone, return_exceptions=True)


async def _gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


def envelope(body: Any, status: int = 200) -> Response:
    """JSON in ASCII, as Telegram writes it: a lone surrogate survives as an escape."""
    return Response(json.dumps(body), status, media_type="application/json")


def refusal(no: RefusalError) -> Response:
    """A refusal as an HTTP answer; 429 also carries Retry-After."""
    answer = envelope(no.as_json(), no.code)
    if "retry_after" in no.parameters:
        answer.headers["Retry-After"] = str(no.parameters["retry_after"])
    return answer
