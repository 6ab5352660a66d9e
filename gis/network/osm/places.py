"""Settlements from an extract: cities, towns and villages with their names and people."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from gis.catalogue.places import PlaceKind
from gis.core.crs import GEOGRAPHIC
from gis.network.osm.objects import names_of, number_of, read_points

MOST_PEOPLE = 50_000_000
# Towns are seats of townships; a city or a quarter of one is a locality like a village, because
# which point is the centre of a city is the gazetteer's matter.
KINDS = {
    "city": PlaceKind.LOCALITY,
    "municipality": PlaceKind.LOCALITY,
    "borough": PlaceKind.LOCALITY,
    "suburb": PlaceKind.LOCALITY,
    "town": PlaceKind.TOWN,
    "village": PlaceKind.LOCALITY,
}
PLACE_COLUMNS = ("osm_id", "name_zh", "name_en", "kind", "place", "population", "geometry")


def osm_places(pbf: Path) -> gpd.GeoDataFrame:
    """Return the settlements of an extract that have a name.

    Only nodes are taken: OpenStreetMap puts the label of a settlement on a node, also where its
    area is drawn.

    Returns
    -------
    GeoDataFrame
        ``osm_id, name_zh, name_en, kind, place, population`` and points (WGS84). ``place`` is
        the tag; ``population`` is missing where the tag is or is no number.

    Raises
    ------
    InputError
        If the file cannot be read to its end.

    """
    rows = []
    for thing in read_points(pbf, ["place"]).found:
        place = thing.tags["place"]
        name_zh, name_en = names_of(thing.tags)
        if place in KINDS and name_zh:
            people = number_of(thing.tags.get("population", ""), most=MOST_PEOPLE)
            population = np.nan if people is None else people
            kind = KINDS[place].value
            rows.append((thing.osm_id, name_zh, name_en, kind, place, population, thing.shape))
    frame = pd.DataFrame(rows, columns=list(PLACE_COLUMNS))
    frame["population"] = frame["population"].astype(float).round().astype("Int64")
    return gpd.GeoDataFrame(frame, geometry="geometry", crs=GEOGRAPHIC)
