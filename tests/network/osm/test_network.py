"""Networks of drawn extracts: built, saved, loaded."""

from pathlib import Path

import numpy as np
import pytest
import shapely

from gis.core.errors import InputError
from gis.network.model import Network
from gis.network.network_file import load_network, save_network
from gis.network.osm.network import build_osm_network
from gis.network.osm.report import report_lines
from gis.network.road_topology import both_ways
from tests.network.osm.drawn_osm import write_pbf

# Around 杭州东 (120.21, 30.29), so that the product's stations find roads.
NODES = {
    "A": (20, 28),
    "B": (22, 28),
    "C": (22, 30),
    "D": (20, 30),
    "S": (21, 29),
}
STREET = {"highway": "secondary", "name": "新塘路"}
WAYS = [("ABCDA", STREET), ("BS", STREET), ("SD", STREET | {"oneway": "yes"})]
SCHOOL = {"S": {"amenity": "school", "name": "学校"}}


@pytest.fixture(scope="module")
def extract(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("osm")
    return write_pbf(folder / "town.osm.pbf", nodes=NODES, ways=WAYS, node_tags=SCHOOL)


@pytest.fixture(scope="module")
def network(extract: Path) -> Network:
    return build_osm_network(extract, year=2023)


def test_roads_in_the_study_area_get_trains_and_waters(network: Network) -> None:
    assert network.year == 2023
    assert len(network.feed.trips) > 1000
    linked = set(network.station_links["stop_id"])
    names = network.feed.stops.set_index("stop_id")["stop_name"]
    assert any(name.startswith("杭州东") for name in names[list(linked)])
    assert len(network.water)
    assert network.points[["kind", "name_zh"]].to_numpy().tolist() == [["school", "学校"]]


def test_the_manifest_tells_the_import(network: Network, extract: Path) -> None:
    settings = network.manifest.settings
    assert settings["source"] == "osm"
    assert settings["osm"]["nodes"] == len(network.nodes)
    assert extract.name in network.manifest.inputs
    for language in ("zh", "en"):
        lines = report_lines(settings["osm"], language=language)
        assert len(lines) == 2
        assert "{" not in "".join(lines)


def test_the_hierarchy_is_that_of_the_roads(network: Network) -> None:
    graph = both_ways(network.nodes, network.edges)
    assert network.hierarchy is not None
    assert network.hierarchy.node_count == graph.node_count
    assert len(network.hierarchy.arc_link) == len(graph.head)


def test_the_network_is_the_same_after_saving_and_from_run_to_run(
    network: Network, extract: Path, tmp_path: Path
) -> None:
    paths = [tmp_path / name for name in ("one.zip", "two.zip")]
    for made, path in zip((network, build_osm_network(extract, year=2023)), paths, strict=True):
        save_network(made, path)
    assert paths[0].read_bytes() == paths[1].read_bytes()
    again = load_network(paths[0])
    assert again.manifest.settings == network.manifest.settings
    assert again.edges["road_class"].tolist() == network.edges["road_class"].tolist()
    assert np.array_equal(again.lines.lon_lat_e7, network.lines.lon_lat_e7)


@pytest.mark.parametrize("remark", ["ends_full", "no_relations", "no_waters"])
def test_remarks_are_lines_of_the_report(network: Network, remark: str) -> None:
    report = network.manifest.settings["osm"]
    assert report[remark] is False
    for language in ("zh", "en"):
        plain, told = (
            report_lines({**report, remark: told}, language=language) for told in (False, True)
        )
        assert len(told) == len(plain) + 1


def test_elsewhere_there_are_roads_only(tmp_path: Path) -> None:
    nodes = {name: (x + 3000, y) for name, (x, y) in NODES.items()}
    path = write_pbf(tmp_path / "far.osm.pbf", nodes=nodes, ways=WAYS)
    far = build_osm_network(path, year=2023)
    assert far.feed.trips.empty
    assert not len(far.station_links)
    assert not len(far.water)
    assert far.manifest.settings["osm"]["no_waters"] is True


def test_years_without_a_network_are_refused(extract: Path) -> None:
    with pytest.raises(InputError, match="1999"):
        build_osm_network(extract, year=1999)


def test_a_clip_is_told(extract: Path) -> None:
    clip = shapely.box(120.2, 30.2, 120.25, 30.35)
    network = build_osm_network(extract, year=2016, clip=clip)
    assert network.manifest.settings["clip"] == [120.2, 30.2, 120.25, 30.35]
    assert network.feed.trips.empty
