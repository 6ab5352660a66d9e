"""Access: nothing is computed unasked, and what is computed is told with unit and source."""

import io
from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely.geometry import LineString
from streamlit.testing.v1 import AppTest

from app_pages import access_panel, borders_panel, data, measured
from app_pages.view import View
from gis.core.schemas import Mode
from gis.network.model import Network
from gis.planning.access_tables import area_access
from tests.app.sample import sample_verdicts
from tests.drawn_network import drawn_network

SECONDS = 120
OWN = {"network": "drawn"}


@pytest.fixture
def drawn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Network]:
    """Give a build folder with the drawn network as one of the reader's own."""
    network = drawn_network()
    sample_verdicts(tmp_path)
    monkeypatch.setattr(data, "build_dir", lambda: tmp_path)
    monkeypatch.setattr(data, "STATIC", tmp_path / "static")
    monkeypatch.setattr(data, "own_names", lambda: ("drawn",))
    monkeypatch.setattr(data, "own_network", lambda _: network)
    data.assets.clear()
    measured._kept.clear()
    yield network
    measured._kept.clear()
    data.assets.clear()


@pytest.fixture(scope="module")
def tables() -> dict[str, pd.DataFrame]:
    """Give made-up access of real townships: townships of a county are alike."""
    townships = data.layers()["townships"]
    known = townships[townships["population"] > 0].drop_duplicates("id", ignore_index=True)
    columns = ["id", "name_zh", "name_en", "county_id", "city_id", "population"]
    rank = known["county_id"].rank(method="dense").to_numpy(dtype=float)
    values = {
        identifier: np.where(rank == 1, np.nan, 10 * rank) if measure.is_time else rank * 20_000
        for identifier, measure in measured.measures().items()
    }
    made = {"townships": known[columns].assign(**values)}
    for level, column in (("counties", "county_id"), ("cities", "city_id")):
        members = made["townships"].groupby(column)["id"].apply(list).to_dict()
        areas = area_access(made["townships"], measured.measures().values(), members)
        names = data.layers()[level].set_index("id").loc[areas["id"], ["name_zh", "name_en"]]
        made[level] = areas.assign(**{name: names[name].to_numpy() for name in names})
    made["zones"] = made["cities"].iloc[:0]
    return made


def _page() -> None:
    from app_pages import access

    access.show()


def _access(**query: str) -> AppTest:
    app = AppTest.from_function(_page, default_timeout=SECONDS)
    for key, value in query.items():
        app.query_params[key] = value
    app.run()
    assert not app.exception, app.exception
    return app


def _shown(app: AppTest) -> str:
    return "\n".join(str(element.proto.body) for element in app.get("html"))


@pytest.mark.usefixtures("drawn")
def test_nothing_is_computed_before_the_reader_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[View] = []
    monkeypatch.setattr(measured, "compute_access", lambda view, **_: asked.append(view))
    monkeypatch.setattr(data, "network", lambda _: pytest.fail("no network is needed yet"))
    app = _access(**OWN)
    assert "尚未计算：drawn，驾车门到门，平峰，含停车" in _shown(app)
    assert asked == []
    app.button(key="compute_access").click().run()
    assert [view.network for view in asked] == ["drawn"]


@pytest.mark.usefixtures("drawn")
def test_without_a_network_the_page_says_how_to_get_one() -> None:
    app = _access(year="2027")
    assert "2027 年的路网尚未生成" in _shown(app)
    assert not app.button


@pytest.mark.usefixtures("drawn")
def test_access_is_computed_on_the_chosen_network() -> None:
    view = View(network="drawn", measure="people_30", level="townships")
    told: list[tuple[float, str]] = []
    measured.compute_access(view, progress=lambda *now: told.append(now))
    found = measured.access_of(view)
    assert found is not None
    assert measured.access_of(View(network="drawn", peak=True)) is None
    townships = found["townships"]
    reaches_others = townships["people_30"] > townships["population"]
    assert (townships["people_30"] >= townships["population"]).all()
    assert 0 < reaches_others.mean() < 0.5  # those beside the drawn roads
    assert told[0][0] == 0.0
    assert all(share <= 1.0 for share, _ in told)
    assert "个镇街 ×" in told[0][1]
    answers = access_panel.answers(found, view)
    assert len(answers["areas"]["features"]) == len(found["townships"])


def test_rail_without_trains_is_refused_in_words(drawn: Network) -> None:
    assert drawn.feed.trips.empty
    app = _access(**OWN, mode="transit")
    app.button(key="compute_access").click().run()
    assert not app.exception, app.exception
    assert "没有列车" in _shown(app)


