"""Travel times in a network with errors: one draw of all inputs at a time.

The rules are those of :mod:`gis.access.travel_times`; without errors the minutes are the same.
"""

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from gis.access.entries import Impedance, drive_in, impedance_of
from gis.access.journeys import LONGEST_JOURNEY_S, nearest_ranks, picked_in_groups
from gis.access.roads import hierarchy_of, topology_of
from gis.access.travel_times import departure_window_min
from gis.core.schemas import Statistic, Travel
from gis.core.units import (
    METRES_PER_KILOMETRE,
    MINUTES_PER_HOUR,
    SECONDS_PER_MINUTE,
    seconds_from_minutes,
)
from gis.network.road_topology import arc_times
from gis.network.snap import travel_seconds_of
from gis.planning.confidence.prepared import Base, DoorPairs, Drives, Runs
from gis.planning.confidence.sample import Errors
from gis.planning.confidence.trains import Trains, trip_factors, with_errors
from gis.routing.arrival_lanes import Arrivals, arrivals_at
from gis.routing.connection_scan import NEVER
from gis.routing.customise import FAR, customise
from gis.routing.door_times import door_times
from gis.routing.graph import DECISECONDS_PER_SECOND, deciseconds
from gis.routing.seeds import Seeds
from gis.routing.swept_matrix import SweptMatrix
from gis.routing.timetable import Timetable

FloatArray = npt.NDArray[np.float64]
Int32Array = npt.NDArray[np.int32]
Int64Array = npt.NDArray[np.int64]
Kept = TypeVar("Kept")


