import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app_pages import shading
from app_pages.measured import measures
from gis.outputs.qgis_measured import NO_DATA

PEOPLE, MINUTES, SHARE = (measures()[name] for name in ("people_60", "centre_time", "reached"))


def test_times_keep_round_minutes_and_their_colours() -> None:
    classes = shading.classes_of(np.array([20.0, 44.9, 61.0, np.nan]), MINUTES)
    assert classes.bounds == (30.0, 45.0, 60.0)
    assert classes.shade(20.0) == shading.TIME_SHADES[1]
    assert classes.shade(60.0) == shading.TIME_SHADES[4]
    assert classes.shade(float("nan")) == NO_DATA
    rows = shading.legend_rows(classes, "min", "zh")
    assert [row["text"] for row in rows] == ["< 30", "30–45", "45–60", "≥ 60"]


def test_people_fall_into_classes_of_equal_counts_with_round_ends() -> None:
    values = np.arange(1, 701) * 10_000.0
    classes = shading.classes_of(values, PEOPLE)
    assert classes.bounds == tuple(hundred * 1e6 for hundred in (1, 2, 3, 4, 5, 6))
    rows = shading.legend_rows(classes, "people", "zh")
    assert [row["text"] for row in rows][:2] == ["< 100", "100–200"]
    assert len({row["colour"] for row in rows}) == 7


@given(st.lists(st.floats(0, 1e7) | st.just(float("nan")), max_size=40))
def test_every_value_has_a_colour_and_a_higher_one_no_lighter_class(values: list[float]) -> None:
    for measure in (PEOPLE, MINUTES, SHARE):
        classes = shading.classes_of(np.array(values), measure)
        assert len(classes.shades) == len(classes.bounds) + 1
        known = sorted(value for value in values if not np.isnan(value))
        order = [classes.shades.index(classes.shade(value)) for value in known]
        assert order == sorted(order)
        assert len(shading.legend_rows(classes, measure.unit, "en")) in {0, len(classes.shades)}


@pytest.mark.parametrize(
    ("value", "unit", "zh", "en"),
    [
        (12_345_678.0, "people", "1,235 万人", "12,346 thousand"),
        (21_600.0, "people", "2.2 万人", "22 thousand"),
        (6.24, "min", "6.2 分", "6.2 min"),
        (66.4, "min", "66 分", "66 min"),
        (0.9991, "share", ">99%", ">99%"),
        (1.0, "share", "100%", "100%"),
        (45.6, "%", "46%", "46%"),
        (float("nan"), "min", "—", "—"),
        (3.0, "furlongs", "3.0 furlongs", "3.0 furlongs"),
    ],
)
def test_values_carry_their_unit(value: float, unit: str, zh: str, en: str) -> None:
    assert shading.amount(value, unit, "zh") == zh
    assert shading.amount(value, unit, "en") == en
