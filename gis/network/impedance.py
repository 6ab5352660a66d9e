"""Impedance: road class × terrain × time of day -> seconds.

The one table behind every road source. A design speed or limit, where one is known, caps the
speed of the table; waits and ramps come on top of the running time.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from gis.catalogue.roads import RoadClass, RoadSpeed, Terrain
from gis.core.units import METRES_PER_KILOMETRE

FloatArray = npt.NDArray[np.float64]
SpeedTable = Mapping[tuple[RoadClass, Terrain], RoadSpeed]

SECONDS_PER_HOUR = 3600.0
DECIMALS = 1


def with_times(
    edges: pd.DataFrame, *, speeds: SpeedTable, design_speed_share: float
) -> pd.DataFrame:
    """Return the edges with free-flow and peak seconds.

    Parameters
    ----------
    edges
        ``road_class, terrain, length_m``; ``limit_kmh`` (design speed or limit, NaN where
        unknown) and ``extra_s`` (ramps, waits; they do not change with the hour).
    speeds
        Speed, peak factor and circuity of each class in each terrain.
    design_speed_share
        Free-flow speed as a share of the design speed or limit.

    Returns
    -------
    pandas.DataFrame
        The same rows with ``free_flow_s`` and ``peak_s``.

    """
    kmh = operating_kmh(edges, speeds=speeds, design_speed_share=design_speed_share)
    peak = class_values(edges, speeds=speeds, value="peak_factor")
    running = edges["length_m"].to_numpy(float) / METRES_PER_KILOMETRE / kmh * SECONDS_PER_HOUR
    extra = edges["extra_s"].to_numpy(float)
    return edges.assign(
        free_flow_s=np.round(running + extra, DECIMALS),
        peak_s=np.round(running / peak + extra, DECIMALS),
    )


def operating_kmh(
    edges: pd.DataFrame, *, speeds: SpeedTable, design_speed_share: float
) -> FloatArray:
    """Return the free-flow speeds in km/h of edges: the table's, capped by the design speed."""
    table = class_values(edges, speeds=speeds, value="speed_kmh")
    cap = edges["limit_kmh"].to_numpy(float) * design_speed_share
    return np.where(np.isnan(cap), table, np.minimum(table, cap))


def class_values(edges: pd.DataFrame, *, speeds: SpeedTable, value: str) -> FloatArray:
    """Return one number of the speed table (``speed_kmh``, ``circuity``, …) for each edge."""
    numbers: dict[tuple[Any, Any], float] = {
        (row.road_class.value, row.terrain.value): float(getattr(row, value))
        for row in speeds.values()
    }
    pairs = zip(edges["road_class"], edges["terrain"], strict=True)
    return np.array([numbers[pair] for pair in pairs], dtype=np.float64)
