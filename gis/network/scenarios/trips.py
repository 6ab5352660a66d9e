"""The trips of a feed as arrays, and which of them run between two stations."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
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
    stops = feed.stops
    ids = stops["stop_id"].astype(str)
    if (ids == name).any():
        return (name,)
    names = stops["stop_name"].astype(str)
    same = (names == name) | (names == f"{name}站") | (names + "站" == name)
    if "kind" in stops.columns and (same & (stops["kind"] == _RAIL)).any():
        same &= stops["kind"] == _RAIL
    return tuple(ids[same])


def unknown_stations(feed: Feed, names: Iterable[str], *, where: str) -> list[Problem]:
    """Return one problem for each name that no stop has."""
    return [
        Problem(where, "error.scenario_station", {"name": name, "near": _alike(feed, name)})
        for name in dict.fromkeys(names)
        if not stops_named(feed, name)
    ]


def trip_starts(feed: Feed) -> Int64Array:
    """Return ``(trips + 1,)``: where the calls of each trip begin in ``stop_times``."""
    code, _ = _codes(feed.stop_times["trip_id"])
    new = np.flatnonzero(np.diff(code) != 0) + 1
    return np.concatenate([[0], new, [len(code)]]).astype(np.int64)


def trip_ids(feed: Feed, calls: Int64Array) -> ObjectArray:
    """Return the ids of the trips that some calls, rows of ``stop_times``, belong to."""
    code, ids = _codes(feed.stop_times["trip_id"])
    return np.asarray(ids[code[calls]], dtype=object)


def calls_at(feed: Feed, stops: Iterable[str]) -> BoolArray:
    """Return ``(calls,)`` whether each call is at one of the stops."""
    code, ids = _codes(feed.stop_times["stop_id"])
    return np.asarray(ids.isin(list(stops))[code], dtype=np.bool_)


def calls_of(feed: Feed, trips: Iterable[str]) -> BoolArray:
    """Return ``(calls,)`` whether each call is of one of the trips."""
    code, ids = _codes(feed.stop_times["trip_id"])
    return np.asarray(ids.isin(list(trips))[code], dtype=np.bool_)


def rides_between(feed: Feed, start: Sequence[str], end: Sequence[str]) -> Ride:
    """Return the trips that call at one of the first stops and later at one of the others."""
    first = trip_starts(feed)
    here, there = (np.flatnonzero(calls_at(feed, stops)) for stops in (start, end))
    one, other = (
        pd.DataFrame({"trip": np.searchsorted(first, rows, side="right") - 1, name: rows})
        for name, rows in (("first", here), ("last", there))
    )
    pairs = one.merge(other, on="trip")
    pairs = pairs[pairs["first"] < pairs["last"]].sort_values(["trip", "first", "last"])
    pairs = pairs.drop_duplicates("trip")
    return Ride(*(pairs[name].to_numpy(dtype=np.int64) for name in ("trip", "first", "last")))


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
