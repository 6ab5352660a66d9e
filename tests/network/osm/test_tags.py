import math

import pytest

from gis.catalogue.osm_classes import OsmTables, load_osm_tables
from gis.network.osm.tags import RELEVANT_KEYS, Left, RoadTags, limit_of, road_tags, seconds_of


@pytest.fixture(scope="module")
def tables() -> OsmTables:
    return load_osm_tables()


def kept(tables: OsmTables, *, walk: bool = False, **tags: str) -> RoadTags:
    road = road_tags(
        {key.replace("__", ":"): value for key, value in tags.items()}, tables, walk=walk
    )
    assert isinstance(road, RoadTags), road
    return road


@pytest.mark.parametrize(
    ("tags", "directions"),
    [
        ({"highway": "primary"}, (True, True)),
        ({"highway": "primary", "oneway": "yes"}, (True, False)),
        ({"highway": "primary", "oneway": "-1"}, (False, True)),
        ({"highway": "primary", "oneway": "no"}, (True, True)),
        ({"highway": "primary", "oneway": "alternating"}, (True, True)),
        ({"highway": "primary", "junction": "roundabout"}, (True, False)),
        ({"highway": "primary", "junction": "roundabout", "oneway": "-1"}, (False, True)),
        ({"highway": "motorway"}, (True, False)),
        ({"highway": "motorway", "oneway": "no"}, (True, True)),
        ({"highway": "motorway_link"}, (True, True)),
        ({"highway": "primary", "oneway": "yes", "oneway:bicycle": "no"}, (True, False)),
        ({"highway": "primary", "oneway": "yes", "oneway:motor_vehicle": "no"}, (True, True)),
        ({"highway": "primary", "oneway:vehicle": "yes"}, (True, False)),
        ({"highway": "primary", "motor_vehicle:backward": "no"}, (True, False)),
        ({"highway": "primary", "oneway": "-1", "access:forward": "no"}, (False, True)),
    ],
)
def test_directions(tables: OsmTables, tags: dict[str, str], directions: tuple[bool, bool]) -> None:
    road = road_tags(tags, tables)
    assert isinstance(road, RoadTags)
    assert (road.forward, road.backward) == directions


@pytest.mark.parametrize(
    ("tags", "is_open"),
    [
        ({"access": "no"}, False),
        ({"access": "private"}, False),
        ({"access": "destination"}, True),
        ({"motor_vehicle": "agricultural"}, False),
        ({"vehicle": "no"}, False),
        ({"motorcar": "no"}, False),
        ({"bicycle": "no", "hgv": "no"}, True),
        # The more specific key decides, whichever way.
        ({"access": "no", "motor_vehicle": "yes"}, True),
        ({"access": "no", "vehicle": "permissive"}, True),
        ({"access": "yes", "motorcar": "no"}, False),
        ({"motor_vehicle": "no", "motorcar": "yes"}, True),
        ({"vehicle": "yes", "motor_vehicle": "private"}, False),
        ({"motor_vehicle": "unknown", "access": "no"}, False),
    ],
)
def test_access(tables: OsmTables, tags: dict[str, str], *, is_open: bool) -> None:
    road = road_tags({"highway": "tertiary"} | tags, tables)
    assert (road == Left.CLOSED) == (not is_open)


@pytest.mark.parametrize(
    ("tags", "reason"),
    [
        ({"highway": "proposed", "proposed": "motorway"}, Left.NOT_BUILT),
        ({"highway": "construction"}, Left.NOT_BUILT),
        ({"highway": "bus_stop"}, Left.NO_ROAD),
        ({"highway": "moon_road"}, Left.NO_ROAD),
        ({"route": "bus"}, Left.NO_ROAD),
        ({}, Left.NO_ROAD),
        ({"highway": "service", "area": "yes"}, Left.AREA),
        ({"highway": "service", "service": "parking_aisle"}, Left.SERVICE),
        ({"highway": "service", "service": "driveway"}, Left.SERVICE),
        ({"highway": "primary", "oneway": "reversible"}, Left.REVERSIBLE),
        ({"route": "ferry"}, Left.FERRY_WITHOUT_CARS),
        ({"route": "ferry", "motor_vehicle": "no"}, Left.FERRY_WITHOUT_CARS),
        ({"highway": "footway"}, Left.WALK_ONLY),
        ({"highway": "track", "motor_vehicle": "yes"}, Left.WALK_ONLY),
    ],
)
def test_what_is_left_out_has_a_reason(
    tables: OsmTables, tags: dict[str, str], reason: Left
) -> None:
    assert road_tags(tags, tables) == reason


def test_of_a_list_of_classes_the_first_counts(tables: OsmTables) -> None:
    assert kept(tables, highway="unclassified;tertiary").osm_class == "unclassified"
    assert kept(tables, highway="service", service="alley").osm_class == "service"


