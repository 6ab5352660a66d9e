"""Probabilities on the drawn network, and that no error gives back the verdict."""

from dataclasses import replace

import pytest

from gis.catalogue.accuracies import Accuracy, load_accuracies
from gis.catalogue.goals import Goal, load_goals
from gis.core.schemas import Status, VerdictWord
from gis.network.model import Network
from gis.pipeline import RunConfig, read_grounds, ready_network
from gis.planning.confidence.openings import Opening
from gis.planning.confidence.probabilities import Key, probabilities
from gis.planning.confidence.result import Confidence
from gis.planning.verdicts import check_goals
from tests.planning.drawn_goals import BY_CAR, RAIL, TRIPS, goal, grounds, network, reading

TOWNS = {"kind": "townships", "ids": ["A", "B", "D", "E", "F"]}
CENTRE = {"kind": "city_centres", "ids": ["C"]}
DOOR = {"mode": "best", "definition": "door_to_door", "decisive_statistic": "median"}
DISTANCE = {
    "measure": "distance",
    "origins": TOWNS,
    "destinations": CENTRE,
    "mode": None,
    "definition": None,
    "statistics": [],
    "decisive_statistic": None,
    "unit": "km",
}
GOALS = (
    goal(
        reading(id="A"),
        reading(id="B", origins=TOWNS, destinations=CENTRE, **BY_CAR),
        reading(id="C", origins=TOWNS, destinations=CENTRE, weighting="people", **DOOR),
        reading(id="D", origins=TOWNS, destinations=None, pairing="all_pairs", **DOOR),
        reading(id="E", origins=TOWNS, destinations=TOWNS, pairing="nearest", **BY_CAR),
        reading(id="F", origins=TOWNS, destinations=CENTRE, peak=True, **DOOR),
        reading(id="G", destinations=RAIL, extra_minutes=5),
        reading(id="H", origins=TOWNS, destinations=TOWNS, pairing="own", **DOOR),
        reading(id="J", origins=TOWNS, destinations=CENTRE, pairing="any", **BY_CAR),
        reading(id="K", origins=TOWNS, destinations=CENTRE, pairing="nearest_origin", **BY_CAR),
        reading(id="M", **DISTANCE, threshold=10),
        reading(id="L", destinations=RAIL | {"ids": ["Q", "Z"]}, pairing="nearest"),
    ),
)


def accuracy(identifier: str, subject: str, **changes: object) -> Accuracy:
    fields: dict[str, object] = {
        "id": identifier,
        "subject": subject,
        "name_zh": "误差",
        "name_en": "error",
        "shape": "triangular",
        "low": 0.5,
        "mode": 1.0,
        "high": 1.5,
        "unit": "factor",
        "source_id": "S",
        "certainty": "low",
        "note_zh": "假设",
        "note_en": "assumption",
    }
    return Accuracy.model_validate(fields | changes)


def found(
    goals: tuple[Goal, ...],
    accuracies: tuple[Accuracy, ...],
    *,
    on: Network | None = None,
    draws: int = 200,
    openings: tuple[Opening, ...] = (),
    spread: float = 1.0,
    processes: int = 1,
) -> dict[Key, Confidence]:
    return probabilities(
        goals,
        grounds(replace(on or network(), year=2026)),
        accuracies=accuracies,
        openings={2026: openings},
        draws=draws,
        seed=5,
        spread=spread,
        processes=processes,
    )


def with_closed_doors() -> Network:
    """Give the drawn network where nobody may board the first train, nor leave the second."""
    on = network()
    times = on.feed.stop_times
    closed = {
        "pickup_type": (times["trip_id"] == "G1/1").astype("int8"),
        "drop_off_type": (times["trip_id"] == "D1/1").astype("int8"),
    }
    return replace(on, feed=replace(on.feed, stop_times=times.assign(**closed)))


@pytest.mark.parametrize("on", [network(), with_closed_doors()], ids=["open", "closed doors"])
def test_without_errors_every_probability_agrees_with_the_verdict(on: Network) -> None:
    confidences = found(GOALS, load_accuracies(), on=on, draws=2, spread=0.0)
    verdicts = check_goals(GOALS, grounds(replace(on, year=2026)))
    assert len(confidences) == len(verdicts) > 20
    for verdict in verdicts:
        confidence = confidences[verdict.goal, verdict.reading, 2026, verdict.statistic]
        assert confidence.probability == float(verdict.verdict is VerdictWord.MET), verdict
        assert confidence.low == confidence.high == pytest.approx(verdict.value), verdict
        assert confidence.hinges == ()


