"""Isochrones: exact along the roads, nested, inside the reach, dry."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from gis.access.isochrones import isochrones
from gis.access.road_reach import drive_reach, reached_roads
from gis.access.travel_times import travel_times
from gis.core.crs import GEOGRAPHIC
from gis.core.schemas import Mode
from gis.network.model import Network
from tests.drawn_network import NODES, PARAMETERS, drawn_feed, drawn_network

STOPS = {"P": (*NODES["A"], "rail"), "Q": (*NODES["C"], "rail"), "N": (120.3, 30.05, "metro")}
TRIPS = {
    **{f"G1/{n}": [("P", f"{n:02d}:30"), ("Q", f"{n:02d}:50")] for n in range(6, 20)},
    **{f"L1/{n}": [("Q", f"{n:02d}:59"), ("N", f"{n + 1:02d}:01")] for n in range(6, 20)},
}
RIVER = gpd.GeoDataFrame(
    {"kind": ["river"]}, geometry=[shapely.box(119.9, 30.008, 120.5, 30.016)], crs=GEOGRAPHIC
)


@pytest.fixture(scope="module")
def network() -> Network:
    return drawn_network(drawn_feed(TRIPS, stops=STOPS))


@pytest.fixture(scope="module")
def wet_network() -> Network:
    return drawn_network(drawn_feed(TRIPS, stops=STOPS), water=RIVER)


def area_of(network: Network, minutes: float, **options: object) -> shapely.Geometry:
    areas = isochrones(network, *NODES["A"], parameters=PARAMETERS, minutes=(minutes,), **options)
    return areas.geometry.item()


def spans(network: Network, minutes: float, *, peak: bool = False) -> dict[str, list[float]]:
    reach = drive_reach(network, *NODES["A"], parameters=PARAMETERS, peak=peak)
    roads = reached_roads(network, reach, minutes=minutes)
    columns = roads[["edge_id", "from_fraction", "to_fraction"]]
    return {row[0]: [row[1], row[2]] for row in columns.itertuples(index=False)}


def test_the_reach_along_edges_is_the_hand_worked_one(network: Network) -> None:
    # Eight minutes from A: 8 of 10 to B; all 6 to D, then 2 of 12 on towards E.
    found = spans(network, 8)
    assert set(found) == {"AB", "AD", "DE"}
    assert found["AB"] == pytest.approx([0, 0.8], abs=1e-3)
    assert found["AD"] == pytest.approx([0, 1], abs=1e-3)
    assert found["DE"] == pytest.approx([0, 2 / 12], abs=1e-3)


def test_peak_times_halve_the_reach(network: Network) -> None:
    found = spans(network, 8, peak=True)
    assert found["AB"] == pytest.approx([0, 0.4], abs=1e-3)
    assert found["AD"] == pytest.approx([0, 8 / 12], abs=1e-3)


def test_an_edge_is_reached_from_both_ends(network: Network) -> None:
    # 18 minutes: D-E from D (6) all 12; B-E from B (10) all 8; the ferry from E (18) nothing;
    # the motorway from B 8 of 10 minutes.
    found = spans(network, 18)
    assert found["DE"] == pytest.approx([0, 1], abs=1e-3)
    assert found["BC"] == pytest.approx([0, 0.8], abs=1e-3)
    assert "EF" not in found


def test_a_drive_may_begin_between_two_nodes(network: Network) -> None:
    reach = drive_reach(network, 120.05, 30.0, parameters=PARAMETERS)
    roads = reached_roads(network, reach, minutes=2)
    assert roads["edge_id"].tolist() == ["AB"]
    row = roads.iloc[0]
    assert [row["from_fraction"], row["to_fraction"]] == pytest.approx([0.3, 0.7], abs=0.01)


def test_reached_lines_have_the_length_of_their_part(network: Network) -> None:
    reach = drive_reach(network, *NODES["A"], parameters=PARAMETERS)
    line = reached_roads(network, reach, minutes=5).set_index("edge_id").geometry["AB"]
    assert line.coords[0] == pytest.approx(NODES["A"])
    assert line.length == pytest.approx(0.05, abs=1e-4)


def test_areas_are_nested_and_come_longest_first(network: Network) -> None:
    for mode in (Mode.CAR, Mode.TRANSIT, Mode.BEST):
        areas = isochrones(
            network, *NODES["A"], parameters=PARAMETERS, minutes=(5, 15, 30, 60), mode=mode
        )
        assert areas["minutes"].tolist() == [60, 30, 15, 5]
        assert areas.geometry.is_valid.all()
        for larger, smaller in zip(areas.geometry, areas.geometry.iloc[1:], strict=False):
            assert smaller.difference(larger).area < 1e-12
            assert smaller.area <= larger.area


def test_the_area_holds_what_is_reached_and_not_what_is_beyond(network: Network) -> None:
    area = area_of(network, 8)
    for fraction, inside in ((0.0, True), (0.3, True), (0.7, True), (0.82, False), (0.95, False)):
        assert area.contains(shapely.Point(120.0 + 0.1 * fraction, 30.0)) is inside


def test_no_point_of_the_area_is_farther_than_the_limit(network: Network) -> None:
    area = area_of(network, 12)
    west, south, east, north = area.bounds
    draw = np.random.default_rng(7)
    points = shapely.points(draw.uniform(west, east, 400), draw.uniform(south, north, 400))
    inside = points[shapely.contains(area, points)]
    assert len(inside) > 50
    table = travel_times(
        network,
        pd.DataFrame({"id": ["A"], "lon": [NODES["A"][0]], "lat": [NODES["A"][1]]}),
        pd.DataFrame(
            {"id": range(len(inside)), "lon": shapely.get_x(inside), "lat": shapely.get_y(inside)}
        ),
        mode=Mode.CAR,
        parameters=PARAMETERS,
    )
    assert table["minutes"].max() <= 12 + 1e-6


def test_nobody_leaves_a_motorway_between_its_junctions(network: Network) -> None:
    assert not area_of(network, 60).contains(shapely.Point(120.2, 30.0))
    assert area_of(network, 60).contains(shapely.Point(*NODES["C"]))


def test_isochrones_end_three_kilometres_off_the_roads(network: Network) -> None:
    area = area_of(network, 200)
    assert area.contains(shapely.Point(120.05, 30.02))  # 2.2 km north of AB
    assert not area.contains(shapely.Point(120.05, 30.03))  # 3.3 km


def test_the_point_itself_may_lie_far_off_the_roads(network: Network) -> None:
    # 9.6 km from BE and CF; the motorway and the ferry near it cannot be entered.
    areas = isochrones(network, 120.2, 29.97, parameters=PARAMETERS, minutes=(5,))
    assert areas.geometry.item().contains(shapely.Point(120.2, 29.97))


def test_water_is_not_covered_nor_crossed(network: Network, wet_network: Network) -> None:
    river = RIVER.union_all()
    beyond = shapely.Point(120.05, 30.02)
    for mode in (Mode.CAR, Mode.BEST):
        wet = area_of(wet_network, 30, mode=mode)
        assert wet.intersection(river).area < 1e-12
        assert not wet.contains(beyond)
        assert area_of(network, 30, mode=mode).contains(beyond)
        assert wet.difference(area_of(network, 30, mode=mode)).area < 1e-9


def test_trains_carry_the_isochrone_to_their_stations(network: Network) -> None:
    # At A: 10 minutes before departure, 20 aboard, 5 to the street: C after 35 minutes.
    at_c = shapely.Point(*NODES["C"])
    assert not area_of(network, 34, mode=Mode.TRANSIT).contains(at_c)
    assert area_of(network, 38, mode=Mode.TRANSIT).contains(at_c)
    # A taxi is there after 36 minutes and at F, 4 minutes on, after 40.
    at_f = shapely.Point(*NODES["F"])
    assert not area_of(network, 40, mode=Mode.TRANSIT).contains(at_f)
    assert area_of(network, 43, mode=Mode.TRANSIT).contains(at_f)


def test_best_is_at_least_both(network: Network) -> None:
    best = area_of(network, 45, mode=Mode.BEST)
    for mode in (Mode.CAR, Mode.TRANSIT):
        assert area_of(network, 45, mode=mode).difference(best).area < 1e-9


def test_the_same_question_has_the_same_answer(network: Network) -> None:
    one, two = (area_of(network, 30, mode=Mode.BEST) for _ in range(2))
    assert shapely.to_wkb(one) == shapely.to_wkb(two)


@pytest.mark.parametrize("minutes", [(), (0,), (-5, 30), (241,)])
def test_impossible_minutes_are_refused(network: Network, minutes: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match="minutes must be"):
        isochrones(network, *NODES["A"], parameters=PARAMETERS, minutes=minutes)
