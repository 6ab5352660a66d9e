"""Levers of the gap to a goal: what could be changed, how far, and for which readings.

The rows stand in ``seeds/levers.yaml``; what a lever does to a network is told in
:mod:`gis.planning.levers`.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from gis.catalogue.goals import Measure, Reading
from gis.catalogue.tables import Row, Text, read_entries
from gis.core.paths import seeds_dir
from gis.core.schemas import Certainty, Definition, Mode

FILE_NAME = "levers.yaml"


class LeverKind(StrEnum):
    """What is changed."""

    LINE_SPEED = "line_speed"
    FREQUENCY = "frequency"
    BOARDING_BUFFER = "boarding_buffer"
    STATION_ACCESS = "station_access"
    FEEDER = "feeder"
    ROAD_SPEED = "road_speed"
    MISSING_LINK = "missing_link"


class Lever(Row):
    """One lever with its range and where that comes from.

    Parameters
    ----------
    id
        What is changed.
    name_zh, name_en, unit
        Name shown to planners, and the unit of its size.
    high
        Largest size that is searched.
    whole
        Whether only whole numbers make sense.
    measures, modes, definitions
        Readings it can act on; empty means any.
    road_classes
        Classes that ``road_speed`` acts on.
    speed_kmh, length_factor
        Speed of a ``missing_link``, and its length against the straight line.
    source_id, certainty, note_zh, note_en
        Where the range comes from, or the assumption and its reason.

    """

    id: LeverKind
    name_zh: Text
    name_en: Text
    unit: Text
    high: float = Field(gt=0.0)
    whole: bool = False
    measures: tuple[Measure, ...] = ()
    modes: tuple[Mode, ...] = ()
    definitions: tuple[Definition, ...] = ()
    road_classes: tuple[Text, ...] = ()
    speed_kmh: float | None = Field(default=None, gt=0.0, le=200.0)
    length_factor: float = Field(default=1.0, ge=1.0, le=5.0)
    source_id: Text
    certainty: Certainty
    note_zh: Text
    note_en: Text

    @model_validator(mode="after")
    def _is_complete(self) -> Self:
        needed = {
            LeverKind.ROAD_SPEED: "road_classes",
            LeverKind.MISSING_LINK: "speed_kmh",
        }.get(self.id)
        if needed is not None and not getattr(self, needed):
            raise PydanticCustomError("error.scenario_one_of", "", {"fields": needed})
        return self

    def acts_on(self, reading: Reading) -> bool:
        """Tell whether the lever can change the value of a reading."""
        return all(
            not allowed or value in allowed
            for value, allowed in (
                (reading.measure, self.measures),
                (reading.mode, self.modes),
                (reading.definition, self.definitions),
            )
        )


def load_levers(seeds: Path | None = None) -> tuple[Lever, ...]:
    """Return all levers in the order of the file.

    Parameters
    ----------
    seeds
        Folder of the seed tables; the product's own by default.

    Raises
    ------
    InputError
        With every problem, each naming the lever and the field.

    """
    return read_entries((seeds or seeds_dir()) / FILE_NAME, Lever, list_key="levers", place=_place)


def _place(entry: Mapping[str, Any], path: Sequence[int | str]) -> str:
    words = [f"lever {entry.get('id', '?')}"]
    if path:
        words.append("field " + ".".join(str(part) for part in path))
    return " ".join(words)
