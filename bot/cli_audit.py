"""The commands ``yibao audit …``."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Annotated

import typer
from rich.console import Console

from services.auditing import check
from services.runtime import Runtime
from templates.cli import cli


def audit_commands(console: Console, desk: Callable[[], AbstractContextManager[Runtime]]) -> typer.Typer:
    """``desk`` opens the settings' database."""
    commands = typer.Typer(help=cli("audit"), no_args_is_help=True)

    @commands.callback()
    def _group() -> None:
        """Keeps ``verify`` a word of its own while it is the only one."""

    @commands.command(help=cli("audit_verify"))
    def verify(noted: Annotated[str, typer.Option(help=cli("audit_noted"))] = "") -> None:
        with desk() as runtime:
            found = runtime.work_now(check, noted)
        if found.altered is not None:
            console.print(cli("audit_altered", number=found.altered, sealed=found.sealed), markup=False)
            raise typer.Exit(1)
        console.print(cli("audit_whole", sealed=found.sealed, head=found.head), markup=False)
        if found.waiting:
            console.print(cli("audit_waiting", waiting=found.waiting), markup=False)
        if not found.known:
            console.print(cli("audit_unknown", noted=noted), markup=False)
            raise typer.Exit(1)

    return commands
