"""Getting from places to stops and from stops to places: on foot, by own car, by taxi."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pandas as pd

from gis.access.roads import (
    access_index_of,
    coordinates_of,
    drive_tree,
    near_pairs,
    place_entries,
    road_graph,
    station_entries,
)
from gis.access.services import Services
from gis.catalogue.parameters import TravelParameters
from gis.core.units import METRES_PER_KILOMETRE, seconds_from_minutes
from gis.network.model import Network
from gis.network.snap import AccessIndex, travel_seconds_of

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class StopReach:
    """The quickest ways between places and stops.

    Parameters
    ----------
    seconds, metres
        ``(places, stops)``: time and length, NaN where the stop is out of reach. Parking, or
        being picked up, is included; buffers and exits of the station are not.
    by_car
        ``(places, stops)``: whether the way is driven.

    """

    seconds: FloatArray
    metres: FloatArray
    by_car: BoolArray


def reach_of_stops(
    network: Network,
    services: Services,
    places: pd.DataFrame,
    *,
    parameters: TravelParameters,
    outbound: bool,
    peak: bool,
) -> StopReach:
    """Return the quickest way between every place and every stop.

    Any stop within ``max_walk_min`` is reached on foot, straight with a detour and never across
    water. Railway stations within ``max_access_min`` are reached by car as well: with
    ``parking_min`` on the way out, by taxi with ``drop_off_min`` to be picked up on the way back.

    Parameters
    ----------
    network, services
        The network and its public transport.
    places
        ``lon, lat``.
    parameters
        Speeds, limits and minutes at the station.
    outbound
        Whether places are left (True) or reached.
    peak
        Whether cars need peak times.

    """
    lon, lat = coordinates_of(places)
    return _kept_reach(
        network, services, tuple(lon), tuple(lat), parameters, outbound=outbound, peak=peak
    )


@lru_cache(maxsize=128)
def _kept_reach(
    network: Network,
    services: Services,
    lon: tuple[float, ...],
    lat: tuple[float, ...],
    parameters: TravelParameters,
    *,
    outbound: bool,
    peak: bool,
) -> StopReach:
    # Verdicts ask for the same places under many readings.
    places = pd.DataFrame({"lon": lon, "lat": lat}, dtype=np.float64)
    seconds, metres = _walks(access_index_of(network), services, places, parameters)
    rail = np.flatnonzero(services.is_rail)
    car_s, car_m = _station_drives(
        network, services, places, parameters, outbound=outbound, peak=peak
    )
    ends_min = parameters.parking_min if outbound else parameters.drop_off_min
    car_s[car_s > seconds_from_minutes(parameters.max_access_min)] = np.nan
    car_s += seconds_from_minutes(ends_min)
    by_car = np.zeros(seconds.shape, dtype=np.bool_)
    by_car[:, rail] = ~(seconds[:, rail] <= car_s) & np.isfinite(car_s)
    driven = by_car[:, rail]
    seconds[:, rail] = np.where(driven, car_s, seconds[:, rail])
    metres[:, rail] = np.where(driven, car_m, metres[:, rail])
    return StopReach(np.rint(seconds), metres, by_car)  # timetables know whole seconds


def walks_between(
    network: Network,
    origins: pd.DataFrame,
    destinations: pd.DataFrame,
    *,
    parameters: TravelParameters,
) -> tuple[FloatArray, FloatArray]:
    """Return ``(origins, destinations)`` seconds and metres on foot, NaN beyond a walk's reach."""
    index = access_index_of(network)
    return _walk_table(index, origins, destinations, parameters)


def _walks(
    index: AccessIndex, services: Services, places: pd.DataFrame, parameters: TravelParameters
) -> tuple[FloatArray, FloatArray]:
    seconds, metres = _walk_table(index, places, services.stops, parameters)
    unserved = ~services.stops["served"].to_numpy(dtype=np.bool_)
    seconds[:, unserved], metres[:, unserved] = np.nan, np.nan
    return seconds, metres


def _walk_table(
    index: AccessIndex,
    origins: pd.DataFrame,
    destinations: pd.DataFrame,
    parameters: TravelParameters,
) -> tuple[FloatArray, FloatArray]:
    hours = parameters.max_walk_min / 60.0
    within_m = parameters.walk_kmh * hours * METRES_PER_KILOMETRE / parameters.access_detour
    near = near_pairs(index, origins, destinations, within_m=within_m)
    metres = np.full((len(origins), len(destinations)), np.nan)
    pair = (near["origin"].to_numpy(), near["destination"].to_numpy())
    metres[pair] = near["straight_m"].to_numpy() * parameters.access_detour
    return travel_seconds_of(metres, parameters.walk_kmh), metres


def _station_drives(
    network: Network,
    services: Services,
    places: pd.DataFrame,
    parameters: TravelParameters,
    *,
    outbound: bool,
    peak: bool,
) -> tuple[FloatArray, FloatArray]:
    """Return ``(places, stations)`` seconds and metres of drives between places and stations."""
    ends = place_entries(network, places, parameters=parameters, outbound=outbound)
    to_node_s, to_node_m = _station_trees(
        network, services, parameters, towards=outbound, peak=peak
    )
    shape = (len(places), len(to_node_s))
    seconds, metres = np.full(shape, np.nan), np.full(shape, np.nan)
    end_s = ends.seconds(peak=peak)
    stations = np.arange(len(to_node_s))
    for place in range(len(places)):
        own = ends.of(place)
        if own.start == own.stop:
            continue
        over = to_node_s[:, ends.node[own]] + end_s[own]
        best = over.argmin(axis=1)
        seconds[place] = over[stations, best]
        node = ends.node[own][best]
        metres[place] = to_node_m[stations, node] + ends.length_m[own][best]
    seconds[np.isinf(seconds)] = np.nan
    near = near_pairs(
        access_index_of(network),
        places,
        services.stops.iloc[np.flatnonzero(services.is_rail)],
        within_m=parameters.max_off_network_km * METRES_PER_KILOMETRE,
    )
    pair = (near["origin"].to_numpy(), near["destination"].to_numpy())
    straight_m = near["straight_m"].to_numpy() * parameters.access_detour
    straight_s = travel_seconds_of(straight_m, parameters.local_drive_kmh)
    quicker = ~(seconds[pair] <= straight_s)
    pair = (pair[0][quicker], pair[1][quicker])
    seconds[pair], metres[pair] = straight_s[quicker], straight_m[quicker]
    return seconds, metres


@lru_cache(maxsize=24)
def _station_trees(
    network: Network,
    services: Services,
    parameters: TravelParameters,
    *,
    towards: bool,
    peak: bool,
) -> tuple[FloatArray, FloatArray]:
    """Return ``(stations, nodes)`` seconds and metres between railway stations and road nodes.

    Infinite beyond the longest drive. ``towards`` asks for drives to the stations.
    """
    graph = road_graph(network, peak=peak, towards=towards)
    stations = services.stops["stop_id"].iloc[np.flatnonzero(services.is_rail)]
    ends = station_entries(network, stations)
    shape = (len(stations), graph.node_count)
    seconds, metres = np.full(shape, np.inf), np.full(shape, np.nan)
    limit_s = seconds_from_minutes(parameters.max_access_min)
    for station in range(len(stations)):
        tree = drive_tree(graph, ends, station, peak=peak, limit_s=limit_s)
        seconds[station] = np.nan_to_num(tree.seconds(), nan=np.inf)
        metres[station] = tree.length_m
    return seconds, metres
