"""The next round, half played: on 1 August two units have already filed, and the traffic police is the visitor's."""

from __future__ import annotations

from collections.abc import Iterator

from bot.demo.july import FIRE, FIRE_HEAD, PORT, PORT_HEAD, Post
from bot.demo.stage import Stage

LEADER: Post = ("leaders", "leader")
LEADER_NAME = "陈示例"
LEADER_ABOUT = "县领导"


def acts(stage: Stage, group: int) -> Iterator[str]:
    """What happens before the page is handed over."""
    yield "一位县领导进领导群；8月1日开报，港航、消防先报，其余留给您"
    stage.person(LEADER, LEADER_NAME, LEADER_ABOUT)
    stage.enter(LEADER, group)
    stage.at("2008-08-01 09:00")
    _file(stage, PORT, PORT_HEAD, "0 0 0 0 0", "检查渡口12处、渡船29艘，未发生事故")
    _file(stage, FIRE, FIRE_HEAD, "3 0 1 4.2 0", "检查单位92家，督促整改火灾隐患127处")


def _file(stage: Stage, liaison: Post, head: Post, figures: str, progress: str) -> None:
    stage.press(liaison, "开始填报")
    for text in [figures, "按全年计划推进", progress, "无", "继续开展专项检查"]:
        stage.say(liaison, text)
    stage.press(liaison, "提交")
    stage.press(head, "同意签字")
