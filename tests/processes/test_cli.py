"""The command line, as a clerk and an engineer use it."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app

ROOT = Path(__file__).resolve().parents[2]
YONGJIA = ROOT / "programmes" / "yongjia"


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("YIBAO_DATABASE_URL", f"sqlite:///{tmp_path / 'county.db'}")
    monkeypatch.setenv("YIBAO_TOKEN", "")

    def invoke(*words: str) -> tuple[int, str]:
        result = CliRunner().invoke(app, list(words))
        return result.exit_code, result.output

    return invoke


def test_loading_the_sample_programme_says_what_it_is(run) -> None:
    assert run("load", str(YONGJIA)) == (0, "已载入 永嘉县“一月一报一督查”：26 个单位，7 张表，7 期。\n")
    assert run("load", str(YONGJIA))[0] == 0


def test_every_mistake_is_named_at_once_with_file_and_key(run, tmp_path: Path) -> None:
    folder = tmp_path / "wrong"
    (folder / "forms").mkdir(parents=True)
    for path in YONGJIA.rglob("*.toml"):
        (folder / path.relative_to(YONGJIA)).write_text(path.read_text("utf-8"), "utf-8")
    rules = (folder / "programme.toml").read_text("utf-8")
    (folder / "programme.toml").write_text(rules.replace('office = "office"', 'office = "nobody"'), "utf-8")
    form = (folder / "forms/safety.toml").read_text("utf-8")
    (folder / "forms/safety.toml").write_text(form.replace("decimals = 2", "decimals = 99"), "utf-8")
    code, said = run("load", str(folder))
    assert code == 1
    assert "有 2 处错误，没有载入" in said
    assert "programme.toml: office" in said
    assert "forms/safety.toml: grid.measures.3.decimals" in said


def test_a_changed_form_needs_a_higher_version(run, tmp_path: Path) -> None:
    run("load", str(YONGJIA))
    folder = tmp_path / "changed"
    (folder / "forms").mkdir(parents=True)
    for path in YONGJIA.rglob("*.toml"):
        text = path.read_text("utf-8").replace('short = "受伤"', 'short = "伤者"')
        (folder / path.relative_to(YONGJIA)).write_text(text, "utf-8")
    code, said = run("load", str(folder))
    assert code == 1
    assert "raise it" in said
    form = folder / "forms/safety.toml"
    form.write_text(form.read_text("utf-8").replace("version = 1", "version = 2"), "utf-8")
    assert run("load", str(folder))[0] == 0


def test_invites_are_printed_once_and_written_as_csv(run, tmp_path: Path) -> None:
    assert run("invites") == (1, "数据库不是当前版本，请先运行 yibao migrate\n")
    assert run("migrate")[0] == 0
    assert "请先运行 yibao load" in run("invites")[1]
    run("load", str(YONGJIA))
    code, said = run("invites", "--csv", str(tmp_path / "invites.csv"))
    assert code == 0
    rows = list(csv.reader((tmp_path / "invites.csv").read_text("utf-8-sig").splitlines()))
    assert rows[0] == ["单位", "岗位", "邀请码", "链接"]
    assert len(rows) == 1 + 1 + 2 * 25  # the office's admin, and a liaison and a signatory of 25 units
    assert all(row[2] in said for row in rows[1:])
    assert (tmp_path / "invites.csv").stat().st_mode & 0o077 == 0


def test_doctor_names_what_is_missing(run) -> None:
    code, said = run("doctor")
    assert code == 1
    assert "数据库：有问题" in said
    assert "没有设置 YIBAO_TOKEN" in said


def test_running_without_a_token_or_with_a_wrong_setting_says_so(
    run, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("run") == (1, "没有设置 YIBAO_TOKEN，请见 .env.example\n")
    monkeypatch.setenv("YIBAO_CLOCK_START", "2008-07-01T08:00:00")
    code, said = run("doctor")
    assert code == 1
    assert "YIBAO_CLOCK_START" in said
