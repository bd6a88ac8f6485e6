"""Play the month and leave its files; then, if asked, hand the county to a visitor at the page."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rich.console import Console

from bot.demo import august
from bot.demo.july import GROUP, START, acts
from bot.demo.processes import ROOT
from bot.demo.stage import Stage
from bot.program import read_programme_files
from reporting.programme import read_programme
from simulator.state import DEFAULT_TOKEN
from templates.transcript import frame

# How often the stage looks whether both processes are still there.
LOOK = 0.3
PROGRAMME = ROOT / "programmes" / "yongjia"

# What leaders receive of all works, by what stands in its name or caption.
WHOLE = {
    ".docx": "circular.docx",
    "汇总表": "workbook.xlsx",
    "进度与时序进度": "progress.png",
    "报送情况": "board.png",
    "走势": "trend.png",
}


def play(out: Path, console: Console, *, kills: int, seed: int) -> float:
    """Play July 2008; returns seconds.

    Leaves transcript.txt, ledger.jsonl, digest.txt, and a workbook and pictures for each table in ``out``.
    """
    began = time.monotonic()
    _stage(out, console, kills=kills, seed=seed, port=0, then=lambda _stage: True)
    return time.monotonic() - began


def serve(
    out: Path, console: Console, *, kills: int, seed: int, port: int, ready: Callable[[float], None]
) -> bool:
    """Play, call ``ready``, and keep both processes until Ctrl+C; False when one of them died by itself."""
    began = time.monotonic()

    def hand_over(stage: Stage) -> bool:
        ready(time.monotonic() - began)
        return _wait(stage)

    return _stage(out, console, kills=kills, seed=seed, port=port, then=hand_over)


def _stage(
    out: Path, console: Console, *, kills: int, seed: int, port: int, then: Callable[[Stage], bool]
) -> bool:
    """Play on a stage, then do ``then`` while it stands; the logs stay when that was False."""
    out.mkdir(parents=True, exist_ok=True)
    with (out / "transcript.txt").open("w", encoding="utf-8") as transcript:

        def tell(line: str) -> None:
            console.print(line, markup=False)
            transcript.write(line + "\n")
            transcript.flush()

        stage = Stage(out, tell, start=START, kills=kills, seed=seed, port=port)
        try:
            invites = stage.open(PROGRAMME)
            number = 0
            for number, title in enumerate(acts(stage, invites), 1):
                tell("\n" + frame("act", number=number, title=title))
            _leave_digest(stage, out)
            _leave_pictures(stage, out)
            if port:
                for more, title in enumerate(august.acts(stage, stage.called(GROUP)), number + 1):
                    tell("\n" + frame("act", number=more, title=title))
            whole = then(stage)
        finally:
            stage.close()
    if whole:
        _tidy(out)
    return whole


def _wait(stage: Stage) -> bool:
    """Until Ctrl+C or SIGTERM; both mean that the visitor has seen enough."""
    asked = False

    def stop(_number: int, _frame: object) -> None:
        nonlocal asked
        asked = True

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        while stage.running and not asked:
            time.sleep(LOOK)
        # Ctrl+C reaches all three at once, so the processes may have gone first.
        time.sleep(0 if asked else LOOK)
        return asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _leave_digest(stage: Stage, out: Path) -> None:
    """What the leaders' group received, as files: the text, the circular, the workbook of all works, each table by its form's key, pictures."""
    received = [message for message in stage.chat(stage.called(GROUP)) if message["from"]["bot"]]
    digest = next(message for message in received if message["buttons"])
    (out / "digest.txt").write_text(digest["text"] + "\n", encoding="utf-8")
    forms = read_programme(read_programme_files(PROGRAMME)).forms.values()
    known = {form.title: f"{form.key}.xlsx" for form in forms} | WHOLE
    for message in received:
        said = message["caption"] or (message["file"] or {}).get("name", "")
        name = next((name for words, name in known.items() if words in said.partition("\n")[0]), "")
        if message["file"] and name:
            (out / name).write_bytes(stage.file(_file_id(message)))


def _leave_pictures(stage: Stage, out: Path) -> None:
    """Each table as the lead unit's signatory saw it last, a file for each page."""
    for form in read_programme(read_programme_files(PROGRAMME)).forms.values():
        shown: dict[str, dict[str, Any]] = {}
        ours = False
        reader = stage.ids.get((form.lead, "signatory"))
        for message in stage.chat(reader) if reader else ():
            if message["caption"]:
                ours = message["caption"].startswith(f"【{form.short}】")
                shown = {} if ours else shown
            if message["file"] and message["file"]["name"].endswith(".png") and ours:
                shown[message["file"]["name"]] = message
        for name, message in shown.items():
            (out / f"{form.key}-{name}").write_bytes(stage.file(_file_id(message)))


def _file_id(message: dict[str, Any]) -> str:
    return str(message["file"]["file_id"])


def _tidy(out: Path) -> None:
    """The processes' own files are of no use to a reader when all went well."""
    lock = f"demo.db.{DEFAULT_TOKEN.partition(':')[0]}.lock"
    for name in ("demo.db", "demo.db-wal", "demo.db-shm", lock, "bot.log", "simulator.log"):
        (out / name).unlink(missing_ok=True)
