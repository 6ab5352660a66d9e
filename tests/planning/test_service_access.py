"""Classes of service that people reach, on the drawn network with points drawn on it."""

from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.catalogue.goals import load_goals
from gis.catalogue.osm_points import PointKind, kinds_of_goal, load_osm_points
from gis.network.model import Network
from gis.planning.service_access import nearest_points
from gis.planning.verdict import Verdict
from gis.planning.verdicts import check_goals
from tests.drawn_network import NODES
from tests.planning.drawn_goals import goal, grounds, network, reading

# One km is 0.00898 degrees of latitude; people walk 6 km/h, 10 minutes a km.
KM = 0.00898
BY_CAR = {"mode": "car", "definition": "in_vehicle", "unit": "min"}
ON_FOOT = {"mode": None, "definition": None, "unit": "min", "threshold": 15}
WITHIN_1_KM = {"mode": None, "definition": None, "unit": "km", "threshold": 1}


def with_points(*points: tuple[str, str, float]) -> Network:
    """Give the drawn network with points of a kind so many km north of a node."""
    rows = [
        (f"n{number}", kind, f"{kind}{number}", NODES[node][0], NODES[node][1] + km * KM)
        for number, (kind, node, km) in enumerate(points)
    ]
    columns = ["point_id", "kind", "name_zh", "lon", "lat"]
    numbers = {"lon": float, "lat": float}
    return replace(_roads(), points=pd.DataFrame(rows, columns=columns).astype(numbers))


@cache
def _roads() -> Network:
    return network()


def judged(on: Network, **changes: object) -> Verdict:
    fields: dict[str, object] = {
        "measure": "service_access",
        "origins": {"kind": "townships", "ids": ["A", "B", "C"]},
        "destinations": None,
        "services": [["school"], ["clinic"]],
        "statistics": [],
        "decisive_statistic": None,
        "weighting": "people",
        "needs_zh": ["点位"],
        "needs_en": ["points"],
    }
    (found,) = check_goals([goal(reading(**fields | changes))], grounds(on))
    return found


def test_all_classes_reached_by_everybody() -> None:
    on = with_points(*((kind, node, 1) for kind in ("school", "clinic") for node in "ABC"))
    found = judged(on, **ON_FOOT)
    assert (found.verdict.value, found.share) == ("met", 1.0)
    assert found.value == pytest.approx(10, abs=0.1)
    assert found.pairs == 3


def test_the_class_out_of_reach_is_counted_against_its_people_and_named() -> None:
    on = with_points(
        ("school", "A", 1), ("clinic", "A", 1.2), ("school", "B", 1), ("school", "C", 1)
    )
    found = judged(on, **ON_FOOT)
    # A has 100 of 1000 people; B and C have no clinic at hand.
    assert (found.verdict.value, found.share) == ("partly met", pytest.approx(0.1))
    rows = {row.origin: row for row in found.evidence}
    assert rows["A"].minutes == pytest.approx(12, abs=0.1)
    assert (rows["A"].destination_zh, rows["A"].is_within) == ("clinic1", True)
    assert rows["B"].minutes is None
    assert (rows["B"].destination_zh, rows["B"].destination_en) == ("社区卫生", "Clinics")


def test_how_far_a_walk_fails_is_told() -> None:
    on = with_points(("school", "A", 2), ("clinic", "A", 1))
    found = judged(on, **ON_FOOT, origins={"kind": "townships", "ids": ["A"]})
    assert found.verdict.value == "not met"
    assert found.value == pytest.approx(20, abs=0.1)


def test_as_many_classes_as_a_reading_asks_for_are_enough() -> None:
    on = with_points(("school", "A", 1), ("clinic", "B", 1), ("clinic", "C", 1))
    assert judged(on, **ON_FOOT).share == 0
    assert judged(on, **ON_FOOT, services_needed=1).share == 1


def test_a_class_of_several_kinds_is_reached_by_any_of_them() -> None:
    on = with_points(("school", "A", 1), ("hospital", "A", 1), ("clinic", "C", 1))
    here = {"kind": "townships", "ids": ["A"]}
    assert judged(on, **ON_FOOT, origins=here).share == 0
    either = [["school"], ["clinic", "hospital"]]
    assert judged(on, **ON_FOOT, origins=here, services=either).share == 1


