"""拍摄应用截图 / Take the screenshots of the app for docs/screenshots."""

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from playwright.sync_api import Browser, Page, sync_playwright

from gis.core.cli import run
from gis.core.errors import InputError, Problem
from gis.core.files import written_aside
from gis.core.paths import project_root
from tests.browser.chromium import open_chromium, refuse_outside, served_app, system_chromium

OFFICE, WIDE = (1366, 768), (1920, 1080)
PAGE_MS = 180_000
SETTLE_MS = 3_000
COMPUTE = ".st-key-compute_access button"
HANGZHOU_EAST = "at=120.2073,30.2925"


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture.

    Parameters
    ----------
    name
        File name without suffix.
    address
        Page and parameters below the address of the app.
    size
        Width and height of the window, pixels.
    press
        What to press before, as a selector; nothing where it is not on the page.

    """

    name: str
    address: str
    size: tuple[int, int]
    press: str = ""


SHOTS = (
    Shot("overview", "", OFFICE),
    Shot("overview_en", "?lang=en", OFFICE),
    Shot("goal", "?goal=G-T01", OFFICE),
    Shot("goal_en", "?goal=G-T06b&lang=en&year=2026", WIDE),
    Shot("click_car", f"?{HANGZHOU_EAST}", OFFICE),
    Shot("click_rail", f"?{HANGZHOU_EAST}&mode=transit&year=2035", OFFICE),
    Shot("projects", "?on=projects,rail,stations,names&year=2027", OFFICE),
    Shot("goals", "goals", OFFICE),
    Shot("matrix", "goals?goal=G-T02&year=2026", OFFICE),
    Shot("matrix_en", "goals?goal=G-T01&year=2026&lang=en", OFFICE),
    Shot("zones", "zones", OFFICE),
    Shot("access", "access", OFFICE, COMPUTE),
    Shot("access_en", "access?level=townships&measure=centre_time&lang=en", OFFICE, COMPUTE),
    Shot("borders", "access?show=borders", OFFICE, COMPUTE),
    Shot("network", "", OFFICE, ".st-key-network button"),
    Shot("data", "data", OFFICE),
)


def main() -> int:
    """Run the command and return its exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--folder",
        type=Path,
        default=project_root() / "docs" / "screenshots",
        metavar="DIR",
        help="输出文件夹 / folder of the pictures",
    )
    parser.add_argument("--only", nargs="*", metavar="NAME", help="只拍这些 / only these")
    return run(parser, take)


def take(options: argparse.Namespace) -> None:
    """Serve the app and take every picture."""
    path = system_chromium()
    if path is None:
        raise InputError([Problem("chromium", "error.browser_missing")])
    wanted = [shot for shot in SHOTS if not options.only or shot.name in options.only]
    with served_app() as url, sync_playwright() as playwright:
        browser = open_chromium(playwright, path=path)
        for shot in wanted:
            sys.stderr.write(f"{shot.name}\n")
            _take(browser, f"{url}/{shot.address}", shot, options.folder)
        browser.close()


def _take(browser: Browser, address: str, shot: Shot, folder: Path) -> None:
    width, height = shot.size
    page = browser.new_page(viewport={"width": width, "height": height})
    page.set_default_timeout(PAGE_MS)
    refuse_outside(page)
    page.goto(address)
    _wait_until_drawn(page)
    if shot.press and page.locator(shot.press).count():
        page.locator(shot.press).first.click()
        if shot.press == COMPUTE:
            page.locator(".ranked").wait_for()
        _wait_until_drawn(page)
    with written_aside(folder / f"{shot.name}.png") as aside:
        aside.write_bytes(page.screenshot())
    page.close()


def _wait_until_drawn(page: Page) -> None:
    page.locator('.atlas[data-ready="true"], .st-key-sheet table').first.wait_for()
    page.wait_for_timeout(SETTLE_MS)


if __name__ == "__main__":
    sys.exit(main())
