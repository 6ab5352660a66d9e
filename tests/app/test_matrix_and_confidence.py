import json
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from app_pages import confidence, data, runs
from app_pages.words import say
from gis.outputs import phrases
from tests.app.sample import sample_verdicts

SECONDS = 60
DRAWN = {
    "probability": 0.874,
    "draws": 1000,
    "value_low": 29.2,
    "value_high": 41.0,
    "hinges": [
        {"input": "running_time.low", "name_zh": "区间<时分>", "name_en": "running", "share": 0.62}
    ],
}
GAP = {
    "lever": "line_speed",
    "sentence_zh": "杭甬高铁提速到 <b>310 公里/小时即达成。",
    "sentence_en": "At 310 km/h it is met.",
    "within_reach": True,
}


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a build folder with made-up verdicts, without networks."""
    monkeypatch.setattr(data, "build_dir", lambda: tmp_path)
    sample_verdicts(tmp_path)
    return tmp_path


def _change(folder: Path, *, goal: str, **fields: object) -> None:
    path = folder / "verdicts.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    for record in content["verdicts"]:
        if record["goal"] == goal:
            record.update(fields)
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")


def _goals_page() -> None:
    from app_pages import goals

    goals.show()


def _goals(**query: str) -> AppTest:
    app = AppTest.from_function(_goals_page, default_timeout=SECONDS)
    for key, value in query.items():
        app.query_params[key] = value
    app.run()
    assert not app.exception, app.exception
    return app


def _shown(app: AppTest) -> str:
    return "\n".join(str(element.proto.body) for element in app.get("html"))


@pytest.mark.parametrize(
    ("value", "written"),
    [(None, "—"), (0.0, "<1%"), (0.004, "<1%"), (0.874, "87%"), (0.999, ">99%"), (1.0, ">99%")],
)
def test_a_probability_is_never_more_sure_than_its_draws(value: float | None, written: str) -> None:
    assert phrases.probability(value) == written


def test_the_matrix_shows_every_reading_with_its_finding(built: Path) -> None:
    assert built.is_dir()
    shown = _shown(_goals(goal="G-T01", year="2027"))
    assert "2027年，各读法均达成。" in shown
    assert shown.count('class="reading"') == 4
    assert "判定" in shown
    assert "check_goals.py --draws 1000" in shown


def test_what_is_not_computed_is_a_dash_and_says_how_to_get_it(built: Path) -> None:
    assert built.is_dir()
    note = confidence.probability_note({"probability": None, "unit": "min"}, "zh")
    assert ">—<" in note
    assert "0%" not in note
    assert say("confidence.missing", "zh", draws=runs.DRAWS) in _shown(_goals(goal="G-T01"))


def test_probability_range_and_hinge_are_on_the_screen_as_text(built: Path) -> None:
    _change(built, goal="G-T01", **DRAWN)
    shown = _shown(_goals(goal="G-T01"))
    assert "87%" in shown
    assert "29 分 至 41 分（九成抽样）" in shown
    assert "区间&lt;时分&gt;（62%）" in shown
    assert "区间<" not in shown


def test_an_unreachable_end_of_the_range_is_said() -> None:
    record = {"draws": 10, "value_low": 29.0, "value_high": None, "unit": "min"}
    assert confidence.said_range(record, "zh") == "29 分 至不可达（九成抽样）"
    assert confidence.said_range({"value_low": 29.0, "unit": "min"}, "zh") == ""


def test_the_levers_that_meet_a_goal_are_told_or_how_to_find_them(built: Path) -> None:
    met, missed = {"verdict": "met", "gap": []}, {"verdict": "not met", "gap": []}
    assert confidence.gap(met, "zh") == confidence.gap(None, "zh") == ""
    assert "— 尚未搜索" in confidence.gap(missed, "zh")
    assert "check_goals.py --gaps" in confidence.gap({"verdict": "not met"}, "zh")
    _change(built, goal="G-T01", gap=[GAP])
    shown = _shown(_goals(goal="G-T01"))
    assert "杭甬高铁提速到 &lt;b&gt;310 公里/小时即达成。" in shown
    assert "At 310 km/h it is met." in _shown(_goals(goal="G-T01", lang="en"))


def test_a_kind_of_measure_that_is_not_drawn_says_so(built: Path) -> None:
    assert built.is_dir()
    assert say("confidence.not_drawn", "zh") in _shown(_goals(goal="G-I01"))


def test_all_goals_are_offered_at_the_switch(built: Path) -> None:
    assert built.is_dir()
    app = _goals()
    offered = app.selectbox[0].options
    assert len(offered) == 1 + sum(goal.headline for goal in data.goals().values())
    app.toggle[0].set_value(True).run()
    assert not app.exception, app.exception
    assert app.query_params["goals"] == "all"
    assert len(app.selectbox[0].options) == 1 + len(data.goals())


def test_a_goal_that_no_run_judged_is_not_called_undecidable(built: Path) -> None:
    path = built / "verdicts.json"
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    content["verdicts"] = [r for r in content["verdicts"] if r["goal"] == "G-T01"]
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    shown = _shown(_goals(goal="G-T15"))
    assert "这项目标尚未判断" in shown
    assert "数据不足" not in shown


def test_own_records_replace_those_of_the_run_in_their_place() -> None:
    asked = {"goal": "G", "reading": "A", "year": 2026, "statistic": "total"}
    run = data.Verdicts({}, (asked | {"value": 1}, asked | {"value": 2, "year": 2027}))
    own = run.with_records([asked | {"value": 3}, asked | {"value": 4, "reading": "B"}])
    assert [record["value"] for record in own.records] == [3, 2, 4]
    assert [record["value"] for record in run.records] == [1, 2]
