"""Writing layers as text that git can compare: GeoJSON (RFC 7946), one feature a line."""

import json
import math
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gis.core.files import write_text

DECIMALS = 5  # about a metre, finer than any digitised point


def write_layer(frame: gpd.GeoDataFrame, path: Path) -> None:
    """Write a layer; equal frames give equal bytes.

    Parameters
    ----------
    frame
        Features in WGS84. Missing cells become ``null``, or ``""`` in text columns.
    path
        The GeoJSON file.

    Raises
    ------
    InputError
        If the place cannot be written.

    """
    write_text(path, layer_text(frame, name=path.stem))


def layer_text(frame: gpd.GeoDataFrame, *, name: str) -> str:
    """Return the GeoJSON text of a layer in WGS84."""
    properties = frame.drop(columns=frame.geometry.name).to_dict("records")
    lines = [
        _compact(
            {
                "type": "Feature",
                "properties": {str(key): _plain(value) for key, value in record.items()},
                "geometry": _geometry(shape),
            }
        )
        for record, shape in zip(properties, frame.geometry, strict=True)
    ]
    head = _compact({"type": "FeatureCollection", "name": name})[:-1]
    return f'{head}, "features": [\n' + ",\n".join(lines) + "\n]}\n"


def _geometry(shape: shapely.Geometry | None) -> object:
    if shape is None or shapely.is_empty(shape):
        return None
    return _rounded(json.loads(shapely.to_geojson(shapely.orient_polygons(shape))))


def _rounded(value: Any) -> Any:  # noqa: ANN401 - walks the nested lists of GeoJSON
    if isinstance(value, float):
        return round(value, DECIMALS) + 0.0
    if isinstance(value, dict):
        return {key: _rounded(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(part) for part in value]
    return value


def _plain(value: object) -> object:
    if isinstance(value, np.generic):
        value = value.item()
    if value is pd.NA or (isinstance(value, float) and math.isnan(value)):
        return None
    return value


def _compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(", ", ": "))
