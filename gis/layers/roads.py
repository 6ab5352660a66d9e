"""The roads layer: the digitised roads of the sketch, of all years, as lines through their nodes.

Local links between townships are assumptions of :mod:`gis.network.sketch` and no roads: they are
not drawn here.
"""

from collections import Counter
from collections.abc import Iterator, Mapping

import geopandas as gpd
import pandas as pd
import shapely

from gis.catalogue.roads import RoadLine, RoadTables
from gis.core.crs import GEOGRAPHIC
from gis.core.schemas import FEATURE_COLUMNS, Certainty, Method

# How far the line may lie from the road: a straight piece cuts bends even between exact points.
ACCURACY_M = {
    Certainty.HIGH: 500,
    Certainty.MEDIUM: 1000,
    Certainty.LOW: 2500,
    Certainty.GUESS: 4000,
}
WORST_LAST = tuple(ACCURACY_M)
COLUMNS = (
    *FEATURE_COLUMNS,
    "line_id",
    "road_class",
    "ref",
    "lanes",
    "speed_kmh",
    "opened_year",
    "closed_year",
    "toll",
    "from_node",
    "to_node",
    "certainty",
    "note",
)
WHOLE_NUMBERS = ("lanes", "speed_kmh", "opened_year", "closed_year")
DECIMALS = 5


def build_roads(
    tables: RoadTables, *, seats: Mapping[str, tuple[float, float]]
) -> gpd.GeoDataFrame:
    """Draw the road lines, cut where other lines meet them.

    Parameters
    ----------
    tables
        The road tables.
    seats
        Township id -> longitude, latitude of its seat (WGS84), for lines that pass townships.

    Returns
    -------
    GeoDataFrame
        Columns :data:`COLUMNS`, lines in WGS84, in the order of the lines. ``speed_kmh`` is the
        design speed or limit; ``opened_year`` is empty for roads open before 2015, and the target
        year for roads being built.

    """
    points = dict(seats) | {node.id: (node.lon, node.lat) for node in tables.nodes}
    certainty = {node.id: node.certainty for node in tables.nodes}
    uses = Counter(name for line in tables.lines for name in line.nodes)
    ends = {name for line in tables.lines for name in (line.nodes[0], line.nodes[-1])}
    junctions = ends | {name for name, count in uses.items() if count > 1}
    rows, lines = [], []
    for line in sorted(tables.lines, key=lambda line: int(line.id[2:])):
        for number, piece in enumerate(_pieces(line, junctions), start=1):
            least = max(
                (line.certainty, *(certainty.get(name, Certainty.LOW) for name in piece)),
                key=WORST_LAST.index,
            )
            rows.append(_row(line, number, piece, least))
            lines.append(shapely.LineString([points[name] for name in piece]))
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    frame = frame.astype(dict.fromkeys(WHOLE_NUMBERS, "Int64"))
    drawn = shapely.set_precision(lines, 10.0**-DECIMALS)
    return gpd.GeoDataFrame(frame, geometry=drawn, crs=GEOGRAPHIC)


def _pieces(line: RoadLine, junctions: set[str]) -> Iterator[tuple[str, ...]]:
    start = 0
    for position in range(1, len(line.nodes)):
        if line.nodes[position] in junctions or position == len(line.nodes) - 1:
            yield line.nodes[start : position + 1]
            start = position


def _row(
    line: RoadLine, number: int, piece: tuple[str, ...], least: Certainty
) -> dict[str, object]:
    return {
        "id": f"{line.id}-{number}",
        "name_zh": line.name_zh,
        "name_en": line.name_en,
        "source_id": line.source_id,
        "method": Method.SKETCHED.value,
        "accuracy_m": ACCURACY_M[least],
        "status": line.status.value,
        "line_id": line.id,
        "road_class": line.road_class.value,
        "ref": line.ref,
        "lanes": line.lanes,
        "speed_kmh": None if line.speed_kmh is None else round(line.speed_kmh),
        "opened_year": line.opened_year,
        "closed_year": line.closed_year,
        "toll": line.toll,
        "from_node": piece[0],
        "to_node": piece[-1],
        "certainty": least.value,
        "note": line.note,
    }
