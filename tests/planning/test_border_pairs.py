"""Near pairs across the border of C (330600) and inside 330100, on the drawn network.

Straight distances in km: A–D 6.7, B–E 8.9, A–B 9.65, D–E 9.9, C–F 4.4, B–F 19.8, E–F 19.8,
B–C 19.3, C–E 21.2; A and D lie more than 25 km from C.
"""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.catalogue.goals import PlaceKind
from gis.core.crs import distance_m
from gis.core.schemas import Mode
from gis.planning.border_pairs import Cut, near_pairs, needed_pairs, pairs_of_cut, with_times
from tests.drawn_network import PARAMETERS
from tests.planning.drawn_goals import book, network

PLACES = book().points[PlaceKind.TOWNSHIPS]
BORDER = Cut("330100-330600", "甲—乙", "A–B", ("330100", "330600"))
ZONE = Cut("Z", "区", "zone", ("330100", "330600"), frozenset({"F"}))


def names(pairs: pd.DataFrame) -> set[str]:
    letters = PLACES["id"].to_numpy()
    ends = zip(letters[pairs["origin"]], letters[pairs["destination"]], strict=True)
    return {"".join(pair) for pair in ends}


def test_pairs_lie_within_the_band() -> None:
    assert names(near_pairs(PLACES, band_km=(3.0, 10.0))) == {"AD", "BE", "AB", "DE", "CF"}
    assert names(near_pairs(PLACES, band_km=(5.0, 9.8))) == {"AD", "BE", "AB"}
    assert near_pairs(PLACES, band_km=(0.1, 1.0)).empty


@given(
    st.lists(
        st.tuples(st.floats(119.5, 122.0), st.floats(29.0, 31.0)),
        min_size=2,
        max_size=12,
        unique=True,
    )
)
def test_pairs_are_those_of_all_distances(spots: list[tuple[float, float]]) -> None:
    places = pd.DataFrame(spots, columns=["lon", "lat"])
    lon, lat = places["lon"].to_numpy(), places["lat"].to_numpy()
    first, second = np.triu_indices(len(places), 1)
    km = distance_m(lon[first], lat[first], lon[second], lat[second]) / 1000.0
    near = (km >= 3.0) & (km <= 25.0)
    found = near_pairs(places)
    assert found["origin"].tolist() == first[near].tolist()
    assert found["destination"].tolist() == second[near].tolist()


def test_a_border_has_pairs_across_and_pairs_of_the_same_places_inside() -> None:
    pairs = pairs_of_cut(PLACES, near_pairs(PLACES), BORDER)
    assert names(pairs[pairs["across"]]) == {"BC", "CF", "CE"}
    assert names(pairs[~pairs["across"]]) == {"BE", "BF", "EF"}  # A and D have nobody across


def test_a_zone_has_a_member_in_every_pair_across() -> None:
    pairs = pairs_of_cut(PLACES, near_pairs(PLACES), ZONE)
    assert names(pairs[pairs["across"]]) == {"CF"}
    assert names(pairs[~pairs["across"]]) == set()


def test_cities_that_never_meet_have_no_pairs() -> None:
    other = Cut("330100-330900", "甲—丙", "A–C", ("330100", "330900"))
    assert pairs_of_cut(PLACES, near_pairs(PLACES), other).empty
    assert needed_pairs(PLACES, near_pairs(PLACES), []).empty
    needed = needed_pairs(PLACES, near_pairs(PLACES), [other, ZONE, BORDER])
    assert names(needed) == {"BC", "CF", "CE", "BE", "BF", "EF"}


def test_pairs_have_the_times_of_the_drawing() -> None:
    pairs = pairs_of_cut(PLACES, near_pairs(PLACES), BORDER)
    for peak, factor in ((False, 1.0), (True, 2.0)):
        timed = with_times(
            network(), PLACES, pairs, parameters=PARAMETERS, mode=Mode.CAR, peak=peak
        )
        letters = PLACES["id"].to_numpy()
        ends = letters[timed["origin"]] + letters[timed["destination"]]
        minutes = dict(zip(ends, timed["minutes"], strict=True))
        # E–C over the ferry: 10 + 4.
        expected = {"BC": 10, "CF": 4, "CE": 14, "BE": 8, "BF": 14, "EF": 10}
        assert minutes == pytest.approx({k: v * factor for k, v in expected.items()}, rel=0.01)
        assert dict(zip(ends, timed["road_km"], strict=True))["CE"] == pytest.approx(6.0, rel=0.01)
        assert (timed["known_share"] == 1.0).all()
        assert not timed["over_water"].any()


def test_by_public_transport_most_pairs_cannot_travel() -> None:
    pairs = pairs_of_cut(PLACES, near_pairs(PLACES), BORDER)
    timed = with_times(
        network(), PLACES, pairs, parameters=PARAMETERS, mode=Mode.TRANSIT, peak=False
    )
    assert timed["minutes"].isna().any()
    assert timed["known_share"].isna().all()
