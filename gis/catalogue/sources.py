"""Sources of data: every ``seeds/sources/*.csv``, read together."""

from pathlib import Path

from pydantic import Field

from gis.catalogue.tables import Row, Text, read_rows, repeated
from gis.core.errors import InputError, Problem, raise_problems
from gis.core.paths import seeds_dir

FOLDER = "sources"


class Source(Row):
    """Where data come from.

    Parameters
    ----------
    id
        ``SRC-…``.
    producer, title
        Who made the data, and what they are called.
    date
        Date or period of the data, as far as known.
    licence
        Licence, or “not stated”.
    note
        What was taken and how it was changed.

    """

    id: str = Field(pattern="^SRC-[A-Z0-9-]+$")
    producer: Text
    title: Text
    date: str = ""
    licence: Text
    note: str = ""


def load_sources(seeds: Path | None = None) -> tuple[Source, ...]:
    """Return the sources of all files, by file name and row.

    Parameters
    ----------
    seeds
        Folder of the seed tables; the product's own by default.

    Raises
    ------
    InputError
        With every problem of every file, ids used in two files included.

    """
    problems: list[Problem] = []
    sources: list[Source] = []
    places: list[str] = []
    for path in sorted(((seeds or seeds_dir()) / FOLDER).glob("*.csv")):
        try:
            rows = read_rows(path, Source)
        except InputError as error:
            problems += error.problems
            continue
        sources += rows
        places += [f"{FOLDER}/{path.name} row {row}" for row in range(2, len(rows) + 2)]
    problems += repeated([source.id for source in sources], places)
    raise_problems(problems)
    return tuple(sources)
