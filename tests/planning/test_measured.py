"""Values behind a verdict: which pairs count, and what a station without trains does."""

import numpy as np
import pandas as pd
import pytest

from gis.planning.grounds import decisive_statistic_of, statistics_of
from gis.planning.measured import measure
from tests.planning.drawn_goals import BY_CAR, RAIL, grounds, reading

GROUNDS = grounds()


def pairs(**changes: object) -> pd.DataFrame:
    table = measure(reading(**changes), GROUNDS, year=2026).pairs
    return table[table["statistic"] == table["statistic"].iloc[0]]


def test_a_named_station_off_the_network_counts_as_unreachable() -> None:
    measured = measure(reading(destinations=RAIL | {"ids": ["Q", "Z"]}), GROUNDS, year=2026)
    fastest = measured.pairs[measured.pairs["statistic"] == "fastest"]
    assert dict(zip(fastest["destination"], fastest["minutes"], strict=True)) == pytest.approx(
        {"Q": 20.0, "Z": np.nan}, nan_ok=True
    )
    assert [remark.sentence("zh") for remark in measured.remarks] == [
        "2026年的线网中没有Z站，按不可达计入。"
    ]


def test_any_station_means_the_stations_there_are() -> None:
    measured = measure(reading(destinations=RAIL), GROUNDS, year=2026)
    assert set(measured.pairs["destination"]) == {"Q"}
    assert measured.remarks == ()


@pytest.mark.parametrize("pairing", ["nearest", "each", "any"])
def test_where_no_station_of_a_kind_is_served_nobody_reaches_one(pairing: str) -> None:
    trams = {"kind": "stations", "types": ["tram"]}
    counted = pairs(destinations=trams, pairing=pairing)
    assert counted["origin"].tolist() == ["P"]
    assert counted["destination"].tolist() == [""]
    assert counted["minutes"].isna().all()


def test_a_missing_origin_counts_in_all_pairs() -> None:
    counted = pairs(origins=RAIL | {"ids": ["P", "Z", "Q"]}, destinations=None, pairing="all_pairs")
    ends = list(zip(counted["origin"], counted["destination"], strict=True))
    assert len(ends) == 3
    assert {frozenset(pair) for pair in ends} == {
        frozenset("PQ"),
        frozenset("PZ"),
        frozenset("QZ"),
    }
    assert counted["minutes"].isna().sum() == 2


def test_nearest_origin_leaves_a_missing_destination_unreached_from_anywhere() -> None:
    counted = pairs(
        origins=RAIL | {"ids": ["P"]},
        destinations=RAIL | {"ids": ["Q", "Z"]},
        pairing="nearest_origin",
    ).set_index("destination")
    assert counted.loc["Q", "origin"] == "P"
    assert counted.loc["Z", "origin"] == ""
    assert np.isnan(counted.loc["Z", "minutes"])


def test_pairs_reported_beside_the_verdict_are_not_counted() -> None:
    asked = reading(also_report=RAIL | {"ids": ["Z"]})
    measured = measure(asked, GROUNDS, year=2026)
    assert set(measured.pairs["destination"]) == {"Q"}
    assert set(measured.also["destination"]) == {"Z"}
    assert {"P", "Q", "Z"} == set(measured.points.index)


def test_distance_is_straight_kilometres_without_a_statistic() -> None:
    counted = pairs(
        measure="distance",
        origins={"kind": "townships", "ids": ["B"]},
        destinations=RAIL,
        pairing="nearest",
        statistics=[],
        decisive_statistic=None,
    )
    assert counted["destination"].tolist() == ["P"]
    assert counted["minutes"].item() == pytest.approx(9.65, abs=0.02)  # a tenth of a degree at 30 N
    assert counted["statistic"].tolist() == ["total"]


def test_people_are_those_of_the_origins() -> None:
    counted = pairs(
        **BY_CAR,
        origins={"kind": "townships", "ids": ["A", "B"]},
        destinations={"kind": "city_centres", "ids": ["C"]},
        weighting="people",
    )
    assert counted["weight"].tolist() == [100.0, 300.0]


def test_length_is_that_of_the_lines_open_in_the_year() -> None:
    asked = reading(
        measure="network_length",
        origins=None,
        destinations=None,
        statistics=[],
        decisive_statistic=None,
        line_modes=["metro"],
        within=["330100"],
        unit="km",
    )
    for year, total in ((2019, 0.0), (2023, 10.0), (2026, 15.0)):
        measured = measure(asked, GROUNDS, year=year)
        assert measured.pairs["minutes"].item() == pytest.approx(total)
        assert sum(row.minutes or 0.0 for row in measured.rows) == pytest.approx(total)
        assert [row.origin_zh for row in measured.rows] == ["一号线", "二号线"][
            : len(measured.rows)
        ]
        assert all(not row.destination and row.people is None for row in measured.rows)


def test_measures_without_statistics_have_a_stand_in() -> None:
    plain = reading(measure="distance", statistics=[], decisive_statistic=None)
    assert statistics_of(plain) == ("total",)
    assert decisive_statistic_of(plain) == "total"
    assert statistics_of(reading()) == ("fastest", "median", "p90")
    assert decisive_statistic_of(reading(decisive_statistic="median")) == "median"
