"""Official figures from planners: what is read, and one line for everything that is wrong."""

import csv
import io
from datetime import date
from pathlib import Path

import pytest

from gis.catalogue.goals import load_goals
from gis.catalogue.statistics_upload import (
    TEMPLATE,
    StatisticValue,
    latest_value,
    read_statistics,
    statistic_indicators,
    statistics_template,
    unit_name,
)
from gis.core.errors import InputError
from gis.core.text import strings

GOALS = load_goals()
HEADER = "指标编号,年份,数值,单位,来源,数据日期"
GOOD = "G-I01/A,2023,45.6,%,浙江统计年鉴2024,2024-11-30"


def written(tmp_path: Path, *rows: str, header: str = HEADER, encoding: str = "utf-8") -> Path:
    path = tmp_path / "figures.csv"
    path.write_text("\n".join([header, *rows]) + "\n", encoding=encoding)
    return path


def lines(path: Path, *, language: str = "zh") -> list[str]:
    with pytest.raises(InputError) as caught:
        read_statistics(path, GOALS)
    return [
        problem.line(language="en" if language == "en" else "zh")
        for problem in caught.value.problems
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk"])
def test_figures_are_read_in_the_encodings_of_excel(tmp_path: Path, encoding: str) -> None:
    path = written(tmp_path, GOOD, "G-I10,2022,58.1,％,统计公报,2023/3/5", encoding=encoding)
    assert read_statistics(path, GOALS) == (
        StatisticValue(
            indicator="G-I01/A",
            year=2023,
            value=45.6,
            unit="%",
            source="浙江统计年鉴2024",
            date=date(2024, 11, 30),
        ),
        StatisticValue(
            indicator="G-I10/A",
            year=2022,
            value=58.1,
            unit="%",
            source="统计公报",
            date=date(2023, 3, 5),
        ),
    )


def test_headings_and_units_may_be_english_or_chinese(tmp_path: Path) -> None:
    english = "indicator,Year,value,unit,source,date,name"
    path = written(
        tmp_path,
        "G-I04/A,2023年,８１.5,万人/年,公报,2024年2月9日,net inflow",
        "G-I04/B,2023,80,10K persons a year,register,2024-02-09,",
        "G-I22/A,2024,31,μg/m3,bulletin,2025-05-01,",
        header=english,
    )
    found = {one.indicator: (one.year, one.value, one.unit) for one in read_statistics(path, GOALS)}
    assert found == {
        "G-I04/A": (2023, 81.5, "10k persons a year"),
        "G-I04/B": (2023, 80.0, "10k persons a year"),
        "G-I22/A": (2024, 31.0, "µg/m³"),
    }


def test_the_template_holds_every_indicator_with_target_baseline_and_unit() -> None:
    rows = list(csv.DictReader(io.StringIO(statistics_template(GOALS))))
    assert [row["指标编号"] for row in rows] == list(statistic_indicators(GOALS))
    first = next(row for row in rows if row["指标编号"] == "G-I01/A")
    assert [first[name] for name in ("目标值", "目标年", "基期值", "基期年", "单位")] == [
        "≥48",
        "2025",
        "43.9",
        "2019",
        "%",
    ]
    assert all(row[name] == "" for row in rows for name in ("年份", "数值", "来源", "数据日期"))
    english = statistics_template(GOALS, language="en").splitlines()[0]
    assert english.startswith("indicator,name,reading,target,target year")


def test_a_template_filled_in_part_is_read_and_blank_rows_are_skipped(tmp_path: Path) -> None:
    for language in ("zh", "en"):
        rows = list(csv.reader(io.StringIO(statistics_template(GOALS, language=language))))
        place = {
            name: rows[0].index(heading) for name, heading in zip(TEMPLATE, rows[0], strict=True)
        }
        for row in rows[1:]:
            if row[0] == "G-I12/A":
                for name, cell in (("year", "2024"), ("value", "74.2"), ("source", "公报")):
                    row[place[name]] = cell
                row[place["date"]] = "2025-03-01"
        path = tmp_path / f"{language}.csv"
        with path.open("w", encoding="utf-8-sig", newline="") as stream:
            csv.writer(stream).writerows(rows)
        (only,) = read_statistics(path, GOALS)
        assert (only.indicator, only.year, only.value) == ("G-I12/A", 2024, 74.2)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("G-I99,2023,1,%,公报,2024-01-01", "指标编号列: 目录中没有指标“G-I99”"),
        ("G-T01/A,2023,1,min,公报,2024-01-01", "指标编号列: “G-T01/A”由本产品计算"),
        ("G-T01,2023,1,min,公报,2024-01-01", "指标编号列: “G-T01”由本产品计算"),
        ("G-I01,2023,1,%,公报,2024-01-01", "请写明是哪一个：G-I01/A, G-I01/B"),
        (",2023,1,%,公报,2024-01-01", "指标编号列: 不能为空"),
        ("G-I01/A,2023,45.6,亿元,公报,2024-01-01", "单位列: 单位“亿元”不对，G-I01/A 的单位是“%”"),
        ("G-I04/A,2023,81,人,公报,2024-01-01", "单位是“万人/年 / 10k persons a year”"),
        ("G-I01/A,2023,45.6,,公报,2024-01-01", "单位列: 不能为空"),
        ("G-I01/A,2023,约46,%,公报,2024-01-01", "数值列: “约46”不是数"),
        ("G-I01/A,2023,45.6%,%,公报,2024-01-01", "数值列: “45.6%”不是数"),
        ("G-I01/A,2023,inf,%,公报,2024-01-01", "数值列: “inf”不是数"),
        ("G-I01/A,2023,nan,%,公报,2024-01-01", "数值列: “nan”不是数"),
        ("G-I01/A,2023,,%,公报,2024-01-01", "数值列: 不能为空"),
        ("G-I01/A,二〇二三,45.6,%,公报,2024-01-01", "年份列: “二〇二三”不是整数"),
        ("G-I01/A,,45.6,%,公报,2024-01-01", "年份列: 不能为空"),
        ("G-I01/A,1023,45.6,%,公报,2024-01-01", "年份列: “1023”超出允许范围"),
        ("G-I01/A,2203,45.6,%,公报,2024-01-01", "年份列: “2203”超出允许范围"),
        ("G-I01/A,2025,45.6,%,公报,2024-01-01", "数据日期 2024-01-01 早于 2025 年"),
        ("G-I01/A,2023,45.6,%,,2024-01-01", "来源列: 不能为空"),
        ("G-I01/A,2023,45.6,%,公报,", "数据日期列: 不能为空"),
        ("G-I01/A,2023,45.6,%,公报,去年", "数据日期列: “去年”不是日期"),
        ("G-I01/A,2023,45.6,%,公报,20240101", "数据日期列: “20240101”不是日期"),
        ("G-I01/A,2023,45.6,%,公报,2024-13-01", "数据日期列: "),
    ],
)
def test_each_fault_is_one_line_at_its_cell(tmp_path: Path, row: str, expected: str) -> None:
    (line,) = lines(written(tmp_path, GOOD, row))
    assert line.startswith("figures.csv 第3行")
    assert expected in line


