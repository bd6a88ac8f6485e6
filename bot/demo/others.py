"""The county's other six tables: filed side by side, told in a line each. Every figure and text is invented (示例)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.demo.stage import Stage

# What leaders ask for besides the one that is shown, by the words on the buttons.
WORKS = ("节能降耗", "污染物减排", "社会治安", "重点工程", "重大政府投资项目", "重点旅游项目")
PLAN = "本月计划时序进度：按全年计划推进\n"
TOLD = PLAN + "本月工作进展：{}\n存在问题及需帮助解决的事项：{}\n下月工作计划：{}"
QUARTER = (
    "本季计划时序进度：按全年降低4%安排\n本季工作进展：{}\n存在问题及需帮助解决的事项：{}\n下季工作计划：{}"
)


@dataclass(frozen=True, slots=True)
class Filing:
    """What the liaison of a unit answers for one table, in order; then 提交, and the signatory signs."""

    unit: str
    form: str
    texts: tuple[str, ...]
    adopts: bool = True  # the last text is a block, which is shown as understood before it is stored


def _energy(unit: str, figures: str, progress: str, help_text: str = "无") -> Filing:
    return Filing(unit, "节能降耗", (figures, QUARTER.format(progress, help_text, "推进节能改造")))


def _emissions(unit: str, cod: str, so2: str, progress: str, help_text: str = "无") -> Filing:
    return Filing(unit, "主要污染物减排", (cod, so2, TOLD.format(progress, help_text, "推进减排项目")))


def _list(unit: str, form: str, *projects: str) -> Filing:
    return Filing(unit, form, projects, adopts=False)


# Filed on 1 July. Who files two tables files one after the other: rounds.
FIRST = (
    _energy("shangtang", "0.178 752.5", "完成节能改造3家"),
    _energy("oubei", "0.168 745", "完成窑炉改造5座"),
    _energy("qiaotou", "0.151 690", "完成节能改造2家"),
    _energy("qiaoxia", "0.160 705", "完成能源审计4家"),
    _energy("wuniu", "0.172 730", "淘汰落后电机46台"),
    _energy("shatou", "0.150 660", "完成节能改造1家"),
    _energy("qiyu_paper", "0.83 920", "余热回收项目投运", "供热管网接入请县经贸局协调"),
    _energy("keyi_leather", "0.59 1100", "完成锅炉改造1台"),
    _energy("kaicheng", "0.12 540", "变频改造完成60%"),
    Filing(
        "sewage_plant",
        "主要污染物减排",
        ("45", "不适用", TOLD.format("处理污水210万吨", "无", "二期管网接入")),
    ),
    Filing(
        "crime_squad",
        "社会治安",
        (
            *("2 2 3", "8 5 6", "55 20 17", "13 6 5", "9 7 8"),
            TOLD.format("打掉盗窃团伙2个", "瓯北镇视频监控缺口较大，请县财政局安排资金", "开展夏季严打"),
        ),
    ),
    Filing("drug_squad", "社会治安", ("5 5 7", TOLD.format("破获毒品案件5起", "无", "开展禁毒宣传"))),
    _list(
        "highway_hq",
        "重点工程",
        "1350\n路基完成82%\n=\n无\n无\n完成路基工程",
        "520\n桩基完成40根\n=\n征地未完\n瓯北镇尽快交地\n桩基施工",
        "260\n路基土方完成\n=\n无\n无\n挡墙施工",
    ),
    _list(
        "newtown_hq",
        "重点工程",
        "900\n主楼六层\n=\n无\n无\n主楼八层",
        "610\n2号路路基\n=\n无\n无\n管网",
    ),
    _list("water", "重点工程", "480\n堤身完成90%\n=\n无\n无\n水闸安装"),
    _list(
        "yantou",
        "重点旅游项目",
        "90\n修缮民居6幢\n=\n无\n无\n修缮民居8幢\n100",
        "120\n街面铺装完成\n=\n无\n无\n业态招商\n150",
    ),
)
SECOND = (
    _emissions("shangtang", "3", "1", "拆除小锅炉12台"),
    _emissions("oubei", "4", "2", "电镀园区废水全部纳管"),
    _emissions("qiaotou", "2", "1", "完成纽扣企业整治9家"),
    _emissions("qiaoxia", "2", "1", "完成印染企业改造2家"),
    _emissions("shatou", "1", "0.5", "完成畜禽场治理3家"),
    _emissions("keyi_leather", "3", "2", "废水处理站提标完成"),
    _list("highway_hq", "重大政府投资项目", "1000\n900"),
    _list("newtown_hq", "重大政府投资项目", "800\n760", "300\n主体四层\n=\n无\n无\n主体封顶\n260\n240"),
    _list("water", "重大政府投资项目", "400\n380", "350\n取水口完成\n=\n无\n无\n管线施工\n300\n290"),
)
THIRD = (_list("highway_hq", "重点旅游项目", "240"),)
# The lead units' own parts, on the 5th.
LEADS = (
    _energy("economy", "3.6 3.1 5 -0.4", "组织专项监察26家"),
    Filing(
        "environment",
        "主要污染物减排",
        (
            "16 8 7.5 1",
            "结构减排含关停小锅炉0.5吨，不在各乡镇之内",
            "8 4 4 0.5",
            TOLD.format("核查减排项目9个", "无", "督促管网接入"),
        ),
    ),
    Filing(
        "police", "社会治安", ("150 138 160", "0 0 0", TOLD.format("侦破系列盗窃案", "无", "整治重点区域"))
    ),
    Filing("reform", "重点工程", (TOLD.format("6个项目总体正常", "无", "督促瓯北大桥连接线交地"),)),
    Filing(
        "tourism_bureau",
        "重点旅游项目",
        (
            "200\n主体完工\n=\n无\n无\n装修\n180",
            "150\n温泉井完成\n=\n用地指标不足\n请县国土资源局安排指标\n客房施工\n160",
            TOLD.format("4个项目开工", "无", "做好旺季接待"),
        ),
    ),
)
LATER = (Filing("reform", "重大政府投资项目", (TOLD.format("资金拨付正常", "无", "加快竣工决算"),)),)


def file(stage: Stage, filings: Iterable[Filing]) -> None:
    """All of them at once: everybody's first word, then everybody's second, and so on."""
    everyone = list(filings)
    with stage.aside():
        stage.together(("say", one.unit, "liaison", "填报") for one in everyone)
        stage.together(
            ("press", one.unit, "liaison", label)
            for one in everyone
            if (label := stage.label((one.unit, "liaison"), f"【{one.form}】"))
        )
        for step in range(max(len(one.texts) for one in everyone)):
            stage.together(
                ("say", one.unit, "liaison", one.texts[step]) for one in everyone if step < len(one.texts)
            )
        stage.together(("press", one.unit, "liaison", "采用") for one in everyone if one.adopts)
        stage.together(("press", one.unit, "liaison", "提交") for one in everyone)
        stage.together(("press", one.unit, "signatory", "同意签字") for one in everyone)
    for one in everyone:
        stage.filed((one.unit, "liaison"), one.form)
