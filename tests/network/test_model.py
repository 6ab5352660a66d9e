"""The network file: what goes in comes out, the same bytes each time, and nothing else passes."""

import json
import zipfile
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from gis.core.errors import InputError
from gis.network.gtfs import Feed
from gis.network.lines import EdgeLines
from gis.network.model import Network, check_network
from gis.network.network_file import load_network, save_network
from gis.network.road_topology import road_hierarchy
from gis.routing.hierarchy_file import hierarchy_arrays
from tests.drawn_network import drawn_feed, drawn_network

STOPS = {"P": (120.0, 30.0, "rail"), "Q": (120.3, 30.0, "rail")}
TRIPS = {"G1/1": [("P", "08:00"), ("Q", "08:20")]}


@pytest.fixture(scope="module")
def network() -> Network:
    return drawn_network(drawn_feed(TRIPS, stops=STOPS))


def key_of(caught: pytest.ExceptionInfo[InputError]) -> list[str]:
    return [problem.key for problem in caught.value.problems]


def test_a_network_comes_back_as_it_was_saved(network: Network, tmp_path: Path) -> None:
    save_network(network, tmp_path / "n.zip")
    again = load_network(tmp_path / "n.zip")
    assert again.year == network.year
    assert again.manifest == network.manifest
    pd.testing.assert_frame_equal(again.nodes, network.nodes)
    pd.testing.assert_frame_equal(again.station_links, network.station_links)
    pd.testing.assert_frame_equal(again.edges, network.edges)
    pd.testing.assert_frame_equal(again.points, network.points)
    np.testing.assert_array_equal(again.lines.first, network.lines.first)
    np.testing.assert_array_equal(again.lines.lon_lat_e7, network.lines.lon_lat_e7)
    assert again.hierarchy is None
    assert again.water.empty
    for part in fields(Feed):
        pd.testing.assert_frame_equal(
            getattr(again.feed, part.name), getattr(network.feed, part.name)
        )


def test_the_same_network_gives_the_same_bytes(network: Network, tmp_path: Path) -> None:
    for name in ("one.zip", "two.zip"):
        save_network(network, tmp_path / name)
    save_network(load_network(tmp_path / "one.zip"), tmp_path / "three.zip")
    one = (tmp_path / "one.zip").read_bytes()
    assert one == (tmp_path / "two.zip").read_bytes()
    assert one == (tmp_path / "three.zip").read_bytes()


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        load_network(tmp_path / "none.zip")
    assert key_of(caught) == ["error.file_missing"]
    assert "none.zip" in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"id,lon,lat\n", b"PK\x03\x04 no zip at all"])
def test_what_is_no_zip_is_foreign(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "n.zip").write_bytes(content)
    with pytest.raises(InputError) as caught:
        load_network(tmp_path / "n.zip")
    assert key_of(caught) == ["error.network_foreign"]


@pytest.mark.parametrize("head", ['{"format": "another"}', "[1]", "no json"])
def test_another_kind_of_zip_is_foreign(head: str, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "n.zip", "w") as archive:
        archive.writestr("manifest.json", head)
    with pytest.raises(InputError) as caught:
        load_network(tmp_path / "n.zip")
    assert key_of(caught) == ["error.network_foreign"]


def test_a_truncated_file_is_refused(network: Network, tmp_path: Path) -> None:
    save_network(network, tmp_path / "n.zip")
    content = (tmp_path / "n.zip").read_bytes()
    for share in (0.3, 0.7, 0.999):
        (tmp_path / "cut.zip").write_bytes(content[: int(share * len(content))])
        with pytest.raises(InputError) as caught:
            load_network(tmp_path / "cut.zip")
        assert key_of(caught) == ["error.network_foreign"]


