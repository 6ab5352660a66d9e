"""How long one place needs to each stop, by searches that end where people would.

Tables of many places are answered over the hierarchy (:mod:`gis.access.reach`), which first has to
be given the times of all the roads of a province, and need the ways from all its stops to roads. A
single place reaches few of them: here nobody walks or drives farther than the longest way there
is, and only stops near roads so reached are tied to these.
"""

from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from gis.access.entries import (
    Entries,
    access_index_of,
    coordinates_of,
    drive_in,
    impedance_of,
    near_pairs,
    place_entries,
    station_entries,
)
from gis.access.reach import AT_HAND_M, walks_between
from gis.access.roads import along_one_edge, road_graph
from gis.access.services import Services
from gis.catalogue.parameters import TravelParameters
from gis.core.schemas import Travel
from gis.core.units import METRES_PER_KILOMETRE, seconds_from_minutes, travel_seconds
from gis.network.model import Network
from gis.network.snap import metric_points, travel_seconds_of
from gis.routing.bucket_search import reach_times
from gis.routing.graph import (
    DECISECONDS_PER_SECOND,
    UNREACHED,
    RoadGraph,
    deciseconds,
    make_graph,
)

FloatArray = npt.NDArray[np.float64]
Int64Array = npt.NDArray[np.int64]
Int32Array = npt.NDArray[np.int32]

_IN_HAND_M = 1.0  # for rounding


def seconds_to_stops(
    network: Network,
    services: Services,
    lon: float,
    lat: float,
    *,
    parameters: TravelParameters,
    peak: bool,
) -> FloatArray:
    """Return the seconds from a place to every stop.

    Parameters
    ----------
    network, services
        The network and its public transport.
    lon, lat
        The place, WGS84.
    parameters
        Speeds, limits and minutes at the station.
    peak
        Whether cars need peak times.

    Returns
    -------
    numpy.ndarray
        ``(stops,)``, NaN where out of reach: the seconds of :func:`gis.access.reach.reach_of_stops`
        for a place that is left.

    """
    place = pd.DataFrame({"lon": [lon], "lat": [lat]})
    stops = services.stops
    seconds = np.full(len(stops), np.nan)
    served = np.flatnonzero(stops["served"].to_numpy(dtype=np.bool_))
    seconds[served] = _walk_seconds(network, place, stops.iloc[served], parameters)
    rail = np.flatnonzero(services.is_rail)
    drive_s = _drive_seconds(network, place, stops.iloc[rail], parameters, peak=peak)
    drive_s[drive_s > seconds_from_minutes(parameters.max_access_min)] = np.nan
    parking_s = seconds_from_minutes(parameters.parking_min)
    seconds[rail] = np.fmin(seconds[rail], drive_s + parking_s)
    return np.asarray(np.rint(seconds), dtype=np.float64)  # timetables know whole seconds


@lru_cache(maxsize=4)
def walk_graph(network: Network, parameters: TravelParameters) -> RoadGraph:
    """Return the graph of the edges of a network that may be walked, both ways."""
    edges, impedance = network.edges, impedance_of(network, parameters, Travel.WALK)
    return make_graph(
        node_count=len(network.nodes),
        source=edges["source"].to_numpy(dtype=np.int64),
        target=edges["target"].to_numpy(dtype=np.int64),
        time_s=impedance.edge_s,
        length_m=edges["length_m"].to_numpy(dtype=np.float64),
        forward=impedance.forward,
        backward=impedance.backward,
    )


