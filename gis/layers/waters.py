"""Land and water: the coast, and the waters that stop a local road.

Two layers come from here, and they answer different questions.

``coast``
    The land (:mod:`gis.layers.land`): one polygon for the mainland and one for each island.
    Rivers and lakes are land here: they lie inside counties.

``waters``
    What is wet: the sea (the study box without the land), the bays (named parts of the sea),
    lakes and reservoirs, and rivers of about their true width. Rivers are digitised as reaches
    of their middle line with a width in metres (``digitised/rivers.geojson``). ``crossable`` is
    ``no`` where every crossing is a bridge, tunnel or ferry of the road tables, and ``yes`` for
    smaller rivers with many bridges that the tables do not list.
"""

from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gis.core.crs import GEOGRAPHIC, area_km2, to_geographic, to_metric
from gis.core.schemas import FEATURE_COLUMNS, Method
from gis.layers.areas import BORDER_SOURCE, CURRENT, Areas
from gis.layers.land import GRID_DEGREES
from gis.layers.read import read_digitised

STUDY_BOX = (117.2, 26.8, 123.5, 32.75)
WATERS_FILE = "waters"
RIVERS_FILE = "rivers"
WATER_SOURCE = "SRC-AREAS-WATERS"
WATER_ACCURACY_M = 1000
COAST_ACCURACY_M = 1000
NAMES_FILE = "land_names"
MAINLAND_NAMES = ("大陆", "Mainland")
SEA_ID = "W-SEA"
BAY = "bay"
RIVER = "river"
ROUND_SEGMENTS = 4

COAST_COLUMNS = (*FEATURE_COLUMNS, "kind", "area_km2", "geometry")
WATER_COLUMNS = (*FEATURE_COLUMNS, "kind", "crossable", "area_km2", "geometry")


@dataclass(frozen=True, slots=True)
class CoastAndWaters:
    """The two layers, in WGS84.

    Parameters
    ----------
    coast
        Land polygons, ``kind`` mainland or island, the largest first.
    waters
        Water polygons that do not overlap the sea or each other's bays; ``kind`` is one of sea,
        bay, river, lake, reservoir; ``crossable`` is yes or no.

    """

    coast: gpd.GeoDataFrame
    waters: gpd.GeoDataFrame


def build_waters(areas: Areas, *, digitised: Path) -> CoastAndWaters:
    """Build the coast and the waters.

    Parameters
    ----------
    areas
        The areas; the land is taken from them.
    digitised
        Folder with ``waters``, ``rivers`` and ``land_names`` (GeoJSON).

    Raises
    ------
    InputError
        If a digitised file is missing or unreadable.

    """
    extents = read_digitised(WATERS_FILE, digitised=digitised)
    reaches = read_digitised(RIVERS_FILE, digitised=digitised)
    names = read_digitised(NAMES_FILE, digitised=digitised)
    coast = build_coast(areas.land, names)
    return CoastAndWaters(coast, combine_waters(areas.land, extents, river_areas(reaches)))


def build_coast(land: shapely.Geometry, names: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return one row for the mainland and each island, the largest first.

    Parameters
    ----------
    land
        The land, WGS84.
    names
        Points with ``name_zh`` and ``name_en``; the island a point lies on takes its name.

    """
    parts = shapely.normalize(shapely.get_parts(land))
    areas = area_km2(gpd.GeoSeries(parts, crs=GEOGRAPHIC))
    order = np.argsort(-areas, kind="stable")
    frame = gpd.GeoDataFrame(
        {
            "id": [f"LAND{number:03d}" for number in range(len(parts))],
            "source_id": BORDER_SOURCE,
            "method": Method.DIGITISED.value,
            "accuracy_m": COAST_ACCURACY_M,
            "status": CURRENT,
            "kind": ["mainland"] + ["island"] * (len(parts) - 1),
            "area_km2": areas[order].round(1),
        },
        geometry=parts[order],
        crs=GEOGRAPHIC,
    )
    named = gpd.sjoin(frame[["geometry"]], names[["name_zh", "name_en", "geometry"]])
    named = named[["name_zh", "name_en"]].reindex(frame.index).fillna("")
    named.loc[0] = MAINLAND_NAMES
    return frame.assign(name_zh=named["name_zh"], name_en=named["name_en"])[list(COAST_COLUMNS)]


def river_areas(reaches: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Widen the reaches of each river and unite them.

    Parameters
    ----------
    reaches
        Middle lines (WGS84) with ``water_id``, names, ``kind``, ``crossable`` and ``width_m``,
        the distance from bank to bank.

    Returns
    -------
    GeoDataFrame
        One polygon a ``water_id``, in the order of first appearance, WGS84.

    """
    metric = to_metric(reaches)
    widened = metric.assign(
        geometry=metric.geometry.buffer(metric["width_m"] / 2, quad_segs=ROUND_SEGMENTS)
    )
    united = to_geographic(widened, where=RIVERS_FILE).dissolve("water_id", sort=False)
    frame = united.reset_index().drop(columns="id").rename(columns={"water_id": "id"})
    return frame[["id", "name_zh", "name_en", "kind", "crossable", "geometry"]]


def combine_waters(
    land: shapely.Geometry,
    extents: gpd.GeoDataFrame,
    rivers: gpd.GeoDataFrame,
) -> gpd.GeoDataFrame:
    """Cut named waters out of the sea and put all waters into one layer.

    Parameters
    ----------
    land
        The land; rivers and lakes lie on it.
    extents
        Named areas with ``kind``: a bay or an estuary is the part of its area that is not land;
        a lake is the area itself.
    rivers
        Polygons of rivers; where one reaches into a bay, the bay has it.

    """
    tidal = extents["kind"].isin([BAY, RIVER]).to_numpy()
    shapes = extents.geometry.to_numpy().copy()
    shapes[tidal] = shapely.difference(shapes[tidal], land)
    named_sea = shapely.union_all(shapes[tidal])
    sea = shapely.difference(shapely.box(*STUDY_BOX), shapely.union_all([land, named_sea]))
    rivers = rivers.assign(geometry=shapely.difference(rivers.geometry.to_numpy(), named_sea))
    sea_row = gpd.GeoDataFrame(
        {
            "id": [SEA_ID],
            "name_zh": ["东海、黄海"],
            "name_en": ["East China Sea and Yellow Sea"],
            "kind": ["sea"],
            "crossable": ["no"],
        },
        geometry=[sea],
        crs=GEOGRAPHIC,
    )
    frame = pd.concat([sea_row, extents.assign(geometry=shapes), rivers], ignore_index=True)
    frame = frame.assign(
        source_id=WATER_SOURCE,
        method=Method.SKETCHED.value,
        accuracy_m=WATER_ACCURACY_M,
        status=CURRENT,
        area_km2=area_km2(frame.geometry).round(1),
        geometry=shapely.normalize(shapely.set_precision(frame.geometry.to_numpy(), GRID_DEGREES)),
    )
    frame = frame.sort_values("id", kind="stable", ignore_index=True)
    return gpd.GeoDataFrame(frame[list(WATER_COLUMNS)], geometry="geometry", crs=GEOGRAPHIC)
