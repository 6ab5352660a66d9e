"""People of a raster in townships, counted by hand.

::

    120.00  .01   .02   .03   .04   .05 E
      | 10 | 20 | 30 | 40 |  5 |            A1 reaches to the middle of the second column, A2 from
      | 50 | 60 |  - | 80 |  5 |            there to the third; B1 is the top, B2 the bottom of
      |--A1--|A2|---B1/B2---|               the next two. The last column is nobody's.
"""

import subprocess
import sys
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
import rasterio
from rasterio import Affine
from shapely.geometry import box

from gis.core.errors import InputError
from gis.core.paths import layers_dir
from gis.layers.population_raster import (
    FarFromCensus,
    compare_counties,
    compare_townships,
    count_people,
    far_from_census,
    raster_population,
)
from gis.layers.read import read_layer

ROOT = Path(__file__).resolve().parents[2]
NO_DATA = -99999.0
CELLS = np.array([[10, 20, 30, 40, 5], [50, 60, NO_DATA, 80, 5]])
TOTALS = {"A": 1000, "B": 10, "C": 7}


def write_raster(path: Path, cells: npt.NDArray[Any] = CELLS, **profile: object) -> Path:
    settings: dict[str, Any] = {
        "driver": "GTiff",
        "height": cells.shape[-2],
        "width": cells.shape[-1],
        "count": 1,
        "dtype": "float64",
        "crs": "EPSG:4326",
        "transform": Affine(0.01, 0, 120, 0, -0.01, 30.02),
        "nodata": NO_DATA,
    }
    with rasterio.open(path, "w", **settings | profile) as raster:
        for band in range(1, raster.count + 1):
            raster.write(cells, band)
    return path


def townships() -> gpd.GeoDataFrame:
    shapes = {
        "A1": box(120.0, 30.0, 120.015, 30.02),
        "A2": box(120.015, 30.0, 120.02, 30.02),
        "B1": box(120.02, 30.01, 120.04, 30.02),
        "B2": box(120.02, 30.0, 120.04, 30.01),
    }
    return gpd.GeoDataFrame(
        {
            "id": list(shapes),
            "name_zh": [f"{name}镇" for name in shapes],
            "name_en": [f"{name} Town" for name in shapes],
            "county_id": [name[0] for name in shapes],
            "city_id": "330900",
            "population": pd.array([500, 500, 4, 6], dtype="Int64"),
        },
        geometry=list(shapes.values()),
        crs="EPSG:4326",
    )


def problems(caught: pytest.ExceptionInfo[InputError]) -> list[str]:
    return [problem.key for problem in caught.value.problems]


def test_cells_are_counted_and_cut_ones_divided_by_area(tmp_path: Path) -> None:
    count = count_people(write_raster(tmp_path / "people.tif"), townships())
    assert count.people.to_dict() == pytest.approx({"A1": 100, "A2": 40, "B1": 70, "B2": 80})
    assert count.outside == pytest.approx(10)
    assert count.covered.all()


def test_county_totals_are_those_of_the_census_to_the_person(tmp_path: Path) -> None:
    count = count_people(write_raster(tmp_path / "people.tif"), townships())
    people = raster_population(count, townships(), TOTALS, where="people.tif")
    # 1000 by 100 : 40 is 714.3 and 285.7; 10 by 70 : 80 is 4.67 and 5.33.
    assert people.to_dict() == {"A1": 714, "A2": 286, "B1": 5, "B2": 5}


def test_both_ways_stand_side_by_side(tmp_path: Path) -> None:
    count = count_people(write_raster(tmp_path / "people.tif"), townships())
    people = raster_population(count, townships(), TOTALS, where="people.tif")
    table = compare_townships(townships(), people, count)
    assert table["people_raster"].tolist() == [714, 286, 5, 5]
    assert table["difference"].tolist() == [214, -214, 1, -1]
    assert table["difference_share"].tolist() == [0.428, -0.428, 0.25, -0.1667]
    counties = compare_counties(table, TOTALS).set_index("county_id")
    assert counties["moved"].to_dict() == {"A": 214, "B": 1}
    assert counties["moved_share"].to_dict() == {"A": 0.214, "B": 0.1}
    assert counties["raster_ratio"].to_dict() == {"A": 0.14, "B": 15.0}
    assert counties.loc["A", ["township_id", "difference"]].tolist() == ["A1", 214]


