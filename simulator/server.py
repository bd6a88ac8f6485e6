"""Running the pretend Telegram on a loopback port."""

import argparse
import re
from collections.abc import Sequence
from contextlib import suppress

import uvicorn

from simulator.app import create_app
from simulator.hosts import is_loopback
from simulator.state import DEFAULT_TOKEN
from simulator.world import World

SIMULATED_TOKEN = re.compile(r"\d{1,15}:SIMULATED-[A-Za-z0-9_-]*")


def simulated(token: str) -> str:
    """The token itself, or ValueError when it could open somebody's real bot."""
    if not SIMULATED_TOKEN.fullmatch(token):
        raise ValueError("the token does not look simulated (number:SIMULATED-…); real tokens are refused")
    return token


def make_server(
    world: World, *, host: str = "127.0.0.1", port: int = 8081, status_url: str | None = None
) -> uvicorn.Server:
    """A server not yet started; any host but loopback is refused, for there are no passwords here.

    So is a token that could be a real one: nobody's bot is to be lent to a page without passwords.
    """
    if not is_loopback(host) or host == "testserver":
        raise ValueError("the simulator listens on loopback addresses only")
    simulated(world.token)
    config = uvicorn.Config(
        create_app(world, status_url=status_url),
        host=host,
        port=port,
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=2,
        server_header=False,
    )
    return uvicorn.Server(config)


def main(argv: Sequence[str] | None = None) -> int:
    """`python -m simulator`: serve until interrupted."""
    options = _parser().parse_args(argv)
    try:
        world = World(
            token=simulated(options.token),
            username=options.username,
            ledger=options.ledger,
            limits=options.limits,
            privacy=not options.no_privacy,
        )
        server = make_server(world, host=options.host, port=options.port, status_url=options.status_url)
    except ValueError as error:
        _parser().error(str(error))
    with suppress(KeyboardInterrupt):
        server.run()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="simulator", description="A strict pretend Telegram on loopback.")
    parser.add_argument("--host", default="127.0.0.1", help="loopback address to listen on")
    parser.add_argument("--port", type=int, default=8081)
    parser.add_argument("--ledger", help="append every accepted action to this file, as JSON lines")
    parser.add_argument("--token", default=DEFAULT_TOKEN, help="the bot's token, number:SIMULATED-…")
    parser.add_argument("--status-url", help="the program's own web side on loopback, for the page")
    parser.add_argument("--username", default="yibao_bot", help="the bot's user name")
    parser.add_argument("--limits", action="store_true", help="hold the bot to Telegram's sending limits")
    parser.add_argument("--no-privacy", action="store_true", help="let the bot read everything in groups")
    return parser
