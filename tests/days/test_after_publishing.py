"""Once a digest is out, its period is closed; what stands before an opinion is read with care."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.reviewing import split_opinion
from tests.days.county import County

pytestmark = pytest.mark.both_databases


async def test_a_published_month_is_over_for_everyone(tmp_path: Path) -> None:
    county = County(tmp_path)
    await county.open()
    await county.everyone_joins()
    await county.leaders_group()
    police, head = county["traffic_police", "liaison"], county["traffic_police", "signatory"]
    admin = county["office", "admin"]
    await county.at("2008-07-01 09:00")
    await police.presses("开始填报")
    for text in ["3 1 2 15.6 0", "按计划推进", "检查126起", "无", "继续整治"]:
        await police.says(text)
    await police.presses("提交")
    await county.at("2008-07-07 09:00")
    assert "已发布到1个领导群" in await admin.presses("发布到领导群")

    # The head did not sign in time; now nothing of June can be signed, returned or filled.
    head.news()
    assert "没有待您审核的报告" in await head.says("同意")
    assert "没有待您审核的报告" in await head.says("退回")
    assert "不能再改" in await head.presses("同意签字")
    assert "没有需要您填报的表" in await police.says("填报")
    assert "没有需要您填报的表" in await police.says("撤回")

    # In August nobody is troubled with June again.
    await county.at("2008-08-01 09:00")
    police.news()
    assert "6月份" not in await police.says("进度")
    assert "7月份" in await police.says("填报")
    # The office may look at the newest sheet; a command for another bot is none of our business.
    assert "7月份汇总表" in await admin.says("汇总")
    await county.close()


@pytest.mark.parametrize(
    ("text", "items", "opinion"),
    [
        ("3 与通报不一致", (3,), "与通报不一致"),
        ("3、5 与通报不一致", (3, 5), "与通报不一致"),
        ("3，5：与通报不一致", (3, 5), "与通报不一致"),
        ("3人受伤，实为4人", (), "3人受伤，实为4人"),
        ("2处数字有误", (), "2处数字有误"),
        ("3 5人受伤，不是2人", (3,), "5人受伤，不是2人"),
        ("与通报不一致", (), "与通报不一致"),
    ],
)
def test_numbers_before_an_opinion_name_items_only_when_they_stand_apart(
    text: str, items: tuple[int, ...], opinion: str
) -> None:
    assert split_opinion(text) == (items, opinion)
