"""Dividing counties among their townships."""

from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from gis.catalogue.areas import (
    Scope,
    Township,
    TownshipKind,
    load_admin_units,
    load_population,
    load_townships,
)
from gis.core.crs import GEOGRAPHIC, area_km2
from gis.core.errors import InputError
from gis.core.schemas import Certainty
from gis.layers.townships import COLUMNS, build_townships

KINDS = (TownshipKind(kind="town", name_zh="镇", name_en="Town", people_weight=1.0),)
SIX_CITIES = {"330100", "330200", "330400", "330500", "330600", "330900"}


def counties(**shapes: shapely.Geometry) -> gpd.GeoDataFrame:
    ids = [code.removeprefix("c") for code in shapes]
    return gpd.GeoDataFrame({"id": ids}, geometry=list(shapes.values()), crs=GEOGRAPHIC)


# One county of 0.2 x 0.1 degrees:
#
#   30.1 +-----+-----+
#        |  A  |  B  |      islet to the east, nearest to B
#   30.0 +-----+-----+   +-+
#      120.6 120.7 120.8
BOX = shapely.box(120.6, 30.0, 120.8, 30.1)
ISLET = shapely.box(120.9, 30.0, 120.91, 30.01)


def test_a_county_is_cut_halfway_between_two_seats(make_township: Callable[..., Township]) -> None:
    seats = [
        make_township("T330999001", lon=120.65, lat=30.05),
        make_township("T330999002", lon=120.75, lat=30.05),
    ]
    layer = build_townships(seats, KINDS, counties(c330999=BOX), {"330999": 10})
    assert tuple(layer.columns) == (*COLUMNS, "geometry")
    west, east = layer.geometry
    assert west.bounds == pytest.approx((120.6, 30.0, 120.7, 30.1), abs=2e-4)
    assert east.bounds == pytest.approx((120.7, 30.0, 120.8, 30.1), abs=2e-4)
    assert layer["population"].tolist() == [5, 5]


def test_an_islet_goes_whole_to_the_nearest_seat(make_township: Callable[..., Township]) -> None:
    seats = [
        make_township("T330999001", lon=120.65, lat=30.05),
        make_township("T330999002", lon=120.75, lat=30.05),
    ]
    county = shapely.MultiPolygon([BOX, ISLET])
    layer = build_townships(seats, KINDS, counties(c330999=county), {})
    assert layer.geometry.contains(ISLET.centroid).tolist() == [False, True]
    assert layer["population"].isna().all()


def test_the_seat_of_a_merged_township_keeps_its_surroundings(
    make_township: Callable[..., Township],
) -> None:
    # The second township took over one whose seat was in the far west.
    seats = [
        make_township("T330999001", lon=120.70, lat=30.05),
        make_township("T330999002", lon=120.78, lat=30.05, cell_points="120.62 30.05"),
    ]
    layer = build_townships(seats, KINDS, counties(c330999=BOX), {}).set_index("id")
    merged = layer.geometry["T330999002"]
    assert merged.contains(shapely.Point(120.61, 30.05))
    assert not merged.contains(shapely.Point(120.69, 30.05))


def test_a_seat_just_off_the_generalised_shore_still_has_its_area(
    make_township: Callable[..., Township],
) -> None:
    seats = [
        make_township("T330999001", lon=120.65, lat=30.05),
        make_township("T330999002", lon=120.805, lat=30.05),
    ]
    layer = build_townships(seats, KINDS, counties(c330999=BOX), {})
    assert layer.geometry.contains(shapely.Point(120.79, 30.05)).tolist() == [False, True]


def test_every_county_without_township_is_named() -> None:
    shapes = counties(c330998=BOX, c330999=ISLET)
    with pytest.raises(InputError) as caught:
        build_townships([], KINDS, shapes, {})
    assert [problem.where for problem in caught.value.problems] == [
        "counties 330998",
        "counties 330999",
    ]


def test_a_township_without_area_is_named(make_township: Callable[..., Township]) -> None:
    # The cell of the second seat ends before it reaches its county.
    seats = [
        make_township("T330999001", lon=120.79, lat=30.05),
        make_township("T330999002", lon=121.5, lat=30.05),
    ]
    with pytest.raises(InputError, match="T330999002"):
        build_townships(seats, KINDS, counties(c330999=BOX), {})


def test_townships_of_neighbours_have_no_area(make_township: Callable[..., Township]) -> None:
    seats = [
        make_township("T330999001"),
        make_township("T310999001", county_id="310999", scope=Scope.CONTEXT, lon=121.4, lat=31.2),
    ]
    layer = build_townships(seats, KINDS, counties(c330999=BOX), {})
    assert layer["id"].tolist() == ["T330999001"]


def test_areas_cover_the_counties_once(
    product_townships: gpd.GeoDataFrame, product_counties: gpd.GeoDataFrame
) -> None:
    assert shapely.coverage_is_valid(product_townships.geometry.to_numpy())
    assert product_townships.is_valid.all()
    sums = pd.Series(area_km2(product_townships.geometry)).groupby(product_townships["county_id"])
    own = pd.Series(area_km2(product_counties.geometry), index=product_counties["id"])
    # The grid of 0.0001 degrees moves a border by at most 8 m.
    assert (sums.sum() - own).abs().max() < 0.15
    assert sums.sum().index.tolist() == sorted(product_counties["id"])


def test_population_adds_up_to_the_census(product_townships: gpd.GeoDataFrame) -> None:
    totals = {count.code: count.population for count in load_population()}
    own = product_townships[product_townships["city_id"].isin(SIX_CITIES)]
    for level in ("county_id", "city_id"):
        assert own.groupby(level)["population"].sum().to_dict() == {
            code: totals[code] for code in own[level].unique()
        }
    assert product_townships["population"].isna().sum() == len(product_townships) - len(own)


def test_the_present_districts_have_their_number_of_townships() -> None:
    # Numbers in the districts' own descriptions of 2021 and later.
    expected = {
        "330102": 14, "330105": 18, "330109": 22, "330110": 12, "330113": 8, "330114": 7,
        "330203": 17, "330205": 8, "330212": 25, "330213": 12, "330602": 17, "330603": 16,
        "330604": 20, "330624": 12, "330681": 23, "330683": 15, "330902": 13,
    }  # fmt: skip
    counts = pd.Series([item.county_id for item in load_townships()]).value_counts()
    assert {code: int(counts[code]) for code in expected} == expected


def test_there_are_eleven_cities_and_ninety_counties() -> None:
    units = [unit for unit in load_admin_units() if unit.code.startswith("33")]
    assert [unit.level.value for unit in units].count("city") == 11
    assert [unit.level.value for unit in units].count("county") == 90
    assert {unit.code for unit in units if unit.level == "city" and unit.in_study_area} == (
        SIX_CITIES
    )


@pytest.mark.reference
def test_seats_lie_in_their_present_county(reference_dir: Path) -> None:
    path = reference_dir / "counties" / "zhejiang_counties_wgs84.geojson"
    reference = gpd.read_file(path)
    shapes = dict(zip(reference["adcode"].astype(str), reference.geometry, strict=True))
    outside = [
        item.id
        for item in load_townships()
        if item.scope is not Scope.CONTEXT
        and item.seat_certainty is not Certainty.GUESS
        and not shapes[item.county_id].contains(shapely.Point(item.lon, item.lat))
    ]
    assert outside == []
