"""Stations by name and trips between them, against plain searches."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.network.feed import Feed
from gis.network.scenarios.trips import rides_between, stops_named, trip_ids, trip_starts
from tests.drawn_network import NODES, drawn_feed

STOPS = {
    "a1": (*NODES["A"], "metro"),
    "a2": (*NODES["A"], "rail"),
    "b1": (*NODES["B"], "metro"),
    "b2": (*NODES["B"], "metro"),
    "c1": (*NODES["C"], "rail"),
}
NAMES = {"a1": "城站", "a2": "城", "b1": "北站", "b2": "北", "c1": "a1站"}


def feed(*trips: str) -> Feed:
    """Return a feed of trips, each a word of the stops a, b, c it calls at."""
    stops = {"a": "a2", "b": "b1", "c": "c1"}
    drawn = drawn_feed(
        {
            f"G{number}/1": [
                (stops[letter], f"08:{10 + 2 * place}") for place, letter in enumerate(trip)
            ]
            for number, trip in enumerate(trips)
        },
        stops=STOPS,
    )
    drawn.stops["stop_name"] = drawn.stops["stop_id"].map(NAMES)
    return drawn


@pytest.mark.parametrize(
    ("name", "stops"),
    [
        ("城", {"a2"}),  # trains before the metro
        ("城站", {"a2"}),
        ("北", {"b1", "b2"}),
        ("北站", {"b1", "b2"}),
        ("a1", {"a1"}),  # ids before names
        ("a1站", {"c1"}),
        ("站", set()),
        ("南", set()),
    ],
)
def test_a_name_stands_for_its_stations(name: str, stops: set[str]) -> None:
    assert set(stops_named(feed("abc"), name)) == stops


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text("abc", min_size=2, max_size=6), min_size=1, max_size=5))
def test_a_ride_is_the_first_call_from_which_the_end_still_comes(trips: list[str]) -> None:
    drawn = feed(*trips)
    starts = trip_starts(drawn)
    assert starts.tolist() == [sum(map(len, trips[:number])) for number in range(len(trips) + 1)]
    rides = rides_between(drawn, ("a2", "b1"), ("c1",))
    expected = []
    for number, trip in enumerate(trips):
        pairs = [
            (one, other)
            for one, letter in enumerate(trip)
            for other in range(one + 1, len(trip))
            if letter in "ab" and trip[other] == "c"
        ]
        expected += [
            (number, starts[number] + one, starts[number] + other) for one, other in pairs[:1]
        ]
    found = zip(rides.trip, rides.first, rides.last, strict=True)
    assert list(found) == expected
    assert [f"G{number}/1" for number in rides.trip] == list(trip_ids(drawn, rides.first))
