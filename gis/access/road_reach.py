"""How far a drive reaches along the roads, parts of edges included."""

from dataclasses import dataclass
from typing import cast

import geopandas as gpd
import numba
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely.ops

from gis.access.entries import drive_in, place_entries
from gis.access.fields import IsochroneField
from gis.access.roads import road_graph
from gis.catalogue.parameters import TravelParameters
from gis.core.crs import GEOGRAPHIC
from gis.core.units import DECISECONDS_PER_MINUTE, seconds_from_minutes
from gis.network.model import Network
from gis.network.snap import travel_seconds_of
from gis.routing.bucket_search import reach_times
from gis.routing.graph import DECISECONDS_PER_SECOND, UNREACHED, deciseconds

FloatArray = npt.NDArray[np.float64]
Int64Array = npt.NDArray[np.int64]
Int32Array = npt.NDArray[np.int32]
BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class RoadReach:
    """When a drive reaches the ends of every edge, and where it joins edges between them.

    Parameters
    ----------
    whole_ds
        ``(edges,)`` deciseconds for the whole edge.
    source_ds, target_ds
        ``(edges,)`` deciseconds at which the ends are reached, infinite where not.
    forward, backward
        ``(edges,)`` which ways edges may be driven.
    join_edge, join_fraction, join_ds
        ``(joins,)`` edge, place on it and time at which the drive joins it between its ends.

    """

    whole_ds: FloatArray
    source_ds: FloatArray
    target_ds: FloatArray
    forward: npt.NDArray[np.bool_]
    backward: npt.NDArray[np.bool_]
    join_edge: Int64Array
    join_fraction: FloatArray
    join_ds: FloatArray

    def is_reached(self, limit_ds: float) -> BoolArray:
        """Return ``(edges,)`` whether any part of an edge may be reached within a limit."""
        reached = np.minimum(self.source_ds, self.target_ds) <= limit_ds
        reached[self.join_edge[self.join_ds <= limit_ds]] = True
        return np.asarray(reached, dtype=np.bool_)

    def times_in_cells(
        self, field: IsochroneField, *, metre_ds: float, limit_ds: float
    ) -> Int32Array:
        """Return when the centres of cells are reached from the places along roads in them.

        Parameters
        ----------
        field
            The cells, and places along the roads.
        metre_ds
            Deciseconds for a straight metre off the roads.
        limit_ds
            What is reached later is left out.

        Returns
        -------
        numpy.ndarray
            ``(rows, columns)`` deciseconds, rounded up, ``UNREACHED`` where not.

        """
        first_ds = np.full(field.dry.shape, UNREACHED, dtype=np.int32)
        _reach_cells(
            (field.edge, field.fraction, field.cell, field.offset_m),
            (self.whole_ds, self.source_ds, self.target_ds, self.forward, self.backward),
            (self.join_edge, self.join_fraction, self.join_ds),
            (float(metre_ds), float(limit_ds)),
            first_ds.reshape(-1),
        )
        return first_ds


_Places = tuple[Int32Array, FloatArray, Int64Array, FloatArray]
_Edges = tuple[FloatArray, FloatArray, FloatArray, BoolArray, BoolArray]
_Joins = tuple[Int64Array, FloatArray, FloatArray]


@numba.njit(cache=True, nogil=True)
def _reach_cells(
    places: _Places,
    edges: _Edges,
    joins: _Joins,
    off_roads: tuple[float, float],
    first_ds: Int32Array,
) -> None:
    """Reach places from both ends of their edges and where drives join these; keep the least."""
    edge, fraction, cell, offset_m = places
    whole_ds, source_ds, target_ds, forward, backward = edges
    join_edge, join_fraction, join_ds = joins
    metre_ds, limit_ds = off_roads
    for place in range(len(edge)):
        own, part = edge[place], fraction[place]
        best = np.inf
        if forward[own]:
            best = source_ds[own] + part * whole_ds[own]
        if backward[own]:
            best = min(best, target_ds[own] + (1 - part) * whole_ds[own])
        for join in range(len(join_edge)):
            if join_edge[join] == own:
                ahead = part - join_fraction[join]
                if forward[own] if ahead >= 0 else backward[own]:
                    best = min(best, join_ds[join] + abs(ahead) * whole_ds[own])
        best += offset_m[place] * metre_ds
        if best <= limit_ds:
            first_ds[cell[place]] = min(first_ds[cell[place]], np.int32(np.ceil(best)))