def test_ways_for_walking_are_kept_when_asked_for(tables: OsmTables) -> None:
    path = kept(tables, highway="path", walk=True)
    assert (path.forward, path.backward, path.walkable) == (False, False, True)
    private = {"highway": "path", "access": "private"}
    assert road_tags(private, tables, walk=True) == Left.WALK_ONLY
    closed = kept(tables, highway="residential", motor_vehicle="no", walk=True)
    assert (closed.forward, closed.walkable) == (False, True)
    assert not kept(tables, highway="motorway").walkable
    assert not kept(tables, highway="primary", foot="no").walkable
    assert kept(tables, highway="motorway_link", foot="yes").walkable


def test_bridges_tunnels_and_motor_roads_are_entered_at_their_ends(tables: OsmTables) -> None:
    assert kept(tables, highway="primary").enterable
    for closed in ({"bridge": "viaduct"}, {"tunnel": "yes"}, {"motorroad": "yes"}):
        assert not kept(tables, highway="primary", **closed).enterable
    assert not kept(tables, highway="motorway").enterable
    assert kept(tables, highway="primary", bridge="no").enterable
    assert kept(tables, highway="primary", bridge="viaduct").bridge


@pytest.mark.parametrize(
    ("value", "kmh"),
    [
        ("50", 50.0),
        ("50 mph", 80.4672),
        ("30mph", 48.28032),
        ("10 knots", 18.52),
        ("80 km/h", 80.0),
        ("100;80", 80.0),
        ("120|100|100", 100.0),
        ("CN:urban", 50.0),
        ("CN:motorway", 120.0),
        ("XX:rural", 80.0),
        ("DE:zone:30", 30.0),
        ("GB:nsl_single", 96.6),
        ("walk", 7.0),
        ("none", 130.0),
        ("signals", math.nan),
        ("fast", None),
        ("50 furlongs", None),
        ("-50", None),
        ("50;slow", None),
        ("", None),
    ],
)
def test_limits(tables: OsmTables, value: str, kmh: float | None) -> None:
    assert limit_of(value, tables) == pytest.approx(kmh, nan_ok=True)


@pytest.mark.parametrize(
    ("tags", "kmh", "faults"),
    [
        ({"maxspeed": "999"}, math.nan, ("maxspeed",)),
        ({"maxspeed": "0"}, math.nan, ("maxspeed",)),
        ({"maxspeed": "fast"}, math.nan, ("maxspeed",)),
        ({"maxspeed": "signals"}, math.nan, ()),
        ({"maxspeed": "60", "maxspeed:forward": "80"}, 60.0, ()),
        ({"maxspeed:forward": "80", "maxspeed:backward": "60"}, 60.0, ()),
        ({"maxspeed": "5000", "maxspeed:forward": "80"}, 80.0, ("maxspeed",)),
        ({"source:maxspeed": "CN:urban"}, 50.0, ()),
        ({"source:maxspeed": "sign"}, math.nan, ()),
        ({"maxspeed": "70", "source:maxspeed": "CN:urban"}, 70.0, ()),
    ],
)
def test_absurd_limits_are_not_used_and_told(
    tables: OsmTables, tags: dict[str, str], kmh: float, faults: tuple[str, ...]
) -> None:
    road = road_tags({"highway": "primary"} | tags, tables)
    assert isinstance(road, RoadTags)
    assert road.limit_kmh == pytest.approx(kmh, nan_ok=True)
    assert road.faults == faults


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("00:35", 2100.0),
        ("1:05", 3900.0),
        ("00:35:30", 2130.0),
        ("PT35M", 2100.0),
        ("PT1H5M", 3900.0),
        ("PT2H", 7200.0),
        ("PT90S", 90.0),
        ("45", 2700.0),
        ("PT", None),
        ("soon", None),
        ("1h", None),
    ],
)
def test_durations(value: str, seconds: float | None) -> None:
    assert seconds_of(value) == seconds


def test_ferries_take_cars_where_tags_say_so(tables: OsmTables) -> None:
    ferry = kept(tables, route="ferry", motor_vehicle="yes", duration="00:40")
    assert (ferry.osm_class, ferry.ferry_s, ferry.enterable) == ("ferry", 2400.0, False)
    assert ferry.forward
    assert ferry.backward
    assert kept(tables, route="ferry", ferry="primary").osm_class == "ferry"
    assert math.isnan(kept(tables, route="ferry", motorcar="yes").ferry_s)
    assert kept(tables, route="ferry", motorcar="yes", duration="soon").faults == ("duration",)
    assert math.isnan(kept(tables, highway="primary", duration="00:10").ferry_s)


def test_lanes(tables: OsmTables) -> None:
    found = {value: kept(tables, highway="primary", lanes=value).lanes for value in LANES}
    assert found == LANES


LANES = {"4": 4, "2;3": 2, "many": 0, "400": 0}


def test_keys_that_are_not_relevant_change_nothing(tables: OsmTables) -> None:
    tags = {"highway": "primary", "oneway": "yes", "maxspeed": "80", "name": "之江路", "lit": "yes"}
    relevant = {key: value for key, value in tags.items() if key in RELEVANT_KEYS}
    assert relevant.keys() == {"highway", "oneway", "maxspeed"}
    assert str(road_tags(tags, tables)) == str(road_tags(relevant, tables))
