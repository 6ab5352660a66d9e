"""What a feature of each layer must look like: one typed model a layer.

A cell that is empty in the file is left out before a feature is checked, so that a column without
a default must be filled.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator, ConfigDict, Field

from gis.catalogue.areas import Scope
from gis.catalogue.places import PlaceKind
from gis.catalogue.projects import ProjectMode
from gis.catalogue.roads import RoadClass
from gis.catalogue.tables import Lat, Lon, Row, Text
from gis.catalogue.tables import Year as TableYear
from gis.catalogue.zones import Tier, ZoneLevel
from gis.core.schemas import Basis, Certainty, Method, Status

POINTS = frozenset({"Point", "MultiPoint"})
LINES = frozenset({"LineString", "MultiLineString"})
AREAS = frozenset({"Polygon", "MultiPolygon"})


def _whole(value: object) -> object:
    """Take 2027.0, as a column with gaps is read, for the year 2027."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


Year = Annotated[TableYear, BeforeValidator(_whole)]
Count = Annotated[int, BeforeValidator(_whole), Field(ge=0)]
Positive = Annotated[float, Field(gt=0)]
CountyCode = Annotated[str, Field(pattern=r"^\d{6}$")]
TownshipCode = Annotated[str, Field(pattern=r"^T\d{9}$")]


