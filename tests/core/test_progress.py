"""Steps of long work in the language of the listener."""

from gis.core.progress import step


def test_a_step_speaks_both_languages() -> None:
    done = step("progress.network", year=2026)
    assert done.words("zh") == "构建 2026 年路网……"
    assert done.words("en") == "building the network of 2026 …"


def test_a_field_may_differ_by_language() -> None:
    done = step("progress.gap", sentence={"zh": "提速", "en": "go faster"})
    assert done.words("zh").strip() == "提速"
    assert done.words("en").strip() == "go faster"
