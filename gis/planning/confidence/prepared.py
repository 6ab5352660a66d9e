"""A network prepared for draws: what errors do not touch is found once.

Which roads and stops lie near a place, and which pairs of places lie on one edge, stays as it is;
only how far, how long and whether open changes from draw to draw.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from gis.access.entries import access_index_of, coordinates_of, kept_ways, near_pairs
from gis.access.services import services_of
from gis.access.transit_times import station_of
from gis.catalogue.parameters import TravelParameters
from gis.core.crs import metric_xy
from gis.core.units import METRES_PER_KILOMETRE
from gis.network.model import Network
from gis.planning.confidence.trains import Trains, take_apart

FloatArray = npt.NDArray[np.float64]
Int32Array = npt.NDArray[np.int32]
Int64Array = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

_ENDS = ("source", "target")
_FARTHEST_SHIFT_M = 6_000.0  # three standard deviations of the worst position


@dataclass(frozen=True, slots=True, eq=False)
class Rides:
    """From where to where people ride from door to door.

    Parameters
    ----------
    origins, destinations
        Ascending rows of places.

    """

    origins: Int64Array
    destinations: Int64Array


@dataclass(frozen=True, slots=True, eq=False)
class Reach:
    """Places from which, or to which, people go on from stops, and the stops near them.

    Parameters
    ----------
    rows
        Rows of the places.
    place, stop
        ``(pairs,)`` which of these places lies near which stop, on dry ground.
    is_served
        ``(pairs,)`` whether any trip calls at the stop.
    rail
        ``(pairs,)`` number of the stop among those of the railway, -1 for others.

    """

    rows: Int64Array
    place: Int64Array
    stop: Int64Array
    is_served: BoolArray
    rail: Int64Array


@dataclass(frozen=True, slots=True, eq=False)
class Ways:
    """Straight ways from places and stops to edges, sorted by place.

    Parameters
    ----------
    place
        ``(ways,)`` the place, or after all places the stop.
    edge, fraction
        ``(ways,)`` the edge and where on it the way ends.
    end
        ``(ways, 2)`` where that is in the metric system.
    node, share
        ``(ways, 2)`` source and target of the edge, and the part of the edge to there.

    """

    place: Int64Array
    edge: Int64Array
    fraction: FloatArray
    end: FloatArray
    node: Int32Array
    share: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Places near each other, or on one edge.

    Parameters
    ----------
    origin
        ``(pairs,)`` row of a place.
    destination
        ``(pairs,)`` number of a destination, or of a stop.

    """

    origin: Int64Array
    destination: Int64Array


@dataclass(frozen=True, slots=True, eq=False)
class Base:
    """A network prepared for draws.

    Parameters
    ----------
    network, parameters
        The network and the travel parameters without errors.
    places
        ``id, lon, lat`` of all places that are asked for.
    destinations
        Rows of the places that anybody travels to.
    access, egress
        In the peak or not -> where rides begin, and where they end.
    ways
        Ways of the places, and after them of the stops, to roads.
    at
        ``(places + stops, 2)`` where they lie in the metric system.
    trains
        Public transport taken apart; None where there is none.
    near_places
        Places near destinations, on dry ground.
    same_edge, ways_on_edge
        Pairs with ways to one edge, and ``(pairs, 2)`` these ways.
    road_classes, road_class
        Road classes, and ``(edges,)`` which of them each edge is of.

    """

    network: Network
    parameters: TravelParameters
    places: pd.DataFrame
    destinations: Int64Array
    access: Mapping[bool, Reach]
    egress: Mapping[bool, Reach]
    ways: Ways
    at: FloatArray
    trains: Trains | None
    near_places: Pairs
    same_edge: Pairs
    ways_on_edge: Int64Array
    road_classes: tuple[str, ...]
    road_class: Int64Array

    @property
    def place_count(self) -> int:
        """Return the number of places."""
        return len(self.places)


@dataclass(frozen=True, slots=True, eq=False)
class Drives:
    """Origins and destinations, and which pairs of them need no road, or one edge only.

    Parameters
    ----------
    peak
        Whether in the peak.
    origins
        Rows of places.
    destinations
        Numbers of destinations among those of the base.
    near, near_at
        Pairs of the base that lie near each other, and ``(pairs, 2)`` their row and column here.
    along, along_at
        The same for pairs on one edge.

    """

    peak: bool
    origins: Int64Array
    destinations: Int64Array
    near: Int64Array
    near_at: Int64Array
    along: Int64Array
    along_at: Int64Array


