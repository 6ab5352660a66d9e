import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from app_pages import data
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
