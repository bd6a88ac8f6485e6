"""A real Chromium: the system's, or playwright's own if there is one. Without any the tests skip loudly; in CI they fail."""

from __future__ import annotations

import os
import shutil
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.county import ROOT, County

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--lang=zh-CN"]
SHOTS = ROOT / "var" / "screenshots"
SIZES = {"1280": (1280, 800), "390": (390, 844)}


class NoBrowserWarning(UserWarning):
    """A part of the tests did not run."""


def _executable(own: str) -> str | None:
    names = ("chromium", "chromium-browser", "google-chrome")
    found = next((path for name in names if (path := shutil.which(name))), None)
    return found or (own if Path(own).exists() else None)


def _missing() -> None:
    said = "NO BROWSER: tests/browser did not run. Install one: make browser (apt-get install chromium fonts-noto-cjk)"
    if os.environ.get("CI") == "true":
        pytest.fail(said)
    warnings.warn(NoBrowserWarning(said), stacklevel=2)
    pytest.skip(said)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        path = _executable(playwright.chromium.executable_path)
        if path is None:
            _missing()
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def county(tmp_path: Path) -> Iterator[County]:
    held = County(tmp_path)
    held.open()
    yield held
    held.close()


Visit = Callable[..., Page]


@pytest.fixture
def visit(chromium: Browser, county: County) -> Iterator[Visit]:
    """Open the page; whatever the browser's console complains of fails the test."""
    complaints: list[str] = []
    contexts = []

    def open_page(size: str = "1280", scheme: str = "light", path: str = "/") -> Page:
        width, height = SIZES[size]
        context = chromium.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if scheme == "dark" else "light",
            locale="zh-CN",
            accept_downloads=True,
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.goto(county.address + path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    # A refusal on purpose (409) is written by the browser as an error of loading.
    assert [each for each in complaints if "409" not in each] == []


@pytest.fixture
def shoot() -> Callable[[Page, str], None]:
    """Keep a picture of the page for people to look at: var/screenshots is what CI keeps."""
    SHOTS.mkdir(parents=True, exist_ok=True)

    def shot(page: Page, name: str) -> None:
        page.wait_for_timeout(350)
        page.screenshot(path=SHOTS / f"{name}.png", caret="initial")

    return shot