def test_a_raster_in_metres_counts_the_same_people(tmp_path: Path) -> None:
    # Cells of 1 km in UTM zone 51; each township is two of them, given in degrees.
    path = write_raster(
        tmp_path / "utm.tif",
        np.array([[1.0, 2, 3, 4], [10, 20, 30, 40]]),
        crs="EPSG:32651",
        transform=Affine(1000, 0, 250_000, 0, -1000, 3_330_000),
    )
    columns = gpd.GeoDataFrame(
        {"id": ["W", "E"]},
        geometry=[
            box(250_000, 3_328_000, 252_000, 3_330_000),
            box(252_000, 3_328_000, 254_000, 3_330_000),
        ],
        crs="EPSG:32651",
    ).to_crs("EPSG:4326")
    count = count_people(path, columns)
    assert count.people.to_dict() == pytest.approx({"W": 33, "E": 77})


@pytest.mark.parametrize(("parts", "error"), [(4, 0.15), (16, 0.04), (50, 0.005)])
def test_more_parts_come_closer_to_the_exact_share(
    tmp_path: Path, parts: int, error: float
) -> None:
    frame = gpd.GeoDataFrame(
        {"id": ["T"]}, geometry=[box(120.003, 30.004, 120.037, 30.016)], crs="EPSG:4326"
    )
    filled = np.where(CELLS == NO_DATA, 0, CELLS)
    cells = [
        (
            filled[row, column],
            box(120 + column / 100, 30.01 - row / 100, 120.01 + column / 100, 30.02 - row / 100),
        )
        for row in range(2)
        for column in range(5)
    ]
    (shape,) = frame.geometry
    exact = sum(people * shape.intersection(cell).area / cell.area for people, cell in cells)
    found = count_people(write_raster(tmp_path / "people.tif"), frame, parts=parts)
    assert found.people["T"] == pytest.approx(exact, rel=error)


def test_missing_numbers_are_nobody_however_they_are_marked(tmp_path: Path) -> None:
    cells = np.where(CELLS == NO_DATA, np.nan, CELLS)
    count = count_people(write_raster(tmp_path / "nan.tif", cells, nodata=None), townships())
    assert count.people["B1"] == pytest.approx(70)
    assert count.people["B2"] == pytest.approx(80)


def test_large_rasters_are_read_in_blocks(tmp_path: Path) -> None:
    cells = np.ones((20, 1100))
    path = write_raster(
        tmp_path / "wide.tif", cells, transform=Affine(0.0001, 0, 120, 0, -0.001, 30.02)
    )
    count = count_people(path, townships())
    assert count.people.to_dict() == pytest.approx({"A1": 3000, "A2": 1000, "B1": 2000, "B2": 2000})
    assert count.outside == pytest.approx(14_000)


@pytest.mark.parametrize(
    ("profile", "key"),
    [
        ({"crs": None}, "error.crs_missing"),
        ({"count": 2}, "error.raster_bands"),
        ({"nodata": None}, "error.raster_negative"),
    ],
)
def test_rasters_that_do_not_say_what_they_hold_are_refused(
    tmp_path: Path, profile: dict[str, object], key: str
) -> None:
    path = write_raster(tmp_path / "people.tif", **profile)
    with pytest.raises(InputError) as caught:
        count_people(path, townships())
    assert problems(caught) == [key]


def test_files_that_are_no_raster_are_refused(tmp_path: Path) -> None:
    text = tmp_path / "text.tif"
    text.write_text("people", encoding="utf-8")
    whole = write_raster(tmp_path / "whole.tif", np.ones((300, 300)))
    cut = tmp_path / "cut.tif"
    cut.write_bytes(whole.read_bytes()[:4000])
    for path, key in (
        (tmp_path / "none.tif", "error.file_missing"),
        (text, "error.unreadable"),
        (cut, "error.unreadable"),
    ):
        with pytest.raises(InputError) as caught:
            count_people(path, townships())
        assert problems(caught) == [key]


def test_counties_covered_in_part_or_without_people_are_named(tmp_path: Path) -> None:
    cells = CELLS[:, :4].copy()
    cells[:, 2:] = NO_DATA
    count = count_people(write_raster(tmp_path / "cut.tif", cells[:, :3]), townships())
    with pytest.raises(InputError) as caught:
        raster_population(count, townships(), TOTALS, where="cut.tif")
    assert problems(caught) == ["error.raster_partial"]
    count = count_people(write_raster(tmp_path / "bare.tif", cells), townships())
    with pytest.raises(InputError) as caught:
        raster_population(count, townships(), TOTALS, where="bare.tif")
    assert problems(caught) == ["error.raster_county_empty"]


