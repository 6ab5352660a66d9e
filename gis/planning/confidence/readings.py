"""What readings ask of a network, laid out so that every draw answers it with arrays alone."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from gis.access.entries import coordinates_of
from gis.access.journeys import runs_between
from gis.catalogue.goals import Measure, Pairing, PlaceKind, PlaceSet, Reading, Weighting
from gis.core.crs import distance_m
from gis.core.schemas import Definition, Mode, Statistic
from gis.planning.confidence.prepared import (
    Base,
    DoorPairs,
    Drives,
    Rides,
    Runs,
    door_pairs,
    drives_between,
    stations_of,
)
from gis.planning.confidence.world import World
from gis.planning.grounds import Grounds, statistics_of
from gis.planning.judgement import Judgement, judge_each
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
    origins, destinations
        Rows of places, and numbers of destinations among those of the base.
    apart_m
        ``(origins, destinations)`` geodesic metres, for readings about distances; else empty.
    asked
        ``(origins, destinations)`` pairs that may count.
    origin_people, destination_people
        People there, NaN where they make no sense.
    runs
        Direct trains of pairs, for times aboard; else None.
    drives, drives_at
        For times by car: drives that include these, and ``np.ix_`` of their rows and columns.
    doors, doors_at
        For rides from door to door: pairs that include these, and which of them is each of the
        pairs that may count, row by row.

    """

    reading: Reading
    origins: Int64Array
    destinations: Int64Array
    apart_m: FloatArray
    asked: BoolArray
    origin_people: FloatArray
    destination_people: FloatArray
    runs: Runs | None
    drives: Drives | None = None
    drives_at: tuple[Int64Array, ...] = ()
    doors: DoorPairs | None = None
    doors_at: Int64Array = field(default_factory=lambda: np.empty(0, dtype=np.int64))


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
        if _goes_door_to_door(reading):
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


def _goes_by_car(reading: Reading) -> bool:
    return reading.measure is Measure.TRAVEL_TIME and reading.mode in {Mode.CAR, Mode.BEST}


def _goes_door_to_door(reading: Reading) -> bool:
    goes_by_transit = reading.mode in {Mode.TRANSIT, Mode.BEST}
    return goes_by_transit and reading.definition is Definition.DOOR_TO_DOOR


def make_questions(
    readings: Sequence[Reading], base: Base, grounds: Grounds
) -> tuple[Question, ...]:
    """Return readings in rows of the prepared places, with what they ask for gathered.

    Parameters
    ----------
    readings
        Readings about travel times or distances.
    base
        The prepared network.
    grounds
        Places and people.

    """
    questions = [_question(reading, base, grounds) for reading in readings]
    return tuple(_with_doors(_with_drives(questions, base), base))


def _question(reading: Reading, base: Base, grounds: Grounds) -> Question:
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
    runs = None
    if reading.mode is not Mode.CAR and reading.definition is Definition.IN_VEHICLE:
        runs = _runs(reading, base, (first, second), (origins, destinations), asked)
    apart_m = np.empty((0, 0))
    if reading.measure is Measure.DISTANCE:
        lon, lat = coordinates_of(base.places)
        start, end = (ends.ravel() for ends in np.meshgrid(origins, destinations, indexing="ij"))
        apart_m = distance_m(lon[start], lat[start], lon[end], lat[end]).reshape(asked.shape)
    return Question(
        reading=reading,
        origins=origins.astype(np.int64),
        destinations=np.searchsorted(base.destinations, destinations).astype(np.int64),
        apart_m=apart_m,
        asked=np.asarray(asked, dtype=np.bool_),
        origin_people=first["population"].to_numpy(dtype=np.float64),
        destination_people=second["population"].to_numpy(dtype=np.float64),
        runs=runs,
    )


def _with_drives(questions: Sequence[Question], base: Base) -> list[Question]:
    """Return questions with their drives: computed at once where the same side is the shorter."""
    groups: dict[tuple[bool, bool], list[Question]] = {}
    for question in questions:
        if _goes_by_car(question.reading):
            groups.setdefault(_group(question), []).append(question)
    drives = {
        group: drives_between(
            base,
            np.unique(np.concatenate([question.origins for question in together])),
            np.unique(np.concatenate([question.destinations for question in together])),
            peak=group[0],
        )
        for group, together in groups.items()
    }
    found = []
    for question in questions:
        if _goes_by_car(question.reading):
            own = drives[_group(question)]
            at = np.ix_(
                np.searchsorted(own.origins, question.origins),
                np.searchsorted(own.destinations, question.destinations),
            )
            found.append(replace(question, drives=own, drives_at=at))
        else:
            found.append(question)
    return found


def _group(question: Question) -> tuple[bool, bool]:
    """Return whether in the peak, and whether there are fewer origins than destinations."""
    return question.reading.peak, len(question.origins) < len(question.destinations)


