"""Reading planners' vector files; writing whole or not at all, the same bytes for the same content.

A label cannot be trusted: what the coordinates say is compared with the CRS the file names.
"""

import re
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyogrio
import pyproj
import shapely

from gis.core.crs import to_geographic
from gis.core.errors import InputError, Problem, raise_problems
from gis.core.files import written_aside

VECTOR_SUFFIXES = frozenset({".gpkg", ".shp", ".geojson", ".json", ".fgb", ".zip", ".gml", ".kml"})

NAME_COLUMNS = ("id", "name_zh", "name", "NAME", "名称")

# Older QGIS warns at 1.4; the date in the file is fixed, or no two runs would agree.
GEOPACKAGE_VERSION = "1.3"
FIXED_DATE = "2000-01-01T00:00:00.000Z"

# Text of shapefiles is UTF-8 or GBK whatever its .cpg or header says, if they say anything.
# GBK is hardly ever valid UTF-8, while UTF-8 often passes as GBK: so UTF-8 goes first.
_SHAPE_ENCODINGS = ("UTF-8", "GB18030")
_SHAPE_SUFFIXES = frozenset({".shp", ".zip", ".dbf"})
_LAYER_MARK = "|layername="
# Where China lies: what is there only with its coordinates exchanged has them exchanged.
CHINA_LON, CHINA_LAT = (73.0, 136.0), (17.0, 54.0)


def read_vector(path: Path, *, checked: bool = True) -> gpd.GeoDataFrame:
    """Read a vector file of any usual format and CRS.

    Parameters
    ----------
    path
        The file; attributes of shapefiles may be in UTF-8 or GBK, with or without ``.cpg``. One
        of several layers of a GeoPackage is chosen as QGIS does: ``file.gpkg|layername=name``.
    checked
        Whether empty and self-crossing geometry is refused.

    Returns
    -------
    GeoDataFrame
        Features in WGS84 in the order of the file.

    Raises
    ------
    InputError
        If the file is missing or cannot be read, holds several layers, names no CRS or one that
        its coordinates cannot be in; with every empty or self-crossing feature.

    """
    where = str(path)
    frame = open_vector(path)
    raise_problems(crs_problems(frame, where=where))
    if checked:
        raise_problems(geometry_problems(frame, where=where))
    try:
        return to_geographic(frame, where=where)
    except pyproj.exceptions.ProjError as error:
        raise InputError([Problem(where, "error.crs_unusable", {"crs": str(frame.crs)})]) from error


def is_vector(path: Path) -> bool:
    """Tell by its suffix whether a file is read as a vector file and not as a table."""
    return _file_and_layer(path)[0].suffix.lower() in VECTOR_SUFFIXES


def open_vector(path: Path) -> gpd.GeoDataFrame:
    """Read a vector file as it is: any CRS or none, geometry unchecked.

    Raises
    ------
    InputError
        If the file is missing, cannot be read, holds no geometry or several layers.

    """
    file, layer = _file_and_layer(path)
    if not file.is_file():
        raise InputError([Problem(str(file), "error.file_missing")])
    encodings = _SHAPE_ENCODINGS if file.suffix.lower() in _SHAPE_SUFFIXES else (None,)
    reason = ""
    for encoding in encodings:
        try:
            return _open(file, layer, encoding)
        except UnicodeDecodeError as error:
            reason = str(error)
        except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError) as error:
            if "not recognized" in str(error):
                raise InputError([Problem(str(path), "error.not_vector")]) from error
            reason = re.split(r"[;.] ", str(error), maxsplit=1)[0]
            break
    raise InputError([Problem(str(path), "error.unreadable", {"reason": reason})])