def _walk_seconds(
    network: Network, place: pd.DataFrame, stops: pd.DataFrame, parameters: TravelParameters
) -> FloatArray:
    """Return ``(stops,)`` seconds on foot, NaN beyond a walk's reach."""
    if not network.edges["walkable"].to_numpy(dtype=np.bool_).any():
        straight_s, _ = walks_between(network, place, stops, parameters=parameters)
        return np.asarray(straight_s[0], dtype=np.float64)
    limit_s = seconds_from_minutes(parameters.max_walk_min)
    leave = place_entries(network, place, parameters=parameters, outbound=True, travel=Travel.WALK)
    time_ds = reach_times(
        walk_graph(network, parameters), leave.node, initial_s=leave.seconds, limit_s=limit_s
    )
    found = _stops_near(network, time_ds, leave, stops, parameters)
    near = stops.iloc[found]
    reach = place_entries(network, near, parameters=parameters, outbound=False, travel=Travel.WALK)
    walk_s = _least_seconds(time_ds, reach)
    at_hand = near_pairs(access_index_of(network), place, near, within_m=AT_HAND_M)
    straight_m = at_hand["straight_m"].to_numpy(dtype=np.float64) * parameters.access_detour
    along = along_one_edge(network, leave, reach, parameters, Travel.WALK)
    for rows, way_s in (
        (along["destination"], along["seconds"].to_numpy(dtype=np.float64)),
        (at_hand["destination"], travel_seconds_of(straight_m, parameters.walk_kmh)),
    ):
        np.fmin.at(walk_s, rows.to_numpy(dtype=np.int64), way_s)
    seconds = np.full(len(stops), np.nan)
    seconds[found] = np.where(walk_s <= limit_s, walk_s, np.nan)
    return seconds


def _stops_near(
    network: Network,
    time_ds: Int32Array,
    leave: Entries,
    stops: pd.DataFrame,
    parameters: TravelParameters,
) -> Int64Array:
    """Return the rows of at least the stops that a walk reaches from the roads it has reached.

    From an edge to a stop one goes straight, no shorter than to a box around the edge.
    """
    edges = network.edges
    arrived_ds = np.minimum(*(time_ds[edges[end].to_numpy()] for end in ("source", "target")))
    arrived_ds[leave.ways["edge"].to_numpy(dtype=np.int64)] = 0
    is_reached = (arrived_ds != UNREACHED) & edges["walkable"].to_numpy(dtype=np.bool_)
    rows = np.flatnonzero(is_reached)
    if not len(rows):
        return np.empty(0, dtype=np.int64)
    left_s = seconds_from_minutes(parameters.max_walk_min) - arrived_ds[rows] / float(
        DECISECONDS_PER_SECOND
    )
    left_m = left_s / travel_seconds(parameters.access_detour, parameters.walk_kmh) + _IN_HAND_M
    lines = network.lines.take(rows)
    points = lines.metres(network.metric_system)
    low = np.minimum.reduceat(points, lines.first[:-1]) - left_m[:, None]
    high = np.maximum.reduceat(points, lines.first[:-1]) + left_m[:, None]
    around = shapely.STRtree(shapely.box(*low.T, *high.T))
    here = metric_points(*coordinates_of(stops), network.metric_system)
    return np.unique(around.query(here, predicate="intersects")[0]).astype(np.int64)


def _drive_seconds(
    network: Network,
    place: pd.DataFrame,
    stations: pd.DataFrame,
    parameters: TravelParameters,
    *,
    peak: bool,
) -> FloatArray:
    """Return ``(stations,)`` seconds by car, parking left out, NaN where no drive leads.

    What takes longer than the longest drive may be left out.
    """
    leave = place_entries(
        network, place, parameters=parameters, outbound=True, travel=drive_in(peak=peak)
    )
    limit_s = seconds_from_minutes(parameters.max_access_min) / parameters.station_drive_factor
    time_ds = reach_times(
        road_graph(network, peak=peak), leave.node, initial_s=leave.seconds, limit_s=limit_s
    )
    seconds = _least_seconds(time_ds, station_entries(network, stations["stop_id"], peak=peak))
    within_m = parameters.max_off_network_km * METRES_PER_KILOMETRE
    near = near_pairs(access_index_of(network), place, stations, within_m=within_m)
    straight_m = near["straight_m"].to_numpy(dtype=np.float64) * parameters.access_detour
    rows = near["destination"].to_numpy(dtype=np.int64)
    np.fmin.at(seconds, rows, travel_seconds_of(straight_m, parameters.local_drive_kmh))
    return seconds * parameters.station_drive_factor


def _least_seconds(time_ds: Int32Array, reach: Entries) -> FloatArray:
    """Return ``(places,)`` least seconds over the nodes that lead on to each, NaN without any."""
    reached = time_ds[reach.node] != UNREACHED
    way_ds = time_ds[reach.node[reached]] + deciseconds(reach.seconds[reached])
    seconds = np.full(reach.count, np.nan)
    np.fmin.at(seconds, reach.place[reached], way_ds / float(DECISECONDS_PER_SECOND))
    return seconds