class World:
    """A network with the errors of one draw; what is asked for is computed once.

    Parameters
    ----------
    base
        The prepared network.
    errors
        Errors of the draw.
    former
        The world of another draw, no longer needed: its memory is taken over.

    """

    def __init__(self, base: Base, errors: Errors, former: "World | None" = None) -> None:
        self.base, self.errors = base, errors
        self._kept: dict[tuple[object, ...], Any] = {}
        self._former = dict(former.arrivals) if former is not None else {}
        self.arrivals: dict[bool, Arrivals] = {}

    def drive_minutes(self, drives: Drives) -> FloatArray:
        """Return ``(origins, destinations)`` minutes by car, NaN where no road leads.

        Parameters
        ----------
        drives
            Origins and destinations.

        """
        return self._once(("drives", drives), lambda: self._drives(drives))

    def door_minutes(self, pairs: DoorPairs, statistics: Sequence[Statistic]) -> FloatArray:
        """Return minutes by public transport from door to door.

        Parameters
        ----------
        pairs
            The places.
        statistics
            Which of the wanted departures count.

        Returns
        -------
        numpy.ndarray
            ``(pairs, statistics)``.

        """
        ascending_s = self._once(("doors", pairs), lambda: np.sort(self._door_s(pairs), axis=1))
        picked_s = ascending_s[:, nearest_ranks(ascending_s.shape[1], statistics)]
        return np.asarray(picked_s / SECONDS_PER_MINUTE, dtype=np.float64)

    def aboard_minutes(self, runs: Runs, statistics: Sequence[Statistic]) -> FloatArray:
        """Return minutes aboard between pairs of stops, NaN where no train runs.

        Parameters
        ----------
        runs
            The direct trains of each pair.
        statistics
            Which of these trains count.

        Returns
        -------
        numpy.ndarray
            ``(pairs, statistics)``.

        """
        trains = self._trains()
        services = trains.services
        factor, extra_s, is_run = self._once(
            ("factors",), lambda: trip_factors(trains, self.errors)
        )
        first, last = runs.first_call, runs.last_call
        trip = services.call_trip[first]
        aboard_s = services.call_arrival_s[last] - services.call_departure_s[first]
        stood_s = trains.stood_s[last] - trains.stood_s[first + 1]
        stops = last - first - 1
        moving_s = (aboard_s - stood_s) * factor[trip]
        standing_s = np.maximum(stood_s + stops * extra_s[trip], 0.0)
        seconds = np.where(is_run[trip], np.rint(moving_s + standing_s), np.nan)
        return picked_in_groups(seconds / SECONDS_PER_MINUTE, runs.first, statistics)

    def straight_km(
        self, origins: Int64Array, destinations: Int64Array, apart_m: FloatArray
    ) -> FloatArray:
        """Return ``(origins, destinations)`` kilometres in a straight line.

        Parameters
        ----------
        origins
            Rows of places.
        destinations
            Numbers of destinations among those of the base.
        apart_m
            ``(origins, destinations)`` geodesic metres without errors. What errors add is measured
            in the metric system, whose scale is off by little.

        """
        start = origins[:, None]
        end = self.base.destinations[destinations][None, :]
        shift_m = _apart(self._at[start], self._at[end]) - _apart(
            self.base.at[start], self.base.at[end]
        )
        return (apart_m + shift_m) / METRES_PER_KILOMETRE

    def _once(self, key: tuple[object, ...], make: Callable[[], Kept]) -> Kept:
        if key not in self._kept:
            self._kept[key] = make()
        kept: Kept = self._kept[key]
        return kept

    def _trains(self) -> Trains:
        if self.base.trains is None:
            raise ValueError("the network has no public transport")
        return self.base.trains

    def _door_s(self, pairs: DoorPairs) -> FloatArray:
        """Return ``(pairs, wanted)`` seconds from door to door, on foot where that is quicker."""
        peak, parameters = pairs.peak, self.errors.parameters
        start_s, end_s = map(seconds_from_minutes, departure_window_min(parameters, peak=peak))
        wait_s = seconds_from_minutes(parameters.longest_wait_min)
        rides_s = door_times(
            self._timetables[peak],
            self._arrivals_at(peak=peak),
            self._reach(peak=peak, outbound=True),
            pairs.first,
            pairs.destinations,
            wanted_s=np.arange(start_s, end_s, seconds_from_minutes(parameters.departure_step_min)),
            end_s=end_s + wait_s,
            longest_wait_s=wait_s,
        )
        near_m = self._near_m(pairs.near)
        walked = near_m <= self._walk_m()
        walks_s = np.full(len(rides_s), np.nan)
        walks_s[pairs.near_at[walked]] = self._walk_s(near_m[walked])
        total_s: FloatArray = np.fmin(rides_s, walks_s[:, None])
        return total_s

    @cached_property
    def _timetables(self) -> dict[bool, Timetable]:
        """Timetables of the hours in which people ride, in the peak or not."""
        parameters = self.errors.parameters
        longest_s = seconds_from_minutes(parameters.longest_wait_min) + LONGEST_JOURNEY_S
        windows_s = []
        for peak in self.base.access:
            start_s, end_s = map(seconds_from_minutes, departure_window_min(parameters, peak=peak))
            windows_s.append((start_s, end_s + longest_s))
        found = with_errors(self._trains(), self.errors, windows_s)
        return dict(zip(self.base.access, found, strict=True))

    def _arrivals_at(self, *, peak: bool) -> Arrivals:
        timetable = self._timetables[peak]
        egress_s = self._reach(peak=peak, outbound=False)
        street_s = egress_s.astype(np.int64) + timetable.exit_s
        found = arrivals_at(timetable, street_s, former=self._former.pop(peak, None))
        self.arrivals[peak] = found
        return found

    def _impedance(self, *, peak: bool) -> Impedance:
        return self._once(
            ("impedance", peak), lambda: _disturbed(self.base, self.errors, peak=peak)
        )

    def _roads(self, *, peak: bool) -> SweptMatrix:
        return self._once(("roads", peak), lambda: self._customised(peak=peak))

    def _customised(self, *, peak: bool) -> SweptMatrix:
        impedance, network = self._impedance(peak=peak), self.base.network
        cost = arc_times(
            topology_of(network),
            source=network.edges["source"].to_numpy(dtype=np.int64),
            time_s=impedance.edge_s,
            forward=impedance.forward,
            backward=impedance.backward,
        )
        return SweptMatrix(customise(hierarchy_of(network), cost, threads=1))

    @cached_property
    def _at(self) -> FloatArray:
        at = self.base.at.copy()
        at[: self.base.place_count] += self.errors.shift_m
        return at

    @cached_property
    def _straight_m(self) -> FloatArray:
        """Metres from each place or stop to where its ways meet roads."""
        ways = self.base.ways
        return _apart(self._at[ways.place], ways.end)

    def _seeds(self, rows: Int64Array, *, peak: bool, outbound: bool) -> Seeds:
        """Return how some places or stops are tied to the roads."""
        every = self._once(
            ("seeds", peak, outbound), lambda: self._every_seed(peak=peak, outbound=outbound)
        )
        return _some(every, rows)

    def _every_seed(self, *, peak: bool, outbound: bool) -> Seeds:
        ways, impedance = self.base.ways, self._impedance(peak=peak)
        along_s = ways.share * impedance.edge_s[ways.edge][:, None]
        to_source, to_target = impedance.backward[ways.edge], impedance.forward[ways.edge]
        if not outbound:
            to_source, to_target = to_target, to_source
        # A place at the very end of an edge is at the node, whichever way the edge runs.
        may_go = np.stack([to_source, to_target], axis=1) | (ways.share == 0)
        count = np.bincount(
            ways.place, weights=may_go.sum(axis=1), minlength=len(self.base.at)
        ).astype(np.int64)
        return Seeds(
            first=np.concatenate([[0], np.cumsum(count)]),
            node=ways.node[may_go],
            cost=deciseconds(self._local_s(self._straight_m)[:, None] + along_s)[may_go],
        )

    def _between(self, leave: Seeds, reach: Seeds, *, peak: bool) -> FloatArray:
        """Return seconds by car over the roads."""
        cost = self._roads(peak=peak).costs(leave, reach)
        return np.where(cost < FAR, cost / DECISECONDS_PER_SECOND, np.nan)

    def _drives(self, drives: Drives) -> FloatArray:
        base, parameters, peak = self.base, self.errors.parameters, drives.peak
        leave = self._seeds(drives.origins, peak=peak, outbound=True)
        reach = self._seeds(base.destinations[drives.destinations], peak=peak, outbound=False)
        seconds = self._between(leave, reach, peak=peak)
        along_s = self._once(("along", peak), lambda: self._along_one_edge(peak=peak))
        _lower(seconds, drives.along_at, along_s[drives.along])
        near_m = self._near_m(drives.near)
        is_near = near_m <= parameters.max_off_network_km * METRES_PER_KILOMETRE
        _lower(seconds, drives.near_at[is_near], self._local_s(near_m[is_near]))
        return seconds / SECONDS_PER_MINUTE

    def _near_m(self, rows: Int64Array) -> FloatArray:
        """Return the metres between some places and destinations near each other."""
        near = self.base.near_places
        end = self.base.destinations[near.destination[rows]]
        return _apart(self._at[near.origin[rows]], self._at[end])

    def _along_one_edge(self, *, peak: bool) -> FloatArray:
        """Return seconds of drives along part of one edge, NaN where that is not allowed."""
        ways, impedance = self.base.ways, self._impedance(peak=peak)
        start, end = self.base.ways_on_edge.T
        edge = ways.edge[start]
        ahead = ways.fraction[end] - ways.fraction[start]
        may_go = np.where(ahead > 0, impedance.forward[edge], impedance.backward[edge])
        off_road_s = self._local_s(self._straight_m[start] + self._straight_m[end])
        seconds = off_road_s + np.abs(ahead) * impedance.edge_s[edge]
        return np.where((ahead == 0) | may_go, seconds, np.nan)

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

    def _reach(self, *, peak: bool, outbound: bool) -> Int32Array:
        """Return whole seconds between places and stops, ``NEVER`` out of reach.

        ``(origins, stops)`` for ways to the stops, ``(destinations, stops)`` for ways from them.
        """
        base, parameters = self.base, self.errors.parameters
        services = self._trains().services
        near = (base.access if outbound else base.egress)[peak]
        rows, place, stop = near.rows, near.place, near.stop
        metres = _apart(self._at[rows[place]], self._at[base.place_count + stop])
        seconds = np.full((len(rows), len(services.stops)), NEVER, dtype=np.int32)
        walked = np.flatnonzero((metres <= self._walk_m()) & near.is_served)
        seconds[place[walked], stop[walked]] = np.rint(self._walk_s(metres[walked]))
        rail = np.flatnonzero(services.is_rail)
        own = self._seeds(rows, peak=peak, outbound=outbound)
        theirs = self._seeds(base.place_count + rail, peak=peak, outbound=not outbound)
        if outbound:
            car_s = self._between(own, theirs, peak=peak)
        else:
            car_s = self._between(theirs, own, peak=peak).T
        close = (metres <= parameters.max_off_network_km * METRES_PER_KILOMETRE) & (near.rail >= 0)
        at = np.stack([place[close], near.rail[close]], axis=1)
        _lower(car_s, at, self._local_s(metres[close]))
        car_s *= parameters.station_drive_factor
        ends_min = parameters.parking_min if outbound else parameters.drop_off_min
        pair = np.nonzero(car_s <= seconds_from_minutes(parameters.max_access_min))
        by_car = np.rint(car_s[pair] + seconds_from_minutes(ends_min)).astype(np.int32)
        at_stop = pair[0], rail[pair[1]]
        seconds[at_stop] = np.minimum(seconds[at_stop], by_car)
        return seconds