def test_counties_beyond_the_raster_have_no_people_by_it(tmp_path: Path) -> None:
    far = townships()
    far.loc[far["county_id"] == "B", "geometry"] = box(121, 30, 121.1, 30.1)
    count = count_people(write_raster(tmp_path / "people.tif"), far)
    people = raster_population(count, far, TOTALS, where="people.tif")
    assert people.isna().tolist() == [False, False, True, True]
    table = compare_townships(far, people, count)
    assert compare_counties(table, TOTALS)["county_id"].tolist() == ["A"]
    with pytest.raises(InputError) as caught:
        raster_population(count, far[far["county_id"] == "B"], TOTALS, where="people.tif")
    assert problems(caught) == ["error.raster_elsewhere"]


def counties(ratios: dict[str, float], *, moved: float = 0.1) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "county_id": list(ratios),
            "census": 1000,
            "raster_count": [1000 * ratio for ratio in ratios.values()],
            "moved_share": moved,
        }
    )


@pytest.mark.parametrize("ratio", [0.5, 0.8, 2.0])
def test_a_raster_of_about_the_people_of_the_census_is_taken(ratio: float) -> None:
    assert far_from_census(counties(dict.fromkeys("ABC", ratio))) == FarFromCensus(None, (), ())
    assert far_from_census(counties({})) == FarFromCensus(None, (), ())


@pytest.mark.parametrize("ratio", [0.001, 0.49, 2.01, 100.0])
def test_a_raster_in_another_unit_is_told_as_a_whole(ratio: float) -> None:
    far = far_from_census(counties(dict.fromkeys("ABC", ratio)))
    assert far == FarFromCensus(pytest.approx(ratio), (), ())


def test_counties_without_data_are_told_apart_from_the_unit() -> None:
    far = far_from_census(counties({"A": 100.0, "B": 110.0, "C": 30.0, "D": 90.0}))
    assert far == FarFromCensus(pytest.approx(82.5), ("C",), ())


def test_counties_whose_people_are_elsewhere_are_told() -> None:
    assert far_from_census(counties({"A": 1.0}, moved=0.5)).moved == ()
    assert far_from_census(counties({"A": 1.0}, moved=0.51)).moved == ("A",)


def test_problems_name_the_county(tmp_path: Path) -> None:
    count = count_people(write_raster(tmp_path / "people.tif", CELLS[:, :2]), townships())
    with pytest.raises(InputError) as caught:
        raster_population(
            count, townships(), TOTALS, where="people.tif", names={"A": "甲县", "B": "乙县"}
        )
    assert "乙县" in " ".join(problem.line(language="zh") for problem in caught.value.problems)


def test_the_command_compares_a_real_county_and_keeps_its_total(tmp_path: Path) -> None:
    layer = read_layer("townships", layers=layers_dir())
    west, south, *_ = layer[layer["county_id"] == "330602"].total_bounds
    raster = write_raster(
        tmp_path / "yuecheng.tif",
        np.ones((80, 80)),
        transform=Affine(0.01, 0, west - 0.05, 0, -0.01, south + 0.75),
    )
    kept = layer[layer["county_id"] == "330602"]
    (tmp_path / "layers").mkdir()
    kept.to_file(tmp_path / "layers" / "townships.geojson", driver="GeoJSON")
    out, counties = tmp_path / "townships.csv", tmp_path / "counties.csv"
    command = [sys.executable, str(ROOT / "scripts" / "share_population.py")]
    command += ["--raster", raster, "--layers", tmp_path / "layers", "--out", out]
    done = subprocess.run(
        [*map(str, command), "--counties", str(counties)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    table = pd.read_csv(out)
    assert table["people_raster"].sum() == table["people_villages"].sum() == 1_020_037
    assert pd.read_csv(counties)["census"].tolist() == [1_020_037]
    lines = done.stderr.splitlines()
    assert lines[0].startswith("越城区：普查 1020037 人，栅格原值为其 0.00061 倍")
    assert [line for line in lines if line.startswith("注意")] == [lines[-1]]
    assert lines[-1].startswith("注意：栅格合计为普查的 0.00061 倍。请核对单位")
