"""Stations, railway and metro lines, and the services on them: the rail tables of the seeds.

Dates are written as exactly as they are known (``2027``, ``2027-06`` or ``2027-06-30``); a vague
date counts from its last day on.
"""

import calendar
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from gis.catalogue.tables import (
    Lat,
    Lon,
    Row,
    Text,
    TextList,
    as_problem,
    read_rows,
    read_yaml,
)
from gis.core.errors import InputError, Problem, raise_problems
from gis.core.paths import seeds_dir
from gis.core.schemas import Certainty, Status

NATIONAL = "cr"
SETTINGS_FILE = "rail_feed.yaml"

Minutes = Annotated[float, Field(gt=0, le=24 * 60)]
Clock = Annotated[str, Field(pattern=r"^\d{2}:[0-5]\d$")]
Headway = Literal["peak", "offpeak", "evening"]


def _numbers(value: object) -> object:
    return value.split(";") if isinstance(value, str) else value


def _real_day(written: str) -> str:
    try:
        last_day(written)
    except ValueError as error:
        raise PydanticCustomError("error.not_a_date", "date", {"value": written}) from error
    return written


PartialDate = Annotated[str, Field(pattern=r"^\d{4}(-\d{2}(-\d{2})?)?$"), AfterValidator(_real_day)]


class System(Row):
    """An operator: ``id``, names, and the address a GTFS agency must have."""

    id: Text
    kind: Literal["rail", "metro", "tram"]
    name_zh: Text
    name_en: Text
    url: Text


class Station(Row):
    """A station of one system. Names are unique inside a system.

    Parameters
    ----------
    id
        ``ST`` and four digits.
    aliases
        Former names and other ways of writing the name.
    opened_date
        When known; empty for old stations. A target for stations that are not open.
    accuracy_m
        How far the point may be off.

    """

    id: Annotated[str, Field(pattern=r"^ST\d{4}$")]
    name_zh: Text
    name_en: Text
    aliases: TextList = ()
    kind: Literal["rail", "metro", "tram"]
    system: Text
    city_id: str = ""
    lon: Lon
    lat: Lat
    opened_date: PartialDate = ""
    status: Status
    certainty: Certainty
    accuracy_m: int
    source_id: Text
    note: str = ""


class RailLine(Row):
    """A piece of railway with one opening date, drawn through the shape points of its line.

    ``length_basis`` says whether ``length_km`` was published or comes from the geometry (empty).
    """

    id: Text
    line_id: Text
    name_zh: Text
    name_en: Text
    mode: Literal["hsr", "intercity", "conventional", "suburban"]
    opened_date: PartialDate
    status: Status
    from_station: str = ""
    to_station: str = ""
    design_kmh: int
    length_km: float | None = None
    length_basis: Literal["published", "geometry"]
    certainty: Certainty
    source_id: Text
    note: str = ""


class ShapePoint(Row):
    """A control point of a railway: a station, or a place in WGS84 degrees."""

    line_id: Text
    seq: int
    station_zh: str = ""
    lon: Lon | None = None
    lat: Lat | None = None
    certainty: Certainty


class RailPattern(Row):
    """A stopping pattern of trains.

    Parameters
    ----------
    stations
        Names in order.
    run_minutes
        Minutes from departure at a stop to arrival at the next.
    trains_per_day
        Trains a day in one direction.
    both_ways
        Whether as many trains run in the other direction with the same minutes.
    opened_date
        First day; empty when it ran before the first year of the feeds.

    """

    id: Text
    train_class: Annotated[str, Field(pattern=r"^[GDCZTKS]$")]
    stations: TextList
    run_minutes: Annotated[tuple[Minutes, ...], BeforeValidator(_numbers)]
    trains_per_day: Annotated[int, Field(gt=0)]
    both_ways: bool
    opened_date: PartialDate = ""
    status: Status
    certainty: Certainty
    source_id: Text
    note: str = ""

    @model_validator(mode="after")
    def _minutes_fit_stations(self) -> Self:
        if len(self.run_minutes) != len(self.stations) - 1 or not self.run_minutes:
            context = {"stations": len(self.stations), "minutes": len(self.run_minutes)}
            raise PydanticCustomError("error.pattern_lengths", "lengths", context)
        return self


