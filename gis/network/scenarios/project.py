"""Projects that open earlier or later than planned."""

from dataclasses import dataclass, replace

import numpy as np

from gis.core.errors import Problem
from gis.core.provenance import CODE, make_manifest
from gis.network.build import build_network, network_inputs
from gis.network.scenarios.case import Case
from gis.network.scenarios.road_closure import RoadClosure
from gis.network.scenarios.trips import without_trips_of


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectDelay:
    """A project that the network counts on is not open: its roads are closed, its trains gone.

    Parameters
    ----------
    id
        Id of what opens (:attr:`Case.openings`).

    """

    id: str

    def problems(self, case: Case, *, where: str) -> list[Problem]:
        """Return a project that is not known; one not in the network is delayed anyway."""
        return _unknown(case, self.id, where=where)

    def apply(self, case: Case) -> Case:
        """Return the case without the project."""
        gone = self._trips(case)
        network = case.network
        if gone.any():
            network = replace(network, feed=without_trips_of(network.feed, gone))
        changed = replace(case, network=network)
        roads = case.openings[self.id].roads & set(network.edges["road_id"].astype(str))
        return RoadClosure(roads=tuple(sorted(roads))).apply(changed) if roads else changed

    def _trips(self, case: Case) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Return ``(trips,)`` whether each trip is of the project."""
        trips = case.network.feed.trips
        patterns = case.openings[self.id].patterns
        if "pattern_id" not in trips.columns or not patterns:
            return np.zeros(len(trips), dtype=np.bool_)
        # Trains there and back are marked: TS-1-0 and TS-1-1 are of TS-1.
        marked = {f"{name}-{back}" for name in patterns for back in (0, 1)} | set(patterns)
        return trips["pattern_id"].astype(str).isin(marked).to_numpy(dtype=np.bool_)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectOpening:
    """A project is open in the network whatever its year.

    The network is built anew from the tables with the project in it, so this can only be asked of
    the product's own roads with its own trains, as the tables have them now, and comes before all
    other changes. Of several such projects each is added to those before it.

    Parameters
    ----------
    id
        Id of what opens (:attr:`Case.openings`).

    """

    id: str

    def problems(self, case: Case, *, where: str) -> list[Problem]:
        """Return a project that is not known, and networks that cannot be built anew."""
        problems = _unknown(case, self.id, where=where)
        settings = case.network.manifest.settings
        if settings.get("source") != "sketch" or "service_date" in settings:
            problems.append(Problem(where, "error.scenario_not_sketch", {"id": self.id}))
        elif not _is_of_tables(case):
            problems.append(Problem(where, "error.scenario_other_tables", {"id": self.id}))
        return problems

    def apply(self, case: Case) -> Case:
        """Return the case with the project."""
        opening = case.openings[self.id]
        if opening.year <= case.network.year:
            return case
        early = case.early | opening.roads | opening.patterns | opening.lines
        network = build_network(
            year=case.network.year, seeds=case.seeds, layers=case.layers, early=early
        )
        return replace(case, network=network, early=early)


def _is_of_tables(case: Case) -> bool:
    """Tell whether the network was built from the tables and layers as they are now."""
    inputs = network_inputs(seeds=case.seeds, layers=case.layers)
    now = make_manifest(inputs, settings={}).inputs
    # Copies of the same files elsewhere have other names.
    built, present = (
        sorted(digest for name, digest in files.items() if name != CODE)
        for files in (case.network.manifest.inputs, now)
    )
    return built == present


def _unknown(case: Case, identifier: str, *, where: str) -> list[Problem]:
    if identifier in case.openings:
        return []
    fields = {"id": identifier, "present": ", ".join(sorted(case.openings)) or "—"}
    return [Problem(where, "error.scenario_project", fields)]
