"""Small OSM extracts drawn in code: nodes by name, ways as strings of names.

One unit of the drawing is a hundredth of a degree; A lies at 120.0 E, 30.0 N.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path

import osmium
from osmium.osm import mutable

from gis.network.osm.reader import WAYS, told

Tags = Mapping[str, str]
WEST, SOUTH, UNIT = 120.0, 30.0, 0.01


def write_pbf(
    path: Path,
    *,
    nodes: Mapping[str, tuple[float, float]],
    ways: Iterable[tuple[str, Tags]],
    relations: Iterable[Tags] = (),
    missing: str = "",
    node_tags: Mapping[str, Tags] | None = None,
) -> Path:
    """Write an extract: ``nodes`` name -> units to the east and north, ``ways`` ("ABC", tags).

    Nodes are numbered 1, 2, … in their order, ways 101, 102, …; ``missing`` nodes are left out of
    the file though ways refer to them.
    """
    number = {name: row for row, name in enumerate(nodes, start=1)}
    with osmium.SimpleWriter(str(path), overwrite=True) as writer:
        for name, (east, north) in nodes.items():
            if name in missing:
                continue
            place = (WEST + east * UNIT, SOUTH + north * UNIT)
            tags = dict((node_tags or {}).get(name, {}))
            writer.add_node(mutable.Node(id=number[name], location=place, tags=tags, version=1))
        for row, (names, tags) in enumerate(ways, start=101):
            refs = [number[name] for name in names]
            writer.add_way(mutable.Way(id=row, nodes=refs, tags=dict(tags), version=1))
        for row, tags in enumerate(relations, start=201):
            members = [("w", 101, "from"), ("n", 1, "via"), ("w", 101, "to")]
            writer.add_relation(
                mutable.Relation(id=row, members=members, tags=dict(tags), version=1)
            )
    return path


def ways_of(path: Path) -> list[tuple[int, list[int], dict[str, str]]]:
    """Return id, nodes and tags of the ways of an extract."""
    return [
        (way.id, [node.ref for node in way.nodes], dict(way.tags))
        for way in told(path, osmium.FileProcessor(str(path), WAYS))
    ]
