"""The ways of an extract that are roads, as arrays: tags, vertices and positions of nodes."""

import re
from array import array
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import shapely

from gis.catalogue.osm_classes import OsmTables
from gis.core.errors import InputError, Problem
from gis.network.osm.reader import (
    E7,
    NOWHERE,
    RELATIONS,
    WAYS,
    node_positions,
    plain_text,
    text_lines,
)
from gis.network.osm.tags import RELEVANT_KEYS, Left, RoadTags, road_tags

Int32Array = npt.NDArray[np.int32]
Int64Array = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

Progress = Callable[[str], None]

NAME_KEYS = (b"name:zh", b"name")
_KEYS = ("highway", "route", "restriction")
_RELEVANT = frozenset(key.encode() for key in RELEVANT_KEYS)
_POSITION = re.compile(rb"x[-0-9.]*y[-0-9.]*")
_TAGS, _NODES = -2, -1  # fields of a line
_TEXT_BLOCK = 50_000  # ways whose nodes are turned into numbers at a time
_TOLD_EVERY = 100_000  # ways


@dataclass(frozen=True, slots=True, eq=False)
class Ways:
    """Roads as they are drawn in OpenStreetMap.

    Parameters
    ----------
    way_id
        ``(ways,)`` ids.
    kind
        ``(ways,)`` which of ``kinds`` each way is.
    kinds
        The different sets of tags.
    name
        ``(ways,)`` which of ``names`` each way has.
    names
        The different names; the first is empty.
    first
        ``(ways + 1,)``: vertices ``first[w]`` to ``first[w + 1] - 1`` make way ``w``.
    node
        ``(vertices,)`` rows of ``lon_lat_e7``.
    lon_lat_e7
        ``(nodes, 2)`` ten-millionths of a degree (WGS84), ``NOWHERE`` where the file lacks a node.
    left
        Ways left out, by reason.
    faults
        Ways with a value that cannot be used, by key.
    restrictions
        Turn restrictions in the file.

    """

    way_id: Int64Array
    kind: Int32Array
    kinds: tuple[RoadTags, ...]
    name: Int32Array
    names: tuple[str, ...]
    first: Int64Array
    node: Int32Array
    lon_lat_e7: Int32Array
    left: Mapping[str, int]
    faults: Mapping[str, int]
    restrictions: int


def read_ways(
    path: Path, tables: OsmTables, *, walk: bool = False, progress: Progress | None = None
) -> Ways:
    """Return the roads of an extract.

    The file is read twice: once for the ways, once for the nodes they name.

    Parameters
    ----------
    path
        The extract (.osm.pbf).
    tables
        What classes of roads there are.
    walk
        Whether ways are kept that only people on foot may use.
    progress
        Told a line from time to time.

    Raises
    ------
    InputError
        If the file cannot be read, or has no road.

    """
    tell = progress or (lambda _: None)
    found = _Found(tables, walk=walk)
    for line in text_lines(path, kinds=WAYS | RELATIONS, keys=_KEYS):
        if line.startswith(b"r"):
            found.restrictions += _is_restriction(line)
        elif found.add(line) and len(found.way_id) % _TOLD_EVERY == 0:
            tell(f"{len(found.way_id):,} ways …")
    if not found.way_id:
        raise InputError([Problem(str(path), "error.osm_no_roads")])
    ids, node = np.unique(found.refs(), return_inverse=True)
    tell(f"{len(found.way_id):,} ways, {len(ids):,} nodes …")
    positions = node_positions(path, ids)
    if (positions[:, 0] == NOWHERE).all():
        raise InputError([Problem(str(path), "error.osm_no_nodes")])
    return Ways(
        way_id=np.frombuffer(found.way_id, dtype=np.int64),
        kind=np.frombuffer(found.kind, dtype=np.int32),
        kinds=tuple(found.kinds),
        name=np.frombuffer(found.name, dtype=np.int32),
        names=tuple(plain_text(name) for name in found.names),
        first=np.concatenate([[0], np.cumsum(np.frombuffer(found.size, dtype=np.int64))]),
        node=node.astype(np.int32),
        lon_lat_e7=positions,
        left={reason.value: found.left[reason] for reason in Left if found.left[reason]},
        faults=dict(sorted(found.faults.items())),
        restrictions=found.restrictions,
    )


