import pytest

from app_pages import fragments
from gis.core.schemas import VerdictWord
from gis.outputs import phrases

HOSTILE = '<img src=x onerror="alert(1)">'


@pytest.mark.parametrize(
    ("value", "unit", "written"),
    [
        (33.4, "min", "33 分"),
        (6.24, "min", "6.2 分"),
        (60.0, "min", "60 分"),
        (3.0, "min", "3 分"),
        (65.0, "km", "65 公里"),
        (64.6, "km", "64.6 公里"),
        (0.634, "share", "63%"),
        (None, "min", "不可达"),
        (45.6, "%", "45.6%"),
        (48.0, "%", "48%"),
        (2753.5, "10k TEU", "2,753.5 万标箱"),
        (4.0, "projects", "4 个项目"),
        (1.2, "ratio", "1.2 倍"),
    ],
)
def test_values_carry_no_more_digits_than_they_should(
    value: float | None, unit: str, written: str
) -> None:
    assert phrases.amount(value, unit, "zh") == written


def test_people_are_written_in_wan() -> None:
    assert fragments.people(1_234_567, "zh") == "123.5 万人"
    assert fragments.people(12_963_000, "zh") == "1,296 万人"
    assert fragments.people(1_234_567, "en") == "1.23 million"


def test_every_verdict_has_a_word_a_colour_and_a_shape() -> None:
    signs = {fragments.shape(word.value) for word in VerdictWord}
    words = {fragments.verdict_word(word.value, "zh") for word in VerdictWord}
    assert len(signs) == len(words) == len(fragments.VERDICT_HUES) == 4


def test_data_is_never_markup() -> None:
    record = {"origin_zh": HOSTILE, "origin_en": ""}
    assert "<img" not in fragments.named(record, "origin", "en")
    assert "<img" not in fragments.facts([(HOSTILE, HOSTILE)])
    assert "<img" not in fragments.bullets([HOSTILE])


def test_the_bar_ends_at_the_edge_and_marks_the_threshold() -> None:
    bar = fragments.bullet(500.0, 60.0, "not met", label="500")
    assert "width:100.0%" in bar
    assert "left:62.5%" in bar


def test_the_bar_of_a_share_is_full_at_one() -> None:
    bar = fragments.bullet(0.57, 0.85, "partly met", label="57%", full=1.0)
    assert "width:57.0%" in bar
    assert "left:85.0%" in bar
