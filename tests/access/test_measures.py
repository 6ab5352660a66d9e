"""Accessibility measures, worked by hand on six nodes.

::

    A --10-- B --10-- C           minutes; F is an island that nobody reaches
    |        |
    6        8                    people: A 100, B 200, C 400, D 50, E 0, F 250
    |        |
    D --12-- E        F
"""

from functools import partial

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.access.decay import (
    exponential_decay,
    gaussian_decay,
    log_logistic_decay,
    power_decay,
    step_decay,
)
from gis.access.measures import (
    LUO_QI_STEEP_ZONES,
    cost_to_closest,
    cumulative_opportunities,
    daily_accessibility,
    dual_access,
    enhanced_two_step_catchment,
    gravity,
    mean_by_area,
    potential,
    reached_share,
    weighted_average_travel_time,
)
from gis.access.performance import transport_performance

FloatArray = npt.NDArray[np.float64]
NAN = np.nan
MINUTES = np.array(
    [
        [0, 10, 20, 6, 18, NAN],
        [10, 0, 10, 16, 8, NAN],
        [20, 10, 0, 26, 18, NAN],
        [6, 16, 26, 0, 12, NAN],
        [18, 8, 18, 12, 0, NAN],
        [NAN, NAN, NAN, NAN, NAN, 0],
    ]
)
PEOPLE = np.array([100.0, 200, 400, 50, 0, 250])
BEDS = np.array([0.0, 3, 0, 0, 0, 1])  # three at B, one at F
NONE = np.zeros(6)


def near(values: FloatArray, expected: list[float]) -> None:
    np.testing.assert_allclose(values, expected, rtol=1e-9)


def test_cumulative_opportunities_include_those_exactly_on_the_limit() -> None:
    near(
        cumulative_opportunities(MINUTES, PEOPLE, limit_min=10),
        [350, 700, 600, 150, 200, 250],
    )
    near(
        cumulative_opportunities(MINUTES, PEOPLE, limit_min=9.99),
        [150, 200, 400, 150, 200, 250],
    )
    near(daily_accessibility(MINUTES, PEOPLE), [750, 750, 750, 750, 750, 250])


def test_gravity_halves_with_every_half_time() -> None:
    found = gravity(MINUTES, PEOPLE, decay=partial(exponential_decay, half_min=10))
    # A: 100 + 200/2 + 400/4 + 50 × 2^-0.6; B: 100/2 + 200 + 400/2 + 50 × 2^-1.6
    near(found[[0, 1, 5]], [300 + 50 * 2**-0.6, 450 + 50 * 2**-1.6, 250])


def test_potential_divides_people_by_minutes() -> None:
    near(
        potential(MINUTES, PEOPLE, least_min=2),
        [
            50 + 20 + 20 + 50 / 6,
            10 + 100 + 40 + 50 / 16,
            5 + 20 + 200 + 50 / 26,
            100 / 6 + 12.5 + 400 / 26 + 25,
            100 / 18 + 25 + 400 / 18 + 50 / 12,
            125,
        ],
    )
    squared = potential(MINUTES, PEOPLE, exponent=2, least_min=2)
    assert squared[1] == pytest.approx(1 + 50 + 4 + 50 / 256)


def test_closest_and_second_closest() -> None:
    near(cost_to_closest(MINUTES, BEDS), [10, 0, 10, 16, 8, 0])
    near(cost_to_closest(MINUTES, BEDS, nearest=2), [NAN] * 6)  # nobody reaches both
    near(cost_to_closest(MINUTES, nearest=2), [6, 8, 10, 6, 8, NAN])


def test_dual_access_is_the_time_in_which_an_amount_is_reached() -> None:
    found = dual_access(MINUTES, PEOPLE, amount=700)
    near(found, [20, 10, 20, 26, 18, NAN])
    reached = cumulative_opportunities(MINUTES[:5], PEOPLE, limit_min=20)
    assert (reached >= 700).tolist() == (found[:5] <= 20).tolist()


