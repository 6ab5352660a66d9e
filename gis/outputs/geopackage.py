"""The hand-over: one GeoPackage with layers, sources, verdicts, run manifest and QGIS project.

Written as version 1.3, which QGIS reads without a warning since 3.16, and without a clock, so that
the same run gives the same file.
"""

import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio

from gis.core.crs import CENTRAL_MERIDIANS, HANDOVER_EPSG, to_handover
from gis.core.errors import InputError, Problem
from gis.core.files import written_aside
from gis.core.text import text
from gis.core.vectors import GEOPACKAGE_VERSION, without_clock
from gis.outputs.qgis_project import Scene, embed_project
from gis.outputs.qgis_styles import layer_styles

MAP_EPSG = 4549  # for layers in degrees: metres, about the middle of the region
OPTIONS = {"driver": "GPKG", "dataset_options": {"VERSION": GEOPACKAGE_VERSION}}
LAYERS = (
    "places",
    "stations",
    "zones",
    "projects",
    "corridors",
    "rail_lines",
    "roads",
    "townships",
    "counties",
    "cities",
    "waters",
    "coast",
    "context",
)
COMPUTED_LAYERS = (
    "border_penalty",
    "zone_access",
    "township_access",
    "county_access",
    "city_access",
)


def export_geopackage(
    path: Path,
    *,
    layers: Mapping[str, gpd.GeoDataFrame],
    tables: Mapping[str, pd.DataFrame],
    epsg: int = 4490,
    column_names: Mapping[str, str] | None = None,
) -> None:
    """Write layers and tables into one GeoPackage, whole or not at all.

    Parameters
    ----------
    path
        File to write, ending in ``.gpkg``.
    layers
        Name -> layer in WGS84. Known layers come in the order of :data:`LAYERS` and
        :data:`COMPUTED_LAYERS` and are styled and titled.
    tables
        Name -> rows without geometry.
    epsg
        4490 (CGCS2000 degrees), or 4549 or 4550 (3-degree zones about 120 and 123 E).
    column_names
        Chinese names of columns that the product does not name itself, such as measures.

    Raises
    ------
    InputError
        If the code is none of these or the file cannot be written.

    """
    if epsg not in HANDOVER_EPSG:
        fields = {"epsg": epsg, "present": ", ".join(map(str, HANDOVER_EPSG))}
        raise InputError([Problem("--crs", "error.crs_not_offered", fields)])
    names = [name for name in (*LAYERS, *COMPUTED_LAYERS) if name in layers]
    rows_by_name = {**tables, "layer_styles": layer_styles(names)}
    with written_aside(path) as aside, without_clock():
        try:
            for name in names:
                frame = to_handover(layers[name], epsg=epsg)
                pyogrio.write_dataframe(frame, aside, layer=name, **OPTIONS, **_titles(name))
            for name, rows in rows_by_name.items():
                pyogrio.write_dataframe(rows, aside, layer=name, **OPTIONS, **_titles(name))
            columns = {name: _columns(rows) for name, rows in {**layers, **tables}.items()}
            scene = _scene(path.name, layers, columns, column_names or {}, epsg=epsg)
            embed_project(aside, scene)
        except (
            pyogrio.errors.DataSourceError,
            pyogrio.errors.DataLayerError,
            sqlite3.Error,
        ) as error:
            reason = {"reason": str(error)}
            raise InputError([Problem(str(path), "error.output_unwritable", reason)]) from error


def _scene(
    file_name: str,
    layers: Mapping[str, gpd.GeoDataFrame],
    tables: Mapping[str, Sequence[str]],
    column_names: Mapping[str, str],
    *,
    epsg: int,
) -> Scene:
    """Return the first view: the study area, or all there is where the cities are not told."""
    map_epsg = MAP_EPSG if epsg not in CENTRAL_MERIDIANS else epsg
    frame = layers.get("cities", next(iter(layers.values())))
    if "in_study_area" in frame.columns and frame["in_study_area"].any():
        frame = frame[frame["in_study_area"]]
    west, south, east, north = to_handover(frame, epsg=map_epsg).total_bounds.tolist()
    return Scene(file_name, tables, column_names, epsg, map_epsg, (west, south, east, north))


def _columns(rows: pd.DataFrame) -> list[str]:
    return [str(name) for name in rows.columns if name != "geometry"]


def _titles(name: str) -> dict[str, dict[str, str]]:
    zh, en = (text(f"layer.title.{name}", language=language) for language in ("zh", "en"))
    return {"layer_options": {"IDENTIFIER": f"{zh} {en}", "DESCRIPTION": f"{zh} / {en}"}}
