"""Travel times in a network with errors: one draw of all inputs at a time.

The rules are those of :mod:`gis.access.travel_times`; without errors the minutes are the same. What
errors do not touch, such as which roads lie near a place, is prepared once.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from gis.access.entries import (
    Impedance,
    access_index_of,
    coordinates_of,
    drive_in,
    impedance_of,
    kept_ways,
    make_entries,
    near_pairs,
)
from gis.access.journeys import LONGEST_JOURNEY_S, picks, whole_seconds
from gis.access.roads import hierarchy_of, topology_of
from gis.access.services import services_of
from gis.access.transit_times import station_of
from gis.access.travel_times import departure_window_min
from gis.catalogue.parameters import TravelParameters
from gis.core.crs import distance_m, metric_xy
from gis.core.schemas import Statistic, Travel
from gis.core.units import (
    METRES_PER_KILOMETRE,
    MINUTES_PER_HOUR,
    SECONDS_PER_MINUTE,
    seconds_from_minutes,
)
from gis.network.model import Network
from gis.network.road_topology import arc_times
from gis.network.snap import travel_seconds_of
from gis.planning.confidence.sample import Errors
from gis.planning.confidence.trains import Trains, take_apart, trip_factors, with_errors
from gis.routing.connection_scan import Onward, journeys_to
from gis.routing.customise import FAR, Metric, customise
from gis.routing.door_times import door_times
from gis.routing.graph import DECISECONDS_PER_SECOND
from gis.routing.matrix import cost_matrix
from gis.routing.seeds import Seeds
from gis.routing.timetable import Timetable

FloatArray = npt.NDArray[np.float64]
Int32Array = npt.NDArray[np.int32]
Int64Array = npt.NDArray[np.int64]
Kept = TypeVar("Kept")

_METRES_PER_DEGREE = 111_195.0
_FARTHEST_SHIFT_M = 6_000.0  # three standard deviations of the worst position


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
    riders
        Rows of the places from which anybody rides from door to door.
    ways, way_end
        Ways of the places, and after them of the stops, to roads; and ``(ways, 2)`` where they
        meet them, metres.
    at
        ``(places + stops, 2)`` where they lie in the metric system.
    trains
        Public transport taken apart; None where there is none.
    near_stops, near_places
        ``origin, destination`` of places near stops, and of places near destinations (their
        number among these), on dry ground.
    same_edge
        ``way_from, way_to, destination``: ways of places and destinations that meet one edge.
    edge_class
        ``(edges,)`` road class of every edge.

    """

    network: Network
    parameters: TravelParameters
    places: pd.DataFrame
    destinations: Int64Array
    riders: Int64Array
    ways: pd.DataFrame
    way_end: FloatArray
    at: FloatArray
    trains: Trains | None
    near_stops: pd.DataFrame
    near_places: pd.DataFrame
    same_edge: pd.DataFrame
    edge_class: npt.NDArray[np.object_]

    @property
    def place_count(self) -> int:
        """Return the number of places."""
        return len(self.places)


