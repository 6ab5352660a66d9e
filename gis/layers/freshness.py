"""Whether a layer is what the tables give, and whether it was moved to GCJ-02 since."""

import math
from collections.abc import Iterable
from io import BytesIO

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pyogrio
import shapely

from gis.core.crs import distance_m
from gis.core.datum import gcj02_to_wgs84
from gis.core.errors import Problem
from gis.layers.datum import CLEARLY_NEARER, LEAST_SHIFT_M
from gis.layers.write import layer_text

FloatArray = npt.NDArray[np.float64]

FARTHEST_SHIFT_M = 1_000.0
SAME_DEGREES = 1e-6
SHOWN_IDS = 5
NOTHING = "—"


def stale_problems(
    layer: gpd.GeoDataFrame, expected: gpd.GeoDataFrame, *, where: str
) -> list[Problem]:
    """Return one problem if a layer differs from what the tables give, naming the features.

    Parameters
    ----------
    layer
        The layer as read from its file.
    expected
        The layer as built; it is brought to the precision of files first.
    where
        The layer.

    """
    built = as_written(expected)
    ids, built_ids = layer["id"].tolist(), built["id"].tolist()
    missing = [name for name in built_ids if name not in set(ids)]
    extra = [name for name in ids if name not in set(built_ids)]
    changed = _changed(layer, built)
    if not (missing or extra or changed):
        return []
    fields = {
        "missing": _listed(missing),
        "extra": _listed(extra),
        "changed": _listed(changed),
    }
    return [Problem(where, "error.layer_stale", fields)]


def shift_problems(
    layer: gpd.GeoDataFrame, expected: gpd.GeoDataFrame, *, where: str
) -> list[Problem]:
    """Return features that lie where GCJ-02 would put them.

    One problem names the layer when most features are shifted, otherwise each feature.

    Parameters
    ----------
    layer
        The layer as labelled WGS84.
    expected
        The same features where they belong.
    where
        The layer.

    """
    both = layer[["id", "geometry"]].merge(
        expected[["id", "geometry"]], on="id", suffixes=("", "_expected")
    )
    both = both[~(both.geometry.isna() | both.geometry.is_empty)]
    lon, lat = _middles(both.geometry.to_numpy())
    there = _middles(both["geometry_expected"].to_numpy())
    before, after = distance_m(lon, lat, *there), distance_m(*gcj02_to_wgs84(lon, lat), *there)
    is_shifted = (
        (before > LEAST_SHIFT_M) & (before < FARTHEST_SHIFT_M) & (after < CLEARLY_NEARER * before)
    )
    if not is_shifted.any():
        return []
    if is_shifted.mean() > CLEARLY_NEARER:
        fields = {
            "count": int(is_shifted.sum()),
            "before_m": round(float(np.median(before[is_shifted]))),
            "after_m": round(float(np.median(after[is_shifted]))),
        }
        return [Problem(where, "error.layer_gcj02", fields)]
    return [
        Problem(
            f"{where} {name}",
            "error.feature_gcj02",
            {"before_m": round(far), "after_m": round(near)},
        )
        for name, far, near in zip(
            both["id"][is_shifted], before[is_shifted], after[is_shifted], strict=True
        )
    ]


def as_written(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return a layer as it comes back from its file."""
    content = layer_text(frame, name="layer").encode()
    return gpd.GeoDataFrame(pyogrio.read_dataframe(BytesIO(content)))


def _changed(layer: gpd.GeoDataFrame, built: gpd.GeoDataFrame) -> list[str]:
    mine, theirs = (frame.drop_duplicates("id").set_index("id") for frame in (layer, built))
    common = [name for name in theirs.index if name in mine.index]
    mine, theirs = mine.loc[common], theirs.loc[common]
    columns = [name for name in theirs.columns if name != "geometry"]
    is_same = shapely.equals_exact(
        shapely.normalize(mine.geometry.to_numpy()),
        shapely.normalize(theirs.geometry.to_numpy()),
        SAME_DEGREES,
    )
    for column in columns:
        cells = mine[column] if column in mine.columns else [None] * len(mine)
        is_same &= np.fromiter(
            (_plain(a) == _plain(b) for a, b in zip(cells, theirs[column], strict=True)), bool
        )
    return [name for name, same in zip(common, is_same, strict=True) if not same]


def _plain(cell: object) -> object:
    """Return a cell so that equal content is equal however the file spells it."""
    if cell is None or (isinstance(cell, float) and math.isnan(cell)):
        return ""
    return float(cell) if isinstance(cell, int | float | np.number) else cell


def _middles(shapes: npt.NDArray[np.object_]) -> tuple[FloatArray, FloatArray]:
    west, south, east, north = shapely.bounds(shapes).T
    return (west + east) / 2, (south + north) / 2


def _listed(ids: Iterable[str]) -> str:
    names = list(ids)
    more = f" … ({len(names)})" if len(names) > SHOWN_IDS else ""
    return ", ".join(names[:SHOWN_IDS]) + more if names else NOTHING