def test_by_car_the_quickest_of_the_near_points_counts() -> None:
    # A drives 10 minutes to B, where both are, and 6 to D with its school alone.
    on = with_points(("school", "B", 0), ("clinic", "B", 0), ("school", "D", 0))
    found = judged(on, **BY_CAR, threshold=10)
    # B is there, C has 10 minutes of motorway to B.
    assert (found.verdict.value, found.share) == ("met", 1.0)
    assert found.value == pytest.approx(10, abs=0.01)
    assert judged(on, **BY_CAR, threshold=9).share == pytest.approx(0.3)


def test_straight_distances_where_the_reading_is_in_km() -> None:
    on = with_points(
        ("school", "A", 0.9), ("clinic", "A", 0.5), ("school", "B", 0), ("clinic", "B", 1.1)
    )
    found = judged(on, **WITHIN_1_KM)
    assert found.share == pytest.approx(0.1)
    rows = {row.origin: row.minutes for row in found.evidence}
    assert rows["A"] == pytest.approx(0.9, abs=0.01)
    assert rows["B"] == pytest.approx(1.1, abs=0.01)
    assert rows["C"] == pytest.approx(19.3, abs=0.1)


def test_a_class_without_any_point_cannot_be_decided_and_is_named() -> None:
    found = judged(with_points(("school", "A", 0), ("park", "A", 0)), **ON_FOOT)
    assert (found.verdict.value, found.share) == ("not decidable", None)
    assert found.caveats_zh == ("路网文件的服务点位中没有：社区卫生。",)
    assert found.caveats_en == ("The network has no points of service of these kinds: Clinics.",)


def test_without_points_the_data_needed_are_named_as_before() -> None:
    found = judged(network(), **ON_FOOT)
    assert found.verdict.value == "not decidable"
    assert found.caveats_zh == ("缺少数据：点位。", "路网文件的服务点位中没有：中小学、社区卫生。")


def test_what_points_do_not_tell_is_said_in_both_languages() -> None:
    on = with_points(("school", "A", 0), ("clinic", "A", 0))
    found = judged(on, **ON_FOOT)
    assert len(found.caveats_zh) == len(found.caveats_en) == 3
    assert any("三甲" in caveat for caveat in found.caveats_zh)
    assert any("镇街驻地" in caveat for caveat in found.caveats_zh)
    parks = judged(with_points(("park", "A", 0)), **ON_FOOT, services=[["park"]])
    assert not any("三甲" in caveat for caveat in parks.caveats_zh)


POINT = st.tuples(
    st.sampled_from(["school", "clinic"]),
    st.sampled_from("ABCDEF"),
    st.sampled_from([0, 0.5, 1.4, 2]),
)


@settings(max_examples=6)
@given(st.lists(POINT, max_size=4), POINT)
def test_another_facility_never_lowers_the_share(
    points: list[tuple[str, str, float]], more: tuple[str, str, float]
) -> None:
    start = [("school", "F", 0.0), ("clinic", "F", 0.0), *points]
    for how in (ON_FOOT, BY_CAR | {"threshold": 8}, WITHIN_1_KM):
        before, after = judged(with_points(*start), **how), judged(with_points(*start, more), **how)
        assert (before.share or 0.0) <= (after.share or 0.0)


@settings(max_examples=25)
@given(st.lists(POINT, max_size=12), st.integers(1, 4))
def test_the_nearest_points_are_those_of_a_full_search(
    points: list[tuple[str, str, float]], count: int
) -> None:
    on = with_points(*points)
    spots = pd.DataFrame(NODES.values(), columns=["lon", "lat"])
    services = ((PointKind.SCHOOL,), (PointKind.CLINIC, PointKind.PARK))
    found = nearest_points(spots, on.points, services, network=on, count=count)
    for row, (lon, lat) in enumerate(NODES.values()):
        for number, kinds in enumerate(services):
            own = on.points[on.points["kind"].isin(kinds)]
            away = np.hypot((own["lon"] - lon) * 0.866, own["lat"] - lat)
            chosen = found[row, number][found[row, number] >= 0]
            assert len(chosen) == min(count, len(own))
            expected = np.sort(away.to_numpy())[:count]
            assert away.loc[chosen].to_numpy() == pytest.approx(expected, abs=1e-3)


@pytest.mark.parametrize("name", ["G-T08", "G-T09"])
def test_the_goals_ask_for_the_kinds_that_the_points_are_gathered_for(name: str) -> None:
    (own,) = (one for one in load_goals() if one.id == name)
    asked = {kind for part in own.readings[0].services for kind in part}
    assert asked == set(kinds_of_goal(name, load_osm_points()))
