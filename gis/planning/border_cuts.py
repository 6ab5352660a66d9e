"""Which borders and pilot zones are asked about, where they run, and the seats beside them."""

from collections.abc import Mapping, Sequence
from itertools import combinations

import geopandas as gpd
import pandas as pd
import shapely

from gis.catalogue.roads import Terrain
from gis.core.crs import GEOGRAPHIC, from_metric, to_metric
from gis.planning.border_pairs import Cut

# Zones are drawn to 3 km or so: what of a border lies as near to a member is its own.
BESIDE_M = 3_000.0
PILOT_ZONE, PROVINCIAL = "pilot_zone", "provincial"


def border_places(townships: gpd.GeoDataFrame, terrain: Mapping[str, Terrain]) -> pd.DataFrame:
    """Return the seats of the townships of the study area, ready for the border penalty.

    Parameters
    ----------
    townships
        The built layer.
    terrain
        Township -> terrain; townships that are not in it lie in the plain.

    Returns
    -------
    DataFrame
        ``id, lon, lat`` (WGS84), ``city_id, terrain``, each id once, in the order of the layer.

    """
    inside = townships[(townships["scope"] == "study") & townships["seat_lon"].notna()]
    once = inside.drop_duplicates("id")
    return pd.DataFrame(
        {
            "id": once["id"].to_numpy(),
            "lon": once["seat_lon"].to_numpy(dtype=float),
            "lat": once["seat_lat"].to_numpy(dtype=float),
            "city_id": once["city_id"].to_numpy(),
            "terrain": [terrain.get(name, Terrain.PLAIN).value for name in once["id"]],
        }
    )


def border_cuts(
    cities: gpd.GeoDataFrame, places: pd.DataFrame, pairs: pd.DataFrame
) -> tuple[Cut, ...]:
    """Return the borders that near places lie on both sides of, by the codes of the cities.

    Parameters
    ----------
    cities
        ``id, name_zh, name_en``.
    places
        ``city_id``.
    pairs
        ``origin, destination`` (rows of the places).

    """
    city = places["city_id"].to_numpy()
    ends = zip(city[pairs["origin"]], city[pairs["destination"]], strict=True)
    met = {frozenset(pair) for pair in ends}
    names = cities.set_index("id")[["name_zh", "name_en"]]
    codes = sorted(set(city) & set(names.index))
    return tuple(
        Cut(
            id=f"{first}-{second}",
            name_zh="—".join(str(names.loc[one, "name_zh"])[:-1] for one in (first, second)),
            name_en="–".join(
                str(names.loc[one, "name_en"]).removesuffix(" City") for one in (first, second)
            ),
            city_ids=(first, second),
        )
        for first, second in combinations(codes, 2)
        if {first, second} in met
    )


def zone_cuts(zones: gpd.GeoDataFrame) -> tuple[Cut, ...]:
    """Return the borders within the provincial pilot zones between two cities.

    Parameters
    ----------
    zones
        The built layer.

    """
    is_asked = (zones["level"] == PILOT_ZONE) & (zones["tier"] == PROVINCIAL)
    cuts = []
    for zone in zones[is_asked].sort_values("id").itertuples():
        cities = sorted(str(zone.city_ids or "").split(";"))
        members = frozenset(str(zone.township_ids or "").split(";")) - {""}
        if len(cities) == 2 and members:  # noqa: PLR2004 - the two sides of a border
            name_zh, name_en = str(zone.name_zh), str(zone.name_en)
            cuts.append(Cut(str(zone.id), name_zh, name_en, (cities[0], cities[1]), members))
    return tuple(cuts)


def cut_lines(
    cuts: Sequence[Cut], cities: gpd.GeoDataFrame, townships: gpd.GeoDataFrame
) -> gpd.GeoDataFrame:
    """Return the lines of borders, in WGS84.

    Parameters
    ----------
    cuts
        Borders and zones.
    cities, townships
        Built layers with ``id``.

    Returns
    -------
    GeoDataFrame
        ``id`` and the border that the two cities share: all of it, or what lies beside the members
        of the zone. Cities that only face each other over water have the shortest way over it
        instead, zones there that from their members to the other city.

    """
    sides = to_metric(cities[["id", "geometry"]]).set_index("id")
    areas = to_metric(townships[["id", "geometry"]])
    lines = []
    for cut in cuts:
        first, second = (sides.geometry[code] for code in cut.city_ids)
        shared = shapely.intersection(shapely.boundary(first), shapely.boundary(second))
        border = shapely.line_merge(shapely.union_all(_line_parts(shared)))
        own = areas[areas["id"].isin(cut.members)].geometry.union_all()
        lines.append(_line(border, own, (first, second)))
    series = from_metric(gpd.GeoSeries(lines))
    return gpd.GeoDataFrame({"id": [cut.id for cut in cuts]}, geometry=series, crs=GEOGRAPHIC)


def with_lines(table: pd.DataFrame, lines: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return rows with ``id`` on the map."""
    shapes = lines.set_index("id").loc[table["id"], "geometry"]
    return gpd.GeoDataFrame(table, geometry=shapes.to_numpy(), crs=lines.crs)


def _line(
    border: shapely.Geometry, own: shapely.Geometry, sides: tuple[shapely.Geometry, ...]
) -> shapely.Geometry:
    whole = bool(shapely.is_empty(own))
    if shapely.is_empty(border):
        here, there = sides
        if not whole:
            here, there = own, max(sides, key=lambda side: float(shapely.distance(own, side)))
        return shapely.shortest_line(here, there)
    if whole:
        return border
    near_m = shapely.distance(border, own) + BESIDE_M
    return shapely.intersection(border, shapely.buffer(own, near_m))


def _line_parts(shape: shapely.Geometry) -> list[shapely.Geometry]:
    parts = shapely.get_parts(shapely.get_parts([shape]))
    return [part for part in parts if part.geom_type == "LineString"]
