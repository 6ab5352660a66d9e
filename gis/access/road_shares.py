"""How much of a drive runs on roads that are known, and how much on links that are assumed."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from gis.access.entries import Entries, drive_in, place_entries
from gis.access.roads import road_links, topology_of
from gis.catalogue.parameters import TravelParameters
from gis.network.model import Network
from gis.routing.unpack import path_arcs

FloatArray = npt.NDArray[np.float64]
Int64Array = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]


def known_road_shares(
    network: Network,
    places: pd.DataFrame,
    pairs: Int64Array,
    *,
    parameters: TravelParameters,
    peak: bool = False,
) -> FloatArray:
    """Return which share of the quickest drive between places runs on known roads.

    Parameters
    ----------
    network
        The network. Its edges are known, but for those with a true ``assumed``.
    places
        ``lon, lat`` (WGS84).
    pairs
        ``(pairs, 2)`` rows of the places at the beginning and the end; fastest when pairs of one
        beginning stand together.
    parameters
        Speeds off the network.
    peak
        Whether in the peak.

    Returns
    -------
    Array
        ``(pairs,)`` shares of the length, from 0 to 1; the way onto the roads counts as the road
        it meets. NaN where no road leads or nothing is driven.

    """
    travel = drive_in(peak=peak)
    leave, reach = (
        place_entries(network, places, parameters=parameters, outbound=outbound, travel=travel)
        for outbound in (True, False)
    )
    links = road_links(network, parameters, travel)
    paths = path_arcs(links, leave.seeds(), reach.seeds(), pairs)
    arcs = topology_of(network)
    known = _known(network)
    length_m = arcs.length_m[paths.arc]
    whole_m = _sums(length_m, paths.first)
    known_m = _sums(np.where(known[arcs.edge[paths.arc]], length_m, 0.0), paths.first)
    for entries, way in ((leave, paths.origin_way), (reach, paths.destination_way)):
        whole, on_known = _ends(entries, way, known)
        whole_m, known_m = whole_m + whole, known_m + on_known
    shares = np.full(len(pairs), np.nan)
    np.divide(known_m, whole_m, out=shares, where=(whole_m > 0) & (paths.origin_way >= 0))
    return shares


def _known(network: Network) -> BoolArray:
    if "assumed" not in network.edges.columns:
        return np.ones(len(network.edges), dtype=np.bool_)
    return ~network.edges["assumed"].to_numpy(dtype=np.bool_)


def _sums(values: FloatArray, first: Int64Array) -> FloatArray:
    total = np.concatenate([[0.0], np.cumsum(values)])
    return np.asarray(np.diff(total[first]), dtype=np.float64)


def _ends(entries: Entries, way: Int64Array, known: BoolArray) -> tuple[FloatArray, FloatArray]:
    """Return the metres of the ways onto the roads, all and those along known ones."""
    taken = np.maximum(way, 0)
    if not len(entries.edge):
        return np.zeros(len(way)), np.zeros(len(way))
    edge = entries.edge[taken]
    is_known = (edge >= 0) & known[np.maximum(edge, 0)]
    length_m = np.where(way >= 0, entries.length_m[taken], 0.0)
    return length_m, np.where(is_known, length_m, 0.0)
