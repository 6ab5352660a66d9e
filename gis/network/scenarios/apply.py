"""Applying scenarios: all changes are checked, and all that is wrong comes together."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from gis.catalogue.parameters import TravelParameters
from gis.catalogue.scenarios import (
    ChangeRow,
    DirectServiceRow,
    FeederRow,
    FrequencyRow,
    LineSpeedRow,
    ProjectRow,
    ProjectState,
    RoadClosureRow,
    RoadLinkRow,
    RoadSpeedRow,
    StationAccessRow,
    TravelParametersRow,
    change_place,
)
from gis.core.errors import Problem, raise_problems
from gis.network.model import Network
from gis.network.scenarios.case import Case, Change, Opening
from gis.network.scenarios.direct_service import DirectService
from gis.network.scenarios.feeder import Feeder, with_feeders
from gis.network.scenarios.frequency import Frequency
from gis.network.scenarios.line_speed import LineSpeed
from gis.network.scenarios.project import ProjectDelay, ProjectOpening
from gis.network.scenarios.road_closure import RoadClosure
from gis.network.scenarios.road_link import RoadLink
from gis.network.scenarios.road_speed import RoadSpeed
from gis.network.scenarios.station_access import StationAccess
from gis.network.scenarios.travel_parameters import ParameterValues

_CHANGES: Mapping[type[ChangeRow], Callable[..., Change]] = {
    LineSpeedRow: LineSpeed,
    FrequencyRow: Frequency,
    DirectServiceRow: DirectService,
    TravelParametersRow: ParameterValues,
    StationAccessRow: StationAccess,
    FeederRow: Feeder,
    RoadSpeedRow: RoadSpeed,
    RoadClosureRow: RoadClosure,
    RoadLinkRow: RoadLink,
}


def apply_scenario(
    network: Network,
    changes: Sequence[ChangeRow],
    *,
    parameters: TravelParameters,
    openings: Iterable[Opening] = (),
    seeds: Path | None = None,
    layers: Path | None = None,
    name: str = "scenario",
) -> Case:
    """Return a network with changes, and the waits and walks that go with it.

    Changes act one after the other, each on what those before it left. No array or frame of the
    given network is written to.

    Parameters
    ----------
    network
        The network before.
    changes
        From :func:`gis.catalogue.scenarios.read_scenario`; none leaves everything as it is.
    parameters
        Waits, walks and windows before.
    openings
        What may open at another time.
    seeds, layers
        Folders that the network was built from; the product's own by default.
    name
        What a user would call the scenario, usually its file.

    Raises
    ------
    InputError
        With every change that cannot be applied: unknown lines, stations, roads or projects,
        links that lead nowhere, values out of range.

    """
    opening_of = {opening.id: opening for opening in openings}
    case = Case(network, parameters, opening_of, seeds=seeds, layers=layers)
    problems: list[Problem] = []
    feeders: list[Feeder] = []  # those that follow each other are built at once
    for number, row in enumerate(changes, start=1):
        change, where = change_of(row), change_place(name, number)
        found = change.problems(case, where=where)
        if _opens(row) and not all(_opens(before) for before in changes[: number - 1]):
            found.append(Problem(where, "error.scenario_project_first"))
        problems += found
        if isinstance(change, Feeder):
            feeders += [] if found else [change]
            continue
        if not found:
            case = change.apply(with_feeders(case, feeders) if feeders else case)
            feeders = []
    raise_problems(problems)
    return with_feeders(case, feeders) if feeders else case


def change_of(row: ChangeRow) -> Change:
    """Return the change that a row of a scenario asks for."""
    if isinstance(row, ProjectRow):
        return ProjectOpening(id=row.id) if _opens(row) else ProjectDelay(id=row.id)
    fields: dict[str, Any] = {
        field: getattr(row, field) for field in type(row).model_fields if field != "kind"
    }
    return _CHANGES[type(row)](**fields)


def _opens(row: ChangeRow) -> bool:
    return isinstance(row, ProjectRow) and row.state is ProjectState.OPEN
