"""Tables and layers of access on the drawn network, whose six townships make up two areas."""

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import Point, box

from gis.core.crs import GEOGRAPHIC
from gis.core.errors import InputError
from gis.core.schemas import Mode
from gis.planning.access_layers import (
    INDICES,
    LAYER_OF,
    access_layers,
    access_tables,
    inequality_table,
    measure_names,
)
from tests.drawn_network import NODES, PARAMETERS
from tests.planning.drawn_goals import book, network
from tests.planning.test_access_tables import measure

MEASURES = (
    measure("cumulative_opportunities", id="people_60", limit_min=15),
    measure("cost_to_closest", destinations={"kind": "city_centres", "ids": ["C"]}),
)


@pytest.fixture(scope="module")
def layers() -> dict[str, gpd.GeoDataFrame]:
    return {
        "townships": gpd.GeoDataFrame(
            {"id": list(NODES)},
            geometry=[Point(spot).buffer(0.02) for spot in NODES.values()],
            crs=GEOGRAPHIC,
        ),
        "counties": _areas(["330109"]),
        "cities": _areas(["330100", "330600"]),
        "zones": _areas(["Z", "none"]).assign(
            township_ids=["A;B", ""], level="pilot_zone", tier="provincial"
        ),
    }


def _areas(ids: list[str]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {"id": ids, "name_zh": [f"{one}区" for one in ids], "name_en": ids},
        geometry=[box(120, 29, 121, 31)] * len(ids),
        crs=GEOGRAPHIC,
    )


@pytest.fixture(scope="module")
def tables(layers: dict[str, gpd.GeoDataFrame]) -> dict[str, pd.DataFrame]:
    return access_tables(network(), layers, book(), MEASURES, parameters=PARAMETERS, mode=Mode.CAR)


def test_places_with_people_and_areas_have_tables(tables: dict[str, pd.DataFrame]) -> None:
    assert tables["townships"]["id"].tolist() == list("ABCDF")  # nobody lives at E
    assert tables["counties"]["population"].tolist() == [1070]
    assert tables["cities"][["id", "name_zh", "population"]].to_numpy().tolist() == [
        ["330100", "330100区", 470],
        ["330600", "330600区", 600],
    ]
    assert tables["zones"]["id"].tolist() == ["Z"]


def test_layers_have_shapes_and_what_they_are_of(
    tables: dict[str, pd.DataFrame], layers: dict[str, gpd.GeoDataFrame]
) -> None:
    drawn = access_layers(tables, layers, year=2026, mode=Mode.CAR)
    assert list(drawn) == list(LAYER_OF.values())
    for name, layer_name in LAYER_OF.items():
        layer = drawn[layer_name]
        assert layer["people_60"].tolist() == tables[name]["people_60"].tolist()
        assert set(layer["year"]) == {2026}
        assert set(layer["mode"]) == {"car"}
        assert not any(column.endswith(INDICES) for column in layer.columns)
        assert layer.crs == GEOGRAPHIC
    b = drawn["township_access"].set_index("id").loc["B", "geometry"]
    assert b.centroid.distance(Point(NODES["B"])) < 1e-9
    assert drawn["zone_access"]["tier"].tolist() == ["provincial"]


def test_inequality_is_a_table_of_its_own(tables: dict[str, pd.DataFrame]) -> None:
    found = inequality_table(tables, MEASURES, year=2026, mode=Mode.CAR)
    assert found[["level", "id", "measure"]].to_numpy().tolist() == [
        ["counties", "330109", "people_60"],
        ["cities", "330100", "people_60"],
        ["cities", "330600", "people_60"],
        ["zones", "Z", "people_60"],
    ]
    alone = found[found["id"] == "330600"].iloc[0]  # all live at C: nobody has more than another
    assert (alone["gini"], alone["theil"]) == (0.0, 0.0)
    assert found["gini"].tolist() == [
        *tables["counties"]["people_60_gini"],
        *tables["cities"]["people_60_gini"],
        *tables["zones"]["people_60_gini"],
    ]


def test_columns_of_measures_have_chinese_names() -> None:
    names = measure_names(MEASURES)
    assert names["people_60"] == "指标"
    assert names["cost_to_closest_reached"] == "指标：可达人口占比"
    assert "people_60_reached" not in names


def test_unknown_destinations_are_told(layers: dict[str, gpd.GeoDataFrame]) -> None:
    odd = measure("cost_to_closest", destinations={"kind": "city_centres", "ids": ["X"]})
    with pytest.raises(InputError, match="X"):
        access_tables(network(), layers, book(), (odd,), parameters=PARAMETERS, mode=Mode.CAR)
