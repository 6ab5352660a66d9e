"""The rail feeds of the years: figures, lines, validity, changes of trains."""

from collections.abc import Callable
from dataclasses import fields
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from gis.catalogue.parameters import load_parameters
from gis.catalogue.rail import NATIONAL, RailTables, load_rail_tables
from gis.core.errors import InputError
from gis.core.schemas import YEARS, Certainty
from gis.core.text import text
from gis.network.gtfs import Feed, check_gtfs, direct_run_minutes
from gis.network.metro import metro_trains, running_seconds
from gis.network.rail import feed_caveats, rail_feed

Ids = Callable[[str], str]


@pytest.fixture(scope="module")
def tables() -> RailTables:
    return load_rail_tables()


@pytest.fixture(scope="module")
def feeds() -> dict[int, Feed]:
    return {year: rail_feed(year=year) for year in YEARS}


@pytest.fixture(scope="module")
def rail_id(tables: RailTables) -> Ids:
    return lambda name: tables.station(name, system=NATIONAL).id


# Station to station in September 2023, from the running minutes of 12306 and two minutes of dwell;
# fastest and median over the direct trains of the day, both directions together. In one direction
# alone the medians differ: 绍兴北–上海虹桥 takes 85 and back 81.
@pytest.mark.parametrize(
    ("origin", "destination", "fastest", "median"),
    [
        ("杭州东", "绍兴北", 18, 19),
        ("绍兴北", "宁波", 33, 41),
        ("杭州东", "宁波", 46, 60),
        ("绍兴北", "上海虹桥", 66, 82),
    ],
)
def test_golden_minutes_of_2023(
    feeds: dict[int, Feed],
    rail_id: Ids,
    *,
    origin: str,
    destination: str,
    fastest: float,
    median: float,
) -> None:
    minutes = direct_run_minutes(
        feeds[2023], rail_id(origin), rail_id(destination), both_directions=True
    )
    assert minutes.min() == pytest.approx(fastest, abs=1)
    assert np.median(minutes) == pytest.approx(median, abs=1)


@pytest.mark.parametrize(
    ("year", "origin", "destination", "published"),
    [
        (2023, "宁波", "金华", 183),
        (2026, "上海虹桥", "湖州", 55),
        (2026, "上海虹桥", "杭州西", 78),
        (2026, "上海虹桥", "湖州南浔", 43),
        (2026, "杭州西", "温州北", 87),
        (2026, "杭州西", "衢州西", 73),
        (2026, "上海虹桥", "衢州西", 157),
        (2026, "金华兰溪东", "杭州西", 76),
        (2027, "慈溪", "宁波", 16),
        (2027, "慈溪", "上海虹桥", 35),
        (2035, "宁波", "舟山", 26),
        (2035, "杭州东", "舟山", 77),
        (2035, "绍兴北", "萧山机场", 8),
        (2035, "临平北", "上海东", 40),
    ],
)
def test_published_minutes_of_lines_opened_since(
    feeds: dict[int, Feed],
    rail_id: Ids,
    *,
    year: int,
    origin: str,
    destination: str,
    published: float,
) -> None:
    # Other ways may be faster (上海虹桥–杭州西 by the older line) or slower.
    for one, other in ((origin, destination), (destination, origin)):
        assert published in direct_run_minutes(feeds[year], rail_id(one), rail_id(other))


@pytest.mark.parametrize(
    ("station", "first"),
    [
        ("绍兴北", 2021),
        ("嵊州北", 2023),
        ("杭州西", 2023),
        ("新昌北", 2023),
        ("湖州南浔", 2026),
        ("慈溪", 2027),
        ("舟山", 2035),
        ("萧山机场", 2035),
    ],
)
def test_a_station_is_served_from_its_year_on(
    feeds: dict[int, Feed], rail_id: Ids, station: str, first: int
) -> None:
    served = [year for year in YEARS if rail_id(station) in set(feeds[year].stops["stop_id"])]
    assert served == [year for year in YEARS if year >= first]


