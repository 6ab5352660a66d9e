"""Parts into which places fall, on drawings worked by hand.

::

    0 --20-- 1 --50-- 2      3 --30-- 4      5     (minutes; between the groups more than 60)
"""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gis.planning.connectivity import (
    linked_in_order,
    linked_within,
    missing_links,
    parts_of,
    sharing_catchments,
)

MINUTES = np.full((6, 6), np.nan)
for one, other, minutes in ((0, 1, 20), (1, 2, 50), (0, 2, 70), (3, 4, 30), (2, 3, 65), (0, 3, 90)):
    MINUTES[one, other] = minutes
np.fill_diagonal(MINUTES, 0.0)

MATRICES = arrays(np.float64, (5, 5), elements=st.sampled_from([np.nan, 10.0, 60.0, 61.0]))


def test_parts_are_held_together_by_short_journeys_either_way() -> None:
    part = parts_of(linked_within(MINUTES, limit_min=60.0))
    assert part.tolist() == [0, 0, 0, 1, 1, 2]


def test_exactly_the_limit_links() -> None:
    assert parts_of(linked_within(MINUTES, limit_min=65.0)).tolist() == [0, 0, 0, 0, 0, 1]
    assert parts_of(linked_within(MINUTES, limit_min=64.999)).max() == 2


def test_only_the_next_one_counts_in_an_order() -> None:
    ordered = MINUTES[:3, :3].copy()
    ordered[0, 1], ordered[0, 2] = 80.0, 10.0  # 0 and 2 are near, but not next to each other
    assert parts_of(linked_in_order(ordered, limit_min=60.0)).tolist() == [1, 0, 0]


def test_the_link_that_is_missing_is_the_quickest_out_of_a_part() -> None:
    part = parts_of(linked_within(MINUTES, limit_min=60.0))
    links = missing_links(MINUTES, part)
    assert links["minutes"].tolist()[0] == 65.0
    assert links[["origin", "destination"]].to_numpy().tolist() == [[3, 2], [5, -1]]
    assert np.isnan(links["minutes"].iloc[1])


def test_catchments_overlap_where_somewhere_is_near_both_centres() -> None:
    #       w   x   y   z
    reach = np.array(
        [[10.0, 60.0, 90.0, np.nan], [99.0, 60.0, 70.0, np.nan], [99.0, 61.0, 70.0, 5]]
    )
    assert sharing_catchments(reach, limit_min=60.0).tolist() == [
        [True, True, False],
        [True, True, False],
        [False, False, True],
    ]


@given(MATRICES)
def test_a_longer_limit_never_makes_more_parts(minutes: np.ndarray) -> None:
    counts = [parts_of(linked_within(minutes, limit_min=limit)).max() for limit in (9, 10, 60, 61)]
    assert counts == sorted(counts, reverse=True)


@given(MATRICES)
def test_missing_links_would_join_what_they_can(minutes: np.ndarray) -> None:
    part = parts_of(linked_within(minutes, limit_min=60.0))
    links = missing_links(minutes, part)
    assert len(links) == part.max()
    reachable = links[links["destination"] >= 0]
    assert (reachable["minutes"] > 60.0).all()
    assert (part[reachable["origin"]] != part[reachable["destination"]]).all()