def reach_of_times(
    network: Network, time_ds: Int32Array, *, peak: bool, joins: pd.DataFrame | None = None
) -> RoadReach:
    """Return the reach along edges of quickest paths to their ends.

    Parameters
    ----------
    network
        The network.
    time_ds
        ``(nodes,)`` deciseconds from one or more places, ``UNREACHED`` where not.
    peak
        Whether edges need peak times.
    joins
        ``edge, fraction, spent_s``: where drives join edges between their ends.

    """
    edges = network.edges
    times = np.where(time_ds == UNREACHED, np.inf, time_ds.astype(np.float64))
    whole = deciseconds(edges["peak_s" if peak else "free_flow_s"].to_numpy(dtype=np.float64))
    if joins is None:
        joins = pd.DataFrame({"edge": [], "fraction": [], "spent_s": []})
    return RoadReach(
        whole_ds=whole.astype(np.float64),
        source_ds=times[edges["source"].to_numpy()],
        target_ds=times[edges["target"].to_numpy()],
        forward=edges["forward"].to_numpy(dtype=np.bool_),
        backward=edges["backward"].to_numpy(dtype=np.bool_),
        join_edge=joins["edge"].to_numpy(dtype=np.int64),
        join_fraction=joins["fraction"].to_numpy(dtype=np.float64),
        join_ds=joins["spent_s"].to_numpy(dtype=np.float64) * DECISECONDS_PER_SECOND,
    )


def drive_reach(
    network: Network,
    lon: float,
    lat: float,
    *,
    parameters: TravelParameters,
    peak: bool = False,
    minutes: float = np.inf,
) -> RoadReach:
    """Return how far drives from a point reach along the roads.

    Parameters
    ----------
    network
        The network.
    lon, lat
        The point, WGS84.
    parameters
        Speeds and detour.
    peak
        Whether to use peak instead of free-flow times.
    minutes
        What is reached later may be left out.

    """
    here = pd.DataFrame({"lon": [lon], "lat": [lat]})
    entries = place_entries(
        network, here, parameters=parameters, outbound=True, travel=drive_in(peak=peak)
    )
    time_ds = reach_times(
        road_graph(network, peak=peak),
        entries.node,
        initial_s=entries.seconds,
        limit_s=seconds_from_minutes(minutes) if np.isfinite(minutes) else np.inf,
    )
    off_road_m = entries.ways["straight_m"].to_numpy() * parameters.access_detour
    spent_s = travel_seconds_of(off_road_m, parameters.local_drive_kmh)
    joins = entries.ways[["edge", "fraction"]].assign(spent_s=spent_s)
    return reach_of_times(network, time_ds, peak=peak, joins=joins)


def reached_roads(network: Network, reach: RoadReach, *, minutes: float) -> gpd.GeoDataFrame:
    """Return the parts of edges that are reached within a time.

    Parameters
    ----------
    network
        The network.
    reach
        Times at the ends of its edges.
    minutes
        The travel time.

    Returns
    -------
    geopandas.GeoDataFrame
        ``edge_id, road_id, road_class, from_fraction, to_fraction`` and the line in WGS84; an
        edge reached from both ends but not in between has two rows.

    """
    limit_ds = minutes * DECISECONDS_PER_MINUTE
    whole = np.maximum(reach.whole_ds, 1.0)
    ahead = np.clip((limit_ds - reach.source_ds) / whole, 0.0, 1.0) * reach.forward
    back = np.clip((limit_ds - reach.target_ds) / whole, 0.0, 1.0) * reach.backward
    spans = [(int(row), 0.0, float(ahead[row])) for row in np.flatnonzero(ahead > 0)]
    spans += [(int(row), 1.0 - float(back[row]), 1.0) for row in np.flatnonzero(back > 0)]
    for edge, fraction, spent_ds in zip(
        reach.join_edge.tolist(), reach.join_fraction, reach.join_ds, strict=True
    ):
        share = (limit_ds - spent_ds) / whole[edge]
        if share > 0:
            low = fraction - share * reach.backward[edge]
            high = fraction + share * reach.forward[edge]
            spans.append((edge, max(float(low), 0.0), min(float(high), 1.0)))
    merged = _merged(spans)
    rows = [row for row, _, _ in merged]
    kept = network.edges.iloc[rows]
    lines = network.lines.lines(np.array(rows, dtype=np.int64))
    parts = [
        shapely.ops.substring(cast("shapely.LineString", line), low, high, normalized=True)
        for line, (_, low, high) in zip(lines, merged, strict=True)
    ]
    names = kept[["edge_id", "road_id", "road_class"]].reset_index(drop=True)
    spans_of = pd.DataFrame(
        [span[1:] for span in merged], columns=["from_fraction", "to_fraction"], dtype=np.float64
    )
    return gpd.GeoDataFrame(pd.concat([names, spans_of], axis=1), geometry=parts, crs=GEOGRAPHIC)


def _merged(spans: list[tuple[int, float, float]]) -> list[tuple[int, float, float]]:
    """Return the spans of each edge with those that touch made one, in order."""
    merged: list[tuple[int, float, float]] = []
    for edge, low, high in sorted(spans):
        if merged and merged[-1][0] == edge and low <= merged[-1][2]:
            merged[-1] = (edge, merged[-1][1], max(high, merged[-1][2]))
        elif high > low:
            merged.append((edge, low, high))
    return merged