def test_metro_lines_of_a_year(feeds: dict[int, Feed]) -> None:
    lines = {year: set(feed.routes["route_id"]) for year, feed in feeds.items()}
    assert {"SX1", "HH", "HZ9"} <= lines[2021]
    assert lines[2021].isdisjoint({"SX2", "HZ3", "HZ19", "SX1B"})
    assert {"SX2", "HZ3", "HZ19"} <= lines[2023]
    assert {"SX1B", "NB6", "NB7", "NB8"} <= lines[2026]
    # Due in 2026 but not seen open: counted from the first year after the data.
    assert lines[2026].isdisjoint({"JXS", "NBSC", "NBS12"})
    assert {"JXS", "NBSC", "NBS12"} <= lines[2027]


def test_every_pattern_of_2023_runs_with_all_its_trains(
    feeds: dict[int, Feed], tables: RailTables
) -> None:
    trips = feeds[2023].trips["pattern_id"].value_counts()
    found = {pattern.id: trips.get(pattern.id, 0) for pattern in tables.patterns}
    given = {
        pattern.id: pattern.trains_per_day
        for pattern in tables.patterns
        if pattern.source_id == "SRC-RAIL-12306"
    }
    assert {name: found[name] for name in given} == given
    assert sum(given.values()) == 1852


def test_minutes_and_dwell_stand_in_the_timetable(feeds: dict[int, Feed]) -> None:
    # P0001: 台州西 13 临海南 20 仙居南 26 磐安南 9 壶镇 15.5 永康南
    times = feeds[2023].stop_times
    trip = times[times["trip_id"] == "P0001-001"]
    runs = trip["arrival_s"].to_numpy()[1:] - trip["departure_s"].to_numpy()[:-1]
    assert runs.tolist() == [780, 1200, 1560, 540, 930]
    dwells = (trip["departure_s"] - trip["arrival_s"]).tolist()
    assert dwells == [0, 120, 120, 120, 120, 0]


def test_another_dwell_changes_the_minutes(feeds: dict[int, Feed], rail_id: Ids) -> None:
    default = load_parameters()
    longer = type(default)(
        **{part.name: getattr(default, part.name) for part in fields(default)} | {"dwell_min": 4}
    )
    slower = rail_feed(year=2023, parameters=longer)
    minutes = [
        direct_run_minutes(feed, rail_id("台州西"), rail_id("永康南")).min()
        for feed in (feeds[2023], slower)
    ]
    # P0001: 83.5 minutes of running and four stops between the ends.
    assert minutes == [83.5 + 4 * 2, 83.5 + 4 * 4]


@pytest.mark.parametrize("year", YEARS)
def test_feed_is_valid_and_marked_synthetic(feeds: dict[int, Feed], year: int) -> None:
    feed = feeds[year]
    assert check_gtfs(feed, "feed") == []
    assert set(feed.trips["synthetic"]) == {"1"}
    assert set(feed.trips["certainty"]) <= {certainty.value for certainty in Certainty}
    assert set(feed.stop_times["trip_id"].cat.categories) == set(feed.trips["trip_id"])
    assert set(feed.stops["stop_id"]) == set(feed.stop_times["stop_id"].astype(str))


def test_same_year_same_feed(feeds: dict[int, Feed]) -> None:
    again = rail_feed(year=2026)
    for part in fields(Feed):
        pd.testing.assert_frame_equal(getattr(again, part.name), getattr(feeds[2026], part.name))


def test_trains_between_main_stations_do_not_bunch(feeds: dict[int, Feed], rail_id: Ids) -> None:
    times = feeds[2023].stop_times
    at = times[times["stop_id"] == rail_id("杭州东")].merge(
        times[times["stop_id"] == rail_id("绍兴北")], on="trip_id", suffixes=("", "_to")
    )
    leaves = np.sort(at.loc[at["stop_sequence"] < at["stop_sequence_to"], "departure_s"])
    gaps_min = np.diff(leaves) / 60
    assert len(leaves) == 59
    assert gaps_min.max() <= 3 * gaps_min.mean()


