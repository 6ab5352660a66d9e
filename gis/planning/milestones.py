"""How many projects of a list were started or opened by the end of a year."""

from enum import Enum

from gis.catalogue.goals import MilestoneEvent, Reading
from gis.catalogue.projects import Project
from gis.core.schemas import Status
from gis.planning.caveats import Remark
from gis.planning.grounds import NO_STATISTIC, Grounds, Measured, total_of
from gis.planning.verdict import Evidence


class State(Enum):
    """What is known of an event."""

    DONE = "done"
    PLANNED = "planned"
    NOT_DONE = "not_done"
    UNKNOWN = "unknown"


def measure_milestones(reading: Reading, grounds: Grounds, *, year: int) -> Measured:
    """Return how many projects of a reading have reached its event.

    An event counts when it happened by the end of the year, and by the end of ``by_year`` where
    that is earlier: what comes after the date set is late. In years that lie ahead, announced
    openings count, too, and are named.

    Parameters
    ----------
    reading
        Its ``projects, event, by_year`` decide.
    grounds
        Projects and the current year.
    year
        Year of the verdict.

    """
    states = _states(reading, grounds, year=year)
    counted = {State.DONE, State.PLANNED}
    rows = tuple(_row(project, is_done=state in counted) for project, state in states)
    total = sum(state in counted for _, state in states)
    remarks = [
        *_named(states, State.UNKNOWN, "verdict.caveat.milestone_unknown"),
        *_named(states, State.PLANNED, "verdict.caveat.milestone_planned"),
    ]
    if reading.by_year is not None and year < reading.by_year:
        fields = {"by_year": reading.by_year, "year": year}
        remarks.append(Remark("verdict.caveat.milestone_early", fields, fields))
    return total_of({NO_STATISTIC: float(total)}, rows=rows, remarks=tuple(remarks))


def undated_remarks(reading: Reading, grounds: Grounds, *, year: int) -> list[Remark]:
    """Return which dates are lacking when they would turn the answer; empty when they do not."""
    states = _states(reading, grounds, year=year)
    found = [state for _, state in states]
    count = len(found) - found.count(State.NOT_DONE)
    sure = count - found.count(State.UNKNOWN)
    threshold = reading.threshold or 0.0
    if (sure >= threshold) == (count >= threshold):
        return []
    return _named(states, State.UNKNOWN, "verdict.caveat.milestone_undated")


def milestone_state(
    project: Project, event: MilestoneEvent, *, limit: int, is_ahead: bool = False
) -> State:
    """Tell whether an event of a project had happened by the end of a year.

    Parameters
    ----------
    project
        Its state and years. Open in part is not open, but was started.
    event
        Started or opened.
    limit
        The year.
    is_ahead
        Whether the verdict is about a year to come, in which announced openings count.

    """
    is_open = project.status is Status.OPEN
    if event is MilestoneEvent.OPENED:
        if is_open:
            return _by(project.opened_year, limit)
        planned = project.target_year if is_ahead else None
        return State.PLANNED if planned is not None and planned <= limit else State.NOT_DONE
    is_started = is_open or project.status in {Status.PARTLY_OPEN, Status.UNDER_CONSTRUCTION}
    if not is_started:
        return State.NOT_DONE
    if project.started_year is not None:
        return _by(project.started_year, limit)
    # Opened, or seen under construction: it had been started by then, but perhaps much earlier.
    latest = project.opened_year or project.status_date.year
    return State.DONE if latest <= limit else State.UNKNOWN


def _by(year: int | None, limit: int) -> State:
    if year is None:
        return State.UNKNOWN
    return State.DONE if year <= limit else State.NOT_DONE


def _states(reading: Reading, grounds: Grounds, *, year: int) -> list[tuple[Project, State]]:
    projects = {project.id: project for project in grounds.projects}
    event = reading.event or MilestoneEvent.OPENED
    limit = min(year, reading.by_year or year)
    named = [projects[name] for name in reading.projects]
    own = dict.fromkeys(projects[one.same_as] if one.same_as else one for one in named)
    ahead = year > grounds.current_year
    return [(one, milestone_state(one, event, limit=limit, is_ahead=ahead)) for one in own]


def _named(states: list[tuple[Project, State]], state: State, key: str) -> list[Remark]:
    found = [project for project, its in states if its is state]
    if not found:
        return []
    return [
        Remark(
            key,
            {"names": "、".join(project.name_zh for project in found)},
            {"names": ", ".join(project.name_en for project in found)},
        )
    ]


def _row(project: Project, *, is_done: bool) -> Evidence:
    return Evidence(
        origin=project.id,
        destination="",
        origin_zh=project.name_zh,
        origin_en=project.name_en,
        destination_zh=project.timing_zh,
        destination_en=project.timing_en,
        minutes=float(is_done),
        is_within=is_done,
        people=None,
    )
