"""Play the month and leave its files."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from rich.console import Console

from bot.demo.july import GROUP, START, acts
from bot.demo.stage import ROOT, Stage
from templates.transcript import frame


def play(out: Path, console: Console, *, kills: int, seed: int) -> float:
    """Play July 2008; returns seconds. Leaves transcript.txt, ledger.jsonl, digest.txt and safety.xlsx in ``out``."""
    began = time.monotonic()
    out.mkdir(parents=True, exist_ok=True)
    with (out / "transcript.txt").open("w", encoding="utf-8") as transcript:

        def tell(line: str) -> None:
            console.print(line, markup=False)
            transcript.write(line + "\n")
            transcript.flush()

        stage = Stage(out, tell, start=START, kills=kills, seed=seed)
        try:
            invites = stage.open(ROOT / "programmes" / "yongjia")
            for number, title in enumerate(acts(stage, invites), 1):
                tell("\n" + frame("act", number=number, title=title))
            _leave_digest(stage, out)
        finally:
            stage.close()
    _tidy(out)
    return time.monotonic() - began


def _leave_digest(stage: Stage, out: Path) -> None:
    """What the leaders' group received, as files."""
    group = next(chat for chat, name in stage.transcript.names.items() if name == GROUP)
    received = [message for message in stage.chat(group) if message["from"]["bot"]]
    document = next(message for message in received if message["file"])
    digest = received[received.index(document) - 1]
    (out / "digest.txt").write_text(digest["text"] + "\n", encoding="utf-8")
    (out / "safety.xlsx").write_bytes(stage.file(_file_id(document)))


def _file_id(message: dict[str, Any]) -> str:
    return str(message["file"]["file_id"])


def _tidy(out: Path) -> None:
    """The processes' own files are of no use to a reader when all went well."""
    for name in ("demo.db", "demo.db-wal", "demo.db-shm", "bot.log", "simulator.log"):
        (out / name).unlink(missing_ok=True)
