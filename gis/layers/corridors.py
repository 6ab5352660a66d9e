"""The corridors layer: corridors, belts, barriers and waterways as ordered lines."""

from collections.abc import Sequence

import geopandas as gpd
import pandas as pd
import shapely

from gis.catalogue.registers import Corridor
from gis.core.crs import GEOGRAPHIC, length_m
from gis.core.schemas import FEATURE_COLUMNS, Certainty, Method, Status
from gis.core.units import METRES_PER_KILOMETRE

SOURCE = "SRC-CORRIDOR-SKETCH"
# A corridor is an idea of a band: the line may lie anywhere inside it, or 5 km off.
LEAST_ACCURACY_M = 5000.0
COLUMNS = (
    *FEATURE_COLUMNS,
    "kind",
    "width_km",
    "length_km",
    "basis",
    "certainty",
    "document_id",
    "zone_ids",
    "project_ids",
    "passes",
    "note",
)


def build_corridors(corridors: Sequence[Corridor]) -> gpd.GeoDataFrame:
    """Draw the corridors as lines through their control points.

    ``width_km`` is a guess of the documents' bands for drawing; a corridor without one is a
    relation between places and no band.

    Parameters
    ----------
    corridors
        Rows of the catalogue.

    Returns
    -------
    GeoDataFrame
        Columns :data:`COLUMNS`, lines in WGS84, in the order of the ids.

    """
    ordered = sorted(corridors, key=lambda corridor: corridor.id)
    frame = pd.DataFrame([_row(corridor) for corridor in ordered], columns=list(COLUMNS))
    lines = [
        shapely.LineString([(point.lon, point.lat) for point in corridor.control_points])
        for corridor in ordered
    ]
    layer = gpd.GeoDataFrame(frame, geometry=lines, crs=GEOGRAPHIC)
    layer["length_km"] = (length_m(layer.geometry) / METRES_PER_KILOMETRE).round(0)
    return layer


def _row(corridor: Corridor) -> dict[str, object]:
    half_band_m = (corridor.width_km or 0.0) * METRES_PER_KILOMETRE / 2
    return {
        "id": corridor.id,
        "name_zh": corridor.name_zh,
        "name_en": corridor.name_en,
        "source_id": SOURCE,
        "method": Method.SKETCHED.value,
        "accuracy_m": max(LEAST_ACCURACY_M, half_band_m),
        "status": (
            Status.UNKNOWN if corridor.certainty is Certainty.GUESS else Status.PLANNED
        ).value,
        "kind": corridor.kind.value,
        "width_km": corridor.width_km,
        "length_km": float("nan"),
        "basis": corridor.basis.value,
        "certainty": corridor.certainty.value,
        "document_id": corridor.document_id,
        "zone_ids": ";".join(corridor.zone_ids),
        "project_ids": ";".join(corridor.project_ids),
        "passes": " — ".join(point.name for point in corridor.control_points),
        "note": corridor.note_zh,
    }
