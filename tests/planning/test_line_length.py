"""Open lines inside an area: a line of published length 100 km, half of it inside."""

import geopandas as gpd
import pytest
from shapely.geometry import LineString, box

from gis.catalogue.goals import Measure, Reading
from gis.core.schemas import Basis, Certainty
from gis.planning.line_length import open_line_lengths, unknown_lines
from tests.planning.drawn_goals import goal

#  city |  120 .. 120.5      line X: 120 -> 121 (half inside), opened 2022
AREAS = gpd.GeoDataFrame({"id": ["330600"]}, geometry=[box(120, 29, 120.5, 31)], crs=4326)
LINES = gpd.GeoDataFrame(
    {
        "line_id": ["X", "Y", "Z"],
        "name_zh": ["甲线", "乙线", "丙线"],
        "name_en": ["X", "Y", "Z"],
        "mode": ["metro", "metro", "suburban"],
        "opened_year": [2022, 2030, 2018],
        "length_km": [100.0, 50.0, 20.0],
    },
    geometry=[
        LineString([(120, 30), (121, 30)]),
        LineString([(120.1, 30), (120.2, 30)]),
        LineString([(120.1, 30.1), (120.3, 30.1)]),
    ],
    crs=4326,
)


def reading(**changes: object) -> Reading:
    fields: dict[str, object] = {
        "id": "A",
        "name_zh": "长度",
        "name_en": "length",
        "measure": Measure.NETWORK_LENGTH,
        "within": ("330600",),
        "line_modes": ("metro",),
        "threshold": 65.0,
        "comparison": ">=",
        "unit": "km",
        "basis": Basis.NAMED,
        "certainty": Certainty.HIGH,
    }
    return Reading.model_validate(fields | changes)


def test_published_length_is_shared_out_by_the_part_inside() -> None:
    lines = open_line_lengths(LINES, AREAS, reading=reading(), year=2023)
    assert lines["line_id"].tolist() == ["X"]
    assert lines["length_km"].iloc[0] == pytest.approx(50.0, abs=0.01)


def test_a_line_counts_from_its_opening_year_on() -> None:
    assert open_line_lengths(LINES, AREAS, reading=reading(), year=2021).empty
    later = open_line_lengths(LINES, AREAS, reading=reading(), year=2030)
    assert later["line_id"].tolist() == ["X", "Y"]


def test_modes_and_ids_select() -> None:
    both = reading(line_modes=("metro", "suburban"))
    assert open_line_lengths(LINES, AREAS, reading=both, year=2023)["line_id"].tolist() == [
        "X",
        "Z",
    ]
    whole = reading(line_modes=(), line_ids=("X",), within=())
    named = open_line_lengths(LINES, AREAS, reading=whole, year=2023)
    assert named["length_km"].tolist() == [100.0]


def test_lines_modes_and_areas_that_no_layer_knows_are_named() -> None:
    asked = goal(
        reading(line_ids=("X", "SX9"), line_modes=("metr",), within=("330600", "990000")),
        id="G-I17",
    )
    problems = unknown_lines([asked], LINES, AREAS)
    assert [problem.fields["id"] for problem in problems] == ["SX9", "metr", "990000"]
    assert problems[0].line().startswith("goals.yaml goal G-I17 reading A line_ids字段")
    assert unknown_lines([goal(reading())], LINES, AREAS) == []
