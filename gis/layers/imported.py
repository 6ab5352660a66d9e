"""Layers with what an extract of OpenStreetMap holds in place of what the tables give.

A feature of ours that the extract has, by its name and place, keeps its id and takes the position
of the extract; a feature that it lacks stays as it is; what only the extract has is added under an
id that begins with ``OSM-``. Every feature tells its source, so nothing is mixed unseen, and what
refers to our ids still finds them. Counties are taken all or none, because borders of two sources
would not meet.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from scipy.spatial import KDTree

from gis.core.crs import GEOGRAPHIC, length_m, metric_xy, to_metric
from gis.core.errors import InputError
from gis.core.schemas import Certainty, Method, Status
from gis.layers.areas import Areas
from gis.layers.places import nearest_county
from gis.layers.read import read_layer

IMPORT_SOURCE = "SRC-OSM-EXTRACT"
IMPORT_PREFIX = "OSM-"
PLACE_ACCURACY_M, STATION_ACCURACY_M, RAIL_ACCURACY_M, BORDER_ACCURACY_M = 300, 100, 20, 200

SAME_PLACE_M = 5000.0
SAME_STATION_M = 3000.0
SAME_LINE_M = 3000.0
# Tracks side by side count once: the length of a line is the area within so many metres of its
# tracks, divided by the width of that strip.
STRIP_M = 100.0
LEAST_SHARE = 0.8  # of a piece that its tracks must cover
METRES_PER_KM = 1000.0

IntArray = npt.NDArray[np.intp]

_BRACKETS = re.compile(r"[（(].*?[）)]")
_SHORT_NAMES = (("高速铁路", "高铁"), ("高速线", "高铁"), ("客运专线", "高铁"))
_DIRECTIONS = ("上行线", "下行线", "上行", "下行", "正线")


@dataclass(frozen=True, slots=True, eq=False)
class Imported:
    """What was read from an extract (all WGS84); None where the layer is not wanted.

    Parameters
    ----------
    county_shapes
        ``county_id`` and areas of every county; None when the extract does not hold them all.
    places
        ``osm_id, name_zh, name_en, kind, place, population`` and points.
    stations
        ``osm_id, name_zh, name_en, kind`` and points; without name is not shown.
    rail_lines
        ``osm_id, name_zh, name_en, mode, status, opened_year, max_kmh`` and lines, one row a way.

    """

    county_shapes: gpd.GeoDataFrame | None
    places: gpd.GeoDataFrame
    stations: gpd.GeoDataFrame
    rail_lines: gpd.GeoDataFrame


@dataclass(frozen=True, slots=True)
class SwapCount:
    """How many features of a layer came from where.

    Parameters
    ----------
    replaced
        Ours, at the position of the extract.
    kept
        Ours, as the tables give them.
    added
        Of the extract alone.

    """

    replaced: int
    kept: int
    added: int


def imported_counties(layers: Path) -> gpd.GeoDataFrame | None:
    """Return the county shapes of a folder of layers that came from an extract, None otherwise.

    What cannot be read counts as none; the check of the layers tells why.
    """
    try:
        counties = read_layer("counties", layers=layers)
    except InputError:
        return None
    has_columns = {"id", "source_id"} <= set(counties.columns)
    if not has_columns or not (counties["source_id"] == IMPORT_SOURCE).all():
        return None
    return counties.rename(columns={"id": "county_id"})[["county_id", "geometry"]]


def mark_imported(areas: Areas) -> Areas:
    """Return areas whose counties came from the extract, marked so."""
    return replace(
        areas,
        counties=_marked(areas.counties, accuracy_m=BORDER_ACCURACY_M),
        cities=_marked(areas.cities, accuracy_m=BORDER_ACCURACY_M),
    )


def swap_layers(
    built: Mapping[str, gpd.GeoDataFrame], imported: Imported
) -> tuple[dict[str, gpd.GeoDataFrame], dict[str, SwapCount]]:
    """Return the layers with places, stations and rail lines of an extract, and what changed.

    Parameters
    ----------
    built
        The layers as built, on the counties of the extract where it holds them all.
    imported
        What was read from the extract.

    """
    places, place_count = swap_places(built["places"], imported.places, built["counties"])
    stations, station_count = swap_stations(built["stations"], imported.stations, built["counties"])
    lines, line_count = swap_rail_lines(built["rail_lines"], imported.rail_lines)
    layers = {**built, "places": places, "stations": stations, "rail_lines": lines}
    counts = {"places": place_count, "stations": station_count, "rail_lines": line_count}
    for name in ("counties", "cities"):
        rows = len(built[name])
        taken = 0 if imported.county_shapes is None else rows
        counts[name] = SwapCount(replaced=taken, kept=rows - taken, added=0)
    return layers, counts


def swap_places(
    own: gpd.GeoDataFrame, found: gpd.GeoDataFrame, counties: gpd.GeoDataFrame
) -> tuple[gpd.GeoDataFrame, SwapCount]:
    """Return the places with the settlements of an extract.

    Parameters
    ----------
    own
        The layer ``places``.
    found
        Settlements of the extract.
    counties
        Areas (WGS84) with ``id`` and ``city_id``, to locate the settlements.

    """
    mine, theirs = _pairs(own, found, own["name_zh"], found["name_zh"], within_m=SAME_PLACE_M)
    moved = _moved(own, found, mine, theirs, accuracy_m=PLACE_ACCURACY_M)
    rest = found.drop(index=found.index[theirs])
    added = _new(rest, accuracy_m=PLACE_ACCURACY_M).assign(
        kind=rest["kind"].to_numpy(), same_as="", note=rest["place"].to_numpy()
    )
    both = _joined(moved, added, own)
    population = np.full(len(both), np.nan)
    population[mine] = found["population"].astype(float).to_numpy()[theirs]
    population[len(own) :] = rest["population"].astype(float).to_numpy()
    both["population"] = pd.array(population, dtype="Int64")
    county = nearest_county(both, counties)
    city = county.map(counties.set_index("id")["city_id"]).fillna("")
    is_agreed = (both["city_id"].fillna("") == city) | (both["city_id"].fillna("") == "")
    both["county_id"] = county.where(is_agreed, "")
    both["city_id"] = city.where(is_agreed, both["city_id"])
    return both, SwapCount(len(mine), len(own) - len(mine), len(rest))


def swap_stations(
    own: gpd.GeoDataFrame, found: gpd.GeoDataFrame, counties: gpd.GeoDataFrame
) -> tuple[gpd.GeoDataFrame, SwapCount]:
    """Return the stations with those of an extract; names and kinds must agree."""
    named = found[found["name_zh"] != ""].reset_index(drop=True)
    mine, theirs = _pairs(
        own,
        named,
        own["kind"] + " " + own["name_zh"],
        named["kind"] + " " + named["name_zh"],
        within_m=SAME_STATION_M,
    )
    moved = _moved(own, named, mine, theirs, accuracy_m=STATION_ACCURACY_M)
    rest = named.drop(index=named.index[theirs])
    county = nearest_county(rest, counties)
    added = _new(rest, accuracy_m=STATION_ACCURACY_M).assign(
        kind=rest["kind"].to_numpy(),
        city_id=county.map(counties.set_index("id")["city_id"]).fillna("").to_numpy(),
        aliases="",
        system="",
        opened_date="",
        lines="",
        line_ids="",
    )
    both = _joined(moved, added, own)
    return both, SwapCount(len(mine), len(own) - len(mine), len(rest))


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
    drawn_km = length_m(own.geometry) / METRES_PER_KM
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
    moved = _marked(moved, np.array(rows, dtype=np.intp), accuracy_m=RAIL_ACCURACY_M)
    added = _new_lines(named[piece < 0])
    both = _joined(moved, added, own)
    return both, SwapCount(len(rows), len(own) - len(rows), len(added))


def line_km(shape: shapely.Geometry) -> float:
    """Return the length of a line in km, tracks side by side counted once."""
    metric = to_metric(gpd.GeoDataFrame(geometry=[shape], crs=GEOGRAPHIC)).geometry.iloc[0]
    strip = shapely.buffer(metric, STRIP_M, cap_style="flat")
    return round(float(shapely.area(strip)) / (2 * STRIP_M) / METRES_PER_KM, 2)


def line_key(name: str) -> str:
    """Return the name of a line without brackets and directions, with 高铁 for its longer words."""
    key = _BRACKETS.sub("", name).replace(" ", "")
    for long, short in _SHORT_NAMES:
        key = key.replace(long, short)
    for word in _DIRECTIONS:
        key = key.removesuffix(word)
    return key


def _pairs(
    own: gpd.GeoDataFrame,
    found: gpd.GeoDataFrame,
    own_names: pd.Series,
    found_names: pd.Series,
    *,
    within_m: float,
) -> tuple[IntArray, IntArray]:
    """Return rows of the two that are of one name and near each other, each at most once."""
    if own.empty or found.empty:
        return np.empty(0, dtype=np.intp), np.empty(0, dtype=np.intp)
    mine, theirs = own_names.to_numpy(), found_names.to_numpy()
    here, there = KDTree(_metric_points(own)), KDTree(_metric_points(found))
    near = here.sparse_distance_matrix(there, within_m, output_type="ndarray")
    candidates = [
        (away, row, other) for row, other, away in near.tolist() if mine[row] == theirs[other]
    ]
    taken: dict[int, int] = {}
    used: set[int] = set()
    for _, row, other in sorted(candidates):
        if row not in taken and other not in used:
            taken[row] = other
            used.add(other)
    rows = sorted(taken)
    return np.array(rows, dtype=np.intp), np.array([taken[row] for row in rows], dtype=np.intp)


def _moved(
    own: gpd.GeoDataFrame,
    found: gpd.GeoDataFrame,
    mine: IntArray,
    theirs: IntArray,
    *,
    accuracy_m: float,
) -> gpd.GeoDataFrame:
    shapes = own.geometry.to_numpy().copy()
    shapes[mine] = found.geometry.to_numpy()[theirs]
    return _marked(own.set_geometry(shapes, crs=GEOGRAPHIC), mine, accuracy_m=accuracy_m)


def _marked(
    frame: gpd.GeoDataFrame, rows: IntArray | None = None, *, accuracy_m: float
) -> gpd.GeoDataFrame:
    is_marked = np.zeros(len(frame), dtype=bool)
    is_marked[slice(None) if rows is None else rows] = True
    return frame.assign(
        source_id=frame["source_id"].mask(is_marked, IMPORT_SOURCE),
        method=frame["method"].mask(is_marked, Method.IMPORTED.value),
        accuracy_m=frame["accuracy_m"].mask(is_marked, accuracy_m),
    )


def _new(rest: gpd.GeoDataFrame, *, accuracy_m: float) -> gpd.GeoDataFrame:
    """Return features of the extract alone with the columns that all layers have."""
    frame = pd.DataFrame(
        {
            "id": [f"{IMPORT_PREFIX}{name}" for name in rest["osm_id"]],
            "name_zh": rest["name_zh"].to_numpy(),
            "name_en": rest["name_en"].to_numpy(),
            "source_id": IMPORT_SOURCE,
            "method": Method.IMPORTED.value,
            "accuracy_m": accuracy_m,
            "status": Status.OPEN.value,
            "certainty": Certainty.MEDIUM.value,
        }
    )
    return gpd.GeoDataFrame(frame, geometry=rest.geometry.to_numpy(), crs=GEOGRAPHIC)


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
    added = _new(lines, accuracy_m=RAIL_ACCURACY_M)
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


def _joined(
    moved: gpd.GeoDataFrame, added: gpd.GeoDataFrame, own: gpd.GeoDataFrame
) -> gpd.GeoDataFrame:
    """Return both, one below the other, with the columns of our layer."""
    if added.empty:
        return moved.reset_index(drop=True)
    columns = [name for name in own.columns if name != own.geometry.name]
    added = added.reindex(columns=[*columns, "geometry"])
    return gpd.GeoDataFrame(
        {name: pd.Series([*moved[name].tolist(), *added[name].tolist()]) for name in columns},
        geometry=[*moved.geometry, *added.geometry],
        crs=GEOGRAPHIC,
    )


def _joined_lines(shapes: npt.NDArray[np.object_]) -> shapely.Geometry:
    return shapely.normalize(shapely.line_merge(shapely.union_all(shapes)))


def _metric_points(frame: gpd.GeoDataFrame) -> npt.NDArray[np.float64]:
    lon, lat = frame.geometry.get_coordinates().to_numpy().T
    return np.column_stack(metric_xy(lon, lat))
