"""Rail tables: dates, years, cross-checks."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from gis.catalogue.rail import first_year, last_day, load_rail_tables, runs_in
from gis.core.errors import InputError
from gis.core.paths import seeds_dir
from gis.core.schemas import Status

DATA = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2027", date(2027, 12, 31)),
        ("2028-02", date(2028, 2, 29)),
        ("2025-06-30", date(2025, 6, 30)),
        ("", None),
    ],
)
def test_a_vague_date_counts_from_its_last_day(written: str, day: date | None) -> None:
    assert last_day(written) == day


@pytest.mark.parametrize(
    ("opened", "status", "year"),
    [
        ("2023-12-31", Status.OPEN, 2023),  # the network of a year is the state at its end
        ("2026", Status.OPEN, 2026),
        ("2026-09", Status.UNDER_CONSTRUCTION, 2027),  # the target passed without an opening
        ("2027-12-31", Status.UNDER_CONSTRUCTION, 2027),
        ("2030", Status.PLANNED, 2030),
        ("", Status.OPEN, None),
        ("", Status.PLANNED, None),
    ],
)
def test_first_year_of_a_line(opened: str, status: Status, year: int | None) -> None:
    assert first_year(opened, status, data_date=DATA) == year


def test_old_things_run_always_and_undated_plans_never() -> None:
    assert runs_in("", Status.OPEN, year=2021, data_date=DATA)
    assert not runs_in("", Status.PLANNED, year=2099, data_date=DATA)
    assert not runs_in("2022-01-08", Status.OPEN, year=2021, data_date=DATA)


@pytest.fixture
def own_seeds(tmp_path: Path) -> Path:
    for path in seeds_dir().glob("*.*"):
        if path.name.startswith(("rail_", "metro_", "stations")):
            shutil.copy(path, tmp_path)
    return tmp_path


def lines(seeds: Path) -> list[str]:
    with pytest.raises(InputError) as caught:
        load_rail_tables(seeds)
    return [problem.line(language="en") for problem in caught.value.problems]


def add_row(path: Path, row: str) -> None:
    path.write_text(path.read_text(encoding="utf-8") + row + "\n", encoding="utf-8")


def test_unknown_stations_of_all_tables_are_told_at_once(own_seeds: Path) -> None:
    pattern = "X1,G,杭州东;无此站,20,1,false,,open,high,SRC-RAIL-OWN,"
    add_row(own_seeds / "rail_patterns.csv", pattern)
    add_row(own_seeds / "metro_stops.csv", "HZ1,99,也无此站,2020,open,high")
    add_row(own_seeds / "rail_transfers.csv", "ST0001,ST9999,")
    found = lines(own_seeds)
    assert [line.split(":")[0] for line in found] == [
        "rail_patterns.csv X1",
        "metro_stops.csv HZ1",
        "rail_transfers.csv ST0001",
    ]
    assert "has no station 无此站" in found[0]


def test_minutes_must_fit_the_stations(own_seeds: Path) -> None:
    pattern = "X1,G,杭州东;绍兴北;宁波,20,1,false,,open,high,SRC-RAIL-OWN,"
    add_row(own_seeds / "rail_patterns.csv", pattern)
    assert lines(own_seeds)[0].endswith(
        "3 stations but 1 running minutes; there must be one less. Add or remove some."
    )


def test_a_day_that_does_not_exist_is_refused(own_seeds: Path) -> None:
    add_row(own_seeds / "metro_stops.csv", "HZ1,99,湘湖,2023-02-30,open,high")
    assert "metro_stops.csv row 615 column opened_date" in lines(own_seeds)[0]


def test_settings_are_checked(own_seeds: Path) -> None:
    path = own_seeds / "rail_feed.yaml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("metro_dwell_s: 30", "metro_dwell_s: -1"),
        encoding="utf-8",
    )
    assert "rail_feed.yaml metro_dwell_s" in lines(own_seeds)[0]
