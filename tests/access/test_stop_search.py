"""Searches from one place that end early, against the table of all places and stops."""

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.access.reach import reach_of_stops
from gis.access.services import services_of
from gis.access.stop_search import seconds_to_stops
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


def table_row(
    network: Network, lon: float, lat: float, parameters: TravelParameters, *, peak: bool
) -> list[float]:
    place = pd.DataFrame({"lon": [lon], "lat": [lat]})
    services = services_of(network, parameters)
    reach = reach_of_stops(
        network, services, place, parameters=parameters, outbound=True, peak=peak
    )
    return [float(seconds) for seconds in reach.seconds[0]]


def search(
    network: Network,
    lon: float,
    lat: float,
    parameters: TravelParameters = PARAMETERS,
    *,
    peak: bool = False,
) -> np.ndarray:
    services = services_of(network, parameters)
    return seconds_to_stops(network, services, lon, lat, parameters=parameters, peak=peak)


@settings(max_examples=40, deadline=None)
@given(st.floats(119.97, 120.12), st.floats(29.92, 30.03), st.sampled_from(["peak", "free"]))
def test_one_place_needs_what_the_table_says(
    network: Network, lon: float, lat: float, traffic: str
) -> None:
    peak = traffic == "peak"
    wanted = table_row(network, lon, lat, PARAMETERS, peak=peak)
    assert np.array_equal(search(network, lon, lat, peak=peak), wanted, equal_nan=True)


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
        found = search(network, lon, lat, parameters)
        wanted = table_row(network, lon, lat, parameters, peak=False)
        assert np.array_equal(found, wanted, equal_nan=True)


def test_stops_by_hand() -> None:
    network = network_of(walkable=True)
    found = dict(zip(STOPS, search(network, 120.003, 30.0), strict=True))
    # 0.003 degrees are 289 m on the map; the road A-B is 10 km for 0.1 degrees, at 6 km/h.
    assert found["M"] == pytest.approx(0.03 * 6000, abs=2)
    assert found["P"] == pytest.approx(289 * 0.6, abs=2)  # straight to the end of the road A-D
    assert found["N"] == pytest.approx(0.17 * 6000 + 20, abs=2)
    assert np.isnan(found["X"])  # 57 minutes on foot, and no car to a metro
    assert found["Q"] == pytest.approx((9.7 + 10 + 4) * 60, abs=5)  # by car, 4 minutes to park
    assert np.isnan(found["U"])  # nothing stops there
