from typing import Any

import pytest

from app_pages import scorecard
from gis.catalogue.goals import Reading, load_goals
from gis.core.schemas import VerdictWord
from gis.outputs import phrases

READINGS = {
    f"{goal.id}/{reading.id}": reading for goal in load_goals() for reading in goal.readings
}
OF_ALL_PAIRS, OF_PEOPLE, OF_LENGTH = (READINGS[key] for key in ("G-T14/A", "G-T03/A", "G-I17/C"))


def _record(reading: Reading, word: VerdictWord, **fields: float) -> dict[str, Any]:
    return {
        "verdict": word.value,
        "value": 80.0,
        "threshold": reading.threshold,
        "comparison": reading.comparison.value,
        "unit": reading.unit,
        "margin": -20.0,
        "share": 0.5,
        "required_share": reading.required_share,
        "pairs": 12,
    } | fields


@pytest.mark.parametrize("word", [VerdictWord.PARTLY_MET, VerdictWord.NOT_MET])
def test_a_share_is_said_and_drawn_as_a_share(word: VerdictWord) -> None:
    record = _record(OF_PEOPLE, word, share=0.57)
    said = scorecard.standing(OF_PEOPLE, record, "zh")
    bar = scorecard.standing_bar(OF_PEOPLE, record, "zh")
    assert said == "57% 的人达到，要求 85%"
    assert "width:57.0%" in bar
    assert "left:85.0%" in bar
    assert phrases.shown_value(OF_PEOPLE, record, "zh") == "57%"
    assert phrases.asked(OF_PEOPLE, "zh") == "≥ 85% 在 60 分内"


def test_a_count_of_pairs_is_drawn_out_of_all_pairs() -> None:
    record = _record(OF_ALL_PAIRS, VerdictWord.PARTLY_MET, share=4 / 12)
    assert scorecard.standing(OF_ALL_PAIRS, record, "zh") == "4/12 对达到"
    bar = scorecard.standing_bar(OF_ALL_PAIRS, record, "zh")
    assert "width:33.3%" in bar
    assert "left:100.0%" in bar
    assert phrases.shown_value(OF_ALL_PAIRS, record, "zh") == "80 公里"


def test_a_value_near_its_threshold_is_marked() -> None:
    record = _record(OF_LENGTH, VerdictWord.NOT_MET, value=64.6, margin=-0.4, pairs=1, share=0.0)
    assert scorecard.standing(OF_LENGTH, record, "zh") == "64.6 公里 / ≥ 65 公里（压线）"
    assert phrases.shown_value(OF_LENGTH, record, "en") == "64.6 km (on the line)"
    far = record | {"margin": -5.4}
    assert "压线" not in scorecard.standing(OF_LENGTH, far, "zh")
