"""Public transport as arrays: what boarding and changing cost, which services run."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pandas as pd
import pytest

from gis.access.journeys import runs_between
from gis.access.services import Services, make_services
from gis.access.stop_times import stop_durations
from gis.core.errors import InputError
from gis.core.schemas import Statistic
from gis.network.feed import Feed
from gis.network.service_days import DAYS as DAY_NAMES
from gis.routing.connection_scan import NEVER
from gis.routing.departure_lanes import arrivals_by_lane
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
DAYS = list(DAY_NAMES)
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
    feed = with_calendar(drawn_feed(TRIPS, stops=STOPS), {"daily": "0000011", "G": "1111100"})
    feed.trips.loc[feed.trips["route_id"] == "G1", "service_id"] = "G"
    assert make_services(feed, PARAMETERS).timetable.trip_count == 2
    assert make_services(feed, PARAMETERS, date="20260104").timetable.trip_count == 4
    feed.calendar[DAYS] = np.int8(0)
    services = make_services(feed, PARAMETERS)
    assert services.timetable.trip_count == 0
    assert not services.service_date


def test_seasons_do_not_run_together() -> None:
    feed = with_calendar(drawn_feed(TRIPS, stops=STOPS), {"daily": "1111111", "G": "1111111"})
    feed.trips.loc[feed.trips["route_id"] == "G1", "service_id"] = "G"
    feed.calendar["start_date"], feed.calendar["end_date"] = (
        ["20260101", "20260601"],
        ["20260531", "20261231"],
    )
    services = make_services(feed, PARAMETERS)
    assert set(services.trip_line) == {"L1"}
    assert services.service_date == "2026-01-01"  # a Thursday
    assert set(make_services(feed, PARAMETERS, date="2026-06-01").trip_line) == {"G1"}


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("20270101", "no trip runs on 20270101. Choose a day with trips between 20260101 and"),
        ("2026-13-01", "date 2026-13-01 is not YYYYMMDD"),
    ],
)
def test_a_date_without_trips_is_refused(date: str, expected: str) -> None:
    with pytest.raises(InputError, match=expected):
        make_services(drawn_feed(TRIPS, stops=STOPS), PARAMETERS, date=date)


def test_trips_of_the_day_before_run_on_after_midnight() -> None:
    # Leaves P at 23:50, calls at Q at 24:10 and X at 24:30; the last of the day leaves at 25:00.
    night = {
        "G1/1": [("P", "23:50"), ("Q", "24:10"), ("X", "24:30")],
        "G1/2": [("P", "25:00"), ("Q", "25:20")],
    }
    feed = drawn_feed(night, stops=STOPS)
    services = make_services(feed, PARAMETERS, date="20260701")
    timetable, ids = services.timetable, services.stops["stop_id"].to_numpy()
    hops = [
        (ids[start], ids[end], departure / 60, arrival / 60)
        for start, end, departure, arrival in zip(
            timetable.from_stop,
            timetable.to_stop,
            timetable.departure_s,
            timetable.arrival_s,
            strict=True,
        )
    ]
    assert hops == [
        ("Q", "X", 10, 30),
        ("P", "Q", 60, 80),
        ("P", "Q", 23 * 60 + 50, 24 * 60 + 10),
        ("Q", "X", 24 * 60 + 10, 24 * 60 + 30),
        ("P", "Q", 25 * 60, 25 * 60 + 20),
    ]
    assert services.trip_line.tolist() == ["G1"] * 4
    # Each counts once among the trains of a day; none ran on the last day of the year before.
    assert runs_between(services, 0, 1).duration_s.tolist() == [20 * 60, 20 * 60]
    first_day = make_services(feed, PARAMETERS, date="20260101")
    assert first_day.timetable.trip_count == 2


def test_a_train_that_comes_by_twice_is_boarded_the_last_time() -> None:
    # P 8:00, Q 8:10, P 8:20, X 8:30, Q 8:40
    loop = [("P", "08:00"), ("Q", "08:10"), ("P", "08:20"), ("X", "08:30"), ("Q", "08:40")]
    services = make_services(drawn_feed({"G1/1": loop}, stops=STOPS), PARAMETERS)
    assert runs_between(services, 0, 4).duration_s.tolist() == [10 * 60]  # P-X; X-P never
    assert sorted(runs_between(services, 0, 1).duration_s / 60) == [10, 10, 20]  # P-Q twice, Q-P


def test_hops_that_take_no_time_are_ridden() -> None:
    trips = {"G1/1": [("P", "08:00"), ("Q", "08:00"), ("X", "08:00"), ("M", "08:10")]}
    services = make_services(drawn_feed(trips, stops=STOPS), PARAMETERS)
    access = np.full(len(services.names), NEVER, dtype=np.int64)
    access[0] = 0
    arrivals = arrivals_by_lane(services.timetable, access, np.array([7 * 3600]))[:, 0]
    ids = services.stops["stop_id"]
    assert dict(zip(ids, arrivals / 60, strict=True)) == {
        "P": NEVER / 60,
        "Q": 480,
        "X": 480,
        "M": 490,
        "N": NEVER / 60,
    }


def with_doors(feed: Feed, *, boards: set[int], alights: set[int]) -> Feed:
    """Close the doors at calls but those whose rows are given."""
    rows = range(len(feed.stop_times))
    kinds = {
        name: np.array([0 if row in open_at else 1 for row in rows], dtype=np.int8)
        for name, open_at in (("pickup_type", boards), ("drop_off_type", alights))
    }
    return replace(feed, stop_times=feed.stop_times.assign(**kinds))


# P 8:00 -> Q 8:20 -> X 8:40 -> N 9:00; at Q one only alights, at X one only boards.
THROUGH = {"G1/1": [("P", "08:00"), ("Q", "08:20"), ("X", "08:40"), ("N", "09:00")]}


def test_closed_doors_are_ridden_through() -> None:
    feed = with_doors(drawn_feed(THROUGH, stops=STOPS), boards={0, 2}, alights={1, 3})
    services = make_services(feed, PARAMETERS)
    row = {name: number for number, name in enumerate(services.stops["stop_id"])}
    assert services.stops["stop_id"].tolist() == [*STOPS, "Q#closed", "X#closed"]
    runs = {
        (one, other): len(runs_between(services, row[one], row[other]).duration_s)
        for one, other in combinations("PQXN", 2)
    }
    assert [pair for pair, count in runs.items() if count] == [
        ("P", "Q"),
        ("P", "N"),
        ("X", "N"),
    ]
    access = np.full(len(services.names), np.nan)
    access[row["P"]] = 0.0
    found = stop_durations(
        services,
        access,
        wanted_s=np.array([7.0 * 3600]),
        longest_wait_s=7200.0,
        limit_s=7200.0,
        statistic=Statistic.FASTEST,
    )
    reached = services.stops["stop_id"][np.isfinite(found)].tolist()
    assert reached == ["Q", "N"]


def test_hops_through_closed_doors_have_their_length() -> None:
    feed = drawn_feed(THROUGH, stops=STOPS)
    closed = make_services(with_doors(feed, boards={0}, alights={3}), PARAMETERS)
    assert closed.hop_m.tolist() == make_services(feed, PARAMETERS).hop_m.tolist()


def test_a_station_where_nothing_opens_is_not_served() -> None:
    feed = with_doors(drawn_feed(THROUGH, stops=STOPS), boards={0}, alights={2})
    services = make_services(feed, PARAMETERS)
    served = services.stops.loc[services.stops["served"], "stop_id"].tolist()
    assert served == ["P", "X"]
    assert services.is_rail.tolist() == [True, False, False, False, True, *[False] * 3]


def test_nobody_waits_for_a_vehicle_that_cannot_be_boarded() -> None:
    # Of four vehicles, at 7:00, 7:04, 7:14 and 9:14, the second only sets down: who boards the
    # third has waited half of 14 minutes, not of 10.
    trips = {name: calls for name, calls in TRIPS.items() if name.startswith("L1")}
    feed = drawn_feed(trips, stops=STOPS)
    every = set(range(len(feed.stop_times)))
    services = make_services(with_doors(feed, boards=every - {2}, alights=every), PARAMETERS)
    street_min = PARAMETERS.metro_boarding_min
    assert boarding_minutes(services, "M", 7 * 60 + 14) == street_min + 7
    assert boarding_minutes(services, "M#closed", 7 * 60 + 4) > 0


def test_forbidden_changes_are_none() -> None:
    feed = drawn_feed(TRIPS, stops=STOPS, transfers=TRANSFERS)
    feed.transfers["transfer_type"] = [2, 3, 3]
    changes = change_minutes(make_services(feed, PARAMETERS))
    assert ("N", "P") in changes
    assert ("P", "N") not in changes
    assert ("M", "M") not in changes


def test_changes_without_a_time_take_the_usual_one() -> None:
    transfers = {("M", "X"): 0, ("X", "X"): 0}
    stops = STOPS | {"X": (NODES["D"][0] + 0.001, NODES["D"][1], "metro")}
    feed = drawn_feed(TRIPS, stops=stops, transfers=transfers)
    feed.transfers["transfer_type"] = 0
    changes = change_minutes(make_services(feed, PARAMETERS))
    # 0.001 degrees are 96.6 m: 58 s at 6 km/h.
    assert changes["M", "X"] == pytest.approx(3 + 58 / 60, abs=0.01)
    assert changes["X", "X"] == 3


def test_kinds_come_from_the_routes_when_stops_have_none() -> None:
    feed = drawn_feed(TRIPS, stops=STOPS)
    plain = replace(feed, stops=feed.stops.drop(columns="kind"))
    kinds = make_services(plain, PARAMETERS).stops["kind"].tolist()
    assert kinds == ["rail", "rail", "metro", "metro", "metro"]


@pytest.mark.parametrize(
    ("code", "kind"),
    [(0, "tram"), (1, "metro"), (2, "rail"), (3, "bus"), (11, "bus"), (109, "metro"), (704, "bus")],
)
def test_kinds_of_routes_are_those_of_gtfs(code: int, kind: str) -> None:
    feed = drawn_feed({"L1/1": [("M", "08:00"), ("N", "08:05")]}, stops=STOPS)
    plain = replace(
        feed, stops=feed.stops.drop(columns="kind"), routes=feed.routes.assign(route_type=code)
    )
    services = make_services(plain, PARAMETERS)
    assert services.trip_kind.tolist() == [kind]
    assert services.stops.set_index("stop_id")["kind"][["M", "N"]].tolist() == [kind] * 2


def test_hops_have_the_length_between_their_stops(services: Services) -> None:
    row = int(np.flatnonzero(services.timetable.departure_s == 480 * 60).item())
    assert services.hop_m[row] == pytest.approx(28_950, abs=20)  # 0.3 degrees at 30 N


def with_calendar(feed: Feed, services: dict[str, str]) -> Feed:
    """Give a feed services that run on the days marked, Monday first, all through 2026."""
    calendar = pd.DataFrame({"service_id": list(services)})
    for place, day in enumerate(DAYS):
        calendar[day] = np.array([int(days[place]) for days in services.values()], dtype=np.int8)
    return replace(feed, calendar=calendar.assign(start_date="20260101", end_date="20261231"))


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