def test_e2sfca_shares_supply_among_those_who_compete_for_it() -> None:
    # Step 1 at B: 100 + 200 + 400 + 0.68 × 50 = 734 people compete for 3 beds; at F 250 for 1.
    found = enhanced_two_step_catchment(MINUTES, supply=BEDS, demand=PEOPLE)
    ratio = 3 / 734
    near(found, [ratio, ratio, ratio, 0.68 * ratio, ratio, 1 / 250])
    assert found @ PEOPLE == pytest.approx(4)
    steep = enhanced_two_step_catchment(
        MINUTES, supply=BEDS, demand=PEOPLE, zones=LUO_QI_STEEP_ZONES
    )
    assert steep[3] == pytest.approx(0.42 * 3 / (700 + 0.42 * 50))
    plain = enhanced_two_step_catchment(MINUTES, supply=BEDS, demand=PEOPLE, zones=[(15, 1.0)])
    near(plain, [3 / 700, 3 / 700, 3 / 700, 0, 3 / 700, 1 / 250])


def test_e2sfca_gives_the_values_of_the_hospital_example_of_pysal_access() -> None:
    # Three tracts, gravity of power -1 up to 61 minutes (test_hospital_example.py, gridlock).
    minutes = np.array([[1.0, 80, 40], [80, 1, 40], [40, 40, 1]])
    doctors, people = np.array([15.0, 20, 100]), np.array([100.0, 50, 10])
    ratios = [15 / (100 + 10 / 40), 20 / (50 + 10 / 40), 100 / (10 + 150 / 40)]
    near(
        enhanced_two_step_catchment(
            minutes, supply=doctors, demand=people, zones=[(1, 1.0), (40, 1 / 40)]
        ),
        [
            ratios[0] + ratios[2] / 40,
            ratios[1] + ratios[2] / 40,
            ratios[2] + (ratios[0] + ratios[1]) / 40,
        ],
    )


def test_supply_that_nobody_reaches_and_places_that_reach_none() -> None:
    island = np.array([0.0, 0, 0, 0, 0, 1])
    assert enhanced_two_step_catchment(MINUTES, supply=island, demand=BEDS * 0).sum() == 0
    near(enhanced_two_step_catchment(MINUTES, supply=island, demand=PEOPLE)[:5], [0] * 5)


def test_an_unreachable_mass_is_never_left_out_of_an_average() -> None:
    near(weighted_average_travel_time(MINUTES, PEOPLE), [NAN] * 6)
    mainland = np.where(PEOPLE == 250, 0, PEOPLE)
    found = weighted_average_travel_time(MINUTES, mainland)
    assert found[0] == pytest.approx((2000 + 8000 + 300) / 750)
    assert np.isnan(found[5])
    counted = weighted_average_travel_time(MINUTES, PEOPLE, unreached_min=60)
    assert counted[0] == pytest.approx((2000 + 8000 + 300 + 250 * 60) / 1000)
    near(reached_share(MINUTES, PEOPLE), [0.75] * 5 + [0.25])


def test_transport_performance_sets_people_reached_against_people_nearby() -> None:
    # Map in km: A (0, 0), B (10, 0), C (20, 0), D (0, 6), E (10, 8), F (20, 8)
    x, y = np.array([0.0, 10, 20, 0, 10, 20]), np.array([0.0, 0, 0, 6, 8, 8])
    straight = np.hypot(x[:, None] - x, y[:, None] - y)
    found = transport_performance(MINUTES, straight, PEOPLE, limit_min=10, nearby_km=10)
    near(found.accessibility, [350, 700, 600, 150, 200, 250])
    near(found.proximity, [350, 700, 850, 150, 450, 650])
    near(found.performance, [100, 100, 100 * 600 / 850, 100, 100 * 200 / 450, 100 * 250 / 650])
    counties = np.array([0, 0, 1, 0, 1, -1])
    # County 0: (100 × 350 + 200 × 700 + 50 × 150) / 350
    near(mean_by_area(found.accessibility, PEOPLE, counties), [182_500 / 350, 600])


