"""A town of another country, from its extract and its buses to times and areas, end to end."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from gis.access.isochrones import isochrones
from gis.access.near_ways import FEW
from gis.access.reach import StopReach, reach_of_stops, walks_between
from gis.access.services import services_of
from gis.access.travel_times import travel_times
from gis.core.crs import METRIC, distance_m
from gis.core.schemas import Mode, Statistic
from gis.network.footpaths import with_footpaths
from gis.network.gtfs import read_gtfs
from gis.network.model import Network
from gis.network.network_file import load_network, save_network
from gis.network.osm.network import build_osm_network
from tests.drawn_network import PARAMETERS

pytestmark = pytest.mark.reference
HOME = (-2.9975, 51.5880)
PARTS = ["access_min", "waiting_min", "riding_min", "egress_min"]


@pytest.fixture(scope="module")
def built(reference_dir: Path) -> Network:
    folder = reference_dir / "newport_osm_gtfs"
    buses = folder / "newport-20230613_gtfs.zip"
    feed = with_footpaths(read_gtfs(buses), PARAMETERS)
    pbf = folder / "newport-2023-06-13.osm.pbf"
    return build_osm_network(pbf, year=2023, walk=True, feed=feed, feed_file=buses)


@pytest.fixture(scope="module")
def network(built: Network, tmp_path_factory: pytest.TempPathFactory) -> Network:
    """Give the network as it comes back from its file."""
    path = tmp_path_factory.mktemp("newport") / "newport.zip"
    save_network(built, path)
    return load_network(path)


@pytest.fixture(scope="module")
def places(network: Network) -> pd.DataFrame:
    """Give stops of one line, some minutes' walk to half an hour's ride from each other."""
    calls = network.feed.stop_times
    inside = set(network.station_links.loc[network.station_links["walk_s"] < 120, "stop_id"])
    calls = calls[calls["stop_id"].isin(inside)]
    longest = calls.groupby("trip_id").size().idxmax()
    own = calls[calls["trip_id"] == longest].sort_values("stop_sequence")["stop_id"]
    chosen = network.feed.stops.set_index("stop_id").loc[own.iloc[:: max(len(own) // 6, 1)]]
    return pd.DataFrame(
        {
            "id": chosen.index.to_numpy(),
            "lon": chosen["stop_lon"].to_numpy(dtype=np.float64) + 0.001,
            "lat": chosen["stop_lat"].to_numpy(dtype=np.float64) + 0.001,
        }
    )


def straight_m(places: pd.DataFrame) -> np.ndarray:
    lon, lat = places["lon"].to_numpy(), places["lat"].to_numpy()
    every = np.meshgrid(lon, lon), np.meshgrid(lat, lat)
    ends = (every[0][1], every[1][1], every[0][0], every[1][0])
    return distance_m(*(axis.ravel() for axis in ends)).reshape(len(lon), len(lon))


def test_distances_are_measured_where_the_town_is(network: Network, built: Network) -> None:
    assert built.metric_system == network.metric_system != METRIC
    assert "+lat_0=52 +lon_0=-3 " in network.metric_system


def test_a_stored_network_gives_the_same_times(
    network: Network, built: Network, places: pd.DataFrame
) -> None:
    for mode in (Mode.CAR, Mode.TRANSIT):
        one, other = (
            travel_times(each, places, places, mode=mode, parameters=PARAMETERS)
            for each in (built, network)
        )
        pd.testing.assert_frame_equal(one, other, check_exact=True)


def test_walks_follow_streets(network: Network, places: pd.DataFrame) -> None:
    assert network.edges["walkable"].mean() > 0.9
    seconds, metres = walks_between(network, places, places, parameters=PARAMETERS)
    straight = straight_m(places)
    apart = np.isfinite(metres) & (straight > 0)
    assert apart.sum() >= 4
    # The streets of a town are a fifth to a half longer than the straight line.
    assert (metres[apart] >= straight[apart] * 0.999).all()
    assert 1.05 < np.median(metres[apart] / straight[apart]) < 2.0
    assert np.all(seconds[apart] <= PARAMETERS.max_walk_min * 60)
    assert np.all(np.diag(metres) == 0)


def test_a_search_from_one_place_gives_its_row_of_the_table(
    network: Network, places: pd.DataFrame
) -> None:
    services = services_of(network, PARAMETERS)
    many = pd.concat([places] * FEW, ignore_index=True)  # so many are looked up in a table

    def reach(places: pd.DataFrame) -> StopReach:
        return reach_of_stops(
            network, services, places, parameters=PARAMETERS, outbound=True, peak=False
        )

    table, alone = reach(many), reach(places)
    assert len(places) <= FEW
    assert np.isfinite(alone.seconds).sum() > 10 * len(places)
    for name in ("seconds", "metres"):
        wanted = getattr(table, name)[: len(places)]
        assert np.array_equal(getattr(alone, name), wanted, equal_nan=True)


def test_drives_are_longer_than_the_straight_line(network: Network, places: pd.DataFrame) -> None:
    times = travel_times(network, places, places, mode=Mode.CAR, parameters=PARAMETERS)
    km = times["distance_km"].to_numpy().reshape(len(places), -1)
    minutes = times["minutes"].to_numpy().reshape(len(places), -1)
    straight_km = straight_m(places) / 1000
    assert np.isfinite(minutes).all()
    assert (km >= straight_km * 0.999).all()
    assert (straight_km / np.maximum(minutes / 60, 1e-9) < 120).all()


def test_buses_are_taken_where_they_are_quicker_and_parts_add_up(
    network: Network, places: pd.DataFrame
) -> None:
    times = travel_times(
        network,
        places,
        places,
        mode=Mode.TRANSIT,
        parameters=PARAMETERS,
        statistics=[Statistic.FASTEST, Statistic.MEDIAN],
        with_parts=True,
    )
    reached = times["minutes"].notna()
    assert times.loc[reached, PARTS].sum(axis=1).to_numpy() == pytest.approx(
        times.loc[reached, "minutes"].to_numpy(), abs=1e-6
    )
    assert (times.loc[reached, "rides"] > 0).any()
    walk_s, _ = walks_between(network, places, places, parameters=PARAMETERS)
    for statistic in ("fastest", "median"):
        own = times.loc[times["statistic"] == statistic, "minutes"].to_numpy()
        near = np.isfinite(walk_s).ravel()
        assert (own[near] <= walk_s.ravel()[near] / 60 + 1 / 60).all()
    fastest, median = (
        times.loc[times["statistic"] == name, "minutes"].to_numpy()
        for name in ("fastest", "median")
    )
    both = np.isfinite(median)
    assert (fastest[both] <= median[both]).all()


def farthest_m(areas: gpd.GeoDataFrame) -> np.ndarray:
    found = []
    for area in areas.geometry:
        lon, lat = shapely.get_coordinates(area).T
        here = (np.full(len(lon), side) for side in HOME)
        found.append(distance_m(*here, lon, lat).max())
    return np.array(found)


def test_areas_lie_within_each_other_and_within_what_speeds_allow(network: Network) -> None:
    minutes = (5.0, 10.0, 20.0)
    car, transit, best = (
        isochrones(network, *HOME, parameters=PARAMETERS, minutes=minutes, mode=mode)
        for mode in (Mode.CAR, Mode.TRANSIT, Mode.BEST)
    )
    for areas in (car, transit, best):
        assert areas["minutes"].tolist() == [20.0, 10.0, 5.0]
        assert not areas.geometry.is_empty.any()
        for inner, outer in zip(areas.geometry[1:], areas.geometry[:-1], strict=True):
            assert inner.difference(outer).area == pytest.approx(0.0, abs=1e-9)
    for part in (car, transit):
        for inner, outer in zip(part.geometry, best.geometry, strict=True):
            assert inner.difference(outer).area == pytest.approx(0.0, abs=1e-9)
    hours = np.array([20.0, 10.0, 5.0]) / 60
    assert (farthest_m(car) < 120_000 * hours).all()
    # No bus is boarded and left within five minutes: a circle of five minutes' walk.
    on_foot_m = PARAMETERS.walk_kmh * 1000 * hours[2]
    assert 0.5 * on_foot_m < farthest_m(transit)[2] <= on_foot_m * 1.001
