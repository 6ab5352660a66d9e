"""Walks between near stops where a feed lists none."""

import pytest

from gis.network.footpaths import with_footpaths
from tests.drawn_network import PARAMETERS, drawn_feed

# P and Q lie 96.6 m apart, R another 289.7 m on, X is far; S lies at P but no trip calls there.
STOPS = {
    "P": (120.000, 30.0, "metro"),
    "Q": (120.001, 30.0, "metro"),
    "R": (120.004, 30.0, "metro"),
    "X": (120.100, 30.0, "metro"),
    "S": (120.000, 30.0, "metro"),
}
TRIPS = {"L1/1": [("P", "08:00"), ("Q", "08:02"), ("R", "08:04"), ("X", "08:09")]}


def walks(limit_m: float = 400, **options: object) -> dict[tuple[str, str], tuple[int, int]]:
    feed = with_footpaths(drawn_feed(TRIPS, stops=STOPS, **options), PARAMETERS, limit_m=limit_m)
    rows = feed.transfers.itertuples(index=False)
    return {(one, other): (kind, seconds) for one, other, kind, seconds in rows}


def test_near_stops_are_joined_both_ways() -> None:
    # Three minutes to change, then 6 km/h: 58 s for 96.6 m, 174 for 289.7 m, 232 for 386.2 m.
    found = walks()
    assert {pair: seconds for pair, (_, seconds) in found.items()} == {
        ("P", "Q"): 180 + 58,
        ("Q", "P"): 180 + 58,
        ("Q", "R"): 180 + 174,
        ("R", "Q"): 180 + 174,
        ("P", "R"): 180 + 232,
        ("R", "P"): 180 + 232,
    }


def test_the_limit_is_the_straight_distance() -> None:
    assert set(walks(limit_m=97)) == {("P", "Q"), ("Q", "P")}
    assert walks(limit_m=96) == {}


def test_what_the_feed_says_holds() -> None:
    found = walks(limit_m=97, transfers={("P", "Q"): 1.5, ("P", "P"): 2})
    assert found == {("P", "P"): (2, 120), ("P", "Q"): (2, 90), ("Q", "P"): (2, 238)}


def test_forbidden_walks_stay_forbidden() -> None:
    feed = drawn_feed(TRIPS, stops=STOPS, transfers={("P", "Q"): 0})
    feed.transfers["transfer_type"] = 3
    joined = with_footpaths(feed, PARAMETERS, limit_m=97).transfers
    assert joined["transfer_type"].tolist() == [3, 2]


def test_degrees_of_longitude_shrink_to_the_north() -> None:
    stops = {"P": (-3.000, 51.6, "metro"), "Q": (-2.995, 51.6, "metro")}
    feed = drawn_feed({"L1/1": [("P", "08:00"), ("Q", "08:02")]}, stops=stops)
    joined = with_footpaths(feed, PARAMETERS).transfers
    # 346 m at 6 km/h on top of three minutes.
    assert joined["min_transfer_time"].tolist() == pytest.approx([180 + 208] * 2, abs=1)
