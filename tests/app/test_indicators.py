from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from app_pages import data, indicators, runs
from gis.core.progress import step
from gis.pipeline import RunConfig, read_grounds
from gis.planning.grounds import Grounds
from tests.app.sample import filled_template, sample_verdicts
from tests.drawn_network import drawn_network

SECONDS = 120


def _page() -> None:
    import streamlit as st

    from app_pages import indicators
    from app_pages.view import View

    given = st.session_state.get("given")
    if given and "done" not in st.session_state:
        st.session_state["done"] = True
        indicators.take(*given, language="zh")
    indicators.show_indicators(View(year=2026))


@pytest.fixture(scope="module")
def grounds() -> Grounds:
    return read_grounds(RunConfig(), networks={})


@pytest.fixture
def drawn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, grounds: Grounds) -> None:
    """Give made-up verdicts, and the drawn network as that of 2026."""
    network = drawn_network()
    sample_verdicts(tmp_path)
    monkeypatch.setattr(data, "build_dir", lambda: tmp_path)
    monkeypatch.setattr(data, "has_network", lambda year: year == 2026)
    monkeypatch.setattr(data, "network", lambda _: network)
    monkeypatch.setattr(runs, "grounds", lambda: grounds)


def _filled(**changes: str) -> bytes:
    return filled_template(indicators.template("zh"), **changes)


def _app(content: bytes | None = None) -> AppTest:
    app = AppTest.from_function(_page, default_timeout=SECONDS)
    if content is not None:
        app.session_state["given"] = ("我的数值.csv", content)
    app.run()
    assert not app.exception, app.exception
    return app


def _shown(app: AppTest) -> str:
    return "\n".join(str(element.proto.body) for element in app.get("html"))


def _row(app: AppTest, indicator: str) -> str:
    return next(row for row in _shown(app).split("<tr>") if f">{indicator}<" in row)


@pytest.mark.usefixtures("drawn")
def test_every_indicator_shows_target_and_baseline_and_no_made_up_value() -> None:
    row = _row(_app(), "G-I01/A")
    assert "≥ 48%，2025 年前" in row
    assert "43.9%（2019 年）" in row
    assert "<td>—</td>" in row


@pytest.mark.usefixtures("drawn")
def test_an_uploaded_value_is_judged_in_this_session_only() -> None:
    app = _app(_filled())
    row = _row(app, "G-I12/A")
    assert "74.2%（2024 年）" in row
    assert ">达成</b>" in row
    assert "统计公报，2025-03-01" in row
    assert _shown(app).index(">G-I12/A<") < _shown(app).index(">G-I01/A<")
    assert "只在本次会话有效" in _shown(app)
    again = _row(_app(), "G-I12/A")
    assert "74.2" not in again


@pytest.mark.usefixtures("drawn")
def test_figures_hold_until_they_are_withdrawn() -> None:
    app = _app(_filled())
    app.run()
    assert "74.2" in _row(app, "G-I12/A")
    app.button(key="statistics_withdraw").click().run()
    assert not app.exception, app.exception
    row = _row(app, "G-I12/A")
    assert "74.2" not in row
    assert ">未达成</b>" in row  # as the run had it
    assert not app.get("button")


@pytest.mark.usefixtures("drawn")
def test_every_fault_is_a_line_that_names_the_readers_own_file() -> None:
    app = _app(_filled(数值="约74", 来源="", 单位="万人"))
    lines = _shown(app).split("<li>")[1:]
    assert len(lines) == 3
    assert all(line.startswith("我的数值.csv ") for line in lines)
    assert any("“约74”不是数" in line for line in lines)
    assert "未采用任何数值" in _shown(app)
    assert "74.2" not in _row(app, "G-I12/A")


@pytest.mark.usefixtures("drawn")
def test_a_long_list_of_faults_is_cut_and_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indicators, "FAULTS_SHOWN", 1)
    shown = _shown(_app(_filled(数值="约74", 来源="", 单位="万人")))
    assert shown.count("<li>") == 2
    assert "另有 2 处" in shown


def test_the_share_done_counts_all_years() -> None:
    told: list[Any] = []
    for done in (
        step("progress.draws", year=2027, done=300, draws=1000),
        step("progress.network", year=2026),
    ):
        runs._tell_draws(done, (2026, 2027), lambda *now: told.append(now), "zh")
    assert told == [(0.65, "2027 年路网：已抽样 300/1000 次"), (0.0, "构建 2026 年路网……")]
