"""Registers of the documents: tasks, corridors and demonstration projects."""

from enum import StrEnum
from pathlib import Path

from pydantic import Field

from gis.catalogue.clauses import LinkedRow
from gis.catalogue.tables import Lat, Lon, Route, Text, read_rows
from gis.core.paths import seeds_dir

TASKS_FILE_NAME = "tasks.csv"
CORRIDORS_FILE_NAME = "corridors.csv"
DEMONSTRATIONS_FILE_NAME = "demonstration_projects.csv"


class TaskKind(StrEnum):
    """Part a task plays."""

    TASK = "task"
    TASK_30 = "task_30"
    ZONE_TASK = "zone_task"
    DEMO_PROJECT = "demo_project"
    MECHANISM = "mechanism"
    COOPERATION_MODEL = "cooperation_model"
    SAFEGUARD = "safeguard"


class Located(StrEnum):
    """How a task can be put on the map."""

    ZONE = "zone"
    PROJECT = "project"
    PLACE = "place"
    PARTIAL = "partial"
    NO = "no"


class Task(LinkedRow):
    """A cooperation task or mechanism.

    Parameters
    ----------
    theme
        Theme in Chinese.
    theme_en
        Theme in English.
    kind
        Part it plays.
    lead_zh
        Who leads, as written.
    located, place_zh
        How it can be mapped, and a place named.

    """

    theme: Text
    theme_en: Text
    kind: TaskKind
    lead_zh: str = ""
    located: Located
    place_zh: str = ""


class CorridorKind(StrEnum):
    """Field of a corridor."""

    TRANSPORT = "transport"
    INNOVATION = "innovation"
    INDUSTRY = "industry"
    CULTURE = "culture"
    ECOLOGY = "ecology"
    WATERWAY = "waterway"


class Corridor(LinkedRow):
    """A corridor, belt, barrier or waterway as an ordered line; no alignment.

    Parameters
    ----------
    kind
        Field.
    width_km
        Guessed width of the band to draw; empty when it is a relation and no band.
    control_points
        Points in order, WGS84.
    note_zh, note_en
        What is guessed.

    """

    kind: CorridorKind
    width_km: float | None = Field(default=None, gt=0.0)
    control_points: Route = Field(min_length=2)
    note_zh: str = ""
    note_en: str = ""


class DemonstrationProject(LinkedRow):
    """A project of table 1 of the two-city study.

    Parameters
    ----------
    theme, theme_en
        Field of synergy.
    location_zh
        Where, as far as the text says.
    lon, lat
        Point in WGS84 where there is one.
    task_id
        The same thing among the tasks.
    note_zh, note_en
        Goal, milestone or state.

    """

    theme: Text
    theme_en: Text
    location_zh: str = ""
    lon: Lon | None = None
    lat: Lat | None = None
    task_id: Text
    note_zh: str = ""
    note_en: str = ""


def load_tasks(seeds: Path | None = None) -> tuple[Task, ...]:
    """Return all tasks; raises InputError with every problem of the table."""
    return read_rows((seeds or seeds_dir()) / TASKS_FILE_NAME, Task)


def load_corridors(seeds: Path | None = None) -> tuple[Corridor, ...]:
    """Return all corridors; raises InputError with every problem of the table."""
    return read_rows((seeds or seeds_dir()) / CORRIDORS_FILE_NAME, Corridor)


def load_demonstration_projects(seeds: Path | None = None) -> tuple[DemonstrationProject, ...]:
    """Return the demonstration projects; raises InputError with every problem of the table."""
    return read_rows((seeds or seeds_dir()) / DEMONSTRATIONS_FILE_NAME, DemonstrationProject)
