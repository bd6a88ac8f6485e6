"""A real Chromium: the system's, or playwright's own if there is one. Without any the tests skip loudly; in CI they fail."""

from __future__ import annotations

import os
import shutil
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from tests.browser.county import ROOT, County

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--lang=zh-CN",
]
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
    with warnings.catch_warnings():
        # Elsewhere every warning is an error; this one is to be read in the summary.
        warnings.simplefilter("always")
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


Shoot = Callable[[Page, str], None]


class Visit:
    """Opens the page for a visitor; remembers whatever the browser's console complained of."""

    def __init__(self, browser: Browser, county: County) -> None:
        self._browser, self._county = browser, county
        self._contexts: list[BrowserContext] = []
        self._complaints: list[str] = []
        # A refusal on purpose is written by the browser as an error of loading.
        self.tolerated = ["409"]

    def __call__(self, size: str = "1280", path: str = "/") -> Page:
        width, height = SIZES[size]
        context = self._browser.new_context(
            viewport={"width": width, "height": height},
            locale="zh-CN",
            accept_downloads=True,
        )
        self._contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: self._complaints.append(str(error)))
        page.on("console", self._hear)
        page.goto(self._county.address + path)
        return page

    def _hear(self, said: ConsoleMessage) -> None:
        if said.type == "error":
            self._complaints.append(said.text)

    def close(self) -> list[str]:
        """End the visit; returns the complaints that were not expected."""
        for context in self._contexts:
            context.close()
        return [each for each in self._complaints if not any(word in each for word in self.tolerated)]


@pytest.fixture
def visit(chromium: Browser, county: County) -> Iterator[Visit]:
    visiting = Visit(chromium, county)
    yield visiting
    assert visiting.close() == []


@pytest.fixture
def shoot() -> Shoot:
    """Keep a picture of the page for people to look at: var/screenshots is what CI keeps."""
    SHOTS.mkdir(parents=True, exist_ok=True)

    def shot(page: Page, name: str) -> None:
        page.wait_for_timeout(350)
        page.screenshot(path=SHOTS / f"{name}.png", caret="initial")

    return shot
