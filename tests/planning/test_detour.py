"""Detours between neighbours on either side of a border (C lies in 330600, the others do not)."""

import pytest

from gis.catalogue.goals import PlaceKind
from gis.planning.detour import border_detours, neighbours_across_border
from tests.drawn_network import PARAMETERS
from tests.planning.drawn_goals import book, network

PLACES = book().points[PlaceKind.TOWNSHIPS]


def test_neighbours_lie_near_each_other_in_two_cities() -> None:
    pairs = neighbours_across_border(PLACES, within_km=1_000.0)
    assert set(map(frozenset, pairs[["origin", "destination"]].to_numpy().tolist())) == {
        frozenset(pair) for pair in ("AC", "BC", "CD", "CE", "CF")
    }
    nearest = pairs["straight_km"].min()
    assert len(neighbours_across_border(PLACES, within_km=nearest)) == 1
    assert neighbours_across_border(PLACES, within_km=nearest / 2).empty


def test_the_factor_is_road_over_straight_line() -> None:
    factors = border_detours(network(), PLACES, within_km=1_000.0, parameters=PARAMETERS)
    pairs = neighbours_across_border(PLACES, within_km=1_000.0)
    straight = pairs.set_index(["origin", "destination"])["straight_km"]
    found = factors.set_index(["origin", "destination"])["minutes"]
    for ends, road_km in {("A", "C"): 30.0, ("B", "C"): 20.0, ("C", "F"): 4.0}.items():
        assert found[ends] == pytest.approx(road_km / straight[ends])


@pytest.mark.parametrize("within_km", [5.0, 1_000.0])
def test_unreachable_neighbours_stay(within_km: float) -> None:
    pairs = neighbours_across_border(PLACES, within_km=within_km)
    factors = border_detours(network(), PLACES, within_km=within_km, parameters=PARAMETERS)
    assert factors["origin"].tolist() == pairs["origin"].tolist()
