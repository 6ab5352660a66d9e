"""The data page in a browser: what is taken away opens, what is uploaded is judged."""

from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import FilePayload, Locator, Page, expect

from gis.core.paths import build_dir
from gis.pipeline import network_path
from tests.app.sample import filled_template

pytestmark = pytest.mark.browser

SOURCE = "省统计公报"
BOM = b"\xef\xbb\xbf"


def _needs_run() -> None:
    wanted = (network_path(2026, build=build_dir()), build_dir() / "verdicts.json")
    if not all(path.is_file() for path in wanted):
        pytest.skip("no networks or verdicts in build/: run python scripts/start.py")


def _open(page: Page, url: str) -> None:
    page.goto(f"{url}/data?year=2026")
    expect(_row(page)).to_be_attached()


def _row(page: Page) -> Locator:
    return page.locator(".st-key-indicators tr", has_text="G-I12/A")


def _downloaded(page: Page, key: str, path: Path) -> bytes:
    with page.expect_download() as caught:
        page.locator(f".st-key-{key} button").click()
    caught.value.save_as(path)
    return path.read_bytes()


def _upload(page: Page, name: str, content: bytes) -> None:
    given: FilePayload = {"name": name, "mimeType": "text/csv", "buffer": content}
    page.locator(".st-key-statistics_upload input[type=file]").set_input_files([given])


def test_a_filled_template_changes_the_verdict_and_says_where_it_comes_from(
    page: Page, app_url: str, tmp_path: Path
) -> None:
    _needs_run()
    _open(page, app_url)
    template = _downloaded(page, "statistics_template", tmp_path / "statistics.csv")
    assert template.startswith(BOM)
    expect(_row(page).locator(".sign.met")).to_have_count(0)
    _upload(page, "数值.csv", filled_template(template, 来源=SOURCE))
    expect(_row(page).locator(".sign.met")).to_be_visible()
    expect(_row(page)).to_contain_text("省统计公报，2025-03-01")
    # Other pages do not draw the uploader; the figures hold all the same.
    page.locator("[class*=st-key-nav][class*=goals] a").click()
    expect(page.locator("table.matrix")).to_be_visible()
    page.locator("[class*=st-key-nav][class*=data] a").click()
    expect(_row(page).locator(".sign.met")).to_be_visible()
    _upload(page, "数值.csv", filled_template(template, 来源=SOURCE, 单位="万人"))
    expect(page.locator("p.fault + ul li")).to_contain_text("数值.csv 第")
    expect(page.locator("p.fault + ul li")).to_contain_text("单位“万人”不对")
    expect(_row(page).locator(".sign.met")).to_have_count(0)


def test_the_table_of_verdicts_opens_in_chinese(page: Page, app_url: str, tmp_path: Path) -> None:
    _needs_run()
    _open(page, app_url)
    path = tmp_path / "verdicts.csv"
    assert _downloaded(page, "verdicts_csv", path).startswith(BOM)
    table = pd.read_csv(path)
    assert {"目标名称", "读法名称", "结论", "数值", "要求"} <= set(table.columns)
    assert set(table["结论"]) <= {"达成", "部分达成", "未达成", "数据不足"}
    assert "杭绍甬半小时交通圈" in set(table["目标名称"])
