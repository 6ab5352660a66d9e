"""The border effect on made pairs whose times follow the formula exactly, and on the drawing."""

import numpy as np
import pandas as pd
import pytest

from gis.catalogue.goals import PlaceKind
from gis.core.schemas import Mode
from gis.planning.border_pairs import Cut, near_pairs, pairs_of_cut
from gis.planning.border_penalty import (
    border_effect,
    border_penalties,
    penalty_of_pairs,
)
from gis.planning.border_remarks import remarks, with_remarks
from tests.drawn_network import PARAMETERS
from tests.planning.drawn_goals import book, network

CUT = Cut("W-E", "西—东", "West–East", ("W", "E"))


def made_places(*, hilly: int = 3) -> pd.DataFrame:
    """Return a grid of 6 × 4 places about 5 km apart, the border between column 3 and 4."""
    column, row = (axis.ravel() for axis in np.meshgrid(np.arange(6), np.arange(4)))
    return pd.DataFrame(
        {
            "id": [f"{c}{r}" for c, r in zip(column, row, strict=True)],
            "lon": 120.0 + 0.05 * column,
            "lat": 30.0 + 0.045 * row,
            "city_id": np.where(column < 3, "W", "E"),
            "terrain": np.where(np.arange(24) % hilly == 0, "hill", "plain"),
        }
    )


def made_pairs(
    places: pd.DataFrame, *, ratio: float, noise: float = 0.0, random_seed: int = 1
) -> pd.DataFrame:
    """Return pairs with ``t = 2 d^0.8 · 1.1^(hilly ends) · ratio^across``, and noise."""
    pairs = pairs_of_cut(places, near_pairs(places), CUT)
    hilly = places["terrain"].to_numpy() == "hill"
    ends = hilly[pairs["origin"]].astype(int) + hilly[pairs["destination"]]
    random = np.random.default_rng(random_seed).normal(0.0, noise, len(pairs))
    minutes = 2 * pairs["straight_km"] ** 0.8 * 1.1**ends * ratio ** pairs["across"]
    return pairs.assign(
        minutes=minutes * np.exp(random),
        road_km=1.3 * pairs["straight_km"],
        known_share=1.0,
        over_water=False,
    )


def test_the_ratio_of_exact_times_is_found_with_no_doubt() -> None:
    places = made_places()
    pairs = made_pairs(places, ratio=1.25)
    effect = border_effect(places, pairs, pairs["minutes"], draws=50)
    assert (effect.ratio, effect.low, effect.high) == pytest.approx((1.25, 1.25, 1.25))


def test_the_interval_of_noisy_times_holds_the_truth_and_is_the_same_again() -> None:
    places = made_places()
    pairs = made_pairs(places, ratio=1.25, noise=0.2)
    effect = border_effect(places, pairs, pairs["minutes"], draws=200)
    assert effect.low < 1.25 < effect.high
    assert effect.low < effect.ratio < effect.high
    assert effect.high < 1.5
    assert border_effect(places, pairs, pairs["minutes"], draws=200) == effect
    other = border_effect(places, pairs, pairs["minutes"], draws=200, random_seed=2)
    assert other.ratio == effect.ratio
    assert other.low != effect.low


def test_the_ratio_is_that_of_plain_least_squares() -> None:
    places = made_places()
    pairs = made_pairs(places, ratio=1.1, noise=0.3)
    hilly = (places["terrain"] == "hill").to_numpy()
    terms = np.column_stack(
        [
            np.ones(len(pairs)),
            np.log(pairs["straight_km"]),
            pairs["across"],
            hilly[pairs["origin"]].astype(float) + hilly[pairs["destination"]],
        ]
    )
    plain = np.linalg.lstsq(terms, np.log(pairs["minutes"]), rcond=None)[0]
    found = border_effect(places, pairs, pairs["minutes"], draws=0)
    assert found.ratio == pytest.approx(np.exp(plain[2]))


def test_a_border_that_terrain_tells_as_well_is_not_told() -> None:
    places = made_places().assign(
        terrain=lambda one: np.where(one["city_id"] == "W", "hill", "plain")
    )
    pairs = made_pairs(places, ratio=1.5)
    # Across has one hilly end, inside two or none: a line through both still leaves the border.
    assert border_effect(places, pairs, pairs["minutes"], draws=0).ratio == pytest.approx(1.5)
    one_side = pairs[pairs["across"] | (places["city_id"].to_numpy()[pairs["origin"]] == "W")]
    assert np.isnan(border_effect(places, one_side, one_side["minutes"], draws=10).ratio)


