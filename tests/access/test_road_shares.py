"""Shares of known roads on the drawn network: C–F is assumed where the test says so."""

from dataclasses import replace

import numpy as np
import pytest

from gis.access.road_shares import known_road_shares
from tests.drawn_network import PARAMETERS, drawn_network
from tests.planning.drawn_goals import places


def test_a_share_is_length_on_known_roads_over_all_length() -> None:
    network = drawn_network()
    edges = network.edges.assign(assumed=network.edges["edge_id"].isin(["CF", "AD"]))
    sketch = replace(network, edges=edges)
    ends = places(*"ABCDEF")
    # A–B all known; C–F all assumed; E–C by ferry 2 km and C–F 4 km; D–A–B 6 of 16 km assumed.
    pairs = np.array([[0, 1], [2, 5], [4, 2], [3, 1], [0, 0]])
    found = known_road_shares(sketch, ends, pairs, parameters=PARAMETERS)
    assert found[:4] == pytest.approx([1.0, 0.0, 2 / 6, 10 / 16], abs=1e-3)
    assert np.isnan(found[4])
    whole = known_road_shares(network, ends, pairs, parameters=PARAMETERS)
    assert whole[:4] == pytest.approx([1.0] * 4)


def test_no_pairs_have_no_shares() -> None:
    nothing = np.empty((0, 2), dtype=np.int64)
    found = known_road_shares(drawn_network(), places("A"), nothing, parameters=PARAMETERS)
    assert found.shape == (0,)
