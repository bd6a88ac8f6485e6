"""A newcomer walks the five steps with mouse and keyboard, on a desk and on a telephone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from tests.browser.conftest import Shoot, Visit
from tests.browser.county import County

# More presses than the longest step has.
MANY = 40
# What a hint asks for, without how it is marked at this moment.
SAYS = "each => JSON.stringify(each.dataset)"


def follow(page: Page) -> None:
    """Do what the hint says, with the hands of a visitor."""
    hint = page.locator("#hint")
    kind = hint.get_attribute("data-kind")
    before = hint.evaluate(SAYS)
    opener = page.locator("#tour-open")
    if kind in ("press", "type", "look") and opener.is_visible():
        opener.click()
        expect(opener).to_be_hidden()
        return
    if kind == "jump":
        page.click("#tour-jump")
    elif kind == "press":
        page.locator(".key.glow").last.click()
    elif kind == "type":
        page.click("#tour-use")
        page.keyboard.press("Enter")
    # The page says what comes next; until then there is nothing to press.
    page.wait_for_function(
        f"before => {{ const hint = document.getElementById('hint'); return !hint || ({SAYS})(hint) !== before; }}",
        arg=before,
    )
    # An answer may come in several messages.
    page.wait_for_timeout(150)


def step_of(page: Page) -> int:
    """The step that is shown, from 1; 6 when all are done."""
    shown = page.evaluate("document.querySelector('.steps .here span, #tour-finished').innerText")
    return int(shown) if shown.isdigit() else 6


def walk(page: Page, step: int) -> None:
    """Follow the hints until this step is done."""
    for _ in range(MANY):
        if step_of(page) > step:
            return
        if page.evaluate("document.getElementById('hint')?.dataset.kind || 'wait'") == "wait":
            page.wait_for_timeout(300)
            continue
        follow(page)
    raise AssertionError(f"step {step} does not end: {page.locator('#tour').inner_text()}")


@pytest.mark.parametrize("size", ["1280", "390"])
def test_the_tour_is_walked_from_the_first_answer_to_the_leaders_group(
    visit: Visit, county: County, shoot: Shoot, tmp_path: Path, size: str
) -> None:
    page = visit(size)

    def picture(name: str) -> None:
        for scheme in ("dark", "light"):
            page.emulate_media(color_scheme=scheme)
            shoot(page, f"{size}-{scheme}-{name}")

    picture("0-welcome")
    page.click("#tour-begin")
    expect(page.locator(".steps .here")).to_contain_text("填报")
    for step, name in enumerate(["fill", "sign", "sheet", "publish", "read"], 1):
        if step == 1:
            follow(page)
            follow(page)
        picture(f"{step}-{name}")
        if step == 3:
            page.click("#tour-play")
            page.wait_for_function(
                "() => document.querySelector('.steps .here span').innerText === '4'", timeout=30_000
            )
            # The page followed those who acted.
            followed = page.locator(".pane h2", has_text=re.compile("钱示例|孙示例")).first
            expect(followed).to_have_text(re.compile("钱示例|孙示例"))
        else:
            walk(page, step)
    expect(page.locator("#tour-finished")).to_be_visible()
    # Whoever is guided presses nothing stale.
    assert [answer.text for answer in county.do(county.world.answers) if "失效" in answer.text] == []
    picture("6-done")

    # What the leaders got is a workbook with the figure that was typed.
    assert county.group is not None
    log = page.locator(f'.chat[data-chat="{county.group.id}"] .log')
    with page.expect_download() as coming:
        log.locator(".document", has_text=".xlsx").last.click()
    saved = tmp_path / coming.value.suggested_filename
    coming.value.save_as(saved)
    assert saved.suffix == ".xlsx"
    rows = {row[0]: row for row in load_workbook(saved)["安全生产"].iter_rows(values_only=True)}
    assert rows["道路交通"][1] == 2
