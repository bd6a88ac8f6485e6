"""The demo as a newcomer starts it: real processes, real HTTP, a database file, and kill -9."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from openpyxl import load_workbook

TABLES = (
    "emissions",
    "energy",
    "government_investment",
    "key_projects",
    "order",
    "safety",
    "tourism",
)
ROOT = Path(__file__).resolve().parents[2]


def run_demo(out: Path, *options: str) -> str:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("YIBAO_")}
    done = subprocess.run(
        [sys.executable, "-m", "bot", "demo", "--once", "--out", str(out), *options],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout


def test_killed_in_the_middle_and_restarted_the_same_workbook_results(tmp_path: Path) -> None:
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    run_demo(whole)
    said = run_demo(broken, "--kill", "6", "--seed", "7")
    assert said.count("kill -9") == 6
    for file in ("circular.docx", *(f"{form}.xlsx" for form in TABLES)):
        assert (whole / file).read_bytes() == (broken / file).read_bytes()
    assert (whole / "digest.txt").read_text("utf-8") == (broken / "digest.txt").read_text("utf-8")
    for folder in (whole, broken):
        left = {path.name for path in folder.iterdir()}
        assert {"digest.txt", "ledger.jsonl", "transcript.txt", *(f"{form}.xlsx" for form in TABLES)} <= left
        drawn = {name.rpartition("-")[0] for name in left if name.endswith(".png")}
        # A table's picture that is not drawn in time is left out, on a busy machine: its text says the same.
        assert {"", "safety"} <= drawn <= {*TABLES, ""}
        assert {"board.png", "progress.png", "workbook.xlsx"} <= left
    assert "未报0" in (whole / "digest.txt").read_text("utf-8")

    # 合计 by hand: accidents 2+3+0+4 = 9, since January 13+21+1+26 = 61, 61/72 − 1 = −15.3 %.
    sheet = load_workbook(whole / "safety.xlsx").worksheets[0]
    total = next(row for row in sheet.iter_rows(values_only=True) if row[0] == "合计")
    assert total[1:4] == (9, 61, -15.3)

    # Every project once: 21170 of the key projects, 560 of the archive and 470 of the waterworks, 1640 of the old
    # village and the street and the visitors' centre, 210 of the spa: 24050.
    assert "只计一次）：12个，开工9个，达序时5个，累计24050万元" in (whole / "digest.txt").read_text("utf-8")

    # The workbook of all works reached the leaders' group once, however often the program died.
    ledger = [json.loads(line) for line in (broken / "ledger.jsonl").read_text("utf-8").splitlines()]
    sent = [e for e in ledger if e["method"] == "sendDocument" and e["chat"] < 0]
    names = [e["payload"]["document"]["name"] for e in sent]
    assert names.count("督查通报汇总表（6月份）.xlsx") == 1
    assert names.count("督查通报（6月份）.docx") == 1
    assert len(set(names)) == 2 + len(TABLES)
