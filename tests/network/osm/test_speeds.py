import numpy as np
import pytest

from gis.catalogue.osm_classes import OsmTables, load_osm_tables
from gis.catalogue.roads import RoadClass, Terrain, load_roads
from gis.network.osm.speeds import dense_cells, landing_waits, travel_times
from gis.network.osm.tags import RoadTags

HOUR_S = 3600.0


@pytest.fixture(scope="module")
def tables() -> OsmTables:
    return load_osm_tables()


def kmh(tables: OsmTables, name: str, *, limit: float = np.nan, urban: bool = False) -> float:
    road = RoadTags(
        name, forward=True, backward=True, walkable=True, enterable=True, limit_kmh=limit
    )
    free_flow_s, _ = travel_times(
        np.array([1000.0]),
        kind=np.array([0]),
        kinds=[road],
        is_urban=np.array([urban]),
        way_m=np.array([1000.0]),
        tables=tables,
    )
    return HOUR_S / float(free_flow_s[0])


def test_a_limit_caps_the_class_and_a_high_one_lifts_it(tables: OsmTables) -> None:
    primary = tables.classes["primary"]
    assert kmh(tables, "primary") == pytest.approx(primary.rural_kmh)
    assert kmh(tables, "primary", urban=True) == pytest.approx(primary.urban_kmh)
    assert kmh(tables, "primary", limit=30) == pytest.approx(27)
    assert kmh(tables, "primary", limit=60) == pytest.approx(primary.rural_kmh)
    assert kmh(tables, "primary", limit=100) == pytest.approx(
        100 * (primary.rural_limit_share or 0)
    )


@pytest.mark.parametrize("name", ["motorway", "primary", "residential", "service"])
@pytest.mark.parametrize("urban", [True, False])
def test_a_higher_limit_is_never_slower(tables: OsmTables, name: str, *, urban: bool) -> None:
    speeds = [kmh(tables, name, limit=limit, urban=urban) for limit in range(5, 140)]
    assert np.all(np.diff(speeds) >= 0)
    assert all(speed <= limit for speed, limit in zip(speeds, range(5, 140), strict=True))


def test_classes_agree_with_the_calibrated_sketch(tables: OsmTables) -> None:
    """docs/calibration.md fitted these; a new fit must be taken over here, too."""
    sketch = load_roads().speeds
    motorway = sketch[RoadClass.MOTORWAY, Terrain.PLAIN]
    assert kmh(tables, "motorway") == pytest.approx(motorway.speed_kmh)
    assert kmh(tables, "motorway", limit=120) == pytest.approx(motorway.speed_kmh)
    assert kmh(tables, "motorway", limit=100) == pytest.approx(90)  # 0.9 of the limit, as there
    assert kmh(tables, "trunk") == pytest.approx(sketch[RoadClass.TRUNK, Terrain.PLAIN].speed_kmh)
    assert kmh(tables, "trunk", urban=True) == pytest.approx(
        sketch[RoadClass.TRUNK, Terrain.URBAN].speed_kmh
    )
    assert kmh(tables, "secondary", urban=True) == pytest.approx(
        sketch[RoadClass.LINK, Terrain.URBAN].speed_kmh
    )
    assert kmh(tables, "tertiary") == pytest.approx(sketch[RoadClass.LINK, Terrain.PLAIN].speed_kmh)
    assert kmh(tables, "ferry") == pytest.approx(sketch[RoadClass.FERRY, Terrain.PLAIN].speed_kmh)


def test_cells_are_urban_where_they_and_their_neighbours_are_dense(tables: OsmTables) -> None:
    parameters = tables.parameters
    needed = int(parameters.urban_junctions_km2 * 9)  # nine cells of one km²
    lon, lat = np.full(needed, 120.705), np.full(needed, 30.205)  # half a km off the origin
    dense = dense_cells(lon, lat, parameters)
    assert len(dense.urban) == 9
    km = np.array([0, 1, 2, -1, -2])
    assert dense.contain(120.705 + km * 0.0104, np.full(5, 30.205)).tolist() == [
        *(True, True, False, True, False)
    ]
    assert len(dense_cells(lon[1:], lat[1:], parameters).urban) == 0
    assert len(dense_cells(lon[:0], lat[:0], parameters).urban) == 0


def test_half_the_wait_at_each_landing(tables: OsmTables) -> None:
    # 0 -road- 1 ~~ 2 ~~ 3 -road- 4, and a branch 2 ~~ 5 that ends on an island without roads
    source, target = np.array([0, 1, 2, 3, 2]), np.array([1, 2, 3, 4, 5])
    is_ferry = np.array([False, True, True, False, True])
    half = tables.parameters.ferry_wait_s / 2
    waits = landing_waits(source, target, is_ferry, tables.parameters)
    assert waits.tolist() == [0, half, half, 0, half]
    over = landing_waits(source[:1], target[:1], is_ferry[1:2], tables.parameters)
    assert over.tolist() == [2 * half]
