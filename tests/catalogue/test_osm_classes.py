import shutil
from pathlib import Path

import pytest

from gis.catalogue.osm_classes import load_osm_tables
from gis.catalogue.sources import load_sources
from gis.core.errors import InputError
from gis.core.paths import seeds_dir


@pytest.fixture
def osm_seeds(tmp_path: Path) -> Path:
    for table in seeds_dir().glob("osm_*.csv"):
        shutil.copy(table, tmp_path)
    return tmp_path


def spoil(path: Path, before: str, after: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")


def test_the_tables_of_the_product_are_in_order() -> None:
    tables = load_osm_tables()
    cars = [row for row in tables.classes.values() if row.cars == "yes"]
    assert {"motorway", "residential", "ferry"} <= {row.osm_class for row in cars}
    assert all((row.urban_kmh or 0) <= (row.rural_kmh or 0) + 5 for row in cars)
    assert "SRC-OSM-SPEED" in {source.id for source in load_sources()}


@pytest.mark.parametrize(
    ("table", "before", "after", "where"),
    [
        ("osm_classes.csv", "motorway,yes,no,no,yes,94,", "motorway,yes,no,no,yes,-94,", "row 2"),
        ("osm_classes.csv", "motorway,yes,no,no,yes,94,", "motorway,yes,no,no,yes,,", "row 2"),
        ("osm_classes.csv", "trunk,yes", "motorway,yes", "row 4"),
        ("osm_classes.csv", "ferry,yes", "boat,yes", "osm_classes.csv ferry"),
        ("osm_parameters.csv", "island_km", "isle_km", "osm_parameters.csv island_km"),
        ("osm_zones.csv", "urban,50", "urban,fast", "row 2"),
    ],
)
def test_faults_are_named(osm_seeds: Path, table: str, before: str, after: str, where: str) -> None:
    spoil(osm_seeds / table, before, after)
    with pytest.raises(InputError) as caught:
        load_osm_tables(osm_seeds)
    assert where in caught.value.problems[0].where
    assert all(problem.line(language="zh") for problem in caught.value.problems)