def _with_doors(questions: Sequence[Question], base: Base) -> list[Question]:
    """Return questions with their rides from door to door, those of the peak at once."""
    found = list(questions)
    for peak in base.access if base.trains is not None else ():
        rows = [
            row
            for row, question in enumerate(questions)
            if _goes_door_to_door(question.reading) and question.reading.peak is peak
        ]
        asked = [np.nonzero(questions[row].asked) for row in rows]
        starts = [questions[row].origins[at[0]] for row, at in zip(rows, asked, strict=True)]
        ends = [questions[row].destinations[at[1]] for row, at in zip(rows, asked, strict=True)]
        doors, which = door_pairs(base, np.concatenate(starts), np.concatenate(ends), peak=peak)
        cuts = np.cumsum([len(start) for start in starts])[:-1]
        for row, own in zip(rows, np.split(which, cuts), strict=True):
            found[row] = replace(questions[row], doors=doors, doors_at=own)
    return found


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


def _runs(
    reading: Reading,
    base: Base,
    ends: tuple[pd.DataFrame, pd.DataFrame],
    rows: tuple[Int64Array, Int64Array],
    asked: BoolArray,
) -> Runs | None:
    if base.trains is None:
        return None
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
    one, other = stops[0][:, None], stops[1][None, :]
    at = np.argwhere(asked & (one >= 0) & (other >= 0))
    direct = [
        runs_between(services, int(stops[0][origin]), int(stops[1][destination]))
        for origin, destination in at
    ]
    none = np.empty(0, dtype=np.int64)
    return Runs(
        at=at,
        first=np.cumsum([0, *(len(own.first_call) for own in direct)]),
        first_call=np.concatenate([none, *(own.first_call for own in direct)]),
        last_call=np.concatenate([none, *(own.last_call for own in direct)]),
    )


def minutes_of(question: Question, world: World) -> FloatArray:
    """Return ``(origins, destinations, statistics)`` minutes in a draw, NaN where unreachable.

    Where the reading asks for a distance these are kilometres in a straight line. Pairs that are
    not asked for stay NaN.
    """
    reading = question.reading
    if reading.measure is Measure.DISTANCE:
        apart_km = world.straight_km(question.origins, question.destinations, question.apart_m)
        return np.where(question.asked, apart_km, np.nan)[:, :, None]
    statistics = reading.statistics or (Statistic.FASTEST,)
    minutes = np.full((*question.asked.shape, len(statistics)), np.nan)
    if question.drives is not None:
        is_whole = reading.definition is Definition.DOOR_TO_DOOR
        by_car = world.drive_minutes(question.drives)[question.drives_at]
        parking_min = world.errors.parameters.parking_min if is_whole else 0.0
        minutes[question.asked] = (by_car[question.asked] + parking_min)[:, None]
    if question.doors is not None:
        rides = world.door_minutes(question.doors, statistics)[question.doors_at]
        minutes[question.asked] = np.fmin(minutes[question.asked], rides)
    if question.runs is not None:
        at = tuple(question.runs.at.T)
        rides = world.aboard_minutes(question.runs, statistics)
        minutes[at] = np.fmin(minutes[at], rides)
    return minutes + reading.extra_minutes


def judged(question: Question, minutes: FloatArray) -> dict[str, list[Judgement]]:
    """Return the judgements on the minutes of some draws for each statistic of the reading.

    Parameters
    ----------
    question
        The reading.
    minutes
        ``(draws, origins, destinations, statistics)`` as :func:`minutes_of` gives them.

    """
    reading = question.reading
    found = {}
    for number, statistic in enumerate(statistics_of(reading)):
        values, weights = _counted(question, minutes[..., number])
        found[statistic] = judge_each(
            values,
            weights,
            threshold=reading.threshold or 0.0,
            required_share=reading.required_share,
            partly_share=reading.partly_share,
            comparison=reading.comparison,
        )
    return found


def _counted(question: Question, minutes: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return ``(draws, values)`` that count under the pairing, and their weights."""
    reading, asked = question.reading, question.asked
    people = question.origin_people
    filled = np.where(np.isnan(minutes) | ~asked, np.inf, minutes)
    match reading.pairing:
        case Pairing.NEAREST:
            values, rows = filled.min(axis=2, initial=np.inf), np.arange(len(asked))
        case Pairing.NEAREST_ORIGIN:
            values, rows = filled.min(axis=1, initial=np.inf), np.arange(asked.shape[1])
            people = question.destination_people
        case Pairing.ANY:
            rows = np.zeros(1, dtype=np.int64)
            values = filled.min(axis=(1, 2), initial=np.inf)[:, None]
        case _:
            rows, columns = np.nonzero(asked)
            values = filled[:, rows, columns]
    if reading.pairing is Pairing.OWN:  # of a city without a destination: lost, but not left out
        lost = np.flatnonzero(~asked.any(axis=1))
        rows = np.concatenate([rows, lost])
        values = np.concatenate([values, np.full((len(values), len(lost)), np.inf)], axis=1)
    weights = np.ones(len(rows))
    if reading.weighting is Weighting.PEOPLE:
        weights = np.nan_to_num(people[rows])
    return np.where(np.isinf(values), np.nan, values), weights
