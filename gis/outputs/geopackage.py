"""The hand-over: one GeoPackage with all layers, sources, verdicts and the run manifest.

Written as version 1.3, which QGIS reads without a warning since 3.16, and without a clock, so that
the same run gives the same file.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio

from gis.core.crs import HANDOVER_EPSG, to_handover
from gis.core.errors import InputError, Problem
from gis.core.files import written_aside
from gis.core.text import text
from gis.outputs.qgis_styles import layer_styles

NO_CLOCK = "2000-01-01T00:00:00.000Z"
OPTIONS = {"driver": "GPKG", "dataset_options": {"VERSION": "1.3"}}
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


def export_geopackage(
    path: Path,
    *,
    layers: Mapping[str, gpd.GeoDataFrame],
    tables: Mapping[str, pd.DataFrame],
    epsg: int = 4490,
) -> None:
    """Write layers and tables into one GeoPackage, whole or not at all.

    Parameters
    ----------
    path
        File to write, ending in ``.gpkg``.
    layers
        Name -> layer in WGS84. Known layers come in the order of :data:`LAYERS` and are styled
        and titled.
    tables
        Name -> rows without geometry.
    epsg
        4490 (CGCS2000 degrees), or 4549 or 4550 (3-degree zones about 120 and 123 E).

    Raises
    ------
    InputError
        If the code is none of these or the file cannot be written.

    """
    if epsg not in HANDOVER_EPSG:
        fields = {"epsg": epsg, "present": ", ".join(map(str, HANDOVER_EPSG))}
        raise InputError([Problem("--crs", "error.crs_not_offered", fields)])
    names = [name for name in LAYERS if name in layers]
    with written_aside(path) as aside, _without_clock():
        try:
            for name in names:
                frame = to_handover(layers[name], epsg=epsg)
                pyogrio.write_dataframe(frame, aside, layer=name, **OPTIONS, **_titles(name))
            for name, rows in {**tables, "layer_styles": layer_styles(names)}.items():
                pyogrio.write_dataframe(rows, aside, layer=name, **OPTIONS, **_titles(name))
        except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError) as error:
            reason = {"reason": str(error)}
            raise InputError([Problem(str(path), "error.output_unwritable", reason)]) from error


def _titles(name: str) -> dict[str, dict[str, str]]:
    zh, en = (text(f"layer.title.{name}", language=language) for language in ("zh", "en"))
    return {"layer_options": {"IDENTIFIER": f"{zh} {en}", "DESCRIPTION": f"{zh} / {en}"}}


@contextmanager
def _without_clock() -> Iterator[None]:
    """Let GDAL write a fixed date where it would write the present one."""
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": NO_CLOCK})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})
