from dataclasses import FrozenInstanceError, fields
from pathlib import Path

import pytest

from gis.catalogue.parameters import TravelParameters, load_parameter_entries, load_parameters
from gis.core.errors import InputError
from tests.catalogue.conftest import Edit


def test_every_parameter_has_a_value_with_a_range_and_a_reason() -> None:
    entries = load_parameter_entries()
    assert [entry.id for entry in entries if not entry.low <= entry.value <= entry.high] == []
    assert {entry.id for entry in entries} == {field.name for field in fields(TravelParameters)}
    for entry in entries:
        assumed = entry.source_id == "SRC-CAT-ASSUMPTION"
        assert assumed == entry.note_zh.startswith("假设。"), entry.id
        assert assumed == entry.note_en.startswith("Assumption."), entry.id


def test_values_that_other_parts_count_on() -> None:
    parameters = load_parameters()
    assert parameters.dwell_min == 2
    assert parameters.parking_min == 5
    assert parameters.peak_factor == 1.3
    assert parameters.boarding_buffer_min == 15
    assert (parameters.peak_start_min, parameters.peak_end_min) == (7 * 60, 9 * 60)
    assert parameters.departure_step_min == 5


def test_parameters_are_frozen() -> None:
    parameters = load_parameters()
    with pytest.raises(FrozenInstanceError):
        parameters.dwell_min = 3  # type: ignore[misc]


def test_a_missing_and_an_unknown_parameter_are_both_told(seeds: Path, edit: Edit) -> None:
    edit("parameters.yaml", "  - id: dwell_min\n", "  - id: dwel_min\n")
    with pytest.raises(InputError) as caught:
        load_parameters(seeds)
    unknown, missing = (problem.line(language="en") for problem in caught.value.problems)
    assert unknown.startswith("parameters.yaml parameter dwel_min: is not a known field.")
    assert missing == "parameters.yaml: parameter dwell_min is missing. Add it."


def test_a_value_outside_its_range_is_refused(seeds: Path, edit: Edit) -> None:
    edit(
        "parameters.yaml",
        "name_en: Walking speed\n    value: 4.8\n",
        "name_en: Walking speed\n    value: 48\n",
    )
    with pytest.raises(InputError) as caught:
        load_parameters(seeds)
    (problem,) = caught.value.problems
    assert problem.line(language="en") == (
        "parameters.yaml parameter walk_kmh: value 48.0 is not between 4.0 and 5.4."
    )
