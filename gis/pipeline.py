"""The whole chain: from the tables and layers to networks and verdicts.

Scripts, the app and tests run the product through here.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, cast

from gis.catalogue.accuracies import load_accuracies
from gis.catalogue.areas import county_totals, load_admin_units
from gis.catalogue.catalogue import goal_projects
from gis.catalogue.goals import Goal, load_goals
from gis.catalogue.levers import load_levers
from gis.catalogue.parameters import load_parameters
from gis.catalogue.projects import FILE_NAME as PROJECTS_FILE
from gis.catalogue.projects import load_projects
from gis.catalogue.rail import load_feed_settings
from gis.catalogue.scenarios import ChangeRow, read_scenario
from gis.catalogue.statistics_upload import StatisticValue, read_statistics
from gis.catalogue.tables import unknown_ids
from gis.catalogue.zones import load_zones
from gis.core.errors import InputError, Problem, collected, raise_problems
from gis.core.files import write_text
from gis.core.paths import build_dir, layers_dir, seeds_dir
from gis.core.progress import Progress, step
from gis.core.provenance import Manifest, make_manifest
from gis.core.schemas import YEARS
from gis.layers.population_table import read_people, with_people
from gis.layers.read import read_layer
from gis.network.build import LAST_YEAR, build_network, network_inputs
from gis.network.model import Network
from gis.network.network_file import load_network, save_network
from gis.outputs.definition_matrix import matrix_records
from gis.planning.confidence.openings import openings_until
from gis.planning.confidence.probabilities import probabilities
from gis.planning.gap import Gap, gap_record, gap_records, gaps_of_goals
from gis.planning.grounds import Grounds
from gis.planning.place_sets import make_place_book
from gis.planning.scenario import with_changes
from gis.planning.verdict import Verdict, verdict_record
from gis.planning.verdicts import check_goals

VERDICTS_FILE = "verdicts.json"
LINE_LAYER = "rail_lines"
DEFAULT_SEED = 20_261_122
PLACE_LAYERS = ("places", "townships", "counties", "cities", "zones", "stations")


@dataclass(frozen=True, slots=True)
class RunConfig:
    """What to run.

    Parameters
    ----------
    years
        Years to judge; ignored where networks are given.
    networks
        Network files to use instead of the product's own.
    goals
        Ids of the goals to judge; empty judges the headline goals.
    every_goal
        Whether to judge all goals of the catalogue.
    statistics
        Table of official figures to judge indicators on, if there is one.
    people
        Table of the people of townships to count instead of the product's own.
    scenario
        File with changes to apply to every network before judging.
    verdicts
        Whether to judge the goals; a search for gaps can do without.
    gaps, readings
        Whether to search which levers would meet readings that are not met, and the readings to
        do so for; empty searches all.
    draws, seed
        Draws of random errors for the probability that verdicts hold, and their seed; with no
        draws there is no probability.
    processes
        How many work on draws; results do not depend on it.
    seeds, layers, build
        Folders of the tables, the built layers and derived files.

    """

    years: tuple[int, ...] = YEARS
    networks: tuple[Path, ...] = ()
    goals: tuple[str, ...] = ()
    every_goal: bool = False
    statistics: Path | None = None
    people: Path | None = None
    scenario: Path | None = None
    verdicts: bool = True
    gaps: bool = False
    readings: tuple[str, ...] = ()
    draws: int = 0
    seed: int = DEFAULT_SEED
    processes: int = 1
    seeds: Path = field(default_factory=seeds_dir)
    layers: Path = field(default_factory=layers_dir)
    build: Path = field(default_factory=build_dir)


@dataclass(frozen=True, slots=True, eq=False)
class Results:
    """What a run gives.

    Parameters
    ----------
    goals
        The goals that were judged.
    networks
        Year -> network.
    verdicts
        Verdicts in the order of goals, readings, years and statistics.
    manifest
        What went in.
    gaps
        What would meet readings that are not met, where it was asked for.

    """

    goals: tuple[Goal, ...]
    networks: Mapping[int, Network]
    verdicts: tuple[Verdict, ...]
    manifest: Manifest
    gaps: tuple[Gap, ...] = ()


def run(config: RunConfig, *, progress: Progress | None = None) -> Results:
    """Judge the goals on the networks of the years.

    Parameters
    ----------
    config
        What to run.
    progress
        Called with each step of the work.

    Raises
    ------
    InputError
        If a table, layer or network is missing or faulty, or a goal or year is not known (all
        of them at once); if changes of the scenario cannot be applied in some year.

    """
    say = progress or (lambda _: None)
    known = load_goals(config.seeds)
    problems = [
        *_unknown_goals(config, known),
        *_unknown_readings(config, known),
        *_unknown_years(config),
    ]
    projects = [project.id for project in load_projects(config.seeds)]
    problems += unknown_ids(goal_projects(known), known=projects, table=PROJECTS_FILE)
    statistics = collected(problems, lambda: _statistics(config, known)) or ()
    changes = collected(problems, lambda: _changes(config)) or ()
    grounds = collected(problems, lambda: read_grounds(config, networks={}))
    if grounds is None or problems:
        raise InputError(problems)
    goals = _chosen_goals(config, known)
    networks = _networks(config, say)
    say(step("progress.goals", goals=len(goals), years=len(networks)))
    grounds = replace(grounds, networks=networks, statistics=statistics)
    if config.scenario is not None:
        say(step("progress.scenario", name=config.scenario.name))
        grounds = with_changes(
            grounds,
            changes,
            name=config.scenario.name,
            seeds=config.seeds,
            layers=config.layers,
        )
    verdicts = check_goals(goals, grounds, catalogue=known) if config.verdicts else ()
    gaps: tuple[Gap, ...] = ()
    if config.gaps:
        levers = load_levers(config.seeds)
        gaps = gaps_of_goals(goals, grounds, levers, readings=config.readings, progress=say)
    results = Results(goals, grounds.networks, verdicts, _manifest(config, networks), gaps)
    return (
        with_confidence(results, grounds, config=config, progress=say) if config.draws else results
    )


def with_confidence(
    results: Results, grounds: Grounds, *, config: RunConfig, progress: Progress | None = None
) -> Results:
    """Return results with the probability that each verdict holds.

    Parameters
    ----------
    results
        Results of a run.
    grounds
        What they stand on.
    config
        Its configuration, with draws.
    progress
        Called with each step of the work.

    """
    found = probabilities(
        results.goals,
        grounds,
        accuracies=load_accuracies(config.seeds),
        openings={year: openings_until(year, seeds=config.seeds) for year in results.networks},
        draws=config.draws,
        seed=config.seed,
        processes=config.processes,
        progress=progress,
    )
    verdicts = tuple(
        replace(
            verdict,
            confidence=found.get((verdict.goal, verdict.reading, verdict.year, verdict.statistic)),
        )
        for verdict in results.verdicts
    )
    return replace(results, verdicts=verdicts)


def read_grounds(config: RunConfig, *, networks: Mapping[int, Network]) -> Grounds:
    """Return the layers and parameters that verdicts stand on, with the given networks."""
    layers = {name: read_layer(name, layers=config.layers) for name in PLACE_LAYERS}
    if config.people is not None:
        totals = county_totals(config.seeds)
        layers = with_people(layers, read_people(config.people, layers["townships"], totals))
    return Grounds(
        networks=networks,
        book=make_place_book(layers, load_admin_units(config.seeds)),
        rail_lines=read_layer(LINE_LAYER, layers=config.layers),
        zones=load_zones(config.seeds),
        parameters=load_parameters(config.seeds),
        current_year=load_feed_settings(config.seeds).data_date.year,
        projects=load_projects(config.seeds),
        people_table=config.people.name if config.people is not None else "",
    )


def ready_network(year: int, *, config: RunConfig, progress: Progress | None = None) -> Network:
    """Return the network of a year, from its file when the tables and layers are unchanged.

    A file that cannot be read, or is of another version or year, is made anew.

    Raises
    ------
    InputError
        If there is no network of the year, or a table or layer is missing or faulty.

    """
    path = network_path(year, build=config.build)
    kept = _kept_network(path, year=year, config=config)
    if kept is not None:
        return kept
    if progress is not None:
        progress(step("progress.network", year=year))
    network = build_network(year=year, seeds=config.seeds, layers=config.layers)
    save_network(network, path)
    return network


def network_path(year: int, *, build: Path) -> Path:
    """Return where the network of a year is kept."""
    return build / "networks" / f"{year}.zip"


def results_json(results: Results) -> str:
    """Return manifest, verdicts and definition matrices as JSON text, the same for the same run.

    ``matrix`` has for each goal the finding of every year in a sentence, and a row for each
    reading and statistic with the cells of the years (:func:`matrix_records`).
    """
    records = [
        {**verdict_record(verdict), "gap": gap_records(verdict, results.gaps)}
        for verdict in results.verdicts
    ]
    content: dict[str, Any] = {
        "manifest": results.manifest.as_dict(),
        "matrix": matrix_records(results.goals, records),
        "verdicts": records,
    }
    return json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def write_results(results: Results, path: Path) -> None:
    """Write the verdicts and the manifest as JSON.

    Raises
    ------
    InputError
        If the place cannot be written.

    """
    write_text(path, results_json(results))


def write_gaps(results: Results, path: Path) -> None:
    """Write what would meet the readings that are not met, and the manifest, as JSON.

    Raises
    ------
    InputError
        If the place cannot be written.

    """
    content = {
        "manifest": results.manifest.as_dict(),
        "gaps": [gap_record(gap) for gap in results.gaps],
    }
    write_text(path, json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False) + "\n")


def ready_records(config: RunConfig, *, progress: Progress | None = None) -> dict[str, Any]:
    """Return manifest and verdict records, from the last run's file when nothing has changed.

    A kept run that judged more than is asked for, or drew errors or searched gaps besides, is as
    good as one that did not. Such draws and searches are dear: as long as nothing has changed,
    they are not overwritten by a run without them.

    Raises
    ------
    InputError
        As :func:`run`.

    """
    path = config.build / VERDICTS_FILE
    is_own = not config.networks and config.scenario is None
    kept = _kept_records(path) if is_own else None
    wanted = _plain(_manifest(config, {}))
    if kept is not None and _covers(kept["manifest"], wanted):
        return kept
    results = run(config, progress=progress)
    is_plain = not (config.draws or config.gaps)
    keeps_other = is_plain and kept is not None and _is_dear(kept["manifest"], wanted)
    if is_own and not keeps_other:
        write_results(results, path)
    return cast("dict[str, Any]", json.loads(results_json(results)))


def _statistics(config: RunConfig, goals: tuple[Goal, ...]) -> tuple[StatisticValue, ...]:
    return () if config.statistics is None else read_statistics(config.statistics, goals)


def _changes(config: RunConfig) -> tuple[ChangeRow, ...]:
    return () if config.scenario is None else read_scenario(config.scenario)


def _unknown_goals(config: RunConfig, known: tuple[Goal, ...]) -> list[Problem]:
    ids = [goal.id for goal in known]
    return [
        Problem("--goal", "error.goal_unknown", {"id": name, "present": ", ".join(ids)})
        for name in config.goals
        if name not in ids
    ]


def _unknown_readings(config: RunConfig, known: tuple[Goal, ...]) -> list[Problem]:
    present = sorted(
        {reading.id for goal in known if goal.id in config.goals for reading in goal.readings}
    )
    fields = {"expected": ", ".join(present) or "—"}
    return [
        Problem("--reading", "error.not_a_choice", {"value": name, **fields})
        for name in config.readings
        if name not in present
    ]


def _unknown_years(config: RunConfig) -> list[Problem]:
    if config.networks:
        return []
    first = load_feed_settings(config.seeds).first_year
    return [
        Problem("--year", "error.network_year", {"year": year, "first": first, "last": LAST_YEAR})
        for year in sorted(set(config.years))
        if not first <= year <= LAST_YEAR
    ]


def _chosen_goals(config: RunConfig, known: tuple[Goal, ...]) -> tuple[Goal, ...]:
    if config.every_goal:
        return known
    if not config.goals:
        return tuple(goal for goal in known if goal.headline)
    return tuple(goal for goal in known if goal.id in config.goals)


def _kept_network(path: Path, *, year: int, config: RunConfig) -> Network | None:
    """Return the network of a file if it is what building it again would give."""
    if not path.is_file():
        return None
    try:
        network = load_network(path)
    except InputError:
        return None
    inputs = network_inputs(seeds=config.seeds, layers=config.layers)
    wanted = make_manifest(inputs, settings=network.manifest.settings)
    is_same = network.year == year and _plain(network.manifest) == _plain(wanted)
    return network if is_same else None


def _kept_records(path: Path) -> dict[str, Any] | None:
    """Return the manifest and records of the last run, None if there are none to be read."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    is_whole = isinstance(content, dict) and {"manifest", "verdicts"} <= content.keys()
    return content if is_whole else None


