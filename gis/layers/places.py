"""The places layer: named points with their county and city."""

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd

from gis.catalogue.places import Place
from gis.core.crs import GEOGRAPHIC, to_metric
from gis.core.schemas import FEATURE_COLUMNS, Certainty, Method

ACCURACY_M = {
    Certainty.HIGH: 300,
    Certainty.MEDIUM: 1000,
    Certainty.LOW: 2500,
    Certainty.GUESS: 5000,
}
COLUMNS = (*FEATURE_COLUMNS, "kind", "county_id", "city_id", "certainty", "same_as", "note")
NEAR_SHORE_M = 3000.0


def build_places(places: Sequence[Place], counties: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Make the places layer.

    The county is the one a place lies in, or the nearest within 3 km, because bridge ends and
    ports stand on a shore that is generalised to about 1 km. A city of the table that disagrees
    with the location wins: a point may be off by its accuracy.

    Parameters
    ----------
    places
        Rows of the gazetteer.
    counties
        Polygons (WGS84) with ``id`` and ``city_id``.

    Returns
    -------
    GeoDataFrame
        One point (WGS84) a place, in the order of the ids. ``county_id`` is empty outside the
        province, and where the table's city disagrees with the location.

    """
    ordered = sorted(places, key=lambda place: place.id)
    frame = pd.DataFrame([_row(place) for place in ordered])
    points = gpd.points_from_xy(
        [place.lon for place in ordered], [place.lat for place in ordered], crs=GEOGRAPHIC
    )
    layer = gpd.GeoDataFrame(frame, geometry=points)
    county_ids = nearest_county(layer, counties)
    city_of = counties.set_index("id")["city_id"]
    located = county_ids.map(city_of).fillna("")
    agreed = (layer["city_id"] == located) | (layer["city_id"] == "")
    layer["county_id"] = county_ids.where(agreed, "")
    layer["city_id"] = layer["city_id"].where(layer["city_id"] != "", located)
    return layer[[*COLUMNS, "geometry"]]


def nearest_county(points: gpd.GeoDataFrame, counties: gpd.GeoDataFrame) -> pd.Series:
    """Return the id of the county of each point (WGS84), empty for those beyond 3 km of any."""
    metric, areas = to_metric(points), to_metric(counties)
    found, positions = areas.sindex.nearest(
        metric.geometry, max_distance=NEAR_SHORE_M, return_all=False
    )
    ids = np.full(len(points), "", dtype=object)
    ids[found] = counties["id"].to_numpy()[positions]
    return pd.Series(ids, index=points.index)


def _row(place: Place) -> dict[str, object]:
    surveyed = place.certainty in {Certainty.HIGH, Certainty.MEDIUM}
    return {
        "id": place.id,
        "name_zh": place.name_zh,
        "name_en": place.name_en,
        "source_id": place.source_id,
        "method": (Method.SURVEYED_POINT if surveyed else Method.SKETCHED).value,
        "accuracy_m": ACCURACY_M[place.certainty],
        "status": place.status.value,
        "kind": place.kind.value,
        "city_id": place.city_id,
        "certainty": place.certainty.value,
        "same_as": place.same_as,
        "note": place.note,
    }