def clip_ways(ways: Ways, area: shapely.Geometry) -> Ways:
    """Return the ways with a node in an area, whole, as ``complete-ways`` of osmium extract does.

    Parameters
    ----------
    ways
        The ways.
    area
        Polygon in WGS84.

    """
    lon, lat = (ways.lon_lat_e7 / E7).T
    west, south, east, north = shapely.bounds(area)
    near = np.flatnonzero((lon >= west) & (lon <= east) & (lat >= south) & (lat <= north))
    shapely.prepare(area)
    inside = np.zeros(len(lon), dtype=np.bool_)
    inside[near] = shapely.intersects_xy(area, lon[near], lat[near])
    size = np.diff(ways.first)
    kept = np.add.reduceat(np.append(inside[ways.node], False), ways.first[:-1]) > 0
    kept &= size > 0
    nodes, node = np.unique(ways.node[np.repeat(kept, size)], return_inverse=True)
    return Ways(
        way_id=ways.way_id[kept],
        kind=ways.kind[kept],
        kinds=ways.kinds,
        name=ways.name[kept],
        names=ways.names,
        first=np.concatenate([[0], np.cumsum(size[kept])]).astype(np.int64),
        node=node.astype(np.int32),
        lon_lat_e7=ways.lon_lat_e7[nodes],
        left=ways.left,
        faults=ways.faults,
        restrictions=ways.restrictions,
    )


class _Found:
    """Ways as they come, in buffers that grow."""

    def __init__(self, tables: OsmTables, *, walk: bool) -> None:
        self.tables, self.walk = tables, walk
        self.way_id, self.size = array("q"), array("q")
        self.kind, self.name = array("i"), array("i")
        self.kinds: list[RoadTags] = []
        self.names: dict[bytes, int] = {b"": 0}
        self.left: Counter[Left] = Counter()
        self.faults: Counter[str] = Counter()
        self.restrictions = 0
        # Few sets of tags differ where it matters: each is looked at once.
        self.known: dict[tuple[bytes, ...], int | Left] = {}
        self.ref_text: list[bytes] = []
        self.ref_blocks: list[Int64Array] = []

    def add(self, line: bytes) -> bool:
        """Take a way in, or count why not; tell whether it was kept."""
        fields = line.rstrip().split(b" ")
        tags = fields[_TAGS][1:].split(b",")
        relevant = tuple(sorted(tag for tag in tags if tag.partition(b"=")[0] in _RELEVANT))
        kind = self.known.get(relevant)
        if kind is None:
            kind = self.known[relevant] = self._kind(relevant)
        if isinstance(kind, Left):
            self.left[kind] += 1
            return False
        if self.kinds[kind].faults:
            self.faults.update(self.kinds[kind].faults)
        named = dict(tag.split(b"=") for tag in tags if tag.startswith(b"name"))
        name = next((named[key] for key in NAME_KEYS if key in named), b"")
        self.name.append(self.names.setdefault(name, len(self.names)))
        self.kind.append(kind)
        self.way_id.append(int(fields[0][1:]))
        refs = fields[_NODES][1:]
        self.size.append(refs.count(b"n"))
        self.ref_text.append(refs)
        if len(self.ref_text) == _TEXT_BLOCK:
            self._take_refs()
        return True

    def refs(self) -> Int64Array:
        """Return the nodes of all ways, one way after the other."""
        self._take_refs()
        return np.concatenate(self.ref_blocks)

    def _take_refs(self) -> None:
        text = b",".join(refs for refs in self.ref_text if refs)
        if b"x" in text:  # the file tells positions along its ways
            text = _POSITION.sub(b"", text)
        numbers = np.fromstring(text.replace(b"n", b"").decode(), dtype=np.int64, sep=",")
        self.ref_blocks.append(numbers)
        self.ref_text = []

    def _kind(self, tags: tuple[bytes, ...]) -> int | Left:
        pairs = (tag.partition(b"=") for tag in tags)
        plain = {plain_text(key): plain_text(value) for key, _, value in pairs}
        road = road_tags(plain, self.tables, walk=self.walk)
        if isinstance(road, Left):
            return road
        self.kinds.append(road)
        return len(self.kinds) - 1


def _is_restriction(line: bytes) -> bool:
    """Tell whether a relation forbids or commands a turn to cars."""
    tags = line.rstrip().split(b" ")[_TAGS]
    return b"type=restriction" in tags
