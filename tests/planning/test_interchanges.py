"""Where two metros and a railway meet.

::

    metro one:   M1 --- M2 === N1 --- N2   :metro two        M2 and N1 are joined by a walk
                        |
                        R  (railway station, 8 minutes' walk from M2)
"""

import dataclasses

import pandas as pd
import pytest

from gis.network.gtfs import Feed
from gis.planning.interchanges import (
    headways_min,
    interchange_minutes,
    shared_stations,
    through_trips,
)
from tests.drawn_network import drawn_feed

STOPS = {
    "M1": (120.0, 30.0, "metro"),
    "M2": (120.1, 30.0, "metro"),
    "N1": (120.1, 30.0, "metro"),
    "N2": (120.2, 30.0, "metro"),
    "R": (120.1, 30.0, "rail"),
    "S": (120.3, 30.0, "rail"),
}
KINDS = pd.DataFrame({"id": list(STOPS), "kind": [kind for *_, kind in STOPS.values()]})
TRIPS = {
    "one/1": [("M1", "08:00"), ("M2", "08:10")],
    "one/2": [("M2", "08:20"), ("M1", "08:30")],
    "one/3": [("M2", "08:40"), ("M1", "08:50")],
    "two/1": [("N1", "08:15"), ("N2", "08:25")],
    "two/2": [("N1", "07:15"), ("N2", "07:25")],
    "G/1": [("R", "08:30"), ("S", "08:50")],
}
WINDOW = (480.0, 540.0)


def feed(trips: dict[str, list[tuple[str, str]]] = TRIPS) -> Feed:
    plain = drawn_feed(trips, stops=STOPS)
    agency = plain.routes["route_id"].map({"one": "a", "two": "b", "G": "cr", "thru": "a"})
    kind = plain.routes["route_id"].map({"G": 2}).fillna(1).astype(int)
    walks = [("M2", "N1", 300), ("N1", "M2", 300), ("R", "M2", 480), ("M2", "R", 480)]
    transfers = pd.DataFrame(walks, columns=["from_stop_id", "to_stop_id", "min_transfer_time"])
    return dataclasses.replace(
        plain,
        routes=plain.routes.assign(agency_id=agency, route_type=kind),
        transfers=transfers.assign(transfer_type=2),
    )


def test_a_headway_is_the_window_over_its_departures() -> None:
    table = headways_min(feed(), window_min=WINDOW)
    at_m2 = table[(table["stop_id"] == "M2")]
    assert at_m2["headway_min"].tolist() == [30.0]
    assert not (table["stop_id"] == "N2").any()  # everyone gets off at the last stop


def test_a_change_is_the_walk_and_half_the_headway() -> None:
    table = interchange_minutes(feed(), KINDS, window_min=WINDOW)
    assert table.to_numpy().tolist() == [["R", "M2", 8.0 + 15.0]]


def test_nothing_departs_outside_the_window() -> None:
    table = interchange_minutes(feed(), KINDS, window_min=(0.0, 60.0))
    assert table["minutes"].isna().all()
    assert len(table) == 1


def test_systems_share_the_stations_a_walk_joins() -> None:
    table = shared_stations(feed(), pd.Series(["M1"]), pd.Series(["N2", "M1"]))
    assert table.to_numpy().tolist() == [["M2", "N1"]]


def test_a_railway_is_no_metro() -> None:
    assert shared_stations(feed(), pd.Series(["M1"]), pd.Series(["S"])).empty


@pytest.mark.parametrize(("calls", "count"), [(["M1", "M2", "N2"], 1), (["M1", "M2"], 0)])
def test_a_train_runs_through_when_it_goes_on_into_the_other_system(
    calls: list[str], count: int
) -> None:
    through = {"thru/1": [(stop, f"09:0{row}") for row, stop in enumerate(calls)]}
    trips = through_trips(feed(TRIPS | through), pd.Series(["M1"]), pd.Series(["N2"]))
    assert len(trips) == count