@pytest.mark.usefixtures("drawn")
def test_the_table_is_sorted_and_told_with_unit_source_and_accuracy(
    tables: dict[str, pd.DataFrame], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measured, "access_of", lambda _: tables)
    shown = _shown(_access(**OWN))
    best = tables["counties"].sort_values("people_60").iloc[-1]
    assert f"60分钟可达人口：{best['name_zh']}最多（{best['people_60'] / 1e4:.1f} 万人）" in shown
    assert shown.index(f"<td>{best['name_zh']}</td>") < shown.index("<small>2</small>")
    assert "数值（万人）" in shown
    assert "Wachs &amp; Kumagai 1973" in shown
    assert "自选路网，精度由其来源决定" in shown
    gini = measured.inequality_of_all(tables)["people_60_gini"].iloc[0]
    assert f"<b>{gini:.2f}</b>" in shown


@pytest.mark.usefixtures("drawn")
def test_a_time_that_some_cannot_make_is_a_share_and_has_no_index(
    tables: dict[str, pd.DataFrame], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measured, "access_of", lambda _: tables)
    shown = _shown(_access(**OWN, measure="centre_time", lang="en"))
    assert "0% can get there" in shown
    assert "There is no index for times." in shown
    assert "shortest in" in shown


@pytest.mark.usefixtures("drawn")
def test_many_townships_are_cut_and_counted(
    tables: dict[str, pd.DataFrame], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measured, "access_of", lambda _: tables)
    shown = _shown(_access(**OWN, level="townships"))
    left_out = len(tables["townships"]) - access_panel.FIRST_ROWS - access_panel.LAST_ROWS
    assert f"中间 {left_out} 个见下载的表" in shown


@pytest.mark.usefixtures("drawn")
def test_the_table_to_take_away_has_heads_in_words_and_units(
    tables: dict[str, pd.DataFrame],
) -> None:
    view = View(network="drawn")
    read = pd.read_csv(io.BytesIO(access_panel.table_csv(tables["counties"], view)))
    assert {"60分钟可达人口 [people]", "60分钟可达人口 基尼", "口径", "路网"} <= set(read.columns)
    assert len(read) == len(tables["counties"])
    assert set(read["路网"]) == {"drawn"}
    assert read["60分钟可达人口 [people]"].tolist() == tables["counties"]["people_60"].tolist()


# Borders ---------------------------------------------------------------------------------------


def _penalties() -> gpd.GeoDataFrame:
    rows = {
        "甲—乙": (1.86, 1.3, 2.4, 35.0),
        "乙—丙": (1.02, 0.9, 1.1, 0.4),
        "丙—丁": (np.nan, np.nan, np.nan, np.nan),
    }
    frame = pd.DataFrame.from_dict(
        rows, orient="index", columns=["ratio", "ratio_low", "ratio_high", "penalty_min"]
    ).reset_index(names="name_zh")
    frame = frame.assign(
        id=["a", "b", "c"],
        name_en=["A–B", "B–C", "C–D"],
        kind=["border", "border", "border"],
        mode=Mode.CAR.value,
        peak=False,
        remarks_zh=["须知<甲>", "", ""],
        remarks_en=["remark", "", ""],
    )
    line = LineString([(120.0, 30.0), (120.1, 30.0)])
    return gpd.GeoDataFrame(frame, geometry=[line] * len(frame), crs=4326)


@pytest.mark.usefixtures("drawn")
def test_borders_are_told_by_their_interval(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measured, "borders_of", lambda _: _penalties())
    shown = _shown(_access(**OWN, show="borders"))
    assert "同样的距离，跨甲—乙多花 86% 的时间，3 条中最多" in shown
    assert "须知&lt;甲&gt;" in shown
    assert "1.30–2.40" in shown
    assert shown.index("甲—乙</td>") < shown.index("乙—丙</td>") < shown.index("丙—丁</td>")
    answers = borders_panel.answers(_penalties(), View())
    drawn = [feature["properties"] for feature in answers["cuts"]["features"]]
    assert [cut["value"] for cut in drawn] == ["×1.86", "×1.02", "点对太少，不作判断"]
    assert drawn[0]["colour"] == borders_panel.CLASSES["much"]
    assert drawn[1]["colour"] == borders_panel.CLASSES["not_apart"]


def test_the_class_of_a_border_follows_its_interval() -> None:
    def of(ratio: float, low: float, high: float) -> str:
        return borders_panel.class_of({"ratio": ratio, "ratio_low": low, "ratio_high": high})

    assert of(1.05, 1.01, 1.1) == "little"
    assert of(1.1, 1.01, 1.2) == "some"
    assert of(1.5, 1.2, 1.9) == "much"
    assert of(0.9, 0.8, 0.95) == "cheaper"
    assert of(1.6, 1.0, 2.2) == "not_apart"


@pytest.mark.usefixtures("drawn")
def test_what_is_kept_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measured, "KEPT_RUNS", 2)
    for number in range(3):
        measured._keep(("access", number), number)
    assert list(measured._kept().values()) == [1, 2]
