import csv
import io
import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from app_pages import data
from app_pages.verdict_files import COLUMNS, unit_word, verdicts_csv, verdicts_json
from gis.layers.read import read_layer
from tests.app.sample import sample_verdicts

SECONDS = 120


def _page() -> None:
    from app_pages import downloads

    downloads.show()


def test_the_geopackage_is_made_at_the_press_of_its_button(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content: dict[str, Any] = json.loads(sample_verdicts(tmp_path).read_text(encoding="utf-8"))
    few = {name: read_layer(name) for name in ("cities", "counties")}
    monkeypatch.setattr(data, "build_dir", lambda: tmp_path)
    monkeypatch.setattr(data, "layers", lambda: few)
    app = AppTest.from_function(_page, default_timeout=SECONDS).run()
    assert not app.exception, app.exception
    app.button(key="make_geopackage").click().run()
    assert not app.exception, app.exception
    made = tmp_path / "made.gpkg"
    made.write_bytes(app.session_state["geopackage"])
    with sqlite3.connect(made) as tables:
        names = {name for (name,) in tables.execute("SELECT table_name FROM gpkg_contents")}
        (verdicts,) = tables.execute("SELECT count(*) FROM verdicts").fetchone()
    assert {"cities", "counties", "verdicts", "definition_matrix", "sources"} <= names
    assert verdicts == len(content["verdicts"])


@pytest.fixture
def verdicts(tmp_path: Path) -> data.Verdicts:
    content: dict[str, Any] = json.loads(sample_verdicts(tmp_path).read_text(encoding="utf-8"))
    return data.Verdicts(content["manifest"], tuple(content["verdicts"]))


def test_the_table_of_verdicts_is_in_the_readers_words(verdicts: data.Verdicts) -> None:
    content = verdicts_csv(verdicts.records, language="zh")
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    assert len(rows) == len(verdicts.records)
    assert len(rows[0]) == len(COLUMNS)
    told = rows[0]
    assert (told["目标"], told["目标名称"], told["读法"]) == ("G-T01", "杭绍甬半小时交通圈", "A")
    assert (told["口径"], told["结论"], told["单位"]) == ("最快", "未达成", "分")
    assert (told["数值"], told["要求"], told["达成概率"]) == ("37.5", "30.0", "")
    english = verdicts_csv(verdicts.records, language="en").decode("utf-8-sig")
    assert "not met" in english.splitlines()[1]
    assert "未达成" not in english


def test_a_unit_without_a_word_stands_as_it_is() -> None:
    assert unit_word("10k TEU", "zh") == "万标箱"
    assert unit_word("furlong", "zh") == "furlong"


def test_the_json_of_verdicts_has_their_matrices(verdicts: data.Verdicts) -> None:
    content = json.loads(verdicts_json(verdicts))
    assert content.keys() == {"manifest", "matrix", "verdicts"}
    assert content["matrix"].keys() == {record["goal"] for record in verdicts.records}
