"""Pilot zones, blocks, start areas, platforms, belts and partner places (``seeds/zones.csv``)."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from gis.catalogue.clauses import ClauseRow
from gis.catalogue.tables import Lat, Lon, Row, Text, TextList, read_rows, unknown_ids
from gis.core.errors import Problem, raise_problems
from gis.core.paths import seeds_dir
from gis.core.schemas import Basis, Certainty

FILE_NAME = "zones.csv"
TOWNSHIPS_FILE_NAME = "zone_townships.csv"


class ZoneLevel(StrEnum):
    """What a zone is."""

    PILOT_ZONE = "pilot_zone"
    BLOCK = "block"
    START_AREA = "start_area"
    PLATFORM = "platform"
    CORRIDOR_BELT = "corridor_belt"
    ECO_CULTURE = "eco_culture"
    METRO_REGION = "metro_region"
    PARTNER_PLACE = "partner_place"


class Tier(StrEnum):
    """Who set up a pilot zone; ``NONE`` for everything that is no pilot zone."""

    PROVINCIAL = "provincial"
    ENCOURAGED = "encouraged"
    MUNICIPAL = "municipal"
    NONE = ""


class Zone(ClauseRow):
    """A zone, or a place named as a partner.

    Parameters
    ----------
    level, tier
        Kind of zone, and for pilot zones who set it up.
    parent_id, parent_basis
        Zone it is part of, and whether the document says so.
    city_ids
        Codes of the cities it joins: for a block those of its whole pilot zone.
    partners_zh
        Partners as written.
    role_zh, role_en
        Planning role.
    members_named, members_inferred
        Members named in the text, and members the product infers, in Chinese.
    area_km2
        Stated area; empty when none is stated for the whole zone.
    lon, lat, accuracy_m
        A representative point in WGS84 and how far off it may be; empty when not located.
    note_zh, note_en
        What is inferred, decided or doubtful.

    """

    level: ZoneLevel
    tier: Tier = Tier.NONE
    parent_id: str = ""
    parent_basis: Basis | None = None
    city_ids: TextList = ()
    partners_zh: str = ""
    role_zh: str = ""
    role_en: str = ""
    members_named: str = ""
    members_inferred: str = ""
    area_km2: float | None = Field(default=None, gt=0.0)
    lon: Lon | None = None
    lat: Lat | None = None
    accuracy_m: float | None = Field(default=None, gt=0.0)
    note_zh: str = ""
    note_en: str = ""

    @property
    def is_located(self) -> bool:
        """Tell whether the zone has a point."""
        return self.lon is not None

    @model_validator(mode="after")
    def _has_whole_point(self) -> Self:
        if (self.lon is None) != (self.lat is None):
            raise PydanticCustomError("error.point_half", "half a point")
        return self


class ZoneTownship(Row):
    """A township, or a whole county or city, as a member of a zone.

    Parameters
    ----------
    zone_id, township_id
        The zone, and a township id or the code of a county or city that stands for all of its
        townships.
    basis, certainty
        Whether a published list names the township, and how sure the membership is.
    note
        Reason.

    """

    zone_id: Text
    township_id: Text
    basis: Basis
    certainty: Certainty
    note: str = ""


def load_zones(seeds: Path | None = None) -> tuple[Zone, ...]:
    """Return all zones in the order of the file.

    Parameters
    ----------
    seeds
        Folder of the seed tables; the product's own by default.

    Raises
    ------
    InputError
        With every problem of the table, parents that do not exist or go round included.

    """
    path = (seeds or seeds_dir()) / FILE_NAME
    zones = read_rows(path, Zone)
    raise_problems(_parent_problems(zones))
    return zones


def load_zone_townships(seeds: Path | None = None) -> tuple[ZoneTownship, ...]:
    """Return the townships of the zones, or nothing where the table has not been made.

    Raises
    ------
    InputError
        With every problem of the table, pairs that stand twice included.

    """
    path = (seeds or seeds_dir()) / TOWNSHIPS_FILE_NAME
    if not path.is_file():
        return ()
    members = read_rows(path, ZoneTownship, key="")
    first: dict[tuple[str, str], int] = {}
    problems = []
    for row, member in enumerate(members, start=2):
        pair = (member.zone_id, member.township_id)
        if pair in first:
            fields = {"id": " ".join(pair), "first": f"row {first[pair]}"}
            problems.append(Problem(f"{path.name} row {row}", "error.id_duplicate", fields))
        first.setdefault(pair, row)
    raise_problems(problems)
    return members


def descendants(zones: Iterable[Zone], zone_id: str) -> tuple[Zone, ...]:
    """Return the zones below a zone, at any depth, in the order given."""
    zones = tuple(zones)
    parents = {zone.id: zone.parent_id for zone in zones}
    return tuple(zone for zone in zones if zone_id in _ancestors(zone.id, parents))


def _ancestors(zone_id: str, parents: Mapping[str, str]) -> tuple[str, ...]:
    chain: list[str] = []
    parent = parents.get(zone_id, "")
    while parent and parent not in chain:
        chain.append(parent)
        parent = parents.get(parent, "")
    return tuple(chain)


def _parent_problems(zones: tuple[Zone, ...]) -> list[Problem]:
    parents = {zone.id: zone.parent_id for zone in zones}
    references = [
        (f"{FILE_NAME} zone {zone.id} column parent_id", [zone.parent_id]) for zone in zones
    ]
    problems = unknown_ids(references, known=parents, table=FILE_NAME)
    problems += [
        Problem(f"{FILE_NAME} zone {zone.id}", "error.parent_loop", {"id": zone.parent_id})
        for zone in zones
        if zone.id in _ancestors(zone.id, parents)
    ]
    return problems
