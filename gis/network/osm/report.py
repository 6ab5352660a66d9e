"""The report of an import in words: what was left out, ignored, doubtful or apart."""

from collections.abc import Mapping
from typing import Any

from gis.core.text import Language, text

REMARKS = (
    "turn_restrictions_ignored",
    "drawn_twice",
    "cut_at_missing_nodes",
    "ends_full",
    "no_relations",
    "no_waters",
)


def report_lines(report: Mapping[str, Any], *, language: Language = "zh") -> list[str]:
    """Return the lines of a report; nothing is said of what did not happen.

    Parameters
    ----------
    report
        Of :class:`~gis.network.osm.roads.OsmRoads`, also found in the manifest of a network.
    language
        Of the lines.

    """
    lines = [
        _line("osm.report.roads", language, report, date=report["data_date"] or "?"),
        _line("osm.report.urban", language, report, share=round(100 * report["urban_share"])),
    ]
    for reason, ways in report["left_out_ways"].items():
        words = text(f"osm.left.{reason}", language=language)
        lines.append(text("osm.report.left", language=language, ways=ways, reason=words))
    lines += [
        text("osm.report.value", language=language, tag=key, ways=ways)
        for key, ways in report["values_not_used"].items()
    ]
    lines += [
        _line(f"osm.report.{key}", language, report)
        for key in REMARKS
        if report.get(key)  # networks of older versions know fewer
    ]
    if report["islands_km"]:
        islands = "、" if language == "zh" else ", "
        km = islands.join(f"{length:,} km" for length in report["islands_km"])
        lines.append(
            text("osm.report.islands", language=language, count=len(report["islands_km"]), km=km)
        )
    if report["dropped_parts"]:
        lines.append(_line("osm.report.dropped", language, report))
    lines += [
        text("osm.report.dropped_part", language=language, **part)
        for part in report["dropped_largest"]
    ]
    return lines


def _line(key: str, language: Language, report: Mapping[str, Any], **more: object) -> str:
    return text(key, language=language, **{**report, **more})
