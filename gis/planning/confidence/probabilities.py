"""The probability that a verdict holds, and the input it hangs on most.

Every draw changes all inputs at once within their stated accuracies, judges every reading anew,
and is one vote. Roads of one class are off by one factor together, trains of one certainty too;
what opens together is late together.
"""

import pickle
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from gis.catalogue.accuracies import Accuracy
from gis.catalogue.goals import Goal
from gis.core.progress import Progress, step
from gis.core.schemas import VerdictWord
from gis.planning.caveats import undecidable_remarks
from gis.planning.confidence.court import COMPUTED, Case, Outcome, judge_draws, make_court
from gis.planning.confidence.openings import Opening
from gis.planning.confidence.result import Confidence, Hinge
from gis.planning.confidence.sample import draw_sample
from gis.planning.grounds import Grounds
from gis.planning.judgement import Judgement
from gis.planning.sensitivity import first_order

Key = tuple[str, str, int, str]

HINGES = 3  # inputs that are named
TAIL = 0.05  # of the draws, below the range that is told and above it
LEAST_SHARE = 0.05  # an input that explains less is not worth naming
CHUNK = 10  # draws that a process works on at a time
QUEUE = 2  # chunks that each helper has before it
PROGRESS_STEPS = 20


def probabilities(
    goals: Iterable[Goal],
    grounds: Grounds,
    *,
    accuracies: Sequence[Accuracy],
    openings: Mapping[int, Sequence[Opening]],
    draws: int,
    seed: int,
    spread: float = 1.0,
    processes: int = 1,
    progress: Progress | None = None,
) -> dict[Key, Confidence]:
    """Return the confidence in every reading that draws can answer.

    Networks whose roads people may walk along are left out: walks are disturbed as straight lines.

    Parameters
    ----------
    goals
        Goals with their readings.
    grounds
        Networks, layers and parameters.
    accuracies
        How far inputs may be off.
    openings
        Year -> what may come late.
    draws, seed
        Number of draws and seed; the same give the same result, whatever the processes.
    spread
        Factor on every error; with 0 every probability is 0 or 1.
    processes
        How many work on draws, this one included; starting the others takes seconds. Draws are
        short steps of Python between compiled ones: threads would wait for each other.
    progress
        Called with a step now and then.

    Returns
    -------
    dict
        ``(goal, reading, year, statistic)`` -> confidence.

    """
    wanted = tuple(goals)
    cases = []
    for year in sorted(grounds.networks):
        if grounds.networks[year].edges["walkable"].to_numpy(dtype=np.bool_).any():
            continue
        has_trains = not grounds.networks[year].feed.trips.empty
        asked = tuple(
            (goal.id, reading)
            for goal in wanted
            for reading in goal.readings
            if reading.measure in COMPUTED
            and not undecidable_remarks(reading, year=year, has_trains=has_trains)
        )
        own = replace(grounds, networks={year: grounds.networks[year]})
        late = tuple(openings.get(year, ()))
        if asked:
            cases.append(Case(asked, own, year, tuple(accuracies), late, draws, seed, spread))
    found: dict[Key, Confidence] = {}
    helpers = processes - 1 if cases and draws > CHUNK else 0
    with TemporaryDirectory() as folder, _pool(helpers) as pool:
        for number, case in enumerate(cases):
            outcomes: dict[int, Outcome] = {}
            for chunk in _drawn(case, pool, helpers, Path(folder, f"{number}.pickle")):
                before = len(outcomes) * PROGRESS_STEPS // draws
                outcomes |= chunk
                if progress is not None and len(outcomes) * PROGRESS_STEPS // draws > before:
                    fields = {"year": case.year, "done": len(outcomes), "draws": draws}
                    progress(step("progress.draws", **fields))
            found |= _counted([outcomes[draw] for draw in range(draws)], case)
    return found


@contextmanager
def _pool(helpers: int) -> Iterator[ProcessPoolExecutor | None]:
    """Yield processes that have begun to start, or None."""
    if not helpers:
        yield None
        return
    with ProcessPoolExecutor(helpers, mp_context=get_context("spawn")) as pool:
        for _ in range(helpers):
            pool.submit(judge_draws, Path(), range(0))
        yield pool


def _drawn(
    case: Case, pool: ProcessPoolExecutor | None, helpers: int, file: Path
) -> Iterator[dict[int, Outcome]]:
    """Yield the outcomes of the draws of a case, some at a time, in any order.

    This process draws, too: helpers take seconds to start. They read the court from the file.
    """
    court = make_court(case)
    chunks = iter(
        [range(start, min(start + CHUNK, case.draws)) for start in range(0, case.draws, CHUNK)]
    )
    if pool is not None:
        file.write_bytes(pickle.dumps(court))
    handed: dict[Future[list[Outcome]], range] = {}
    for chunk in chunks:
        if pool is not None:
            for other in islice(chunks, QUEUE * helpers - len(handed)):
                handed[pool.submit(judge_draws, file, other)] = other
        yield dict(zip(chunk, court.judge(chunk), strict=True))
        for future in [future for future in handed if future.done()]:
            yield dict(zip(handed.pop(future), future.result(), strict=True))
    for future, chunk in handed.items():
        yield dict(zip(chunk, future.result(), strict=True))


def _counted(outcomes: Sequence[Outcome], case: Case) -> dict[Key, Confidence]:
    sample = draw_sample(
        case.accuracies,
        case.grounds.parameters,
        case.openings,
        year=case.year,
        places={},  # where places lie and when trains leave are inputs too many to name
        patterns=(),
        count=case.draws,
        seed=case.seed,
        spread=case.spread,
    )
    inputs, values = sample.inputs()
    found: dict[Key, Confidence] = {}
    for key in outcomes[0] if outcomes else ():
        judgements = [outcome[key] for outcome in outcomes]
        excess = np.array([np.inf if one.margin is None else -one.margin for one in judgements])
        met = np.array([one.verdict is VerdictWord.MET for one in judgements])
        shares = first_order(values, excess)
        order = np.argsort(-shares, kind="stable")[:HINGES]
        goal, reading, statistic = key
        found[goal, reading, case.year, statistic] = Confidence(
            probability=float(met.mean()),
            draws=len(outcomes),
            low=_percentile(judgements, TAIL),
            high=_percentile(judgements, 1.0 - TAIL),
            hinges=tuple(
                Hinge(inputs[row], float(shares[row]))
                for row in order.tolist()
                if shares[row] >= LEAST_SHARE
            ),
        )
    return found


def _percentile(judgements: Sequence[Judgement], share: float) -> float | None:
    values = sorted(np.inf if one.value is None else one.value for one in judgements)
    value = values[min(int(share * len(values)), len(values) - 1)]
    return None if np.isinf(value) else value
