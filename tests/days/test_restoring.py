"""The database is lost and yesterday's backup is put back: nothing old is sent again, and nobody goes on in error."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from tests.days.county import County, Resident, moment
from tests.postgres import Server

pytestmark = pytest.mark.both_databases

PROMPT, ANNOUNCED = "请于今天17:30前报送", "请做准备"
LOST = "数据已从备份恢复"
Yibao = Callable[..., str]


@pytest.fixture
def yibao(opened: County, monkeypatch: pytest.MonkeyPatch) -> Yibao:
    """The command line, on the county's database and at its time."""
    monkeypatch.setenv("YIBAO_CLOCK_RATE", "0")

    def run(*words: str) -> str:
        monkeypatch.setenv("YIBAO_DATABASE_URL", opened.url)
        monkeypatch.setenv("YIBAO_CLOCK_START", opened.clock.now().isoformat())
        result = CliRunner().invoke(app, list(words))
        assert result.exit_code == 0, result.output
        return result.output

    return run


@pytest.fixture
def another(request: pytest.FixtureRequest, database_kind: str, tmp_path: Path) -> Iterator[str]:
    """An empty place for the restored county."""
    if database_kind == "sqlite":
        yield f"sqlite:///{tmp_path / 'restored.db'}"
        return
    server: Server = request.getfixturevalue("server")
    name = server.create()
    yield server.url(name)
    server.drop(name)


async def restored(county: County, yibao: Yibao, file: Path, url: str, at: str) -> str:
    """The database is gone; the backup is restored into an empty place, and the program starts there."""
    await county.program.application.shutdown()
    county.database.close()
    county.url = url
    county.clock.set(moment(at))
    county.world.clock.set(county.clock.now(), 0)
    said = yibao("restore", str(file))
    county.boot()
    await county.program.start()
    await county.program.take_over()
    await county.at(at)
    return said


def quiet(county: County) -> None:
    for resident in county.people.values():
        resident.news()


async def test_after_restoring_yesterdays_backup_no_old_prompt_is_sent_again(
    opened: County, yibao: Yibao, tmp_path: Path, another: str, file_report, rows
) -> None:
    await opened.at("2008-07-01 20:00")
    yibao("backup", str(tmp_path / "backup.db"))
    await opened.at("2008-07-02 09:00")
    assert PROMPT in opened["port", "liaison"].news()
    await file_report(opened, "traffic_police")
    quiet(opened)

    said = await restored(opened, yibao, tmp_path / "backup.db", another, "2008-07-02 11:00")
    assert "数据到 7月1日20:00 为止" in said
    assert "3 条旧消息不再发出" in said
    for unit in ("traffic_police", "port", "fire_brigade"):
        news = opened[unit, "liaison"].news()
        assert PROMPT not in news
        assert ANNOUNCED not in news
        assert news.count(LOST) == 1
    assert opened["office", "admin"].news().count("恢复前到期的3条消息不再发出") == 1
    assert opened["traffic_police", "signatory"].news() == ""
    # The round goes on: whoever filed after the backup is asked again, and only what is due from now on is said.
    await opened.at("2008-07-02 15:30")
    assert opened["traffic_police", "liaison"].news().count("提醒：") == 1
    await file_report(opened, "traffic_police")
    assert rows(opened, "SELECT count(*) FROM task WHERE state = 'signed'") == [(1,)]
    assert rows(opened, "SELECT count(*) FROM event WHERE verb = 'restore'") == [(1,)]
    assert "完好" in yibao("audit", "verify")


async def test_answers_given_after_the_backup_are_asked_for_again_before_anything_counts(
    liaison: Resident, yibao: Yibao, tmp_path: Path, another: str, rows
) -> None:
    county = liaison.county
    await liaison.says("3 1 2 15.6 0")
    yibao("backup", str(tmp_path / "backup.db"))
    await liaison.says("按计划推进")
    await liaison.says("正常")
    quiet(county)

    await restored(county, yibao, tmp_path / "backup.db", another, "2008-07-01 11:00")
    news = liaison.news()
    assert news.count(LOST) == 1
    assert "本月计划时序进度" in news
    assert rows(county, "SELECT count(*) FROM answer") == [(5,)]
    assert "已记录" in await liaison.says("按计划推进")


async def test_what_was_typed_before_the_question_is_asked_again_answers_nothing(
    liaison: Resident, yibao: Yibao, tmp_path: Path, another: str, rows
) -> None:
    county = liaison.county
    yibao("backup", str(tmp_path / "backup.db"))
    for text in ("3 1 2 15.6 0", "按计划推进", "正常"):
        await liaison.says(text)
    county.world.say(liaison.person, "无")  # the answer to a question that the restored county never asked
    await restored(county, yibao, tmp_path / "backup.db", another, "2008-07-01 11:00")
    assert rows(county, "SELECT count(*) FROM answer") == [(0,)]
    assert "请依次回复" in liaison.news()
    assert "已记录" in await liaison.says("3 1 2 15.6 0")


async def test_a_button_of_the_lost_days_is_stale(
    opened: County, yibao: Yibao, tmp_path: Path, another: str, fill, rows
) -> None:
    """Its numbers are given out again: it would do something to another report."""
    yibao("backup", str(tmp_path / "backup.db"))
    liaison, signatory = opened["traffic_police", "liaison"], opened["traffic_police", "signatory"]
    await liaison.says("填报")
    await fill(liaison)
    await liaison.presses("提交")
    await restored(opened, yibao, tmp_path / "backup.db", another, "2008-07-01 11:00")
    await liaison.says("填报")
    await fill(liaison, "9 9 9 9 3")
    assert rows(opened, "SELECT count(*) FROM task WHERE state = 'submitted'") == [(0,)]
    quiet(opened)
    assert "失效" in await signatory.presses("同意签字")
    assert rows(opened, "SELECT count(*) FROM task WHERE state = 'signed'") == [(0,)]


async def test_a_digest_that_waited_in_the_backup_goes_out_only_when_the_admin_says_so(
    drafted: County, yibao: Yibao, tmp_path: Path, another: str, posted
) -> None:
    admin = drafted["office", "admin"]
    deliver, drafted.program.delivery.deliver = drafted.program.delivery.deliver, _nothing
    await admin.presses("发布到领导群")
    yibao("backup", str(tmp_path / "backup.db"))
    drafted.program.delivery.deliver = deliver
    await drafted.settle()
    assert posted(drafted.leaders) == ["picture", "text", "file", "file"]

    await restored(drafted, yibao, tmp_path / "backup.db", another, "2008-07-07 11:00")
    assert posted(drafted.leaders) == ["picture", "text", "file", "file"]
    assert "先到领导群看" in admin.news()
    assert "已重发没有送达的部分" in await admin.says("发布")
    assert posted(drafted.leaders) == ["picture", "text", "file", "file"] * 2


async def _nothing() -> int:
    return 0


async def test_the_draft_of_a_round_that_ended_meanwhile_still_reaches_the_admin(
    opened: County, yibao: Yibao, tmp_path: Path, another: str
) -> None:
    yibao("backup", str(tmp_path / "backup.db"))
    await opened.at("2008-07-07 09:00")
    quiet(opened)
    await restored(opened, yibao, tmp_path / "backup.db", another, "2008-07-07 10:00")
    assert "逾期" not in opened["port", "liaison"].news()
    assert "已发布到1个领导群" in await opened["office", "admin"].presses("发布到领导群")
