"""The commands ``yibao digest …``."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Annotated

import typer
from rich.console import Console

from services.editions import verify as prove
from services.runtime import Runtime
from templates.cli import cli


def digest_commands(console: Console, desk: Callable[[], AbstractContextManager[Runtime]]) -> typer.Typer:
    """``desk`` opens the settings' database."""
    commands = typer.Typer(help=cli("digest"), no_args_is_help=True)

    @commands.callback()
    def _group() -> None:
        """Keeps ``verify`` a word of its own while it is the only one."""

    @commands.command(help=cli("digest_verify"))
    def verify(period: Annotated[str, typer.Argument(help=cli("digest_period"))]) -> None:
        with desk() as runtime:
            found = runtime.work_now(prove, period)
        if not found:
            console.print(cli("digest_none", period=period), markup=False)
            raise typer.Exit(1)
        for proof in found:
            which = cli("digest_correction", number=proof.number) if proof.number else cli("digest_first")
            fields = {"period": proof.period, "which": which, "outputs": proof.outputs, "hash": proof.hash}
            said = "digest_altered" if proof.wrong else "digest_whole"
            console.print(cli(said, **fields, count=len(proof.wrong)), markup=False)
            for line in proof.wrong:
                console.print(f"  {line}", markup=False)
        if any(proof.wrong for proof in found):
            raise typer.Exit(1)

    return commands
