"""The chart of contact checks: drawn as the same bytes each time, also when hardly anything is known."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from reporting.contact_figures import Result, figures
from templates.chart import chart_page
from templates.contact_chart import chart_of

SOME = [Result("answered", "乡镇", 9, 60), Result("missed", "部门", 14), Result("not_delivered", "", 23)]


@pytest.mark.parametrize("results", [SOME, SOME[:1], SOME[2:]])
def test_a_chart_is_a_picture_of_a_phones_width(results: list[Result]) -> None:
    chart = chart_of(figures(results, "未分类"), "2008-07")
    page = chart_page(chart)
    assert Image.open(io.BytesIO(page)).width == 1080
    assert chart_page(chart) == page


def test_what_was_void_is_not_in_it() -> None:
    chart = chart_of(figures([*SOME, Result("void", "乡镇", 9)], "未分类"), "2008")
    assert chart.along[9].heights == (1, 0, 0)
    assert [stack.name for stack in chart.across] == ["乡镇", "未分类", "部门"]
    assert chart.across[0].says == "应答率100.0%（1/1），中位1分钟，最慢1分钟"
    assert chart.across[1].says == "没有送达的检查"
