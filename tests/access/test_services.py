"""Public transport as arrays: what boarding and changing cost, which services run."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from gis.access.services import Services, make_services
from gis.access.stop_times import stop_durations
from gis.core.schemas import Statistic
from tests.drawn_network import NODES, PARAMETERS, drawn_feed

STOPS = {
    "P": (*NODES["A"], "rail"),
    "Q": (*NODES["C"], "rail"),
    "M": (*NODES["D"], "metro"),
    "N": (*NODES["E"], "metro"),
    "X": (*NODES["F"], "rail"),
}
TRIPS = {
    "G1/1": [("P", "08:00"), ("Q", "08:20")],
    "G1/2": [("P", "09:00"), ("Q", "09:20")],
    "L1/1": [("M", "07:00"), ("N", "07:08")],
    "L1/2": [("M", "07:04"), ("N", "07:12")],
    "L1/3": [("M", "07:14"), ("N", "07:22")],
    "L1/4": [("M", "09:14"), ("N", "09:22")],
}
TRANSFERS = {("N", "P"): 4, ("P", "N"): 4, ("M", "M"): 1}


@pytest.fixture(scope="module")
def services() -> Services:
    return make_services(drawn_feed(TRIPS, stops=STOPS, transfers=TRANSFERS), PARAMETERS)


def boarding_minutes(services: Services, stop: str, clock_min: float) -> float:
    row = services.stops["stop_id"].tolist().index(stop)
    timetable = services.timetable
    here = (timetable.from_stop == row) & (timetable.departure_s == clock_min * 60)
    return float(timetable.boarding_s[here].item() / 60)


def change_minutes(services: Services) -> dict[tuple[str, str], float]:
    ids, timetable = services.stops["stop_id"].tolist(), services.timetable
    return {
        (ids[stop], ids[timetable.change_to[row]]): timetable.change_s[row] / 60
        for stop in range(len(ids))
        for row in range(timetable.first_change[stop], timetable.first_change[stop + 1])
    }


def test_trains_are_boarded_with_the_buffer(services: Services) -> None:
    assert boarding_minutes(services, "P", 480) == 10


def test_the_metro_is_boarded_after_half_the_gap_before_it(services: Services) -> None:
    assert boarding_minutes(services, "M", 424) == 2 + 2
    assert boarding_minutes(services, "M", 434) == 2 + 5


def test_the_first_metro_counts_like_the_second(services: Services) -> None:
    assert boarding_minutes(services, "M", 420) == 2 + 2


def test_nobody_waits_longer_for_the_metro_than_for_a_train(services: Services) -> None:
    assert boarding_minutes(services, "M", 554) == 2 + 10


def test_changes_have_their_times(services: Services) -> None:
    changes = change_minutes(services)
    assert changes["P", "P"] == 8  # trains at one station
    assert changes["N", "N"] == 3  # metro lines
    assert changes["M", "M"] == 1  # as the feed says
    assert changes["P", "N"] == 4  # train to metro: the walk
    assert changes["N", "P"] == 4 + 10  # to a train: the walk and the buffer
    assert ("P", "Q") not in changes


def test_exits_are_those_of_the_kind(services: Services) -> None:
    exits = dict(zip(services.stops["stop_id"], services.timetable.exit_s / 60, strict=True))
    assert exits["P"] == 5
    assert exits["M"] == 1


def test_a_station_without_trains_is_none(services: Services) -> None:
    ids = services.stops["stop_id"].to_numpy()
    assert ids[services.is_rail].tolist() == ["P", "Q"]


def test_services_of_other_days_do_not_run() -> None:
    feed = drawn_feed(TRIPS, stops=STOPS)
    feed.calendar["wednesday"] = np.array([0], dtype=np.int8)
    assert len(make_services(feed, PARAMETERS).timetable.departure_s) == 0


def test_kinds_come_from_the_routes_when_stops_have_none() -> None:
    feed = drawn_feed(TRIPS, stops=STOPS)
    plain = replace(feed, stops=feed.stops.drop(columns="kind"))
    kinds = make_services(plain, PARAMETERS).stops["kind"].tolist()
    assert kinds == ["rail", "rail", "metro", "metro", "metro"]


def test_hops_have_the_length_between_their_stops(services: Services) -> None:
    row = int(np.flatnonzero(services.timetable.departure_s == 480 * 60).item())
    assert services.hop_m[row] == pytest.approx(28_950, abs=20)  # 0.3 degrees at 30 N


def durations(services: Services, statistic: Statistic, **options: float) -> pd.Series:
    access = np.full(len(services.names), np.nan)
    access[0] = 14 * 60.0  # to P
    wanted_s = np.arange(7 * 3600.0, 8 * 3600.0, 300)
    settings = {"longest_wait_s": 7200.0, "limit_s": 3600.0} | options
    found = stop_durations(services, access, wanted_s=wanted_s, statistic=statistic, **settings)
    return pd.Series(found / 60, index=services.stops["stop_id"])


def test_stops_are_reached_as_the_table_says(services: Services) -> None:
    # Leave 07:36 for 08:00, at Q's street 08:25: 49 minutes; after that 08:36 for 09:00, too.
    for statistic in Statistic:
        assert durations(services, statistic)["Q"] == pytest.approx(49)


def test_stops_beyond_the_limit_are_not_reached(services: Services) -> None:
    assert np.isnan(durations(services, Statistic.FASTEST, limit_s=48 * 60)["Q"])
    assert durations(services, Statistic.FASTEST, limit_s=49 * 60)["Q"] == pytest.approx(49)


def test_a_wait_beyond_the_longest_leaves_the_departure_unserved(services: Services) -> None:
    # Half an hour at most: from 07:00 and 07:05 it is longer to 07:36, from 07:40 to 07:55
    # longer to 08:36. Six of twelve wanted departures are served.
    found = {
        statistic: durations(services, statistic, longest_wait_s=1800.0)["Q"]
        for statistic in Statistic
    }
    assert found[Statistic.FASTEST] == pytest.approx(49)
    assert found[Statistic.MEDIAN] == pytest.approx(49)
    assert np.isnan(found[Statistic.P90])
