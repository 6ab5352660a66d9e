"""Administrative areas: counties and cities of Zhejiang, neighbouring land as context.

``counties`` and ``cities`` reach to the administrative limit, which includes strips of sea in
Hangzhou Bay and in the bays of Ningbo, Taizhou and Wenzhou: ``area_km2`` is the area within the
limit, ``land_km2`` what of it is land (:mod:`gis.layers.land`; rivers and lakes included).
``context`` is the land around the province, coarse and sketched: it carries no numbers and only
helps to find one's way.
"""

from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely

from gis.core.crs import GEOGRAPHIC, area_km2
from gis.core.errors import Problem, raise_problems
from gis.core.files import read_table
from gis.core.schemas import FEATURE_COLUMNS, Method
from gis.layers.borders import BORDERS_FILE, ISLANDS_FILE
from gis.layers.borders import county_shapes as arc_shapes
from gis.layers.land import GRID_DEGREES, SHORES_FILE, land_area
from gis.layers.read import read_digitised

ADMIN_FILE = "admin_units.csv"
POPULATION_FILE = "county_population.csv"
CONTEXT_FILE = "context"
ADMIN_COLUMNS = (
    "code", "level", "name_zh", "name_en", "parent_code", "in_study_area", "seat_lon", "seat_lat",
)  # fmt: skip
POPULATION_COLUMNS = ("code", "level", "population")

BORDER_SOURCE = "SRC-AREAS-BORDERS"
CONTEXT_SOURCE = "SRC-AREAS-CONTEXT"
BORDER_ACCURACY_M = 1000
CONTEXT_ACCURACY_M = 3000
CURRENT = "current"

COUNTY_COLUMNS = (
    *FEATURE_COLUMNS, "city_id", "in_study_area", "population", "area_km2", "land_km2",
    "seat_lon", "seat_lat", "geometry",
)  # fmt: skip
CITY_COLUMNS = (
    *FEATURE_COLUMNS, "in_study_area", "population", "area_km2", "land_km2",
    "centre_lon", "centre_lat", "geometry",
)  # fmt: skip
CONTEXT_COLUMNS = (*FEATURE_COLUMNS, "province_id", "geometry")


@dataclass(frozen=True, slots=True)
class Areas:
    """The three area layers and the land, in WGS84.

    Parameters
    ----------
    counties
        One row a county of Zhejiang, ``id`` = six-digit code now in force; ``population`` of the
        2020 census on the present boundary (missing outside the six cities).
    cities
        One row a city of Zhejiang; geometry and, in the study area, population are the sums of
        the counties.
    context
        Land around the province, in the order of the codes.
    land
        All land of the province and its neighbours, with the islands.

    """

    counties: gpd.GeoDataFrame
    cities: gpd.GeoDataFrame
    context: gpd.GeoDataFrame
    land: shapely.Geometry


def build_areas(
    *, seeds: Path, digitised: Path, county_shapes: gpd.GeoDataFrame | None = None
) -> Areas:
    """Build counties, cities and context from the digitised borders and the tables.

    Parameters
    ----------
    seeds
        Folder with ``admin_units.csv`` and ``county_population.csv``.
    digitised
        Folder with ``borders``, ``islands``, ``coast`` and ``context`` (GeoJSON).
    county_shapes
        ``county_id`` and areas (WGS84) to use instead of the digitised borders.

    Raises
    ------
    InputError
        If a file is unreadable, an arc does not close, or a county has no name.

    """
    units = read_table(seeds / ADMIN_FILE, columns=ADMIN_COLUMNS)
    census = read_table(seeds / POPULATION_FILE, columns=POPULATION_COLUMNS)
    population = pd.to_numeric(census.set_index("code")["population"])
    borders = read_digitised(BORDERS_FILE, digitised=digitised)
    islands = read_digitised(ISLANDS_FILE, digitised=digitised)
    shores = read_digitised(SHORES_FILE, digitised=digitised)
    pieces = read_digitised(CONTEXT_FILE, digitised=digitised)
    shapes = arc_shapes(borders, islands)
    if county_shapes is not None:
        shapes = cut_at_sea(county_shapes, shapes, pieces)
    context = build_context(pieces, shapes)
    limits = shapely.union_all([*shapes.geometry.to_numpy(), *context.geometry.to_numpy()])
    land = land_area(limits, shores.geometry.to_numpy(), islands.geometry.to_numpy())
    counties = build_counties(shapes, units, population, land=land)
    return Areas(counties, build_cities(counties, units, population), context, land)


def cut_at_sea(
    shapes: gpd.GeoDataFrame, digitised: gpd.GeoDataFrame, pieces: gpd.GeoDataFrame
) -> gpd.GeoDataFrame:
    """Return counties of another source without the open sea beyond the digitised limit.

    OpenStreetMap counts territorial sea to counties, which would pass for land here. Inland the
    sketched neighbours, which overlap the province on purpose, leave room for the better border.

    Parameters
    ----------
    shapes
        ``county_id`` and areas (WGS84) of the other source.
    digitised
        The digitised counties.
    pieces
        The sketched land of the neighbours.

    """
    limits = shapely.union_all([*digitised.geometry.to_numpy(), *pieces.geometry.to_numpy()])
    cut = shapely.intersection(shapes.geometry.to_numpy(), limits)
    snapped = [_areas_only(shapely.set_precision(shape, GRID_DEGREES)) for shape in cut]
    return shapes.set_geometry(shapely.normalize(snapped), crs=GEOGRAPHIC)


