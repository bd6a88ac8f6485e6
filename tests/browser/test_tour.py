"""A newcomer walks the five steps with mouse and keyboard, on a desk and on a telephone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.county import County

Shoot = Callable[[Page, str], None]
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
    elif kind == "jump":
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
    if page.locator("#tour-finished").count():
        return 6
    return int(page.locator(".steps .here span").inner_text())


def walk(page: Page, step: int) -> None:
    """Follow the hints until this step is done."""
    for _ in range(MANY):
        if step_of(page) > step:
            return
        if page.locator("#hint").get_attribute("data-kind") == "wait":
            page.wait_for_timeout(300)
            continue
        follow(page)
    raise AssertionError(f"step {step} does not end: {page.locator('#hint').inner_text()}")


@pytest.mark.parametrize(("size", "scheme"), [("1280", "light"), ("390", "light"), ("1280", "dark"), ("390", "dark")])
def test_the_tour_is_walked_from_the_first_answer_to_the_leaders_group(
    visit: Visit, county: County, shoot: Shoot, tmp_path: Path, size: str, scheme: str
) -> None:
    page = visit(size, scheme)
    shoot(page, f"{size}-{scheme}-0-welcome")
    page.click("#tour-begin")
    expect(page.locator(".steps .here")).to_contain_text("填报")
    for step, name in enumerate(["fill", "sign", "sheet", "publish", "read"], 1):
        if step == 1:
            follow(page)
            follow(page)
        shoot(page, f"{size}-{scheme}-{step}-{name}")
        if step == 3:
            page.click("#tour-play")
            page.wait_for_function("() => document.querySelector('.steps .here span').innerText === '4'", timeout=30_000)
        else:
            walk(page, step)
    expect(page.locator("#tour-finished")).to_be_visible()
    shoot(page, f"{size}-{scheme}-6-read")

    # What the leaders got is a workbook with the figure that was typed.
    assert county.group is not None
    log = page.locator(f'.chat[data-chat="{county.group.id}"] .log')
    with page.expect_download() as coming:
        log.locator(".document").last.click()
    saved = tmp_path / coming.value.suggested_filename
    coming.value.save_as(saved)
    assert saved.suffix == ".xlsx"
    rows = {row[0]: row for row in load_workbook(saved).worksheets[0].iter_rows(values_only=True)}
    assert rows["道路交通"][1] == 2
