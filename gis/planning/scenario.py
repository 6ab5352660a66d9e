"""Scenarios applied to what verdicts stand on: the networks of all years."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from gis.catalogue.scenarios import ChangeRow
from gis.core.errors import InputError, Problem, raise_problems
from gis.network.build import LAST_YEAR
from gis.network.scenarios.apply import apply_scenario
from gis.planning.confidence.openings import openings_until
from gis.planning.grounds import Grounds


def with_changes(
    grounds: Grounds,
    changes: Sequence[ChangeRow],
    *,
    name: str,
    seeds: Path | None = None,
    layers: Path | None = None,
) -> Grounds:
    """Return grounds with a scenario applied to the network of every year.

    Parameters
    ----------
    grounds
        What verdicts stand on.
    changes
        The changes.
    name
        What a user would call the scenario, usually its file.
    seeds, layers
        Folders that the networks were built from; the product's own by default.

    Raises
    ------
    InputError
        With every change that cannot be applied in some year.

    """
    openings = openings_until(LAST_YEAR, seeds=seeds)
    problems: list[Problem] = []
    cases = {}
    for year, network in grounds.networks.items():
        try:
            cases[year] = apply_scenario(
                network,
                changes,
                parameters=grounds.parameters,
                openings=openings,
                seeds=seeds,
                layers=layers,
                name=f"{name} {year}",
            )
        except InputError as error:
            problems += error.problems
    raise_problems(problems)
    parameters = next((case.parameters for case in cases.values()), grounds.parameters)
    networks = {year: case.network for year, case in cases.items()}
    return replace(grounds, networks=networks, parameters=parameters)