def test_changes_of_trains(feeds: dict[int, Feed], tables: RailTables, rail_id: Ids) -> None:
    table = feeds[2023].transfers.set_index(["from_stop_id", "to_stop_id"])["min_transfer_time"]
    parameters = load_parameters()
    west = tables.station("火车西站", system="hz").id
    rail = rail_id("杭州西")
    assert table[rail, rail] == parameters.rail_transfer_min * 60
    assert table[west, west] == parameters.metro_transfer_min * 60
    # 111 m apart: the walk comes on top of the time to leave one system and enter the other.
    walk_s = 111 * parameters.access_detour / (parameters.walk_kmh / 3.6)
    both = parameters.rail_metro_transfer_min * 60 + walk_s
    assert table[rail, west] == pytest.approx(both, abs=3)
    assert table[rail, west] == table[west, rail]
    east, square = (tables.station(n, system="hz").id for n in ("火车东站", "火车东站（东广场）"))
    assert (east, square) in table.index  # 400 m, in rail_transfers.csv
    assert (rail, east) not in table.index


def test_metro_minutes_follow_the_spacing_of_stops(tables: RailTables) -> None:
    line = next(line for line in tables.metro_lines if line.line_id == "SX2")
    stations = [
        tables.station(stop.station_zh, system=line.system) for stop in tables.stops_of("SX2")
    ]
    seconds = running_seconds(line, stations, dwell_s=30)
    assert sum(seconds) + 30 * (len(stations) - 2) == pytest.approx(20 * 60)
    spaces = [abs(one.lon - other.lon) for one, other in pairwise(stations)]
    assert int(np.argmax(seconds)) == int(np.argmax(spaces))  # the line runs east


def test_half_the_trains_of_line_3_take_the_branch(tables: RailTables) -> None:
    trains = {group.pattern_id: group for group in metro_trains(tables, year=2023)}
    main, branch = trains["HZ3-A-0"], trains["HZ3-B-0"]
    stones = tables.station("石马", system="hz").id
    assert branch.run.stops[-1] == stones
    assert main.run.stops[: len(branch.run.stops) - 4] == branch.run.stops[:-4]
    gaps = np.diff(np.sort(np.concatenate([main.departures_s, branch.departures_s])))
    assert gaps.min() > 0
    assert gaps.max() <= 12 * 60  # the longest headway of either in the evening


def test_a_service_stops_where_the_line_is_not_yet_open(tables: RailTables) -> None:
    def ends(year: int) -> tuple[str, str]:
        run = next(
            group.run for group in metro_trains(tables, year=year) if group.pattern_id == "SX1-A-0"
        )
        names = {station.id: station.name_zh for station in tables.stations}
        return names[run.stops[0]], names[run.stops[-1]]

    assert ends(2021) == ("姑娘桥", "中国轻纺城")
    assert ends(2023) == ("姑娘桥", "芳泉")


def test_a_year_before_the_first_is_refused() -> None:
    with pytest.raises(InputError) as caught:
        rail_feed(year=2019)
    assert "the first year is 2021" in caught.value.problems[0].line(language="en")


def test_caveats_say_what_a_year_rests_on(tables: RailTables) -> None:
    assert feed_caveats(2021, tables=tables)[1:] == ("caveat.rail_before_base",)
    assert feed_caveats(2023, tables=tables)[1:] == ()
    assert feed_caveats(2026, tables=tables)[1:] == ("caveat.rail_after_base",)
    assert "caveat.rail_targets" in feed_caveats(2027, tables=tables)
    for key in feed_caveats(2027, tables=tables):
        assert text(key, language="zh") != text(key, language="en")


def test_trains_keep_their_times_when_later_lines_open() -> None:
    earlier, later = rail_feed(year=2023), rail_feed(year=2035)
    first = earlier.stop_times.groupby("trip_id", observed=True)["departure_s"].first()
    then = later.stop_times.groupby("trip_id", observed=True)["departure_s"].first()
    national = earlier.trips.loc[earlier.trips["pattern_id"].str.startswith("P"), "trip_id"]
    assert len(national) > 1500
    assert (then.reindex(national) == first.reindex(national)).all()