def test_a_year_given_twice_names_the_first_row(tmp_path: Path) -> None:
    (line,) = lines(written(tmp_path, GOOD, GOOD.replace("45.6", "45.7")))
    assert line == ("figures.csv 第3行: G-I01/A 的 2023 年已见于第2行。每个指标每年只填一行。")


def test_all_faults_of_a_file_are_told_at_once(tmp_path: Path) -> None:
    found = lines(
        written(
            tmp_path,
            "G-I99,x,y,z,,",
            "G-I01/A,2023,y,z,,2024-01-01",
            GOOD,
            GOOD,
        )
    )
    # id, year, value, source, date; unit, value, source; twice
    assert len(found) == 5 + 3 + 1


def test_columns_that_miss_or_are_doubled_or_unknown_are_named(tmp_path: Path) -> None:
    found = lines(written(tmp_path, "a,b,c,d,e", header="indicator,指标编号,年份,值,单位"))
    assert len(found) == 5
    assert "值列: 没有这个字段" in found[0]
    assert "列 indicator 出现了两次（indicator; 指标编号）" in found[1]
    assert [
        part in line
        for part, line in zip(("数值（value）", "来源", "数据日期"), found[2:], strict=True)
    ]


def test_a_table_without_figures_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "figures.csv"
    path.write_text(statistics_template(GOALS), encoding="utf-8")
    (line,) = lines(path)
    assert "没有填写任何数值" in line
    (english,) = lines(path, language="en")
    assert "holds no value" in english


def test_the_latest_year_up_to_the_one_asked_for_counts(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "G-I10,2024,59,%,公报,2025-03-01",
        "G-I10,2020,55,%,公报,2021-03-01",
        "G-I11,2021,3,%,公报,2022-03-01",
    )
    values = read_statistics(path, GOALS)
    found = [latest_value(values, "G-I10/A", year=year) for year in (2019, 2020, 2023, 2024, 2035)]
    assert [one and one.value for one in found] == [None, 55, 55, 59, 59]


def test_every_unit_of_a_statistic_has_a_chinese_name() -> None:
    units = {reading.unit for _, reading in statistic_indicators(GOALS).values()}
    assert {f"unit.{unit}" for unit in units} <= strings().keys()
    assert unit_name("10k TEU", language="zh") == "万标箱"
    assert unit_name("furlongs", language="zh") == "furlongs"
