"""Minutes from origins to the few points of service that each of them may go to.

Each origin has its own candidates, so of the table of all origins and points next to nothing is
wanted. Drives and walks are cheap and come first. A journey by public transport takes at least
the way to a stop and from a stop, boarding and leaving the station; it is searched only where this
could beat the best drive or walk to any candidate of the class.
"""

import numpy as np
import numpy.typing as npt
import pandas as pd

from gis.access.reach import reach_of_stops, walks_between
from gis.access.roads import drives
from gis.access.services import services_of
from gis.catalogue.goals import Reading
from gis.catalogue.parameters import TravelParameters
from gis.core.schemas import Definition, Mode
from gis.core.units import SECONDS_PER_MINUTE
from gis.network.model import Network, check_has_trains
from gis.planning.grounds import statistics_of
from gis.planning.pair_times import pair_times, terminal_minutes

FloatArray = npt.NDArray[np.float64]
Int64Array = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

NOWHERE = -1
_BATCH = 64  # origins whose journeys are searched together
_ROUNDING_MIN = 1e-6


def candidate_minutes(
    network: Network,
    origins: pd.DataFrame,
    points: pd.DataFrame,
    near: Int64Array,
    *,
    reading: Reading,
    parameters: TravelParameters,
) -> FloatArray:
    """Return minutes from every origin to each of its candidates.

    Parameters
    ----------
    network
        Network of the year.
    origins, points
        ``id, lon, lat`` (WGS84).
    near
        ``(origins, classes, candidates)`` rows of ``points``; -1 stands for none.
    reading
        Mode, definition, statistics, peak and extra minutes.
    parameters
        Waits and walks.

    Returns
    -------
    numpy.ndarray
        ``(origins, classes, candidates, statistics)``, NaN where out of reach. The least of the
        candidates of a class is as :func:`gis.planning.pair_times.pair_times` tells it; others
        may be longer, where public transport could not make them the least.

    """
    is_point = near != NOWHERE
    asked = np.unique(near[is_point])
    there = points.iloc[asked].reset_index(drop=True)
    origin = np.broadcast_to(np.arange(len(near))[:, None, None], near.shape)[is_point]
    pair = (origin, np.searchsorted(asked, near[is_point]))
    values = np.full((*near.shape, len(statistics_of(reading))), np.nan)
    if reading.mode is not Mode.CAR and reading.definition is not Definition.DOOR_TO_DOOR:
        every = _journeys(network, origins, there, reading=reading, parameters=parameters)
        values[is_point] = every[pair]
        return values
    direct = _direct_minutes(network, origins, there, reading=reading, parameters=parameters)
    values[is_point] = direct[pair][:, None]
    if reading.mode is Mode.CAR:
        return values
    check_has_trains(network)
    least = np.full(near.shape, np.inf)
    bound = _least_journey(network, origins, there, reading=reading, parameters=parameters)
    least[is_point] = bound[pair]
    best = np.fmin(values[..., 0], np.inf).min(axis=2, keepdims=True)
    searched = is_point & (least <= best + _ROUNDING_MIN) & ~(values[..., 0] <= least)
    wanted = (values, near, searched)
    _search(network, origins, points, wanted, reading=reading, parameters=parameters)
    return values


def _direct_minutes(
    network: Network,
    origins: pd.DataFrame,
    points: pd.DataFrame,
    *,
    reading: Reading,
    parameters: TravelParameters,
) -> FloatArray:
    """Return ``(origins, points)`` minutes by the modes of a reading without public transport."""
    minutes = np.full((len(origins), len(points)), np.nan)
    if reading.mode is not Mode.TRANSIT:
        driven = drives(network, origins, points, parameters=parameters, peak=reading.peak)
        minutes = driven.seconds / SECONDS_PER_MINUTE + terminal_minutes(reading, parameters)
    if reading.mode is not Mode.CAR:
        walked_s, _ = walks_between(network, origins, points, parameters=parameters)
        minutes = np.fmin(minutes, walked_s / SECONDS_PER_MINUTE)
    return minutes + reading.extra_minutes


def _least_journey(
    network: Network,
    origins: pd.DataFrame,
    points: pd.DataFrame,
    *,
    reading: Reading,
    parameters: TravelParameters,
) -> FloatArray:
    """Return ``(origins, points)`` minutes that no ride between them can be quicker than."""
    services = services_of(network, parameters)
    timetable = services.timetable
    boarding_s = np.full(len(services.stops), np.inf)
    np.minimum.at(boarding_s, timetable.from_stop, timetable.boarding_s)
    access, egress = (
        reach_of_stops(
            network,
            services,
            places,
            parameters=parameters,
            outbound=outbound,
            peak=reading.peak,
        ).seconds
        for places, outbound in ((origins, True), (points, False))
    )
    out_s, on_s = (
        np.fmin(seconds + at_stop_s, np.inf).min(axis=1, initial=np.inf)
        for seconds, at_stop_s in ((access, boarding_s), (egress, timetable.exit_s))
    )
    least_s = out_s[:, None] + on_s
    return np.asarray(least_s / SECONDS_PER_MINUTE + reading.extra_minutes, dtype=np.float64)


def _search(
    network: Network,
    origins: pd.DataFrame,
    points: pd.DataFrame,
    wanted: tuple[FloatArray, Int64Array, BoolArray],
    *,
    reading: Reading,
    parameters: TravelParameters,
) -> None:
    """Enter journeys by public transport where they are searched for and quicker.

    Parameters
    ----------
    network, origins, points, reading, parameters
        As in :func:`candidate_minutes`.
    wanted
        ``(origins, classes, candidates, statistics)`` minutes, written to; ``(origins, classes,
        candidates)`` rows of points, and which of them to search for.

    """
    values, near, searched = wanted
    by_transit = reading.model_copy(update={"mode": Mode.TRANSIT})
    rows = np.flatnonzero(searched.any(axis=(1, 2)))
    for first in range(0, len(rows), _BATCH):
        own = rows[first : first + _BATCH]
        is_wanted = searched[own]
        asked = np.unique(near[own][is_wanted])
        minutes = _journeys(
            network,
            origins.iloc[own],
            points.iloc[asked],
            reading=by_transit,
            parameters=parameters,
        )
        row, number, place = np.nonzero(is_wanted)
        cell = (own[row], number, place)
        found = minutes[row, np.searchsorted(asked, near[cell])]
        values[cell] = np.fmin(values[cell], found)


def _journeys(
    network: Network,
    origins: pd.DataFrame,
    points: pd.DataFrame,
    *,
    reading: Reading,
    parameters: TravelParameters,
) -> FloatArray:
    """Return ``(origins, points, statistics)`` minutes of all pairs."""
    times = pair_times(
        network,
        origins=origins.reset_index(drop=True),
        destinations=points.reset_index(drop=True),
        reading=reading,
        parameters=parameters,
    )
    shape = (len(origins), len(points), len(statistics_of(reading)))
    return times["minutes"].to_numpy(dtype=np.float64).reshape(shape)
