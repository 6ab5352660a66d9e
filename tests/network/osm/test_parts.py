"""Parts by hand: arrows are one-way, doubled lines open both ways; every piece is 1 km long."""

import numpy as np

from gis.network.osm.parts import DROPPED, Parts, find_parts, largest_dropped
from gis.network.osm.topology import Pieces


def pieces(*links: str) -> Pieces:
    """Make pieces from words: ``0=1`` both ways, ``0>1`` one way, ``0-1`` on foot."""
    source, target = (np.array([int(link[end]) for link in links]) for end in (0, 2))
    count = len(links)
    return Pieces(
        source=source.astype(np.int32),
        target=target.astype(np.int32),
        start=np.arange(count, dtype=np.int64) * 2,
        stop=np.arange(count, dtype=np.int64) * 2 + 2,
        node=np.stack([source, target], axis=1).ravel().astype(np.int32),
        way=np.arange(count, dtype=np.int32),
        length_m=np.full(count, 1000.0),
        forward=np.array([link[1] in "=>" for link in links]),
        backward=np.array([link[1] == "=" for link in links]),
    )


def parts(*links: str, island_km: float = 2.0) -> Parts:
    return find_parts(pieces(*links), node_count=10, island_km=island_km)


def test_one_way_ends_and_small_parts_are_dropped() -> None:
    found = parts("0=1", "1=2", "2>3", "4>0", "5=6")
    assert found.kept.tolist() == [True, True, False, False, False]
    assert found.node_part[:7].tolist() == [0, 0, 0, *[DROPPED] * 4]
    assert found.dropped_km.tolist() == [1.0, 1.0, 1.0]
    assert sorted(found.dropped.tolist()) == [DROPPED, DROPPED, 0, 1, 2]


def test_a_ring_of_one_way_streets_holds_together() -> None:
    found = parts("0>1", "1>2", "2>0", "2>3")
    assert found.kept.tolist() == [True, True, True, False]


def test_long_islands_are_kept_and_numbered_by_length() -> None:
    links = ("0=1", "1=2", "3=4", "4=5", "5=6", "7=8")
    found = parts(*links)
    assert found.kept.tolist() == [True] * 5 + [False]
    assert found.node_part[:9].tolist() == [1, 1, 1, 0, 0, 0, 0, DROPPED, DROPPED]
    assert found.island_km.tolist() == [2.0]
    assert parts(*links, island_km=1.0).kept.all()
    assert parts(*links, island_km=3.0).kept.tolist() == [False] * 2 + [True] * 3 + [False]


def test_a_one_way_link_between_parts_that_stay_is_kept() -> None:
    assert parts("0=1", "1=2", "2>3", "3=4", "4=5").kept.all()


def test_footpaths_stay_where_they_lead_to_what_stays() -> None:
    found = parts("0=1", "1=2", "2-3", "3-4", "5-6", "7=8", "8-9")
    assert found.kept.tolist() == [True, True, True, True, False, False, False]


def test_dropped_bits_at_one_junction_are_bits_of_their_own() -> None:
    found = parts("0=1", "1=2", "2>3", "3>4", "2>5")
    assert found.dropped_km.tolist() == [2.0, 1.0]
    assert found.dropped.tolist() == [DROPPED, DROPPED, 0, 0, 1]
    told = largest_dropped(
        found,
        pieces("0=1", "1=2", "2>3", "3>4", "2>5"),
        lon=np.arange(10) / 10,
        lat=np.zeros(10),
    )
    assert told == [{"km": 2.0, "lon": 0.2, "lat": 0.0}, {"km": 1.0, "lon": 0.2, "lat": 0.0}]


def test_nothing_hangs_together_in_a_single_one_way_street() -> None:
    assert not parts("0>1").kept.any()
