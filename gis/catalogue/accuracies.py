"""How far the inputs of verdicts may be off (``seeds/accuracies.yaml``).

Each entry is one source of error with the distribution it is drawn from. Travel parameters bring
their range along from ``seeds/parameters.yaml``.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any, Self

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from gis.catalogue.parameters import Parameter, load_parameter_entries
from gis.catalogue.tables import Row, Text, read_entries
from gis.core.paths import seeds_dir
from gis.core.schemas import Certainty

FILE_NAME = "accuracies.yaml"


class Subject(StrEnum):
    """What an error is in.

    ``parameter`` a travel parameter; ``road_time`` times on all roads of a class; ``peak_excess``
    what the peak adds to free-flow times; ``position`` where places lie, by certainty;
    ``running_time`` minutes of trains, by certainty; ``dwell`` minutes at a stop of trains that
    have no published times; ``metro_headway`` and ``departure_phase`` how often and when vehicles
    leave; ``opening_delay`` years after the target, by status of the project.
    """

    PARAMETER = "parameter"
    ROAD_TIME = "road_time"
    PEAK_EXCESS = "peak_excess"
    POSITION = "position"
    RUNNING_TIME = "running_time"
    DWELL = "dwell"
    METRO_HEADWAY = "metro_headway"
    DEPARTURE_PHASE = "departure_phase"
    OPENING_DELAY = "opening_delay"


class Shape(StrEnum):
    """Distributions: ``triangular`` from low over mode to high, ``normal`` around 0."""

    TRIANGULAR = "triangular"
    NORMAL = "normal"


class Accuracy(Row):
    """One source of error.

    Parameters
    ----------
    id
        Name of the entry; for a parameter that of the parameter.
    subject, applies_to
        What the error is in, and for which road class, certainty or status.
    name_zh, name_en
        Name shown to planners.
    shape, low, mode, high, sd
        The distribution; a normal one has the mean 0.
    unit
        ``factor`` on a value, the unit of what is added to it, or that of the parameter itself.
    source_id, certainty, note_zh, note_en
        Where the range comes from.

    """

    id: Text
    subject: Subject
    applies_to: str = ""
    name_zh: Text
    name_en: Text
    shape: Shape
    low: float = 0.0
    mode: float = 0.0
    high: float = 0.0
    sd: float = 0.0
    unit: Text
    source_id: Text
    certainty: Certainty
    note_zh: Text
    note_en: Text

    @property
    def base(self) -> float:
        """Return what the product computes with: no error at all."""
        if self.subject is Subject.PARAMETER:
            return self.mode
        return 1.0 if self.unit == "factor" else 0.0

    @model_validator(mode="after")
    def _is_a_distribution(self) -> Self:
        if not self.low <= self.mode <= self.high or self.sd < 0:
            context = {"value": self.mode, "low": self.low, "high": self.high}
            raise PydanticCustomError("error.parameter_range", "range", context)
        return self


def load_accuracies(seeds: Path | None = None) -> tuple[Accuracy, ...]:
    """Return all sources of error in the order of the file.

    Parameters
    ----------
    seeds
        Folder of the seed tables; the product's own by default.

    Raises
    ------
    InputError
        With every problem, each naming entry and field.

    """
    folder = seeds or seeds_dir()
    own = read_entries(folder / FILE_NAME, Accuracy, list_key="accuracies", place=_place)
    varied = (entry for entry in load_parameter_entries(folder) if entry.varies)
    return (*(_of_parameter(entry) for entry in varied), *own)


def _of_parameter(parameter: Parameter) -> Accuracy:
    return Accuracy(
        id=parameter.id,
        subject=Subject.PARAMETER,
        applies_to=parameter.id,
        name_zh=parameter.name_zh,
        name_en=parameter.name_en,
        shape=Shape.TRIANGULAR,
        low=parameter.low,
        mode=parameter.value,
        high=parameter.high,
        unit=parameter.unit,
        source_id=parameter.source_id,
        certainty=parameter.certainty,
        note_zh=parameter.note_zh,
        note_en=parameter.note_en,
    )


def _place(entry: Mapping[str, Any], path: Sequence[int | str]) -> str:
    field = ".".join(str(part) for part in path)
    return f"entry {entry.get('id', '?')}" + (f" field {field}" if field else "")
