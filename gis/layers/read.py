"""Reading layers: the built ones and the hand-digitised geometry they are made from."""

from pathlib import Path

import geopandas as gpd
import pyogrio

from gis.core.crs import to_geographic
from gis.core.errors import InputError, Problem
from gis.core.paths import layers_dir

DIGITISED = "digitised"


def read_layer(name: str, *, layers: Path | None = None) -> gpd.GeoDataFrame:
    """Read a built layer.

    Parameters
    ----------
    name
        Layer name without suffix, for example ``"counties"``.
    layers
        Folder of the built layers; the product's own by default.

    Returns
    -------
    GeoDataFrame
        Features in WGS84 in the order of the file. Empty cells of text columns are ``""``.

    Raises
    ------
    InputError
        If the file is missing or cannot be read.

    """
    return _read_geojson((layers or layers_dir()) / f"{name}.geojson")


def read_digitised(name: str, *, digitised: Path | None = None) -> gpd.GeoDataFrame:
    """Read a file of hand-digitised geometry.

    Parameters
    ----------
    name
        File name without suffix, for example ``"borders"``.
    digitised
        Folder of the digitised files; ``layers/digitised`` by default.

    Returns
    -------
    GeoDataFrame
        Features in WGS84 in the order of the file. Empty cells of text columns are ``""``.

    Raises
    ------
    InputError
        If the file is missing or cannot be read.

    """
    return _read_geojson((digitised or layers_dir() / DIGITISED) / f"{name}.geojson")


def _read_geojson(path: Path) -> gpd.GeoDataFrame:
    if not path.is_file():
        raise InputError([Problem(str(path), "error.file_missing")])
    try:
        frame = gpd.read_file(path, engine="pyogrio")
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError) as error:
        raise InputError(
            [Problem(str(path), "error.unreadable", {"reason": str(error)})]
        ) from error
    frame = to_geographic(frame, where=str(path))
    text_columns = frame.select_dtypes(include=["object", "string"]).columns
    return frame.fillna(dict.fromkeys(text_columns, ""))
