"""What a scenario changes, and what every change can do."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from gis.catalogue.parameters import TravelParameters
from gis.core.errors import Problem
from gis.network.model import Network


class Opening(Protocol):
    """What opens together (:class:`gis.planning.confidence.openings.Opening`)."""

    @property
    def id(self) -> str:
        """Return its name in the tables."""

    @property
    def year(self) -> int:
        """Return the first year whose network holds it."""

    @property
    def roads(self) -> frozenset[str]:
        """Return the ids of its roads."""

    @property
    def patterns(self) -> frozenset[str]:
        """Return the stopping patterns of its trains."""

    @property
    def lines(self) -> frozenset[str]:
        """Return its rail lines."""


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """A network and the waits and walks that go with it.

    Parameters
    ----------
    network
        The network.
    parameters
        Waits, walks and windows.
    openings
        Id -> what opens together and may open at another time.
    early
        Roads, stopping patterns and lines that are open whatever their year.
    seeds, layers
        Folders of the tables and layers to build networks from; the product's own by default.

    """

    network: Network
    parameters: TravelParameters
    openings: Mapping[str, Opening] = field(default_factory=dict)
    early: frozenset[str] = frozenset()
    seeds: Path | None = None
    layers: Path | None = None


class Change(Protocol):
    """One change: it can be checked against a case, and applied to it."""

    def problems(self, case: Case, *, where: str) -> list[Problem]:
        """Return why the change cannot be applied; empty when it can."""

    def apply(self, case: Case) -> Case:
        """Return the case with the change; the given one stays as it is."""
