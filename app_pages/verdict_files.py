"""The verdicts as files to take away: JSON for programs, a table for Excel."""

import csv
import io
import json
from collections.abc import Iterable, Mapping
from typing import Any

from app_pages import data
from app_pages.words import Language, say
from gis.catalogue.goals import Goal
from gis.catalogue.statistics_upload import unit_name
from gis.core.text import strings, text
from gis.outputs.definition_matrix import matrix_records, statistic_name

WITH_BOM = "utf-8-sig"  # without it Excel takes Chinese for the system's own code page
COLUMNS = (
    "goal", "goal_name", "reading", "reading_name", "statistic", "decisive", "year", "verdict",
    "value", "unit", "comparison", "threshold", "margin", "share", "required_share",
    "population_share", "probability", "value_low", "value_high", "draws", "document", "clause",
    "key_words", "basis", "certainty",
)  # fmt: skip


def verdicts_json(verdicts: data.Verdicts) -> bytes:
    """Return the manifest, the definition matrices and all verdicts, as ``check_goals`` does."""
    content = {
        "manifest": verdicts.manifest,
        "matrix": matrix_records(data.goals().values(), verdicts.records),
        "verdicts": verdicts.records,
    }
    return json.dumps(content, ensure_ascii=False, indent=1).encode()


def verdicts_csv(records: Iterable[Mapping[str, Any]], *, language: Language) -> bytes:
    """Return the verdicts as a table with headings and words in the language of the reader.

    Parameters
    ----------
    records
        Verdicts as plain data.
    language
        Language of headings, names, verdicts and units; numbers are written in full.

    """
    written = io.StringIO(newline="")
    writer = csv.writer(written)
    writer.writerow(text(f"column.{name}", language=language) for name in COLUMNS)
    goals = data.goals()
    for record in records:
        said = {**record, **_words(record, goals[record["goal"]], language)}
        writer.writerow(said.get(name, "") for name in COLUMNS)
    return written.getvalue().encode(WITH_BOM)


def unit_word(unit: str, language: Language) -> str:
    """Return the word of a unit, as it stands where it has none."""
    if f"unit.{unit}" in strings():
        return unit_name(unit, language=language)
    key = f"app.unit.{unit.replace(' ', '_')}"
    return text(key, language=language, value="").strip() if key in strings() else unit


def _words(record: Mapping[str, Any], goal: Goal, language: Language) -> dict[str, str]:
    reading = next(one for one in goal.readings if one.id == record["reading"])
    return {
        "goal_name": goal.name_en if language == "en" else goal.name_zh,
        "reading_name": reading.name_en if language == "en" else reading.name_zh,
        "statistic": statistic_name(record["statistic"], language=language),
        "decisive": say("matrix.decides", language) if record["decisive"] else "",
        "verdict": text(f"verdict.{record['verdict']}", language=language),
        "unit": unit_word(record["unit"], language),
        "basis": say(f"basis.{record['basis']}", language),
        "certainty": say(f"certainty.{record['certainty']}", language),
    }
