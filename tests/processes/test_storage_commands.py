"""Moving, backing up and restoring a whole county from the command line; what goes wrong is said in a sentence."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from storage.migrate import upgrade

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("YIBAO_TOKEN", "")
    monkeypatch.setenv("YIBAO_DATABASE_URL", "sqlite:///county.db")
    return tmp_path


def yibao(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, list(words))
    return result.exit_code, result.output


@pytest.fixture
def loaded(place: Path) -> Path:
    assert yibao("load", str(ROOT / "programmes" / "yongjia"))[0] == 0
    return place


@pytest.mark.usefixtures("loaded")
def test_a_county_moves_to_postgresql_with_rows_and_checksum_of_each_table_shown(
    postgres: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, said = yibao("copy-database", "sqlite:///county.db", postgres)
    assert code == 0
    assert re.search(r"^unit：26 行，校验和 [0-9a-f]{16}，两边一致$", said, re.MULTILINE)
    tables = len(re.findall("两边一致", said))
    assert f"共 {tables} 张表" in said
    assert yibao("copy-database", "sqlite:///county.db", postgres)[1].startswith("目标数据库里已有数据")
    monkeypatch.setenv("YIBAO_DATABASE_URL", postgres)
    assert "制度：正常 永嘉县“一月一报一督查”" in yibao("doctor")[1]


@pytest.mark.usefixtures("loaded")
def test_backup_and_restore_say_what_they_did(monkeypatch: pytest.MonkeyPatch) -> None:
    code, said = yibao("backup", "backup.db")
    assert code == 0
    assert "完整性检查通过" in said
    assert yibao("backup", "backup.db") == (1, "backup.db 已经存在，没有备份。请换一个文件名。\n")
    assert "目标数据库里已有数据" in yibao("restore", "backup.db")[1]
    monkeypatch.setenv("YIBAO_DATABASE_URL", "sqlite:///new/county.db")
    code, said = yibao("restore", "backup.db")
    assert code == 0
    assert "现在可以启动程序" in said
    assert "制度：正常" in yibao("doctor")[1]


def test_what_cannot_be_done_is_said_in_one_sentence(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert yibao("backup", "backup.db") == (1, "还没有数据库，没有可备份的。\n")
    assert yibao("restore", "nothing.db") == (1, "nothing.db 读不出来，不是备份文件。\n")
    (place / "text.db").write_text("不是数据库" * 100)
    assert yibao("restore", "text.db") == (1, "text.db 读不出来，不是备份文件。\n")
    said = yibao("copy-database", "sqlite:///county.db", "sqlite:///other.db")
    assert said == (1, "没有找到来源数据库，请核对地址。\n")
    assert not list(place.glob("county.db*"))
    yibao("migrate")
    code, said = yibao("backup", "nowhere/backup.db")
    assert code == 1
    assert "写不了" in said


NEWER = "数据库已由更新版本的程序升级，这个版本不能用它。请换上新版本的程序。"


def test_a_program_older_than_its_database_says_so_and_changes_nothing(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    upgrade("sqlite:///county.db")
    with closing(sqlite3.connect(place / "county.db")) as base:
        base.execute("UPDATE alembic_version SET version_num = 'from_the_future'")
        base.commit()
    monkeypatch.setenv("YIBAO_TOKEN", "1:" + "A" * 35)
    before = (place / "county.db").read_bytes()
    for words in (
        ["run"],
        ["migrate"],
        ["invites"],
        ["load", str(ROOT / "programmes" / "yongjia")],
        ["copy-database", "sqlite:///county.db", "sqlite:///other.db"],
    ):
        code, said = yibao(*words)
        assert (code, words, NEWER in said) == (
            1,
            words,
            True,
        )
    assert f"数据库：有问题 {NEWER}" in yibao("doctor")[1]
    assert (place / "county.db").read_bytes() == before
