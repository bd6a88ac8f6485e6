"""When a narrative counts as last month's sent again."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.likeness import nearly_same

BEFORE = "完成41省道护栏安装9处，查处酒后驾驶126起，瓯北镇路口信号灯尚未通电"

COPIED = {
    "the same": BEFORE,
    "other punctuation and spaces": "完成41省道护栏安装9处；查处酒后驾驶126起; 瓯北镇路口信号灯 尚未通电。",
    "full-width figures": "完成４１省道护栏安装９处，查处酒后驾驶１２６起，瓯北镇路口信号灯尚未通电",
    "a word changed": "完成41省道护栏安装9处，查处酒后驾驶126起，瓯北镇路口信号灯仍未通电",
    "only the month named anew": "7月份完成41省道护栏安装9处，查处酒后驾驶126起，瓯北镇路口信号灯尚未通电",
}
NEWS = {
    "other figures": "完成41省道护栏安装11处，查处酒后驾驶98起，瓯北镇路口信号灯尚未通电",
    "another thing done": "瓯北镇路口信号灯已通电，41省道护栏转入验收，夜间整治查处酒后驾驶126起",
    "half of it": "完成41省道护栏安装9处",
    "nothing": "",
}


@pytest.mark.parametrize("now", COPIED.values(), ids=COPIED.keys())
def test_a_text_with_hardly_a_word_changed_is_copied(now: str) -> None:
    assert nearly_same(now, BEFORE)


@pytest.mark.parametrize("now", NEWS.values(), ids=NEWS.keys())
def test_other_figures_or_other_words_are_news(now: str) -> None:
    assert not nearly_same(now, BEFORE)


def test_the_period_that_a_text_names_is_no_figure_of_it() -> None:
    was = "2008年6月份按全年计划推进渡口渡船检查"
    assert nearly_same("2008年7月份按全年计划推进渡口渡船检查", was)
    assert nearly_same("第三季度按全年计划推进渡口渡船检查", "第二季度按全年计划推进渡口渡船检查")


@pytest.mark.parametrize("short", ["无", "按计划推进", "继续开展整治", "正常，无变化"])
def test_a_few_words_say_the_same_every_month_without_being_copied(short: str) -> None:
    assert not nearly_same(short, short)


@given(st.text(max_size=60), st.text(max_size=60))
def test_likeness_does_not_depend_on_the_order(one: str, other: str) -> None:
    assert nearly_same(one, other) == nearly_same(other, one)


def test_the_longest_texts_are_compared_at_once() -> None:
    began = time.process_time()
    assert nearly_same("检查" * 1000 + "一", "检查" * 1000)
    assert time.process_time() - began < 0.2
