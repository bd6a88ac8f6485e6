"""The commands that move a whole database: ``copy-database``, ``backup``, ``restore``."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console

from bot.program import clock_of
from bot.settings import Settings
from services.restoring import Settled, settle
from services.runtime import Runtime
from storage import backups
from storage.copying import Copied, CopyRefusedError, copy
from storage.database import Database
from storage.migrate import NewerDatabaseError
from templates.cli import cli


def add_storage_commands(app: typer.Typer, console: Console, settings: Callable[[], Settings]) -> None:
    def stop(sentence: str, **fields: object) -> NoReturn:
        console.print(cli(sentence, **fields), markup=False)
        raise typer.Exit(1)

    def copied(source: str, target: str) -> list[Copied]:
        try:
            return copy(source, target)
        except CopyRefusedError as error:
            stop(f"copy_{error.reason}", table=error.table)
        except NewerDatabaseError:
            stop("newer_database")

    def show(tables: Iterable[Copied]) -> None:
        found = list(tables)
        for one in found:
            console.print(
                cli("copy_table", table=one.table, rows=one.rows, checksum=one.checksum), markup=False
            )
        console.print(cli("copy_done", tables=len(found), rows=sum(one.rows for one in found)))

    @app.command("copy-database", help=cli("copy_database"))
    def copy_database(
        source: Annotated[str, typer.Argument(metavar="FROM", help=cli("copy_from"))],
        target: Annotated[str, typer.Argument(metavar="TO", help=cli("copy_to"))],
    ) -> None:
        show(copied(source, target))

    @app.command(help=cli("backup"))
    def backup(file: Annotated[Path, typer.Argument(help=cli("backup_file"))]) -> None:
        try:
            backups.backup(settings().database_url, file)
        except backups.BackupError as error:
            stop(f"backup_{error.reason}", file=file)
        except CopyRefusedError as error:
            stop(f"copy_{error.reason}", table=error.table)
        except NewerDatabaseError:
            stop("newer_database")
        except OSError as error:
            stop("backup_unwritable", file=file, why=error.strerror)
        console.print(cli("backup_done", file=file, size=file.stat().st_size // 1024), markup=False)

    @app.command(help=cli("restore"))
    def restore(file: Annotated[Path, typer.Argument(help=cli("restore_file"))]) -> None:
        setting = settings()
        with tempfile.TemporaryDirectory(prefix="yibao-") as folder:
            try:
                work = backups.unpack(file, Path(folder))
            except backups.BackupError as error:
                stop(f"backup_{error.reason}", file=file)
            except NewerDatabaseError:
                stop("newer_backup", file=file)
            settled = _settled(work, setting)
            show(copied(work, setting.database_url))
        console.print(cli("restored", until=settled.until or "–", held=settled.held), markup=False)


def _settled(url: str, setting: Settings) -> Settled:
    """Before anything reaches the real place, so that no half-settled database is ever there to be run on."""
    with Database(url) as database:
        return Runtime(database, clock_of(setting)).work_now(settle)