def crs_problems(frame: gpd.GeoDataFrame, *, where: str) -> list[Problem]:
    """Return what is wrong with the CRS of a frame: none, or one the coordinates cannot be in.

    One problem names the file when the CRS fits nothing in it, otherwise each feature it does not
    fit.
    """
    if frame.crs is None:
        return [Problem(where, "error.crs_missing")]
    bounds = shapely.bounds(frame.geometry.to_numpy())
    is_known = ~np.isnan(bounds).any(axis=1)
    is_degrees = (np.abs(bounds) <= (180, 90, 180, 90)).all(axis=1)
    is_wrong = is_known & (is_degrees != frame.crs.is_geographic)
    names = feature_names(frame)
    is_file = bool(is_wrong.any() and is_wrong[is_known].all())
    rows = [int(np.argmax(is_wrong))] if is_file else np.flatnonzero(is_wrong).tolist()
    authority = frame.crs.to_authority()
    name = ":".join(authority) if authority else frame.crs.name
    problems = []
    for row in rows:
        west, south, east, north = bounds[row]
        is_exchanged = _within(CHINA_LAT, west, east) and _within(CHINA_LON, south, north)
        key = "error.crs_exchanged" if is_exchanged else "error.crs_wrong"
        fields = {"crs": name, "x": f"{west:.8g}", "y": f"{south:.8g}"}
        problems.append(Problem(where if is_file else f"{where} {names[row]}", key, fields))
    return problems


def geometry_problems(frame: gpd.GeoDataFrame, *, where: str) -> list[Problem]:
    """Return one problem for each feature without geometry, or whose area crosses itself.

    Parameters
    ----------
    frame
        Features in any CRS.
    where
        The file or layer; features are named by their number and their id or name.

    """
    shapes = frame.geometry.to_numpy()
    is_blank = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    is_broken = ~is_blank & ~shapely.is_valid(shapes)
    names = feature_names(frame)
    problems = []
    for row in np.flatnonzero(is_blank | is_broken):
        place = f"{where} {names[row]}"
        if is_blank[row]:
            problems.append(Problem(place, "error.geometry_empty"))
            continue
        reason = shapely.is_valid_reason(shapes[row])
        kind, _, point = reason.partition("[")
        crosses = "Self-intersection" in kind
        key = "error.geometry_crosses" if crosses else "error.geometry_invalid"
        fields = {"reason": kind.strip(), "point": ", ".join(point.rstrip("]").split())}
        problems.append(Problem(place, key, fields))
    return problems


def feature_names(frame: gpd.GeoDataFrame) -> list[str]:
    """Return how to name each feature: its number and, where it has one, its id or name."""
    column = next((name for name in NAME_COLUMNS if name in frame.columns), None)
    labels = [""] * len(frame) if column is None else frame[column].fillna("").astype(str).tolist()
    return [f"feature {row} {label}".rstrip() for row, label in enumerate(labels, start=1)]


@contextmanager
def without_clock() -> Iterator[None]:
    """Let GDAL write a fixed date where it would write the present one."""
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": FIXED_DATE})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})


def write_geopackage(layers: Mapping[str, gpd.GeoDataFrame], path: Path) -> None:
    """Write frames as the layers of one GeoPackage, in the given order.

    Raises
    ------
    InputError
        If the place cannot be written.

    """
    with without_clock(), written_aside(path) as aside:
        for number, (name, frame) in enumerate(layers.items()):
            pyogrio.write_dataframe(
                frame,
                aside,
                layer=name,
                driver="GPKG",
                append=number > 0,
                dataset_options=None if number else {"VERSION": GEOPACKAGE_VERSION},
            )


def _file_and_layer(path: Path) -> tuple[Path, str | None]:
    file, mark, layer = str(path).partition(_LAYER_MARK)
    return Path(file), layer if mark else None


def _open(file: Path, layer: str | None, encoding: str | None) -> gpd.GeoDataFrame:
    with warnings.catch_warnings():
        # Open rings, letters that do not convert, odd cells: the checks that follow say it better.
        warnings.simplefilter("ignore")
        layer = layer or _only_layer(file)
        frame = pyogrio.read_dataframe(file, layer=layer, encoding=encoding, on_invalid="ignore")
    if not isinstance(frame, gpd.GeoDataFrame):
        raise InputError([Problem(str(file), "error.geometry_none")])
    return frame


def _only_layer(file: Path) -> str | None:
    spatial = [name for name, kind in pyogrio.list_layers(file) if kind is not None]
    if len(spatial) > 1:
        example = f"{file.name}{_LAYER_MARK}{spatial[0]}"
        fields = {"layers": ", ".join(spatial), "example": example}
        raise InputError([Problem(str(file), "error.layers_several", fields)])
    return spatial[0] if spatial else None


def _within(limits: tuple[float, float], low: float, high: float) -> bool:
    return limits[0] <= low and high <= limits[1]