def test_a_flipped_byte_is_noticed(network: Network, tmp_path: Path) -> None:
    save_network(network, tmp_path / "n.zip")
    content = bytearray((tmp_path / "n.zip").read_bytes())
    content[len(content) // 2] ^= 0xFF
    (tmp_path / "n.zip").write_bytes(content)
    with pytest.raises(InputError):
        load_network(tmp_path / "n.zip")


def rewritten(path: Path, out: Path, *, drop: str = "", **changes: object) -> Path:
    with zipfile.ZipFile(path) as archive, zipfile.ZipFile(out, "w") as copy:
        for name in archive.namelist():
            content = archive.read(name)
            if name == "manifest.json":
                content = json.dumps(json.loads(content) | changes).encode()
            if name != drop:
                copy.writestr(name, content)
    return out


def test_another_version_is_refused_by_number(network: Network, tmp_path: Path) -> None:
    save_network(network, tmp_path / "n.zip")
    other = rewritten(tmp_path / "n.zip", tmp_path / "v.zip", version=99)
    with pytest.raises(InputError) as caught:
        load_network(other)
    assert key_of(caught) == ["error.network_version"]
    assert "99" in str(caught.value)


def test_a_missing_table_is_damage(network: Network, tmp_path: Path) -> None:
    save_network(network, tmp_path / "n.zip")
    other = rewritten(tmp_path / "n.zip", tmp_path / "v.zip", drop="edges.parquet")
    with pytest.raises(InputError) as caught:
        load_network(other)
    assert key_of(caught) == ["error.network_damaged"]


def test_the_hierarchy_comes_back(network: Network, tmp_path: Path) -> None:
    hierarchy = road_hierarchy(network.nodes, network.edges)
    save_network(replace(network, hierarchy=hierarchy), tmp_path / "n.zip")
    again = load_network(tmp_path / "n.zip").hierarchy
    assert again is not None
    for name, values in hierarchy_arrays(hierarchy).items():
        np.testing.assert_array_equal(getattr(again, name), values)
    other = rewritten(tmp_path / "n.zip", tmp_path / "v.zip", drop="hierarchy/parent.npy")
    with pytest.raises(InputError) as caught:
        load_network(other)
    assert key_of(caught) == ["error.network_damaged"]


def test_a_hierarchy_of_other_roads_is_refused(network: Network) -> None:
    hierarchy = road_hierarchy(network.nodes, network.edges.iloc[:-1])
    found = check_network(replace(network, hierarchy=hierarchy), where="n")
    assert [problem.fields["column"] for problem in found] == ["hierarchy"]


@pytest.mark.parametrize(
    "change",
    [
        {"tables": {}},
        {"tables": {"nodes": 10**12}},
        {"has_hierarchy": True},
        {"year": "soon"},
        {"manifest": {"more": 1}},
    ],
)
def test_a_head_that_does_not_fit_the_tables_is_damage(
    network: Network, tmp_path: Path, change: dict[str, object]
) -> None:
    save_network(network, tmp_path / "n.zip")
    with pytest.raises(InputError) as caught:
        load_network(rewritten(tmp_path / "n.zip", tmp_path / "v.zip", **change))
    assert key_of(caught) == ["error.network_damaged"]


@pytest.mark.parametrize(
    ("first", "points"),
    [
        (np.array([0, 2, 4]), np.zeros((4, 2), dtype=np.int32)),  # too few edges
        (np.arange(0, 16, 2), np.zeros((13, 2), dtype=np.int32)),  # too few points
        (np.array([0, 1, 4, 6, 8, 10, 12, 14]), np.zeros((14, 2), dtype=np.int32)),  # no line
        (np.arange(0, 16, 2), np.full((14, 2), 10**9, dtype=np.int32)),  # 100 degrees north
    ],
)
def test_faulty_lines_are_told(network: Network, first: np.ndarray, points: np.ndarray) -> None:
    broken = replace(network, lines=EdgeLines(first, points))
    found = check_network(broken, where="n")
    assert [problem.fields["column"] for problem in found] == ["geometry"]


def test_lines_of_another_kind_are_damage(network: Network, tmp_path: Path) -> None:
    lines = EdgeLines(network.lines.first, network.lines.lon_lat_e7.astype(np.float64))
    save_network(replace(network, lines=lines), tmp_path / "n.zip")
    with pytest.raises(InputError) as caught:
        load_network(tmp_path / "n.zip")
    assert key_of(caught) == ["error.network_damaged"]


def test_an_unwritable_place_leaves_nothing(network: Network, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(InputError):
        save_network(network, tmp_path / "file" / "n.zip")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_all_faults_of_the_frames_are_told_at_once(network: Network) -> None:
    edges = network.edges.copy()
    edges.loc[0, "target"] = 77
    edges.loc[1, "length_m"] = -1.0
    links = network.station_links.assign(stop_id="nowhere")
    found = check_network(replace(network, edges=edges, station_links=links), where="n")
    assert [problem.fields["column"] for problem in found] == [
        "source/target",
        "length_m/free_flow_s/peak_s",
        "stop_id",
    ]
    assert check_network(network, where="n") == []


def test_a_missing_column_is_named(network: Network) -> None:
    edges = network.edges.drop(columns="peak_s")
    found = check_network(replace(network, edges=edges), where="n")
    assert [(problem.where, problem.fields["column"]) for problem in found] == [
        ("n edges", "peak_s")
    ]
