"""Extracts of OpenStreetMap drawn by hand: points with tags, ways, relations, written as PBF."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import osmium
from osmium.osm.mutable import Node, Relation, Way

Tags = Mapping[str, str]
Point = tuple[float, float]


@dataclass
class DrawnExtract:
    """Collects objects; points at the same place are one node."""

    nodes: dict[int, tuple[Point, Tags]] = field(default_factory=dict)
    ways: dict[int, tuple[Sequence[int], Tags]] = field(default_factory=dict)
    relations: dict[int, tuple[Sequence[tuple[str, int, str]], Tags]] = field(default_factory=dict)
    at: dict[Point, int] = field(default_factory=dict)

    def node(self, lon: float, lat: float, **tags: str) -> int:
        """Add a point with tags, always a new one; return its number."""
        number = len(self.nodes) + 1
        self.nodes[number] = ((lon, lat), tags)
        return number

    def way(self, points: Sequence[Point], **tags: str) -> int:
        """Add a line through points; a corner used before is the same node."""
        corners = []
        for point in points:
            if point not in self.at:
                self.at[point] = self.node(*point)
            corners.append(self.at[point])
        number = len(self.ways) + 1
        self.ways[number] = (corners, tags)
        return number

    def box(self, west: float, south: float, east: float, north: float, **tags: str) -> int:
        """Add a closed way around a box."""
        corners = [(west, south), (east, south), (east, north), (west, north), (west, south)]
        return self.way(corners, **tags)

    def relation(self, members: Sequence[tuple[str, int, str]], **tags: str) -> int:
        """Add a relation of members ``(type, number, role)``."""
        number = len(self.relations) + 1
        self.relations[number] = (members, tags)
        return number

    def write(self, path: Path) -> Path:
        """Write all as PBF in the usual order."""
        with osmium.SimpleWriter(str(path), overwrite=True) as writer:
            for number, (place, tags) in self.nodes.items():
                writer.add_node(Node(id=number, location=place, tags=tags))
            for number, (corners, tags) in self.ways.items():
                writer.add_way(Way(id=number, nodes=corners, tags=tags))
            for number, (members, tags) in self.relations.items():
                writer.add_relation(Relation(id=number, members=members, tags=tags))
        return path
