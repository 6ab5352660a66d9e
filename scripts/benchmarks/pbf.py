"""A big OpenStreetMap extract made by rule, and how long its import takes.

A bent lattice of streets over northern Zhejiang from which a quarter of the links is missing, so
that there are dead ends, nodes of two and junctions of three; every fourth street is tertiary,
every sixteenth primary, every sixty-fourth a motorway open both ways. The same seed gives the
same roads.

    python -m scripts.benchmarks.pbf big.osm.pbf            writes 1.5 million graph nodes
    python -m scripts.benchmarks.pbf big.osm.pbf --import   imports it in a process of its own
"""

import argparse
import json
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import osmium
from osmium.osm import mutable

from gis.network.osm.roads import osm_roads
from scripts.benchmarks.memory import peak_gib

SIDE = 1_370  # streets each way: about 1.5 million nodes once nodes of two are joined away
WEST, SOUTH, STEP = 118.0, 27.2, 0.0034
KEPT = 0.75  # of the links
CUT = 0.3  # share of junctions where a street is cut into another way
BENDS = 2  # shape points a link
JITTER = 0.25  # of a step

FloatArray = npt.NDArray[np.float64]
Tags = dict[str, str]


@dataclass(frozen=True, slots=True)
class ImportFigures:
    """What an import took and gave.

    Parameters
    ----------
    seconds
        Wall-clock time.
    peak_gib
        Largest memory of the process.
    nodes, edges
        Of the roads.

    """

    seconds: float
    peak_gib: float
    nodes: int
    edges: int


def write_extract(path: Path, *, side: int = SIDE, seed: int = 2026) -> None:
    """Write the extract.

    Parameters
    ----------
    path
        ``….osm.pbf``; an older one is replaced.
    side
        Streets each way.
    seed
        Of everything random.

    """
    random = np.random.default_rng(seed)
    east, north = (
        start + STEP * (place + random.uniform(-JITTER, JITTER, (side, side)))
        for start, place in zip((WEST, SOUTH), _lattice(side), strict=True)
    )
    with osmium.SimpleWriter(str(path), overwrite=True) as writer:
        for number, place in enumerate(zip(east.flat, north.flat, strict=True), start=1):
            writer.add_node(mutable.Node(id=number, location=place, version=1))
        for number, place in _bends(east, north, random):
            writer.add_node(mutable.Node(id=number, location=place, version=1))
        for number, (nodes, tags) in enumerate(_ways(side, random), start=1):
            writer.add_way(mutable.Way(id=number, nodes=nodes, tags=tags, version=1))


def measured_import(path: Path) -> ImportFigures:
    """Import an extract in this process and return what it took; call it in a fresh process."""
    start = time.perf_counter()
    roads = osm_roads(path, progress=lambda line: print(line, file=sys.stderr))
    seconds = time.perf_counter() - start
    return ImportFigures(
        round(seconds, 1), round(peak_gib(), 2), len(roads.nodes), len(roads.edges)
    )


def _lattice(side: int) -> tuple[Any, Any]:
    return np.arange(side)[None, :], np.arange(side)[:, None]


def _bends(
    east: FloatArray, north: FloatArray, random: np.random.Generator
) -> Iterator[tuple[int, tuple[float, float]]]:
    """Give the shape points of all links, kept or not: first along rows, then along columns."""
    side = len(east)
    number = side * side
    for across in (False, True):
        x, y = (east.T, north.T) if across else (east, north)
        for row in range(side):
            for share in np.arange(1, BENDS + 1) / (BENDS + 1):
                sway = random.uniform(-JITTER, JITTER, side - 1) * STEP / 4
                lon = x[row, :-1] + share * np.diff(x[row]) + sway
                lat = y[row, :-1] + share * np.diff(y[row]) - sway
                for place in zip(lon.tolist(), lat.tolist(), strict=True):
                    number += 1
                    yield number, place


def _ways(side: int, random: np.random.Generator) -> Iterator[tuple[list[int], Tags]]:
    """Give nodes and tags of the ways of all streets."""
    for across in (False, True):
        for row in range(side):
            kept = random.random(side - 1) < KEPT
            cut = random.random(side - 1) < CUT
            tags = _tags(row, across=across)
            if tags["highway"] == "motorway":
                kept[:] = True
            nodes: list[int] = []
            for column in range(side - 1):
                if nodes and (cut[column] or not kept[column]):
                    yield nodes, tags
                    nodes = []
                if kept[column]:
                    link = _link(row, column, side, across=across)
                    nodes += link[1:] if nodes else link
            if nodes:
                yield nodes, tags


def _link(row: int, column: int, side: int, *, across: bool) -> list[int]:
    """Return the nodes of a link, its ends included."""
    ends = [1 + (at * side + row if across else row * side + at) for at in (column, column + 1)]
    first = side * side + (side * across + row) * BENDS * (side - 1) + column + 1
    return [ends[0], *(first + bend * (side - 1) for bend in range(BENDS)), ends[1]]


def _tags(row: int, *, across: bool) -> Tags:
    name = f"{'纵' if across else '横'}{row}路"
    if row % 64 == 0:
        return {"highway": "motorway", "oneway": "no", "name": name, "maxspeed": "120"}
    if row % 16 == 0:
        return {"highway": "primary", "name": name, "maxspeed": "80", "lanes": "4"}
    if row % 4 == 0:
        return {"highway": "tertiary", "name": name}
    return {"highway": "residential"}


def main() -> int:
    """Write the extract, or import one and print what it took as JSON."""
    parser = argparse.ArgumentParser(description="写出或导入一份大的 OSM 试验数据")
    parser.add_argument("path", type=Path, metavar="FILE")
    parser.add_argument("--side", type=int, default=SIDE, help="纵横各多少条街 / streets each way")
    parser.add_argument("--import", action="store_true", dest="is_import", help="导入 / import")
    options = parser.parse_args()
    if options.is_import:
        figures = measured_import(options.path)
        print(json.dumps({name: getattr(figures, name) for name in figures.__slots__}))
    else:
        write_extract(options.path, side=options.side)
    return 0


if __name__ == "__main__":
    sys.exit(main())
