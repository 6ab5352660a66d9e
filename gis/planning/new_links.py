"""New roads that would bring a reading within its threshold: the shortest straight one.

A link changes the drive of a pair only if the drive uses it: out to its one end by the quickest
way there is, over the link, and on by the quickest way. So what any link between any two junctions
gives follows from the times from all origins and to all destinations. The links that would meet
the reading are then built and judged, the shortest first.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from scipy.spatial import cKDTree

from gis.access.entries import access_index_of, drive_in, place_entries
from gis.access.roads import drive_tree, road_graph
from gis.catalogue.levers import Lever
from gis.catalogue.scenarios import RoadLinkRow
from gis.core.crs import metric_xy
from gis.core.schemas import Definition
from gis.core.units import METRES_PER_KILOMETRE, SECONDS_PER_MINUTE, travel_seconds
from gis.network.model import Network
from gis.network.scenarios.roads import apart_m
from gis.network.snap import wet_length_m
from gis.planning.judgement import SHARE_TOLERANCE
from gis.planning.shortfall import Shortfall

FloatArray = npt.NDArray[np.float64]
Int64Array = npt.NDArray[np.int64]

MOST_NODES = 25_000  # larger networks are thinned evenly
_STEP = 2.0  # from one radius of the search to the next
_FIRST_KM = 1.0
_TOLERANCE_S = 0.05


@dataclass(frozen=True, slots=True)
class Link:
    """A straight link between two junctions.

    Parameters
    ----------
    start, end
        Nodes.
    length_km
        Length of the road.

    """

    start: int
    end: int
    length_km: float

    def change(self, lever: Lever) -> RoadLinkRow:
        """Return the link as a change of a scenario."""
        return RoadLinkRow(
            start=self.start,
            end=self.end,
            speed_kmh=lever.speed_kmh or np.nan,
            length_factor=lever.length_factor,
        )


@dataclass(frozen=True, slots=True, eq=False)
class _Ways:
    """Seconds from the origins to all nodes, and from all nodes to the destinations, of pairs.

    Parameters
    ----------
    out_s, on_s
        ``(origins, nodes)`` and ``(destinations, nodes)``, infinite where no road leads.
    origin, destination
        ``(pairs,)`` rows of both.
    weight
        ``(pairs,)``.

    """

    out_s: FloatArray
    on_s: FloatArray
    origin: Int64Array
    destination: Int64Array
    weight: FloatArray


def shortest_links(lever: Lever, shortfall: Shortfall, *, count: int) -> list[Link]:
    """Return links that would meet a reading by the drives they allow, the shortest first.

    Parameters
    ----------
    lever
        Speed, length factor and longest length of links.
    shortfall
        A reading about drives.
    count
        How many to return at most.

    """
    ways = _ways(shortfall)
    if ways is None:
        return []
    reading, pairs = shortfall.reading, shortfall.measured.pairs
    total = float(pairs["weight"].sum())
    lacking = reading.required_share * total - (total - float(shortfall.missing["weight"].sum()))
    if lacking > float(ways.weight.sum()) + SHARE_TOLERANCE:
        return []
    nodes = shortfall.network.nodes
    lon, lat = (nodes[name].to_numpy(dtype=np.float64) for name in ("lon", "lat"))
    xy = np.stack(metric_xy(lon, lat, shortfall.network.metric_system), axis=1)
    row = np.arange(len(nodes))[:: max(1, -(-len(nodes) // MOST_NODES))]
    tree = cKDTree(xy[row])
    farthest_m = lever.high * METRES_PER_KILOMETRE / lever.length_factor
    radius_m, known_m = _FIRST_KM * METRES_PER_KILOMETRE, 0.0
    found: list[Link] = []
    while len(found) < count and known_m < farthest_m:
        radius_m = min(radius_m, farthest_m)
        ends = row[tree.query_pairs(radius_m, output_type="ndarray")]
        straight_m = np.hypot(*(xy[ends[:, 0]] - xy[ends[:, 1]]).T)
        new = straight_m > known_m
        ends, straight_m = ends[new], straight_m[new]
        order = np.argsort(straight_m, kind="stable")
        ends, straight_m = ends[order], straight_m[order]
        link_s = straight_m * travel_seconds(lever.length_factor, lever.speed_kmh or np.nan)
        within = _within(ways, ends, link_s, limit_s=_limit_s(shortfall))
        good = within >= lacking * (1.0 - SHARE_TOLERANCE)
        for one, other in ends[good].tolist():
            length_km = apart_m(nodes, one, other) * lever.length_factor / METRES_PER_KILOMETRE
            found.append(Link(one, other, length_km))
        known_m, radius_m = radius_m, radius_m * _STEP
    return sorted(found, key=lambda link: (link.length_km, link.start, link.end))[:count]


def water_m(network: Network, link: Link) -> float:
    """Return the metres of water under the straight line of a link."""
    nodes = network.nodes.iloc[[link.start, link.end]]
    lon, lat = (nodes[name].to_numpy(dtype=np.float64) for name in ("lon", "lat"))
    ends = metric_xy(lon, lat, network.metric_system)
    line = np.array([shapely.LineString(np.stack(ends, axis=1))], dtype=object)
    return float(wet_length_m(access_index_of(network), line)[0])


def _ways(shortfall: Shortfall) -> _Ways | None:
    """Return the drives of all pairs that miss."""
    missing = shortfall.missing
    missing = missing[(missing["origin"] != "") & (missing["destination"] != "")]
    if missing.empty:
        return None
    network, parameters = shortfall.network, shortfall.grounds.parameters
    peak = shortfall.reading.peak
    points = shortfall.measured.points.rename_axis("id").reset_index()
    seconds = []
    rows = []
    for name, towards in (("origin", False), ("destination", True)):
        ids = pd.Index(missing[name].unique())
        places = points.set_index("id").loc[ids].reset_index()
        entries = place_entries(
            network,
            places,
            parameters=parameters,
            outbound=not towards,
            travel=drive_in(peak=peak),
        )
        graph = road_graph(network, peak=peak, towards=towards)
        table = [
            drive_tree(graph, entries, place, limit_s=_limit_s(shortfall)).seconds()
            for place in range(len(places))
        ]
        seconds.append(np.nan_to_num(np.stack(table), nan=np.inf))
        rows.append(ids.get_indexer(pd.Index(missing[name])).astype(np.int64))
    weight = missing["weight"].to_numpy(dtype=np.float64)
    return _Ways(seconds[0], seconds[1], rows[0], rows[1], weight)


def _limit_s(shortfall: Shortfall) -> float:
    """Return the seconds that a drive may take."""
    reading = shortfall.reading
    minutes = (reading.threshold or 0.0) - reading.extra_minutes
    if reading.definition is Definition.DOOR_TO_DOOR:
        minutes -= shortfall.grounds.parameters.parking_min
    return minutes * SECONDS_PER_MINUTE + _TOLERANCE_S


def _within(ways: _Ways, ends: Int64Array, link_s: FloatArray, *, limit_s: float) -> FloatArray:
    """Return ``(links,)`` the weight of the pairs that each link brings within the limit."""
    one, other = ends.T
    within = np.zeros(len(ends))
    for origin, destination, weight in zip(ways.origin, ways.destination, ways.weight, strict=True):
        out_s, on_s = ways.out_s[origin], ways.on_s[destination]
        new_s = np.minimum(out_s[one] + on_s[other], out_s[other] + on_s[one]) + link_s
        within += weight * (new_s <= limit_s)
    return within
