import shutil
from pathlib import Path

import pytest

from gis.catalogue.roads import RoadClass, Terrain, load_roads, open_lines
from gis.core.errors import InputError
from gis.core.paths import seeds_dir
from tests.network.road_samples import line


@pytest.fixture
def road_seeds(tmp_path: Path) -> Path:
    for table in seeds_dir().glob("road_*.csv"):
        shutil.copy(table, tmp_path)
    return tmp_path


def spoil(path: Path, before: str, after: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")


def test_the_tables_of_the_product_are_in_order() -> None:
    roads = load_roads()
    assert len(roads.speeds) == len(RoadClass) * len(Terrain)
    assert {road.road_class for road in roads.lines} == set(RoadClass)
    built = [road for road in roads.lines if road.status == "under_construction"]
    assert all(road.opened_year and road.opened_year > 2026 for road in built)


def test_all_faults_come_at_once_with_table_row_and_column(road_seeds: Path) -> None:
    spoil(road_seeds / "road_nodes.csv", "121.3101", "210.5")
    with pytest.raises(InputError) as raised:
        load_roads(road_seeds)
    assert [problem.where for problem in raised.value.problems] == [
        "road_nodes.csv row 2 column lon"
    ]


def test_a_line_through_an_unknown_node_is_named(road_seeds: Path) -> None:
    spoil(road_seeds / "road_lines.csv", "RN001|RN002", "RN001|RN9999")
    with pytest.raises(InputError) as raised:
        load_roads(road_seeds)
    (problem,) = raised.value.problems
    assert problem.where == "road_lines.csv RL001"
    assert "RN9999" in problem.line(language="zh")


def test_a_missing_speed_is_named(road_seeds: Path) -> None:
    path = road_seeds / "road_classes.csv"
    rows = path.read_text(encoding="utf-8").splitlines()
    kept = [row for row in rows if not row.startswith("ferry,island")]
    path.write_text("\n".join(kept) + "\n", encoding="utf-8")
    with pytest.raises(InputError, match="ferry in terrain island"):
        load_roads(road_seeds)


@pytest.mark.parametrize(
    ("year", "found"),
    [(2014, {"RL001", "RL002"}), (2019, {"RL001", "RL002"}), (2020, {"RL001", "RL003"})],
)
def test_open_lines_of_a_year(year: int, found: set[str]) -> None:
    lines = (
        line("RL001", "motorway", "RN001|RN002"),
        line("RL002", "motorway", "RN001|RN002", closed_year=2019),
        line("RL003", "expressway", "RN001|RN002", opened_year=2020),
    )
    assert {road.id for road in open_lines(lines, year=year)} == found