def test_an_area_with_an_unreachable_place_has_no_mean_time() -> None:
    closest = cost_to_closest(MINUTES, np.array([0.0, 1, 0, 0, 0, 0]))
    near(mean_by_area(closest, PEOPLE, np.array([0, 0, 0, 0, 1, 2])), [5800 / 750, NAN, NAN])
    near(mean_by_area(closest[:0], PEOPLE[:0], np.array([], dtype=np.int64)), [])


def test_without_destinations_nothing_is_reached_and_no_time_exists() -> None:
    empty, nobody = MINUTES[:, :0], PEOPLE[:0]
    for minutes, weights in ((empty, nobody), (MINUTES, NONE)):
        near(cumulative_opportunities(minutes, weights, limit_min=30), [0] * 6)
        near(potential(minutes, weights, least_min=1), [0] * 6)
        near(cost_to_closest(minutes, weights), [NAN] * 6)
        near(dual_access(minutes, weights, amount=1), [NAN] * 6)
        near(weighted_average_travel_time(minutes, weights), [NAN] * 6)
        near(reached_share(minutes, weights), [NAN] * 6)
        near(enhanced_two_step_catchment(minutes, supply=weights, demand=PEOPLE), [0] * 6)
    nowhere = transport_performance(MINUTES, np.zeros((6, 6)), NONE)
    near(nowhere.performance, [NAN] * 6)


DECAYS = (
    partial(step_decay, limit_min=30),
    partial(exponential_decay, half_min=12),
    partial(power_decay, exponent=1.5, least_min=2),
    partial(gaussian_decay, sigma_min=20),
    partial(log_logistic_decay, median_min=25, steepness=3),
)


@pytest.mark.parametrize("decay", DECAYS)
def test_decays_never_rise_and_give_nothing_to_the_unreachable(decay: partial[FloatArray]) -> None:
    minutes = np.array([0.0, 1, 2, 5, 12, 20, 25, 30, 60, 1e3, 1e6])
    weights = decay(minutes)
    assert (np.diff(weights) <= 0).all()
    assert (weights >= 0).all()
    assert weights[0] > 0.3
    assert decay(np.array([NAN])).tolist() == [0.0]


def test_decays_have_the_points_that_define_them() -> None:
    at = np.array([0.0, 20.0, 40.0])
    near(exponential_decay(at, half_min=20), [1, 0.5, 0.25])
    near(gaussian_decay(at, sigma_min=20), [1, np.exp(-0.5), np.exp(-2)])
    near(log_logistic_decay(at, median_min=20, steepness=2), [1, 0.5, 0.2])
    near(power_decay(at, exponent=2, least_min=4), [1 / 16, 1 / 400, 1 / 1600])


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: step_decay(MINUTES, limit_min=-1), "limit_min"),
        (lambda: exponential_decay(MINUTES, half_min=0), "half_min"),
        (lambda: power_decay(MINUTES, exponent=-1, least_min=1), "exponent"),
        (lambda: power_decay(MINUTES, exponent=1, least_min=0), "least_min"),
        (lambda: gaussian_decay(MINUTES, sigma_min=NAN), "sigma_min"),
        (lambda: log_logistic_decay(MINUTES, median_min=1, steepness=0), "steepness"),
        (lambda: gravity(MINUTES, PEOPLE[:2], decay=DECAYS[0]), "one weight each"),
        (lambda: gravity(MINUTES, -PEOPLE, decay=DECAYS[0]), "negative"),
        (lambda: gravity(MINUTES, PEOPLE * NAN, decay=DECAYS[0]), "numbers"),
        (lambda: cost_to_closest(MINUTES, nearest=0), "nearest"),
        (lambda: dual_access(MINUTES, PEOPLE, amount=0), "amount"),
        (lambda: transport_performance(MINUTES, MINUTES, PEOPLE), "straight_km"),
        (lambda: mean_by_area(PEOPLE, -PEOPLE, np.zeros(6, dtype=np.int64)), "negative"),
        (lambda: mean_by_area(PEOPLE, PEOPLE[:2], np.zeros(6, dtype=np.int64)), "one entry"),
        (
            lambda: enhanced_two_step_catchment(
                MINUTES, supply=BEDS, demand=PEOPLE, zones=[(20, 1), (10, 0.5)]
            ),
            "rise",
        ),
        (
            lambda: enhanced_two_step_catchment(
                MINUTES, supply=BEDS, demand=PEOPLE, zones=[(10, 0.5), (20, 1)]
            ),
            "not rise",
        ),
    ],
)
def test_what_does_not_fit_is_refused(call: partial[object], name: str) -> None:
    with pytest.raises(ValueError, match=name):
        call()


