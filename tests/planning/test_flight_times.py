"""Flights at cruising speed."""

import pandas as pd
import pytest

from gis.planning.flight_times import flight_minutes
from gis.planning.verdicts import check_goals
from tests.planning.drawn_goals import goal, grounds, reading


def test_minutes_are_the_great_circle_at_cruising_speed_and_the_extra() -> None:
    fields = pd.DataFrame({"id": ["X"], "lon": [120.0], "lat": [30.0]})
    airports = pd.DataFrame({"id": ["Y", "X"], "lon": [120.0, 120.0], "lat": [31.0, 30.0]})
    found = flight_minutes(fields, airports, speed_kmh=200, extra_minutes=5)
    # A degree of latitude at 30.5 N is 110.86 km: 33.26 minutes.
    assert found["minutes"].tolist() == pytest.approx([38.26, 5.0], abs=0.01)


def test_a_reading_of_flights_is_judged_without_a_network() -> None:
    asked = reading(
        measure="flight_time",
        origins={"kind": "townships", "ids": ["A", "C"]},
        destinations={"kind": "city_centres", "ids": ["B"]},
        pairing="nearest",
        mode=None,
        definition=None,
        statistics=[],
        decisive_statistic=None,
        speed_kmh=60,
        extra_minutes=5,
        threshold=15,
    )
    (found,) = check_goals([goal(asked)], grounds())
    # A is 9.65 km from B, C 19.3 km, at a km a minute.
    assert found.verdict.value == "partly met"
    assert found.share == 0.5
    assert found.value == pytest.approx(24.3, abs=0.05)
    assert found.caveats_zh == ()
