"""Random errors: their distributions, and that nothing else moves them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.catalogue.accuracies import Accuracy, load_accuracies
from gis.planning.draws import drawn, drawn_each, quantiles

TRIANGLE = {"shape": "triangular", "low": 0.8, "mode": 1.0, "high": 1.6, "unit": "factor"}
NORMAL = {"shape": "normal", "sd": 500.0, "unit": "m"}


def accuracy(**changes: object) -> Accuracy:
    fields: dict[str, object] = {
        "id": "road_time.link",
        "subject": "road_time",
        "name_zh": "时间",
        "name_en": "time",
        "source_id": "S",
        "certainty": "low",
        "note_zh": "假设",
        "note_en": "assumption",
        **TRIANGLE,
    }
    return Accuracy.model_validate(fields | changes)


def test_quantiles_of_a_triangle_by_hand() -> None:
    # Left of the mode lies (1.0 - 0.8) / (1.6 - 0.8) = a quarter.
    shares = np.array([0.0625, 0.25, 0.8125])
    # Half way up the rising side in width is a quarter of it in area; the same for the falling.
    assert quantiles(accuracy(), shares).tolist() == pytest.approx([0.9, 1.0, 1.3])


def test_quantiles_of_a_normal_distribution() -> None:
    values = quantiles(accuracy(**NORMAL), np.array([0.5, 0.8413447, 0.0227501]))
    assert values.tolist() == pytest.approx([0.0, 500.0, -1000.0], abs=0.01)


def test_every_slice_of_the_range_is_drawn_from_once() -> None:
    values = np.sort(drawn(accuracy(), count=10, seed=1))
    edges = quantiles(accuracy(), np.linspace(0.0, 1.0, 11))
    assert ((edges[:-1] <= values) & (values <= edges[1:])).all()


@given(st.integers(0, 2**31), st.integers(1, 50))
def test_no_spread_is_what_the_product_computes_with(seed: int, count: int) -> None:
    assert drawn(accuracy(), count=count, seed=seed, spread=0.0).tolist() == [1.0] * count
    assert drawn(accuracy(**NORMAL), count=count, seed=seed, spread=0.0).tolist() == [0.0] * count


def test_columns_depend_on_seed_and_name_only() -> None:
    one = drawn(accuracy(), count=20, seed=7, name="a")
    both = drawn_each(accuracy(), ["b", "a"], count=20, seed=7)
    assert both[:, 1].tolist() == one.tolist()
    assert both[:, 0].tolist() != one.tolist()
    assert drawn(accuracy(), count=20, seed=8, name="a").tolist() != one.tolist()
    assert drawn_each(accuracy(), [], count=20, seed=7).shape == (20, 0)


def test_all_entries_of_the_product_hold_their_base_value() -> None:
    entries = load_accuracies()
    assert len({entry.id for entry in entries}) == len(entries) > 25
    for entry in entries:
        values = drawn(entry, count=400, seed=3)
        assert values.min() <= entry.base <= values.max(), entry.id
        assert len(set(values.tolist())) == 400, entry.id
