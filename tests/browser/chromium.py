"""The app served on a port of its own, and the system's Chromium without a network."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, Playwright, Route, WebSocket

ROOT = Path(__file__).resolve().parents[2]
NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge")
ARGUMENTS = (
    "--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--use-gl=angle", "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader", "--ignore-gpu-blocklist",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)  # fmt: skip
LOOPBACK = {"127.0.0.1", "localhost", ""}
START_SECONDS = 120


def system_chromium() -> str | None:
    """Return the path of a Chromium on this machine, or None."""
    return next(filter(None, map(shutil.which, NAMES)), None)


def open_chromium(playwright: Playwright, *, path: str) -> Browser:
    """Start a browser whose name look-ups all fail but for this machine."""
    return playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))


def refuse_outside(page: Page) -> list[str]:
    """Abort every request that leaves this machine; the list returned collects them."""
    outside: list[str] = []

    def watch(route: Route) -> None:
        if _is_ours(route.request.url):
            route.continue_()
        else:
            outside.append(route.request.url)
            route.abort()

    def note(websocket: WebSocket) -> None:
        if not _is_ours(websocket.url):
            outside.append(websocket.url)

    page.route("**/*", watch)
    page.on("websocket", note)
    return outside


@contextmanager
def served_app() -> Iterator[str]:
    """Serve the app on a free port and give its address.

    Raises
    ------
    TimeoutError
        If it does not answer.

    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
    environment = {k: v for k, v in os.environ.items() if not k.startswith("STREAMLIT_")}
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as server:
        url = f"http://127.0.0.1:{port}"
        try:
            _wait_for(f"{url}/_stcore/health")
            yield url
        finally:
            server.terminate()


def _is_ours(url: str) -> bool:
    return (urlsplit(url).hostname or "") in LOOPBACK


def _wait_for(url: str) -> None:
    started = time.monotonic()
    while time.monotonic() - started < START_SECONDS:
        try:
            with urllib.request.urlopen(url, timeout=2):  # noqa: S310 - our own address
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
    raise TimeoutError(f"the app did not start within {START_SECONDS} s")
