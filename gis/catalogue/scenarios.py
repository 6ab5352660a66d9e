"""Scenarios as planners write them: a YAML file with a list of changes to a network.

::

    changes:
      - kind: line_speed
        between: [[绍兴北, 宁波]]
        speed_factor: 1.1
      - kind: travel_parameters
        values: {boarding_buffer_min: 10}

Stations are named by their Chinese name or their id. What each change does is told in
:mod:`gis.network.scenarios`.
"""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import yaml
from pydantic import Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from gis.catalogue.tables import Lat, Lon, Row, RowT, Text, as_problem, read_yaml
from gis.core.errors import InputError, Problem, raise_problems

LIST_KEY = "changes"

StationPair = tuple[Text, Text]
Factor = Annotated[float, Field(ge=0.2, le=5.0, allow_inf_nan=False)]
Minutes = Annotated[float, Field(ge=0.0, le=600.0, allow_inf_nan=False)]
Point = tuple[Lon, Lat]


class ProjectState(StrEnum):
    """What becomes of a project."""

    OPEN = "open"
    DELAYED = "delayed"


class LineSpeedRow(Row):
    """Trains run faster or slower between stations; the time they stand stays.

    Parameters
    ----------
    between
        Pairs of stations: the running times of all trains that serve both, both ways.
    stations
        Stations of a line: the running times between any two next to each other.
    lines
        Route ids, or names of lines such as ``1号线``: all their running times.
    speed_factor
        Factor on the speed: 1.1 makes 33 minutes of running 30.

    """

    kind: Literal["line_speed"] = "line_speed"
    between: tuple[StationPair, ...] = ()
    stations: tuple[Text, ...] = ()
    lines: tuple[Text, ...] = ()
    speed_factor: Factor

    @model_validator(mode="after")
    def _says_where(self) -> Self:
        return _with_one_of(self, "between", "stations", "lines")


class FrequencyRow(Row):
    """More or fewer trains a day between two stations.

    Parameters
    ----------
    between
        Pairs of stations.
    extra
        Trains a day to add each way.
    factor
        Or the factor on the trains a day; below 1 takes trains off.

    """

    kind: Literal["frequency"] = "frequency"
    between: tuple[StationPair, ...] = Field(min_length=1)
    extra: int | None = Field(default=None, ge=0, le=1000)
    factor: float | None = Field(default=None, ge=0.0, le=20.0, allow_inf_nan=False)

    @model_validator(mode="after")
    def _says_how_many(self) -> Self:
        if (self.extra is None) == (self.factor is None):
            raise PydanticCustomError("error.scenario_one_of", "", {"fields": "extra, factor"})
        return self


class DirectServiceRow(Row):
    """A new train service, there and back.

    Parameters
    ----------
    stations
        The stations it serves, in order.
    minutes
        Running minutes between neighbours.
    trains_per_day
        Trains each way.

    """

    kind: Literal["direct_service"] = "direct_service"
    stations: tuple[Text, ...] = Field(min_length=2)
    minutes: tuple[Annotated[float, Field(gt=0.0, le=600.0)], ...] = Field(min_length=1)
    trains_per_day: int = Field(ge=1, le=500)

    @model_validator(mode="after")
    def _has_minutes_between_all(self) -> Self:
        needed = len(self.stations) - 1
        if len(self.minutes) != needed:
            context = {"count": len(self.minutes), "needed": needed}
            raise PydanticCustomError("error.scenario_minutes", "", context)
        return self


class TravelParametersRow(Row):
    """Other waits, walks or windows (``seeds/parameters.yaml``).

    Parameters
    ----------
    values
        Name of the parameter -> its value.

    """

    kind: Literal["travel_parameters"] = "travel_parameters"
    values: dict[Text, Minutes] = Field(min_length=1)


class StationAccessRow(Row):
    """Quicker or slower ways by car to and from railway stations.

    Parameters
    ----------
    drive_factor
        Factor on the minutes of the drive.
    parking_min, drop_off_min, exit_min
        Minutes to park, to be picked up, and from the train to the street.

    """

    kind: Literal["station_access"] = "station_access"
    drive_factor: Annotated[float, Field(ge=0.05, le=5.0, allow_inf_nan=False)] | None = None
    parking_min: Minutes | None = None
    drop_off_min: Minutes | None = None
    exit_min: Minutes | None = None

    @model_validator(mode="after")
    def _says_what(self) -> Self:
        return _with_one_of(self, "drive_factor", "parking_min", "drop_off_min", "exit_min")


class FeederRow(Row):
    """A quick local road or shuttle between a place and a station.

    Parameters
    ----------
    place
        Longitude and latitude, WGS84.
    station
        The station.
    minutes
        What the way takes, both ways, in the peak as off it.

    """

    kind: Literal["feeder"] = "feeder"
    place: Point
    station: Text
    minutes: Minutes


