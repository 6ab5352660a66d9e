"""Accessibility measures as data."""

from pathlib import Path

import pytest

from gis.catalogue.access_measures import FILE_NAME, AccessKind, load_access_measures
from gis.core.errors import InputError

ENTRY = """
measures:
  - {id: people_60, name_zh: 人口, name_en: people, kind: gravity, unit: people, source: paper}
  - {id: stations, name_zh: 车站, name_en: stations, kind: enhanced_two_step_catchment,
     unit: stations, destinations: {kind: stations}, zones: [[10, 1], [10, 0.5]], source: paper}
  - {id: shops, name_zh: 商店, name_en: shops, kind: enhanced_two_step_catchment,
     unit: places, destinations: {kind: places}, source: paper}
  - {id: Bad Id, name_zh: 人口, name_en: people, kind: cost, unit: min, source: paper}
"""


def test_the_product_offers_every_measure() -> None:
    measures = load_access_measures()
    assert {one.kind for one in measures} == set(AccessKind)
    assert {one.id for one in measures if one.is_time} == {
        "average_time",
        "million_time",
        "centre_time",
        "airport_time",
    }


def test_every_problem_of_the_file_is_told(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_text(ENTRY, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_access_measures(tmp_path)
    lines = [problem.line() for problem in caught.value.problems]
    assert len(lines) == 5
    assert lines[0] == "access_measures.yaml measure people_60: 指标 gravity 必须写明 half_min。"
    assert lines[1] == (
        "access_measures.yaml measure stations: zones 各圈的上限（分钟）须递增，权重不得递增。"
    )
    assert lines[2].endswith("指标 enhanced_two_step_catchment 必须写明 zones。")
    assert lines[3].startswith("access_measures.yaml measure Bad Id id字段: “Bad Id”的写法不对")
    assert "kind字段: “cost”不是允许的值" in lines[4]
