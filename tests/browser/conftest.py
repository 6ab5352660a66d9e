"""The app on a port of its own and a real Chromium that can reach nothing but this machine."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Route, ViewportSize, expect, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge")
ARGUMENTS = (
    "--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--use-gl=angle", "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader", "--ignore-gpu-blocklist",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)  # fmt: skip
LOOPBACK = {"127.0.0.1", "localhost", ""}
SCREEN: ViewportSize = {"width": 1366, "height": 768}
START_SECONDS = 90
PAGE_MS = 120_000


@pytest.fixture(scope="session")
def app_url() -> Iterator[str]:
    """Serve the app; its layers are the product's own, its networks those that are built."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
    environment = {k: v for k, v in os.environ.items() if not k.startswith("STREAMLIT_")}
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as server:
        url = f"http://127.0.0.1:{port}"
        _wait_for(f"{url}/_stcore/health")
        yield url
        server.terminate()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start the system's Chromium, or skip where there is none."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        pytest.skip(f"no system browser (looked for {', '.join(BROWSERS)})")
    expect.set_options(timeout=PAGE_MS)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=found, args=list(ARGUMENTS))
        yield started
        started.close()


@pytest.fixture
def outside() -> list[str]:
    """Collect the addresses outside this machine that the page asked for."""
    return []


@pytest.fixture
def page(browser: Browser, outside: list[str]) -> Iterator[Page]:
    """Open an empty page of an office screen; every request that leaves this machine fails."""
    opened = browser.new_page(viewport=SCREEN)
    opened.set_default_timeout(PAGE_MS)

    def watch(route: Route) -> None:
        if (urlsplit(route.request.url).hostname or "") in LOOPBACK:
            route.continue_()
        else:
            outside.append(route.request.url)
            route.abort()

    opened.route("**/*", watch)
    opened.on(
        "websocket",
        lambda socket: (
            None if urlsplit(socket.url).hostname in LOOPBACK else outside.append(socket.url)
        ),
    )
    yield opened
    opened.close()


def _wait_for(url: str) -> None:
    started = time.monotonic()
    while time.monotonic() - started < START_SECONDS:
        try:
            with urllib.request.urlopen(url, timeout=2):  # noqa: S310 - our own address
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
    pytest.fail(f"the app did not start within {START_SECONDS} s")