class RoadSpeedRow(Row):
    """Cars drive faster or slower on some roads.

    Parameters
    ----------
    classes, roads
        Road classes or ids of roads.
    speed_factor
        Factor on the speed.

    """

    kind: Literal["road_speed"] = "road_speed"
    classes: tuple[Text, ...] = ()
    roads: tuple[Text, ...] = ()
    speed_factor: Factor

    @model_validator(mode="after")
    def _says_where(self) -> Self:
        return _with_one_of(self, "classes", "roads")


class RoadClosureRow(Row):
    """Roads that cars may not use.

    Parameters
    ----------
    roads
        Ids of the roads.

    """

    kind: Literal["road_closure"] = "road_closure"
    roads: tuple[Text, ...] = Field(min_length=1)


class RoadLinkRow(Row):
    """A new road between two junctions.

    Parameters
    ----------
    start, end
        Longitude and latitude, which stand for the nearest junction, or the id of a junction.
    speed_kmh
        Free-flow and peak speed.
    length_factor
        Length of the road against the straight line.

    """

    kind: Literal["road_link"] = "road_link"
    start: int | Point
    end: int | Point
    speed_kmh: float = Field(gt=0.0, le=200.0, allow_inf_nan=False)
    length_factor: float = Field(default=1.0, ge=1.0, le=5.0, allow_inf_nan=False)


class ProjectRow(Row):
    """A project that opens earlier or later than planned.

    Parameters
    ----------
    id
        Id of what opens: a road, a rail line, or a group of trains.
    state
        ``open``: in the network whatever its year; ``delayed``: not in it.

    """

    kind: Literal["project"] = "project"
    id: Text
    state: ProjectState


ChangeRow = (
    LineSpeedRow
    | FrequencyRow
    | DirectServiceRow
    | TravelParametersRow
    | StationAccessRow
    | FeederRow
    | RoadSpeedRow
    | RoadClosureRow
    | RoadLinkRow
    | ProjectRow
)

_ROWS: Mapping[str, type[ChangeRow]] = {
    row.model_fields["kind"].default: row
    for row in (
        LineSpeedRow,
        FrequencyRow,
        DirectServiceRow,
        TravelParametersRow,
        StationAccessRow,
        FeederRow,
        RoadSpeedRow,
        RoadClosureRow,
        RoadLinkRow,
        ProjectRow,
    )
}


def read_scenario(path: Path) -> tuple[ChangeRow, ...]:
    """Return the changes of a scenario file, in their order.

    Parameters
    ----------
    path
        YAML file with the one key ``changes``.

    Raises
    ------
    InputError
        With every problem of the file, each naming the change and the field.

    """
    content = read_yaml(path)
    if not isinstance(content, Mapping) or not isinstance(content.get(LIST_KEY), list):
        raise InputError([Problem(f"{path.name} field {LIST_KEY}", "error.not_a_list")])
    problems = [
        Problem(f"{path.name} field {name}", "error.field_unknown")
        for name in content
        if name != LIST_KEY
    ]
    rows: list[ChangeRow] = []
    for number, raw in enumerate(content[LIST_KEY], start=1):
        where = change_place(path.name, number)
        if not isinstance(raw, Mapping):
            problems.append(Problem(where, "error.not_a_mapping", {"value": raw}))
            continue
        row = _ROWS.get(str(raw.get("kind")))
        if row is None:
            fields = {"value": raw.get("kind", ""), "expected": ", ".join(_ROWS)}
            problems.append(Problem(f"{where} field kind", "error.not_a_choice", fields))
            continue
        try:
            rows.append(row.model_validate(dict(raw)))
        except ValidationError as error:
            problems += [
                as_problem(detail, where=_place(where, detail["loc"])) for detail in error.errors()
            ]
    raise_problems(problems)
    return tuple(rows)


def scenario_text(changes: Iterable[ChangeRow]) -> str:
    """Return changes as the YAML that :func:`read_scenario` reads."""
    entries: list[dict[str, Any]] = [
        {"kind": change.kind, **change.model_dump(mode="json", exclude_defaults=True)}
        for change in changes
    ]
    return str(yaml.safe_dump({LIST_KEY: entries}, allow_unicode=True, sort_keys=False))


def change_place(name: str, number: int) -> str:
    """Return the words that locate a change in a scenario, counted from 1."""
    return f"{name} change {number}"


def _place(where: str, path: Sequence[int | str]) -> str:
    return f"{where} field {'.'.join(str(part) for part in path)}" if path else where


def _with_one_of(row: RowT, *names: str) -> RowT:
    if all(getattr(row, name) in {None, ()} for name in names):
        raise PydanticCustomError("error.scenario_one_of", "", {"fields": ", ".join(names)})
    return row
