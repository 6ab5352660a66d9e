"""All cases by name, in the order they are run."""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from scripts.benchmarks.bed import Bed
from scripts.benchmarks.cases_sweep import one_to_all, order
from scripts.benchmarks.results import Result

Case = Callable[[Bed], Iterator[Result]]

CASES: Mapping[str, Case] = MappingProxyType(
    {
        "one_to_all": one_to_all,
        "order": order,
    }
)
