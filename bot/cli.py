"""The command ``yibao``."""

from __future__ import annotations

import asyncio
import contextlib
import csv
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError
from rich.console import Console
from telegram.error import InvalidToken, TelegramError

from bot.cli_audit import audit_commands
from bot.cli_digest import digest_commands
from bot.cli_storage import add_storage_commands
from bot.delivery import TokenRefused
from bot.ending import Ending
from bot.intake import Webhook
from bot.logs import configure
from bot.program import Program, clock_of, read_programme_files, running
from bot.settings import Settings
from bot.web import serving
from bot.webhook import listening, webhook_of
from reporting.programme import ProgrammeMistakes, Role
from services.invites import NewInvite, invite_everyone
from services.loading import entered_history, load, openings_missing
from services.overview import overview
from services.runtime import Runtime
from storage.database import Database
from storage.leadership import lock_for
from storage.migrate import NewerDatabaseError, current, is_current, upgrade
from templates.cli import cli
from templates.words import say

app = typer.Typer(help=cli("app"), no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
console = Console(highlight=False, soft_wrap=True)


@contextlib.contextmanager
def desk(settings: Settings) -> Iterator[Runtime]:
    """A runtime for one command, on a database that is current."""
    try:
        if not is_current(settings.database_url):
            _stop("not_migrated")
    except NewerDatabaseError:
        _stop("newer_database")
    with Database(settings.database_url) as database:
        yield Runtime(database, clock_of(settings))


def _settings() -> Settings:
    try:
        return Settings()
    except ValidationError as error:
        what = "; ".join(f"YIBAO_{str(e['loc'][0]).upper()}: {e['msg']}" for e in error.errors())
        _stop("bad_settings", what=what)
        raise AssertionError from error


add_storage_commands(app, console, _settings)
app.add_typer(audit_commands(console, lambda: desk(_settings())), name="audit")
app.add_typer(digest_commands(console, lambda: desk(_settings())), name="digest")


def _stop(sentence: str, **fields: object) -> None:
    """Say what is wrong and leave with status 1."""
    console.print(cli(sentence, **fields), markup=False)
    raise typer.Exit(1)


def _upgrade(settings: Settings) -> None:
    try:
        upgrade(settings.database_url)
    except NewerDatabaseError:
        _stop("newer_database")


@app.command(help=cli("migrate"))
def migrate() -> None:
    settings = _settings()
    _upgrade(settings)
    console.print(cli("migrated", revision=current(settings.database_url)))


@app.command("load", help=cli("load"))
def load_(
    folder: Annotated[Path, typer.Argument(help=cli("load_folder"), exists=True, file_okay=False)],
) -> None:
    settings = _settings()
    _upgrade(settings)
    with desk(settings) as runtime:
        _load(runtime, folder)


def _load(runtime: Runtime, folder: Path) -> None:
    try:
        programme = runtime.work_now(load, read_programme_files(folder))
    except ProgrammeMistakes as error:
        console.print(cli("mistakes", folder=folder, count=len(error.mistakes)), markup=False)
        for mistake in error.mistakes:
            console.print(f"  {mistake}", markup=False)
        raise typer.Exit(1) from None
    fields = {"units": len(programme.units), "forms": len(programme.forms), "periods": len(programme.periods)}
    console.print(cli("loaded", title=programme.rules.title, **fields), markup=False)
    for form in openings_missing(programme):
        console.print(cli("no_opening", form=form.title, period=programme.periods[0]), markup=False)
    if kept := runtime.work_now(entered_history):
        console.print(cli("history_kept", count=kept))


@app.command(help=cli("invites"))
def invites(
    out: Annotated[Path | None, typer.Option("--csv", help=cli("invites_csv"))] = None,
    admin: Annotated[bool, typer.Option("--admin", help=cli("invites_admin"))] = False,
) -> None:
    settings = _settings()
    with desk(settings) as runtime:
        if runtime.work_now(overview)["programme"] is None:
            _stop("no_programme")
        made = runtime.work_now(invite_everyone, Role.ADMIN if admin else None)
    if not made:
        console.print(cli("no_invites"))
        return
    rows = [_invite_row(one, _bot_name(settings)) for one in made]
    for row in rows:
        console.print("  ".join(row), markup=False)
    console.print(cli("invites_until"))
    if out is not None:
        _write_csv(out, rows)


def _invite_row(one: NewInvite, bot_name: str) -> list[str]:
    link = f"https://t.me/{bot_name}?start={one.code}" if bot_name else ""
    return [one.unit_name, str(say("joining.role", name=one.role)), one.code, link]


def _write_csv(out: Path, rows: list[list[str]]) -> None:
    """With a byte order mark, so that Excel reads the Chinese right; only its owner may read it."""
    out.touch(mode=0o600)
    with out.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(cli("invites_head").split(","))
        writer.writerows(rows)


def _bot_name(settings: Settings) -> str:
    """The bot's name for links; empty when there is no token or Telegram cannot be reached."""
    if not settings.token.get_secret_value():
        return ""
    try:
        return asyncio.run(_ask_name(settings))
    except TelegramError:
        return ""


async def _ask_name(settings: Settings) -> str:
    with Database("sqlite://") as database:
        program = Program(
            Runtime(database, clock_of(settings)), settings.token.get_secret_value(), settings.api_base_url
        )
        await program.application.initialize()
        try:
            return str(program.application.bot.username)
        finally:
            await program.application.shutdown()


@app.command(help=cli("doctor"))
def doctor() -> None:
    settings = _settings()
    checks = [(cli("doctor_settings"), True, ""), _check_database(settings)]
    if checks[-1][1]:
        checks.append(_check_programme(settings))
    checks.append(_check_telegram(settings))
    for title, good, what in checks:
        word = cli("doctor_ok") if good else cli("doctor_bad")
        console.print(f"{title}：{word} {what}".rstrip(), markup=False)
    raise typer.Exit(0 if all(good for _, good, _ in checks) else 1)


def _check_database(settings: Settings) -> tuple[str, bool, str]:
    title = cli("doctor_database")
    try:
        good = is_current(settings.database_url)
    except NewerDatabaseError:
        return title, False, cli("newer_database")
    except Exception as error:
        return title, False, type(error).__name__
    return title, good, "" if good else cli("not_migrated")


def _check_programme(settings: Settings) -> tuple[str, bool, str]:
    with desk(settings) as runtime:
        found = runtime.work_now(overview)["programme"]
    return cli("doctor_programme"), found is not None, found or cli("no_programme")


def _check_telegram(settings: Settings) -> tuple[str, bool, str]:
    title = cli("doctor_telegram")
    if not settings.token.get_secret_value():
        return title, False, cli("no_token")
    try:
        return title, True, "@" + asyncio.run(_ask_name(settings))
    except InvalidToken:
        return title, False, cli("token_refused")
    except TelegramError as error:
        return title, False, type(error).__name__


@app.command(help=cli("run"))
def run(webhook: Annotated[bool, typer.Option("--webhook", help=cli("run_webhook"))] = False) -> None:
    settings = _settings()
    configure(settings.log_format)
    if not settings.token.get_secret_value():
        _stop("no_token")
    if webhook and not settings.webhook_url:
        _stop("no_webhook_url")
    with Ending(lambda: console.print(cli("stopped"))) as ending:
        _upgrade(settings)
        with desk(settings) as runtime:
            if settings.programme is not None:
                _load(runtime, settings.programme)
            elif runtime.work_now(overview)["programme"] is None:
                _stop("no_programme")
        try:
            asyncio.run(_run(settings, webhook_of(settings) if webhook else None, ending))
        except* (TokenRefused, InvalidToken):
            _stop("token_refused")
    console.print(cli("stopped"))


async def _run(settings: Settings, webhook: Webhook | None, ending: Ending) -> None:
    """Run until a signal asks to stop; what was taken is finished first."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    ending.orderly(lambda: loop.call_soon_threadsafe(stop.set))
    asked = asyncio.create_task(stop.wait())
    async with contextlib.AsyncExitStack() as doors:
        starting = asyncio.create_task(doors.enter_async_context(running(settings)))
        await asyncio.wait({starting, asked}, return_when=asyncio.FIRST_COMPLETED)
        if not starting.done():
            starting.cancel()
            await asyncio.wait({starting})
            return
        program = starting.result()
        await doors.enter_async_context(serving(program, settings.status_host, settings.status_port))
        if webhook is not None:
            door = listening(program, webhook, settings.webhook_host, settings.webhook_port)
            await doors.enter_async_context(door)
        bot = program.application.bot
        console.print(cli("running", name=bot.username, database=_shown(settings.database_url)))
        work = asyncio.create_task(program.run(lock_for(settings.database_url, bot.id), webhook))
        await asyncio.wait({work, asked}, return_when=asyncio.FIRST_COMPLETED)
        await program.drain()
        work.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await work


def _shown(url: str) -> str:
    """A database address without its password."""
    return url.partition("://")[0] + "://…@" + url.rpartition("@")[2] if "@" in url else url


@app.command(help=cli("simulator"))
def simulator(port: Annotated[int, typer.Option(help=cli("simulator_port"))] = 8081) -> None:
    from simulator.server import main

    sys.exit(main(["--port", str(port)]))


@app.command(help=cli("demo"))
def demo(
    once: Annotated[bool, typer.Option("--once", help=cli("demo_once"))] = False,
    out: Annotated[Path, typer.Option(help=cli("demo_out"))] = Path("var/demo"),
    kill: Annotated[int, typer.Option(min=0, max=20, help=cli("demo_kill"))] = 0,
    seed: Annotated[int, typer.Option(help=cli("demo_seed"))] = 20080702,
    port: Annotated[int, typer.Option(min=1, max=65535, help=cli("demo_port"))] = 8400,
) -> None:
    from bot.demo.play import play, serve

    def played(seconds: float) -> None:
        console.print(cli("demo_done", seconds=round(seconds), folder=out), markup=False)

    if once:
        played(play(out, console, kills=kill, seed=seed))
        for name in sorted(path.name for path in out.iterdir() if path.is_file()):
            console.print(f"  {name}")
        return
    if not _is_free(port):
        _stop("demo_port_taken", port=port)

    def ready(seconds: float) -> None:
        played(seconds)
        console.print(cli("demo_page", port=port), markup=False)

    if not serve(out, console, kills=kill, seed=seed, port=port, ready=ready):
        _stop("demo_broke", folder=out)
    console.print(cli("stopped"))


def _is_free(port: int) -> bool:
    """Whether the page could listen there; asked before the month is played, not after."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
