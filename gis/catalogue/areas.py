"""Administrative units, township seats and census totals: ``seeds/*.csv`` of areas."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, Field

from gis.catalogue.tables import Lat, Lon, Row, Text, TextList, read_rows, unknown_ids
from gis.core.errors import Problem, raise_problems
from gis.core.paths import seeds_dir
from gis.core.schemas import Certainty

ADMIN_UNITS_TABLE = "admin_units.csv"
TOWNSHIPS_TABLE = "townships.csv"
TOWNSHIP_KINDS_TABLE = "township_kinds.csv"
POPULATION_TABLE = "county_population.csv"


class Level(StrEnum):
    """Level of an administrative unit; 上海 counts as a city."""

    PROVINCE = "province"
    CITY = "city"
    COUNTY = "county"


class Scope(StrEnum):
    """How far a township matters: the six cities, the rest of the province, or neighbours."""

    STUDY = "study"
    PROVINCE = "province"
    CONTEXT = "context"


class AdminUnit(Row):
    """A province, city or county as now in force.

    Parameters
    ----------
    code
        GB/T 2260 code.
    parent_code
        Code of the unit above; empty at the top.
    in_study_area
        Whether it is, or lies in, one of the six cities.
    seat_lon, seat_lat
        City centre or county seat, WGS84 degrees.

    """

    code: Annotated[str, Field(pattern=r"^\d{6}$")]
    level: Level
    name_zh: Text
    name_en: Text
    parent_code: str = ""
    in_study_area: bool
    seat_lon: Lon
    seat_lat: Lat
    seat_certainty: Certainty
    source_id: Text
    note: str = ""


def _pairs(value: object) -> object:
    if not isinstance(value, str):
        return value
    return tuple(tuple(point.split()) for point in value.split(";") if point.strip())


class Township(Row):
    """A township-level unit with its seat.

    Parameters
    ----------
    id
        ``T`` and the first nine digits of the 2016 code; codes ending in 901 and up are made up.
    county_id, city_id
        Codes of the county and city as now in force.
    villages
        Number of villages and residents' communities.
    published_population
        People by a published figure, where one was found; its year and source are in the note.
    lon, lat
        Seat, WGS84 degrees.
    cell_points
        Seats of townships merged into this one: they still mark what belongs to it.
    former_names, codes_2016
        What it is made of.

    """

    id: Annotated[str, Field(pattern=r"^T\d{9}$")]
    name_zh: Text
    name_en: Text
    kind: Text
    scope: Scope
    county_id: Text
    city_id: Text
    villages: Annotated[int, Field(ge=1)]
    published_population: Annotated[int, Field(ge=0)] | None = None
    lon: Lon
    lat: Lat
    seat_certainty: Certainty
    cell_points: Annotated[tuple[tuple[Lon, Lat], ...], BeforeValidator(_pairs)] = ()
    former_names: TextList = ()
    codes_2016: TextList = ()
    source_id: Text
    note: str = ""


class TownshipKind(Row):
    """A kind of township and how many people one of its villages stands for, relatively.

    Parameters
    ----------
    people_weight
        Weight of one village or community when a county's population is shared out.

    """

    kind: Text
    name_zh: Text
    name_en: Text
    people_weight: Annotated[float, Field(gt=0)]
    note: str = ""


class CensusCount(Row):
    """Population of a city or county on its present territory."""

    code: Text
    level: Level
    name_zh: Text
    population: Annotated[int, Field(ge=0)]
    urban_population: int | None = None
    rural_population: int | None = None
    date: date
    source_id: Text
    certainty: Certainty
    note: str = ""


def load_admin_units(seeds: Path | None = None) -> tuple[AdminUnit, ...]:
    """Read the administrative units.

    Raises
    ------
    InputError
        With every problem of the table.

    """
    units = read_rows((seeds or seeds_dir()) / ADMIN_UNITS_TABLE, AdminUnit, key="code")
    references = [(f"{ADMIN_UNITS_TABLE} {unit.code}", (unit.parent_code,)) for unit in units]
    codes = [unit.code for unit in units]
    raise_problems(unknown_ids(references, known=codes, table=ADMIN_UNITS_TABLE))
    return units


def load_townships(seeds: Path | None = None) -> tuple[Township, ...]:
    """Read the townships; their counties and kinds must be known and no two seats alike.

    Raises
    ------
    InputError
        With every problem of the table.

    """
    townships = read_rows((seeds or seeds_dir()) / TOWNSHIPS_TABLE, Township)
    codes = [unit.code for unit in load_admin_units(seeds)]
    kinds = [kind.kind for kind in load_township_kinds(seeds)]
    counties = [(_place(item), (item.county_id, item.city_id)) for item in townships]
    known_kinds = [(_place(item), (item.kind,)) for item in townships]
    problems = unknown_ids(counties, known=codes, table=ADMIN_UNITS_TABLE)
    problems += unknown_ids(known_kinds, known=kinds, table=TOWNSHIP_KINDS_TABLE)
    raise_problems([*problems, *_same_seats(townships)])
    return townships


def load_township_kinds(seeds: Path | None = None) -> tuple[TownshipKind, ...]:
    """Read the kinds of townships.

    Raises
    ------
    InputError
        With every problem of the table.

    """
    path = (seeds or seeds_dir()) / TOWNSHIP_KINDS_TABLE
    return read_rows(path, TownshipKind, key="kind")


def load_population(seeds: Path | None = None) -> tuple[CensusCount, ...]:
    """Read the census totals of cities and counties.

    Raises
    ------
    InputError
        With every problem of the table.

    """
    counts = read_rows((seeds or seeds_dir()) / POPULATION_TABLE, CensusCount, key="code")
    references = [(f"{POPULATION_TABLE} {count.code}", (count.code,)) for count in counts]
    codes = [unit.code for unit in load_admin_units(seeds)]
    raise_problems(unknown_ids(references, known=codes, table=ADMIN_UNITS_TABLE))
    return counts


def county_totals(seeds: Path | None = None) -> dict[str, int]:
    """Return the census total of each county that has one."""
    return {row.code: row.population for row in load_population(seeds) if row.level is Level.COUNTY}


def _place(township: Township) -> str:
    return f"{TOWNSHIPS_TABLE} {township.id} {township.name_zh}"


def _same_seats(townships: Sequence[Township]) -> list[Problem]:
    first: dict[tuple[float, float], Township] = {}
    problems = []
    for township in townships:
        for point in ((township.lon, township.lat), *township.cell_points):
            other = first.setdefault(point, township)
            if other is not township:
                fields = {"other": f"{other.id} {other.name_zh}"}
                problems.append(Problem(_place(township), "error.seat_repeated", fields))
    return problems
