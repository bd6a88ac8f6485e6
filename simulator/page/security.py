"""Who may speak to the page: this machine only, and only the page itself may change anything."""

import secrets

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from simulator.hosts import host_of, is_loopback
from simulator.refusals import WorldError

TOKEN_HEADER = "x-page-token"  # noqa: S105 - the header's name, no secret
# Nothing but this server's own files; no frames, no plug-ins, no inline script or style.
_POLICY = "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


class LoopbackOnly:
    """Refuses every request whose Host is not this machine: another site's name may point here (DNS rebinding)."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            host = dict(scope["headers"]).get(b"host")
            if host is not None and not is_loopback(host_of(host.decode("latin-1"))):
                await PlainTextResponse("host is not a loopback address", 403)(scope, receive, send)
                return
        await self.app(scope, receive, send)


def new_token() -> str:
    """A secret that only a page served by this process knows."""
    return secrets.token_urlsafe(24)


def guarded(answer: Response) -> Response:
    """With the headers that every answer of the page carries."""
    answer.headers.update(_HEADERS)
    answer.headers.setdefault("Cache-Control", "no-store")
    return answer


def refuse_other_sites(request: Request, token: str) -> None:
    """A change needs the page's own token; a browser also says where it comes from, and that must be here."""
    origin, host = request.headers.get("origin"), request.headers.get("host", "")
    if origin is not None and origin.partition("://")[2] != host:
        raise WorldError("another origin", 403)
    if request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        raise WorldError("another site", 403)
    if not secrets.compare_digest(request.headers.get(TOKEN_HEADER, "").encode(), token.encode()):
        raise WorldError("the page is from an earlier start: reload it", 403)
