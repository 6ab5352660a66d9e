"""Writing vector files: whole or not at all, and the same bytes for the same content."""

from collections.abc import Mapping
from pathlib import Path

import geopandas as gpd
import pyogrio

from gis.core.files import written_aside

# Older QGIS warns at 1.4; the date in the file is fixed, or no two runs would agree.
GEOPACKAGE_VERSION = "1.3"
_FIXED_DATE = "2000-01-01T00:00:00.000Z"


def write_geopackage(layers: Mapping[str, gpd.GeoDataFrame], path: Path) -> None:
    """Write frames as the layers of one GeoPackage, in the given order.

    Raises
    ------
    InputError
        If the place cannot be written.

    """
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": _FIXED_DATE})
    try:
        with written_aside(path) as aside:
            for number, (name, frame) in enumerate(layers.items()):
                pyogrio.write_dataframe(
                    frame,
                    aside,
                    layer=name,
                    driver="GPKG",
                    append=number > 0,
                    dataset_options=None if number else {"VERSION": GEOPACKAGE_VERSION},
                )
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})
