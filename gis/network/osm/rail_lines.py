"""Railways, metros and trams from an extract, way by way."""

from collections.abc import Mapping
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from gis.core.crs import GEOGRAPHIC
from gis.core.schemas import Status
from gis.network.osm.objects import names_of, read_lines, speed_kmh, year_of

RAIL_COLUMNS = (
    "osm_id", "name_zh", "name_en", "mode", "usage", "status", "opened_year", "max_kmh", "geometry",
)  # fmt: skip
MODES = {
    "rail": "conventional",
    "subway": "metro",
    "light_rail": "metro",
    "monorail": "metro",
    "tram": "tram",
}
HIGH_SPEED = "hsr"
FASTEST_KMH = 600.0


def osm_rail_lines(pbf: Path) -> gpd.GeoDataFrame:
    """Return the ways of an extract that trains run on or will.

    Sidings, yards and crossovers (``service=*``) are left out. High-speed lines are those tagged
    ``highspeed=yes``.

    Returns
    -------
    GeoDataFrame
        ``osm_id, name_zh, name_en, mode, usage, status, opened_year, max_kmh`` and lines (WGS84),
        one row a way. ``mode`` is as in the layer ``rail_lines``; ``status`` is ``open`` or
        ``under_construction``; year and speed are NaN where no tag tells.

    Raises
    ------
    InputError
        If the file cannot be read to its end.

    """
    rows = []
    for thing in read_lines(pbf, ["railway"]).found:
        tags = thing.tags
        is_built = tags["railway"] != "construction"
        mode = MODES.get(tags["railway"] if is_built else tags.get("construction", ""))
        if mode is None or tags.get("service"):
            continue
        rows.append(
            (
                thing.osm_id,
                *names_of(tags),
                _mode(mode, tags),
                tags.get("usage", ""),
                (Status.OPEN if is_built else Status.UNDER_CONSTRUCTION).value,
                _or_nan(year_of(tags.get("start_date", "")) if is_built else None),
                _speed(tags),
                thing.shape,
            )
        )
    frame = pd.DataFrame(rows, columns=list(RAIL_COLUMNS))
    frame = frame.astype({"opened_year": float, "max_kmh": float})
    return gpd.GeoDataFrame(frame, geometry="geometry", crs=GEOGRAPHIC)


def _mode(mode: str, tags: Mapping[str, str]) -> str:
    is_fast = mode == MODES["rail"] and tags.get("highspeed") == "yes"
    return HIGH_SPEED if is_fast else mode


def _speed(tags: Mapping[str, str]) -> float:
    speed = speed_kmh(tags.get("maxspeed", ""))
    return _or_nan(speed if speed and speed <= FASTEST_KMH else None)


def _or_nan(value: float | None) -> float:
    return np.nan if value is None else float(value)
