"""The import against osmnx, on the real network of Porto.

osmnx needs some minutes for the whole file, so the whole is compared with figures taken once, and
a part with osmnx itself. The whole, by osmnx 2.1.1 from an XML file of the ways that the import
keeps for cars::

    graph = osmnx.graph_from_xml(path, simplify=False)
    main = osmnx.truncate.largest_component(graph, strongly=True)
    joined = osmnx.simplify_graph(main)
    unlike = osmnx.simplify_graph(
        main, edge_attrs_differ=["highway", "maxspeed", "bridge", "tunnel", "toll"]
    )
"""

from pathlib import Path

import numpy as np
import osmium
import pytest
import shapely

from gis.catalogue.osm_classes import load_osm_tables
from gis.network.osm.roads import OsmRoads, osm_roads
from gis.network.osm.ways import clip_ways, read_ways

JOINED = {"nodes": 53_281, "arcs": 128_853, "km": 16_212.4}
UNLIKE = {"nodes": 56_238, "arcs": 133_400, "km": 16_212.4}
# graph_from_xml as it comes: joined, and everything that hangs together either way.
PLAIN = {"nodes": 53_692, "arcs": 129_414, "km": 16_294.0}
CENTRE = shapely.box(-8.625, 41.145, -8.600, 41.160)
MATTERING = ["highway", "maxspeed", "bridge", "tunnel", "toll"]


@pytest.fixture(scope="module")
def porto(reference_dir: Path) -> Path:
    return reference_dir / "porto_osm" / "porto_portugal.osm.pbf"


@pytest.fixture(scope="module")
def unlike(porto: Path) -> OsmRoads:
    """Give the whole as the product imports it."""
    return osm_roads(porto)


def figures(roads: OsmRoads) -> dict[str, float]:
    arcs = roads.edges["forward"].astype(int) + roads.edges["backward"].astype(int)
    km = float((roads.edges["length_m"] * arcs).sum() / 1000)
    return {"nodes": len(roads.nodes), "arcs": int(arcs.sum()), "km": km}


@pytest.mark.reference
def test_the_whole_network_is_that_of_osmnx(porto: Path, unlike: OsmRoads) -> None:
    joined = figures(osm_roads(porto, join_unlike=True))
    assert joined == pytest.approx(JOINED, rel=0.001)
    assert joined == pytest.approx(PLAIN, rel=0.01)
    assert figures(unlike) == pytest.approx(UNLIKE, rel=0.001)


@pytest.mark.reference
@pytest.mark.filterwarnings("ignore")  # what osmnx and what it uses warn of is theirs
def test_a_part_equals_osmnx_run_now(porto: Path, tmp_path: Path) -> None:
    import osmnx

    graph = osmnx.graph_from_xml(written_part(porto, tmp_path / "centre.osm"), simplify=False)
    main = osmnx.truncate.largest_component(graph, strongly=True)
    for join_unlike, unlike in ((True, None), (False, MATTERING)):
        joined = osmnx.simplify_graph(main, edge_attrs_differ=unlike)
        expected = {
            "nodes": len(joined),
            "arcs": joined.number_of_edges(),
            "km": sum(length for *_, length in joined.edges(data="length")) / 1000,
        }
        assert expected["nodes"] > 300
        roads = osm_roads(porto, clip=CENTRE, join_unlike=join_unlike)
        assert figures(roads) == pytest.approx(expected, rel=0.01)


def written_part(pbf: Path, xml: Path) -> Path:
    """Write the ways of the part, whole, and their nodes as XML, which osmnx reads."""
    ways = clip_ways(read_ways(pbf, load_osm_tables()), CENTRE)
    chosen = set(ways.way_id.tolist())
    nodes: set[int] = set()
    for way in osmium.FileProcessor(str(pbf), osmium.osm.WAY):
        if way.id in chosen:
            nodes.update(node.ref for node in way.nodes)
    with osmium.SimpleWriter(str(xml)) as writer:
        for item in osmium.FileProcessor(str(pbf), osmium.osm.NODE | osmium.osm.WAY):
            if item.id in (nodes if item.is_node() else chosen):
                writer.add(item)
    return xml


@pytest.mark.reference
def test_speeds_and_areas_are_plausible(unlike: OsmRoads) -> None:
    edges = unlike.edges
    kmh = edges["length_m"] / edges["free_flow_s"] * 3.6
    long = edges["length_m"] > 100
    assert kmh[long].between(8, 130).all()
    assert (edges["peak_s"] >= edges["free_flow_s"]).all()
    assert 0.4 < unlike.report["urban_share"] < 0.8
    by_class = kmh[long].groupby(edges["road_class"][long].astype(str)).median()
    order = ["motorway", "trunk", "primary", "secondary", "tertiary", "residential", "service"]
    assert np.all(np.diff(by_class[order]) < 0)