@dataclass(frozen=True, slots=True, eq=False)
class DoorPairs:
    """Pairs of places that people ride between from door to door.

    Parameters
    ----------
    peak
        Whether in the peak.
    first, destinations
        ``(origins + 1,)`` and ``(pairs,)``: from the p-th place where rides begin to those numbered
        ``destinations[first[p]:first[p + 1]]`` among the places where they end.
    near, near_at
        Pairs of the base that lie near each other, and which of the pairs here they are.

    """

    peak: bool
    first: Int64Array
    destinations: Int64Array
    near: Int64Array
    near_at: Int64Array


@dataclass(frozen=True, slots=True, eq=False)
class Runs:
    """Direct trains between pairs of stops.

    Parameters
    ----------
    at
        ``(pairs, 2)`` rows of the origin and the destination in the question.
    first
        ``(pairs + 1,)``: trains ``first[p]`` to ``first[p + 1] - 1`` are those of pair p.
    first_call, last_call
        ``(trains,)`` where each is boarded and left.

    """

    at: Int64Array
    first: Int64Array
    first_call: Int64Array
    last_call: Int64Array


def prepare(
    network: Network,
    places: pd.DataFrame,
    destinations: Int64Array,
    rides: Mapping[bool, Rides],
    parameters: TravelParameters,
) -> Base:
    """Return a network prepared for draws.

    Parameters
    ----------
    network
        The network.
    places
        ``id, lon, lat`` (WGS84) of all places that will be asked for.
    destinations
        Rows of those that anybody travels to.
    rides
        In the peak or not -> from where to where anybody rides from door to door.
    parameters
        Travel parameters without errors.

    """
    trains, stops = None, pd.DataFrame({"lon": [], "lat": []}, dtype=np.float64)
    if not network.feed.trips.empty:
        services = services_of(network, parameters)
        trains = take_apart(services, network.feed, parameters)
        stops = services.stops
    lon, lat = (
        np.concatenate(degrees)
        for degrees in zip(coordinates_of(places), coordinates_of(stops), strict=True)
    )
    index = access_index_of(network)
    reach_m = parameters.max_off_network_km * METRES_PER_KILOMETRE + _FARTHEST_SHIFT_M
    reached = places.iloc[destinations]
    ways = _ways(network, kept_ways(network, lon.tolist(), lat.tolist()))
    same_edge, ways_on_edge = _same_edge(ways, destinations, len(places))
    near_stops = _pairs(near_pairs(index, places, stops, within_m=reach_m))
    reach = {
        peak: tuple(
            _reach(near_stops, rows, places, trains) for rows in (one.origins, one.destinations)
        )
        for peak, one in rides.items()
    }
    road_classes, road_class = np.unique(
        network.edges["road_class"].astype(str).to_numpy(dtype=str), return_inverse=True
    )
    return Base(
        network=network,
        parameters=parameters,
        places=places,
        destinations=destinations,
        access={peak: access for peak, (access, _) in reach.items()},
        egress={peak: egress for peak, (_, egress) in reach.items()},
        ways=ways,
        at=np.stack(metric_xy(lon, lat), axis=1),
        trains=trains,
        near_places=_pairs(near_pairs(index, places, reached, within_m=reach_m)),
        same_edge=same_edge,
        ways_on_edge=ways_on_edge,
        road_classes=tuple(road_classes.tolist()),
        road_class=road_class.astype(np.int64),
    )


def drives_between(
    base: Base, origins: Int64Array, destinations: Int64Array, *, peak: bool
) -> Drives:
    """Return origins and destinations prepared for drives.

    Parameters
    ----------
    base
        The prepared network.
    origins
        Rows of places.
    destinations
        Numbers of destinations among those of the base.
    peak
        Whether in the peak.

    """
    row_of = numbers(origins, base.place_count)
    column_of = numbers(destinations, len(base.destinations))
    near, near_at = _among(base.near_places, row_of, column_of)
    along, along_at = _among(base.same_edge, row_of, column_of)
    return Drives(peak, origins, destinations, near, near_at, along, along_at)


