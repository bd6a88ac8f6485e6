"""What a visitor's hands do on the page, and what the bot does by itself."""

from __future__ import annotations

import httpx
from playwright.sync_api import Page

from tests.browser.county import County

POLICE, HEAD = "县交警大队联络员", "县交警大队审核人"


def jump(page: Page, moment: str) -> None:
    page.fill("#moment", moment)
    page.click(".jump button")


def type_in(page: Page, text: str, slot: str = "a") -> None:
    page.fill(f"#text-{slot}", text)
    page.press(f"#text-{slot}", "Enter")


def call(county: County, method: str, **params: object) -> None:
    """The bot does something by the Bot API, as the program would."""
    answer = httpx.post(f"{county.address}/bot{county.world.token}/{method}", json=params, trust_env=False)
    assert answer.json()["ok"], answer.text
