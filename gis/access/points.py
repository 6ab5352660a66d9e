"""Places given by planners: read from tables or vector files, and checked against a network."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pandas as pd
import shapely

from gis.access.entries import access_index_of
from gis.core.errors import InputError, Problem, raise_problems
from gis.core.files import read_table
from gis.core.units import METRES_PER_KILOMETRE
from gis.core.vectors import CHINA_LAT, CHINA_LON, is_vector, read_vector
from gis.network.model import Network
from gis.network.snap import FARTHEST_ROAD_M, in_open_water, road_distance_m

COLUMNS = ("id", "lon", "lat")
# As planners write them, in any case: ID and LON of shapefiles, 经度 of spreadsheets.
ALIASES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "id": ("id", "编号"),
        "lon": ("lon", "longitude", "经度"),
        "lat": ("lat", "latitude", "纬度"),
        "name_zh": ("name_zh", "name", "名称"),
        "stop_id": ("stop_id",),
    }
)

PointCheck = Callable[[pd.DataFrame, str], list[Problem]]


def read_points(path: Path, *, checks: Sequence[PointCheck] = ()) -> pd.DataFrame:
    """Read places from a CSV with ``id, lon, lat`` or from a vector file with ``id``.

    Where there is no id, the name stands for it.

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
        The file may name its columns as in :data:`ALIASES`.

    Raises
    ------
    InputError
        With every problem: unreadable file, missing or impossible CRS, missing columns, areas
        that cross themselves, empty or repeated ids, coordinates that are no numbers, out of
        range, or exchanged.

    """
    points = _read_vector(path) if is_vector(path) else _read_csv(path)
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
    points = _standard_columns(read_table(path), COLUMNS, where=str(path))
    for name in ("lon", "lat"):
        points[name] = pd.to_numeric(points[name], errors="coerce")
    points["row"] = [f"row {row}" for row in range(2, len(points) + 2)]
    return points


def _read_vector(path: Path) -> pd.DataFrame:
    frame = read_vector(path)
    table = pd.DataFrame(frame.drop(columns=frame.geometry.name))
    points = _standard_columns(table, ("id",), where=str(path))
    shapes = frame.geometry.to_numpy()
    is_area = np.isin(shapely.get_type_id(shapes), (3, 6))
    places = np.where(is_area, shapely.point_on_surface(shapes), shapes)
    is_point = (shapely.get_type_id(places) == 0) & ~shapely.is_empty(places)
    lon, lat = np.full(len(frame), np.nan), np.full(len(frame), np.nan)
    lon[is_point], lat[is_point] = shapely.get_x(places[is_point]), shapely.get_y(places[is_point])
    points["lon"], points["lat"] = lon, lat
    points["row"] = [f"feature {row}" for row in range(1, len(points) + 1)]
    return points


def _standard_columns(table: pd.DataFrame, required: Sequence[str], *, where: str) -> pd.DataFrame:
    """Return the columns that matter, as text, under the names of :data:`ALIASES`."""
    written = {str(name).lower(): name for name in reversed(table.columns)}
    found = {
        name: written[alias]
        for name, aliases in ALIASES.items()
        for alias in reversed(aliases)
        if alias in written
    }
    if "id" not in found and "name_zh" in found:
        found["id"] = found["name_zh"]  # a list of names is as good as ids, as long as they differ
    present = ", ".join(map(str, table.columns))
    raise_problems(
        Problem(where, "error.column_missing", {"column": name, "present": present})
        for name in required
        if name not in found
    )
    columns = {name: table[old].map(_as_text) for name, old in found.items()}
    return pd.DataFrame(columns, index=table.index)


def _as_text(cell: object) -> str:
    if cell is None or cell != cell:  # noqa: PLR0124 - NaN in a column of any type
        return ""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return str(cell).strip()


def _faults(points: pd.DataFrame, where: str) -> list[Problem]:
    repeated = points["id"].duplicated(keep="first")
    problems = []
    for row, name, lon, lat, again in zip(
        points["row"], points["id"], points["lon"], points["lat"], repeated, strict=True
    ):
        place = f"{where} {row}"
        if not name:
            problems.append(Problem(place, "error.point_id_empty"))
        elif again:
            problems.append(Problem(place, "error.point_id_twice", {"id": name}))
        problems += coordinate_problems(lon, lat, where=place)
    return problems


def _exchanged(lon: float, lat: float) -> bool:
    return CHINA_LON[0] <= lat <= CHINA_LON[1] and CHINA_LAT[0] <= lon <= CHINA_LAT[1]
