"""People of townships from a table: what is taken over, and what is wrong with it."""

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import box

from gis.core.errors import InputError
from gis.layers.population_table import read_people, with_people

TOWNSHIPS = pd.DataFrame(
    {"id": ["A1", "A2", "B1", "B2"], "county_id": ["A", "A", "B", "B"], "population": [1, 9, 5, 5]}
)
TOTALS = {"A": 10, "B": 10}


def table(tmp_path: Path, *rows: str) -> Path:
    path = tmp_path / "people.csv"
    path.write_text("\n".join(["id,name_zh,people_raster", *rows]) + "\n", encoding="utf-8-sig")
    return path


def test_a_county_is_taken_over_whole_and_the_others_stay(tmp_path: Path) -> None:
    people = read_people(table(tmp_path, "A1,甲,4", "A2,乙,6", "B1,丙,"), TOWNSHIPS, TOTALS)
    assert people.to_dict() == {"A1": 4, "A2": 6}
    shapes = [box(0, 0, 1, 1)] * 4
    zones = pd.DataFrame(
        {
            "id": ["Z1", "Z2", "Z3", "Z4"],
            "township_ids": ["A1;B1", "A2", "", None],
            "population": [6.0, None, None, None],
        }
    )
    before = {
        "townships": gpd.GeoDataFrame(TOWNSHIPS, geometry=shapes),
        "zones": gpd.GeoDataFrame(zones, geometry=shapes),
        "places": gpd.GeoDataFrame(geometry=shapes),
    }
    after = with_people(before, people)
    assert after["townships"]["population"].tolist() == [4, 6, 5, 5]
    assert after["zones"]["population"].fillna(-1).tolist() == [9, -1, -1, -1]
    assert before["townships"]["population"].tolist() == [1, 9, 5, 5]
    assert before["zones"]["population"].iloc[0] == 6
    assert after["places"] is before["places"]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (["A1,甲,4", "X9,丁,6"], ["编号 X9 在 townships 中不存在"]),
        (["A1,甲,4", "A1,甲,6"], ["编号 A1 重复"]),
        (["A1,甲,4.5", "A2,乙,约6"], ["“4.5”不是整数", "“约6”不是整数"]),
        (["A1,甲,-4", "A2,乙,14"], ["“-4”不是整数"]),
        (["A1,甲,10"], ["县 A 只给出部分镇街的人数，缺：A2。"]),
        (["A1,甲,4", "A2,乙,7", "B1,丙,1", "B2,丁,1"], ["合计 11 人", "合计 2 人"]),
    ],
)
def test_tables_that_do_not_fit_the_census_are_refused(
    tmp_path: Path, rows: list[str], expected: list[str]
) -> None:
    with pytest.raises(InputError) as caught:
        read_people(table(tmp_path, *rows), TOWNSHIPS, TOTALS)
    lines = [problem.line() for problem in caught.value.problems]
    assert len(lines) == len(expected)
    assert all(part in line for part, line in zip(expected, lines, strict=True))
