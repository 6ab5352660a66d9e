"""The trips of a feed as arrays, and which of them run between two stations."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from gis.core.errors import Problem
from gis.network.feed import Feed

Int64Array = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
ObjectArray = npt.NDArray[np.object_]

_RAIL = "rail"
_SHOWN = 3  # names told when one is not known


@dataclass(frozen=True, slots=True, eq=False)
class Ride:
    """Trips from one station to another.

    Parameters
    ----------
    trip
        ``(rides,)`` number of the trip, as its calls come.
    first, last
        ``(rides,)`` rows of ``stop_times``: the calls at both stations.

    """

    trip: Int64Array
    first: Int64Array
    last: Int64Array


def stops_named(feed: Feed, name: str) -> tuple[str, ...]:
    """Return the stops that a station's id or Chinese name stands for; railway before metro.

    ``绍兴北`` and ``绍兴北站`` are the same.
    """
    names = _stop_names(feed)
    if name in names.ids:
        return (name,)
    alike = [name, f"{name}站", *([name.removesuffix("站")] if name.endswith("站") else [])]
    rows = sorted(row for other in alike for row in names.rows.get(other, ()))
    trains = [row for row in rows if names.is_rail[row]]
    return tuple(names.id_of[row] for row in trains or rows)


def unknown_stations(feed: Feed, names: Iterable[str], *, where: str) -> list[Problem]:
    """Return one problem for each name that no stop has."""
    return [
        Problem(where, "error.scenario_station", {"name": name, "near": _alike(feed, name)})
        for name in dict.fromkeys(names)
        if not stops_named(feed, name)
    ]


def trip_starts(feed: Feed) -> Int64Array:
    """Return ``(trips + 1,)``: where the calls of each trip begin in ``stop_times``."""
    return _calls(feed).first


def trip_ids(feed: Feed, calls: Int64Array) -> ObjectArray:
    """Return the ids of the trips that some calls, rows of ``stop_times``, belong to."""
    known = _calls(feed)
    return np.asarray(known.trips[known.trip[calls]], dtype=object)


def calls_at(feed: Feed, stops: Iterable[str]) -> BoolArray:
    """Return ``(calls,)`` whether each call is at one of the stops."""
    known = _calls(feed)
    return np.asarray(known.stops.isin(list(stops))[known.stop], dtype=np.bool_)


def calls_of(feed: Feed, trips: Iterable[str]) -> BoolArray:
    """Return ``(calls,)`` whether each call is of one of the trips."""
    known = _calls(feed)
    return np.asarray(known.trips.isin(list(trips))[known.trip], dtype=np.bool_)


def rides_between(feed: Feed, start: Sequence[str], end: Sequence[str]) -> Ride:
    """Return the trips that call at one of the first stops and later at one of the others."""
    number = _calls(feed).number
    here, there = (np.flatnonzero(calls_at(feed, stops)) for stops in (start, end))
    following = np.searchsorted(there, here, side="right")
    here, following = here[following < len(there)], following[following < len(there)]
    last = there[following]
    same = number[last] == number[here]
    here, last = here[same], last[same]
    trip, kept = np.unique(number[here], return_index=True)
    return Ride(trip, here[kept], last[kept])


def unserved_pairs(feed: Feed, pairs: Iterable[tuple[str, str]], *, where: str) -> list[Problem]:
    """Return one problem for each pair of known stations that no trip joins."""
    problems = []
    for one, other in pairs:
        stops = stops_named(feed, one), stops_named(feed, other)
        if not all(stops):
            continue
        ways = (stops, stops[::-1])
        if not any(len(rides_between(feed, *way).trip) for way in ways):
            fields = {"from": one, "to": other}
            problems.append(Problem(where, "error.scenario_no_train", fields))
    return problems


def with_trips(feed: Feed, trips: pd.DataFrame, stop_times: pd.DataFrame) -> Feed:
    """Return a feed with further trips after its own.

    Parameters
    ----------
    feed
        The feed.
    trips
        Rows with columns of ``feed.trips``.
    stop_times
        ``trip_id, stop_id, stop_sequence, arrival_s, departure_s``, trip by trip.

    """
    own = feed.stop_times
    columns: dict[str, object] = {}
    for name in own.columns:
        if name in {"trip_id", "stop_id"}:
            code, ids = _codes(own[name])
            more = stop_times[name].astype(str)
            known = ids.append(pd.Index(more.unique()).difference(ids))
            codes = np.concatenate([code, known.get_indexer(pd.Index(more))])
            columns[name] = pd.Categorical.from_codes(codes, categories=known)
        else:
            # Of calls made up nothing is said of doors: they open.
            further = stop_times.get(name, pd.Series(0, index=stop_times.index))
            both = np.concatenate([own[name].to_numpy(), further.to_numpy()])
            columns[name] = both.astype(own[name].to_numpy().dtype)
    return replace(
        feed,
        trips=pd.concat([feed.trips, trips[feed.trips.columns]], ignore_index=True),
        stop_times=pd.DataFrame(columns),
    )


def without_trips_of(feed: Feed, gone: BoolArray) -> Feed:
    """Return a feed without some trips.

    Parameters
    ----------
    feed
        The feed.
    gone
        ``(trips,)`` rows of ``feed.trips`` to leave out.

    """
    stays = ~calls_of(feed, feed.trips.loc[gone, "trip_id"].astype(str))
    return replace(
        feed,
        trips=feed.trips[~gone].reset_index(drop=True),
        stop_times=feed.stop_times[stays].reset_index(drop=True),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _StopNames:
    """Names of stops, to look them up.

    Parameters
    ----------
    ids
        Every id.
    rows
        Name -> rows of the stops of this name.
    id_of, is_rail
        ``(stops,)`` id, and whether the stop is a railway station.

    """

    ids: frozenset[str]
    rows: dict[str, list[int]]
    id_of: list[str]
    is_rail: list[bool]


@lru_cache(maxsize=4)
def _stop_names(feed: Feed) -> _StopNames:
    """Return the names of the stops of a feed; scenarios ask for the same feed time and again."""
    stops = feed.stops
    ids = stops["stop_id"].astype(str).tolist()
    rows: dict[str, list[int]] = {}
    for row, name in enumerate(stops["stop_name"].astype(str)):
        rows.setdefault(name, []).append(row)
    kinds = stops["kind"].tolist() if "kind" in stops.columns else [""] * len(stops)
    return _StopNames(frozenset(ids), rows, ids, [kind == _RAIL for kind in kinds])


@dataclass(frozen=True, slots=True, eq=False)
class _Calls:
    """The calls of a feed, as they follow each other in ``stop_times``.

    Parameters
    ----------
    first
        ``(trips + 1,)`` where the calls of each trip begin.
    number
        ``(calls,)`` number of the trip, as trips come.
    trip, stop
        ``(calls,)`` rows of ``trips`` and ``stops``.
    trips, stops
        Ids.

    """

    first: Int64Array
    number: Int64Array
    trip: Int64Array
    stop: Int64Array
    trips: "pd.Index[str]"
    stops: "pd.Index[str]"


@lru_cache(maxsize=4)
def _calls(feed: Feed) -> _Calls:
    """Return the calls of a feed; scenarios ask for the same feed time and again."""
    trip, trips = _codes(feed.stop_times["trip_id"])
    stop, stops = _codes(feed.stop_times["stop_id"])
    is_new = np.append([False], np.diff(trip) != 0)[: len(trip)]
    first = np.concatenate([[0], np.flatnonzero(is_new), [len(trip)]]).astype(np.int64)
    return _Calls(first, np.cumsum(is_new), trip, stop, trips, stops)


def _codes(column: "pd.Series[Any]") -> tuple[Int64Array, "pd.Index[str]"]:
    """Return the number of each id among the ids there are, and these."""
    kinds = column.astype("category").cat
    codes: Int64Array = np.asarray(kinds.codes, dtype=np.int64)
    return codes, pd.Index(kinds.categories.astype(str))


def _alike(feed: Feed, name: str) -> str:
    """Return names that share characters with one that is not known."""
    names = feed.stops["stop_name"].astype(str).drop_duplicates()
    shared = names.map(lambda other: len(set(other.removesuffix("站")) & set(name)))
    best = names[shared > 0].iloc[np.argsort(-shared[shared > 0].to_numpy(), kind="stable")]
    return "、".join(best.head(_SHOWN)) or "—"
