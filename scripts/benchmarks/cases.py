"""All cases by name, in the order they are run."""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from scripts.benchmarks.bed import Bed
from scripts.benchmarks.cases_osm import osm
from scripts.benchmarks.cases_places import isochrone_batch, isochrone_one, matrix
from scripts.benchmarks.cases_scenario import links, scenario
from scripts.benchmarks.cases_sweep import one_to_all, order
from scripts.benchmarks.cases_transit import door_to_door_times
from scripts.benchmarks.results import Result

Case = Callable[[Bed], Iterator[Result]]

CASES: Mapping[str, Case] = MappingProxyType(
    {
        "one_to_all": one_to_all,
        "matrix": matrix,
        "isochrone_one": isochrone_one,
        "isochrone_batch": isochrone_batch,
        "scenario": scenario,
        "links": links,
        "door_to_door": door_to_door_times,
        "osm": osm,
        "order": order,
    }
)