class Feature(Row):
    """Common columns.

    ``SHAPES`` tells the kinds of geometry, ``TABLES`` which table lists the ids of a column;
    several ids in a cell are separated by ``;``. ``BLANK_IF_IMPORTED`` names columns that may be
    empty for features of an extract of OpenStreetMap, which does not know them.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")
    SHAPES: ClassVar[frozenset[str]] = frozenset()
    TABLES: ClassVar[Mapping[str, str]] = {}
    BLANK_IF_IMPORTED: ClassVar[frozenset[str]] = frozenset()

    id: Text
    name_zh: Text
    name_en: Text
    source_id: Text
    method: Method
    accuracy_m: Positive
    status: Text


class PlaceFeature(Feature):
    """A named point."""

    SHAPES: ClassVar = POINTS
    TABLES: ClassVar = {"id": "places.csv", "county_id": "admin_units.csv"}

    status: Status
    kind: PlaceKind
    county_id: str = ""
    city_id: str = ""
    certainty: Certainty


class TownshipFeature(Feature):
    """A township."""

    SHAPES: ClassVar = AREAS
    TABLES: ClassVar = {
        "id": "townships.csv",
        "county_id": "admin_units.csv",
        "city_id": "admin_units.csv",
    }

    id: TownshipCode
    scope: Scope
    county_id: CountyCode
    city_id: CountyCode
    villages: Count
    population: Count | None = None
    seat_lon: Lon
    seat_lat: Lat
    seat_certainty: Certainty


class CountyFeature(Feature):
    """A county, district or county-level city."""

    SHAPES: ClassVar = AREAS
    TABLES: ClassVar = {"id": "admin_units.csv", "city_id": "admin_units.csv"}

    id: CountyCode
    city_id: CountyCode
    in_study_area: bool
    population: Count | None = None
    area_km2: Positive
    land_km2: Positive
    seat_lon: Lon
    seat_lat: Lat


class CityFeature(Feature):
    """A city."""

    SHAPES: ClassVar = AREAS
    TABLES: ClassVar = {"id": "admin_units.csv"}

    id: CountyCode
    in_study_area: bool
    population: Count
    area_km2: Positive
    land_km2: Positive
    centre_lon: Lon
    centre_lat: Lat


class ContextFeature(Feature):
    """A city or province around."""

    SHAPES: ClassVar = AREAS

    id: CountyCode
    province_id: CountyCode


class CoastFeature(Feature):
    """A piece of land; small islands have no name."""

    SHAPES: ClassVar = AREAS

    name_zh: str = ""
    name_en: str = ""
    kind: Literal["mainland", "island"]
    area_km2: Positive


class WaterFeature(Feature):
    """Open water."""

    SHAPES: ClassVar = AREAS

    kind: Literal["sea", "bay", "river", "lake", "reservoir"]
    crossable: Literal["yes", "no"]
    area_km2: Positive


class ZoneFeature(Feature):
    """A zone, block, start area, platform, belt or partner place."""

    SHAPES: ClassVar = AREAS | LINES | POINTS
    TABLES: ClassVar = {
        "id": "zones.csv",
        "parent_id": "zones.csv",
        "city_ids": "admin_units.csv",
        "township_ids": "townships.csv",
        "township_ids_inferred": "townships.csv",
    }

    level: ZoneLevel
    tier: Tier = Tier.NONE
    parent_id: str = ""
    city_ids: str = ""
    basis: Basis
    certainty: Certainty
    area_km2: Positive | None = None
    population: Count | None = None
    township_ids: str = ""
    township_ids_inferred: str = ""


class CorridorFeature(Feature):
    """A corridor or belt as a line."""

    SHAPES: ClassVar = LINES
    TABLES: ClassVar = {
        "id": "corridors.csv",
        "document_id": "documents.yaml",
        "zone_ids": "zones.csv",
        "project_ids": "projects.csv",
    }

    status: Status
    kind: Text
    basis: Basis
    certainty: Certainty
    length_km: Positive
    document_id: Text
    zone_ids: str = ""
    project_ids: str = ""


class ProjectFeature(Feature):
    """A project as a line or points."""

    SHAPES: ClassVar = LINES | POINTS
    TABLES: ClassVar = {
        "id": "projects.csv",
        "document_id": "documents.yaml",
        "document_ids": "documents.yaml",
        "other_ids": "projects.csv",
    }

    status: Status
    mode: ProjectMode
    submode: Text
    basis: Basis
    certainty: Certainty
    opened_year: Year | None = None
    target_year: Year | None = None
    design_kmh: Positive | None = None
    document_id: str = ""
    document_ids: str = ""
    other_ids: str = ""


class RailLineFeature(Feature):
    """A railway or metro line."""

    SHAPES: ClassVar = LINES
    TABLES: ClassVar = {"line_id": "rail_lines.csv"}
    BLANK_IF_IMPORTED: ClassVar = frozenset({"opened_year", "design_kmh"})

    line_id: Text
    status: Status
    mode: Literal["hsr", "intercity", "conventional", "suburban", "metro", "tram"]
    opened_year: Year
    design_kmh: Positive
    length_km: Positive
    certainty: Certainty


class StationFeature(Feature):
    """A station."""

    SHAPES: ClassVar = POINTS
    TABLES: ClassVar = {
        "id": "stations.csv",
        "city_id": "admin_units.csv",
        "line_ids": "rail_lines.csv",
    }

    status: Status
    kind: Literal["rail", "metro", "tram"]
    city_id: str = ""
    opened_year: Year | None = None
    line_ids: str = ""
    certainty: Certainty


class RoadFeature(Feature):
    """A piece of road between two nodes."""

    SHAPES: ClassVar = LINES
    TABLES: ClassVar = {
        "line_id": "road_lines.csv",
        "from_node": "road_nodes.csv",
        "to_node": "road_nodes.csv",
    }

    status: Status
    line_id: Text
    road_class: RoadClass
    ref: str = ""
    lanes: Count | None = None
    speed_kmh: Positive | None = None
    opened_year: Year | None = None
    closed_year: Year | None = None
    toll: Literal["yes", "no"]
    from_node: Text
    to_node: Text
    certainty: Certainty


LAYER_SCHEMAS: Mapping[str, type[Feature]] = MappingProxyType(
    {
        "counties": CountyFeature,
        "cities": CityFeature,
        "context": ContextFeature,
        "coast": CoastFeature,
        "waters": WaterFeature,
        "townships": TownshipFeature,
        "places": PlaceFeature,
        "zones": ZoneFeature,
        "corridors": CorridorFeature,
        "projects": ProjectFeature,
        "rail_lines": RailLineFeature,
        "stations": StationFeature,
        "roads": RoadFeature,
    }
)
