"""What was published is sealed: it can be made again byte for byte, and whoever alters a value is found out there."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text

from services.desk import Desk
from services.editions import Proof, verify
from tests.days.county import County

pytestmark = pytest.mark.both_databases

TOLD = ["按计划推进", "检查126起", "无", "继续整治"]


@pytest.fixture
async def county(tmp_path: Path, url: str) -> AsyncIterator[County]:
    """June is published with what the traffic police signed: three accidents, one death."""
    made = County(tmp_path, url=url)
    await made.open()
    await made.everyone_joins()
    await made.leaders_group()
    police, head = made["traffic_police", "liaison"], made["traffic_police", "signatory"]
    await made.at("2008-07-01 09:00")
    await police.presses("开始填报")
    for line in ["3 1 2 15.6 0", *TOLD]:
        await police.says(line)
    await police.presses("提交")
    await head.presses("同意签字")
    await made.at("2008-07-07 09:00")
    await made["office", "admin"].presses("发布到领导群")
    yield made
    await made.close()


async def proof_after(county: County, *statements: str) -> Proof:
    """What a verification finds after the database was changed behind the program's back."""

    def spoil(desk: Desk) -> Proof:
        tables = ("answer", "edition", "edition_output")
        if desk.tx.dialect.name == "sqlite":
            changes = [f"DROP TRIGGER {table}_no_update" for table in tables]
        else:
            changes = [f"DROP TRIGGER {table}_append_only ON {table}" for table in tables]
        for statement in [*changes, *statements]:
            desk.tx.execute(text(statement))
        (found,) = verify(desk, "2008-06")
        return found

    return await county.runtime.tick(spoil)


async def test_what_was_published_is_made_again_byte_for_byte(county: County) -> None:
    (proof,) = await county.runtime.tick(verify, "2008-06")
    assert proof.wrong == ()
    assert (proof.number, proof.outputs) == (0, 4)  # the message, the board, the circular and the workbook
    assert await county.runtime.tick(verify, "2008-07") == []


async def test_a_value_altered_in_the_sealed_edition_is_named(county: County) -> None:
    found = await proof_after(
        county,
        'UPDATE edition SET snapshot = replace(snapshot, \'"road.deaths":["value","1"]\','
        ' \'"road.deaths":["value","2"]\')',
    )
    assert found.wrong[0] == "【安全生产】道路交通·死亡（当月）"
    assert [line for line in found.wrong if "【" in line] == [found.wrong[0]]
    # What would be printed now is not what was published.
    assert "重新生成的 message 与发布时不一致" in found.wrong


async def test_an_altered_answer_is_named_although_the_edition_still_says_what_was_published(
    county: County,
) -> None:
    found = await proof_after(
        county, "UPDATE answer SET number = '9' WHERE address = 'road.deaths' AND state = 'value'"
    )
    assert found.wrong == ("【安全生产】道路交通·死亡：县交警大队的原始答复与封存时不一致",)


async def test_an_altered_row_or_output_is_noticed(county: County) -> None:
    found = await proof_after(county, "UPDATE edition SET serial = 7")
    assert found.wrong == ("登记事项（期号、文号、签发人、时间或校验值）与封存时不一致",)


async def test_an_output_recorded_otherwise_is_noticed(county: County) -> None:
    found = await proof_after(
        county, f"UPDATE edition_output SET sha256 = '{'0' * 64}' WHERE name = 'workbook'"
    )
    assert found.wrong == ("重新生成的 workbook 与发布时不一致",)


async def test_nobody_changes_an_edition_through_the_program(county: County) -> None:
    def change(desk: Desk) -> None:
        desk.tx.execute(text("UPDATE edition SET serial = 7"))

    with pytest.raises(Exception, match="append-only"):
        await county.runtime.tick(change)