class MetroLine(Row):
    """A metro, tram or suburban line as one chain of stops; a branch is a line of its own.

    ``end_to_end_min`` is the published or estimated time over the whole line, stops included;
    empty when no trains are known.
    """

    line_id: Text
    system: Text
    name_zh: Text
    short_name_zh: Text
    name_en: Text
    mode: Literal["metro", "tram", "suburban"]
    design_kmh: int
    length_km: float | None = None
    length_basis: Literal["published", "estimated"]
    end_to_end_min: Minutes | None = None
    time_basis: Literal["published", "estimated"]
    certainty: Certainty
    source_id: Text
    note: str = ""


class MetroStop(Row):
    """A stop of a metro line with the day the line opened there."""

    line_id: Text
    seq: int
    station_zh: Text
    opened_date: PartialDate
    status: Status
    certainty: Certainty


class MetroService(Row):
    """Trains of a metro line between two stops, if wanted on along a branch, both ways.

    An empty headway means that the trains do not run in that part of the day.
    """

    id: Text
    line_id: Text
    first_station: Text
    last_station: Text
    branch_line_id: str = ""
    branch_last_station: str = ""
    peak_headway_min: Minutes | None = None
    offpeak_headway_min: Minutes | None = None
    evening_headway_min: Minutes | None = None
    first_departure: Clock
    last_departure: Clock
    certainty: Certainty
    source_id: Text
    note: str = ""


class Interchange(Row):
    """Two stations between which travellers walk, beyond those that simply lie close."""

    from_id: Text
    to_id: Text
    note: str = ""


class MetroPeriod(Row):
    """From when on which headway holds."""

    start: Clock
    headway: Headway


class FeedSettings(Row):
    """Settings of the feed that belong to no line; explained in the file itself."""

    data_date: date
    first_year: int
    metro_dwell_s: Annotated[int, Field(ge=0)]
    footpath_limit_m: Annotated[float, Field(ge=0)]
    metro_periods: tuple[MetroPeriod, ...]


@dataclass(frozen=True, slots=True)
class RailTables:
    """All rail tables, checked against each other."""

    systems: tuple[System, ...]
    stations: tuple[Station, ...]
    rail_lines: tuple[RailLine, ...]
    shape_points: tuple[ShapePoint, ...]
    patterns: tuple[RailPattern, ...]
    metro_lines: tuple[MetroLine, ...]
    metro_stops: tuple[MetroStop, ...]
    metro_services: tuple[MetroService, ...]
    interchanges: tuple[Interchange, ...]
    settings: FeedSettings

    def station(self, name_zh: str, *, system: str = NATIONAL) -> Station:
        """Return the station of a name in a system."""
        return self.stations_by_name()[system, name_zh]

    def stations_by_name(self) -> Mapping[tuple[str, str], Station]:
        """Return system and name -> station."""
        return {(station.system, station.name_zh): station for station in self.stations}

    def stops_of(self, line_id: str) -> tuple[MetroStop, ...]:
        """Return the stops of a metro line in order."""
        return tuple(stop for stop in self.metro_stops if stop.line_id == line_id)


def load_rail_tables(seeds: Path | None = None) -> RailTables:
    """Return the rail tables.

    Parameters
    ----------
    seeds
        Folder of the seed tables; the product's own by default.

    Raises
    ------
    InputError
        With every problem of a table, then with every name or id that the others do not know.

    """
    folder = seeds or seeds_dir()
    tables = RailTables(
        systems=read_rows(folder / "rail_systems.csv", System),
        stations=read_rows(folder / "stations.csv", Station),
        rail_lines=read_rows(folder / "rail_lines.csv", RailLine),
        shape_points=read_rows(folder / "rail_shape_points.csv", ShapePoint, key=""),
        patterns=read_rows(folder / "rail_patterns.csv", RailPattern),
        metro_lines=read_rows(folder / "metro_lines.csv", MetroLine, key="line_id"),
        metro_stops=read_rows(folder / "metro_stops.csv", MetroStop, key=""),
        metro_services=read_rows(folder / "metro_services.csv", MetroService),
        interchanges=read_rows(folder / "rail_transfers.csv", Interchange, key=""),
        settings=load_feed_settings(folder),
    )
    raise_problems(_cross_check(tables))
    return tables


