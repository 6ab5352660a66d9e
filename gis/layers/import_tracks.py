"""Rail lines with the tracks of an extract of OpenStreetMap."""

import re

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from gis.core.crs import GEOGRAPHIC, length_m, to_metric
from gis.core.units import METRES_PER_KILOMETRE
from gis.layers.import_marks import IntArray, SwapCount, joined, marked, new_features

RAIL_ACCURACY_M = 20
SAME_LINE_M = 3000.0
LEAST_SHARE = 0.8  # of a piece that its tracks must cover
# Tracks side by side count once: the length of a line is the area within so many metres of its
# tracks, divided by the width of that strip.
STRIP_M = 100.0

_BRACKETS = re.compile(r"[（(].*?[）)]")
_SHORT_NAMES = (("高速铁路", "高铁"), ("高速线", "高铁"), ("客运专线", "高铁"))
_DIRECTIONS = ("上行线", "下行线", "上行", "下行", "正线")


def swap_rail_lines(
    own: gpd.GeoDataFrame, found: gpd.GeoDataFrame
) -> tuple[gpd.GeoDataFrame, SwapCount]:
    """Return the rail lines with the tracks of an extract.

    Tracks named like a line of ours and within 3 km of a piece of it become the geometry of the
    nearest piece, whose id, year and published length stay; but a piece of which the extract has
    less than 80 % stays as drawn, without those tracks. The rest are joined to one line a name,
    mode and status; tracks without a name are left out.

    Parameters
    ----------
    own
        The layer ``rail_lines``.
    found
        Ways of the extract.

    """
    named = found[found["name_zh"] != ""].reset_index(drop=True)
    piece = _piece_of_way(own, named)
    moved = own.copy()
    shapes = moved.geometry.to_numpy().copy()
    length_km = moved["length_km"].astype(float).to_numpy().copy()
    drawn_km = length_m(own.geometry) / METRES_PER_KILOMETRE
    rows = []
    for row in sorted(set(piece[piece >= 0].tolist())):
        shape = _joined_lines(named.geometry.to_numpy()[piece == row])
        found_km = line_km(shape)
        if found_km < LEAST_SHARE * drawn_km[row]:
            continue
        rows.append(row)
        shapes[row] = shape
        if moved["length_basis"].iloc[row] == "geometry":
            length_km[row] = found_km
    moved = moved.set_geometry(shapes, crs=GEOGRAPHIC).assign(length_km=length_km)
    moved = marked(moved, np.array(rows, dtype=np.intp), accuracy_m=RAIL_ACCURACY_M)
    added = _new_lines(named[piece < 0])
    both = joined(moved, added, own)
    return both, SwapCount(len(rows), len(own) - len(rows), len(added))


def line_km(shape: shapely.Geometry) -> float:
    """Return the length of a line in km, tracks side by side counted once."""
    metric = to_metric(gpd.GeoDataFrame(geometry=[shape], crs=GEOGRAPHIC)).geometry.iloc[0]
    strip = shapely.buffer(metric, STRIP_M, cap_style="flat")
    return round(float(shapely.area(strip)) / (2 * STRIP_M) / METRES_PER_KILOMETRE, 2)


def line_key(name: str) -> str:
    """Return the name of a line without brackets and directions, with 高铁 for its longer words."""
    key = _BRACKETS.sub("", name).replace(" ", "")
    for long, short in _SHORT_NAMES:
        key = key.replace(long, short)
    for word in _DIRECTIONS:
        key = key.removesuffix(word)
    return key


def _new_lines(ways: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    rows = [
        {
            "osm_id": group["osm_id"].iloc[0],
            "name_zh": name,
            "name_en": group["name_en"].iloc[0],
            "mode": mode,
            "line_status": status,
            "opened_year": group["opened_year"].max(),
            "design_kmh": group["max_kmh"].max(),
            "geometry": _joined_lines(group.geometry.to_numpy()),
        }
        for (name, mode, status), group in ways.groupby(["name_zh", "mode", "status"], sort=True)
    ]
    if not rows:
        return gpd.GeoDataFrame(geometry=[], crs=GEOGRAPHIC)
    lines = gpd.GeoDataFrame(rows, geometry="geometry", crs=GEOGRAPHIC)
    added = new_features(lines, accuracy_m=RAIL_ACCURACY_M)
    return added.assign(
        status=lines["line_status"],
        line_id=added["id"],
        mode=lines["mode"],
        system="",
        opened_date="",
        opened_year=lines["opened_year"],
        design_kmh=lines["design_kmh"],
        length_km=[line_km(shape) for shape in lines.geometry],
        length_basis="geometry",
    )


def _piece_of_way(own: gpd.GeoDataFrame, ways: gpd.GeoDataFrame) -> IntArray:
    """Return the row of our piece that each way is part of, -1 where none."""
    piece = np.full(len(ways), -1, dtype=np.intp)
    if own.empty or ways.empty:
        return piece
    pieces = to_metric(own[["geometry"]]).geometry.to_numpy()
    middles = shapely.line_interpolate_point(
        to_metric(ways[["geometry"]]).geometry.to_numpy(), 0.5, normalized=True
    )
    keys = own["name_zh"].map(line_key).to_numpy()
    way_keys = ways["name_zh"].map(line_key)
    for key, rows in way_keys.groupby(way_keys, sort=True).indices.items():
        mine = np.flatnonzero(keys == key)
        if not len(mine):
            continue
        away_m = shapely.distance(middles[rows][:, None], pieces[mine][None, :])
        nearest = away_m.argmin(axis=1)
        is_near = away_m[np.arange(len(rows)), nearest] <= SAME_LINE_M
        piece[rows[is_near]] = mine[nearest[is_near]]
    return piece


def _joined_lines(shapes: npt.NDArray[np.object_]) -> shapely.Geometry:
    return shapely.normalize(shapely.line_merge(shapely.union_all(shapes)))
