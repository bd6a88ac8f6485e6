"""Every setting there is, by its typed line: applied and undone it leaves no trace in what is in force."""

from __future__ import annotations

import json
import re

from reporting.settings import GRAVE, Key
from tests.days.county import County, Resident, second_admin

# One line for every key, in an order in which each is possible.
LINES = {
    Key.OPENS: "/deadline 开报 2日9:00",
    Key.DUE: "/deadline 填报 3日17:30",
    Key.DIGEST: "/deadline 通报 8日17:30",
    Key.REMIND: "/reminders 填报 前1日15:30 当日9:00",
    Key.QUIET: "/reminders 静默 22:00-7:00",
    Key.CAP: "/reminders 上限 5",
    Key.ROLL: "/calendar 顺延",
    Key.HOLIDAY: "/calendar 2008-08-04 放假 示例节",
    Key.THRESHOLD: "/thresholds 重点工程 黄5 红10",
    Key.FORM_RESTS: "/forms 安全生产 停用",
    Key.UNIT_CLASS: "/units 县港航管理处 类别 涉海单位",
    Key.UNIT_RESTS: "/units 县港航管理处 停报",
    Key.GROUP_RESTS: "/groups 1 停发",
    Key.AUDIENCE: "/groups 1 四套班子",
    Key.RECEIVES: "/recipients 牵头单位 文字",
    Key.RELEASE: "/recipients 须签发",
    Key.EXEMPT: "/exempt 县港航管理处 至8月份 汛期停航",
    Key.CONTACT_OFTEN: "检查设置 每月 2次",
    Key.CONTACT_HOURS: "检查设置 时段 9:00-20:00",
    Key.CONTACT_WINDOW: "检查设置 时限 40分钟",
    Key.CONTACT_SECOND: "检查设置 再提醒 10分钟",
    Key.CONTACT_RESET: "检查设置 重计 90天",
    Key.CONTACT_APPEAL: "检查设置 申诉 5天",
    Key.CONTACT_STEPS: "检查设置 处理 诫勉谈话",
    Key.TASK_DUE: "/deadline 本期 县港航管理处 4日12:00",
    Key.CLOSED: "/period 本期 关闭",
    Key.LATE_FILING: "/late 县港航管理处 6月份 7月12日17:30 联络员住院",
}
IN_FORCE = (
    "SELECT key, scope, value FROM setting",
    "SELECT * FROM holiday",
    "SELECT id, due_at, state FROM task",
    "SELECT key, closed_at FROM period",
)


async def done(admin: Resident, other: Resident, key: Key) -> str:
    """Confirm what is shown, by two where that is needed; returns what was said at the end."""
    said = await admin.presses("确认变更")
    if key in GRAVE:
        assert "复核" in said, key
        said = await other.presses("确认变更")
    return said


def keys_of_order(rows, county: County, number: int) -> set[str]:
    ((changes,),) = rows(county, "SELECT changes FROM change_order WHERE id = ?", number)
    return {one["key"] for one in (json.loads(changes) if isinstance(changes, str) else changes)}


async def test_every_setting_that_is_applied_and_undone_leaves_no_trace(opened: County, rows) -> None:
    admin, other = opened["office", "admin"], await second_admin(opened)
    assert set(LINES) == set(Key)
    for key, line in LINES.items():
        if key is Key.LATE_FILING:  # only after the lock
            await admin.says(LINES[Key.CLOSED])
            await admin.presses("确认变更")
        before = [sorted(rows(opened, query), key=str) for query in IN_FORCE]
        shown = await admin.says(line)
        number = int(re.search(r"变更第(\d+)号", shown)[1])  # type: ignore[index]
        assert keys_of_order(rows, opened, number) == {str(key)}
        assert "已生效" in await done(admin, other, key), line
        assert [sorted(rows(opened, query), key=str) for query in IN_FORCE] != before, line
        said = await admin.says(f"/undo {number}")
        if key in GRAVE:
            assert "已生效" in await done(admin, other, key), line
        else:
            assert "已撤销" in said, line
        assert [sorted(rows(opened, query), key=str) for query in IN_FORCE] == before, line
