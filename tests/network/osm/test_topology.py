"""Topology by hand, and against a plain search on random drawings."""

from collections import Counter, defaultdict
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.catalogue.osm_classes import load_osm_tables
from gis.core.crs import GEOD
from gis.network.osm.lengths import segment_lengths_m
from gis.network.osm.reader import NOWHERE
from gis.network.osm.tags import RoadTags
from gis.network.osm.topology import (
    Chains,
    Pieces,
    chain_vertices,
    join_pieces,
    lacking_nodes,
    split_ways,
)
from gis.network.osm.ways import Ways, read_ways
from tests.network.osm.drawn_osm import write_pbf

TWO_WAY = RoadTags("primary", forward=True, backward=True, walkable=True, enterable=True)
ONE_WAY = RoadTags("primary", forward=True, backward=False, walkable=True, enterable=True)
FOOTPATH = RoadTags("footway", forward=False, backward=False, walkable=True, enterable=True)
KINDS = (TWO_WAY, ONE_WAY, FOOTPATH)
STEP_E7 = 100_000  # between neighbouring letters, eastwards


def drawn(*lines: str, kinds: tuple[int, ...] = (), missing: str = "") -> Ways:
    """Make ways from words: each letter is a node, A the westernmost."""
    nodes = [ord(letter) - ord("A") for line in lines for letter in line]
    count = max(nodes) + 1
    positions = np.stack([np.arange(count) * STEP_E7, np.arange(count) ** 2 * 100], axis=1)
    for letter in missing:
        positions[ord(letter) - ord("A")] = NOWHERE
    return Ways(
        way_id=np.arange(101, 101 + len(lines)),
        kind=np.array(kinds or [0] * len(lines), dtype=np.int32),
        kinds=KINDS,
        name=np.zeros(len(lines), dtype=np.int32),
        names=("",),
        first=np.cumsum([0, *map(len, lines)]),
        node=np.array(nodes, dtype=np.int32),
        lon_lat_e7=positions.astype(np.int32),
        left={},
        faults={},
        restrictions=0,
    )


def words(pieces: Pieces) -> list[str]:
    rows = zip(pieces.start, pieces.stop, strict=True)
    return [_word(pieces.node[start:stop]) for start, stop in rows]


def _word(nodes: np.ndarray) -> str:
    return "".join(chr(ord("A") + node) for node in nodes)


def joined(ways: Ways) -> tuple[Pieces, Chains, list[str]]:
    pieces, _ = split_ways(ways)
    alike = ways.kind[pieces.way].astype(np.int64)
    chains = join_pieces(pieces, alike=alike, node_count=len(ways.lon_lat_e7))
    first, node = chain_vertices(pieces, chains)
    return pieces, chains, [_word(node[start:stop]) for start, stop in pairwise(first)]


@pytest.mark.parametrize(
    ("lines", "missing", "pieces"),
    [
        (("ABC",), "", ["ABC"]),
        (("ABC", "BD"), "", ["AB", "BC", "BD"]),
        (("ABC", "CD"), "", ["ABC", "CD"]),
        (("ABCA",), "", ["ABCA"]),  # a ring
        (("ABCDB",), "", ["AB", "BCDB"]),  # a way that meets itself
        (("ABCA", "BD"), "", ["AB", "BCA", "BD"]),
        (("AABBC",), "", ["ABC"]),  # a node twice in a row
        (("A", "BC"), "", ["BC"]),  # a way of one node
        (("AA",), "", []),
        (("ABCDE",), "C", ["AB", "DE"]),  # a node that the file lacks
        (("ABCDE",), "BD", []),
        (("ABC", "DEF"), "CD", ["AB", "EF"]),
        (("ABCDE",), "A", ["BCDE"]),
    ],
)
def test_ways_are_split_where_they_meet(
    lines: tuple[str, ...], missing: str, pieces: list[str]
) -> None:
    ways = drawn(*lines, missing=missing)
    assert words(split_ways(ways)[0]) == pieces
    assert lacking_nodes(ways) == sum(bool(set(line) & set(missing)) for line in lines)


def test_parallel_pieces_stay_and_pieces_drawn_twice_become_one() -> None:
    pieces, doubles = split_ways(drawn("ABC", "ADC", "CBA", "AC"))
    assert words(pieces) == ["AB", "BC", "ADC", "AC"]
    assert doubles == 2
    assert len(joined(drawn("ABC", "ADC", "CBA", "AC"))[2]) == 3


