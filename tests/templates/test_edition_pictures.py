"""Pictures for leaders: what they say is calculated by hand, legible at a phone's width, and told by signs as well as colours."""

from __future__ import annotations

import io
import re
from decimal import Decimal
from itertools import combinations

from PIL import Image

from reporting.edition import Edition, read_edition
from templates import canvas
from templates.board_picture import MOST_UNITS, SIGNS, board_picture
from templates.canvas import SMALL, WIDTH, twin_of
from templates.message import Attachment
from templates.progress_picture import progress_picture
from templates.trend_picture import trend_picture
from tests.editions import edition, form_in, snapshot

PHONE = 360  # points across
LEGIBLE = 10  # points: what Telegram's own smallest letters are


def july() -> Edition:
    return edition("2008-07", earlier=("2008-06",))


def shown(made: Attachment | None) -> tuple[Image.Image, str]:
    assert made is not None
    return Image.open(io.BytesIO(made.content)), twin_of(made.content)


def test_bars_tell_percent_schedule_and_deviation_the_furthest_behind_first() -> None:
    """县第二水厂: 190 of 1,800 is 10.6 %, seven twelfths are 58.3 %; 永仙公路: 6,700 of 12,000 is 55.8 %."""
    _, twin = shown(progress_picture(july()))
    title, first, *rest = twin.splitlines()
    assert title == "2008年7月份进度与时序进度"
    assert first == "▼县城第二水厂工程（示例）：10.6%，序时58.3%，欠47.7"
    assert "▲永仙公路改建工程（示例）：55.8%，序时53.3%，超2.5" in rest
    assert "▼污染物减排·SO₂减排量合计：57.2%，序时58.3%，欠1.1" in rest
    late = [line.startswith("▼") for line in (first, *rest)]
    assert late == sorted(late, reverse=True)


def test_the_board_names_first_who_owes_something() -> None:
    _, twin = shown(board_picture(july()))
    lines = twin.splitlines()
    assert lines[1].startswith("应报26，已报25，按时24。")
    assert lines[2:4] == ["岩头镇：重点旅游项目过期未报", "县禁毒大队：社会治安迟报"]
    assert "县公路指挥部：重点工程按时、重大政府投资项目按时、重点旅游项目按时" in lines


def test_a_trend_has_the_figures_of_every_published_month_and_is_not_drawn_in_the_first() -> None:
    _, twin = shown(trend_picture(july()))
    assert "安全生产·合计事故起数（起）：6月 9，7月 10" in twin
    assert "重点工程·累计占年度计划（%）：6月 48.3，7月 58.7" in twin
    assert trend_picture(edition("2008-06")) is None


def test_nothing_to_show_makes_no_picture() -> None:
    assert progress_picture(edition("2008-06", "safety")) is None


def test_every_picture_is_legible_at_the_width_of_a_phone() -> None:
    for make in (progress_picture, board_picture, trend_picture):
        image, _ = shown(make(july()))
        assert image.width == WIDTH
        assert image.width + image.height < 10_000  # what Telegram takes for a photo
        assert SMALL * PHONE / WIDTH >= LEGIBLE


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def seen_without_red(colour: str) -> tuple[float, float, float]:
    """As a protanope sees it (Viénot, Brettel and Mollon 1999, on linear light)."""
    red, green, blue = ((int(colour[place : place + 2], 16) / 255) ** 2.2 for place in (1, 3, 5))
    return 0.1124 * red + 0.8876 * green, 0.1124 * red + 0.8876 * green, 0.004 * red - 0.004 * green + blue


def test_colours_differ_for_the_colour_blind_and_no_colour_stands_alone() -> None:
    fills = {fill for _, fill, _ in SIGNS.values()}
    for one, other in combinations(sorted(fills), 2):
        far = sum(abs(a - b) for a, b in zip(seen_without_red(one), seen_without_red(other), strict=True))
        assert far > 0.1, (one, other)
    # Each kind has a letter of its own: the colour repeats what it says.
    assert len({sign for sign, _, _ in SIGNS.values()}) == len(SIGNS)
    for _, fill, ink in SIGNS.values():
        light, dark = sorted((luminance(fill), luminance(ink)), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 3  # large letters, WCAG 2.1


def test_a_figure_that_nobody_has_reported_is_not_drawn() -> None:
    empty = snapshot("2008-06", "key_projects")
    empty["sheets"][0]["figures"] = {}
    number = empty["sheets"][0]["form_id"]
    assert progress_picture(read_edition(empty, (), {number: form_in("key_projects", "2008-06")})) is None


def test_the_board_of_many_units_says_how_many_it_leaves_out() -> None:
    crowd = snapshot("2008-06", "safety")
    (sheet,) = crowd["sheets"]
    unit = sheet["units"][0]
    sheet["units"] = [
        {
            **unit,
            "unit": f"u{place}",
            "called": f"示例{place}局",
            "timeliness": "missing" if place == 499 else "on_time",
        }
        for place in range(500)
    ]
    made = read_edition(crowd, (), {sheet["form_id"]: form_in("safety", "2008-06")})
    image, twin = shown(board_picture(made))
    assert twin.splitlines()[2] == "示例499局：安全生产过期未报"
    assert twin.splitlines()[-1] == f"另有{500 - MOST_UNITS}个单位均按时报送或免报，见汇总表"
    assert image.width + image.height < 10_000


def test_what_people_named_is_drawn_as_text() -> None:
    odd = snapshot("2008-06", "safety")
    odd["sheets"][0]["units"][0]["called"] = "$\\frac{1}{2}$<b>局"
    made = read_edition(odd, (), {odd["sheets"][0]["form_id"]: form_in("safety", "2008-06")})
    _, twin = shown(board_picture(made))
    assert "$\\frac{1}{2}$<b>局：安全生产按时" in twin


def test_the_same_edition_gives_the_same_bytes() -> None:
    for make in (progress_picture, board_picture, trend_picture):
        one, other = make(july()), make(july())
        assert one is not None
        assert other is not None
        assert one.content == other.content


def test_every_number_in_the_twin_is_a_plain_one() -> None:
    for make in (progress_picture, board_picture, trend_picture):
        _, twin = shown(make(july()))
        assert not re.search(r"nan|None|E[+-]|-0", twin)
        assert all(Decimal(found) >= 0 for found in re.findall(r"\d+(?:\.\d+)?", twin))


def test_a_picture_that_is_not_ours_says_nothing() -> None:
    saved = io.BytesIO()
    Image.new("RGB", (2, 2)).save(saved, "PNG")
    assert twin_of(saved.getvalue()) == ""
    assert canvas.TWIN == "Description"
