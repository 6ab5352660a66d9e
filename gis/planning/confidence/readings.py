"""What readings ask of a network, laid out so that every draw answers it with arrays alone."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from gis.access.entries import coordinates_of
from gis.access.journeys import picks, runs_between
from gis.catalogue.goals import Measure, Pairing, PlaceKind, PlaceSet, Reading, Weighting
from gis.core.crs import distance_m
from gis.core.schemas import Definition, Mode, Statistic
from gis.planning.confidence.prepared import Base, Drives, Rides, drives_between, stations_of
from gis.planning.confidence.world import World
from gis.planning.grounds import Grounds, statistics_of
from gis.planning.judgement import Judgement, judge
from gis.planning.place_sets import resolve_places

FloatArray = npt.NDArray[np.float64]
Int64Array = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

_NOWHERE = pd.DataFrame({"id": [], "lon": [], "lat": []})


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """A reading about travel times or distances, in rows of the prepared places.

    Parameters
    ----------
    reading
        The reading.
    drives
        Origins and destinations.
    apart_m
        ``(origins, destinations)`` geodesic metres, for readings about distances; else empty.
    asked
        ``(origins, destinations)`` pairs that may count.
    asked_together
        Rows of origins and columns of destinations that all ask for each other; together they
        are the pairs that may count.
    origin_people, destination_people
        People there, NaN where they make no sense.
    runs
        ``(origin, destination)`` -> first and last calls of direct trains, for times aboard.

    """

    reading: Reading
    drives: Drives
    apart_m: FloatArray
    asked: BoolArray
    asked_together: tuple[tuple[Int64Array, Int64Array], ...]
    origin_people: FloatArray
    destination_people: FloatArray
    runs: dict[tuple[int, int], tuple[Int64Array, Int64Array]]


@dataclass(frozen=True, slots=True, eq=False)
class AskedPlaces:
    """All places that readings ask for.

    Parameters
    ----------
    places
        ``id, lon, lat`` (WGS84), each once, by id.
    destinations
        Ascending rows of those travelled to.
    rides
        In the peak or not -> from where to where people ride from door to door.

    """

    places: pd.DataFrame
    destinations: Int64Array
    rides: dict[bool, Rides]


def places_of(readings: Sequence[Reading], grounds: Grounds) -> AskedPlaces:
    """Return all places that readings about travel times and distances ask for."""
    starts, ends = [_NOWHERE], [_NOWHERE]
    ridden: dict[bool, list[tuple[pd.DataFrame, pd.DataFrame]]] = {}
    for reading in readings:
        first = _points(reading.origins, grounds)
        only_first = reading.pairing is Pairing.ALL_PAIRS or reading.destinations is None
        last = first if only_first else _points(reading.destinations, grounds)
        starts.append(first)
        ends.append(last)
        if reading.mode is not Mode.CAR and reading.definition is Definition.DOOR_TO_DOOR:
            ridden.setdefault(reading.peak, []).append((first, last))
    every = pd.concat([*starts, *ends]).drop_duplicates("id").sort_values("id")
    places = every.astype({"lon": float, "lat": float}).reset_index(drop=True)
    rides = {
        peak: Rides(*(_rows(places, points) for points in zip(*pairs, strict=True)))
        for peak, pairs in ridden.items()
    }
    return AskedPlaces(places, _rows(places, ends), rides)


def _rows(places: pd.DataFrame, points: Sequence[pd.DataFrame]) -> Int64Array:
    """Return the ascending rows of places that are among some points."""
    named = pd.concat([frame["id"] for frame in points])
    return np.flatnonzero(places["id"].isin(named)).astype(np.int64)


def _points(place_set: PlaceSet | None, grounds: Grounds) -> pd.DataFrame:
    if place_set is None:
        raise ValueError("a computable reading has origins")  # the schema of readings asks for them
    return resolve_places(place_set, grounds.book)[["id", "lon", "lat"]]


def make_question(reading: Reading, base: Base, grounds: Grounds) -> Question:
    """Return a reading in rows of the prepared places.

    Parameters
    ----------
    reading
        A reading about travel times or distances.
    base
        The prepared network.
    grounds
        Places and people.

    """
    if reading.origins is None:
        raise ValueError("a computable reading has origins")  # the schema of readings asks for them
    first = _ends(reading.origins, base, grounds)
    second = first
    if reading.pairing is not Pairing.ALL_PAIRS and reading.destinations is not None:
        second = _ends(reading.destinations, base, grounds)
    row_of = pd.Index(base.places["id"])
    origins, destinations = (row_of.get_indexer(pd.Index(ends["id"])) for ends in (first, second))
    asked = first["id"].to_numpy()[:, None] != second["id"].to_numpy()[None, :]
    if reading.pairing is Pairing.ALL_PAIRS:
        asked = np.triu(np.ones(asked.shape, dtype=np.bool_), k=1)
    if reading.pairing is Pairing.OWN:
        asked = first["city_id"].to_numpy()[:, None] == second["city_id"].to_numpy()[None, :]
    runs = {}
    if reading.mode is not Mode.CAR and reading.definition is Definition.IN_VEHICLE:
        runs = _runs(reading, base, (first, second), (origins, destinations), asked)
    apart_m = np.empty((0, 0))
    if reading.measure is Measure.DISTANCE:
        lon, lat = coordinates_of(base.places)
        start, end = (ends.ravel() for ends in np.meshgrid(origins, destinations, indexing="ij"))
        apart_m = distance_m(lon[start], lat[start], lon[end], lat[end]).reshape(asked.shape)
    return Question(
        reading=reading,
        drives=drives_between(
            base,
            origins.astype(np.int64),
            np.searchsorted(base.destinations, destinations).astype(np.int64),
        ),
        apart_m=apart_m,
        asked=np.asarray(asked, dtype=np.bool_),
        asked_together=_together(np.asarray(asked, dtype=np.bool_)),
        origin_people=first["population"].to_numpy(dtype=np.float64),
        destination_people=second["population"].to_numpy(dtype=np.float64),
        runs=runs,
    )


def _ends(place_set: PlaceSet, base: Base, grounds: Grounds) -> pd.DataFrame:
    """Return the points of a place set; "any station" means those that trains serve."""
    points = resolve_places(place_set, grounds.book)
    if place_set.kind is PlaceKind.STATIONS and not place_set.ids:
        points = points[points["id"].isin(_served(base))].reset_index(drop=True)
    return points


def _served(base: Base) -> frozenset[str]:
    if base.trains is None:
        return frozenset()
    stops = base.trains.services.stops
    return frozenset(stops.loc[stops["served"], "stop_id"])


def _together(asked: BoolArray) -> tuple[tuple[Int64Array, Int64Array], ...]:
    """Return rows and columns of pairs: destinations that the same origins ask for."""
    patterns, pattern = np.unique(asked, axis=1, return_inverse=True)
    rows = [np.flatnonzero(some) for some in patterns.T]
    columns = [np.flatnonzero(pattern.ravel() == number) for number in range(len(rows))]
    return tuple(pair for pair in zip(rows, columns, strict=True) if len(pair[0]))


def _runs(
    reading: Reading,
    base: Base,
    ends: tuple[pd.DataFrame, pd.DataFrame],
    rows: tuple[Int64Array, Int64Array],
    asked: BoolArray,
) -> dict[tuple[int, int], tuple[Int64Array, Int64Array]]:
    if base.trains is None:
        return {}
    services = base.trains.services
    served = _served(base)
    stops = []
    for frame, own, place_set in zip(
        ends, rows, (reading.origins, reading.destinations or reading.origins), strict=True
    ):
        by_name = place_set is not None and place_set.kind is PlaceKind.STATIONS
        named = dict(zip(own.tolist(), frame["id"], strict=True)) if by_name else {}
        found = stations_of(base, own, named)
        if by_name:  # a station no trip serves is off the network
            found = np.where(frame["id"].isin(served), found, -1)
        stops.append(found)
    runs = {}
    for origin, destination in np.argwhere(asked).tolist():
        one, other = int(stops[0][origin]), int(stops[1][destination])
        if one >= 0 and other >= 0:
            found_runs = runs_between(services, one, other)
            runs[origin, destination] = (found_runs.first_call, found_runs.last_call)
    return runs


def minutes_of(question: Question, world: World) -> FloatArray:
    """Return ``(origins, destinations, statistics)`` minutes in a draw, NaN where unreachable.

    Where the reading asks for a distance these are kilometres in a straight line. Pairs that are
    not asked for stay NaN.
    """
    reading = question.reading
    if reading.measure is Measure.DISTANCE:
        apart_km = world.straight_km(question.drives, question.apart_m)
        return np.where(question.asked, apart_km, np.nan)[:, :, None]
    statistics = reading.statistics or (Statistic.FASTEST,)
    shape = (*question.asked.shape, len(statistics))
    minutes = np.full(shape, np.nan)
    parameters = world.errors.parameters
    if reading.mode in {Mode.CAR, Mode.BEST}:
        is_whole = reading.definition is Definition.DOOR_TO_DOOR
        drives = world.drive_minutes(question.drives, peak=reading.peak)
        minutes[:] = (drives + (parameters.parking_min if is_whole else 0.0))[:, :, None]
    if reading.mode in {Mode.TRANSIT, Mode.BEST}:
        if reading.definition is Definition.DOOR_TO_DOOR:
            rides = _door_minutes(question, world, statistics)
        else:
            rides = _aboard_minutes(question, world, statistics)
        minutes = np.fmin(minutes, rides)
    minutes += reading.extra_minutes
    return np.where(question.asked[:, :, None], minutes, np.nan)


def _door_minutes(question: Question, world: World, statistics: Sequence[Statistic]) -> FloatArray:
    minutes = np.full((*question.asked.shape, len(statistics)), np.nan)
    drives = question.drives
    for rows, columns in question.asked_together:
        minutes[np.ix_(rows, columns)] = world.door_minutes(
            drives.origins[rows],
            drives.destinations[columns],
            peak=question.reading.peak,
            statistics=statistics,
        )
    return minutes


def _aboard_minutes(
    question: Question, world: World, statistics: Sequence[Statistic]
) -> FloatArray:
    minutes = np.full((*question.asked.shape, len(statistics)), np.nan)
    for pair, (first, last) in question.runs.items():
        durations = world.ride_minutes(first, last)
        picked = picks(durations[None, :], statistics)[0]
        if len(durations):
            minutes[pair] = np.where(picked >= 0, durations[picked], np.nan)
    return minutes


def judged(question: Question, minutes: FloatArray) -> dict[str, Judgement]:
    """Return the judgement on the minutes of a draw for each statistic of the reading."""
    reading = question.reading
    found = {}
    for number, statistic in enumerate(statistics_of(reading)):
        values, weights = _counted(question, minutes[:, :, number])
        found[statistic] = judge(
            values,
            weights,
            threshold=reading.threshold or 0.0,
            required_share=reading.required_share,
            partly_share=reading.partly_share,
            comparison=reading.comparison,
        )
    return found


def _counted(question: Question, minutes: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the values that count under the pairing, and their weights."""
    reading, asked = question.reading, question.asked
    people = question.origin_people
    filled = np.where(np.isnan(minutes) | ~asked, np.inf, minutes)
    match reading.pairing:
        case Pairing.NEAREST:
            values, rows = filled.min(axis=1, initial=np.inf), np.arange(len(filled))
        case Pairing.NEAREST_ORIGIN:
            values, rows = filled.min(axis=0, initial=np.inf), np.arange(filled.shape[1])
            people = question.destination_people
        case Pairing.ANY:
            rows, values = np.zeros(1, dtype=np.int64), np.array([filled.min(initial=np.inf)])
        case _:
            rows, columns = np.nonzero(asked)
            values = filled[rows, columns]
    if reading.pairing is Pairing.OWN:  # of a city without a destination: lost, but not left out
        lost = np.flatnonzero(~asked.any(axis=1))
        rows = np.concatenate([rows, lost])
        values = np.concatenate([values, np.full(len(lost), np.inf)])
    weights = np.ones(len(values))
    if reading.weighting is Weighting.PEOPLE:
        weights = np.nan_to_num(people[rows])
    return np.where(np.isinf(values), np.nan, values), weights
