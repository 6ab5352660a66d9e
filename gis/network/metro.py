"""Metro, tram and suburban trains of a year from line orders and headways."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

import numpy as np

from gis.catalogue.rail import MetroLine, MetroService, MetroStop, RailTables, Station, runs_in
from gis.core.crs import distance_m
from gis.core.schemas import Certainty
from gis.core.units import SECONDS_PER_MINUTE
from gis.network.departures import IntArray, Run, headway_departures, timed_run


@dataclass(frozen=True, slots=True)
class Trains:
    """Trains that share their stops and minutes.

    Parameters
    ----------
    pattern_id
        Id of the pattern or service; different for the two directions.
    line
        What the route is made of: class and ends, or metro line.
    direction
        0 or 1.
    run
        Stops and seconds.
    departures_s
        Departures from the first stop.
    certainty
        Of the least certain part.

    """

    pattern_id: str
    line: str
    direction: int
    run: Run
    departures_s: IntArray
    certainty: Certainty


def open_stops(
    tables: RailTables, line_id: str, *, year: int, early: frozenset[str] = frozenset()
) -> tuple[bool, ...]:
    """Tell for each stop of a metro line whether the line serves it in a year or is early."""
    data_date = tables.settings.data_date
    return tuple(
        line_id in early or runs_in(stop.opened_date, stop.status, year=year, data_date=data_date)
        for stop in tables.stops_of(line_id)
    )


def running_seconds(
    line: MetroLine, stations: Sequence[Station], *, dwell_s: float
) -> tuple[float, ...]:
    """Return the seconds between consecutive stops of a whole line.

    The end-to-end time without the dwells is shared out by straight distance between stops.

    Raises
    ------
    ValueError
        If the line has no end-to-end time.

    """
    if line.end_to_end_min is None:
        raise ValueError(f"{line.line_id} has no end-to-end time")
    lon = np.array([station.lon for station in stations])
    lat = np.array([station.lat for station in stations])
    lengths = distance_m(lon[:-1], lat[:-1], lon[1:], lat[1:])
    moving_s = line.end_to_end_min * SECONDS_PER_MINUTE - dwell_s * (len(stations) - 2)
    return tuple(float(part) for part in moving_s * lengths / lengths.sum())


def metro_trains(
    tables: RailTables, *, year: int, early: frozenset[str] = frozenset()
) -> list[Trains]:
    """Return the metro, tram and suburban trains of a year.

    A service runs over the stops of its way that are open at the end of the year; where a gap
    divides the way, on each side of it. Lines that are ``early`` run whatever their year.
    """
    lines = {line.line_id: line for line in tables.metro_lines}
    names = tables.stations_by_name()
    dwell_s = float(tables.settings.metro_dwell_s)
    segment_s: dict[tuple[str, str, str], float] = {}
    is_open: dict[tuple[str, str], bool] = {}
    certainty: dict[tuple[str, str], Certainty] = {}
    for line in tables.metro_lines:
        stops = tables.stops_of(line.line_id)
        opened_stops = open_stops(tables, line.line_id, year=year, early=early)
        for stop, opened in zip(stops, opened_stops, strict=True):
            is_open[line.line_id, stop.station_zh] = opened
            certainty[line.line_id, stop.station_zh] = stop.certainty
        if line.end_to_end_min is not None:
            stations = [names[line.system, stop.station_zh] for stop in stops]
            seconds = running_seconds(line, stations, dwell_s=dwell_s)
            for (one, other), hop_s in zip(pairwise(stops), seconds, strict=True):
                segment_s[line.line_id, one.station_zh, other.station_zh] = hop_s
                segment_s[line.line_id, other.station_zh, one.station_zh] = hop_s
    trains: list[Trains] = []
    for service in tables.metro_services:
        system = lines[service.line_id].system
        way = _way(tables, service)
        stretches = [
            list(stretch)
            for opened, stretch in groupby(way, key=lambda place: is_open[place])
            if opened
        ]
        for number, places in enumerate(stretch for stretch in stretches if len(stretch) > 1):
            run_s = [
                segment_s[line_id, one, other] for (_, one), (line_id, other) in pairwise(places)
            ]
            stop_ids = [names[system, name].id for _, name in places]
            worst = max(
                [service.certainty, *(certainty[place] for place in places)],
                key=list(Certainty).index,
            )
            name = service.id if len(stretches) == 1 else f"{service.id}{number + 1}"
            for direction in (0, 1):
                step = -1 if direction else 1
                trains.append(
                    Trains(
                        f"{name}-{direction}",
                        service.line_id,
                        direction,
                        timed_run(stop_ids[::step], run_s[::step], dwell_s=dwell_s),
                        _departures(tables, service),
                        worst,
                    )
                )
    return trains


def _way(tables: RailTables, service: MetroService) -> list[tuple[str, str]]:
    way = _between(tables.stops_of(service.line_id), service.first_station, service.last_station)
    if service.branch_line_id:
        branch = tables.stops_of(service.branch_line_id)
        way += _between(branch, service.last_station, service.branch_last_station)[1:]
    return way


def _between(stops: Sequence[MetroStop], first: str, last: str) -> list[tuple[str, str]]:
    order = [stop.station_zh for stop in stops]
    start, end = order.index(first), order.index(last)
    chosen = stops[start : end + 1] if start < end else stops[end : start + 1][::-1]
    return [(stop.line_id, stop.station_zh) for stop in chosen]


def _departures(tables: RailTables, service: MetroService) -> IntArray:
    headways = {
        "peak": service.peak_headway_min,
        "offpeak": service.offpeak_headway_min,
        "evening": service.evening_headway_min,
    }
    periods = [
        (
            seconds_of(period.start),
            None if (minutes := headways[period.headway]) is None else minutes * SECONDS_PER_MINUTE,
        )
        for period in tables.settings.metro_periods
    ]
    siblings = [other.id for other in tables.metro_services if other.line_id == service.line_id]
    return headway_departures(
        periods,
        first_s=seconds_of(service.first_departure),
        last_s=seconds_of(service.last_departure),
        share=siblings.index(service.id) / len(siblings),
    )


def seconds_of(clock: str) -> int:
    """Return the seconds after midnight of ``HH:MM``.

    >>> seconds_of("06:30")
    23400
    """
    hours, minutes = clock.split(":")
    return int(hours) * 3600 + int(minutes) * 60
