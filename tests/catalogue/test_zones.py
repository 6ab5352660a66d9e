from collections import Counter
from pathlib import Path

import pytest

from gis.catalogue.zones import (
    Tier,
    Zone,
    ZoneLevel,
    descendants,
    load_zone_townships,
    load_zones,
)
from gis.core.errors import InputError
from gis.core.schemas import Basis, Certainty
from tests.catalogue.conftest import Edit


@pytest.fixture(scope="module")
def zones() -> dict[str, Zone]:
    return {zone.id: zone for zone in load_zones()}


def test_every_zone_of_the_documents_is_there(zones: dict[str, Zone]) -> None:
    assert len(zones) == 189
    assert Counter(zone.level for zone in zones.values()) == {
        ZoneLevel.PLATFORM: 89,
        ZoneLevel.ECO_CULTURE: 26,
        ZoneLevel.PARTNER_PLACE: 16,
        ZoneLevel.BLOCK: 15,
        ZoneLevel.PILOT_ZONE: 14,
        ZoneLevel.METRO_REGION: 12,
        ZoneLevel.CORRIDOR_BELT: 13,
        ZoneLevel.START_AREA: 4,
    }


def test_five_provincial_pilot_zones_join_two_cities_each(zones: dict[str, Zone]) -> None:
    provincial = {zone.id: zone.city_ids for zone in zones.values() if zone.tier is Tier.PROVINCIAL}
    assert provincial == {
        "Z-HS": ("330100", "330600"),
        "Z-YS": ("330200", "330600"),
        "Z-YZ": ("330200", "330900"),
        "Z-JH": ("330400", "330500"),
        "Z-HJ": ("330100", "330400"),
    }
    assert {zone.id for zone in zones.values() if zone.tier is Tier.ENCOURAGED} == {
        f"Z-OT-{number}" for number in range(1, 6)
    }


def test_blocks_of_a_pilot_zone(zones: dict[str, Zone]) -> None:
    below = descendants(zones.values(), "Z-YZ")
    assert [zone.id for zone in below] == ["Z-YZ-1", "Z-YZ-1a", "Z-YZ-2", "Z-YZ-2a", "Z-YZ-3"]


def test_blocks_join_the_cities_of_their_pilot_zone(zones: dict[str, Zone]) -> None:
    for zone in zones.values():
        if zone.tier is Tier.PROVINCIAL:
            below = [
                child
                for child in descendants(zones.values(), zone.id)
                if child.level in {ZoneLevel.BLOCK, ZoneLevel.START_AREA}
                and child.document_id == "D-000"
            ]
            assert below
            assert {child.city_ids for child in below} == {zone.city_ids}, zone.id


def test_inferred_extents_are_marked(zones: dict[str, Zone]) -> None:
    assert zones["Z-YS-2"].certainty is Certainty.GUESS
    assert zones["Z-SX-1"].parent_basis is Basis.INFERRED
    assert zones["Z-HJ"].certainty is Certainty.HIGH
    assert zones["Z-HJ"].area_km2 == 550
    assert zones["Z-YZ-1"].area_km2 == 82
    assert "围垦" in zones["Z-YZ-2a"].note_zh


def test_notes_and_roles_are_in_both_languages(zones: dict[str, Zone]) -> None:
    for zone in zones.values():
        assert bool(zone.note_zh) == bool(zone.note_en), zone.id
        assert bool(zone.role_zh) == bool(zone.role_en), zone.id


def test_a_zone_without_a_point_has_no_accuracy(zones: dict[str, Zone]) -> None:
    for zone in zones.values():
        assert zone.is_located == (zone.accuracy_m is not None), zone.id


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("金塘,Jintang,", ",Jintang,", "row 10 column name_zh: must not be empty"),
        (
            ",Z-YZ-1,named,330200;330900,",
            ",Z-YZ-9,named,330200;330900,",
            "id Z-YZ-9 is not in zones.csv",
        ),
        (
            ",Z-YZ-1,named,330200;330900,",
            ",Z-YZ-1a,named,330200;330900,",
            "parent Z-YZ-1a leads in a circle",
        ),
        (",121.8800,30.0550,", ",,30.0550,", "only one of lon and lat"),
        (",121.8800,30.0550,", ",30.0550,121.8800,", "out of range"),
        ("Z-YZ-1a,start_area", "Z-YZ-1,start_area", "used twice"),
    ],
)
def test_a_broken_row_is_named(seeds: Path, edit: Edit, old: str, new: str, message: str) -> None:
    edit("zones.csv", old, new)
    with pytest.raises(InputError) as caught:
        load_zones(seeds)
    assert message in str(caught.value)


def test_townships_of_zones_belong_to_known_zones(zones: dict[str, Zone]) -> None:
    members = load_zone_townships()
    assert {member.zone_id for member in members} <= set(zones)
    assert {"Z-HJ-1", "Z-HJ-2"} <= {member.zone_id for member in members}


def test_no_table_of_townships_is_no_fault(seeds: Path) -> None:
    (seeds / "zone_townships.csv").unlink()
    assert load_zone_townships(seeds) == ()


def test_a_township_entered_twice_is_told(seeds: Path) -> None:
    (seeds / "zone_townships.csv").write_text(
        "zone_id,township_id,basis,certainty,note\n"
        "Z-HJ-1,T1,named,high,\nZ-HJ-2,T1,named,high,\nZ-HJ-1,T1,named,high,\n",
        encoding="utf-8",
    )
    with pytest.raises(InputError) as caught:
        load_zone_townships(seeds)
    assert [problem.where for problem in caught.value.problems] == ["zone_townships.csv row 4"]