def _some(seeds: Seeds, rows: Int64Array) -> Seeds:
    """Return the seeds of some places."""
    count = seeds.first[rows + 1] - seeds.first[rows]
    first = np.zeros(len(rows) + 1, dtype=np.int64)
    np.cumsum(count, out=first[1:])
    way = np.repeat(seeds.first[rows] - first[:-1], count) + np.arange(first[-1])
    return Seeds(first, seeds.node[way], seeds.cost[way])


def _disturbed(base: Base, errors: Errors, *, peak: bool) -> Impedance:
    """Return what the roads take in a draw; those not open yet are closed."""
    free = impedance_of(base.network, base.parameters, Travel.DRIVE)
    edge_s = free.edge_s
    if peak:
        slow = impedance_of(base.network, base.parameters, drive_in(peak=True)).edge_s
        edge_s = np.maximum(free.edge_s + (slow - free.edge_s) * errors.peak_excess, 0.0)
    factors = np.array([errors.road_time.get(name, 1.0) for name in base.road_classes])
    is_open = np.ones(len(edge_s), dtype=np.bool_)
    if errors.late_roads:
        is_open = ~base.network.edges["road_id"].isin(errors.late_roads).to_numpy(dtype=np.bool_)
    return Impedance(
        edge_s=edge_s * factors[base.road_class],
        forward=free.forward & is_open,
        backward=free.backward & is_open,
        off_road_kmh=errors.parameters.local_drive_kmh,
    )


def _lower(seconds: FloatArray, at: Int64Array, other_s: FloatArray) -> None:
    """Lower the seconds of pairs, which may come more than once, in place."""
    np.fmin.at(seconds, (at[:, 0], at[:, 1]), other_s)


def _apart(one: FloatArray, other: FloatArray) -> FloatArray:
    """Return the metres between points in the metric system."""
    away = np.hypot(one[..., 0] - other[..., 0], one[..., 1] - other[..., 1])
    return np.asarray(away, dtype=np.float64)
