"""Tables for roads from OpenStreetMap: speeds by class, limits by zone, parameters."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, model_validator

from gis.catalogue.roads import RoadParameter, YesNo
from gis.catalogue.tables import Row, Text, read_rows
from gis.core.errors import Problem, raise_problems
from gis.core.paths import seeds_dir
from gis.core.schemas import Certainty

FERRY = "ferry"
Area = Literal["urban", "rural"]
Share = Annotated[float, Field(gt=0, le=1)]
Speed = Annotated[float, Field(gt=0)]


class OsmClass(Row):
    """What a value of ``highway`` (or ``ferry``) stands for.

    Parameters
    ----------
    osm_class
        The value.
    cars, walk
        Whether cars may use it, and people walk along it, where no tag says otherwise.
    enterable
        Whether it may be entered between its ends.
    oneway
        Whether it leads one way where no tag says otherwise.
    urban_kmh, rural_kmh
        Free-flow speed where no limit is tagged; empty where cars may not go.
    urban_limit_share, rural_limit_share
        Free-flow speed as a share of the limit, on roads with a limit so high that this is more
        than the speed of the class.
    urban_peak, rural_peak
        Speed at peak as a share of the free-flow speed.

    """

    osm_class: Text
    cars: YesNo
    walk: YesNo
    enterable: YesNo
    oneway: YesNo
    urban_kmh: Speed | None = None
    rural_kmh: Speed | None = None
    urban_limit_share: Share | None = None
    rural_limit_share: Share | None = None
    urban_peak: Share | None = None
    rural_peak: Share | None = None
    source_id: Text
    certainty: Certainty
    note: str = ""

    @model_validator(mode="after")
    def _speeds_for_cars(self) -> "OsmClass":
        known = [getattr(self, name) is not None for name in SPEED_COLUMNS]
        if self.cars == "yes" and not all(known):
            raise ValueError("a class for cars needs all speeds and shares")
        return self


SPEED_COLUMNS = (
    *("urban_kmh", "rural_kmh", "urban_limit_share", "rural_limit_share"),
    *("urban_peak", "rural_peak"),
)


class OsmZone(Row):
    """The limit of a zone that ``maxspeed`` names, with its country or for any country."""

    zone: Text
    limit_kmh: Speed
    source_id: Text
    certainty: Certainty
    note: str = ""


@dataclass(frozen=True, slots=True)
class OsmParameters:
    """Numbers of the import that belong to no class; units are in the names.

    Parameters
    ----------
    density_cell_m
        Side of the cells in which junctions are counted.
    urban_junctions_km2
        Junctions a km² over a cell and its eight neighbours from which the cell is urban.
    limit_cap_share
        The speed of a class is capped at this share of a limit.
    lowest_limit_kmh, highest_limit_kmh
        Limits beyond are mistakes and not used.
    ferry_wait_s
        Waiting and boarding a ferry, half at each landing.
    slowest_ferry_kmh, fastest_ferry_kmh
        Durations that mean a speed beyond are mistakes and not used.
    island_km
        Parts without a way to and from the main part are kept from this length of road on.

    """

    density_cell_m: float
    urban_junctions_km2: float
    limit_cap_share: float
    lowest_limit_kmh: float
    highest_limit_kmh: float
    ferry_wait_s: float
    slowest_ferry_kmh: float
    fastest_ferry_kmh: float
    island_km: float


@dataclass(frozen=True, slots=True)
class OsmTables:
    """All tables of the import: classes and limits (km/h) by name, and parameters."""

    classes: Mapping[str, OsmClass]
    zones: Mapping[str, float]
    parameters: OsmParameters


def load_osm_tables(seeds: Path | None = None) -> OsmTables:
    """Read and check ``osm_classes.csv``, ``osm_zones.csv`` and ``osm_parameters.csv``.

    Parameters
    ----------
    seeds
        Folder of the tables; the product's own when left out.

    Raises
    ------
    InputError
        With every fault: cells, repeated names, missing or unknown parameters, no ferry class.

    """
    folder = seeds or seeds_dir()
    classes = read_rows(folder / "osm_classes.csv", OsmClass, key="osm_class")
    zones = read_rows(folder / "osm_zones.csv", OsmZone, key="zone")
    rows = read_rows(folder / "osm_parameters.csv", RoadParameter)
    values = {row.id: row.value for row in rows}
    needed = OsmParameters.__dataclass_fields__.keys()
    problems = [
        Problem(f"osm_parameters.csv {name}", "error.osm_parameter_missing")
        for name in needed
        if name not in values
    ]
    problems += [
        Problem(f"osm_parameters.csv {name}", "error.osm_parameter_unknown")
        for name in values
        if name not in needed
    ]
    by_name = {row.osm_class: row for row in classes}
    if FERRY not in by_name:
        problems.append(Problem(f"osm_classes.csv {FERRY}", "error.osm_class_missing"))
    raise_problems(problems)
    return OsmTables(
        classes=by_name,
        zones={row.zone: row.limit_kmh for row in zones},
        parameters=OsmParameters(**values),
    )
