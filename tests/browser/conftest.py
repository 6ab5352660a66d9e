"""Fixtures: the app, a browser that reaches nothing but this machine, an office screen."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright

from tests.browser.chromium import open_chromium, refuse_outside, served_app, system_chromium

SCREEN: ViewportSize = {"width": 1366, "height": 768}
PAGE_MS = 120_000


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start the system's Chromium, or skip where there is none."""
    path = system_chromium()
    if path is None:
        pytest.skip("no Chromium, Chrome or Edge on this machine")
    expect.set_options(timeout=PAGE_MS)
    with sync_playwright() as playwright:
        started = open_chromium(playwright, path=path)
        yield started
        started.close()


@pytest.fixture(scope="session")
def app_url(browser: Browser) -> Iterator[str]:
    """Serve the app; its layers are the product's own, its networks those that are built."""
    assert browser.is_connected()
    with served_app() as url:
        yield url


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Open an empty page; closing it fails the test if anything outside was asked for."""
    opened = browser.new_page(viewport=SCREEN)
    opened.set_default_timeout(PAGE_MS)
    outside = refuse_outside(opened)
    yield opened
    opened.close()
    assert outside == []
