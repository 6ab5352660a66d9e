"""Ways between places and the nodes of a road network, by car and on foot."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from gis.catalogue.parameters import TravelParameters
from gis.core.schemas import Travel
from gis.network.lines import EdgeLines
from gis.network.model import Network
from gis.network.snap import (
    FORD_M,
    AccessIndex,
    make_access_index,
    metric_points,
    travel_seconds_of,
    ways_to_roads,
    wet_length_m,
)
from gis.routing.graph import deciseconds
from gis.routing.keys import keys
from gis.routing.seeds import Seeds

FloatArray = npt.NDArray[np.float64]
Int64Array = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Impedance:
    """What using the edges of a network takes by one way of travelling.

    Parameters
    ----------
    edge_s
        ``(edges,)`` seconds for a whole edge.
    forward, backward
        ``(edges,)`` which ways edges may be used.
    off_road_kmh
        Speed between places and roads.

    """

    edge_s: FloatArray
    forward: BoolArray
    backward: BoolArray
    off_road_kmh: float


@dataclass(frozen=True, slots=True, eq=False)
class Entries:
    """Ways between places and road nodes.

    Parameters
    ----------
    ways
        ``place, edge, fraction, straight_m``: where straight ways meet edges.
    first
        ``(places + 1,)``: ends ``first[p]`` to ``first[p + 1] - 1`` are of place p.
    place, node
        ``(ends,)`` the place, and the road node its way leads on to; sorted by both.
    edge
        ``(ends,)`` row of the edge the way follows, -1 where that is not known.
    length_m, seconds
        ``(ends,)`` metres and seconds of the way.

    """

    ways: pd.DataFrame
    first: Int64Array
    place: Int64Array
    node: Int64Array
    edge: Int64Array
    length_m: FloatArray
    seconds: FloatArray

    @property
    def count(self) -> int:
        """Return the number of places."""
        return len(self.first) - 1

    def of(self, place: int) -> slice:
        """Return the ends of one place."""
        return slice(int(self.first[place]), int(self.first[place + 1]))

    def time_seeds(self) -> Seeds:
        """Return the ends as the routing engine takes them, with deciseconds."""
        return Seeds(
            first=self.first, node=self.node.astype(np.int32), cost=deciseconds(self.seconds)
        )

    def seeds(self) -> Seeds:
        """Return the ends as the routing engine takes them, with keys of time and length."""
        return Seeds(
            first=self.first,
            node=self.node.astype(np.int32),
            cost=keys(deciseconds(self.seconds), self.length_m),
        )


@lru_cache(maxsize=24)
def impedance_of(network: Network, parameters: TravelParameters, travel: Travel) -> Impedance:
    """Return what using the roads of a network takes, kept for the next question to it.

    People walk both ways along every edge that may be walked, whatever holds for cars.
    """
    edges = network.edges
    if travel is Travel.WALK:
        walkable = edges["walkable"].to_numpy(dtype=np.bool_)
        length_m = edges["length_m"].to_numpy(dtype=np.float64)
        walk_s = travel_seconds_of(length_m, parameters.walk_kmh)
        return Impedance(walk_s, walkable, walkable, parameters.walk_kmh)
    column = "peak_s" if travel is Travel.DRIVE_PEAK else "free_flow_s"
    return Impedance(
        edges[column].to_numpy(dtype=np.float64),
        edges["forward"].to_numpy(dtype=np.bool_),
        edges["backward"].to_numpy(dtype=np.bool_),
        parameters.local_drive_kmh,
    )


def drive_in(*, peak: bool) -> Travel:
    """Return by car, in the peak or not."""
    return Travel.DRIVE_PEAK if peak else Travel.DRIVE


@lru_cache(maxsize=6)
def access_index_of(network: Network) -> AccessIndex:
    """Return the prepared roads and water of a network, kept for the next question to it."""
    return make_access_index(
        network.edges, network.lines, network.water, system=network.metric_system
    )


def place_entries(
    network: Network,
    places: pd.DataFrame,
    *,
    parameters: TravelParameters,
    outbound: bool,
    travel: Travel = Travel.DRIVE,
) -> Entries:
    """Return the ways between places and the roads of a network.

    Parameters
    ----------
    network
        The network.
    places
        ``lon, lat``.
    parameters
        Speeds and detour.
    outbound
        Whether the places are left (True) or reached.
    travel
        By car, in the peak or not, or on foot.

    """
    lon, lat = coordinates_of(places)
    return _kept_entries(network, tuple(lon), tuple(lat), parameters, travel, outbound=outbound)


def coordinates_of(places: pd.DataFrame) -> tuple[FloatArray, FloatArray]:
    """Return the longitudes and latitudes of places."""
    return places["lon"].to_numpy(dtype=np.float64), places["lat"].to_numpy(dtype=np.float64)


def make_entries(
    ways: pd.DataFrame,
    network: Network,
    impedance: Impedance,
    *,
    count: int,
    detour: float,
    outbound: bool,
) -> Entries:
    """Lead straight ways on, along the edges they meet, to the road nodes at both ends.

    Parameters
    ----------
    ways
        ``place, edge, fraction, straight_m``.
    network
        The network the edges belong to.
    impedance
        What using them takes.
    count
        Number of places.
    detour
        Street length against the straight line, off the road.
    outbound
        Whether the places are left (True) or reached: one-way edges tell them apart.

    """
    edge = ways["edge"].to_numpy(dtype=np.int64)
    fraction = ways["fraction"].to_numpy(dtype=np.float64)
    place = ways["place"].to_numpy(dtype=np.int64)
    off_road_m = ways["straight_m"].to_numpy(dtype=np.float64) * detour
    off_road_s = travel_seconds_of(off_road_m, impedance.off_road_kmh)
    length_m = network.edges["length_m"].to_numpy(dtype=np.float64)[edge]
    edge_s = impedance.edge_s[edge]
    forward, backward = impedance.forward[edge], impedance.backward[edge]
    to_source, to_target = (backward, forward) if outbound else (forward, backward)
    share = np.concatenate([fraction, 1.0 - fraction])
    # A place at the very end of an edge is at the node, whichever way the edge runs.
    kept = np.flatnonzero(np.concatenate([to_source, to_target]) | (share == 0))
    node = np.concatenate([network.edges[end].to_numpy()[edge] for end in ("source", "target")])
    ends = {
        "place": np.tile(place, 2)[kept],
        "node": node[kept].astype(np.int64),
        "edge": np.tile(edge, 2)[kept],
        "length_m": (np.tile(off_road_m, 2) + share * np.tile(length_m, 2))[kept],
        "seconds": (np.tile(off_road_s, 2) + share * np.tile(edge_s, 2))[kept],
    }
    order = np.lexsort((ends["length_m"], ends["seconds"], ends["node"], ends["place"]))
    ends = {name: column[order] for name, column in ends.items()}
    first_of_pair = np.ones(len(order), dtype=np.bool_)
    first_of_pair[1:] = (np.diff(ends["place"]) != 0) | (np.diff(ends["node"]) != 0)
    return entries_of(
        ways, **{name: column[first_of_pair] for name, column in ends.items()}, count=count
    )


def entries_of(
    ways: pd.DataFrame,
    *,
    place: Int64Array,
    node: Int64Array,
    edge: Int64Array,
    length_m: FloatArray,
    seconds: FloatArray,
    count: int,
) -> Entries:
    """Return entries of ends sorted by place."""
    first = np.searchsorted(place, np.arange(count + 1)).astype(np.int64)
    return Entries(ways, first, place, node, edge, length_m, seconds)


@lru_cache(maxsize=64)
def _kept_entries(
    network: Network,
    lon: tuple[float, ...],
    lat: tuple[float, ...],
    parameters: TravelParameters,
    travel: Travel,
    *,
    outbound: bool,
) -> Entries:
    return make_entries(
        kept_ways(network, lon, lat),
        network,
        impedance_of(network, parameters, travel),
        count=len(lon),
        detour=parameters.access_detour,
        outbound=outbound,
    )


def kept_ways(network: Network, lon: Sequence[float], lat: Sequence[float]) -> pd.DataFrame:
    """Return the ways of places to roads, searched once for each place of a network.

    Returns
    -------
    pandas.DataFrame
        ``place, edge, fraction, straight_m`` as :func:`gis.network.snap.ways_to_roads` gives them.

    """
    store = _way_store(network.lines)
    spots = list(zip(lon, lat, strict=True))
    new = sorted({spot for spot in spots if spot not in store})
    if new:
        found = ways_to_roads(access_index_of(network), *np.array(new).T)
        place = found["place"].to_numpy()
        first = np.searchsorted(place, np.arange(len(new) + 1))
        columns = found[["edge", "fraction", "straight_m"]].to_numpy(dtype=np.float64)
        for number, spot in enumerate(new):
            store[spot] = columns[first[number] : first[number + 1]]
    ways = [store[spot] for spot in spots]
    table = np.concatenate([np.empty((0, 3)), *ways])
    return pd.DataFrame(
        {
            "place": np.repeat(np.arange(len(ways)), [len(way) for way in ways]),
            "edge": table[:, 0].astype(np.int64),
            "fraction": table[:, 1],
            "straight_m": table[:, 2],
        }
    )


def share_ways(network: Network, other: Network) -> None:
    """Hand the ways known of a network on to one with more roads, all entered at their ends only.

    Ways lead to roads that are entered along the way, which both have in the same rows.
    """
    if other.lines is not network.lines and network.edges["enterable"].any():
        _way_store(other.lines).update(_way_store(network.lines))


@lru_cache(maxsize=6)
def _way_store(lines: EdgeLines) -> dict[tuple[float, float], FloatArray]:  # noqa: ARG001
    """Return the ways known so far of the places of a network, by longitude and latitude.

    They hang on where its roads lie, not on how quick these are.
    """
    return {}


def station_entries(network: Network, stop_ids: pd.Series, *, peak: bool) -> Entries:
    """Return the ways by car between stops and road nodes, from the links of the network."""
    places = pd.Series(np.arange(len(stop_ids)), index=stop_ids.to_numpy(), dtype=np.int64)
    links = network.station_links
    nodes = links.assign(place=links["stop_id"].map(places)).dropna(subset=["place"])
    nodes = nodes.sort_values(["place", "node"], ignore_index=True)
    no_ways = pd.DataFrame({"place": [], "edge": [], "fraction": [], "straight_m": []})
    return entries_of(
        no_ways,
        place=nodes["place"].to_numpy(dtype=np.int64),
        node=nodes["node"].to_numpy(dtype=np.int64),
        edge=np.full(len(nodes), -1, dtype=np.int64),
        length_m=nodes["length_m"].to_numpy(dtype=np.float64),
        seconds=nodes["drive_peak_s" if peak else "drive_s"].to_numpy(dtype=np.float64),
        count=len(stop_ids),
    )


def near_pairs(
    index: AccessIndex, origins: pd.DataFrame, destinations: pd.DataFrame, *, within_m: float
) -> pd.DataFrame:
    """Return ``origin, destination`` (rows) and ``straight_m`` of near places on dry ground."""
    here, there = (
        metric_points(*coordinates_of(origins), index.system),
        metric_points(*coordinates_of(destinations), index.system),
    )
    origin, destination = shapely.STRtree(there).query(here, predicate="dwithin", distance=within_m)
    ends = [shapely.get_coordinates(here[origin]), shapely.get_coordinates(there[destination])]
    lines = np.atleast_1d(np.asarray(shapely.linestrings(np.stack(ends, axis=1))))
    near = pd.DataFrame(
        {"origin": origin, "destination": destination, "straight_m": shapely.length(lines)}
    )
    dry = near.loc[wet_length_m(index, lines) <= FORD_M]
    return dry.sort_values(["origin", "destination"], ignore_index=True)
