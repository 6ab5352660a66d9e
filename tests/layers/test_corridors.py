"""The corridors layer."""

import pytest

from gis.catalogue.registers import Corridor, load_corridors
from gis.layers.corridors import COLUMNS, build_corridors


def corridor(identifier: str, **columns: object) -> Corridor:
    base: dict[str, object] = {
        "id": identifier,
        "name_zh": "某通道",
        "name_en": "Some corridor",
        "basis": "named",
        "certainty": "medium",
        "kind": "transport",
        "control_points": "甲:120.0,30.0 | 乙:120.5,30.0 | 丙:120.5,30.5",
    }
    return Corridor.model_validate(base | columns)


def test_a_corridor_runs_through_its_points_in_order() -> None:
    layer = build_corridors([corridor("C-2", width_km=12), corridor("C-1")])
    assert tuple(layer.columns) == (*COLUMNS, "geometry")
    assert layer["id"].tolist() == ["C-1", "C-2"]
    assert list(layer.geometry[0].coords) == [(120.0, 30.0), (120.5, 30.0), (120.5, 30.5)]
    # 0.5 degrees of longitude at 30 N are 48.2 km, 0.5 of latitude 55.4 km.
    assert layer["length_km"][0] == pytest.approx(104, abs=1)
    assert layer["passes"][0] == "甲 — 乙 — 丙"


def test_the_line_is_no_surer_than_half_its_band() -> None:
    layer = build_corridors([corridor("C-1"), corridor("C-2", width_km=40)])
    assert layer["accuracy_m"].tolist() == [5000, 20000]


def test_all_corridors_of_the_documents_are_drawn() -> None:
    layer = build_corridors(load_corridors())
    assert len(layer) == 62
    assert layer.is_valid.all()
    assert layer.geometry.is_simple.sum() >= 55