def test_a_piece_drawn_twice_is_open_as_either_is() -> None:
    pieces, doubles = split_ways(drawn("AB", "BA", kinds=(1, 1)))
    assert doubles == 1
    assert (pieces.forward.tolist(), pieces.backward.tolist()) == ([True], [True])
    pieces, _ = split_ways(drawn("AB", "AB", kinds=(1, 1)))
    assert (pieces.forward.tolist(), pieces.backward.tolist()) == ([True], [False])
    pieces, _ = split_ways(drawn("AB", "BA", kinds=(2, 1)))
    assert (pieces.way.tolist(), pieces.forward.tolist()) == ([1], [True])


@pytest.mark.parametrize(
    ("lines", "kinds", "chains"),
    [
        (("AB", "BC", "CD"), (0, 0, 0), ["ABCD"]),
        (("AB", "CB", "CD"), (0, 0, 0), ["ABCD"]),
        (("CB", "AB", "DC"), (0, 0, 0), ["DCBA"]),
        (("AB", "BC", "BD"), (0, 0, 0), ["AB", "BC", "BD"]),
        (("AB", "BC"), (0, 2), ["AB", "BC"]),  # attributes change
        (("AB", "BC"), (1, 1), ["ABC"]),
        (("AB", "CB"), (1, 1), ["AB", "CB"]),  # one-way streets that face each other
        (("BA", "BC"), (1, 1), ["BA", "BC"]),
        (("BA", "CB"), (1, 1), ["CBA"]),
        (("ABCA",), (0,), ["ABCA"]),
        (("AB", "BC", "CA"), (0, 0, 0), ["ABCA"]),  # a ring of three ways
        (("AB", "BC", "CA"), (1, 1, 1), ["ABCA"]),
        (("AB", "BCDB"), (0, 0), ["AB", "BCDB"]),  # a loop at the end of a road
        (("AB", "ACB"), (0, 0), ["ABCA"]),  # two ways between the same nodes
        (("AB", "ACB", "AD", "BE"), (0, 0, 0, 0), ["AB", "ACB", "AD", "BE"]),
    ],
)
def test_nodes_of_two_are_joined_away_where_nothing_changes(
    lines: tuple[str, ...], kinds: tuple[int, ...], chains: list[str]
) -> None:
    ways = drawn(*lines, kinds=kinds)
    assert Counter(map(either_way, joined(ways)[2])) == Counter(map(either_way, chains))


def either_way(word: str) -> str:
    return min(word, word[::-1])


LINES = st.lists(st.text("ABCDEFGH", min_size=1, max_size=6), min_size=1, max_size=6)


@given(LINES)
def test_chains_hold_every_piece_once_end_to_end(lines: list[str]) -> None:
    pieces, chains, found = joined(drawn(*lines))
    assert sorted(chains.piece.tolist()) == list(range(pieces.count))
    steps, own = (
        Counter(either_way(a + b) for word in drawing for a, b in pairwise(word))
        for drawing in (found, words(pieces))
    )
    assert steps == own


@given(LINES)
def test_what_is_left_to_join_is_a_ring(lines: list[str]) -> None:
    """A node at the ends of exactly two different chains would have been joined away."""
    _, _, found = joined(drawn(*lines))
    ends = defaultdict(list)
    for number, word in enumerate(found):
        ends[word[0]].append(number)
        ends[word[-1]].append(number)
    assert not [node for node, at in ends.items() if len(at) == 2 and at[0] != at[1]]


@given(LINES)
def test_no_chain_passes_a_node_of_three(lines: list[str]) -> None:
    pieces, _, found = joined(drawn(*lines))
    arms = Counter(word[end] for word in words(pieces) for end in (0, -1))
    inner = Counter(node for word in found for node in word[1:-1])
    assert all(arms[node] in {0, 2} for node in inner)
    assert all(count == 1 for count in inner.values())


@given(st.floats(-170, 170), st.floats(-70, 70), st.floats(-0.2, 0.2), st.floats(-0.2, 0.2))
def test_lengths_equal_geodesics(lon: float, lat: float, east: float, north: float) -> None:
    ends = [np.array([value]) for value in (lon, lat, lon + east, lat + north)]
    expected = GEOD.inv(*(float(end[0]) for end in ends))[2]
    assert segment_lengths_m(*ends)[0] == pytest.approx(expected, rel=2e-6, abs=1e-6)


def test_lengths_of_pieces_do_not_reach_over_to_other_ways(tmp_path: Path) -> None:
    path = write_pbf(
        tmp_path / "two.osm.pbf",
        nodes={"A": (0, 0), "B": (1, 0), "C": (90, 90), "D": (91, 90)},
        ways=[("AB", {"highway": "primary"}), ("CD", {"highway": "primary"})],
    )
    pieces, _ = split_ways(read_ways(path, load_osm_tables()))
    expected = [GEOD.inv(120.0, 30.0, 120.01, 30.0)[2], GEOD.inv(120.9, 30.9, 120.91, 30.9)[2]]
    assert pieces.length_m == pytest.approx(expected, rel=1e-6)
