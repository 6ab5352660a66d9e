"""The grids on which rasters are handed over: stated, and the same whatever the content."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gis.core.crs import HANDOVER_EPSG, bounds_in
from gis.core.errors import InputError, Problem
from gis.core.units import METRES_PER_KILOMETRE

FloatArray = npt.NDArray[np.float64]
Bounds = tuple[float, float, float, float]

DEGREES_OF_KM = 0.01  # a cell of 250 m is one of 0.0025 degrees
MOST_CELLS = 100_000_000
SHORTEST_CELL_M = 25.0


@dataclass(frozen=True, slots=True)
class RasterGrid:
    """Cells between whole multiples of their size, so that rasters of one grid fit together.

    Parameters
    ----------
    system
        The CRS, as PROJ reads it.
    left, top
        Outer corner of the first cell.
    cell
        Side of a cell in the units of the CRS.
    rows, columns
        Size.

    """

    system: str
    left: float
    top: float
    cell: float
    rows: int
    columns: int

    def centres(self, rows: slice) -> tuple[FloatArray, FloatArray]:
        """Return ``(rows, columns)`` east and north of the centres of some rows."""
        row = np.arange(self.rows)[rows]
        x = self.left + (np.arange(self.columns) + 0.5) * self.cell
        y = self.top - (row + 0.5) * self.cell
        across, down = np.meshgrid(x, y)
        return across, down


def grid_over(
    bounds: Bounds, *, metric_system: str, epsg: int | None = None, cell_m: float = 250.0
) -> RasterGrid:
    """Return the grid over an area.

    Parameters
    ----------
    bounds
        West, south, east, north in WGS84.
    metric_system
        The system of the network, used where no other is asked for: its cells are then those of
        the isochrones.
    epsg
        One of :data:`gis.core.crs.HANDOVER_EPSG`.
    cell_m
        Side of a cell in metres; in degrees a cell of 250 m has 0.0025.

    Raises
    ------
    InputError
        If the code is not offered, or the cell is too small for the area.

    """
    if epsg is not None and epsg not in HANDOVER_EPSG:
        fields = {"epsg": epsg, "present": ", ".join(map(str, HANDOVER_EPSG))}
        raise InputError([Problem("--crs", "error.crs_not_offered", fields)])
    problem = Problem(
        "--cell",
        "error.raster_cell",
        {"cell": f"{cell_m:g}", "least": f"{SHORTEST_CELL_M:g}", "most": MOST_CELLS},
    )
    if not cell_m >= SHORTEST_CELL_M:
        raise InputError([problem])
    system = metric_system if epsg is None else f"EPSG:{epsg}"
    in_degrees = epsg == HANDOVER_EPSG[0]
    cell = cell_m / METRES_PER_KILOMETRE * DEGREES_OF_KM if in_degrees else cell_m
    sides = np.array(bounds_in(bounds, system=system)) / cell
    # Rounding first: a side that lies on a line must not gain a cell from the last digit.
    west, south = np.floor(np.round(sides[:2], 6)).astype(int).tolist()
    east, north = np.ceil(np.round(sides[2:], 6)).astype(int).tolist()
    rows, columns = north - south, east - west
    if rows * columns > MOST_CELLS:
        raise InputError([problem])
    return RasterGrid(system, west * cell, north * cell, cell, rows, columns)