def build_counties(
    shapes: gpd.GeoDataFrame,
    units: pd.DataFrame,
    population: pd.Series,
    *,
    land: shapely.Geometry,
) -> gpd.GeoDataFrame:
    """Join names, city, seat and population to the county shapes.

    Parameters
    ----------
    shapes
        ``county_id`` and geometry (WGS84).
    units
        Rows of ``admin_units.csv``, all text.
    population
        Persons by code. A county without a row gets a missing value, never zero.
    land
        The land, for ``land_km2``.

    Raises
    ------
    InputError
        If the table lacks a digitised county.

    """
    named = units[units["level"] == "county"].set_index("code")
    raise_problems(
        Problem(f"{ADMIN_FILE}: {code}", "error.county_unnamed")
        for code in shapes["county_id"]
        if code not in named.index
    )
    frame = shapes.rename(columns={"county_id": "id"}).join(named, on="id")
    frame = frame.assign(
        source_id=BORDER_SOURCE,
        method=Method.DIGITISED.value,
        accuracy_m=BORDER_ACCURACY_M,
        status=CURRENT,
        city_id=frame["parent_code"],
        in_study_area=frame["in_study_area"] == "yes",
        population=frame["id"].map(population).astype("Int64"),
        area_km2=area_km2(frame.geometry).round(1),
        land_km2=area_km2(frame.geometry.intersection(land)).round(1),
        seat_lon=pd.to_numeric(frame["seat_lon"]),
        seat_lat=pd.to_numeric(frame["seat_lat"]),
    )
    return gpd.GeoDataFrame(frame[list(COUNTY_COLUMNS)], geometry="geometry", crs=GEOGRAPHIC)


def build_cities(
    counties: gpd.GeoDataFrame,
    units: pd.DataFrame,
    population: pd.Series,
) -> gpd.GeoDataFrame:
    """Unite counties into cities.

    The population of a city is the sum of its counties; where counties have none (outside the
    study area) it is the city's own row.
    """
    united = counties.dissolve("city_id", sort=True)
    summed = counties.groupby("city_id")["population"].sum(min_count=1)
    named = units[units["level"] == "city"].set_index("code")
    codes = united.index
    names = named.reindex(codes)
    return gpd.GeoDataFrame(
        {
            "id": codes,
            "name_zh": names["name_zh"].to_numpy(),
            "name_en": names["name_en"].to_numpy(),
            "source_id": BORDER_SOURCE,
            "method": Method.DIGITISED.value,
            "accuracy_m": BORDER_ACCURACY_M,
            "status": CURRENT,
            "in_study_area": (names["in_study_area"] == "yes").to_numpy(),
            "population": summed.reindex(codes)
            .fillna(population.reindex(codes).astype("Int64"))
            .to_numpy(),
            "area_km2": area_km2(united.geometry).round(1),
            "land_km2": counties.groupby("city_id")["land_km2"].sum().round(1).to_numpy(),
            "centre_lon": pd.to_numeric(names["seat_lon"]).to_numpy(),
            "centre_lat": pd.to_numeric(names["seat_lat"]).to_numpy(),
        },
        geometry=shapely.normalize(united.geometry.to_numpy()),
        crs=GEOGRAPHIC,
    )[list(CITY_COLUMNS)]


def build_context(pieces: gpd.GeoDataFrame, shapes: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Cut the sketched land of the neighbours along the borders of Zhejiang.

    The pieces are drawn overlapping on purpose: each gives way to the province and to the pieces
    with a lower ``rank``, so that borders meet exactly and no gap is left between neighbours.

    Parameters
    ----------
    pieces
        Polygons with ``id``, ``rank``, ``name_zh``, ``name_en`` and ``province_id``.
    shapes
        The county shapes of Zhejiang.

    """
    ordered = pieces.sort_values("rank", kind="stable").reset_index(drop=True)
    taken: shapely.Geometry = shapely.union_all(shapes.geometry.to_numpy())
    remaining: list[shapely.Geometry] = []
    for geometry in ordered.geometry:
        remaining.append(shapely.difference(geometry, taken))
        taken = shapely.union_all([taken, geometry])
    frame = ordered[["id", "name_zh", "name_en", "province_id"]]
    frame = gpd.GeoDataFrame(frame, geometry=remaining, crs=GEOGRAPHIC)
    united = frame.dissolve("id", sort=True).reset_index()
    snapped = shapely.set_precision(united.geometry.to_numpy(), GRID_DEGREES)
    united["geometry"] = shapely.normalize(snapped)
    united = united.assign(
        source_id=CONTEXT_SOURCE,
        method=Method.SKETCHED.value,
        accuracy_m=CONTEXT_ACCURACY_M,
        status=CURRENT,
    )
    return united[list(CONTEXT_COLUMNS)]


def _areas_only(shape: shapely.Geometry) -> shapely.Geometry:
    parts = shapely.get_parts(shape)
    return shapely.union_all(parts[shapely.get_dimensions(parts) == 2])  # noqa: PLR2004 - areas
