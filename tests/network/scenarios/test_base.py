"""The network before a scenario stays as it was, and a scenario of nothing changes nothing."""

import hashlib
import pickle

import pandas as pd
import pytest

from gis.catalogue.scenarios import (
    ChangeRow,
    DirectServiceRow,
    FeederRow,
    FrequencyRow,
    LineSpeedRow,
    RoadClosureRow,
    RoadLinkRow,
    RoadSpeedRow,
    StationAccessRow,
    TravelParametersRow,
)
from gis.network.model import Network
from gis.network.scenarios.apply import apply_scenario
from tests.drawn_network import NODES, PARAMETERS
from tests.planning.drawn_goals import network

CHANGES: tuple[ChangeRow, ...] = (
    LineSpeedRow(between=(("P", "Q"),), speed_factor=1.5),
    FrequencyRow(between=(("P", "Q"),), extra=3),
    FrequencyRow(between=(("P", "Q"),), factor=0.5),
    DirectServiceRow(stations=("P", "Z", "Q"), minutes=(5.0, 6.0), trains_per_day=4),
    TravelParametersRow(values={"parking_min": 1.0}),
    StationAccessRow(drive_factor=0.5),
    FeederRow(place=NODES["D"], station="Q", minutes=3),
    RoadSpeedRow(classes=("trunk",), speed_factor=1.2),
    RoadClosureRow(roads=("AB",)),
    RoadLinkRow(start=0, end=4, speed_kmh=80),
)
NOTHING: tuple[ChangeRow, ...] = (
    LineSpeedRow(between=(("P", "Q"),), speed_factor=1.0),
    FrequencyRow(between=(("P", "Q"),), extra=0),
    FrequencyRow(between=(("P", "Q"),), factor=1.0),
    StationAccessRow(drive_factor=1.0),
    RoadSpeedRow(classes=("trunk",), speed_factor=1.0),
)


def checksum(network: Network) -> str:
    feed = network.feed
    frames = [network.nodes, network.edges, network.station_links, feed.trips, feed.routes]
    frames += [feed.stops, feed.calendar, feed.transfers]
    frames.append(feed.stop_times.astype({"trip_id": str, "stop_id": str}))
    parts = [pickle.dumps([frame.to_csv(), list(frame.dtypes.astype(str))]) for frame in frames]
    parts += [network.lines.first.tobytes(), network.lines.lon_lat_e7.tobytes()]
    return hashlib.sha256(b"".join(parts)).hexdigest()


@pytest.mark.parametrize(
    "change", [*CHANGES, "all"], ids=lambda change: getattr(change, "kind", change)
)
def test_the_base_is_never_touched(change: ChangeRow | str) -> None:
    base = network()
    before = checksum(base)
    rows = CHANGES if isinstance(change, str) else (change,)
    case = apply_scenario(base, rows, parameters=PARAMETERS)
    assert checksum(base) == before
    assert checksum(case.network) != before or case.parameters != PARAMETERS


@pytest.mark.parametrize("rows", [(), *((row,) for row in NOTHING)])
def test_a_change_by_nothing_gives_the_same_network(rows: tuple[ChangeRow, ...]) -> None:
    base = network()
    case = apply_scenario(base, rows, parameters=PARAMETERS)
    assert checksum(case.network) == checksum(base)
    assert case.parameters == PARAMETERS


def test_the_same_scenario_gives_the_same_network() -> None:
    one, other = (
        apply_scenario(network(), CHANGES, parameters=PARAMETERS).network for _ in range(2)
    )
    assert checksum(one) == checksum(other)
    pd.testing.assert_frame_equal(one.feed.stop_times, other.feed.stop_times)
