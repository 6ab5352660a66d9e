"""Work that the reader asks for: judging goals, drawing errors, judging uploaded statistics."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

from app_pages import data
from app_pages.words import Language, say
from gis.catalogue.goals import Goal, Measure
from gis.catalogue.statistics_upload import StatisticValue
from gis.core.progress import Step
from gis.core.provenance import make_manifest
from gis.core.schemas import YEARS
from gis.pipeline import Results, RunConfig, read_grounds, with_confidence
from gis.planning.grounds import Grounds
from gis.planning.verdict import Verdict, verdict_record
from gis.planning.verdicts import check_goals

DRAWS = 1000
Progress = Callable[[float, str], None]  # share done, and what is being done
Records = list[dict[str, Any]]


def built_years() -> tuple[int, ...]:
    """Return the years whose networks are built."""
    return tuple(year for year in YEARS if data.has_network(year))


def judged(
    goals: Sequence[Goal],
    years: Iterable[int],
    *,
    language: Language,
    draws: int = 0,
    statistics: tuple[StatisticValue, ...] = (),
    progress: Progress | None = None,
) -> Records:
    """Judge goals on the built networks, as a run of the product does.

    Parameters
    ----------
    goals
        Goals to judge.
    years
        Years whose networks are built.
    language
        Language in which the progress is told.
    draws
        Draws for the probability that verdicts hold; none by default.
    statistics
        Official figures that were uploaded.
    progress
        Called with the share done and a line.

    Returns
    -------
    list of dict
        Verdicts as plain data.

    Raises
    ------
    InputError
        If a goal names places that the layers do not know, or a network cannot be read.

    """
    tell = progress or (lambda _share, _line: None)
    tell(0.0, say("work.starting", language))
    networks = {year: data.network(year) for year in years}
    stood_on = replace(grounds(), networks=networks, statistics=statistics)
    known = data.goals().values()
    verdicts: list[Verdict] = []
    tell(0.0, say("work.judging", language))
    for done, goal in enumerate(goals, start=1):
        verdicts += check_goals([goal], stood_on, catalogue=known)
        tell(done / len(goals), say("work.goals", language, done=done, total=len(goals)))
    results = Results(tuple(goals), networks, tuple(verdicts), make_manifest((), settings={}))
    if draws:
        results = with_confidence(
            results,
            stood_on,
            config=RunConfig(draws=draws),
            progress=lambda done: _tell_draws(done, tuple(networks), tell, language),
        )
    return [verdict_record(verdict) for verdict in results.verdicts]


def judged_statistics(values: tuple[StatisticValue, ...], *, language: Language) -> Records:
    """Judge the indicators that official figures decide, and nothing else, on uploaded ones."""
    goals = [
        goal.model_copy(update={"readings": readings})
        for goal in data.goals().values()
        if (readings := tuple(r for r in goal.readings if r.measure is Measure.STATISTIC))
    ]
    return judged(goals, built_years(), language=language, statistics=values)


@st.cache_resource(show_spinner=False)
def grounds() -> Grounds:
    """Return what verdicts and measures stand on, without networks."""
    return read_grounds(RunConfig(), networks={})


def _tell_draws(done: Step, years: Sequence[int], tell: Progress, language: Language) -> None:
    """Tell a step of the draws, with the share of all years that is done."""
    share = 0.0
    if done.key == "progress.draws":
        year, drawn, draws = (int(str(done.fields[name])) for name in ("year", "done", "draws"))
        share = (sorted(years).index(year) + drawn / draws) / len(years)
    tell(share, done.words(language))