@pytest.mark.parametrize(("limit", "probability"), [(10.0, 0.5), (12.5, 0.875), (15.1, 1.0)])
def test_one_road_and_one_error_by_hand(limit: float, probability: float) -> None:
    # A to B is 10 minutes of trunk road; the factor is a triangle from 0.5 over 1 to 1.5.
    ends = {"origins": TOWNS | {"ids": ["A"]}, "destinations": CENTRE | {"ids": ["B"]}}
    one = goal(reading(threshold=limit, **ends, **BY_CAR))
    trunk = accuracy("road_time.trunk", "road_time", applies_to="trunk")
    (confidence,) = found((one,), (trunk,)).values()
    assert confidence.probability == pytest.approx(probability, abs=0.01)
    assert [hinge.input.id for hinge in confidence.hinges] == ["road_time.trunk"]
    assert confidence.hinges[0].share > 0.95
    assert confidence.low == pytest.approx(5 + 10 * (0.05 / 2) ** 0.5, abs=0.1)


def test_roads_of_a_class_are_off_together() -> None:
    # A to D and D to E are both trunk: were they off alone, their sum would vary less.
    ends = {"origins": TOWNS | {"ids": ["A"]}, "destinations": CENTRE | {"ids": ["D", "E"]}}
    one = goal(reading(**ends, **BY_CAR))
    trunk = accuracy("road_time.trunk", "road_time", applies_to="trunk")
    (confidence,) = found((one,), (trunk,)).values()
    assert confidence.low is not None
    assert confidence.high is not None
    assert (confidence.high - confidence.low) / 18.0 == pytest.approx(
        1.0 - 2 * (0.05 / 2) ** 0.5, abs=0.02
    )


def test_slower_trains_make_the_ride_longer() -> None:
    slow = accuracy("running_time.high", "running_time", applies_to="high", low=1.0, high=2.0)
    (fastest, *_) = found((goal(reading(threshold=30)),), (slow,)).values()
    # The fastest takes 20 minutes: within 30 for factors up to 1.5 of a falling triangle.
    assert fastest.probability == pytest.approx(0.75, abs=0.01)


def test_what_opens_late_is_not_there() -> None:
    delay = accuracy(
        "opening_delay.planned",
        "opening_delay",
        applies_to="planned",
        low=0.0,
        mode=0.0,
        high=1.0,
        unit="year",
    )
    line = Opening("M2", "二号线", "Line 2", 2026, Status.PLANNED, lines=frozenset({"M2"}))
    length = reading(
        measure="network_length",
        origins=None,
        destinations=None,
        statistics=[],
        decisive_statistic=None,
        line_modes=["metro"],
        comparison=">=",
        threshold=15,
        unit="km",
    )
    (confidence,) = found((goal(length),), (delay,), openings=(line,)).values()
    # Late by half a year or more counts as a year: a quarter of the triangle.
    assert confidence.probability == pytest.approx(0.75, abs=0.01)
    assert [hinge.input.name_zh for hinge in confidence.hinges] == ["二号线能否按期开通"]


@pytest.mark.usefixtures("plain_main")
def test_the_same_seed_gives_the_same_whatever_the_processes() -> None:
    accuracies = load_accuracies()
    assert found(GOALS, accuracies, draws=30, processes=1) == found(
        GOALS, accuracies, draws=30, processes=2
    )


def test_places_are_off_by_themselves() -> None:
    off = accuracy(
        "position.high", "position", applies_to="high", shape="normal", sd=100.0, unit="m"
    )
    pair = {"origins": TOWNS | {"ids": ["A"]}, "destinations": CENTRE | {"ids": ["B"]}}
    straight = reading(**(DISTANCE | pair))
    (confidence,) = found((goal(straight),), (off,), draws=400).values()
    # Both ends are off by 100 m along the line: 141 m together, 1.645 times that at the tails.
    assert confidence.low is not None
    assert confidence.high is not None
    assert (confidence.high - confidence.low) / 2 == pytest.approx(0.2326, rel=0.1)


def test_trains_that_may_be_late_leave_the_others() -> None:
    assert set(TRIPS) == {"G1/1", "D1/1", "G1/2", "G2/1"}  # none of them is a pattern that opens
    delay = accuracy("opening_delay.planned", "opening_delay", applies_to="planned", unit="year")
    line = Opening("X", "新线", "New", 2026, Status.PLANNED, patterns=frozenset({"X-1"}))
    (fastest, *_) = found((goal(reading()),), (delay,), openings=(line,), draws=20).values()
    assert fastest.probability == 1.0


def test_the_products_own_network_without_errors_agrees_with_its_verdicts() -> None:
    year = 2023
    config = RunConfig()
    own = read_grounds(config, networks={year: ready_network(year, config=config)})
    some = tuple(one for one in load_goals() if one.id in {"G-T01", "G-T05", "G-T16", "G-I17"})
    confidences = probabilities(
        some, own, accuracies=load_accuracies(), openings={}, draws=1, seed=1, spread=0.0
    )
    verdicts = check_goals(some, own)
    assert len(confidences) > 15
    for verdict in verdicts:
        key = (verdict.goal, verdict.reading, year, verdict.statistic)
        if key in confidences:
            is_met = verdict.verdict is VerdictWord.MET
            assert confidences[key].probability == float(is_met), key
            assert confidences[key].low == pytest.approx(verdict.value), key
