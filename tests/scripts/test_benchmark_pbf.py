from pathlib import Path

import pytest

from gis.network.osm.roads import osm_roads
from scripts.benchmarks.pbf import measured_import, write_extract


def test_the_made_extract_is_the_same_again_and_a_network(tmp_path: Path) -> None:
    paths = [tmp_path / name for name in ("one.osm.pbf", "two.osm.pbf")]
    for path in paths:
        write_extract(path, side=40)
    assert paths[0].read_bytes() == paths[1].read_bytes()
    roads = osm_roads(paths[0])
    # 1,600 crossings, some of two roads or one: what is left is near the share at full size.
    assert 1_100 < len(roads.nodes) < 1_600
    assert 1.4 < len(roads.edges) / len(roads.nodes) < 1.8
    assert set(roads.edges["road_class"]) == {"motorway", "primary", "tertiary", "residential"}
    assert roads.report["cut_at_missing_nodes"] == 0


def test_an_import_tells_what_it_took(tmp_path: Path) -> None:
    pytest.importorskip("resource")  # not on Windows
    path = tmp_path / "small.osm.pbf"
    write_extract(path, side=20)
    figures = measured_import(path)
    roads = osm_roads(path)
    assert (figures.nodes, figures.edges) == (len(roads.nodes), len(roads.edges))
    assert figures.seconds >= 0
    assert 0 < figures.peak_gib < 64
