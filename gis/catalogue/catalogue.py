"""The whole catalogue, read and checked across its tables."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from gis.catalogue.clauses import ClauseRow, LinkedRow
from gis.catalogue.documents import Document, load_documents
from gis.catalogue.goals import Goal, PlaceKind, load_goals
from gis.catalogue.parameters import Parameter, load_parameter_entries
from gis.catalogue.projects import Project, load_projects
from gis.catalogue.registers import (
    Corridor,
    DemonstrationProject,
    Task,
    load_corridors,
    load_demonstration_projects,
    load_tasks,
)
from gis.catalogue.sources import Source, load_sources
from gis.catalogue.tables import unknown_ids
from gis.catalogue.zones import Zone, ZoneTownship, load_zone_townships, load_zones
from gis.core.errors import InputError, Problem, raise_problems

References = Iterable[tuple[str, Iterable[str]]]
LoadedT = TypeVar("LoadedT")


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """All typed tables whose rows refer to each other."""

    documents: tuple[Document, ...]
    sources: tuple[Source, ...]
    zones: tuple[Zone, ...]
    zone_townships: tuple[ZoneTownship, ...]
    projects: tuple[Project, ...]
    goals: tuple[Goal, ...]
    tasks: tuple[Task, ...]
    corridors: tuple[Corridor, ...]
    demonstration_projects: tuple[DemonstrationProject, ...]
    parameters: tuple[Parameter, ...]


def load_catalogue(seeds: Path | None = None) -> Catalogue:
    """Return the whole catalogue.

    Parameters
    ----------
    seeds
        Folder of the seed tables; the product's own by default.

    Raises
    ------
    InputError
        With every problem of every table; when each table is sound by itself, with every
        reference to a row that does not exist.

    """
    problems: list[Problem] = []

    def load(loader: Callable[[Path | None], tuple[LoadedT, ...]]) -> tuple[LoadedT, ...]:
        try:
            return loader(seeds)
        except InputError as error:
            problems.extend(error.problems)
            return ()

    catalogue = Catalogue(
        documents=load(load_documents),
        sources=load(load_sources),
        zones=load(load_zones),
        zone_townships=load(load_zone_townships),
        projects=load(load_projects),
        goals=load(load_goals),
        tasks=load(load_tasks),
        corridors=load(load_corridors),
        demonstration_projects=load(load_demonstration_projects),
        parameters=load(load_parameter_entries),
    )
    # References into a table that could not be read would only repeat its own problems.
    raise_problems(problems or reference_problems(catalogue))
    return catalogue


def reference_problems(catalogue: Catalogue) -> list[Problem]:
    """Return every reference from one table to a row another table does not have."""
    known = {
        "documents.yaml": [row.id for row in catalogue.documents],
        "sources/*.csv": [row.id for row in catalogue.sources],
        "zones.csv": [row.id for row in catalogue.zones],
        "projects.csv": [row.id for row in catalogue.projects],
        "tasks.csv": [row.id for row in catalogue.tasks],
    }
    linked: dict[str, Sequence[LinkedRow]] = {
        "tasks.csv": catalogue.tasks,
        "corridors.csv": catalogue.corridors,
        "demonstration_projects.csv": catalogue.demonstration_projects,
    }
    references: list[tuple[str, References]] = [
        ("documents.yaml", _documents_of("zones.csv zone", catalogue.zones)),
        ("documents.yaml", _documents_of("projects.csv project", catalogue.projects)),
        (
            "documents.yaml",
            [
                (f"projects.csv project {row.id} column document_ids", row.document_ids)
                for row in catalogue.projects
            ],
        ),
        (
            "documents.yaml",
            [
                (f"goals.yaml goal {goal.id} field document_id", [goal.document_id])
                for goal in catalogue.goals
            ],
        ),
        (
            "sources/*.csv",
            [
                (f"parameters.yaml parameter {row.id} field source_id", [row.source_id])
                for row in catalogue.parameters
            ],
        ),
        (
            "zones.csv",
            [
                (f"zone_townships.csv township {row.township_id} column zone_id", [row.zone_id])
                for row in catalogue.zone_townships
            ],
        ),
        (
            "tasks.csv",
            [
                (f"demonstration_projects.csv row {row.id} column task_id", [row.task_id])
                for row in catalogue.demonstration_projects
            ],
        ),
        ("zones.csv", _goal_zones(catalogue.goals)),
        ("projects.csv", goal_projects(catalogue.goals)),
    ]
    for file, rows in linked.items():
        references.append(("documents.yaml", _documents_of(f"{file} row", rows)))
        for row in rows:
            where = f"{file} row {row.id} column"
            references.append(("zones.csv", [(f"{where} zone_ids", row.zone_ids)]))
            references.append(("projects.csv", [(f"{where} project_ids", row.project_ids)]))
    return [
        problem
        for table, pairs in references
        for problem in unknown_ids(pairs, known=known[table], table=table)
    ]


def goal_projects(goals: Iterable[Goal]) -> References:
    """Return the projects that readings name, each with its place in the file."""
    return [
        (f"goals.yaml goal {goal.id} reading {reading.id} field projects", reading.projects)
        for goal in goals
        for reading in goal.readings
    ]


def _documents_of(where: str, rows: Sequence[ClauseRow]) -> References:
    return [(f"{where} {row.id} column document_id", [row.document_id]) for row in rows]


def _goal_zones(goals: Iterable[Goal]) -> References:
    return [
        (f"goals.yaml goal {goal.id} reading {reading.id} field {field}", places.ids)
        for goal in goals
        for reading in goal.readings
        for field, places in (
            ("origins", reading.origins),
            ("destinations", reading.destinations),
            ("also_report", reading.also_report),
        )
        if places is not None and places.kind is PlaceKind.ZONES
    ]
