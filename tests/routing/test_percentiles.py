"""Percentiles by nearest rank, and the exchanges that bring them to their places."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.routing.percentiles import nearest_ranks, selection_network

SHARES = (0.05, 0.25, 0.5, 0.75, 0.95)


def test_ranks_by_hand() -> None:
    assert nearest_ranks(120, SHARES).tolist() == [5, 29, 59, 89, 113]
    assert nearest_ranks(5, SHARES).tolist() == [0, 1, 2, 3, 4]
    assert nearest_ranks(1, (0.0, 0.5, 1.0)).tolist() == [0, 0, 0]


@given(st.integers(1, 200), st.integers(0, 100))
def test_at_least_the_share_is_not_exceeded(count: int, hundredths: int) -> None:
    rank = int(nearest_ranks(count, (hundredths / 100,))[0])
    needed = math.ceil(hundredths * count / 100)
    assert rank + 1 == max(needed, 1)


@pytest.mark.parametrize(("count", "share"), [(0, 0.5), (3, 1.1), (3, -0.1), (3, math.nan)])
def test_what_has_no_percentile_is_refused(count: int, share: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        nearest_ranks(count, (share,))


@given(st.data(), st.integers(1, 130))
def test_the_network_puts_the_ranks_into_place(data: st.DataObject, count: int) -> None:
    values = data.draw(st.lists(st.integers(0, 50), min_size=count, max_size=count))
    ranks = data.draw(st.lists(st.integers(0, count - 1), min_size=1, max_size=4))
    moved = list(values)
    for one, other in selection_network(count, np.array(ranks)):
        moved[one], moved[other] = sorted((moved[one], moved[other]))
    assert [moved[rank] for rank in ranks] == [sorted(values)[rank] for rank in ranks]


def test_fewer_ranks_need_fewer_exchanges() -> None:
    every = selection_network(120, np.arange(120))
    assert len(selection_network(120, nearest_ranks(120, SHARES))) < len(every) == 1372
