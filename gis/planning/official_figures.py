"""Readings that official statistics decide: judged on uploaded figures, never on made-up ones."""

from gis.catalogue.goals import Reading
from gis.catalogue.statistics_upload import StatisticValue, latest_value, unit_name
from gis.planning.caveats import Remark
from gis.planning.grounds import NO_STATISTIC, Grounds, Measured, total_of
from gis.planning.verdict import Evidence


def figure_of(indicator: str, grounds: Grounds, *, year: int) -> StatisticValue | None:
    """Return the uploaded figure of a year, or of the latest year before; None without one."""
    return latest_value(grounds.statistics, indicator, year=year)


def undecided_figure_remarks(
    indicator: str, reading: Reading, figure: StatisticValue | None, *, year: int
) -> list[Remark]:
    """Return what would decide a reading without a figure, or what stands in the way of one.

    Parameters
    ----------
    indicator
        Goal and reading, as ``G-I01/A``.
    reading
        The reading.
    figure
        The uploaded figure, if there is one; then only a threshold can be missing.
    year
        Year of the verdict.

    """
    baseline = _baseline_remarks(reading)
    if figure is None:
        is_open = reading.threshold is None
        remark = Remark(
            f"verdict.caveat.statistic_{'wanted' if is_open else 'missing'}",
            {
                "year": year,
                "name": reading.name_zh,
                "indicator": indicator,
                "unit": unit_name(reading.unit, language="zh"),
            },
            {
                "year": year,
                "name": reading.name_en,
                "indicator": indicator,
                "unit": unit_name(reading.unit, language="en"),
            },
        )
        return [remark, *baseline]
    return [_figure_remark("verdict.caveat.statistic_no_threshold", figure), *baseline]


def measure_figure(reading: Reading, figure: StatisticValue, *, year: int) -> Measured:
    """Return an uploaded figure as the value of a reading.

    Parameters
    ----------
    reading
        The reading.
    figure
        Its figure of the year, or of an earlier year, which is said.
    year
        Year of the verdict.

    """
    remarks = [_figure_remark("verdict.caveat.statistic_used", figure)]
    if figure.year < year:
        fields = {"year": year, "used": figure.year}
        remarks.append(Remark("verdict.caveat.statistic_older", fields, fields))
    row = Evidence(
        origin=figure.indicator,
        destination="",
        origin_zh=reading.name_zh,
        origin_en=reading.name_en,
        destination_zh=f"{figure.source}，{figure.date}",
        destination_en=f"{figure.source}, {figure.date}",
        minutes=figure.value,
        is_within=True,
        people=None,
    )
    return total_of(
        {NO_STATISTIC: figure.value},
        rows=(row,),
        remarks=(*remarks, *_baseline_remarks(reading)),
    )


def _figure_remark(key: str, figure: StatisticValue) -> Remark:
    plain = {
        "year": figure.year,
        "value": f"{figure.value:g}",
        "source": figure.source,
        "date": figure.date,
    }
    return Remark(
        key,
        plain | {"unit": unit_name(figure.unit, language="zh")},
        plain | {"unit": unit_name(figure.unit, language="en")},
    )


def _baseline_remarks(reading: Reading) -> list[Remark]:
    if reading.baseline_value is None or reading.baseline_year is None:
        return []
    plain = {"year": reading.baseline_year, "value": f"{reading.baseline_value:g}"}
    return [
        Remark(
            "verdict.caveat.baseline",
            plain | {"unit": unit_name(reading.unit, language="zh")},
            plain | {"unit": unit_name(reading.unit, language="en")},
        )
    ]
