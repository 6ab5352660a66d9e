"""Getting from places to stops and from stops to places: on foot, by own car, by taxi."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pandas as pd

from gis.access.roads import (
    Drives,
    access_index_of,
    coordinates_of,
    drives_between,
    near_pairs,
    place_entries,
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
    stations = services.stops.iloc[rail]
    car = _station_drives(network, stations, places, parameters, outbound=outbound, peak=peak)
    ends_min = parameters.parking_min if outbound else parameters.drop_off_min
    car_s = np.where(
        car.seconds <= seconds_from_minutes(parameters.max_access_min), car.seconds, np.nan
    ) + seconds_from_minutes(ends_min)
    by_car = np.zeros(seconds.shape, dtype=np.bool_)
    by_car[:, rail] = ~(seconds[:, rail] <= car_s) & np.isfinite(car_s)
    driven = by_car[:, rail]
    seconds[:, rail] = np.where(driven, car_s, seconds[:, rail])
    metres[:, rail] = np.where(driven, car.metres, metres[:, rail])
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
    stations: pd.DataFrame,
    places: pd.DataFrame,
    parameters: TravelParameters,
    *,
    outbound: bool,
    peak: bool,
) -> Drives:
    """Return drives with a row a place and a column a station, whichever way they lead."""
    own = place_entries(network, places, parameters=parameters, outbound=outbound)
    theirs = station_entries(network, stations["stop_id"])
    if outbound:
        table = drives_between(network, own, theirs, peak=peak)
    else:
        back = drives_between(network, theirs, own, peak=peak)
        table = Drives(back.seconds.T.copy(), back.metres.T.copy(), {})
    within_m = parameters.max_off_network_km * METRES_PER_KILOMETRE
    near = near_pairs(access_index_of(network), places, stations, within_m=within_m)
    pair = (near["origin"].to_numpy(), near["destination"].to_numpy())
    straight_m = near["straight_m"].to_numpy() * parameters.access_detour
    straight_s = travel_seconds_of(straight_m, parameters.local_drive_kmh)
    quicker = ~(table.seconds[pair] <= straight_s)
    pair = (pair[0][quicker], pair[1][quicker])
    table.seconds[pair], table.metres[pair] = straight_s[quicker], straight_m[quicker]
    return table
