"""Keys hold time and length, and compare times first."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from gis.routing.customise import FAR, FAR_KEY
from gis.routing.keys import keys, length_m_of, time_of

TIMES = st.integers(0, int(FAR) - 1)
DECIMETRES = st.integers(0, 10**8)


@given(TIMES, DECIMETRES, TIMES, DECIMETRES)
def test_keys_add_up_and_compare_like_their_parts(
    time_a: int, length_a: int, time_b: int, length_b: int
) -> None:
    times = np.array([time_a, time_b], dtype=np.int32)
    a, b = keys(times, np.array([length_a, length_b]) / 10)
    assert (a < b) == ((time_a, length_a) < (time_b, length_b))
    assert a < FAR_KEY
    if time_a + time_b < FAR:
        both = np.array([a + b])
        assert time_of(both)[0] == time_a + time_b
        np.testing.assert_allclose(length_m_of(both)[0], (length_a + length_b) / 10, rtol=1e-12)


def test_far_stays_far() -> None:
    key = keys(np.array([FAR], dtype=np.int32), np.array([12.3]))
    assert key[0] >= FAR_KEY
    assert time_of(key)[0] == FAR