def test_figures_add_up() -> None:
    places = made_places()
    pairs = made_pairs(places, ratio=1.25)
    wet = pairs["across"] & (pairs["straight_km"] < 10)
    unknown = pairs["across"] & (pairs["straight_km"] > 15)
    slow = pairs["minutes"].where(~wet, pairs["minutes"] * 2)
    pairs = pairs.assign(over_water=wet, minutes=slow, known_share=np.where(unknown, 0.0, 1.0))
    found = penalty_of_pairs(places, pairs, draws=20)
    across = pairs[pairs["across"]]
    assert found["pairs_across"] == found["reached_across"] == len(across)
    assert found["pairs_within"] == (~pairs["across"]).sum()
    assert found["minutes_across"] == pytest.approx(across["minutes"].mean())
    assert found["penalty_min"] == pytest.approx(found["minutes_across"] * (1 - 1 / found["ratio"]))
    assert found["ratio"] > 1.25
    assert found["ratio_dry"] == pytest.approx(1.25)
    assert found["over_water"] == pytest.approx(wet.sum() / len(across))
    assert found["detour_ratio"] == pytest.approx(1.0)
    assert found["assumed_across"] == unknown.sum()
    assert found["assumed_km"] == pytest.approx(
        pairs.loc[unknown, "road_km"].sum() / across["road_km"].sum()
    )
    rest = pairs[~unknown]
    assert found["ratio_known"] == pytest.approx(
        border_effect(places, rest, rest["minutes"], draws=0).ratio
    )


def test_pairs_that_cannot_travel_are_counted_and_may_leave_it_open() -> None:
    places = made_places()
    pairs = made_pairs(places, ratio=1.25)
    lost = pairs["across"] & (np.arange(len(pairs)) % 3 == 0)
    found = penalty_of_pairs(places, pairs.assign(minutes=pairs["minutes"].where(~lost)), draws=20)
    assert found["ratio"] == pytest.approx(1.25)
    assert found["reached_across"] == found["pairs_across"] - lost.sum()
    most = pairs["across"] & (np.arange(len(pairs)) % 3 > 0)
    found = penalty_of_pairs(places, pairs.assign(minutes=pairs["minutes"].where(~most)), draws=20)
    assert np.isnan(found["ratio"])
    assert np.isnan(found["penalty_min"])


def test_on_the_drawing_there_are_too_few_pairs_and_that_is_said() -> None:
    places = book().points[PlaceKind.TOWNSHIPS].assign(terrain="plain")
    cut = Cut("330100-330600", "甲—乙", "A–B", ("330100", "330600"))
    zone = Cut("Z", "区", "zone", cut.city_ids, frozenset("F"))
    asked: list[tuple[Mode, bool, int]] = []
    table = border_penalties(
        network(),
        places,
        (cut, zone),
        parameters=PARAMETERS,
        draws=10,
        progress=lambda *said: asked.append(said),
    )
    assert asked == [(Mode.CAR, False, 6), (Mode.CAR, True, 6)]
    assert table[["id", "kind", "peak"]].to_numpy().tolist() == [
        ["330100-330600", "border", False],
        ["Z", "zone", False],
        ["330100-330600", "border", True],
        ["Z", "zone", True],
    ]
    first = table.iloc[0]
    assert (first["pairs_across"], first["pairs_within"]) == (3, 3)
    assert first["minutes_across"] == pytest.approx((10 + 4 + 14) / 3, rel=0.01)
    assert np.isnan(first["ratio"])
    told = with_remarks(table)
    # Two pairs for each of the seven coefficients, and the reader is told so.
    few = told["remarks_zh"].iloc[0]
    assert few.startswith("可比的点对太少（跨界 3 对中可达 3 对，市内 3 对中可达 3 对），不作判断")
    assert "7 个系数" in few
    assert "至少 14 对且 50% 以上可达" in few


def test_remarks_say_what_the_figures_hang_on() -> None:
    row = {
        "ratio": 1.1,
        "ratio_low": 0.9,
        "ratio_high": 1.3,
        "over_water": 0.4,
        "ratio_dry": 1.02,
        "assumed_km": 0.25,
        "assumed_across": 3,
        "ratio_known": 1.05,
        "mode": "car",
    }
    said = "".join(remarks(row, language="zh"))
    assert "区间含 1" in said
    assert "40%" in said
    assert "1.02" in said
    assert "25%" in said
    assert "3 对" in said
    assert "1.05" in said
    sure = row | {"ratio_low": 1.05, "over_water": 0.0, "assumed_km": 0.0, "assumed_across": 0}
    assert remarks(sure, language="en") == []
    rail = sure | {
        "mode": "transit",
        "assumed_km": np.nan,
        "reached_across": 30,
        "pairs_across": 40,
        "reached_within": 0,
        "pairs_within": 0,
    }
    assert "75%" in remarks(rail, language="en")[0]
