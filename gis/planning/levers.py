"""What levers act on for a reading, and the changes that a size of each means."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from gis.access.roads import road_graph
from gis.catalogue.levers import Lever, LeverKind
from gis.catalogue.scenarios import (
    ChangeRow,
    FeederRow,
    FrequencyRow,
    LineSpeedRow,
    RoadSpeedRow,
    StationAccessRow,
    TravelParametersRow,
)
from gis.core.text import Language, text
from gis.core.units import PER_CENT, SECONDS_PER_MINUTE
from gis.network.scenarios.feeder import feeder_nodes
from gis.planning.shortfall import Shortfall
from gis.routing.bucket_search import quickest_tree

MOST_RIDES = 12  # pairs of stations that get more trains, the most used first
_NAMED = 3  # in a sentence


@dataclass(frozen=True, slots=True)
class Handle:
    """A lever as it can be moved for one reading.

    Parameters
    ----------
    changes
        Size -> the changes to the network that it means.
    where_zh, where_en
        What it acts on.

    """

    changes: Callable[[float], tuple[ChangeRow, ...]]
    where_zh: str
    where_en: str


def handle_of(lever: Lever, shortfall: Shortfall) -> Handle | None:
    """Return a lever as it can be moved for a reading, None where it has nothing to act on.

    Links are searched for by :mod:`gis.planning.new_links` instead.
    """
    make = _MAKERS.get(lever.id)
    return None if make is None else make(lever, shortfall)


def _boarding_buffer(_: Lever, shortfall: Shortfall) -> Handle:
    now_min = shortfall.grounds.parameters.boarding_buffer_min
    return _at_stations(
        lambda size: TravelParametersRow(values={"boarding_buffer_min": max(now_min - size, 0.0)})
    )


def _station_access(_lever: Lever, _shortfall: Shortfall) -> Handle:
    return _at_stations(lambda size: StationAccessRow(drive_factor=1.0 - size / PER_CENT))


def _at_stations(change: Callable[[float], ChangeRow]) -> Handle:
    key = "gap.where.stations"
    return Handle(lambda size: (change(size),), text(key), text(key, language="en"))


def _road_speed(lever: Lever, shortfall: Shortfall) -> Handle | None:
    present = set(shortfall.network.edges["road_class"].astype(str).unique())
    classes = tuple(name for name in lever.road_classes if name in present)
    if not classes:
        return None
    key = "gap.where.main_roads"
    return Handle(
        lambda size: (RoadSpeedRow(classes=classes, speed_factor=1.0 + size / PER_CENT),),
        text(key),
        text(key, language="en"),
    )


def _line_speed(_: Lever, shortfall: Shortfall) -> Handle | None:
    rides = shortfall.rides
    if not rides:
        return None
    return Handle(
        lambda size: (LineSpeedRow(between=rides, speed_factor=1.0 + size / PER_CENT),),
        _listed(rides, "zh"),
        _listed(_in_english(rides, shortfall), "en"),
    )


def _frequency(_: Lever, shortfall: Shortfall) -> Handle | None:
    rides = shortfall.rides[:MOST_RIDES]
    if not rides:
        return None
    return Handle(
        lambda size: (FrequencyRow(between=rides, extra=int(size)),),
        _listed(rides, "zh"),
        _listed(_in_english(rides, shortfall), "en"),
    )


def _feeders(_: Lever, shortfall: Shortfall) -> Handle | None:
    """Return feeders from the places that miss to the stations their passengers drive to."""
    points = shortfall.measured.points
    network = shortfall.network
    graph = road_graph(network, peak=shortfall.reading.peak, towards=True)
    seconds_to: dict[int, np.ndarray[tuple[int], np.dtype[np.float64]]] = {}
    ways: list[tuple[tuple[float, float], str, float]] = []
    for place, station in shortfall.drives_to_stations:
        lon, lat = points.loc[[place], ["lon", "lat"]].to_numpy(dtype=np.float64)[0].tolist()
        here = (lon, lat)
        nodes = feeder_nodes(network, here, station)
        if nodes is None or nodes[0] == nodes[1]:
            continue
        if nodes[1] not in seconds_to:
            seconds_to[nodes[1]] = quickest_tree(graph, np.array([nodes[1]])).seconds()
        minutes = float(seconds_to[nodes[1]][nodes[0]]) / SECONDS_PER_MINUTE
        if np.isfinite(minutes) and minutes > 0:
            ways.append((here, station, minutes))
    if not ways:
        return None
    names = shortfall.drives_to_stations
    return Handle(
        lambda size: tuple(
            FeederRow(place=here, station=station, minutes=minutes * (1.0 - size / PER_CENT))
            for here, station, minutes in ways
        ),
        _listed([(str(points.loc[place, "name_zh"]), station) for place, station in names], "zh"),
        _listed(_in_english(names, shortfall), "en"),
    )


def _in_english(
    pairs: Sequence[tuple[str, str]], shortfall: Shortfall
) -> tuple[tuple[str, str], ...]:
    """Return pairs of ids of places or Chinese names of stations with their English names."""
    stops, points = shortfall.network.feed.stops, shortfall.measured.points
    # A timetable from elsewhere need not have English names.
    english = stops.get("stop_name_en", stops["stop_name"])
    names = dict(zip(stops["stop_name"], english, strict=True)) | points["name_en"].to_dict()
    return tuple((names.get(one) or one, names.get(other) or other) for one, other in pairs)


def _listed(pairs: Sequence[tuple[str, str]], language: Language) -> str:
    """Return pairs of names as a planner lists them, the first few of many."""
    named = [f"{one}—{other}" for one, other in pairs[:_NAMED]]
    whole = text("gap.list_separator", language=language).join(named)
    if len(pairs) <= _NAMED:
        return whole
    return text("gap.list_more", language=language, named=whole, count=len(pairs))


_MAKERS: Mapping[LeverKind, Callable[[Lever, Shortfall], Handle | None]] = {
    LeverKind.LINE_SPEED: _line_speed,
    LeverKind.FREQUENCY: _frequency,
    LeverKind.BOARDING_BUFFER: _boarding_buffer,
    LeverKind.STATION_ACCESS: _station_access,
    LeverKind.FEEDER: _feeders,
    LeverKind.ROAD_SPEED: _road_speed,
}