def prepare(
    network: Network,
    places: pd.DataFrame,
    destinations: Int64Array,
    riders: Int64Array,
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
    riders
        Rows of those from which anybody rides from door to door.
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
    ways = kept_ways(network, lon.tolist(), lat.tolist())
    lines = network.lines.metric_lines(ways["edge"].to_numpy(dtype=np.int64))
    ends = shapely.line_interpolate_point(
        lines, ways["fraction"].to_numpy(dtype=np.float64), normalized=True
    )
    index = access_index_of(network)
    reach_m = parameters.max_off_network_km * METRES_PER_KILOMETRE + _FARTHEST_SHIFT_M
    reached = places.iloc[destinations]
    return Base(
        network=network,
        parameters=parameters,
        places=places,
        destinations=destinations,
        riders=riders,
        ways=ways,
        way_end=shapely.get_coordinates(ends),
        at=np.stack(metric_xy(lon, lat), axis=1),
        trains=trains,
        near_stops=near_pairs(index, places, stops, within_m=reach_m),
        near_places=near_pairs(index, places, reached, within_m=reach_m),
        same_edge=_same_edge(ways, destinations, len(places)),
        edge_class=network.edges["road_class"].astype(str).to_numpy(dtype=object),
    )


def _same_edge(ways: pd.DataFrame, destinations: Int64Array, place_count: int) -> pd.DataFrame:
    numbered = ways.assign(way=np.arange(len(ways)))[["place", "edge", "way"]]
    own = numbered[numbered["place"] < place_count]
    number = pd.Series(np.arange(len(destinations)), index=destinations)
    theirs = own.assign(destination=own["place"].map(number)).dropna()
    pairs = own.merge(theirs, on="edge", suffixes=("_from", "_to"))
    return pairs[["way_from", "way_to", "destination"]].astype(np.int64)


class World:
    """A network with the errors of one draw; what is asked for is computed once.

    Parameters
    ----------
    base
        The prepared network.
    errors
        Errors of the draw.

    """

    def __init__(self, base: Base, errors: Errors) -> None:
        self.base, self.errors = base, errors
        self._kept: dict[tuple[object, ...], Any] = {}

    def drive_minutes(
        self, origins: Int64Array, destinations: Int64Array, *, peak: bool
    ) -> FloatArray:
        """Return ``(origins, destinations)`` minutes by car, NaN where no road leads.

        Parameters
        ----------
        origins
            Rows of places.
        destinations
            Numbers of destinations among those of the base.
        peak
            Peak road times.

        """
        return self._once(
            ("drives", peak, origins.tobytes(), destinations.tobytes()),
            lambda: self._drives(origins, destinations, peak=peak),
        )

    def door_minutes(
        self, origins: Int64Array, destination: int, *, peak: bool, statistics: Sequence[Statistic]
    ) -> FloatArray:
        """Return ``(origins, statistics)`` minutes by public transport from door to door.

        Parameters
        ----------
        origins
            Rows of places.
        destination
            Number of the destination among those of the base.
        peak
            Morning departures and peak road times.
        statistics
            Which of the wanted departures count.

        """
        parameters = self.errors.parameters
        start_s, end_s = map(seconds_from_minutes, departure_window_min(parameters, peak=peak))
        wait_s = seconds_from_minutes(parameters.longest_wait_min)
        onward = self._once(
            ("onward", peak, destination), lambda: self._onward(destination, peak=peak)
        )
        rides_s = door_times(
            self._timetable(peak=peak),
            onward,
            self._access_s(peak=peak)[np.searchsorted(self.base.riders, origins)],
            wanted_s=np.arange(start_s, end_s, seconds_from_minutes(parameters.departure_step_min)),
            end_s=end_s + wait_s,
            longest_wait_s=wait_s,
        )
        total_s = np.fmin(rides_s, self._walks()[origins, destination][:, None])
        picked = picks(total_s, statistics)
        rows = np.arange(len(origins))[:, None]
        return np.where(picked >= 0, total_s[rows, picked], np.nan) / SECONDS_PER_MINUTE

    def ride_minutes(self, first: Int64Array, last: Int64Array) -> FloatArray:
        """Return minutes aboard of runs between two calls, NaN where the train does not run."""
        trains = self._trains()
        services = trains.services
        factor, extra_s, runs = self._once(("factors",), lambda: trip_factors(trains, self.errors))
        trip = services.call_trip[first]
        aboard_s = services.call_arrival_s[last] - services.call_departure_s[first]
        stood_s = trains.stood_s[last] - trains.stood_s[first + 1]
        stops = last - first - 1
        moving_s = (aboard_s - stood_s) * factor[trip]
        standing_s = np.maximum(stood_s + stops * extra_s[trip], 0.0)
        seconds = np.rint(moving_s + standing_s)
        return np.where(runs[trip], seconds, np.nan) / SECONDS_PER_MINUTE

    def straight_km(self, origins: Int64Array, destinations: Int64Array) -> FloatArray:
        """Return ``(origins, destinations)`` geodesic kilometres.

        Parameters
        ----------
        origins
            Rows of places.
        destinations
            Numbers of destinations among those of the base.

        """
        lon, lat = self._lon_lat
        rows, columns = np.meshgrid(origins, self.base.destinations[destinations], indexing="ij")
        start, end = rows.ravel(), columns.ravel()
        metres = distance_m(lon[start], lat[start], lon[end], lat[end])
        return metres.reshape(rows.shape) / METRES_PER_KILOMETRE

    @cached_property
    def _lon_lat(self) -> tuple[FloatArray, FloatArray]:
        """Longitudes and latitudes of the places, on a sphere where they are off."""
        lon, lat = coordinates_of(self.base.places)
        east, north = (self.errors.shift_m[:, axis] / _METRES_PER_DEGREE for axis in (0, 1))
        return lon + east / np.cos(np.radians(lat)), lat + north

    def _once(self, key: tuple[object, ...], make: Callable[[], Kept]) -> Kept:
        if key not in self._kept:
            self._kept[key] = make()
        kept: Kept = self._kept[key]
        return kept

    def _trains(self) -> Trains:
        if self.base.trains is None:
            raise ValueError("the network has no public transport")
        return self.base.trains

    def _timetable(self, *, peak: bool) -> Timetable:
        parameters = self.errors.parameters
        start_s, end_s = map(seconds_from_minutes, departure_window_min(parameters, peak=peak))
        latest_s = end_s + seconds_from_minutes(parameters.longest_wait_min) + LONGEST_JOURNEY_S
        return self._once(
            ("timetable", peak),
            lambda: with_errors(self._trains(), self.errors, start_s=start_s, end_s=latest_s),
        )

    def _onward(self, destination: int, *, peak: bool) -> Onward:
        timetable = self._timetable(peak=peak)
        egress_s = self._stop_reach(peak=peak, outbound=False)[destination]
        return journeys_to(
            timetable,
            whole_seconds(egress_s + timetable.exit_s),
            start_s=0.0,
            end_s=np.inf,
        )

    def _access_s(self, *, peak: bool) -> Int32Array:
        return self._once(
            ("access", peak),
            lambda: whole_seconds(self._stop_reach(peak=peak, outbound=True)).astype(np.int32),
        )

    def _impedance(self, *, peak: bool) -> Impedance:
        return self._once(
            ("impedance", peak), lambda: _disturbed(self.base, self.errors, peak=peak)
        )

    def _metric(self, *, peak: bool) -> Metric:
        return self._once(("metric", peak), lambda: self._customised(peak=peak))

    def _customised(self, *, peak: bool) -> Metric:
        impedance, network = self._impedance(peak=peak), self.base.network
        cost = arc_times(
            topology_of(network),
            source=network.edges["source"].to_numpy(dtype=np.int64),
            time_s=impedance.edge_s,
            forward=impedance.forward,
            backward=impedance.backward,
        )
        return customise(hierarchy_of(network), cost, threads=1)

    @cached_property
    def _at(self) -> FloatArray:
        at = self.base.at.copy()
        at[: self.base.place_count] += self.errors.shift_m
        return at

    @cached_property
    def _straight_m(self) -> FloatArray:
        """Metres from each place or stop to where its ways meet roads."""
        place = self.base.ways["place"].to_numpy(dtype=np.int64)
        return _apart(self._at[place], self.base.way_end)

    def _seeds(self, rows: Int64Array, *, peak: bool, outbound: bool) -> Seeds:
        """Return how some places or stops are tied to the roads."""
        every = self._once(
            ("seeds", peak, outbound),
            lambda: make_entries(
                self.base.ways.assign(straight_m=self._straight_m),
                self.base.network,
                self._impedance(peak=peak),
                count=len(self.base.at),
                detour=self.errors.parameters.access_detour,
                outbound=outbound,
            ).time_seeds(),
        )
        return _some(every, rows)

    def _between(self, leave: Seeds, reach: Seeds, *, peak: bool) -> FloatArray:
        """Return seconds by car over the roads."""
        cost = cost_matrix(self._metric(peak=peak), leave, reach, threads=1)
        return np.where(cost < FAR, cost / DECISECONDS_PER_SECOND, np.nan)

    def _drives(self, origins: Int64Array, destinations: Int64Array, *, peak: bool) -> FloatArray:
        base, parameters = self.base, self.errors.parameters
        leave = self._seeds(origins, peak=peak, outbound=True)
        reach = self._seeds(base.destinations[destinations], peak=peak, outbound=False)
        seconds = self._between(leave, reach, peak=peak)
        row_of = _numbers(origins, base.place_count)
        column_of = _numbers(destinations, len(base.destinations))
        place, number, along_s = self._once(
            ("along", peak), lambda: self._along_one_edge(peak=peak)
        )
        row, column = row_of[place], column_of[number]
        kept = (row >= 0) & (column >= 0)
        _lower(seconds, row[kept], column[kept], along_s[kept])
        near = base.near_places
        place, number = near["origin"].to_numpy(), near["destination"].to_numpy()
        row, column = row_of[place], column_of[number]
        kept = (
            (row >= 0)
            & (column >= 0)
            & (self._near_m <= parameters.max_off_network_km * METRES_PER_KILOMETRE)
        )
        _lower(seconds, row[kept], column[kept], self._local_s(self._near_m[kept]))
        return seconds / SECONDS_PER_MINUTE

    @cached_property
    def _near_m(self) -> FloatArray:
        """Metres between places and destinations near each other."""
        near = self.base.near_places
        there = self.base.destinations[near["destination"].to_numpy()]
        return _apart(self._at[near["origin"].to_numpy()], self._at[there])

    def _along_one_edge(self, *, peak: bool) -> tuple[Int64Array, Int64Array, FloatArray]:
        """Return place, destination and seconds of drives along part of one edge."""
        base, impedance = self.base, self._impedance(peak=peak)
        start, end = base.same_edge["way_from"].to_numpy(), base.same_edge["way_to"].to_numpy()
        edge = base.ways["edge"].to_numpy(dtype=np.int64)[start]
        fraction = base.ways["fraction"].to_numpy(dtype=np.float64)
        ahead = fraction[end] - fraction[start]
        may_go = np.where(ahead > 0, impedance.forward[edge], impedance.backward[edge])
        kept = np.flatnonzero((ahead == 0) | may_go)
        off_road_m = (self._straight_m[start] + self._straight_m[end])[kept]
        seconds = self._local_s(off_road_m) + np.abs(ahead[kept]) * impedance.edge_s[edge[kept]]
        place = base.ways["place"].to_numpy(dtype=np.int64)[start[kept]]
        return place, base.same_edge["destination"].to_numpy()[kept], seconds

    def _local_s(self, straight_m: FloatArray) -> FloatArray:
        """Return seconds by car off the roads."""
        parameters = self.errors.parameters
        return travel_seconds_of(straight_m * parameters.access_detour, parameters.local_drive_kmh)

    def _walk_s(self, straight_m: FloatArray) -> FloatArray:
        parameters = self.errors.parameters
        return travel_seconds_of(straight_m * parameters.access_detour, parameters.walk_kmh)

    def _walk_m(self) -> float:
        """Return the straight metres that the longest walk reaches."""
        parameters = self.errors.parameters
        hours = parameters.max_walk_min / MINUTES_PER_HOUR
        return parameters.walk_kmh * hours * METRES_PER_KILOMETRE / parameters.access_detour

    def _walks(self) -> FloatArray:
        """Return ``(places, destinations)`` seconds on foot, NaN beyond a walk's reach."""
        return self._once(("walks",), self._walked)

    def _walked(self) -> FloatArray:
        base = self.base
        seconds = np.full((base.place_count, len(base.destinations)), np.nan)
        near = base.near_places
        row, column = near["origin"].to_numpy(), near["destination"].to_numpy()
        kept = self._near_m <= self._walk_m()
        seconds[row[kept], column[kept]] = self._walk_s(self._near_m[kept])
        return seconds

    def _stop_reach(self, *, peak: bool, outbound: bool) -> FloatArray:
        """Return whole seconds between places and stops, NaN out of reach.

        ``(riders, stops)`` for ways to the stops, ``(destinations, stops)`` for ways from them.
        """
        return self._once(
            ("stops", peak, outbound), lambda: self._reach(peak=peak, outbound=outbound)
        )

    def _reach(self, *, peak: bool, outbound: bool) -> FloatArray:
        base, parameters = self.base, self.errors.parameters
        services = self._trains().services
        rows = base.riders if outbound else base.destinations
        number = _numbers(rows, base.place_count)
        place = number[base.near_stops["origin"].to_numpy()]
        stop = base.near_stops["destination"].to_numpy()[place >= 0]
        place = place[place >= 0]
        metres = _apart(self._at[rows[place]], self._at[base.place_count + stop])
        seconds = np.full((len(rows), len(services.stops)), np.nan)
        served = services.stops["served"].to_numpy(dtype=np.bool_)[stop]
        walked = (metres <= self._walk_m()) & served
        seconds[place[walked], stop[walked]] = self._walk_s(metres[walked])
        rail = np.flatnonzero(services.is_rail)
        own = self._seeds(rows, peak=peak, outbound=outbound)
        theirs = self._seeds(base.place_count + rail, peak=peak, outbound=not outbound)
        if outbound:
            car_s = self._between(own, theirs, peak=peak)
        else:
            car_s = self._between(theirs, own, peak=peak).T.copy()
        rail_number = _numbers(rail, len(services.stops))
        close = metres <= parameters.max_off_network_km * METRES_PER_KILOMETRE
        close &= rail_number[stop] >= 0
        _lower(car_s, place[close], rail_number[stop[close]], self._local_s(metres[close]))
        car_s *= parameters.station_drive_factor
        car_s[car_s > seconds_from_minutes(parameters.max_access_min)] = np.nan
        ends_min = parameters.parking_min if outbound else parameters.drop_off_min
        seconds[:, rail] = np.fmin(seconds[:, rail], car_s + seconds_from_minutes(ends_min))
        return np.asarray(np.rint(seconds), dtype=np.float64)


def _some(seeds: Seeds, rows: Int64Array) -> Seeds:
    """Return the seeds of some places."""
    count = seeds.first[rows + 1] - seeds.first[rows]
    first = np.zeros(len(rows) + 1, dtype=np.int64)
    np.cumsum(count, out=first[1:])
    way = np.repeat(seeds.first[rows] - first[:-1], count) + np.arange(first[-1])
    return Seeds(first, seeds.node[way], seeds.cost[way])


def stations_of(base: Base, rows: Int64Array, stop_ids: Mapping[int, str]) -> Int64Array:
    """Return the stop each of some places stands for, -1 where there is none."""
    if base.trains is None:
        return np.full(len(rows), -1, dtype=np.int64)
    named = pd.Series([stop_ids.get(int(row), "") for row in rows], dtype=str)
    places = base.places.iloc[rows].reset_index(drop=True).assign(stop_id=named)
    found: Int64Array = station_of(base.trains.services, places)
    return found


def _disturbed(base: Base, errors: Errors, *, peak: bool) -> Impedance:
    """Return what the roads take in a draw; those not open yet are closed."""
    free = impedance_of(base.network, base.parameters, Travel.DRIVE)
    edge_s = free.edge_s
    if peak:
        slow = impedance_of(base.network, base.parameters, drive_in(peak=True)).edge_s
        edge_s = np.maximum(free.edge_s + (slow - free.edge_s) * errors.peak_excess, 0.0)
    kinds, kind = np.unique(base.edge_class.astype(str), return_inverse=True)
    factors = np.array([errors.road_time.get(str(name), 1.0) for name in kinds])
    is_open = np.ones(len(edge_s), dtype=np.bool_)
    if errors.late_roads:
        is_open = ~base.network.edges["road_id"].isin(errors.late_roads).to_numpy(dtype=np.bool_)
    return Impedance(
        edge_s=edge_s * factors[kind],
        forward=free.forward & is_open,
        backward=free.backward & is_open,
        off_road_kmh=errors.parameters.local_drive_kmh,
    )


def _numbers(rows: Int64Array, count: int) -> Int64Array:
    """Return the place of each of ``count`` rows among some of them, -1 for others."""
    number = np.full(count, -1, dtype=np.int64)
    number[rows] = np.arange(len(rows))
    return number


def _lower(seconds: FloatArray, rows: Int64Array, columns: Int64Array, other_s: FloatArray) -> None:
    """Lower the seconds of pairs, which may come more than once, in place."""
    np.fmin.at(seconds, (rows, columns), other_s)


def _apart(one: FloatArray, other: FloatArray) -> FloatArray:
    """Return the metres between points in the metric system."""
    away = np.hypot(one[:, 0] - other[:, 0], one[:, 1] - other[:, 1])
    return np.asarray(away, dtype=np.float64)
