"""Readings decided by statistics: on an uploaded figure, or open with what would decide them."""

from dataclasses import replace
from datetime import date

from gis.catalogue.goals import Measure, Reading, load_goals
from gis.catalogue.statistics_upload import StatisticValue
from gis.core.schemas import VerdictWord
from gis.planning.verdict import Verdict
from gis.planning.verdicts import check_goals
from tests.planning.drawn_goals import goal, grounds, network, reading


def figure(year: int, value: float, **changes: object) -> StatisticValue:
    fields = {
        "indicator": "G-I10/A",
        "year": year,
        "value": value,
        "unit": "%",
        "source": "公报",
        "date": date(year + 1, 3, 1),
    }
    return StatisticValue.model_validate(fields | changes)


def statistic(**changes: object) -> Reading:
    fields: dict[str, object] = {
        "measure": "statistic",
        "origins": None,
        "destinations": None,
        "mode": None,
        "definition": None,
        "statistics": [],
        "decisive_statistic": None,
        "comparison": ">=",
        "threshold": 60,
        "unit": "%",
        "baseline_value": 52.5,
        "baseline_year": 2019,
        "needs_zh": ["年鉴数值"],
        "needs_en": ["a figure of the yearbook"],
    }
    return reading(**fields | changes)


def judged(
    asked: Reading, *figures: StatisticValue, years: tuple[int, ...] = (2023,)
) -> list[Verdict]:
    drawn = network()
    ground = replace(
        grounds(*(replace(drawn, year=year) for year in years)), statistics=tuple(figures)
    )
    return list(check_goals([goal(asked, id="G-I10")], ground))


def test_without_a_figure_the_verdict_says_what_would_decide_it() -> None:
    (found,) = judged(statistic())
    assert (found.verdict, found.value) == (VerdictWord.NOT_DECIDABLE, None)
    assert found.caveats_zh == (
        "缺少数据：年鉴数值。",
        "上传2023年（或此前最近一年）的“读法”即可判定，编号 G-I10/A，单位：%。",
        "文件所载基期：2019年52.5（%）。",
    )
    assert "G-I10/A" in found.caveats_en[1]


def test_a_reading_of_the_planner_without_needs_is_open_too() -> None:
    (found,) = judged(statistic(needs_zh=[], needs_en=[], baseline_value=None))
    assert found.verdict is VerdictWord.NOT_DECIDABLE
    assert len(found.caveats_zh) == 1


def test_the_figure_of_the_year_or_the_latest_before_decides() -> None:
    figures = figure(2020, 55), figure(2023, 60), figure(2025, 59.9)
    found = judged(statistic(), *figures, years=(2019, 2021, 2023, 2026))
    assert [(one.year, one.verdict.value, one.value) for one in found] == [
        (2019, "not decidable", None),
        (2021, "not met", 55),
        (2023, "met", 60),  # exactly on the threshold
        (2026, "not met", 59.9),
    ]
    assert "没有2021年的数值，用的是2020年的，此后的变化未计入。" in found[1].caveats_zh
    assert not any("没有2023年" in remark for remark in found[2].caveats_zh)
    assert "按上传的2023年数值判定：60（%），来源：公报，2024-03-01。" in found[2].caveats_zh
    (row,) = found[2].evidence
    assert (row.origin, row.minutes, row.destination_zh) == ("G-I10/A", 60, "公报，2024-03-01")


def test_figures_of_other_readings_are_not_used() -> None:
    (found,) = judged(statistic(), figure(2023, 60, indicator="G-I10/B"))
    assert found.verdict is VerdictWord.NOT_DECIDABLE


def test_a_figure_without_a_threshold_is_told_and_not_judged() -> None:
    (found,) = judged(statistic(threshold=None), figure(2023, 61))
    assert (found.verdict, found.value) == (VerdictWord.NOT_DECIDABLE, None)
    assert found.caveats_zh[1].startswith("上传的2023年数值为61（%）")


def test_every_statistic_of_the_catalogue_names_indicator_unit_and_year() -> None:
    ground = replace(grounds(), networks={2026: network()})
    wanted = []
    for one in load_goals():
        kept = [part for part in one.readings if part.measure is Measure.STATISTIC]
        if kept:
            wanted.append(one.model_copy(update={"readings": tuple(kept)}))
    verdicts = check_goals(wanted, ground)
    assert len(verdicts) > 50
    for verdict in verdicts:
        assert verdict.verdict is VerdictWord.NOT_DECIDABLE
        (told,) = (line for line in verdict.caveats_zh if "上传2026年" in line)
        assert ("商定阈值" in told) == (verdict.threshold is None)
        assert f"{verdict.goal}/{verdict.reading}" in told
