"""Minutes to candidates against the whole table of origins and points, on the drawn network.

Trains run from A to C every ten minutes and take two, far quicker than the 20 minutes by road.
"""

from functools import cache

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.catalogue.goals import Reading
from gis.core.schemas import Mode
from gis.network.model import Network
from gis.planning.candidate_times import NOWHERE, candidate_minutes
from gis.planning.pair_times import pair_times
from tests.drawn_network import NODES, PARAMETERS
from tests.planning.drawn_goals import network, places, reading

KM = 0.00898  # degrees of latitude
STATISTICS = ["median", "p90"]
FloatArray = npt.NDArray[np.float64]


@cache
def trains() -> Network:
    times = [(hour, minute) for hour in range(6, 13) for minute in range(0, 60, 10)]
    return network(
        trips={
            f"G1/{number}": [("P", f"{hour:02}:{minute:02}"), ("Q", f"{hour:02}:{minute + 2:02}")]
            for number, (hour, minute) in enumerate(times)
        }
    )


def asked(mode: str, **changes: object) -> Reading:
    fields: dict[str, object] = {
        "mode": mode,
        "definition": "door_to_door",
        "statistics": STATISTICS,
        "decisive_statistic": "median",
    }
    return reading(**(fields | changes))


def at(*spots: tuple[str, float]) -> pd.DataFrame:
    """Give points so many km north of nodes."""
    rows = [
        (f"n{number}", NODES[node][0], NODES[node][1] + km * KM)
        for number, (node, km) in enumerate(spots)
    ]
    return pd.DataFrame(rows, columns=["id", "lon", "lat"])


def every_pair(own: Reading, origins: pd.DataFrame, points: pd.DataFrame) -> FloatArray:
    times = pair_times(
        trains(), origins=origins, destinations=points, reading=own, parameters=PARAMETERS
    )
    minutes = times["minutes"].to_numpy(dtype=np.float64)
    return minutes.reshape(len(origins), len(points), len(STATISTICS))


def test_the_train_counts_where_it_is_quicker_than_any_drive() -> None:
    near = np.array([[[0, 1]]])
    to_c = candidate_minutes(
        trains(),
        places("A"),
        at(("C", 0.0), ("F", 0.0)),
        near,
        reading=asked("best"),
        parameters=PARAMETERS,
    )
    # 10 minutes before departure, 2 aboard, 5 to the street; 20 by car and 4 to park.
    assert to_c[0, 0, 0] == pytest.approx([17.0, 17.0])
    by_car = candidate_minutes(
        trains(),
        places("A"),
        at(("C", 0.0), ("F", 0.0)),
        near,
        reading=asked("car"),
        parameters=PARAMETERS,
    )
    assert by_car[0, 0, 0] == pytest.approx([24.0, 24.0], abs=0.01)


SPOT = st.tuples(st.sampled_from("ABCDEF"), st.sampled_from([0.0, 0.5, 1.4, 30.0]))


@settings(max_examples=30, deadline=None)
@given(
    st.lists(SPOT, min_size=1, max_size=6, unique=True),
    st.data(),
    st.sampled_from(Mode),
    st.sampled_from([0.0, 7.0]),
)
def test_the_least_of_a_class_is_that_of_the_whole_table(
    spots: list[tuple[str, float]], data: st.DataObject, mode: Mode, extra: float
) -> None:
    own = asked(mode.value, extra_minutes=extra)
    origins, points = places(*NODES), at(*spots)
    shape = (len(origins), 2, 3)
    rows = st.lists(
        st.integers(NOWHERE, len(spots) - 1),
        min_size=int(np.prod(shape)),
        max_size=int(np.prod(shape)),
    )
    near = np.array(data.draw(rows)).reshape(shape)
    found = candidate_minutes(trains(), origins, points, near, reading=own, parameters=PARAMETERS)
    table = every_pair(own, origins, points)
    whole = table[np.arange(len(origins))[:, None, None], near]
    whole[near == NOWHERE] = np.nan
    found, whole = (np.where(np.isnan(values), np.inf, values) for values in (found, whole))
    assert np.array_equal(found.min(axis=2), whole.min(axis=2))
    assert np.array_equal(found[..., 0].argmin(axis=2), whole[..., 0].argmin(axis=2))
    assert (found >= whole).all()


def test_times_between_stations_are_those_of_every_pair() -> None:
    own = asked("transit", definition="station_to_station")
    points = at(("C", 0.0), ("A", 1.0))
    near = np.array([[[1, 0, NOWHERE]], [[0, NOWHERE, NOWHERE]]])
    found = candidate_minutes(
        trains(), places("A", "B"), points, near, reading=own, parameters=PARAMETERS
    )
    table = every_pair(own, places("A", "B"), points)
    assert np.array_equal(found[0, 0, :2], table[0, [1, 0]], equal_nan=True)
    assert np.array_equal(found[1, 0, 0], table[1, 0], equal_nan=True)
    assert np.isnan(found[near == NOWHERE]).all()
