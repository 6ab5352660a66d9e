"""Searches from a few places that end early, against the table of all places and stops."""

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.access.near_ways import FEW
from gis.access.reach import StopReach, reach_of_stops, walks_between
from gis.access.services import services_of
from gis.catalogue.parameters import TravelParameters
from gis.core.crs import GEOGRAPHIC
from gis.network.model import Network
from tests.drawn_network import NODES, PARAMETERS, drawn_feed, drawn_network

# P lies at A, M 600 m and N 1.9 km to the east of it, S 1 km off the road to D, X beyond a walk.
STOPS = {
    "P": (*NODES["A"], "rail"),
    "Q": (*NODES["C"], "rail"),
    "M": (120.006, 30.0, "metro"),
    "N": (120.02, 30.0003, "metro"),
    "S": (119.99, 29.985, "metro"),
    "X": (120.06, 30.0, "metro"),
    "U": (120.001, 30.0, "metro"),
}
TRIPS = {
    "G1/1": [("P", "08:00"), ("Q", "08:20")],
    "L1/1": [("M", "07:00"), ("N", "07:05"), ("S", "07:10"), ("X", "07:15")],
}
RIVER = gpd.GeoDataFrame(
    {"kind": ["river"]}, geometry=[shapely.box(119.5, 29.97, 119.995, 29.99)], crs=GEOGRAPHIC
)


def network_of(*, walkable: bool, water: gpd.GeoDataFrame | None = None) -> Network:
    network = drawn_network(drawn_feed(TRIPS, stops=STOPS), water=water)
    return replace(network, edges=network.edges.assign(walkable=walkable))


@pytest.fixture(
    scope="module", params=["sketch", "walkable", "wet"], ids=["sketch", "walkable", "wet"]
)
def network(request: pytest.FixtureRequest) -> Network:
    kind = request.param
    return network_of(walkable=kind != "sketch", water=RIVER if kind == "wet" else None)


def reaches(
    network: Network,
    lon: float,
    lat: float,
    parameters: TravelParameters,
    *,
    outbound: bool = True,
    peak: bool = False,
) -> tuple[StopReach, StopReach]:
    """Return the ways of a place by a search, and as one of so many that all are looked up."""
    services = services_of(network, parameters)
    place = pd.DataFrame({"lon": [lon], "lat": [lat]})
    # The same place over and over is looked up in a table.
    many = pd.concat([place] * (FEW + 1), ignore_index=True)
    alone, together = (
        reach_of_stops(
            network, services, places, parameters=parameters, outbound=outbound, peak=peak
        )
        for places in (place, many)
    )
    return alone, together


def assert_same(alone: StopReach, together: StopReach) -> None:
    for name in ("seconds", "metres", "by_car"):
        found, wanted = getattr(alone, name)[0], getattr(together, name)[0]
        assert np.array_equal(found, wanted, equal_nan=name != "by_car"), name


@settings(max_examples=40, deadline=None)
@given(
    st.floats(119.97, 120.12),
    st.floats(29.92, 30.03),
    st.sampled_from(["leave", "reach"]),
    st.sampled_from(["peak", "free"]),
)
def test_one_place_needs_what_the_table_says(
    network: Network, lon: float, lat: float, way: str, traffic: str
) -> None:
    outbound, peak = way == "leave", traffic == "peak"
    assert_same(*reaches(network, lon, lat, PARAMETERS, outbound=outbound, peak=peak))


@pytest.mark.parametrize(
    "changes",
    [
        {"max_walk_min": 5.0},
        {"max_walk_min": 60.0, "access_detour": 1.4},
        {"max_access_min": 12.0},
        {"station_drive_factor": 0.5, "max_access_min": 20.0},
    ],
)
def test_limits_are_those_of_the_table(network: Network, changes: dict[str, float]) -> None:
    parameters = replace(PARAMETERS, **changes)
    for lon, lat in ((120.0005, 30.0005), (120.015, 30.0), (119.995, 29.98), (120.1, 29.93)):
        assert_same(*reaches(network, lon, lat, parameters))


def test_a_few_walk_to_many_as_many_to_a_few() -> None:
    network = network_of(walkable=True)
    stops = pd.DataFrame([place[:2] for place in STOPS.values()], columns=["lon", "lat"])
    many = pd.concat([stops] * 3, ignore_index=True)
    table = walks_between(network, many, many, parameters=PARAMETERS)
    there = walks_between(network, stops, many, parameters=PARAMETERS)
    back = walks_between(network, many, stops, parameters=PARAMETERS)
    for values, ahead, behind in zip(table, there, back, strict=True):
        assert np.array_equal(ahead, values[: len(stops)], equal_nan=True)
        assert np.array_equal(behind, values[:, : len(stops)], equal_nan=True)


def test_stops_by_hand() -> None:
    network = network_of(walkable=True)
    alone, _ = reaches(network, 120.003, 30.0, PARAMETERS)
    found = dict(zip(STOPS, alone.seconds[0], strict=True))
    # 0.003 degrees are 289 m on the map; the road A-B is 10 km for 0.1 degrees, at 6 km/h.
    assert found["M"] == pytest.approx(0.03 * 6000, abs=2)
    assert found["P"] == pytest.approx(289 * 0.6, abs=2)  # straight to the end of the road A-D
    assert found["N"] == pytest.approx(0.17 * 6000 + 20, abs=2)
    assert np.isnan(found["X"])  # 57 minutes on foot, and no car to a metro
    assert found["Q"] == pytest.approx((9.7 + 10 + 4) * 60, abs=5)  # by car, 4 minutes to park
    assert np.isnan(found["U"])  # nothing stops there
