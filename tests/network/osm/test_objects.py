"""Nodes, ways and areas of a drawn extract: shapes, names, numbers, and what is not whole.

::

    1.3 +-----------+-----------+
        |   West    |   East    |   West has a hole, the enclave Inner, which belongs to East;
        |  +----+   |           |   Lost has a member that the extract does not hold.
        |  |Inn.|   |           |
    1.0 +--+----+---+-----------+
       120         120.3      120.6
"""

from pathlib import Path

import pytest
from shapely.geometry import LineString, Point, box

from gis.core.errors import InputError
from gis.network.osm.objects import (
    LONGEST_NAME,
    clean,
    names_of,
    number_of,
    read_areas,
    read_lines,
    read_places,
    read_points,
    speed_kmh,
    year_of,
)
from tests.network.osm.drawn_extract import DrawnExtract

BORDER = {"type": "boundary", "boundary": "administrative", "admin_level": "6"}


@pytest.fixture(scope="module")
def extract(tmp_path_factory: pytest.TempPathFactory) -> Path:
    drawn = DrawnExtract()
    shared = drawn.way([(120.3, 30.0), (120.3, 30.3)])
    west = drawn.way([(120.3, 30.3), (120.0, 30.3), (120.0, 30.0), (120.3, 30.0)])
    east = drawn.way([(120.3, 30.3), (120.6, 30.3), (120.6, 30.0), (120.3, 30.0)])
    inner = drawn.box(120.1, 30.1, 120.2, 30.2)
    drawn.relation(
        [("w", shared, "outer"), ("w", west, "outer"), ("w", inner, "inner")], **BORDER, name="西县"
    )
    drawn.relation(
        [("w", shared, "outer"), ("w", east, "outer"), ("w", inner, "outer")], **BORDER, name="东县"
    )
    drawn.relation([("w", 999, "outer"), ("w", east, "outer")], **BORDER, name="失县")
    drawn.box(120.40, 30.05, 120.42, 30.06, amenity="school", name="一小")
    drawn.node(120.5, 30.2, amenity="school", name="二小")
    drawn.node(120.5, 30.21, amenity="bench")
    drawn.way([(120.0, 30.25), (120.6, 30.25)], railway="rail", name="甲线")
    drawn.ways[90] = ((1, 777), {"railway": "rail"})  # one end is not in the extract
    return drawn.write(tmp_path_factory.mktemp("osm") / "drawn.osm.pbf")


def test_areas_share_a_border_and_an_enclave_belongs_to_its_county(extract: Path) -> None:
    read = read_areas(extract, [("admin_level", "6")])
    west, east = (item.shape for item in read.found)
    enclave = box(120.1, 30.1, 120.2, 30.2)
    assert west.equals(box(120.0, 30.0, 120.3, 30.3).difference(enclave))
    assert east.equals(box(120.3, 30.0, 120.6, 30.3).union(enclave))
    assert west.intersection(east).area == 0


def test_an_area_with_a_missing_member_is_told_not_guessed(extract: Path) -> None:
    assert read_areas(extract, [("admin_level", "6")]).incomplete == (("r3", "失县"),)


def test_places_are_nodes_and_closed_ways(extract: Path) -> None:
    found = read_places(extract, [("amenity", "school")]).found
    assert [(item.osm_id, item.tags["name"]) for item in found] == [("n15", "二小"), ("w5", "一小")]
    assert found[0].shape == Point(120.5, 30.2)
    assert found[1].shape.equals(box(120.40, 30.05, 120.42, 30.06))


def test_points_have_any_value_of_the_key(extract: Path) -> None:
    values = [item.tags["amenity"] for item in read_points(extract, ["amenity"]).found]
    assert values == ["school", "bench"]


def test_lines_leave_out_nodes_that_are_not_there(extract: Path) -> None:
    (line,) = read_lines(extract, ["railway"]).found
    assert line.tags["name"] == "甲线"
    assert line.shape.equals(LineString([(120.0, 30.25), (120.6, 30.25)]))


@pytest.mark.parametrize("content", [b"", b"<osm></osm>", b"not a PBF at all"])
def test_a_file_that_is_no_extract_is_told(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "odd.osm.pbf"
    path.write_bytes(content)
    with pytest.raises(InputError):
        read_points(path, ["place"])


def test_a_truncated_extract_is_told_by_every_reader(extract: Path, tmp_path: Path) -> None:
    whole = extract.read_bytes()
    path = tmp_path / "cut.osm.pbf"
    path.write_bytes(whole[: len(whole) - 40])
    for read in (
        lambda: read_points(path, ["amenity"]),
        lambda: read_lines(path, ["railway"]),
        lambda: read_places(path, [("amenity", "school")]),
        lambda: read_areas(path, [("admin_level", "6")]),
    ):
        with pytest.raises(InputError):
            read()


@pytest.mark.parametrize(
    ("tags", "names"),
    [
        ({}, ("", "")),
        ({"name": "绍兴"}, ("绍兴", "绍兴")),
        ({"name": "绍兴", "name:en": "Shaoxing"}, ("绍兴", "Shaoxing")),
        ({"name": "Newport", "name:zh": "纽波特"}, ("纽波特", "Newport")),
        ({"name": "Newport"}, ("Newport", "Newport")),
        ({"name": '=HYPERLINK("x")'}, ('HYPERLINK("x")', 'HYPERLINK("x")')),
        ({"name": "紹興", "name:zh": "紹興", "name:zh-Hans": "绍兴"}, ("绍兴", "绍兴")),
    ],
)
def test_names_stand_in_for_each_other(tags: dict[str, str], names: tuple[str, str]) -> None:
    assert names_of(tags) == names


def test_names_are_cleaned_and_bounded() -> None:
    assert clean("绍\x00兴\u202e\t 站\u200b\n") == "绍兴 站"
    assert len(names_of({"name": "长" * 5000})[0]) == LONGEST_NAME


def test_a_flood_of_objects_is_refused(extract: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gis.network.osm.objects.MOST_OBJECTS", 1)
    with pytest.raises(InputError) as caught:
        read_points(extract, ["amenity"])
    assert [problem.key for problem in caught.value.problems] == ["error.osm_many"]


def test_numbers_are_plain_and_bounded() -> None:
    values = ("1200", " 1 200 ", "about 90", "-3", "1e9", "9" * 40, "２")
    assert [number_of(value, most=10_000) for value in values[:5]] == [1200, 1200, None, None, None]
    assert [number_of(value, most=10_000) for value in values[5:]] == [None, 2]


def test_speeds_and_years() -> None:
    assert [speed_kmh(value) for value in ("350", "40 mph", "signals")] == [
        350,
        pytest.approx(64.37, abs=0.01),
        None,
    ]
    years = [year_of(value) for value in ("2013-07-01", "~1990", "1908", "soon", "0190")]
    assert years == [2013, 1990, 1908, None, None]
