"""Travel times as a cloud-optimised GeoTIFF with a QGIS style beside it.

Cloud-optimised: tiled, with overviews in the same file and the directories in front, so that a
reader at a distance fetches only what it draws (https://cogeo.org; the ``COG`` driver of GDAL).
Nothing in the file depends on the clock, so that the same run gives the same bytes.
"""

from collections.abc import Mapping
from pathlib import Path

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import rasterio
import rasterio.features
import rasterio.shutil
from rasterio.io import MemoryFile

from gis.access.time_surface import TimeSurface
from gis.core.crs import to_raster_system, xy_between
from gis.core.files import written_aside
from gis.core.text import text
from gis.core.units import DECISECONDS_PER_MINUTE
from gis.outputs.qgis_rasters import raster_qml
from gis.outputs.raster_grid import RasterGrid
from gis.routing.graph import UNREACHED

FloatArray = npt.NDArray[np.float32]
BoolArray = npt.NDArray[np.bool_]

NO_DATA = -9999.0
WATER, REACHED, NOT_REACHED = 0.0, 1.0, 2.0
BLOCK = 256  # pixels: a side of a tile
_STRIP_ROWS = 256
_COG = {
    "driver": "COG",
    "compress": "DEFLATE",
    "predictor": "YES",
    "level": "9",
    "blocksize": str(BLOCK),
    "overviews": "IGNORE_EXISTING",
    "overview_resampling": "NEAREST",
    "num_threads": "1",
    "bigtiff": "IF_SAFER",
}


def time_bands(
    surface: TimeSurface, grid: RasterGrid, water: gpd.GeoDataFrame
) -> tuple[FloatArray, FloatArray]:
    """Return the minutes and the kind of ground of every cell of a grid.

    A cell takes what is true of its centre: the time of the cell of the surface that it lies in.

    Parameters
    ----------
    surface
        Times on the cells of the isochrones.
    grid
        The grid wanted, in any CRS.
    water
        Areas in WGS84.

    Returns
    -------
    tuple
        ``(rows, columns)`` minutes, :data:`NO_DATA` in water and where not reached within the
        limit, and ground: :data:`REACHED`, :data:`NOT_REACHED`, or :data:`WATER`.

    """
    minutes = np.full((grid.rows, grid.columns), NO_DATA, dtype=np.float32)
    for start in range(0, grid.rows, _STRIP_ROWS):
        rows = slice(start, start + _STRIP_ROWS)
        x, y = xy_between(*grid.centres(rows), source=grid.system, target=surface.system)
        time_ds = surface.at(x, y)
        reached = time_ds != UNREACHED
        minutes[rows][reached] = time_ds[reached] / DECISECONDS_PER_MINUTE
    is_wet = _wet(grid, water)
    ground = np.where(minutes == NO_DATA, NOT_REACHED, REACHED)
    minutes[is_wet], ground[is_wet] = NO_DATA, WATER
    return minutes, ground.astype(np.float32)


def write_time_raster(
    path: Path,
    minutes: FloatArray,
    ground: FloatArray,
    grid: RasterGrid,
    *,
    tags: Mapping[str, str],
) -> None:
    """Write a raster of travel times and, beside it, its QGIS style (``.qml``).

    Parameters
    ----------
    path
        File to write, ending in ``.tif``.
    minutes, ground
        The bands, from :func:`time_bands`.
    grid
        Their grid.
    tags
        What the times are of, from :func:`gis.outputs.raster_tags.time_tags`.

    Raises
    ------
    InputError
        If the place cannot be written.

    """
    profile = {
        "driver": "GTiff",
        "dtype": "float32",
        "count": 2,
        "width": grid.columns,
        "height": grid.rows,
        "crs": grid.system,
        "transform": _transform(grid),
        "nodata": NO_DATA,
    }
    with MemoryFile() as memory:
        with memory.open(**profile) as made:
            made.write(np.stack([minutes, ground]))
            made.update_tags(**tags)
            for band, name in ((1, "minutes"), (2, "ground")):
                made.set_band_description(band, text(f"raster.band.{name}"))
                made.update_tags(
                    band,
                    DESCRIPTION_EN=text(f"raster.band.{name}", language="en"),
                    VALUES=text(f"raster.values.{name}"),
                )
            made.units = (text("raster.unit.minutes"), "")
        with (
            written_aside(path.with_suffix(".qml")) as style,
            written_aside(path) as aside,
            memory.open() as made,
        ):
            style.write_text(raster_qml(), encoding="utf-8", newline="\n")
            rasterio.shutil.copy(made, aside, **_COG)


def _transform(grid: RasterGrid) -> rasterio.Affine:
    return rasterio.Affine(grid.cell, 0.0, grid.left, 0.0, -grid.cell, grid.top)


def _wet(grid: RasterGrid, water: gpd.GeoDataFrame) -> BoolArray:
    """Return the cells whose centre lies in water."""
    if water.empty:
        return np.zeros((grid.rows, grid.columns), dtype=np.bool_)
    areas = to_raster_system(water[["geometry"]], wkt=grid.system).geometry
    burnt = rasterio.features.rasterize(
        areas, out_shape=(grid.rows, grid.columns), transform=_transform(grid), dtype="uint8"
    )
    return np.asarray(burnt, dtype=np.bool_)