TIMES = st.floats(min_value=0, max_value=200) | st.just(NAN)
MATRICES = st.lists(
    st.lists(TIMES, min_size=4, max_size=4).map(np.array), min_size=1, max_size=5
).map(np.array)
WEIGHTS = st.lists(
    st.floats(min_value=0, max_value=1e6).filter(lambda weight: weight == 0 or weight > 1e-3),
    min_size=4,
    max_size=4,
).map(np.array)


@given(minutes=MATRICES, masses=WEIGHTS, column=st.integers(0, 3))
def test_a_faster_link_never_lowers_what_can_be_reached(
    minutes: FloatArray, masses: FloatArray, column: int
) -> None:
    faster = minutes.copy()
    faster[0, column] = np.nan_to_num(minutes[0, column], nan=200.0) / 2
    for decay in DECAYS:
        before, after = (gravity(times, masses, decay=decay) for times in (minutes, faster))
        assert (after >= before * (1 - 1e-12)).all()
    closest, sooner = (cost_to_closest(times, masses) for times in (minutes, faster))
    assert (np.nan_to_num(sooner, nan=np.inf) <= np.nan_to_num(closest, nan=np.inf)).all()


@given(minutes=MATRICES, masses=WEIGHTS, scale=st.floats(min_value=0.1, max_value=10))
def test_what_is_reached_is_proportional_to_the_masses(
    minutes: FloatArray, masses: FloatArray, scale: float
) -> None:
    for decay in DECAYS:
        np.testing.assert_allclose(
            gravity(minutes, masses * scale, decay=decay),
            gravity(minutes, masses, decay=decay) * scale,
        )
    np.testing.assert_allclose(
        weighted_average_travel_time(minutes, masses * scale),
        weighted_average_travel_time(minutes, masses),
    )


@given(minutes=MATRICES, masses=WEIGHTS, amount=st.floats(min_value=0.01, max_value=1e6))
def test_dual_access_is_the_first_time_at_which_the_amount_is_reached(
    minutes: FloatArray, masses: FloatArray, amount: float
) -> None:
    found = dual_access(minutes, masses, amount=amount)
    for times, answer in zip(minutes, found, strict=True):
        within = [
            time
            for time in sorted(times[~np.isnan(times)])
            if masses[times <= time].sum() >= amount * (1 - 1e-9)
        ]
        assert answer == within[0] if within else np.isnan(answer)


@given(minutes=MATRICES, supply=WEIGHTS)
def test_e2sfca_hands_out_exactly_the_supply_that_anybody_reaches(
    minutes: FloatArray, supply: FloatArray
) -> None:
    demand = np.arange(1.0, len(minutes) + 1)
    found = enhanced_two_step_catchment(minutes, supply=supply, demand=demand)
    with np.errstate(invalid="ignore"):
        reached = (minutes <= 30).any(axis=0)
    assert found @ demand == pytest.approx(supply[reached].sum())
