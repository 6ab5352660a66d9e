"""Changes of trains, worked by hand on the drawn network.

P ---20, 40, 20 min there, 30 back--- Q; one line P - R - Q is added where a stop between matters.
"""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from gis.catalogue.scenarios import (
    ChangeRow,
    DirectServiceRow,
    FrequencyRow,
    LineSpeedRow,
    StationAccessRow,
    TravelParametersRow,
)
from gis.core.errors import InputError
from gis.network.gtfs import Feed, check_gtfs, direct_run_minutes
from gis.network.scenarios.apply import apply_scenario
from gis.network.scenarios.frequency import gap_departures
from tests.drawn_network import NODES, PARAMETERS, drawn_feed, drawn_network

STOPS = {
    "P": (*NODES["A"], "rail"),
    "R": (*NODES["B"], "rail"),
    "Q": (*NODES["C"], "rail"),
    "Z": (*NODES["E"], "rail"),
}
TRIPS = {
    "G1/1": [("P", "08:00"), ("R", "08:10-08:12"), ("Q", "08:32")],
    "G1/2": [("P", "10:00"), ("Q", "10:20")],
    "G2/1": [("Q", "12:00"), ("R", "12:20-12:22"), ("P", "12:32")],
}


def changed(*rows: ChangeRow) -> Feed:
    network = drawn_network(drawn_feed(TRIPS, stops=STOPS))
    return apply_scenario(network, rows, parameters=PARAMETERS).network.feed


def clocks(feed: Feed, trip: str) -> list[tuple[int, int]]:
    """Return minutes after midnight of arrival and departure at each call."""
    calls = feed.stop_times[feed.stop_times["trip_id"].astype(str) == trip]
    times = calls[["arrival_s", "departure_s"]].to_numpy() / 60
    return [(int(arrival), int(departure)) for arrival, departure in times]


def test_speed_between_two_stations_shortens_what_lies_between_them() -> None:
    feed = changed(LineSpeedRow(between=(("R", "Q"),), speed_factor=2.0))
    # 10 minutes to R, 2 there, 20 become 10; the train past R without a stop does not serve it.
    assert clocks(feed, "G1/1") == [(480, 480), (490, 492), (502, 502)]
    assert clocks(feed, "G1/2") == [(600, 600), (620, 620)]
    assert clocks(feed, "G2/1") == [(720, 720), (730, 732), (742, 742)]


def test_speed_of_a_line_is_that_of_its_neighbours_and_of_its_trains() -> None:
    of_stations = changed(LineSpeedRow(stations=("P", "R"), speed_factor=2.0))
    assert clocks(of_stations, "G1/1") == [(480, 480), (485, 487), (507, 507)]
    of_line = changed(LineSpeedRow(lines=("G2",), speed_factor=0.5))
    assert clocks(of_line, "G1/1") == clocks(changed(), "G1/1")
    assert clocks(of_line, "G2/1") == [(720, 720), (760, 762), (782, 782)]


def test_overlapping_pairs_are_sped_up_once() -> None:
    feed = changed(LineSpeedRow(between=(("P", "Q"), ("R", "Q")), speed_factor=2.0))
    assert clocks(feed, "G1/1") == [(480, 480), (485, 487), (497, 497)]


def test_added_trains_fill_the_longest_gaps() -> None:
    # The day is 06:00 to 23:00; trains leave P at 08:00 and 10:00: the gap to 23:00 is longest.
    feed = changed(FrequencyRow(between=(("P", "Q"),), extra=2))
    calls = feed.stop_times[feed.stop_times["stop_sequence"] == 0]
    leaves = calls[calls["stop_id"].astype(str) == "P"]["departure_s"] / 60
    assert sorted(leaves) == [480, 600, 795, 990]
    assert len(direct_run_minutes(feed, "P", "Q")) == 4
    assert len(direct_run_minutes(feed, "Q", "P")) == 3
    assert check_gtfs(feed, "scenario") == []


def test_more_trains_hold_fewer_trains() -> None:
    gaps = [
        set(gap_departures(np.array([480, 600]), count, start_s=360, end_s=1380).tolist())
        for count in range(6)
    ]
    assert all(fewer < more for fewer, more in pairwise(gaps))


@pytest.mark.parametrize(("factor", "trains"), [(0.0, 0), (0.5, 1), (1.0, 2), (2.0, 4)])
def test_a_factor_gives_so_many_trains(factor: float, trains: int) -> None:
    feed = changed(FrequencyRow(between=(("P", "Q"),), factor=factor))
    assert len(direct_run_minutes(feed, "P", "Q")) == trains


def test_new_trains_serve_stations_that_had_none() -> None:
    network = drawn_network(drawn_feed(TRIPS, stops=STOPS))
    service = DirectServiceRow(stations=("P", "Z"), minutes=(15.0,), trains_per_day=3)
    case = apply_scenario(network, [service], parameters=PARAMETERS)
    feed = case.network.feed
    assert direct_run_minutes(feed, "P", "Z").tolist() == [15.0] * 3
    assert direct_run_minutes(feed, "Z", "P").tolist() == [15.0] * 3
    assert "Z" not in set(network.station_links["stop_id"])
    assert "Z" in set(case.network.station_links["stop_id"])
    assert check_gtfs(feed, "scenario") == []


def test_new_trains_open_their_doors_where_others_keep_them_closed() -> None:
    feed = drawn_feed(TRIPS, stops=STOPS)
    closed = np.array([0, 1, 0, 0, 0, 0, 0, 0], dtype=np.int8)
    network = drawn_network(
        replace(feed, stop_times=feed.stop_times.assign(pickup_type=closed, drop_off_type=closed))
    )
    service = DirectServiceRow(stations=("P", "Q"), minutes=(15.0,), trains_per_day=1)
    changed_feed = apply_scenario(network, [service], parameters=PARAMETERS).network.feed
    assert changed_feed.stop_times["pickup_type"].tolist() == [*closed.tolist(), 0, 0, 0, 0]
    assert changed_feed.stop_times["pickup_type"].dtype == np.int8


def test_parameters_and_access_change_beside_the_network() -> None:
    network = drawn_network(drawn_feed(TRIPS, stops=STOPS))
    rows = [
        TravelParametersRow(values={"boarding_buffer_min": 5.0}),
        StationAccessRow(drive_factor=0.5, exit_min=2.0),
    ]
    case = apply_scenario(network, rows, parameters=PARAMETERS)
    assert case.network is network
    assert case.parameters == replace(
        PARAMETERS, boarding_buffer_min=5.0, station_drive_factor=0.5, station_exit_min=2.0
    )


def test_all_problems_come_at_once() -> None:
    rows = [
        LineSpeedRow(between=(("P", "X"), ("P", "Z")), lines=("9号线",), speed_factor=1.1),
        TravelParametersRow(values={"dwell_min": 1.0, "walk_kmh": 0.0}),
        DirectServiceRow(stations=("P", "P"), minutes=(5.0,), trains_per_day=1),
    ]
    with pytest.raises(InputError) as raised:
        changed(*rows)
    assert [problem.key for problem in raised.value.problems] == [
        "error.scenario_station",
        "error.scenario_no_train",
        "error.scenario_line",
        "error.not_a_choice",
        "error.out_of_range",
        "error.scenario_same_ends",
    ]
    assert raised.value.problems[0].where == "scenario change 1"
