"""Tables of the sketch road network: nodes, lines, classes, terrain, barriers, parameters.

Roads are rows, not drawings: a line is the ordered list of the nodes it passes. Geometry, lengths
and times follow from the tables in :mod:`gis.network.sketch`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from gis.catalogue.tables import Lat, Lon, Row, Text, Year, read_rows, unknown_ids
from gis.core.errors import Problem, raise_problems
from gis.core.paths import seeds_dir
from gis.core.schemas import Certainty, Status

NODE_SEPARATOR = "|"


class RoadClass(StrEnum):
    """What a piece of road is; each class has its own speeds."""

    MOTORWAY = "motorway"
    EXPRESSWAY = "expressway"
    TRUNK = "trunk"
    BRIDGE = "bridge"
    TUNNEL = "tunnel"
    FERRY = "ferry"
    LINK = "link"


class Terrain(StrEnum):
    """What a road runs through, from the smoothest to the roughest."""

    URBAN = "urban"
    PLAIN = "plain"
    HILL = "hill"
    ISLAND = "island"
    MOUNTAIN = "mountain"


class NodeKind(StrEnum):
    """What a road node is; a motorway is entered and left at toll stations only."""

    TOLL_STATION = "toll_station"
    INTERCHANGE = "interchange"
    TRUNK_JUNCTION = "trunk_junction"
    BRIDGE_END = "bridge_end"
    TUNNEL_END = "tunnel_end"
    FERRY_TERMINAL = "ferry_terminal"
    SERVICE_AREA = "service_area"
    BEND = "bend"


def _names(value: object) -> object:
    return tuple(value.split(NODE_SEPARATOR)) if isinstance(value, str) else value


def _points(value: object) -> object:
    if not isinstance(value, str):
        return value
    return tuple(tuple(point.split(",")) for point in value.split(NODE_SEPARATOR))


YesNo = Literal["yes", "no"]


class RoadNode(Row):
    """A point that road lines pass: WGS84 degrees."""

    id: Annotated[str, Field(pattern=r"^RN\d{3,4}$")]
    name_zh: Text
    kind: NodeKind
    lon: Lon
    lat: Lat
    source_id: Text
    certainty: Certainty
    note: str = ""


class RoadLine(Row):
    """A road as the ordered nodes it passes (``RN…``) or townships (``T…``).

    ``controlled`` roads are entered and left at toll stations only. ``opened_year`` is empty for
    roads open before 2015; ``closed_year`` is the last year of a road that another one replaced.
    """

    id: Annotated[str, Field(pattern=r"^RL\d{3,4}$")]
    ref: str = ""
    name_zh: Text
    name_en: Text
    road_class: RoadClass
    nodes: Annotated[tuple[str, ...], BeforeValidator(_names), Field(min_length=2)]
    controlled: YesNo
    lanes: int | None = None
    speed_kmh: float | None = None
    opened_year: Year | None = None
    closed_year: Year | None = None
    toll: YesNo
    wait_min: float = 0.0
    status: Status
    length_km: float | None = None
    source_id: Text
    certainty: Certainty
    note: str = ""


class RoadSpeed(Row):
    """Speeds and circuity of one class in one terrain."""

    road_class: RoadClass
    terrain: Terrain
    speed_kmh: Annotated[float, Field(gt=0)]
    peak_factor: Annotated[float, Field(gt=0, le=1)]
    circuity: Annotated[float, Field(ge=1)]
    source_id: Text
    certainty: Certainty
    note: str = ""


class RoadTerrain(Row):
    """Terrain around a township seat."""

    id: Text
    name_zh: Text
    terrain: Terrain
    certainty: Certainty


class RoadBarrier(Row):
    """A river or ridge line that local roads cross only where a road line does."""

    id: Text
    name_zh: Text
    kind: Literal["river", "ridge", "reservoir"]
    points: Annotated[tuple[tuple[Lon, Lat], ...], BeforeValidator(_points), Field(min_length=2)]
    source_id: Text
    certainty: Certainty
    note: str = ""


class RoadParameter(Row):
    """A number of the sketch that is neither a class nor a place."""

    id: Text
    value: float
    unit: Text
    source_id: Text
    certainty: Certainty
    note: str = ""


@dataclass(frozen=True, slots=True)
class RoadTables:
    """All road tables, checked against each other."""

    nodes: tuple[RoadNode, ...]
    lines: tuple[RoadLine, ...]
    speeds: Mapping[tuple[RoadClass, Terrain], RoadSpeed]
    terrain: Mapping[str, Terrain]
    barriers: tuple[RoadBarrier, ...]
    parameters: Mapping[str, float]


def load_roads(seeds: Path | None = None) -> RoadTables:
    """Read and check the road tables.

    Parameters
    ----------
    seeds
        Folder of the tables; the product's own when left out.

    Raises
    ------
    InputError
        With every fault: cells, repeated ids, lines through unknown nodes, missing speeds.

    """
    folder = seeds or seeds_dir()
    nodes = read_rows(folder / "road_nodes.csv", RoadNode)
    lines = read_rows(folder / "road_lines.csv", RoadLine)
    speeds = read_rows(folder / "road_classes.csv", RoadSpeed, key="")
    terrain = read_rows(folder / "road_terrain.csv", RoadTerrain)
    barriers = read_rows(folder / "road_barriers.csv", RoadBarrier)
    parameters = read_rows(folder / "road_parameters.csv", RoadParameter)
    known = {node.id for node in nodes} | {row.id for row in terrain}
    places = ((f"road_lines.csv {line.id}", line.nodes) for line in lines)
    problems = unknown_ids(places, known=known, table="road_nodes.csv, road_terrain.csv")
    table = {(row.road_class, row.terrain): row for row in speeds}
    problems += [
        Problem("road_classes.csv", "error.road_speed_missing", {"road": road, "terrain": ground})
        for road in RoadClass
        for ground in Terrain
        if (road, ground) not in table
    ]
    raise_problems(problems)
    return RoadTables(
        nodes=nodes,
        lines=lines,
        speeds=table,
        terrain={row.id: row.terrain for row in terrain},
        barriers=barriers,
        parameters={row.id: row.value for row in parameters},
    )


def open_lines(
    lines: tuple[RoadLine, ...], *, year: int, early: frozenset[str] = frozenset()
) -> tuple[RoadLine, ...]:
    """Return the lines open in a year; roads being built join in their target year.

    Lines whose ids are ``early`` are open whatever their year.
    """
    return tuple(
        line
        for line in lines
        if (line.opened_year is None or line.opened_year <= year or line.id in early)
        and (line.closed_year is None or line.closed_year >= year)
    )
