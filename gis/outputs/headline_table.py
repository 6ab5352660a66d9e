"""The headline goals as a table in Markdown, for the README: each reading in a few years."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from gis.catalogue.goals import Goal, Reading
from gis.core.errors import InputError, Problem
from gis.core.schemas import VerdictWord
from gis.core.text import Language, text
from gis.outputs.phrases import asked, is_by_share, probability, shown_value

Record = Mapping[str, Any]
START, END = "<!-- headline-table -->", "<!-- /headline-table -->"
TABLE_YEARS = (2023, 2026, 2027, 2035)


def headline_table(
    goals: Iterable[Goal],
    records: Iterable[Record],
    *,
    years: Sequence[int] = TABLE_YEARS,
    language: Language = "zh",
) -> str:
    """Return the verdicts on the headline goals under every reading.

    Parameters
    ----------
    goals
        Goals of the catalogue; those that are no headline goals are passed over.
    records
        Verdicts as plain data, as in the JSON of ``check_goals``.
    years
        Years of the columns.
    language
        ``zh`` or ``en``.

    Returns
    -------
    str
        A Markdown table: a row for each reading, by the statistic it is decided on; in each cell
        the word, the value (or the share, where one is asked) and the probability, ``—`` where
        it was not computed. Ends with a line feed.

    Raises
    ------
    InputError
        If a goal, reading or year has no verdict (all of them at once).

    """
    deciding = {
        (record["goal"], record["reading"], record["year"]): record
        for record in records
        if record["decisive"]
    }
    wanted = [(goal, reading) for goal in goals if goal.headline for reading in goal.readings]
    missing = [
        Problem(f"{goal.id}/{reading.id}", "error.verdict_missing", {"year": year})
        for goal, reading in wanted
        for year in years
        if (goal.id, reading.id, year) not in deciding
    ]
    if missing:
        raise InputError(missing)
    heads = [text(f"headline.{head}", language=language) for head in ("goal", "reading", "asked")]
    lines = [_row([*heads, *map(str, years)]), _row(["---"] * (len(heads) + len(years)))]
    before = ""
    for goal, reading in wanted:
        name, said = (
            (goal.name_en, reading.name_en) if language == "en" else (goal.name_zh, reading.name_zh)
        )
        cells = [
            _cell(reading, deciding[goal.id, reading.id, year], language=language) for year in years
        ]
        first = f"**{name}** {goal.id}" if goal.id != before else ""
        lines.append(_row([first, f"{reading.id} {said}", asked(reading, language), *cells]))
        before = goal.id
    return "\n".join(lines) + "\n"


def with_table(page: str, table: str, *, file: str) -> str:
    """Return a page with the table between its two marks.

    Parameters
    ----------
    page
        Text with the marks :data:`START` and :data:`END`, once each and in this order.
    table
        What goes between them.
    file
        What a user would call the page.

    Raises
    ------
    InputError
        If the marks are not there.

    """
    head, start, rest = page.partition(START)
    _, end, tail = rest.partition(END)
    if not (start and end) or START in tail or END in tail:
        fields = {"start": START, "end": END}
        raise InputError([Problem(file, "error.table_marks", fields)])
    return f"{head}{START}\n{table}{END}{tail}"


def _row(cells: Sequence[str]) -> str:
    # A bar inside a cell would end it.
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _cell(reading: Reading, record: Record, *, language: Language) -> str:
    word = text(f"verdict.{record['verdict']}", language=language)
    if record["verdict"] == VerdictWord.NOT_DECIDABLE.value:
        return word
    value = shown_value(reading, record, language)
    pairs = record.get("pairs") or 0
    if record["verdict"] == VerdictWord.PARTLY_MET.value and pairs > 1 and not is_by_share(reading):
        within = round(record["share"] * pairs)
        fields = {"within": within, "pairs": pairs, "value": value}
        value = text("headline.partly", language=language, **fields)
    chance = probability(record.get("probability"))
    return text("headline.cell", language=language, word=word, value=value, chance=chance)
