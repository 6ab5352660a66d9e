"""How features of an extract of OpenStreetMap are marked and joined to those of the tables."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from gis.core.crs import GEOGRAPHIC
from gis.core.schemas import Certainty, Method, Status

IMPORT_SOURCE = "SRC-OSM-EXTRACT"
IMPORT_PREFIX = "OSM-"

IntArray = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class SwapCount:
    """How many features of a layer came from where.

    Parameters
    ----------
    replaced
        Ours, at the position of the extract.
    kept
        Ours, as the tables give them.
    added
        Of the extract alone.

    """

    replaced: int
    kept: int
    added: int


def marked(
    frame: gpd.GeoDataFrame, rows: IntArray | None = None, *, accuracy_m: float
) -> gpd.GeoDataFrame:
    """Return features of which some rows, or all, are marked as from the extract."""
    is_marked = np.zeros(len(frame), dtype=bool)
    is_marked[slice(None) if rows is None else rows] = True
    return frame.assign(
        source_id=frame["source_id"].mask(is_marked, IMPORT_SOURCE),
        method=frame["method"].mask(is_marked, Method.IMPORTED.value),
        accuracy_m=frame["accuracy_m"].mask(is_marked, accuracy_m),
    )


def new_features(rest: gpd.GeoDataFrame, *, accuracy_m: float) -> gpd.GeoDataFrame:
    """Return things of the extract, with ``osm_id`` and names, as features of a layer."""
    frame = pd.DataFrame(
        {
            "id": [f"{IMPORT_PREFIX}{name}" for name in rest["osm_id"]],
            "name_zh": rest["name_zh"].to_numpy(),
            "name_en": rest["name_en"].to_numpy(),
            "source_id": IMPORT_SOURCE,
            "method": Method.IMPORTED.value,
            "accuracy_m": accuracy_m,
            "status": Status.OPEN.value,
            "certainty": Certainty.MEDIUM.value,
        }
    )
    return gpd.GeoDataFrame(frame, geometry=rest.geometry.to_numpy(), crs=GEOGRAPHIC)


def joined(
    moved: gpd.GeoDataFrame, added: gpd.GeoDataFrame, own: gpd.GeoDataFrame
) -> gpd.GeoDataFrame:
    """Return both, one below the other, with the columns of our layer."""
    if added.empty:
        return moved.reset_index(drop=True)
    columns = [name for name in own.columns if name != own.geometry.name]
    added = added.reindex(columns=[*columns, "geometry"])
    return gpd.GeoDataFrame(
        {name: pd.Series([*moved[name].tolist(), *added[name].tolist()]) for name in columns},
        geometry=[*moved.geometry, *added.geometry],
        crs=GEOGRAPHIC,
    )
