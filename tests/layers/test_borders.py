"""Counties made from arcs, on two squares that share a border."""

import geopandas as gpd
import pytest
import shapely

from gis.core.errors import InputError
from gis.layers.borders import county_shapes

# (0,1) ----- (1,1) ----- (2,1)
#   |    a      |     b     |
# (0,0) ----- (1,0) ----- (2,0)
WEST = shapely.LineString([(1, 0), (0, 0), (0, 1), (1, 1)])
SHARED = shapely.LineString([(1, 0), (1, 1)])
EAST = shapely.LineString([(1, 0), (2, 0), (2, 1), (1, 1)])


def _borders(*rows: tuple[str, str, shapely.LineString]) -> gpd.GeoDataFrame:
    left, right, lines = zip(*rows, strict=True)
    return gpd.GeoDataFrame(
        {"left_id": list(left), "right_id": list(right)}, geometry=list(lines), crs="EPSG:4326"
    )


def _islands(*rows: tuple[str, shapely.Polygon]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {"county_id": [county_id for county_id, _ in rows]},
        geometry=[shape for _, shape in rows],
        crs="EPSG:4326",
    )


def test_two_counties_share_their_border_without_gap_or_overlap() -> None:
    shapes = county_shapes(
        _borders(("", "a", WEST), ("a", "b", SHARED), ("b", "", EAST)), _islands()
    )
    assert shapes["county_id"].tolist() == ["a", "b"]
    assert shapely.area(shapes.geometry.to_numpy()).tolist() == [1.0, 1.0]
    assert shapely.coverage_is_valid(shapes.geometry.to_numpy())


def test_an_island_belongs_to_its_county() -> None:
    island = shapely.box(3, 3, 4, 4)
    shapes = county_shapes(
        _borders(("", "a", WEST), ("a", "b", SHARED), ("b", "", EAST)), _islands(("b", island))
    )
    assert shapes.set_index("county_id").geometry["b"].area == pytest.approx(2.0)


def test_a_county_of_islands_needs_no_border() -> None:
    shapes = county_shapes(
        _borders(("", "a", WEST), ("", "a", SHARED)), _islands(("z", shapely.box(3, 3, 4, 4)))
    )
    assert shapes["county_id"].tolist() == ["a", "z"]


def test_a_county_around_another_has_a_hole() -> None:
    ring = shapely.box(0.2, 0.2, 0.8, 0.8).exterior
    shapes = county_shapes(
        _borders(("", "a", WEST), ("", "a", SHARED), ("a", "c", shapely.LineString(ring))),
        _islands(),
    ).set_index("county_id")
    assert shapes.geometry["c"].area == pytest.approx(0.36)
    assert shapes.geometry["a"].area == pytest.approx(0.64)


def test_every_county_whose_borders_do_not_close_is_named() -> None:
    short = shapely.LineString([(1, 0), (1, 0.9)])
    with pytest.raises(InputError) as caught:
        county_shapes(_borders(("", "a", WEST), ("a", "b", short), ("b", "", EAST)), _islands())
    lines = [problem.line(language="en") for problem in caught.value.problems]
    assert [line.split(":")[1].strip() for line in lines] == ["a", "b"]
    assert "do not close" in lines[0]
