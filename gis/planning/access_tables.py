"""Accessibility of townships, counties, cities and zones by the measures of the catalogue."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial

import numpy as np
import numpy.typing as npt
import pandas as pd

from gis.access.decay import exponential_decay
from gis.access.inequality import gini, palma_ratio, theil
from gis.access.measures import (
    cost_to_closest,
    cumulative_opportunities,
    daily_accessibility,
    dual_access,
    enhanced_two_step_catchment,
    gravity,
    mean_by_area,
    potential,
    reached_share,
    weighted_average_travel_time,
)
from gis.access.performance import transport_performance
from gis.access.travel_times import travel_times
from gis.catalogue.access_measures import AccessKind, AccessMeasure
from gis.catalogue.goals import PlaceKind
from gis.catalogue.parameters import TravelParameters
from gis.core.schemas import Definition, Mode, Statistic
from gis.network.model import Network
from gis.planning.pair_times import reading_points
from gis.planning.place_sets import PlaceBook
from gis.planning.station_access import straight_distances_km

FloatArray = npt.NDArray[np.float64]
TOWNSHIP_COLUMNS = ("id", "name_zh", "name_en", "county_id", "city_id", "population")


def township_access(
    network: Network,
    book: PlaceBook,
    measures: Iterable[AccessMeasure],
    *,
    parameters: TravelParameters,
    mode: Mode,
    peak: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> pd.DataFrame:
    """Return the measures of every township, door to door.

    Parameters
    ----------
    network
        Network of the year.
    book
        Townships with their people, and the places that measures name.
    measures
        Measures of the catalogue.
    parameters
        Waits, walks and parking.
    mode
        Car, public transport (the median over departures) or the better of both.
    peak
        Whether in the morning peak.
    progress
        Called with the numbers of origins and destinations before each matrix of times.

    Returns
    -------
    DataFrame
        :data:`TOWNSHIP_COLUMNS` and one column a measure, named by its id. People are those of
        townships with a figure; a township without one is measured, but is nobody's destination.
        Stations count where a trip of the year calls.

    """
    townships = book.points[PlaceKind.TOWNSHIPS].reset_index(drop=True)
    townships = townships.drop_duplicates("id", ignore_index=True)
    columns = [name for name in TOWNSHIP_COLUMNS if name in townships.columns]
    peopled = townships[townships["population"] > 0]
    people = peopled["population"].to_numpy(dtype=np.float64)
    demand = townships["population"].fillna(0.0).to_numpy(dtype=np.float64)

    def minutes_to(destinations: pd.DataFrame) -> FloatArray:
        if progress is not None:
            progress(len(townships), len(destinations))
        return _minutes(
            network, townships, destinations, parameters=parameters, mode=mode, peak=peak
        )

    asked = tuple(measures)
    to_people = minutes_to(peopled) if any(one.destinations is None for one in asked) else None
    straight_km = _straight(townships, peopled)
    values = {}
    for measure in asked:
        if measure.destinations is not None:
            present, _ = reading_points(measure.destinations, book, network)
            minutes = minutes_to(present)
            values[measure.id] = _to_places(measure, minutes, demand)
        elif to_people is not None:
            values[measure.id] = _measured(measure, to_people, people, straight_km=straight_km)
    return townships[columns].assign(**values)


def area_access(
    townships: pd.DataFrame,
    measures: Iterable[AccessMeasure],
    members: Mapping[str, Sequence[str]],
) -> pd.DataFrame:
    """Return the measures of areas as their people have them on average, and how unequally.

    Parameters
    ----------
    townships
        From :func:`township_access`.
    measures
        The same measures.
    members
        Area -> ids of its townships; areas may overlap.

    Returns
    -------
    DataFrame
        ``id, population``, then for each measure its mean weighted by people and, where more is
        better, ``<id>_gini``, ``<id>_palma`` and ``<id>_theil`` among the people of the area. A
        mean time is NaN where somebody cannot reach what it asks for; ``<id>_reached`` is the
        share of people who can (not told where minutes stand for what cannot be reached).

    """
    people = townships["population"].fillna(0.0).to_numpy(dtype=np.float64)
    asked = tuple(measures)
    rows = []
    for area, ids in members.items():
        inside = townships["id"].isin(ids).to_numpy()
        row: dict[str, object] = {"id": area, "population": round(float(people[inside].sum()))}
        for measure in asked:
            values = townships[measure.id].to_numpy(dtype=np.float64)[inside]
            one_area = np.zeros(len(values), dtype=np.int64)
            mean = mean_by_area(values, people[inside], one_area)
            row[measure.id] = mean[0] if len(mean) else np.nan
            if measure.can_be_missing:
                has_time = (~np.isnan(values)).astype(np.float64)
                share = mean_by_area(has_time, people[inside], one_area)
                row[f"{measure.id}_reached"] = share[0] if len(share) else np.nan
            if not measure.is_time:
                indices = {
                    name: index(values, people[inside]) for name, index in _INEQUALITY.items()
                }
                row |= {f"{measure.id}_{name}": index for name, index in indices.items()}
        rows.append(row)
    return pd.DataFrame(rows)


_INEQUALITY: Mapping[str, Callable[[FloatArray, FloatArray], float]] = {
    "gini": gini,
    "palma": palma_ratio,
    "theil": theil,
}


def _minutes(
    network: Network,
    origins: pd.DataFrame,
    destinations: pd.DataFrame,
    *,
    parameters: TravelParameters,
    mode: Mode,
    peak: bool,
) -> FloatArray:
    """Return ``(origins, destinations)`` minutes; a township reaches itself in no time."""
    times = travel_times(
        network,
        origins[["id", "lon", "lat"]],
        destinations[["id", "lon", "lat"]],
        mode=mode,
        parameters=parameters,
        definition=Definition.DOOR_TO_DOOR,
        statistics=(Statistic.MEDIAN,),
        peak=peak,
        terminal_minutes=parameters.parking_min,
    )
    minutes = times["minutes"].to_numpy(dtype=np.float64).reshape(len(origins), len(destinations))
    is_itself = origins["id"].to_numpy()[:, None] == destinations["id"].to_numpy()
    return np.where(is_itself, 0.0, minutes)


def _straight(origins: pd.DataFrame, destinations: pd.DataFrame) -> FloatArray:
    distances = straight_distances_km(origins, destinations)["minutes"]
    return distances.to_numpy(dtype=np.float64).reshape(len(origins), len(destinations))


def _to_places(measure: AccessMeasure, minutes: FloatArray, demand: FloatArray) -> FloatArray:
    """Return the values of a measure of places that are all alike."""
    alike = np.ones(minutes.shape[1])
    if measure.kind is AccessKind.ENHANCED_TWO_STEP_CATCHMENT:
        a_head = enhanced_two_step_catchment(
            minutes, supply=alike, demand=demand, zones=measure.zones
        )
        return a_head * measure.per_people
    return _measured(measure, minutes, alike)


def _measured(
    measure: AccessMeasure,
    minutes: FloatArray,
    weights: FloatArray,
    *,
    straight_km: FloatArray | None = None,
) -> FloatArray:
    """Return the values of a measure; its schema makes sure that its parameters are there."""
    if measure.kind in _FORMULAS:
        return _FORMULAS[measure.kind](measure, minutes, weights)
    if straight_km is None:
        raise ValueError("people nearby are people of townships")
    triple = transport_performance(
        minutes,
        straight_km,
        weights,
        limit_min=measure.limit_min or 0.0,
        nearby_km=measure.nearby_km or 0.0,
    )
    found: FloatArray = getattr(triple, measure.kind.value)
    return found


_FORMULAS: Mapping[AccessKind, Callable[[AccessMeasure, FloatArray, FloatArray], FloatArray]] = {
    AccessKind.CUMULATIVE_OPPORTUNITIES: lambda one, minutes, weights: cumulative_opportunities(
        minutes, weights, limit_min=one.limit_min or 0.0
    ),
    AccessKind.DAILY_ACCESSIBILITY: lambda one, minutes, weights: daily_accessibility(
        minutes, weights, limit_min=one.limit_min or 0.0
    ),
    AccessKind.GRAVITY: lambda one, minutes, weights: gravity(
        minutes, weights, decay=partial(exponential_decay, half_min=one.half_min or np.nan)
    ),
    AccessKind.POTENTIAL: lambda one, minutes, weights: potential(
        minutes, weights, exponent=one.exponent or 0.0, least_min=one.least_min or np.nan
    ),
    AccessKind.COST_TO_CLOSEST: lambda one, minutes, weights: cost_to_closest(
        minutes, weights, nearest=one.nearest
    ),
    AccessKind.DUAL_ACCESS: lambda one, minutes, weights: dual_access(
        minutes, weights, amount=one.amount or np.nan
    ),
    AccessKind.WEIGHTED_AVERAGE_TRAVEL_TIME: lambda one, minutes, weights: (
        weighted_average_travel_time(minutes, weights, unreached_min=one.unreached_min)
    ),
    AccessKind.REACHED_SHARE: lambda _, minutes, weights: reached_share(minutes, weights),
}
