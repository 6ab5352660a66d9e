"""Places given by planners: read from tables or vector files, and checked against a network."""

from collections.abc import Callable, Sequence
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely

from gis.access.roads import access_index_of
from gis.core.crs import to_geographic
from gis.core.errors import InputError, Problem, raise_problems
from gis.core.files import read_table
from gis.core.units import METRES_PER_KILOMETRE
from gis.network.model import Network
from gis.network.snap import FARTHEST_ROAD_M, in_open_water, road_distance_m

COLUMNS = ("id", "lon", "lat")
VECTOR_SUFFIXES = frozenset({".gpkg", ".shp", ".geojson", ".json", ".fgb", ".zip"})

PointCheck = Callable[[pd.DataFrame, str], list[Problem]]

# Where China lies: a point that is there only with its coordinates exchanged has them exchanged.
_CHINA_LON, _CHINA_LAT = (73.0, 136.0), (17.0, 54.0)
_SHAPE_ENCODINGS = ("UTF-8", "GB18030")


def read_points(path: Path, *, checks: Sequence[PointCheck] = ()) -> pd.DataFrame:
    """Read places from a CSV with ``id, lon, lat`` or from a vector file with ``id``.

    CSV files and the attributes of shapefiles may be in UTF-8 or GBK. Vector files in any CRS are
    transformed to WGS84; an area stands for a point inside it.

    Parameters
    ----------
    path
        The file.
    checks
        Further checks of the places and the name of the file, for example of the datum.

    Returns
    -------
    pandas.DataFrame
        ``id, lon, lat`` (WGS84) and, where the file has them, ``name_zh`` and ``stop_id``.

    Raises
    ------
    InputError
        With every problem: unreadable file, missing CRS or columns, empty or repeated ids,
        coordinates that are no numbers, out of range, or exchanged.

    """
    points = _read_vector(path) if path.suffix.lower() in VECTOR_SUFFIXES else _read_csv(path)
    if points.empty:
        raise InputError([Problem(str(path), "error.points_none")])
    problems = _faults(points, str(path))
    for check in checks:
        problems += check(points, str(path))
    raise_problems(problems)
    return points.drop(columns="row")


def check_points(points: pd.DataFrame, network: Network, *, where: str) -> list[Problem]:
    """Return places from which no journey can begin: at sea, or far from any road.

    Parameters
    ----------
    points
        ``id, lon, lat`` (WGS84).
    network
        The network.
    where
        The file or option the places come from.

    """
    index = access_index_of(network)
    lon = points["lon"].to_numpy(dtype=np.float64)
    lat = points["lat"].to_numpy(dtype=np.float64)
    wet = in_open_water(index, lon, lat)
    distance_m = road_distance_m(index, lon, lat)
    problems = []
    for row, name in enumerate(points["id"]):
        if wet[row]:
            problems.append(Problem(f"{where} {name}", "error.point_in_water"))
        elif distance_m[row] > FARTHEST_ROAD_M:
            limit_km = round(FARTHEST_ROAD_M / METRES_PER_KILOMETRE)
            fields = {"limit_km": limit_km}
            problems.append(Problem(f"{where} {name}", "error.point_far", fields))
    return problems


def coordinate_problems(lon: float, lat: float, *, where: str) -> list[Problem]:
    """Return what is wrong with a longitude and a latitude: at most one thing."""
    if np.isnan(lon) or np.isnan(lat):
        return [Problem(where, "error.point_coordinates")]
    if _exchanged(lon, lat):
        return [Problem(where, "error.point_exchanged", {"lon": lon, "lat": lat})]
    if abs(lon) > 180 or abs(lat) > 90:  # noqa: PLR2004 - the ends of the globe
        return [Problem(where, "error.point_range", {"lon": lon, "lat": lat})]
    return []


def _read_csv(path: Path) -> pd.DataFrame:
    table = read_table(path, columns=COLUMNS)
    kept = [name for name in (*COLUMNS, "name_zh", "stop_id") if name in table.columns]
    points = table[kept].copy()
    for name in ("lon", "lat"):
        points[name] = pd.to_numeric(points[name], errors="coerce")
    points["row"] = [f"row {row}" for row in range(2, len(points) + 2)]
    return points


def _read_vector(path: Path) -> pd.DataFrame:
    if not path.is_file():
        raise InputError([Problem(str(path), "error.file_missing")])
    frame = to_geographic(_read_frame(path), where=str(path))
    if "id" not in frame.columns:
        present = ", ".join(str(name) for name in frame.columns if name != frame.geometry.name)
        fields = {"column": "id", "present": present}
        raise InputError([Problem(str(path), "error.column_missing", fields)])
    shapes = frame.geometry.to_numpy()
    is_area = np.isin(shapely.get_type_id(shapes), (3, 6))
    places = np.where(is_area, shapely.point_on_surface(shapes), shapes)
    is_point = (shapely.get_type_id(places) == 0) & ~shapely.is_empty(places)
    lon, lat = np.full(len(frame), np.nan), np.full(len(frame), np.nan)
    lon[is_point], lat[is_point] = shapely.get_x(places[is_point]), shapely.get_y(places[is_point])
    points = pd.DataFrame({"id": frame["id"].astype(str).str.strip(), "lon": lon, "lat": lat})
    for name in ("name_zh", "stop_id"):
        if name in frame.columns:
            points[name] = frame[name].astype(str)
    points["row"] = [f"feature {row}" for row in range(1, len(points) + 1)]
    return points.reset_index(drop=True)


def _read_frame(path: Path) -> gpd.GeoDataFrame:
    is_shapefile = path.suffix.lower() == ".shp"
    encodings = _SHAPE_ENCODINGS if is_shapefile else (None,)
    reason = ""
    for encoding in encodings:
        try:
            return gpd.read_file(path, engine="pyogrio", encoding=encoding)
        except UnicodeDecodeError as error:
            reason = str(error)
        except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError) as error:
            reason = str(error)
            break
    raise InputError([Problem(str(path), "error.unreadable", {"reason": reason})])


def _faults(points: pd.DataFrame, where: str) -> list[Problem]:
    repeated = points["id"].duplicated(keep="first")
    problems = []
    for row, name, lon, lat, again in zip(
        points["row"], points["id"], points["lon"], points["lat"], repeated, strict=True
    ):
        place = f"{where} {row}"
        if name in {"", "None", "nan"}:
            problems.append(Problem(place, "error.point_id_empty"))
        elif again:
            problems.append(Problem(place, "error.point_id_twice", {"id": name}))
        problems += coordinate_problems(lon, lat, where=place)
    return problems


def _exchanged(lon: float, lat: float) -> bool:
    return _CHINA_LON[0] <= lat <= _CHINA_LON[1] and _CHINA_LAT[0] <= lon <= _CHINA_LAT[1]
