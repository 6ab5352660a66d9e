"""Project cards: transport, water, energy and information works (``seeds/projects.csv``)."""

from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from gis.catalogue.clauses import ClauseRow
from gis.catalogue.tables import Route, Text, TextList, Year, read_rows, unknown_ids
from gis.core.errors import raise_problems
from gis.core.paths import seeds_dir
from gis.core.schemas import Certainty, Status

FILE_NAME = "projects.csv"


class ProjectMode(StrEnum):
    """Field of a project."""

    RAIL = "rail"
    ROAD = "road"
    CORRIDOR = "corridor"
    WATERWAY = "waterway"
    PORT = "port"
    AIR = "air"
    HUB = "hub"
    BUS = "bus"
    ENERGY = "energy"
    WATER_WORKS = "water_works"
    INFO = "info"


class ProjectShape(StrEnum):
    """How the waypoints are to be read: a route, single points, or nothing to draw."""

    LINE = "line"
    POINTS = "points"
    NONE = "none"


class Project(ClauseRow):
    """A project card.

    Parameters
    ----------
    mode, submode, kind
        Field, type of line or work, and new / upgrade / study / new service.
    from_zh, to_zh
        Ends as written.
    shape, waypoints
        Whether the points are a route in order or single places; WGS84.
    length_km
        Published length; the decision says what it covers where that is less than the whole.
    design_kmh
        Design speed.
    status_in_document_zh
        State in the words of the document.
    status, status_date, status_certainty
        State, the date of the latest evidence (of compilation where nothing has changed since),
        and how sure it is.
    started_year, opened_year, target_year
        Start of works, opening, and announced opening.
    timing_zh, timing_en
        Dates in words, by section.
    city_ids
        Codes of the cities it concerns.
    document_ids
        All documents that name it.
    same_as
        Project of which this row is another name: draw and count that one only.
    source_note
        Where length and state come from.
    decision_zh, decision_en
        What was decided where facts disagree, and what is doubtful.

    """

    mode: ProjectMode
    submode: Text
    kind: Text
    from_zh: str = ""
    to_zh: str = ""
    shape: ProjectShape
    waypoints: Route = ()
    length_km: float | None = Field(default=None, gt=0.0)
    design_kmh: int | None = Field(default=None, gt=0, le=1000)
    status_in_document_zh: str = ""
    status: Status
    status_date: date
    status_certainty: Certainty
    started_year: Year | None = None
    opened_year: Year | None = None
    target_year: Year | None = None
    timing_zh: str = ""
    timing_en: str = ""
    city_ids: TextList = ()
    document_ids: TextList = ()
    same_as: str = ""
    source_note: str = ""
    decision_zh: str = ""
    decision_en: str = ""

    @property
    def counts(self) -> bool:
        """Tell whether the row is a project of its own and no second name of another."""
        return not self.same_as

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        if self.opened_year is not None and self.status not in {Status.OPEN, Status.PARTLY_OPEN}:
            context = {"opened": self.opened_year, "status": self.status.value}
            raise PydanticCustomError("error.years_disagree", "years", context)
        if len(self.waypoints) < _LEAST_POINTS[self.shape]:
            context = {"shape": self.shape.value, "least": _LEAST_POINTS[self.shape]}
            raise PydanticCustomError("error.too_few_points", "points", context)
        return self


def load_projects(seeds: Path | None = None) -> tuple[Project, ...]:
    """Return all projects in the order of the file.

    Parameters
    ----------
    seeds
        Folder of the seed tables; the product's own by default.

    Raises
    ------
    InputError
        With every problem of the table.

    """
    projects = read_rows((seeds or seeds_dir()) / FILE_NAME, Project)
    references = [
        (f"{FILE_NAME} project {project.id} column same_as", [project.same_as])
        for project in projects
    ]
    ids = [project.id for project in projects]
    raise_problems(unknown_ids(references, known=ids, table=FILE_NAME))
    return projects


_LEAST_POINTS = {ProjectShape.LINE: 2, ProjectShape.POINTS: 1, ProjectShape.NONE: 0}