def _covers(kept: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    """Tell whether a kept run stands on what is wanted, and answers all of it."""
    if kept.keys() != wanted.keys() or not isinstance(kept["settings"], Mapping):
        return False
    had, asked = dict(kept["settings"]), dict(wanted["settings"])
    if had.get("goals") == "all":
        asked["goals"] = "all"
    for extra in ("draws", "random_seeds", "gaps"):
        asked[extra] = asked[extra] or had.get(extra)
    return had == asked and all(kept[part] == wanted[part] for part in kept if part != "settings")


def _is_dear(kept: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    """Tell whether a kept run has more than verdicts, and stands on what is wanted."""
    settings = kept.get("settings")
    has_more = isinstance(settings, Mapping) and (settings.get("draws") or settings.get("gaps"))
    same = kept.keys() == wanted.keys()
    return bool(has_more and same) and all(
        kept[part] == wanted[part] for part in kept if part != "settings"
    )


def _plain(manifest: Manifest) -> Any:  # noqa: ANN401 - JSON
    return json.loads(json.dumps(manifest.as_dict()))


def _networks(config: RunConfig, say: Progress) -> dict[int, Network]:
    if not config.networks:
        return {
            year: ready_network(year, config=config, progress=say)
            for year in sorted(set(config.years))
        }
    networks: dict[int, Network] = {}
    problems: list[Problem] = []
    for path in config.networks:
        try:
            network = load_network(path)
        except InputError as error:
            problems += error.problems
            continue
        if network.year in networks:
            problems.append(Problem(str(path), "error.year_twice", {"year": network.year}))
        networks[network.year] = network
    raise_problems(problems)
    return networks


def _manifest(config: RunConfig, networks: Mapping[int, Network]) -> Manifest:
    layers = [config.layers / f"{name}.geojson" for name in (*PLACE_LAYERS, LINE_LAYER)]
    inputs = {*network_inputs(seeds=config.seeds, layers=config.layers), *layers}
    inputs.add(config.seeds / PROJECTS_FILE)
    given = (config.statistics, config.people, config.scenario)
    inputs |= {path for path in given if path is not None}
    settings: dict[str, Any] = {
        "years": sorted(networks) if config.networks else sorted(set(config.years)),
        "goals": "all" if config.every_goal else sorted(set(config.goals)) or "headline",
        "networks": {str(year): network.manifest.as_dict() for year, network in networks.items()}
        if config.networks
        else {},
        "random_seeds": {"confidence": config.seed} if config.draws else {},
        "draws": config.draws,
        "gaps": sorted(config.readings) or "all" if config.gaps else "",
    }
    if config.scenario is not None:
        settings["scenario"] = {
            "file": config.scenario.name,
            "changes": [change.model_dump(mode="json") for change in _changes(config)],
        }
    return make_manifest(inputs, settings=settings)
