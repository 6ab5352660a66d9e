from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from app_pages import data
from tests.app.sample import sample_verdicts

APP = str(Path(__file__).resolve().parents[2] / "app.py")
SECONDS = 60


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give a build folder with made-up verdicts, and a static folder of its own."""
    monkeypatch.setattr(data, "build_dir", lambda: tmp_path)
    monkeypatch.setattr(data, "STATIC", tmp_path / "static")
    data.assets.clear()
    yield tmp_path
    data.assets.clear()


def _run(**query: str) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=SECONDS)
    for key, value in query.items():
        app.query_params[key] = value
    app.run()
    assert not app.exception, app.exception
    return app


def _shown(app: AppTest) -> str:
    return "\n".join(str(element.proto.body) for element in app.get("html"))


def test_before_the_first_run_the_page_says_what_to_do(built: Path) -> None:
    assert not list(built.glob("verdicts.json"))
    assert "python scripts/start.py" in _shown(_run())


def test_the_scorecard_comes_first_and_a_goal_opens_beside_the_map(built: Path) -> None:
    sample_verdicts(built)
    app = _run()
    shown = _shown(app)
    assert "2023 年" in shown
    assert "杭绍甬半小时交通圈" in shown
    app.button(key="open_G-T01").click().run()
    shown = _shown(app)
    assert app.query_params["goal"] == "G-T01"
    assert "“杭绍甬城市之间‘半小时交通圈’”" in shown
    assert "未达成" in shown
    assert "绍兴北 &lt;b&gt;" in shown
    app.button(key="back").click().run()
    assert "goal" not in app.query_params


def test_the_year_of_the_address_changes_the_verdicts(built: Path) -> None:
    sample_verdicts(built)
    assert "达成</b>" in _shown(_run(year="2027", goal="G-T01"))
    assert "未达成</b>" in _shown(_run(year="2026", goal="G-T01"))


def test_the_language_switch_turns_everything_into_english(built: Path) -> None:
    sample_verdicts(built)
    app = _run()
    app.button(key="language").click().run()
    assert app.query_params["lang"] == "en"
    shown = _shown(app)
    assert "Pilot-Zone Atlas" in shown
    assert "not met" in shown
    assert "未达成" not in shown


def test_a_place_without_a_network_says_how_to_get_one(built: Path) -> None:
    sample_verdicts(built)
    shown = _shown(_run(at="120.2,30.2"))
    assert "2023 年的路网尚未生成" in shown
