import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.catalogue.roads import RoadClass, Terrain
from gis.network.impedance import class_values, with_times
from tests.network.road_samples import speed

SPEEDS = {(road, ground): speed(road, ground) for road in RoadClass for ground in Terrain}


def edge(**columns: object) -> pd.DataFrame:
    base: dict[str, object] = {
        "road_class": "motorway",
        "terrain": "plain",
        "length_m": 10_000.0,
        "limit_kmh": np.nan,
        "extra_s": 0.0,
    }
    return pd.DataFrame([base | columns])


def test_ten_kilometres_at_100_take_six_minutes_and_twelve_at_peak() -> None:
    timed = with_times(edge(), speeds=SPEEDS, design_speed_share=0.9)
    assert timed["free_flow_s"].tolist() == [360.0]
    assert timed["peak_s"].tolist() == [720.0]


def test_a_limit_caps_the_speed() -> None:
    timed = with_times(edge(limit_kmh=50.0), speeds=SPEEDS, design_speed_share=0.9)
    assert timed["free_flow_s"].tolist() == [800.0]  # 45 km/h


def test_a_limit_above_the_table_changes_nothing() -> None:
    timed = with_times(edge(limit_kmh=120.0), speeds=SPEEDS, design_speed_share=0.9)
    assert timed["free_flow_s"].tolist() == [360.0]


def test_waiting_is_as_long_at_peak() -> None:
    timed = with_times(
        edge(road_class="ferry", extra_s=900.0), speeds=SPEEDS, design_speed_share=0.9
    )
    assert timed["free_flow_s"].tolist() == [720.0 + 900.0]
    assert timed["peak_s"].tolist() == [1440.0 + 900.0]


def test_a_class_that_the_table_lacks_is_an_error() -> None:
    with pytest.raises(KeyError):
        class_values(edge(road_class="canal"), speeds=SPEEDS, value="circuity")


@given(
    length_m=st.floats(1.0, 1e5),
    limit_kmh=st.one_of(st.just(float("nan")), st.floats(10.0, 150.0)),
    road_class=st.sampled_from([road.value for road in RoadClass]),
    terrain=st.sampled_from([ground.value for ground in Terrain]),
)
def test_peak_is_never_faster(
    length_m: float, limit_kmh: float, road_class: str, terrain: str
) -> None:
    timed = with_times(
        edge(length_m=length_m, limit_kmh=limit_kmh, road_class=road_class, terrain=terrain),
        speeds=SPEEDS,
        design_speed_share=0.9,
    )
    assert timed["peak_s"].iloc[0] >= timed["free_flow_s"].iloc[0] >= 0
