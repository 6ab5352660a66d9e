"""Lines of edges as two arrays: millions of them load at once and are drawn only where wanted."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from gis.core.crs import GEOGRAPHIC, METRIC, metric_xy

Int32Array = npt.NDArray[np.int32]
Int64Array = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]
ObjectArray = npt.NDArray[np.object_]

PARTS_PER_DEGREE = 10_000_000  # as OpenStreetMap stores them: a centimetre
MIN_POINTS = 2  # of a line
_CURVE_BITS = 22  # cells of ten metres
_POINTS_AT_ONCE, _THREADS = 2**17, 2  # projected at a time; PROJ lets other threads work


@dataclass(frozen=True, slots=True, eq=False)
class EdgeLines:
    """The lines of edges from source to target, in WGS84.

    Parameters
    ----------
    first
        ``(edges + 1,)``: points ``first[e]`` to ``first[e + 1] - 1`` make the line of edge e.
    lon_lat_e7
        ``(points, 2)`` longitude and latitude in ten-millionths of a degree.

    """

    first: Int64Array
    lon_lat_e7: Int32Array

    @property
    def count(self) -> int:
        """Return the number of lines."""
        return len(self.first) - 1

    def take(self, rows: Int64Array) -> "EdgeLines":
        """Return the lines of some rows, in their order."""
        rows = np.asarray(rows, dtype=np.int64)
        points = self.first[rows + 1] - self.first[rows]
        first = np.zeros(len(rows) + 1, dtype=np.int64)
        np.cumsum(points, out=first[1:])
        point = np.repeat(self.first[rows] - first[:-1], points) + np.arange(first[-1])
        return EdgeLines(first, self.lon_lat_e7[point])

    def degrees(self) -> FloatArray:
        """Return ``(points, 2)`` longitude and latitude in degrees."""
        return self.lon_lat_e7 / float(PARTS_PER_DEGREE)

    def metres(self, system: str = METRIC) -> FloatArray:
        """Return ``(points, 2)`` positions in a metric system, by default the study area's."""
        points = np.empty(self.lon_lat_e7.shape, dtype=np.float64)

        def project(part: slice) -> None:
            lon_lat = self.lon_lat_e7[part] / float(PARTS_PER_DEGREE)
            points[part, 0], points[part, 1] = metric_xy(lon_lat[:, 0], lon_lat[:, 1], system)

        parts = [
            slice(begin, begin + _POINTS_AT_ONCE)
            for begin in range(0, len(points), _POINTS_AT_ONCE)
        ]
        if len(parts) == 1:  # every thread has to prepare the projection
            project(parts[0])
        else:
            with ThreadPoolExecutor(_THREADS) as pool:
                list(pool.map(project, parts))
        return points

    def lines(self, rows: Int64Array | None = None) -> ObjectArray:
        """Return the lines of some rows, or of all, in degrees."""
        wanted = self if rows is None else self.take(rows)
        return _drawn(wanted.first, wanted.degrees())

    def metric_lines(self, rows: Int64Array | None = None, system: str = METRIC) -> ObjectArray:
        """Return the lines of some rows, or of all, in a metric system."""
        wanted = self if rows is None else self.take(rows)
        return _drawn(wanted.first, wanted.metres(system))

    def frame(self, edges: pd.DataFrame, rows: Int64Array | None = None) -> gpd.GeoDataFrame:
        """Return some rows of a table of all the edges, or all, with their lines in WGS84."""
        wanted = edges if rows is None else edges.iloc[rows]
        return gpd.GeoDataFrame(
            wanted.reset_index(drop=True), geometry=self.lines(rows), crs=GEOGRAPHIC
        )


def edge_lines(geometry: gpd.GeoSeries) -> EdgeLines:
    """Return lines in WGS84, each of one part, as arrays."""
    lines = geometry.to_numpy()
    first = np.zeros(len(lines) + 1, dtype=np.int64)
    np.cumsum(shapely.get_num_coordinates(lines), out=first[1:])
    parts = np.rint(shapely.get_coordinates(lines) * PARTS_PER_DEGREE)
    return EdgeLines(first, parts.astype(np.int32))


def curve_order(lon: FloatArray, lat: FloatArray) -> Int64Array:
    """Return the order of places along a Hilbert curve, on which neighbours are near each other.

    Nodes numbered along it make searches touch less memory. Places within ten metres keep their
    order. After Hilbert, "Über die stetige Abbildung einer Linie auf ein Flächenstück",
    Mathematische Annalen 38 (1891).

    Parameters
    ----------
    lon, lat
        ``(places,)`` degrees, WGS84.

    Returns
    -------
    numpy.ndarray
        ``(places,)``: row of the place that comes first, second, and so on.

    """
    cells = 1 << _CURVE_BITS
    x = np.clip((np.asarray(lon) + 180.0) / 360.0 * cells, 0, cells - 1).astype(np.int64)
    y = np.clip((np.asarray(lat) + 180.0) / 360.0 * cells, 0, cells - 1).astype(np.int64)
    along = np.zeros(len(x), dtype=np.int64)
    for bit in range(_CURVE_BITS - 1, -1, -1):
        east, north = (x >> bit) & 1, (y >> bit) & 1
        along = (along << 2) | ((3 * east) ^ north)
        # Each quarter holds the same curve, turned so that its ends meet those of the next.
        flipped = (east == 1) & (north == 0)
        x, y = np.where(flipped, cells - 1 - x, x), np.where(flipped, cells - 1 - y, y)
        turned = north == 0
        x, y = np.where(turned, y, x), np.where(turned, x, y)
    return np.argsort(along, kind="stable").astype(np.int64)


def _drawn(first: Int64Array, points: FloatArray) -> ObjectArray:
    line = np.repeat(np.arange(len(first) - 1), np.diff(first))
    return np.asarray(shapely.linestrings(points, indices=line), dtype=object).reshape(-1)
