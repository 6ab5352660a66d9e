"""Tables of travel times from many origins, on one machine or on several.

With a scheduler, Dask (Rocklin, "Dask: Parallel computation with blocked algorithms and task
scheduling", SciPy 2015) hands out one batch of origins a task. Each worker gets the network once
and keeps it until the table is done; a batch whose worker is lost is computed again by another.
The numbers and their order are those of a single process.
"""

import importlib.util
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import pandas as pd

from gis.access.travel_times import travel_times
from gis.catalogue.parameters import TravelParameters
from gis.core.errors import InputError, Problem
from gis.core.schemas import Definition, Mode, Statistic
from gis.network.model import Network, check_has_trains

BATCH = 32  # origins a task: as many as the engine sweeps at a time
OPTION = "--scheduler"
_LOCAL = re.compile(r"local(?::(\d+))?")
_ADDRESS = re.compile(
    r"(?:(?:tcp|tls)://)?[^\s/:]+:\d{1,5}|(?:tcp|tls)://\[[0-9a-fA-F:.]+\]:\d{1,5}"
)

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Scheduler:
    """Who hands out the batches.

    Parameters
    ----------
    address
        Address of a running Dask scheduler; None for workers on this machine only.
    workers
        Number of workers on this machine; None for one a processor.

    """

    address: str | None = None
    workers: int | None = None


def read_scheduler(option: str) -> Scheduler:
    """Return the scheduler that ``local``, ``local:4`` or ``tcp://host:8786`` stands for.

    Raises
    ------
    InputError
        If it is none of these, or Dask is not installed.

    """
    _require_dask()
    if local := _LOCAL.fullmatch(option):
        workers = int(local[1]) if local[1] else None
        if workers != 0:
            return Scheduler(workers=workers)
    elif _ADDRESS.fullmatch(option):
        return Scheduler(address=option if "://" in option else f"tcp://{option}")
    raise InputError([Problem(OPTION, "error.scheduler_option", {"option": option})])


def travel_times_in_batches(
    network: Network,
    origins: pd.DataFrame,
    destinations: pd.DataFrame,
    *,
    mode: Mode,
    parameters: TravelParameters,
    definition: Definition = Definition.DOOR_TO_DOOR,
    statistics: Sequence[Statistic] = (Statistic.MEDIAN,),
    peak: bool = False,
    window_min: tuple[float, float] | None = None,
    terminal_minutes: float = 0.0,
    with_parts: bool = False,
    with_legs: bool = False,
    scheduler: Scheduler | None = None,
    batch: int = BATCH,
    on_progress: Progress | None = None,
) -> pd.DataFrame:
    """Return the travel time from every origin to every destination.

    Dask sends Python objects between processes: whoever runs a scheduler or a worker can run any
    program on the machines that join it. Use only schedulers and networks you trust.

    Parameters
    ----------
    network, origins, destinations, mode, parameters, definition, statistics, peak, window_min, \
terminal_minutes, with_parts, with_legs
        As in :func:`gis.access.travel_times.travel_times`.
    scheduler
        Who hands out the batches; None computes all in this process.
    batch
        Origins a task.
    on_progress
        Told how many origins are done, of how many, after each batch.

    Returns
    -------
    pandas.DataFrame
        As from :func:`gis.access.travel_times.travel_times`.

    Raises
    ------
    InputError
        If public transport is asked for on a network that has none, Dask is not installed, the
        scheduler cannot be reached or is lost, no worker joins it, or the workers cannot do it.

    """
    if mode is not Mode.CAR:
        check_has_trains(network)
    if batch < 1:
        raise InputError([Problem("--batch", "error.batch_size")])
    compute = partial(
        travel_times,
        destinations=destinations,
        mode=mode,
        parameters=parameters,
        definition=definition,
        statistics=statistics,
        peak=peak,
        window_min=window_min,
        terminal_minutes=terminal_minutes,
        with_parts=with_parts,
        with_legs=with_legs,
    )
    if scheduler is None:
        table = compute(network, origins)
        if on_progress:
            on_progress(len(origins), len(origins))
        return table
    _require_dask()
    from gis.access.workers import compute_batches

    parts = [origins.iloc[start : start + batch] for start in range(0, len(origins), batch)]
    tables = compute_batches(
        network, parts, compute, scheduler=scheduler, on_progress=on_progress or _no_progress
    )
    return pd.concat(tables, ignore_index=True)


def _require_dask() -> None:
    if importlib.util.find_spec("distributed") is None:
        raise InputError([Problem(OPTION, "error.dask_missing")])


def _no_progress(done: int, total: int) -> None:
    del done, total
