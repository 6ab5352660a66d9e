"""Tables that take their time, so that workers can be lost meanwhile; workers import it."""

import time
from pathlib import Path

import pandas as pd
from distributed import Worker

from gis.core.errors import InputError, Problem
from gis.network.model import Network


def slow_table(network: Network, origins: pd.DataFrame, *, log: Path) -> pd.DataFrame:
    """Wait, note the origins in a log, and give a table that holds the year of the network."""
    time.sleep(0.2)
    with log.open("a", encoding="utf-8") as file:
        file.write(f"{origins['id'].iloc[0]}\n")
    return origins[["id"]].assign(year=network.year)


def refused_table(network: Network, origins: pd.DataFrame) -> pd.DataFrame:
    """Meet the problem of a point in the water."""
    del network
    raise InputError([Problem(str(origins["id"].iloc[0]), "error.point_in_water")])


def drop_luggage(dask_worker: Worker) -> None:
    """Let a worker forget what it was sent."""
    for name in [name for name in dask_worker.plugins if name.startswith("atlas")]:
        del dask_worker.plugins[name]
