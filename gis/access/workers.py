"""The Dask side of tables in batches: workers, what they carry, tasks and failures.

Imported only where Dask is installed.
"""

import asyncio
import hashlib
import logging
import pickle
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import cast
from uuid import uuid4

import dask
import pandas as pd
from distributed import (
    CancelledError,
    Client,
    Future,
    KilledWorker,
    LocalCluster,
    as_completed,
    get_worker,
    rpc,
)
from distributed.diagnostics.plugin import WorkerPlugin

from gis.access.batches import OPTION, Progress, Scheduler
from gis.core.errors import InputError, Problem, raise_problems
from gis.network.model import Network

LOOPBACK = "127.0.0.1"
CONNECT_S = 10
JOIN_S = 30
MOST_MISSED = 100  # batches that came to workers without luggage
SETTINGS = {
    "distributed.comm.timeouts.connect": f"{CONNECT_S}s",
    "distributed.admin.large-graph-warning-threshold": "1GiB",  # origins travel with the tasks
}

Compute = Callable[[Network, pd.DataFrame], pd.DataFrame]


class ForeignWorkerError(RuntimeError):
    """A worker runs other code than the one that asks it."""


class Luggage(WorkerPlugin):
    """What every worker needs for a table, sent to each once: also to those that join later.

    The scheduler keeps it packed and hands it to every worker before the first task, so it is
    lost with no worker. A worker unpacks it at its first batch and keeps it until the table is
    done.

    Parameters
    ----------
    network
        The network.
    compute
        Makes the table of a batch of origins from the network.
    code
        Digest of the code that workers must run; empty for those on this machine.

    """

    def __init__(self, network: Network, compute: Compute, *, code: str = "") -> None:
        self.name = f"atlas-{uuid4().hex}"  # tables computed at the same time do not meet
        self.code = code
        self.packed = pickle.dumps((network, compute), protocol=pickle.HIGHEST_PROTOCOL)

    def setup(self, worker: object) -> None:
        """Get ready on a worker."""
        del worker
        self.lock = Lock()  # a worker may have several threads

    @cached_property
    def unpacked(self) -> tuple[Network, Compute]:
        """Unpack the network, on a worker that runs the same code."""
        if self.code and code_digest() != self.code:
            raise ForeignWorkerError
        return cast("tuple[Network, Compute]", pickle.loads(self.packed))  # noqa: S301 - packed here


def compute_batches(
    network: Network,
    batches: Sequence[pd.DataFrame],
    compute: Compute,
    *,
    scheduler: Scheduler,
    on_progress: Progress,
) -> list[pd.DataFrame]:
    """Return the tables of batches of origins in their order.

    Each table is fetched as soon as it is there; a batch that was lost with its worker is
    computed again by another.

    Parameters
    ----------
    network
        The network.
    batches
        ``id, lon, lat`` of the origins of each task.
    compute
        Makes the table of a batch.
    scheduler
        Who hands out the batches.
    on_progress
        Told how many origins are done, of how many.

    Raises
    ------
    InputError
        As in :func:`gis.access.batches.travel_times_in_batches`.

    """
    code = "" if scheduler.address is None else code_digest()
    with ExitStack() as stack:
        client = stack.enter_context(_connected(scheduler))
        luggage = stack.enter_context(_carried(client, Luggage(network, compute, code=code)))
        futures = client.map(_table, batches, name=luggage.name, pure=False)
        row = {future.key: index for index, future in enumerate(futures)}
        waiting = as_completed(futures, loop=client.loop, with_results=True, raise_errors=False)
        tables: dict[int, pd.DataFrame] = {}
        done, total, missed = 0, sum(map(len, batches)), 0
        for future, answer in waiting:
            index = row[future.key]
            if future.status == "finished" and answer is None:
                missed += 1
                if missed > MOST_MISSED:
                    raise InputError([Problem(OPTION, "error.workers_foreign")])
                client.register_plugin(luggage)
                again = client.submit(_table, batches[index], name=luggage.name, pure=False)
                row[again.key] = index
                waiting.add(again)
                continue
            tables[index] = _checked(future, answer)
            future.release()  # its worker may forget the table
            done += len(batches[index])
            on_progress(done, total)
    return [tables[index] for index in range(len(batches))]


