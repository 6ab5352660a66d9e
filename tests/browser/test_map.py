import io
from collections import Counter

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from gis.core.paths import build_dir
from gis.pipeline import network_path

pytestmark = pytest.mark.browser

SEA, LAND = (0xDD, 0xE9, 0xF0), (0xF5, 0xF2, 0xEA)
CHANGE_TRIES, CHANGE_STEP_MS = 20, 750
COMPUTE_MS = 300_000  # a busy machine that compiles its kernels anew
NEAR = 6  # colour steps a channel by which software drawing may differ
Pixels = npt.NDArray[np.int16]


def _open(page: Page, url: str) -> Locator:
    page.goto(url)
    atlas = page.locator('.atlas[data-ready="true"]')
    atlas.wait_for()
    return atlas


def _pixels(page: Page) -> Pixels:
    page.mouse.move(700, 20)
    shot = page.locator(".atlas canvas").screenshot()
    return np.asarray(Image.open(io.BytesIO(shot)).convert("RGB"), dtype=np.int16)


def _share(pixels: Pixels, colour: tuple[int, int, int]) -> float:
    near = (np.abs(pixels - np.array(colour, dtype=np.int16)) <= NEAR).all(axis=2)
    return float(near.mean())


def _wait_for_change(page: Page, before: Pixels, *, least: float) -> None:
    """Wait until a share of the pixels has changed: a busy machine takes its time to draw."""
    for _ in range(CHANGE_TRIES):
        page.wait_for_timeout(CHANGE_STEP_MS)
        if _changed(before, _pixels(page)) > least:
            return
    assert _changed(before, _pixels(page)) > least


def _changed(before: Pixels, after: Pixels) -> float:
    return float((np.abs(before - after).max(axis=2) > NEAR).mean())


def _needs_network(year: int = 2023) -> None:
    if not network_path(year, build=build_dir()).is_file():
        pytest.skip("no networks in build/: run python scripts/start.py")


def _needs_verdicts() -> None:
    if not (build_dir() / "verdicts.json").is_file():
        pytest.skip("no verdicts in build/: run python scripts/start.py")


def test_the_map_is_drawn_with_the_network_blocked(page: Page, app_url: str) -> None:
    _open(page, app_url)
    pixels = _pixels(page)
    assert _share(pixels, SEA) > 0.10
    assert _share(pixels, LAND) > 0.15
    assert len(Counter(map(tuple, pixels.reshape(-1, 3)[::7].tolist()))) > 100


def test_an_office_screen_shows_it_without_scrolling(page: Page, app_url: str) -> None:
    atlas = _open(page, app_url)
    size = page.evaluate(
        "[document.scrollingElement.scrollHeight, document.scrollingElement.scrollWidth]"
    )
    assert size == [768, 1366]
    box = atlas.bounding_box()
    assert box is not None
    assert box["width"] >= 1366 * 2 / 3
    assert box["y"] + box["height"] == pytest.approx(768, abs=1)
    assert page.locator('[data-testid="stToolbar"], footer').first.is_hidden()


def test_a_click_gives_isochrones_and_times_to_six_centres(page: Page, app_url: str) -> None:
    _needs_network()
    atlas = _open(page, app_url)
    before = _pixels(page)
    canvas = atlas.locator("canvas")
    canvas.click(position={"x": 570, "y": 375})
    expect(page.locator(".place .centres b")).to_have_count(6)
    expect(page.locator(".place .reached b")).to_have_count(2)
    page.locator('.atlas[data-ready="true"][data-busy="false"]').wait_for()
    _wait_for_change(page, before, least=0.02)
    assert "at=" in page.url


def test_a_layer_is_switched_on_the_map_itself(page: Page, app_url: str) -> None:
    atlas = _open(page, app_url)
    before = _pixels(page)
    atlas.locator('[data-test="layer-zones"]').uncheck()
    page.wait_for_function(
        "!(new URL(location).searchParams.get('on') ?? 'zones').includes('zones')"
    )
    _wait_for_change(page, before, least=0.01)


