"""A real feed of buses: read, checked, and its journeys against a search that tries everything."""

from collections import defaultdict
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from gis.access.services import Services, make_services
from gis.network.footpaths import FOOTPATH_LIMIT_M, with_footpaths
from gis.network.gtfs import Feed, check_gtfs, read_gtfs
from gis.network.service_days import trips_on
from gis.routing.connection_scan import NEVER
from gis.routing.departure_lanes import arrivals_by_lane
from tests.drawn_network import PARAMETERS

pytestmark = pytest.mark.reference
DAY = pd.Timestamp("2023-06-06")  # a Tuesday
STARTS = ("5540AWA17063", "5540AWB33077")


@pytest.fixture(scope="module")
def feed(reference_dir: Path) -> Feed:
    path = reference_dir / "newport_osm_gtfs" / "newport-20230613_gtfs.zip"
    return with_footpaths(read_gtfs(path), PARAMETERS)


@pytest.fixture(scope="module")
def services(feed: Feed) -> Services:
    return make_services(feed, PARAMETERS)


def test_it_has_no_faults(feed: Feed) -> None:
    assert check_gtfs(feed, "newport") == []


def test_one_working_day_runs(feed: Feed, services: Services) -> None:
    # Two of the 22 services run on Tuesdays and Wednesdays only; one does not on Saturdays.
    assert services.service_date == "2023-06-06"
    running = feed.calendar.loc[feed.calendar["tuesday"] == 1, "service_id"]
    own = feed.trips["service_id"].isin(running)
    assert services.call_trip.max() + 1 == own.sum() == trips_on(feed, DAY).sum()


def test_stops_of_several_streets_are_joined(feed: Feed) -> None:
    # The feed lists no changes at all; two minutes' walk apart is near, a kilometre is not.
    seconds = feed.transfers["min_transfer_time"]
    longest_s = FOOTPATH_LIMIT_M * PARAMETERS.access_detour / PARAMETERS.walk_kmh * 3.6
    assert len(feed.transfers) > 2000
    assert seconds.min() >= 60 * PARAMETERS.metro_transfer_min
    assert seconds.max() <= 60 * PARAMETERS.metro_transfer_min + longest_s + 1


@pytest.mark.parametrize("hour", [7, 12, 22])
def test_arrivals_are_those_of_a_search_stop_by_stop(services: Services, hour: int) -> None:
    ids = services.stops["stop_id"].tolist()
    timetable = services.timetable
    for start in (ids.index(name) for name in STARTS):
        access = np.full(len(ids), NEVER, dtype=np.int64)
        access[start] = 0
        leaving = hour * 3600 + np.array([0, 600, 3000])
        found = arrivals_by_lane(timetable, access, leaving)
        for lane, leaves in enumerate(leaving.tolist()):
            wanted = searched(services, start, leaves)
            assert found[:, lane].tolist() == wanted
    assert (found != NEVER).sum() > 0


def searched(services: Services, start: int, leaves: int) -> list[int]:
    """Return arrivals by looking at everything that can be caught, in no order."""
    timetable = services.timetable
    hops, at_stop = defaultdict(list), defaultdict(list)
    for c in range(len(timetable.departure_s)):
        hops[int(timetable.trip[c])].append(c)
        at_stop[int(timetable.from_stop[c])].append(c)
    following = defaultdict(list)
    for row in hops.values():
        for one, other in pairwise(row):
            following[one].append(other)

    def onward(one: int) -> list[int]:
        here, now = int(timetable.to_stop[one]), int(timetable.arrival_s[one])
        changes = range(timetable.first_change[here], timetable.first_change[here + 1])
        caught = [
            c
            for change in changes
            for c in at_stop[int(timetable.change_to[change])]
            if timetable.departure_s[c] >= now + timetable.change_s[change]
        ]
        return caught + following[one]

    ahead = [
        c for c in at_stop[start] if leaves + timetable.boarding_s[c] <= timetable.departure_s[c]
    ]
    seen = set(ahead)
    while ahead:
        new = set(onward(ahead.pop())) - seen
        seen |= new
        ahead += new
    arrived = [int(NEVER)] * len(services.stops)
    for c in seen:
        stop = int(timetable.to_stop[c])
        arrived[stop] = min(arrived[stop], int(timetable.arrival_s[c]))
    return arrived