def door_pairs(
    base: Base, origin: Int64Array, destination: Int64Array, *, peak: bool
) -> tuple[DoorPairs, Int64Array]:
    """Return pairs prepared for rides from door to door, and which of them each given pair is.

    Parameters
    ----------
    base
        The prepared network.
    origin, destination
        ``(pairs,)`` rows of places, and numbers of destinations among those of the base; pairs may
        come more than once.
    peak
        Whether in the peak.

    """
    starts, count = base.access[peak].rows, len(base.destinations)
    pairs, which = np.unique(origin * count + destination, return_inverse=True)
    start, end = np.divmod(pairs, count)
    first = np.searchsorted(start, np.append(starts, base.place_count))
    all_near = base.near_places.origin * count + base.near_places.destination
    near = np.flatnonzero(np.isin(all_near, pairs))
    return (
        DoorPairs(
            peak=peak,
            first=first.astype(np.int64),
            destinations=np.searchsorted(base.egress[peak].rows, base.destinations[end]),
            near=near,
            near_at=np.searchsorted(pairs, all_near[near]),
        ),
        which.ravel().astype(np.int64),
    )


def numbers(rows: Int64Array, count: int) -> Int64Array:
    """Return the place of each of ``count`` rows among some of them, -1 for others."""
    number = np.full(count, -1, dtype=np.int64)
    number[rows] = np.arange(len(rows))
    return number


def stations_of(base: Base, rows: Int64Array, stop_ids: Mapping[int, str]) -> Int64Array:
    """Return the stop each of some places stands for, -1 where there is none."""
    if base.trains is None:
        return np.full(len(rows), -1, dtype=np.int64)
    named = pd.Series([stop_ids.get(int(row), "") for row in rows], dtype=str)
    places = base.places.iloc[rows].reset_index(drop=True).assign(stop_id=named)
    found: Int64Array = station_of(base.trains.services, places)
    return found


def _ways(network: Network, ways: pd.DataFrame) -> Ways:
    edge = ways["edge"].to_numpy(dtype=np.int64)
    fraction = ways["fraction"].to_numpy(dtype=np.float64)
    ends = shapely.line_interpolate_point(
        network.lines.metric_lines(edge), fraction, normalized=True
    )
    ends_of_edge = [network.edges[end].to_numpy(dtype=np.int32)[edge] for end in _ENDS]
    return Ways(
        place=ways["place"].to_numpy(dtype=np.int64),
        edge=edge,
        fraction=fraction,
        end=shapely.get_coordinates(ends),
        node=np.stack(ends_of_edge, axis=1),
        share=np.stack([fraction, 1.0 - fraction], axis=1),
    )


def _pairs(near: pd.DataFrame) -> Pairs:
    return Pairs(
        near["origin"].to_numpy(dtype=np.int64), near["destination"].to_numpy(dtype=np.int64)
    )


def _reach(
    near_stops: Pairs, rows: Int64Array, places: pd.DataFrame, trains: Trains | None
) -> Reach:
    place = numbers(rows, len(places))[near_stops.origin]
    kept = np.flatnonzero(place >= 0)
    stop = near_stops.destination[kept]
    is_served, rail = np.empty(0, dtype=np.bool_), np.empty(0, dtype=np.int64)
    if trains is not None:
        is_rail = trains.services.is_rail
        is_served = trains.is_served[stop]
        rail = numbers(np.flatnonzero(is_rail), len(is_rail))[stop]
    return Reach(rows, place[kept], stop, is_served, rail)


def _same_edge(ways: Ways, destinations: Int64Array, place_count: int) -> tuple[Pairs, Int64Array]:
    own = pd.DataFrame({"place": ways.place, "edge": ways.edge, "way": np.arange(len(ways.place))})
    own = own[own["place"] < place_count]
    number = pd.Series(np.arange(len(destinations)), index=destinations)
    theirs = own.assign(destination=own["place"].map(number)).dropna()
    pairs = own.merge(theirs, on="edge", suffixes=("", "_to"))
    return (
        Pairs(pairs["place"].to_numpy(), pairs["destination"].to_numpy(dtype=np.int64)),
        pairs[["way", "way_to"]].to_numpy(dtype=np.int64),
    )


def _among(
    pairs: Pairs, row_of: Int64Array, column_of: Int64Array
) -> tuple[Int64Array, Int64Array]:
    """Return which pairs are among some rows and columns, and their place there."""
    at = np.stack([row_of[pairs.origin], column_of[pairs.destination]], axis=1)
    kept = np.flatnonzero((at >= 0).all(axis=1))
    return kept, at[kept]
