"""Administrative units, townships, census totals and places."""

import shutil
from pathlib import Path

import pytest

from gis.catalogue.areas import (
    POPULATION_TABLE,
    TOWNSHIPS_TABLE,
    load_admin_units,
    load_population,
    load_townships,
)
from gis.catalogue.places import PLACES_TABLE, ZONE_PLACES_TABLE, load_places, load_zone_places
from gis.core.errors import InputError
from gis.core.paths import seeds_dir


@pytest.fixture
def seeds(tmp_path: Path) -> Path:
    for path in seeds_dir().glob("*.csv"):
        shutil.copy(path, tmp_path)
    return tmp_path


def spoil(path: Path, old: str, new: str) -> None:
    content = path.read_text(encoding="utf-8")
    assert old in content
    path.write_text(content.replace(old, new, 1), encoding="utf-8")


def test_the_tables_of_the_product_are_read() -> None:
    assert len(load_admin_units()) > 150
    assert len(load_townships()) > 2000
    assert len(load_places()) == 415
    assert load_zone_places()


def test_a_merged_township_keeps_its_former_seats_and_names() -> None:
    diankou = next(item for item in load_townships() if item.id == "T330681104")
    assert diankou.former_names == ("阮市镇",)
    assert diankou.cell_points == ((120.3884, 29.8736),)


def test_every_fault_of_the_townships_is_named_at_once(seeds: Path) -> None:
    spoil(seeds / TOWNSHIPS_TABLE, ",330102,330100,", ",330199,330100,")
    spoil(seeds / TOWNSHIPS_TABLE, ",subdistrict,", ",borough,")
    with pytest.raises(InputError) as caught:
        load_townships(seeds)
    assert {problem.fields["id"] for problem in caught.value.problems} == {"330199", "borough"}


def test_two_seats_at_one_point_are_refused(seeds: Path) -> None:
    townships = [item for item in load_townships() if item.county_id == "330102"]
    first, second = (f"{item.lon:.4f},{item.lat:.4f}" for item in townships[:2])
    spoil(seeds / TOWNSHIPS_TABLE, second, first)
    with pytest.raises(InputError, match=townships[0].name_zh):
        load_townships(seeds)


@pytest.mark.parametrize(
    ("table", "old", "load"),
    [
        (POPULATION_TABLE, "\n330102,", load_population),
        (PLACES_TABLE, ",330100,120.2054", load_places),
    ],
)
def test_unknown_codes_are_refused(seeds: Path, table: str, old: str, load: object) -> None:
    spoil(seeds / table, old, old.replace("3301", "3399"))
    assert callable(load)
    with pytest.raises(InputError, match="3399"):
        load(seeds)


def test_a_zone_place_needs_a_point(seeds: Path) -> None:
    (seeds / ZONE_PLACES_TABLE).write_text(
        "zone_id,name_zh,lon,lat,certainty\nP-LK,某地,,30.0,low\n", encoding="utf-8"
    )
    with pytest.raises(InputError, match="lon"):
        load_zone_places(seeds)


def test_county_totals_add_up_to_their_city() -> None:
    people = {count.code: count for count in load_population()}
    cities = [code for code, count in people.items() if count.level == "city"]
    for city in cities:
        counties = [
            count.population
            for code, count in people.items()
            if count.level == "county" and code[:4] == city[:4]
        ]
        assert not counties or sum(counties) == people[city].population


def test_urban_and_rural_people_add_up() -> None:
    for count in load_population():
        if count.urban_population is not None and count.rural_population is not None:
            assert count.urban_population + count.rural_population == count.population