def load_feed_settings(seeds: Path | None = None) -> FeedSettings:
    """Return the settings of the rail feed.

    Raises
    ------
    InputError
        With every problem of the file.

    """
    path = (seeds or seeds_dir()) / SETTINGS_FILE
    try:
        return FeedSettings.model_validate(read_yaml(path))
    except ValidationError as error:
        raise InputError(
            as_problem(detail, where=f"{path.name} {'.'.join(str(part) for part in detail['loc'])}")
            for detail in error.errors()
        ) from error


def last_day(written: str) -> date | None:
    """Return the last day of a year, month or day, or None for an empty date.

    >>> last_day("2027-02")
    datetime.date(2027, 2, 28)
    """
    if not written:
        return None
    year, month, day = (*(int(part) for part in written.split("-")), 0, 0)[:3]
    month = month or 12
    return date(year, month, day or calendar.monthrange(year, month)[1])


def runs_in(opened_date: str, status: Status, *, year: int, data_date: date) -> bool:
    """Tell whether what opened (or is to open) on a date belongs to the network of a year.

    The network of a year is the state at its end. Up to the year of the data it holds only what
    is known to be open; later years add the rest by its target date, so that a target which
    passed without an opening counts from the first year after the data.
    """
    first = first_year(opened_date, status, data_date=data_date)
    if first is None:
        return status in {Status.OPEN, Status.PARTLY_OPEN}
    return first <= year


def first_year(opened_date: str, status: Status, *, data_date: date) -> int | None:
    """Return the first year whose network holds a thing, or None for what is old or undated."""
    opened = last_day(opened_date)
    if opened is None or status in {Status.OPEN, Status.PARTLY_OPEN}:
        return opened.year if opened else None
    return max(opened.year, data_date.year + 1)


def _cross_check(tables: RailTables) -> list[Problem]:
    names = tables.stations_by_name()
    system_of = {line.line_id: line.system for line in tables.metro_lines}
    ids = {station.id for station in tables.stations}
    on_line = {(stop.line_id, stop.station_zh) for stop in tables.metro_stops}
    return [
        *_unknown(
            (f"rail_patterns.csv {pattern.id}", name, (NATIONAL, name) in names)
            for pattern in tables.patterns
            for name in pattern.stations
        ),
        *_unknown(
            (f"rail_shape_points.csv {point.line_id}", name, (NATIONAL, name) in names)
            for point in tables.shape_points
            if (name := point.station_zh)
        ),
        *_unknown(
            (f"metro_stops.csv {stop.line_id}", stop.station_zh, key in names)
            for stop in tables.metro_stops
            for key in [(system_of.get(stop.line_id, ""), stop.station_zh)]
        ),
        *_unknown(
            (f"metro_services.csv {service.id}", name, (line_id, name) in on_line)
            for service in tables.metro_services
            for line_id, name in _service_stations(service)
        ),
        *_unknown(
            (f"rail_transfers.csv {interchange.from_id}", identifier, identifier in ids)
            for interchange in tables.interchanges
            for identifier in (interchange.from_id, interchange.to_id)
        ),
    ]


def _service_stations(service: MetroService) -> list[tuple[str, str]]:
    own = [(service.line_id, service.first_station), (service.line_id, service.last_station)]
    if service.branch_line_id:
        own += [
            (service.branch_line_id, service.last_station),
            (service.branch_line_id, service.branch_last_station),
        ]
    return own


def _unknown(found: Iterable[tuple[str, str, bool]]) -> list[Problem]:
    return [
        Problem(where, "error.station_unknown", {"name": name})
        for where, name, known in found
        if not known
    ]
