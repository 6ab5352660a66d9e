"""Which pairs count, worked by hand on two origins and two destinations."""

import numpy as np
import pandas as pd

from gis.catalogue.goals import Pairing, Weighting
from gis.planning.pairs import counted_pairs

#        x    y
#   a   10   20
#   b  nan   30
ORIGINS = pd.DataFrame(
    {"id": ["a", "b"], "population": [100.0, 300.0], "city_id": ["330100", "330600"]}
)
DESTINATIONS = pd.DataFrame(
    {"id": ["x", "y"], "population": [1.0, 2.0], "city_id": ["330100", "330600"]}
)
TIMES = pd.DataFrame(
    {
        "origin": ["a", "a", "b", "b"],
        "destination": ["x", "y", "x", "y"],
        "statistic": ["fastest"] * 4,
        "minutes": [10.0, 20.0, np.nan, 30.0],
    }
)


def counted(pairing: Pairing, weighting: Weighting = Weighting.PAIRS) -> pd.DataFrame:
    return counted_pairs(
        TIMES,
        origins=ORIGINS,
        destinations=DESTINATIONS,
        pairing=pairing,
        weighting=weighting,
    )


def test_each_counts_all_pairs_and_keeps_the_unreachable() -> None:
    pairs = counted(Pairing.EACH)
    assert len(pairs) == 4
    assert pairs["minutes"].isna().sum() == 1


def test_nearest_takes_the_best_destination_of_each_origin() -> None:
    pairs = counted(Pairing.NEAREST)
    assert pairs["minutes"].tolist() == [10.0, 30.0]


def test_nearest_origin_takes_the_best_origin_of_each_destination() -> None:
    pairs = counted(Pairing.NEAREST_ORIGIN, Weighting.PEOPLE)
    assert pairs[["origin", "destination"]].to_numpy().tolist() == [["a", "x"], ["a", "y"]]
    assert pairs["people"].tolist() == [1.0, 2.0]


def test_any_takes_the_single_best_pair() -> None:
    assert counted(Pairing.ANY)["minutes"].tolist() == [10.0]


def test_own_pairs_each_origin_with_its_prefecture() -> None:
    pairs = counted(Pairing.OWN, Weighting.PEOPLE)
    assert pairs["minutes"].tolist() == [10.0, 30.0]
    assert pairs["weight"].tolist() == [100.0, 300.0]


def test_all_pairs_counts_each_unordered_pair_once_and_no_place_with_itself() -> None:
    places = ["a", "b", "c"]
    times = pd.DataFrame(
        [(first, second, "fastest", 1.0) for first in places for second in places],
        columns=["origin", "destination", "statistic", "minutes"],
    )
    points = pd.DataFrame({"id": places, "population": 1.0, "city_id": ""})
    pairs = counted_pairs(
        times,
        origins=points,
        destinations=points,
        pairing=Pairing.ALL_PAIRS,
        weighting=Weighting.PAIRS,
    )
    named = list(zip(pairs["origin"], pairs["destination"], strict=True))
    assert named == [("a", "b"), ("a", "c"), ("b", "c")]


def test_unreachable_everywhere_stays_in_the_table() -> None:
    lost = TIMES.assign(minutes=np.nan)
    pairs = counted_pairs(
        lost,
        origins=ORIGINS,
        destinations=DESTINATIONS,
        pairing=Pairing.NEAREST,
        weighting=Weighting.PAIRS,
    )
    assert pairs["origin"].tolist() == ["a", "b"]
    assert pairs["minutes"].isna().all()


def test_unreachable_nearest_names_no_destination() -> None:
    pairs = counted_pairs(
        TIMES.assign(minutes=[10.0, 20.0, np.nan, np.nan]),
        origins=ORIGINS,
        destinations=DESTINATIONS,
        pairing=Pairing.NEAREST,
        weighting=Weighting.PAIRS,
    )
    assert pairs["destination"].tolist() == ["x", ""]


def test_an_origin_of_a_city_without_a_destination_is_lost_and_not_left_out() -> None:
    only_first = DESTINATIONS[DESTINATIONS["id"] == "x"]
    pairs = counted_pairs(
        TIMES[TIMES["destination"] == "x"],
        origins=ORIGINS,
        destinations=only_first,
        pairing=Pairing.OWN,
        weighting=Weighting.PEOPLE,
    )
    assert pairs["origin"].tolist() == ["a", "b"]
    assert pairs["destination"].tolist() == ["x", ""]
    assert pairs["statistic"].tolist() == ["fastest"] * 2
    assert pairs["weight"].tolist() == [100.0, 300.0]
    assert pairs["minutes"].isna().tolist() == [False, True]


def test_an_origin_whose_only_destination_is_itself_reaches_no_other() -> None:
    itself = pd.DataFrame(
        {"origin": ["a", "b"], "destination": "a", "statistic": "fastest", "minutes": [0.0, 9.0]}
    )
    pairs = counted_pairs(
        itself,
        origins=ORIGINS,
        destinations=ORIGINS[ORIGINS["id"] == "a"],
        pairing=Pairing.NEAREST,
        weighting=Weighting.PAIRS,
    )
    assert dict(zip(pairs["origin"], pairs["minutes"].fillna(-1), strict=True)) == {"a": -1, "b": 9}
