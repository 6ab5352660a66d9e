"""Getting from places to stops and from stops to places: on foot, by own car, by taxi."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pandas as pd

from gis.access.entries import (
    Entries,
    access_index_of,
    coordinates_of,
    drive_in,
    near_pairs,
    place_entries,
    station_entries,
)
from gis.access.near_ways import FEW, NearWays, near_ways
from gis.access.roads import along_one_edge, ways_between
from gis.access.services import Services
from gis.catalogue.parameters import TravelParameters
from gis.core.schemas import Travel
from gis.core.units import METRES_PER_KILOMETRE, seconds_from_minutes
from gis.network.model import Network
from gis.network.snap import AccessIndex, travel_seconds_of

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

AT_HAND_M = 100.0  # people see such a place and go straight to it


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

    Any stop within ``max_walk_min`` is reached on foot (:func:`walks_between`). Railway stations
    within ``max_access_min`` are reached by car as well: with ``parking_min`` on the way out, by
    taxi with ``drop_off_min`` to be picked up on the way back.

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
    seconds, metres = _walks(network, services, places, parameters, outbound=outbound)
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
    """Return ``(origins, destinations)`` seconds and metres on foot, NaN beyond a walk's reach.

    People walk along the edges that may be walked, and straight to places within 100 m: who is at
    a place off the road need not go to the road and back. Where a network has no edges to walk
    along, as the sketch, they walk straight, lengthened by the detour of streets, and never across
    water.
    """
    if not network.edges["walkable"].to_numpy(dtype=np.bool_).any():
        return _straight_walks(access_index_of(network), origins, destinations, parameters)
    if len(destinations) < len(origins):  # as far there as back
        back_s, back_m = walks_between(network, destinations, origins, parameters=parameters)
        return back_s.T.copy(), back_m.T.copy()
    if len(origins) > FEW:
        return _walked(network, origins, destinations, parameters)
    limit_s = seconds_from_minutes(parameters.max_walk_min)
    seconds, metres = np.full((2, len(origins), len(destinations)), np.nan)
    leave = _walk_entries(network, origins, parameters, outbound=True)
    for row in range(len(origins)):
        around = near_ways(
            network, leave, row, parameters=parameters, travel=Travel.WALK, limit_s=limit_s
        )
        near = around.near(destinations)
        found = _walked(
            network, origins[row : row + 1], destinations.iloc[near], parameters, around
        )
        seconds[row, near], metres[row, near] = found[0][0], found[1][0]
    return seconds, metres


def _walk_entries(
    network: Network, places: pd.DataFrame, parameters: TravelParameters, *, outbound: bool
) -> Entries:
    return place_entries(
        network, places, parameters=parameters, outbound=outbound, travel=Travel.WALK
    )


def _walked(
    network: Network,
    origins: pd.DataFrame,
    destinations: pd.DataFrame,
    parameters: TravelParameters,
    around: NearWays | None = None,
) -> tuple[FloatArray, FloatArray]:
    """Return walks along the edges that may be walked; ``around`` the only origin, if known."""
    leave = _walk_entries(network, origins, parameters, outbound=True)
    reach = _walk_entries(network, destinations, parameters, outbound=False)
    if around is None:
        walks = ways_between(network, leave, reach, parameters, Travel.WALK)
        seconds, metres = walks.seconds, walks.metres
    else:
        seconds, metres = (values[None, :] for values in around.to(reach))
    index = access_index_of(network)
    near = near_pairs(index, origins, destinations, within_m=AT_HAND_M)
    near["metres"] = near["straight_m"] * parameters.access_detour
    near["seconds"] = travel_seconds_of(near["metres"].to_numpy(), parameters.walk_kmh)
    columns = ["origin", "destination", "seconds", "metres"]
    along = along_one_edge(network, leave, reach, parameters, Travel.WALK)
    shortcuts = pd.concat([along[columns], near[columns]])
    for origin, destination, way_s, way_m in shortcuts.to_numpy(dtype=np.float64):
        pair = (int(origin), int(destination))
        if not seconds[pair] <= way_s:  # true where no way leads, too
            seconds[pair], metres[pair] = way_s, way_m
    too_far = ~(seconds <= seconds_from_minutes(parameters.max_walk_min))
    seconds[too_far], metres[too_far] = np.nan, np.nan
    return seconds, metres


def _straight_walks(
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


def _walks(
    network: Network,
    services: Services,
    places: pd.DataFrame,
    parameters: TravelParameters,
    *,
    outbound: bool,
) -> tuple[FloatArray, FloatArray]:
    """Return ``(places, stops)`` seconds and metres on foot; unserved stops are out of reach."""
    ends = (places, services.stops) if outbound else (services.stops, places)
    seconds, metres = walks_between(network, *ends, parameters=parameters)
    if not outbound:
        seconds, metres = seconds.T.copy(), metres.T.copy()
    unserved = ~services.stops["served"].to_numpy(dtype=np.bool_)
    seconds[:, unserved], metres[:, unserved] = np.nan, np.nan
    return seconds, metres


def _station_drives(
    network: Network,
    services: Services,
    places: pd.DataFrame,
    parameters: TravelParameters,
    *,
    outbound: bool,
    peak: bool,
) -> tuple[FloatArray, FloatArray]:
    """Return ``(places, stations)`` seconds and metres of drives between places and stations.

    What takes longer than the longest drive may be left out.
    """
    travel = drive_in(peak=peak)
    stations = services.stops.iloc[np.flatnonzero(services.is_rail)]
    own = place_entries(network, places, parameters=parameters, outbound=outbound, travel=travel)
    theirs = station_entries(network, stations["stop_id"], peak=peak)
    seconds, metres = np.full((2, len(places), len(stations)), np.nan)
    if len(places) <= FEW:
        limit_s = seconds_from_minutes(parameters.max_access_min) / parameters.station_drive_factor
        for row in range(len(places)):
            around = near_ways(
                network,
                own,
                row,
                parameters=parameters,
                travel=travel,
                limit_s=limit_s,
                towards=not outbound,
            )
            seconds[row], metres[row] = around.to(theirs)
    else:
        ends = (own, theirs) if outbound else (theirs, own)
        drives = ways_between(network, *ends, parameters, travel)
        seconds, metres = drives.seconds, drives.metres
        if not outbound:
            seconds, metres = seconds.T.copy(), metres.T.copy()
    near = near_pairs(
        access_index_of(network),
        places,
        stations,
        within_m=parameters.max_off_network_km * METRES_PER_KILOMETRE,
    )
    pair = (near["origin"].to_numpy(), near["destination"].to_numpy())
    straight_m = near["straight_m"].to_numpy() * parameters.access_detour
    straight_s = travel_seconds_of(straight_m, parameters.local_drive_kmh)
    quicker = ~(seconds[pair] <= straight_s)
    pair = (pair[0][quicker], pair[1][quicker])
    seconds[pair], metres[pair] = straight_s[quicker], straight_m[quicker]
    return seconds * parameters.station_drive_factor, metres
