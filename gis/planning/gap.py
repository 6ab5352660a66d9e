"""The gap to a goal: the smallest change of one lever that would meet a reading.

Every size of a lever is applied to the network as a scenario, and the reading measured and judged
again as a whole; nothing is worked out on the total.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from gis.access.roads import hierarchy_of
from gis.catalogue.goals import Comparison, Goal, PlaceKind, Reading
from gis.catalogue.levers import Lever, LeverKind
from gis.catalogue.scenarios import ChangeRow
from gis.core.errors import raise_problems
from gis.core.progress import Progress, step
from gis.core.schemas import VerdictWord
from gis.core.text import Language, text
from gis.network.scenarios.roads import nearest_node
from gis.network.snap import FORD_M
from gis.planning.caveats import undecidable_remarks
from gis.planning.grounds import Grounds
from gis.planning.levers import handle_of
from gis.planning.new_links import Link, shortest_links, water_m
from gis.planning.place_sets import unknown_places
from gis.planning.shortfall import Shortfall, shortfall_of
from gis.planning.smallest import Smallest, Trial, smallest_size
from gis.planning.verdict import MINUTES_DIGITS, Verdict

MISSED = frozenset({VerdictWord.NOT_MET, VerdictWord.PARTLY_MET})
MOST_LINKS = 6  # built and judged
_DIGITS = 3
_METRES = 1000.0

Names = dict[Language, str]


@dataclass(frozen=True, slots=True)
class Gap:
    """How much of one lever would meet a reading.

    Parameters
    ----------
    goal, reading, year
        What is not met.
    lever, unit, high
        What is changed, in which unit, and how far it was tried.
    size
        The smallest change that meets the reading, of three digits; None where it is out of reach.
    value_before, value_after
        Value on which the verdict turns, without and with the change: with the whole range where
        the reading is out of reach. None where it is unreachable.
    threshold, value_unit
        What the value is compared with, and its unit.
    is_tight
        Whether one hundredth less does not meet the reading.
    trials
        How many sizes were tried.
    changes
        The scenario that meets the reading, or the whole range.
    sentence_zh, sentence_en
        The finding in words.

    """

    goal: str
    reading: str
    year: int
    lever: LeverKind
    name_zh: str
    name_en: str
    unit: str
    high: float
    size: float | None
    value_before: float | None
    value_after: float | None
    threshold: float
    value_unit: str
    is_tight: bool
    trials: int
    changes: tuple[ChangeRow, ...]
    sentence_zh: str
    sentence_en: str

    @property
    def effort(self) -> float:
        """Return the size as a share of the range; infinite where out of reach."""
        return float("inf") if self.size is None else self.size / self.high


def find_gaps(
    goal: str,
    reading: Reading,
    grounds: Grounds,
    *,
    year: int,
    levers: Iterable[Lever],
    progress: Progress | None = None,
) -> tuple[Gap, ...]:
    """Return for each lever how much of it would meet a reading in a year.

    Parameters
    ----------
    goal
        Id of the goal.
    reading
        One of its readings.
    grounds
        Networks and layers.
    year
        One of the years of the networks.
    levers
        The levers; those that cannot act on the reading are passed over.
    progress
        Called with a step for each lever.

    Returns
    -------
    tuple of Gap
        Levers that meet the reading come first, by their share of the range; then those that do
        not, the nearest first. Empty when the reading is met, cannot be decided, or none acts.

    """
    own = [lever for lever in levers if lever.acts_on(reading)]
    has_trains = not grounds.networks[year].feed.trips.empty
    undecidable = undecidable_remarks(reading, year=year, has_trains=has_trains)
    if not own or undecidable or reading.comparison is not Comparison.AT_MOST:
        return ()
    shortfall = shortfall_of(reading, prepared(grounds, year=year), year=year)
    if shortfall.judgement.verdict not in MISSED:
        return ()
    found = []
    for lever in own:
        gap = _gap(goal, lever, shortfall)
        if gap is not None:
            found.append(gap)
            if progress is not None:
                sentence = {"zh": gap.sentence_zh, "en": gap.sentence_en}
                progress(step("progress.gap", sentence=sentence))
    return tuple(sorted(found, key=_rank))


def gaps_of_goals(
    goals: Iterable[Goal],
    grounds: Grounds,
    levers: Sequence[Lever],
    *,
    readings: Sequence[str] = (),
    progress: Progress | None = None,
) -> tuple[Gap, ...]:
    """Return :func:`find_gaps` of all readings of goals in all years.

    Parameters
    ----------
    goals, grounds, levers
        As there.
    readings
        Ids of the readings to search; empty searches all.
    progress
        Called with a step for each reading and lever.

    Raises
    ------
    InputError
        If a reading names places that the layers do not know (all of them at once).

    """
    wanted = tuple(goals)
    raise_problems(unknown_places(wanted, grounds.book))
    found: list[Gap] = []
    for goal in wanted:
        for reading in goal.readings:
            if readings and reading.id not in readings:
                continue
            for year in sorted(grounds.networks):
                if progress is not None:
                    progress(step("progress.reading", goal=goal.id, reading=reading.id, year=year))
                found += find_gaps(
                    goal.id, reading, grounds, year=year, levers=levers, progress=progress
                )
    return tuple(found)


def gap_records(verdict: Verdict, gaps: Iterable[Gap]) -> list[dict[str, Any]]:
    """Return the best levers for a verdict as plain data, none if it is not the decisive one."""
    if not verdict.decisive:
        return []
    key = (verdict.goal, verdict.reading, verdict.year)
    own = [gap for gap in gaps if (gap.goal, gap.reading, gap.year) == key]
    return [gap_record(gap) for gap in best_gaps(own)]


def gap_record(gap: Gap) -> dict[str, Any]:
    """Return a gap as plain data for JSON."""
    return {
        "goal": gap.goal,
        "reading": gap.reading,
        "year": gap.year,
        "lever": gap.lever.value,
        "name_zh": gap.name_zh,
        "name_en": gap.name_en,
        "within_reach": gap.size is not None,
        "size": gap.size,
        "unit": gap.unit,
        "high": gap.high,
        "value_before": _rounded(gap.value_before),
        "value_after": _rounded(gap.value_after),
        "threshold": gap.threshold,
        "value_unit": gap.value_unit,
        "tight": gap.is_tight,
        "trials": gap.trials,
        "changes": [
            {"kind": change.kind, **change.model_dump(mode="json", exclude_defaults=True)}
            for change in gap.changes
        ],
        "sentence_zh": gap.sentence_zh,
        "sentence_en": gap.sentence_en,
    }


def best_gaps(gaps: Iterable[Gap]) -> tuple[Gap, ...]:
    """Return the gaps within reach, or else the one that gets nearest."""
    ranked = sorted(gaps, key=_rank)
    return tuple(gap for gap in ranked if gap.size is not None) or tuple(ranked[:1])


def _gap(goal: str, lever: Lever, shortfall: Shortfall) -> Gap | None:
    if lever.id is LeverKind.MISSING_LINK:
        return _link_gap(goal, lever, shortfall)
    handle = handle_of(lever, shortfall)
    if handle is None:
        return None
    search = smallest_size(
        lambda size: shortfall.attempt(handle.changes(size), size=size),
        shortfall.before,
        high=lever.high,
        whole=lever.whole,
    )
    at = search.found or search.farthest
    where: Names = {"zh": handle.where_zh, "en": handle.where_en}
    return _told(goal, (lever, search), shortfall, handle.changes(at.size), where)


def _link_gap(goal: str, lever: Lever, shortfall: Shortfall) -> Gap:
    links = shortest_links(lever, shortfall, count=MOST_LINKS)
    tried: list[tuple[Link, Trial]] = []
    for link in links:
        tried.append((link, shortfall.attempt([link.change(lever)], size=link.length_km)))
        if tried[-1][1].is_met:
            break
    last = tried[-1] if tried else None
    nothing = replace(shortfall.before, size=lever.high)
    farthest = last[1] if last else nothing
    search = Smallest(
        farthest if farthest.is_met else None, farthest, is_tight=True, trials=len(tried)
    )
    if last is None:
        return _told(goal, (lever, search), shortfall, (), {"zh": "", "en": ""})
    where: Names = {}
    wet_km = water_m(shortfall.network, last[0]) / _METRES
    for language in ("zh", "en"):
        ends = [_place_name(shortfall, node, language) for node in (last[0].start, last[0].end)]
        where[language] = "—".join(ends)
        if wet_km * _METRES > FORD_M:
            where[language] += text("gap.over_water", language=language, km=f"{wet_km:.1f}")
    return _told(goal, (lever, search), shortfall, (last[0].change(lever),), where)


def _told(
    goal: str,
    found: tuple[Lever, Smallest],
    shortfall: Shortfall,
    changes: tuple[ChangeRow, ...],
    where: Names,
) -> Gap:
    lever, search = found
    reading, at = shortfall.reading, search.found or search.farthest
    size = None if search.found is None else three_digits(at.size)
    key = lever.id.value
    if size is None:
        key = "out_of_reach" if changes else "nothing"
    sentences = {
        language: text(
            f"gap.{key}",
            language=language,
            lever=lever.name_en if language == "en" else lever.name_zh,
            where=where[language],
            size=_shown(lever.high if size is None else size),
            unit=text(f"gap.unit.{lever.unit}", language=language),
            before=_value(shortfall.judgement.value, reading, language),
            after=_value(at.value, reading, language),
            threshold=_value(reading.threshold, reading, language),
        )
        for language in ("zh", "en")
    }
    return Gap(
        goal=goal,
        reading=reading.id,
        year=shortfall.year,
        lever=lever.id,
        name_zh=lever.name_zh,
        name_en=lever.name_en,
        unit=lever.unit,
        high=lever.high,
        size=size,
        value_before=shortfall.judgement.value,
        value_after=at.value,
        threshold=reading.threshold or 0.0,
        value_unit=reading.unit,
        is_tight=search.found is not None and search.is_tight,
        trials=search.trials,
        changes=changes,
        sentence_zh=sentences["zh"],
        sentence_en=sentences["en"],
    )


def prepared(grounds: Grounds, *, year: int) -> Grounds:
    """Return grounds of one year whose network holds its hierarchy, for all that change it."""
    network = grounds.networks[year]
    network = replace(network, hierarchy=hierarchy_of(network))
    return replace(grounds, networks={year: network})


def three_digits(size: float) -> float:
    """Return a size with three digits."""
    return float(f"{size:.{_DIGITS}g}")


def _place_name(shortfall: Shortfall, node: int, language: Language) -> str:
    """Return the town nearest to a node."""
    towns = shortfall.grounds.book.points[PlaceKind.TOWNSHIPS]
    spot = shortfall.network.nodes.iloc[node]
    row, _ = nearest_node(towns, float(spot["lon"]), float(spot["lat"]))
    return str(towns[f"name_{language}"].iloc[row])


def _value(value: float | None, reading: Reading, language: Language) -> str:
    if value is None:
        return text("gap.unreachable", language=language)
    return f"{value:.1f} {text(f'gap.unit.{reading.unit}', language=language)}"


def _shown(size: float) -> str:
    """Return a size with three digits, no more than it has."""
    return f"{three_digits(size):g}"


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, MINUTES_DIGITS) + 0.0


def _rank(gap: Gap) -> tuple[float, float, str]:
    over = float("inf") if gap.value_after is None else gap.value_after - gap.threshold
    return (gap.effort, 0.0 if gap.size is not None else over, gap.lever.value)
