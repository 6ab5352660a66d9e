"""One surface of travel times from a place, or from the nearest of several."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from gis.access.surfaces import Surface, surfaces_from
from gis.access.tiles import CELL_M
from gis.catalogue.parameters import TravelParameters
from gis.core.schemas import Mode, Statistic
from gis.core.units import DECISECONDS_PER_MINUTE
from gis.network.model import Network
from gis.routing.graph import UNREACHED

Int32Array = npt.NDArray[np.int32]
Int64Array = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class TimeSurface:
    """Times in which all of a cell is reached.

    Parameters
    ----------
    time_ds
        ``(rows, columns)`` deciseconds from north to south and west to east, ``UNREACHED`` where
        not within the limit.
    left, top
        Outer corner of the first cell, metres; whole multiples of the cell.
    system
        The metric system.

    """

    time_ds: Int32Array
    left: float
    top: float
    system: str

    def at(self, x: FloatArray, y: FloatArray) -> Int32Array:
        """Return the times of the cells that points in the metric system lie in."""
        rows, columns = self.time_ds.shape
        row = np.floor((self.top - y) / CELL_M).astype(np.int64)
        column = np.floor((x - self.left) / CELL_M).astype(np.int64)
        inside = (row >= 0) & (column >= 0) & (row < rows) & (column < columns)
        times = np.full(x.shape, UNREACHED, dtype=np.int32)
        times[inside] = self.time_ds[row[inside], column[inside]]
        return times


def travel_time_surface(
    network: Network,
    places: pd.DataFrame,
    *,
    parameters: TravelParameters,
    limit_min: float,
    mode: Mode = Mode.CAR,
    peak: bool = False,
    statistic: Statistic = Statistic.MEDIAN,
) -> TimeSurface:
    """Return the time from the nearest of some places to every cell around.

    A cell holds the time in which any point of it is reached: the time to its centre and half a
    diagonal more. Its centre lies in an isochrone (:func:`gis.access.isochrones.isochrones`)
    where this is within the minutes of the isochrone and the centre is not in water.

    Parameters
    ----------
    network
        The network.
    places
        ``lon, lat`` (WGS84), one or more.
    parameters
        Speeds, buffers and limits.
    limit_min
        Minutes beyond which nothing is told.
    mode
        ``car``, ``transit`` or ``best``.
    peak
        Peak road times and morning departures.
    statistic
        Which of the journeys in the window counts; for public transport only.

    """
    surfaces: list[Surface] = []
    for lon, lat in places[["lon", "lat"]].to_numpy(dtype=np.float64).tolist():
        surfaces += surfaces_from(
            network,
            lon,
            lat,
            parameters=parameters,
            limit_min=limit_min,
            mode=mode,
            peak=peak,
            statistic=statistic,
        )
    known = [surface for surface in surfaces if surface.time_ds.size]
    if not known:
        return TimeSurface(np.empty((0, 0), dtype=np.int32), 0.0, 0.0, network.metric_system)
    return _overlaid(known, limit_min, network.metric_system)


def _overlaid(surfaces: Sequence[Surface], limit_min: float, system: str) -> TimeSurface:
    """Return the least of some surfaces, whose cells coincide."""
    limit_ds = round(limit_min * DECISECONDS_PER_MINUTE)
    row, column = (
        np.array([round(place / CELL_M - 0.5) for place in places])
        for places in ([-one.top for one in surfaces], [one.left for one in surfaces])
    )
    heights = np.array([one.time_ds.shape[0] for one in surfaces])
    widths = np.array([one.time_ds.shape[1] for one in surfaces])
    first_row, first_column = int(row.min()), int(column.min())
    shape = (
        int((row + heights).max()) - first_row,
        int((column + widths).max()) - first_column,
    )
    least = np.full(shape, UNREACHED, dtype=np.int32)
    for surface, above, aside in zip(
        surfaces, (row - first_row).tolist(), (column - first_column).tolist(), strict=True
    ):
        whole_ds = surface.time_ds + np.int64(np.ceil(surface.in_hand_ds))
        known = (surface.time_ds != UNREACHED) & (whole_ds <= limit_ds)
        height, width = whole_ds.shape
        window = least[above : above + height, aside : aside + width]
        np.minimum(window, np.where(known, whole_ds, UNREACHED), out=window, casting="unsafe")
    return TimeSurface(least, first_column * CELL_M, -first_row * CELL_M, system)
