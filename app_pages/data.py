"""What the pages show, loaded once and kept: layers, goals, verdicts, networks."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple, Self

import geopandas as gpd
import pandas as pd
import streamlit as st
from shapely.geometry import Point

from app_map.assets import Assets, publish_layers, publish_scripts
from app_pages.view import View
from gis.catalogue.goals import Goal, load_goals
from gis.catalogue.parameters import TravelParameters, load_parameters
from gis.core.errors import InputError, Problem
from gis.core.files import write_text
from gis.core.paths import build_dir, layers_dir, project_root
from gis.layers.read import read_layer
from gis.network.model import Network
from gis.network.network_file import load_network
from gis.outputs.maps import anchors
from gis.pipeline import network_path

STATIC = project_root() / "static"
VERDICTS = "verdicts.json"
EVERY_VERDICT = "verdicts_all.json"  # of all goals, made on demand
OWN_RECORDS = "own_records"  # what this session computed or uploaded
OWN_NETWORKS = "own"  # folder of networks that the reader brings
NETWORK_SUFFIX = ".zip"
STUDY_AREA = (118.95, 29.05, 122.55, 31.05)  # west, south, east, north


@dataclass(frozen=True, slots=True)
class Verdicts:
    """All verdicts of a run and its manifest, as written by ``check_goals.py --json``."""

    manifest: Mapping[str, Any]
    records: tuple[Mapping[str, Any], ...]

    def decisive(self, *, year: int, goal: str, reading: str = "A") -> Mapping[str, Any] | None:
        """Return the record that decides a reading in a year, or None."""
        for record in self.of(goal=goal, year=year):
            if record["reading"] == reading and record.get("decisive", True):
                return record
        return None

    def of(self, *, goal: str, year: int | None = None) -> list[Mapping[str, Any]]:
        """Return all records of a goal, of one year if given, in the order of the file."""
        return [
            record
            for record in self.records
            if record["goal"] == goal and year in {None, record["year"]}
        ]

    def with_records(self, records: Iterable[Mapping[str, Any]]) -> Self:
        """Return verdicts with records in the place of those of the same question, or added.

        What a record does not tell stays as it was, such as the gap that a run searched.
        """
        asked = {question(record): record for record in self.records}
        for record in records:
            key = question(record)
            asked[key] = {**asked.get(key, {}), **record}
        return replace(self, records=tuple(asked.values()))


class FileVersion(NamedTuple):
    """A file as it is now, the key of what is kept of it: a replaced file is read anew.

    Parameters
    ----------
    path
        The file.
    size
        Its bytes; 0 where there is none.
    written_ns
        When it was written.

    """

    path: Path
    size: int
    written_ns: int


def version_of(path: Path) -> FileVersion:
    """Return a file as it is now."""
    if not path.is_file():
        return FileVersion(path, 0, 0)
    state = path.stat()
    return FileVersion(path, state.st_size, state.st_mtime_ns)


@st.cache_resource(show_spinner=False)
def layers() -> dict[str, gpd.GeoDataFrame]:
    """Return all built layers by name."""
    names = sorted(path.stem for path in layers_dir().glob("*.geojson"))
    return {name: read_layer(name) for name in names}


@st.cache_resource(show_spinner=False)
def assets(base: str) -> Assets:
    """Put what the browser needs into the static folder and return its addresses."""
    scripts = publish_scripts(STATIC, base=base)
    return publish_layers(STATIC, layers(), scripts=scripts, base=base)


@st.cache_resource(show_spinner=False)
def goals() -> dict[str, Goal]:
    """Return the goals by id, in the order of the catalogue."""
    return {goal.id: goal for goal in load_goals()}


def question(record: Mapping[str, Any]) -> tuple[str, str, int, str]:
    """Return what a record answers: goal, reading, year, statistic."""
    return record["goal"], record["reading"], record["year"], record["statistic"]


def kept_verdicts() -> Verdicts | None:
    """Return the verdicts of the last run, or None before the first one."""
    return _read_verdicts(build_dir() / VERDICTS)


def verdicts(*, of_every_goal: bool = False) -> Verdicts | None:
    """Return the verdicts of the last run with what this session computed or uploaded.

    Parameters
    ----------
    of_every_goal
        Whether to add the goals that are judged on demand, if they were for the same run.

    Returns
    -------
    Verdicts
        None before the first run.

    """
    kept = kept_verdicts()
    if kept is None:
        return None
    shown = kept
    if of_every_goal:
        every = _read_verdicts(build_dir() / EVERY_VERDICT)
        if every is not None and every.manifest == kept.manifest:
            shown = every.with_records(kept.records)
    own = st.session_state.get(OWN_RECORDS, {})
    return shown.with_records(record for records in own.values() for record in records)


def keep_for_session(name: str, records: Iterable[Mapping[str, Any]]) -> None:
    """Show records in this session only, under a name by which they are replaced."""
    own = st.session_state.get(OWN_RECORDS, {})
    st.session_state[OWN_RECORDS] = {**own, name: tuple(records)}


def keep_every_verdict(records: Iterable[Mapping[str, Any]]) -> None:
    """Keep the verdicts on all goals until the next run.

    Raises
    ------
    InputError
        If the folder cannot be written.

    """
    kept = kept_verdicts()
    if kept is not None:
        content = {"manifest": kept.manifest, "verdicts": tuple(records)}
        write_text(build_dir() / EVERY_VERDICT, json.dumps(content, ensure_ascii=False))


def _read_verdicts(path: Path) -> Verdicts | None:
    return _verdicts(version_of(path)) if path.is_file() else None


@st.cache_resource(show_spinner=False, max_entries=2)
def _verdicts(version: FileVersion) -> Verdicts:
    content = json.loads(version.path.read_text(encoding="utf-8"))
    return Verdicts(content["manifest"], tuple(content["verdicts"]))


def township_at(lon: float, lat: float) -> Mapping[str, Any] | None:
    """Return the township that covers a place, with the name of its county, or None."""
    if "townships" not in layers():
        return None
    townships = layers()["townships"]
    hits = townships.sindex.query(Point(lon, lat), predicate="within")
    if len(hits) == 0:
        return None
    row = townships.iloc[int(hits[0])]
    county = layers()["counties"].set_index("id")
    record = {"name_zh": row["name_zh"], "name_en": row["name_en"]}
    if row["county_id"] in county.index:
        place = county.loc[row["county_id"]]
        record |= {"county_zh": place["name_zh"], "county_en": place["name_en"]}
    return record


def six_cities() -> pd.DataFrame:
    """Return the centres of the six cities: ``id, name_zh, name_en, lon, lat``."""
    cities = layers()["cities"]
    inside = cities[cities["in_study_area"].astype(bool)]
    return pd.DataFrame(
        {
            "id": inside["id"],
            "name_zh": inside["name_zh"],
            "name_en": inside["name_en"],
            "lon": inside["centre_lon"],
            "lat": inside["centre_lat"],
        }
    ).reset_index(drop=True)


def located(identifier: str) -> Point | None:
    """Return a point for the id of any feature, or None if no layer has it."""
    return _locations().get(identifier)


@st.cache_resource(show_spinner=False)
def _locations() -> dict[str, Point]:
    found: dict[str, Point] = {}
    for name in ("places", "stations", "zones", "counties", "cities", "townships"):
        if name not in layers():
            continue
        frame = layers()[name]
        points = anchors(frame)
        for identifier, point in zip(frame["id"], points, strict=True):
            found.setdefault(identifier, point)
    return found


def network(year: int) -> Network:
    """Return the network of a year.

    Raises
    ------
    InputError
        If it is not built.

    """
    return _network(version_of(network_path(year, build=build_dir())))


@st.cache_resource(show_spinner=False, max_entries=5)
def _network(version: FileVersion) -> Network:
    return load_network(version.path)


@st.cache_resource(show_spinner=False)
def parameters() -> TravelParameters:
    """Return the travel parameters."""
    return load_parameters()


def has_network(year: int) -> bool:
    """Tell whether the network of a year is built."""
    return network_path(year, build=build_dir()).is_file()


def can_answer(view: View) -> bool:
    """Tell whether there is a network that answers for a view."""
    return bool(view.network) or has_network(view.year)


def network_in_force(view: View) -> Network:
    """Return the reader's own network where one is chosen, else that of the year.

    Raises
    ------
    InputError
        If it is not there, foreign or damaged.

    """
    return own_network(view.network) if view.network else network(view.year)


def network_version(view: View) -> FileVersion:
    """Return which file answers for a view; what is computed on it is kept under this."""
    if view.network:
        return version_of(own_path(view.network))
    return version_of(network_path(view.year, build=build_dir()))


def own_path(name: str) -> Path:
    """Return where a network of the reader's own is kept."""
    return build_dir() / "networks" / OWN_NETWORKS / f"{name}{NETWORK_SUFFIX}"


def own_names() -> tuple[str, ...]:
    """Return the names of the networks of the reader's own, in order."""
    return tuple(sorted(path.stem for path in own_path("").parent.glob(f"*{NETWORK_SUFFIX}")))


def own_network(name: str) -> Network:
    """Return a network of the reader's own.

    Raises
    ------
    InputError
        If it is not there, foreign, damaged, or lies elsewhere.

    """
    return _own_network(version_of(own_path(name)))


def check_is_here(network: Network, *, where: str) -> None:
    """Refuse a network without a single node in the study area.

    Raises
    ------
    InputError
        If it lies elsewhere.

    """
    west, south, east, north = STUDY_AREA
    lon, lat = network.nodes["lon"], network.nodes["lat"]
    if not (lon.between(west, east) & lat.between(south, north)).any():
        ends = {"west": west, "east": east, "south": south, "north": north}
        raise InputError([Problem(where, "error.network_elsewhere", ends)])


@st.cache_resource(show_spinner=False, max_entries=2)
def _own_network(version: FileVersion) -> Network:
    network = load_network(version.path)
    check_is_here(network, where=version.path.name)
    return network
