"""Building a network: stations tied to roads, years that exist, one whole of all parts."""

from dataclasses import replace

import geopandas as gpd
import pytest
import shapely

from gis.core.crs import GEOGRAPHIC
from gis.core.errors import InputError
from gis.network.build import build_network, network_inputs
from gis.network.model import check_has_trains, check_network
from tests.drawn_network import drawn_feed, drawn_network

STOPS = {
    "AT_A": (120.0, 30.0, "rail"),
    "NORTH": (120.05, 30.01, "rail"),
    "UNUSED": (120.1, 30.0, "rail"),
}
TRIPS = {"G1/1": [("AT_A", "08:00"), ("NORTH", "08:20")]}


def test_served_stops_are_tied_to_road_nodes() -> None:
    links = drawn_network(drawn_feed(TRIPS, stops=STOPS)).station_links
    assert set(links["stop_id"]) == {"AT_A", "NORTH"}
    at_a = links[(links["stop_id"] == "AT_A") & (links["node"] == 0)].iloc[0]
    assert at_a["drive_s"] == pytest.approx(0, abs=1)
    north = links[(links["stop_id"] == "NORTH") & (links["node"] == 1)].iloc[0]
    # 1.11 km at 30 km/h, then half of AB in five minutes.
    assert north["drive_s"] == pytest.approx(133 + 300, abs=3)
    assert north["drive_peak_s"] == pytest.approx(133 + 600, abs=3)


def test_stations_are_not_tied_across_water() -> None:
    water = gpd.GeoDataFrame(
        {"kind": ["river"]}, geometry=[shapely.box(120.048, 30.002, 120.2, 30.008)], crs=GEOGRAPHIC
    )
    dry = drawn_network(drawn_feed(TRIPS, stops=STOPS)).station_links
    wet = drawn_network(drawn_feed(TRIPS, stops=STOPS), water=water).station_links
    to_b = [
        frame[(frame["stop_id"] == "NORTH") & (frame["node"] == 1)]["drive_s"].item()
        for frame in (dry, wet)
    ]
    # Round the western end of the river: a longer way, and more of AB to drive.
    assert to_b[0] == pytest.approx(433, abs=3)
    assert to_b[1] > to_b[0] + 30


def test_an_edge_to_nowhere_is_refused() -> None:
    network = drawn_network()
    broken = replace(network, edges=network.edges.assign(target=99))
    assert [problem.fields["count"] for problem in check_network(broken, where="n")] == [7]


@pytest.mark.parametrize("year", [1999, 2014, 2041])
def test_a_year_without_a_network_is_named_with_those_that_have_one(year: int) -> None:
    with pytest.raises(InputError) as caught:
        build_network(year=year)
    (problem,) = caught.value.problems
    assert problem.key == "error.network_year"
    assert str(year) in problem.line()
    assert "2040" in problem.line()


def test_the_own_network_of_a_year_is_whole() -> None:
    network = build_network(year=2026)
    served = set(network.feed.stop_times["stop_id"].unique())
    region = network.feed.stops.set_index("stop_id")
    tied = set(network.station_links["stop_id"])
    inside = {
        stop
        for stop in served
        if 119.2 < region.loc[stop, "stop_lon"] < 122 and 29.3 < region.loc[stop, "stop_lat"] < 31
    }
    assert inside <= tied
    assert len(network.water)
    assert set(network.manifest.inputs) >= {"seeds/parameters.yaml", "layers/waters.geojson"}
    assert all(path.is_file() for path in network_inputs())


def test_years_before_the_trains_have_roads_only() -> None:
    network = build_network(year=2015)
    assert len(network.edges) > 1000
    assert network.feed.trips.empty
    with pytest.raises(InputError, match="no trains"):
        check_has_trains(network)
