"""Counties, cities and context: fit, names, population, and their overlap with real borders."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from gis.core.crs import area_km2, to_metric
from gis.core.errors import InputError
from gis.core.files import read_table
from gis.core.paths import layers_dir, seeds_dir
from gis.layers.areas import Areas, build_areas, build_context, build_counties
from gis.layers.read import DIGITISED, read_digitised, read_layer
from gis.layers.write import layer_text

STUDY_CITIES = ("330100", "330200", "330400", "330500", "330600", "330900")
NEIGHBOURS = ("310000", "320200", "320400", "320500", "320600", "341000", "341800")
# 西湖风景名胜区 is counted within 西湖区; the six cities are those of the yearbook of 2021.
CENSUS_OF_CITIES = {
    "330100": 11_936_010,
    "330200": 9_404_283,
    "330400": 5_400_868,
    "330500": 3_367_579,
    "330600": 5_270_977,
    "330900": 1_157_817,
}


@pytest.fixture(scope="module")
def areas() -> Areas:
    return build_areas(seeds=seeds_dir(), digitised=layers_dir() / DIGITISED)


@pytest.fixture(scope="module")
def seats() -> gpd.GeoDataFrame:
    table = read_table(seeds_dir() / "townships.csv", columns=("county_id", "city_id"))
    points = gpd.points_from_xy(table["lon"].astype(float), table["lat"].astype(float))
    return gpd.GeoDataFrame(table, geometry=points, crs="EPSG:4326")


@pytest.fixture(scope="module")
def real_counties(reference_dir: Path) -> gpd.GeoDataFrame:
    path = reference_dir / "counties" / "zhejiang_counties_wgs84.geojson"
    frame = gpd.read_file(path).rename(columns={"adcode": "id"}).sort_values("id")
    metric = to_metric(frame)
    return metric.assign(geometry=metric.make_valid())


def test_all_counties_of_the_province_are_there(areas: Areas) -> None:
    counties = areas.counties
    assert len(counties) == 90
    assert counties["id"].is_unique
    assert {"330113", "330114"} <= set(counties["id"])
    assert (counties["name_zh"] != "").all()
    assert sorted(areas.cities.loc[areas.cities["in_study_area"], "id"]) == sorted(STUDY_CITIES)


def test_counties_fit_without_gaps_or_overlaps(areas: Areas) -> None:
    assert areas.counties.is_valid.all()
    assert to_metric(areas.counties).is_valid.all()
    assert shapely.coverage_is_valid(areas.counties.geometry.to_numpy())
    whole = shapely.union_all(areas.counties.geometry.to_numpy())
    assert not [ring for part in shapely.get_parts(whole) for ring in part.interiors]


def test_control_points_lie_on_the_grid() -> None:
    for name, step in (("borders", 0.01), ("islands", 0.005)):
        points = shapely.get_coordinates(read_digitised(name).geometry.to_numpy()) / step
        assert np.abs(points - points.round()).max() < 1e-6


def test_a_city_is_the_sum_of_its_counties(areas: Areas) -> None:
    for city in areas.cities.itertuples():
        own = areas.counties[areas.counties["city_id"] == city.id]
        united = shapely.union_all(own.geometry.to_numpy())
        assert shapely.symmetric_difference(united, city.geometry).area < 1e-12
        assert city.land_km2 == pytest.approx(own["land_km2"].sum(), abs=0.1)


def test_population_equals_the_census(areas: Areas) -> None:
    cities = areas.cities.set_index("id")["population"]
    assert {code: cities[code] for code in STUDY_CITIES} == CENSUS_OF_CITIES
    assert cities.sum() == 64_567_588  # the province
    hangzhou = areas.counties[areas.counties["city_id"] == "330100"]
    assert len(hangzhou) == 13
    assert hangzhou.set_index("id").loc["330113", "population"] == 1_175_841


def test_population_unknown_is_missing_and_not_zero(areas: Areas) -> None:
    outside = areas.counties[~areas.counties["in_study_area"]]
    assert outside["population"].isna().all()
    assert areas.counties.loc[areas.counties["in_study_area"], "population"].notna().all()


def test_every_seat_of_the_six_cities_lies_in_its_county(
    areas: Areas, seats: gpd.GeoDataFrame
) -> None:
    own = seats[seats["city_id"].isin(STUDY_CITIES)]
    shapes = areas.counties.set_index("id").geometry
    outside = [
        seat.name_zh
        for seat in own.itertuples()
        if not shapely.intersects(shapes[seat.county_id], seat.geometry)
    ]
    assert len(own) > 500
    assert outside == []


def test_every_seat_of_the_neighbours_lies_in_its_own_area(
    areas: Areas, seats: gpd.GeoDataFrame
) -> None:
    shapes = areas.context.set_index("id").geometry
    own = seats[seats["city_id"].isin(NEIGHBOURS)]
    inside = own.groupby("city_id").apply(
        lambda group: group.within(shapes[group.name]).mean(), include_groups=False
    )
    assert sorted(inside.index) == sorted(NEIGHBOURS)
    assert inside.min() > 0.97


def test_neighbours_meet_the_province_exactly(areas: Areas) -> None:
    province = shapely.union_all(areas.counties.geometry.to_numpy())
    assert areas.context.is_valid.all()
    for piece in areas.context.geometry:
        assert to_metric(_frame(shapely.intersection(piece, province))).area.sum() < 1e4
    border = shapely.boundary(province)
    shanghai = areas.context.set_index("id").geometry["310000"]
    assert shapely.intersection(shapely.boundary(shanghai), border.buffer(2e-5)).length > 0.5


def test_a_piece_gives_way_to_the_province_and_to_lower_ranks() -> None:
    pieces = gpd.GeoDataFrame(
        {
            "id": ["far", "near"],
            "rank": [2, 1],
            "name_zh": ["远", "近"],
            "name_en": ["far", "near"],
            "province_id": ["x", "x"],
        },
        geometry=[shapely.box(0, 0, 3, 1), shapely.box(0, 0, 2, 1)],
        crs="EPSG:4326",
    )
    context = build_context(pieces, _frame(shapely.box(0, 0, 1, 1))).set_index("id").geometry
    assert context["near"].equals(shapely.box(1, 0, 2, 1))
    assert context["far"].equals(shapely.box(2, 0, 3, 1))


def test_every_county_without_a_name_is_told(areas: Areas) -> None:
    units = read_table(seeds_dir() / "admin_units.csv")
    units = units[~units["code"].isin(["330113", "330114"])]
    shapes = areas.counties[["id", "geometry"]].rename(columns={"id": "county_id"})
    with pytest.raises(InputError) as caught:
        build_counties(shapes, units, pd.Series(dtype=float), land=areas.land)
    places = [problem.where for problem in caught.value.problems]
    assert places == ["admin_units.csv: 330113", "admin_units.csv: 330114"]


def test_two_builds_give_the_same_text_and_the_committed_layer(areas: Areas) -> None:
    again = build_areas(seeds=seeds_dir(), digitised=layers_dir() / DIGITISED)
    for name in ("counties", "cities", "context"):
        text = layer_text(getattr(areas, name), name=name)
        assert layer_text(getattr(again, name), name=name) == text
        assert (layers_dir() / f"{name}.geojson").read_text(encoding="utf-8") == text


def test_land_areas_are_near_the_yearbook(areas: Areas) -> None:
    yearbook_km2 = {"330100": 16_850, "330200": 9_816, "330400": 4_223, "330500": 5_820,
                    "330600": 8_279}  # fmt: skip
    land = areas.cities.set_index("id")["land_km2"]
    for code, real in yearbook_km2.items():
        assert land[code] == pytest.approx(real, rel=0.04), code


@pytest.mark.reference
def test_cities_overlap_the_real_ones(areas: Areas, real_counties: gpd.GeoDataFrame) -> None:
    real = real_counties.dissolve(real_counties["id"].str[:4] + "00").geometry
    drawn = to_metric(areas.cities).set_index("id").geometry
    overlap = _overlap(drawn, real.reindex(drawn.index))
    assert overlap["330900"] >= 0.85
    assert overlap.drop("330900").min() >= 0.95


@pytest.mark.reference
def test_counties_overlap_the_real_ones(areas: Areas, real_counties: gpd.GeoDataFrame) -> None:
    drawn = to_metric(areas.counties).set_index("id").geometry
    overlap = _overlap(drawn, real_counties.set_index("id").geometry.reindex(drawn.index))
    assert overlap.median() >= 0.92
    assert overlap.min() >= 0.80


def test_layer_files_are_in_geographic_coordinates() -> None:
    counties = read_layer("counties")
    west, south, east, north = counties.total_bounds
    assert 117 < west < east < 124
    assert 26 < south < north < 32
    assert area_km2(counties.geometry).sum() == pytest.approx(106_500, rel=0.01)


def _frame(shape: shapely.Geometry) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(geometry=[shape], crs="EPSG:4326")


def _overlap(drawn: gpd.GeoSeries, real: gpd.GeoSeries) -> pd.Series:
    """Return intersection over union of areas, by id."""
    both = drawn.intersection(real).area
    return both / (drawn.area + real.area - both)
