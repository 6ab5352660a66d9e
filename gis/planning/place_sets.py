"""Place sets of the goals, looked up in the layers: who starts where and goes where."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
from scipy.spatial.distance import cdist

from gis.catalogue.areas import AdminUnit, Level
from gis.catalogue.goals import Goal, PlaceKind, PlaceSet
from gis.core.crs import GEOGRAPHIC, centres, to_metric
from gis.core.errors import Problem

POINT_COLUMNS = ("id", "name_zh", "name_en", "lon", "lat", "population", "city_id")


@dataclass(frozen=True, slots=True, eq=False)
class PlaceBook:
    """The places that goals can name.

    Parameters
    ----------
    points
        Kind -> points with at least :data:`POINT_COLUMNS`; some with ``county_id``, ``kind`` and
        ``aliases``.
    areas
        Cities and counties: ``id`` and their shapes (WGS84).

    """

    points: Mapping[PlaceKind, pd.DataFrame]
    areas: gpd.GeoDataFrame


def make_place_book(
    layers: Mapping[str, gpd.GeoDataFrame], units: Iterable[AdminUnit]
) -> PlaceBook:
    """Return the places of the layers.

    Parameters
    ----------
    layers
        The built layers ``places, townships, counties, cities, zones, stations`` (WGS84).
    units
        Administrative units: cities outside the province are centres, too, but have no area.

    """
    counties, cities = layers["counties"], layers["cities"]
    places = _at_geometry(layers["places"])
    points = {
        PlaceKind.STATIONS: _with_city(_at_geometry(layers["stations"]), counties),
        PlaceKind.ZONES: _with_city(_at_members(layers["zones"], layers["townships"]), counties),
        PlaceKind.TOWNSHIPS: _at_columns(layers["townships"], "seat"),
        PlaceKind.COUNTY_SEATS: _at_columns(counties, "seat").assign(county_id=counties["id"]),
        PlaceKind.CITY_CENTRES: _city_centres(units, cities),
        PlaceKind.AIRPORTS: places[places["kind"] == "airport"],
        PlaceKind.PLACES: places,
        PlaceKind.NODES: places,
    }
    without_people = {PlaceKind.STATIONS, PlaceKind.AIRPORTS, PlaceKind.PLACES, PlaceKind.NODES}
    return PlaceBook(
        points={
            kind: frame.assign(population=float("nan")) if kind in without_people else frame
            for kind, frame in points.items()
        },
        areas=pd.concat([cities[["id", "geometry"]], counties[["id", "geometry"]]]),
    )


def resolve_places(place_set: PlaceSet, book: PlaceBook) -> pd.DataFrame:
    """Return the points of a place set, in the order of its ids or of the layer.

    Parameters
    ----------
    place_set
        The set.
    book
        Places to look it up in.

    Returns
    -------
    DataFrame
        ``id, name_zh, name_en, lon, lat`` (WGS84), ``population`` (NaN where people make no
        sense, such as at a station) and ``city_id``. Ids the layers do not know are left out;
        :func:`unknown_places` finds them.

    """
    points = book.points[place_set.kind]
    if place_set.types and "kind" in points.columns:
        points = points[points["kind"].isin(place_set.types)]
    if place_set.within:
        inside = points["city_id"].isin(place_set.within)
        if "county_id" in points.columns:
            inside |= points["county_id"].isin(place_set.within)
        points = points[inside]
    if place_set.ids:
        rows = _rows_by_name(points)
        points = points.iloc[[row for name in place_set.ids for row in rows.get(name, [])]]
    return points.loc[:, list(POINT_COLUMNS)].drop_duplicates("id").reset_index(drop=True)


def unknown_places(goals: Iterable[Goal], book: PlaceBook) -> list[Problem]:
    """Return one problem for each id of a place set that the layers do not know."""
    return unknown_in_sets(_place_sets(goals), book)


def unknown_in_sets(named: Iterable[tuple[str, PlaceSet]], book: PlaceBook) -> list[Problem]:
    """Return one problem for each id, of place sets and where they stand, that no layer knows."""
    problems = []
    known = {kind: set(_rows_by_name(points)) for kind, points in book.points.items()}
    areas = set(book.areas["id"])
    for where, place_set in named:
        problems += [
            Problem(where, "error.place_unknown", {"id": name, "kind": place_set.kind.value})
            for name in place_set.ids
            if name not in known[place_set.kind]
        ]
        problems += [
            Problem(where, "error.area_unknown", {"id": code})
            for code in place_set.within
            if code not in areas
        ]
    return problems


def _place_sets(goals: Iterable[Goal]) -> Iterator[tuple[str, PlaceSet]]:
    for goal in goals:
        for reading in goal.readings:
            for field in ("origins", "destinations", "also_report"):
                place_set = getattr(reading, field)
                if place_set is not None:
                    yield f"goals.yaml goal {goal.id} reading {reading.id} field {field}", place_set


def _rows_by_name(points: pd.DataFrame) -> dict[str, list[int]]:
    """Return the rows that an id, a name or a former name stands for, the surest match only."""
    columns = [points["id"], points["name_zh"]]
    found: dict[str, list[int]] = {}
    for column in columns:
        matches: dict[str, list[int]] = {}
        for row, name in enumerate(column):
            matches.setdefault(str(name), []).append(row)
        found = matches | found
    if "aliases" in points.columns:
        former: dict[str, list[int]] = {}
        for row, names in enumerate(points["aliases"].fillna("").str.split(";")):
            for name in names:
                former.setdefault(name, []).append(row)
        found = former | found
    return found


def _city_centres(units: Iterable[AdminUnit], cities: gpd.GeoDataFrame) -> pd.DataFrame:
    people = cities.set_index("id")["population"]
    rows = [
        {
            "id": unit.code,
            "name_zh": unit.name_zh,
            "name_en": unit.name_en,
            "lon": unit.seat_lon,
            "lat": unit.seat_lat,
            "population": people.get(unit.code),
            "city_id": unit.code,
        }
        for unit in units
        if unit.level is Level.CITY
    ]
    return pd.DataFrame(rows)


def _at_members(zones: gpd.GeoDataFrame, townships: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return each zone at the seat of its central township.

    That is the member from which the people of all members are nearest in the mean (the weighted
    medoid): unlike the centroid of a zone in two parts, a place where somebody lives. Zones
    without member townships are taken at the centroid of their shape.
    """
    points = _at_geometry(zones)
    seats = townships[["id", "seat_lon", "seat_lat", "population"]].set_index("id")
    located = gpd.points_from_xy(seats["seat_lon"], seats["seat_lat"], crs=GEOGRAPHIC)
    metric = to_metric(gpd.GeoDataFrame(geometry=located)).get_coordinates().to_numpy()
    weight = seats["population"].fillna(1.0).to_numpy(dtype=np.float64)
    for row, members in enumerate(points["township_ids"].fillna("").str.split(";")):
        own = np.flatnonzero(seats.index.isin(members))
        if len(own):
            apart_m = cdist(metric[own], metric[own]) @ weight[own]
            seat = seats.iloc[own[np.argmin(np.round(apart_m))]]
            points.loc[points.index[row], ["lon", "lat"]] = seat["seat_lon"], seat["seat_lat"]
    return points


def _at_columns(layer: gpd.GeoDataFrame, prefix: str) -> pd.DataFrame:
    frame = pd.DataFrame(layer.drop(columns="geometry"))
    return frame.rename(columns={f"{prefix}_lon": "lon", f"{prefix}_lat": "lat"})


def _at_geometry(layer: gpd.GeoDataFrame) -> pd.DataFrame:
    points = centres(layer.geometry)
    return pd.DataFrame(layer.drop(columns="geometry")).assign(lon=points.x, lat=points.y)


def _with_city(points: pd.DataFrame, areas: gpd.GeoDataFrame) -> pd.DataFrame:
    located = gpd.GeoDataFrame(
        points[["id"]], geometry=gpd.points_from_xy(points["lon"], points["lat"]), crs=GEOGRAPHIC
    )
    counties = areas[["id", "city_id", "geometry"]].rename(columns={"id": "county_id"})
    found = located.sjoin(counties, how="left").drop_duplicates("id").set_index("id")
    kept = points.drop(columns=["city_id", "county_id"], errors="ignore")
    return kept.assign(
        city_id=found["city_id"].reindex(points["id"]).fillna("").to_numpy(),
        county_id=found["county_id"].reindex(points["id"]).fillna("").to_numpy(),
    )