def test_the_year_of_the_slider_reaches_the_address_and_the_title(page: Page, app_url: str) -> None:
    atlas = _open(page, app_url)
    atlas.get_by_role("button", name="2035").click()
    page.wait_for_function("new URL(location).searchParams.get('year') === '2035'")
    expect(page.locator(".st-key-network button").first).to_contain_text("2035")


def test_the_language_switch_reaches_the_map(page: Page, app_url: str) -> None:
    atlas = _open(page, app_url)
    expect(atlas.locator(".rail")).to_contain_text("先行区")
    page.locator(".st-key-language button").click()
    expect(page.locator(".brand")).to_contain_text("Pilot-Zone Atlas")
    expect(atlas.locator(".rail")).to_contain_text("Pilot zones")


def test_a_goal_opens_with_its_pairs_on_the_map(page: Page, app_url: str) -> None:
    _needs_verdicts()
    atlas = _open(page, app_url)
    before = _pixels(page)
    page.locator('[class*="st-key-goal_G-T01"] button').click(force=True)
    expect(page.locator(".verdict .word")).to_be_visible()
    expect(page.locator(".quote")).to_contain_text("半小时交通圈")
    expect(atlas.locator(".legend")).to_contain_text("达到要求")
    page.wait_for_timeout(2500)
    assert _changed(before, _pixels(page)) > 0.05


def test_search_finds_a_station_and_moves_there(page: Page, app_url: str) -> None:
    atlas = _open(page, app_url)
    before = _pixels(page)
    atlas.locator('[data-test="search"]').fill("绍兴北")
    atlas.locator(".hits li").first.click()
    page.wait_for_timeout(2500)
    assert _changed(before, _pixels(page)) > 0.2


def test_the_matrix_of_a_goal_fits_an_office_screen(page: Page, app_url: str) -> None:
    _needs_verdicts()
    page.goto(f"{app_url}/goals?goal=G-T02&year=2026")
    matrix = page.locator("table.matrix.readings")
    expect(matrix).to_be_visible()
    expect(page.locator(".finding")).to_contain_text("2026年，")
    assert page.evaluate(
        "[document.scrollingElement.scrollHeight, document.scrollingElement.scrollWidth]"
    ) == [768, 1366]
    box = matrix.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 1366
    assert box["y"] + box["height"] <= 768


def test_access_is_shaded_when_the_reader_asks(page: Page, app_url: str) -> None:
    _needs_network()
    atlas = _open(page, f"{app_url}/access")
    before = _pixels(page)
    assert page.locator(".ranked").count() == 0
    page.locator(".st-key-compute_access button").click()
    expect(page.locator(".ranked td").first).to_be_visible(timeout=COMPUTE_MS)
    expect(page.locator(".finding")).to_contain_text("60分钟可达人口")
    expect(atlas.locator(".legend .key li")).to_have_count(7)
    _wait_for_change(page, before, least=0.15)
    panel = page.locator(".st-key-panel")
    page.locator(".finding").hover()  # the table scrolls on its own
    page.mouse.wheel(0, 2000)
    expect(panel.get_by_text("四级图层（GeoPackage）")).to_be_in_viewport()


def test_a_foreign_network_file_is_refused_in_one_line(page: Page, app_url: str) -> None:
    _open(page, app_url)
    page.locator(".st-key-network button").first.click()
    given = {"name": "roads.zip", "mimeType": "application/zip", "buffer": b"no zip at all"}
    page.locator('[data-testid="stPopoverBody"] input[type=file]').set_input_files(files=[given])
    fault = page.locator('[data-testid="stPopoverBody"] .fault')
    expect(fault).to_have_count(1)
    expect(fault).to_contain_text("roads.zip: 不是本产品的路网文件")


def test_what_is_below_the_screen_is_reached_by_scrolling(page: Page, app_url: str) -> None:
    page.goto(f"{app_url}/data")
    sheet = page.locator(".st-key-sheet")
    expect(sheet.locator("table").first).to_be_visible()
    page.mouse.move(600, 500)
    page.mouse.wheel(0, 400)
    page.wait_for_function("document.querySelector('.st-key-sheet').scrollTop > 100")
    assert page.locator(".st-key-bar").bounding_box() == {
        "x": 0,
        "y": 0,
        "width": 1366,
        "height": 48,
    }