def code_digest() -> str:
    """Return a digest of the library's source: the same code gives the same numbers."""
    package = Path(__file__).resolve().parents[1]
    digest = hashlib.sha256()
    for path in sorted(package.rglob("*.py")):
        digest.update(path.relative_to(package).as_posix().encode())
        digest.update(path.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()


def _table(origins: pd.DataFrame, *, name: str) -> pd.DataFrame | tuple[Problem, ...] | None:
    """Return the table of a batch, or the problems it met; runs on a worker.

    None if the worker has no luggage: it joined at the moment when the others got theirs.
    """
    luggage = cast("Luggage | None", get_worker().plugins.get(name))
    if luggage is None:
        return None
    with luggage.lock:
        network, compute = luggage.unpacked
    try:
        return compute(network, origins)
    except InputError as error:
        return error.problems


def _checked(future: Future[object], answer: object) -> pd.DataFrame:
    """Return the table of a task that is over, or raise what went wrong."""
    if future.status == "finished":
        if isinstance(answer, tuple):
            raise_problems(answer)
        return cast("pd.DataFrame", answer)
    error = future.exception() if future.status == "error" else None
    if isinstance(error, KilledWorker):
        raise InputError([Problem(OPTION, "error.workers_died")])
    if isinstance(error, ForeignWorkerError | ImportError):
        raise InputError([Problem(OPTION, "error.workers_foreign")]) from error
    if error is not None:
        raise error
    raise InputError([Problem(OPTION, "error.scheduler_lost")])


@contextmanager
def _connected(scheduler: Scheduler) -> Iterator[Client]:
    """Give a client with workers; what was started for it ends with it."""
    with ExitStack() as stack:
        stack.enter_context(dask.config.set(SETTINGS))
        stack.enter_context(_quiet("distributed"))
        address = scheduler.address
        if address is None:
            address = stack.enter_context(_local_cluster(scheduler.workers)).scheduler_address
        where = f"{OPTION} {address}"
        if not _answers(address):
            problem = Problem(where, "error.scheduler_unreachable", {"seconds": CONNECT_S})
            raise InputError([problem])
        timeout = f"{CONNECT_S}s"
        client = stack.enter_context(Client(address, timeout=timeout, set_as_default=False))
        try:
            client.wait_for_workers(1, timeout=JOIN_S)
        except TimeoutError as error:
            fields = {"seconds": JOIN_S, "address": address}
            raise InputError([Problem(where, "error.scheduler_idle", fields)]) from error
        yield client


def _answers(address: str) -> bool:
    """Tell whether a scheduler answers: a client that finds none would try on in the background."""

    async def identify() -> bool:
        async with rpc(address) as peer:
            answer = await asyncio.wait_for(peer.identity(), CONNECT_S)
        return bool(answer["type"] == "Scheduler")

    with ThreadPoolExecutor(1) as thread:  # the caller may be in an event loop of its own
        try:
            return thread.submit(asyncio.run, identify()).result()
        except (OSError, ValueError, TypeError, KeyError, MemoryError):
            return False  # nobody there, or a service that speaks another language


@contextmanager
def _local_cluster(workers: int | None) -> Iterator[LocalCluster]:
    """Give workers on this machine that only this machine can reach."""
    with (
        tempfile.TemporaryDirectory() as folder,
        LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            processes=True,
            host=LOOPBACK,
            dashboard_address=f"{LOOPBACK}:0",
            worker_dashboard_address=f"{LOOPBACK}:0",
            silence_logs=logging.CRITICAL,
            local_directory=folder,
            memory_limit=0,
        ) as cluster,
    ):
        yield cluster


@contextmanager
def _carried(client: Client, luggage: Luggage) -> Iterator[Luggage]:
    """Give the workers their luggage, and take it from them at the end."""
    try:
        try:
            client.register_plugin(luggage)
        except Exception as error:  # Dask tells what went wrong on workers in no other way
            raise InputError([Problem(OPTION, "error.workers_foreign")]) from error
        yield luggage
    finally:
        with suppress(OSError, CancelledError, RuntimeError):  # the scheduler may be gone
            client.unregister_worker_plugin(luggage.name)


@contextmanager
def _quiet(name: str) -> Iterator[None]:
    """Keep a library from logging what the user is told in one line."""
    logger = logging.getLogger(name)
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(level)
