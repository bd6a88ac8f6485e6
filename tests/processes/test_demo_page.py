"""``make demo`` as a newcomer starts it: the page stands at the end, and Ctrl+C takes everything away."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx

ROOT = Path(__file__).resolve().parents[2]


def environment() -> dict[str, str]:
    return {key: value for key, value in os.environ.items() if not key.startswith("YIBAO_")} | {
        "COLUMNS": "200"
    }


def test_the_demo_serves_its_page_until_it_is_interrupted(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    words = [sys.executable, "-m", "bot", "demo", "--out", str(tmp_path), "--port", str(port)]
    demo = subprocess.Popen(
        words, cwd=ROOT, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert demo.stdout is not None
    said = []
    for line in demo.stdout:
        said.append(line)
        if "Ctrl+C" in line:
            break
    assert f"http://127.0.0.1:{port}" in said[-1], "".join(said[-30:])

    page = httpx.get(f"http://127.0.0.1:{port}/", trust_env=False)
    assert page.status_code == 200
    assert "2008-08-01" in page.text
    assert "县交警大队联络员" in page.text
    assert "开始填报" in page.text

    demo.send_signal(signal.SIGINT)
    rest = demo.communicate(timeout=30)[0]
    assert demo.returncode == 0, rest
    assert "Traceback" not in rest
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0
    left = {path.name for path in tmp_path.iterdir()}
    assert {"digest.txt", "ledger.jsonl", "transcript.txt", "safety.xlsx", "tourism.xlsx"} <= left


def test_a_port_that_is_taken_is_said_before_the_month_is_played(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        words = [
            sys.executable,
            "-m",
            "bot",
            "demo",
            "--out",
            str(tmp_path),
            "--port",
            str(taken.getsockname()[1]),
        ]
        done = subprocess.run(words, cwd=ROOT, env=environment(), capture_output=True, text=True, timeout=30)
    assert done.returncode == 1
    assert "--port" in done.stdout
    assert not list(tmp_path.iterdir())
