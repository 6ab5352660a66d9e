"""The check of all layers: every fault of every layer at once, nothing written."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from gis.catalogue.areas import load_admin_units, load_townships
from gis.catalogue.documents import load_documents
from gis.catalogue.places import load_places
from gis.catalogue.projects import load_projects
from gis.catalogue.rail import load_rail_tables
from gis.catalogue.registers import load_corridors
from gis.catalogue.roads import load_roads
from gis.catalogue.sources import load_sources
from gis.catalogue.tables import EAST, LIST_SEPARATOR, NORTH, SOUTH, WEST, as_problem, repeated
from gis.catalogue.zones import load_zones
from gis.core.crs import GEOGRAPHIC
from gis.core.errors import InputError, Problem
from gis.core.paths import layers_dir, seeds_dir
from gis.core.schemas import Method
from gis.core.vectors import crs_problems, feature_names, geometry_problems, open_vector
from gis.layers.freshness import shift_problems, stale_problems
from gis.layers.import_marks import IMPORT_PREFIX, IMPORT_SOURCE
from gis.layers.schema import LAYER_SCHEMAS, Feature
from gis.layers.topology import cover_problems, overlap_problems

# Borders of counties are shared lines; township cells meet their county only to its resolution.
COUNTY_KM2, TOWNSHIP_KM2 = 0.01, 0.5
SHOWN = 10
SOURCES = "sources/*.csv"

Known = Mapping[str, frozenset[str]]


def check_layers(
    *,
    layers: Path | None = None,
    seeds: Path | None = None,
    expected: Mapping[str, gpd.GeoDataFrame] | None = None,
    is_own: bool = True,
) -> list[Problem]:
    """Return every fault of every layer; an empty list when there is none.

    Parameters
    ----------
    layers
        Folder of the layers to check; the product's own by default.
    seeds
        Folder of the tables; the product's own by default.
    expected
        The layers as the tables give them, to tell layers that are out of date or shifted to
        GCJ-02; without them neither is looked for.
    is_own
        Whether the layers must equal the expected ones; a copy that a planner changed need not.

    """
    folder = layers or layers_dir()
    known, problems = known_ids(seeds or seeds_dir())
    sound: dict[str, gpd.GeoDataFrame] = {}
    for name, schema in LAYER_SCHEMAS.items():
        where = f"{name}.geojson"
        try:
            frame = open_vector(folder / where)
        except InputError as error:
            problems += [Problem(where, item.key, item.fields) for item in error.problems]
            continue
        shapes = shape_problems(frame, schema, where=where)
        faults = [*shapes, *table_problems(frame, schema, where=where)]
        faults += reference_problems(frame, schema, known, where=where)
        faults += import_problems(frame, where=where)
        if "id" in frame.columns and frame.crs == GEOGRAPHIC:
            if not shapes:
                sound[name] = frame
            if expected is not None and name in expected:
                faults += shift_problems(_own_rows(frame), expected[name], where=where)
                if is_own and not faults:
                    faults += stale_problems(frame, expected[name], where=where)
        problems += shortened(faults, where=where)
    return problems + cover_faults(sound)


def shape_problems(frame: gpd.GeoDataFrame, schema: type[Feature], *, where: str) -> list[Problem]:
    """Return what is wrong with CRS and geometry of a layer."""
    problems = crs_problems(frame, where=where)
    if problems:
        return problems
    if frame.crs != GEOGRAPHIC and frame.crs is not None:
        authority = frame.crs.to_authority()
        return [
            Problem(where, "error.layer_crs", {"crs": ":".join(authority or (frame.crs.name,))})
        ]
    problems = geometry_problems(frame, where=where)
    shapes = frame.geometry.to_numpy()
    bounds = shapely.bounds(shapes)
    is_outside = (
        (bounds[:, 0] < WEST)
        | (bounds[:, 1] < SOUTH)
        | (bounds[:, 2] > EAST)
        | (bounds[:, 3] > NORTH)
    )
    names = feature_names(frame)
    for row in np.flatnonzero(is_outside).tolist():
        fields = {"x": f"{bounds[row, 0]:.4f}", "y": f"{bounds[row, 1]:.4f}"}
        problems.append(Problem(f"{where} {names[row]}", "error.outside_region", fields))
    for row, kind in enumerate(frame.geom_type.fillna("")):
        if kind and kind not in schema.SHAPES:
            fields = {"kind": kind, "expected": ", ".join(sorted(schema.SHAPES))}
            problems.append(Problem(f"{where} {names[row]}", "error.geometry_kind", fields))
    return problems


def table_problems(frame: gpd.GeoDataFrame, schema: type[Feature], *, where: str) -> list[Problem]:
    """Return what is wrong with the columns of a layer: missing ones, cells, repeated ids."""
    table = pd.DataFrame(frame.drop(columns=frame.geometry.name))
    columns = [name for name in schema.model_fields if name in table.columns]
    present = ", ".join(map(str, table.columns))
    problems = [
        Problem(where, "error.column_missing", {"column": name, "present": present})
        for name in schema.model_fields
        if name not in table.columns
    ]
    places = [f"{where} {name}" for name in feature_names(frame)]
    for place, record in zip(places, table[columns].to_dict("records"), strict=True):
        cells = {str(name): cell for name, cell in record.items() if not _is_blank(cell)}
        try:
            schema.model_validate(cells)
        except ValidationError as error:
            optional = schema.BLANK_IF_IMPORTED if _is_imported(record) else frozenset()
            problems += [
                _cell_problem(detail, where=f"{place} column {detail['loc'][0]}")
                for detail in error.errors()
                if detail["loc"][0] in columns
                and not (detail["type"] == "missing" and detail["loc"][0] in optional)
            ]
    if "id" in columns:
        filled = [row for row, name in enumerate(table["id"]) if not _is_blank(name)]
        ids = [str(table["id"].iloc[row]) for row in filled]
        problems += repeated(ids, [places[row] for row in filled])
    return problems


def reference_problems(
    frame: gpd.GeoDataFrame, schema: type[Feature], known: Known, *, where: str
) -> list[Problem]:
    """Return every id that the table it belongs to does not have.

    Ids of OpenStreetMap, which features of an extract alone bear, are in no table.
    """
    problems = []
    names = feature_names(frame)
    for column, table in {**schema.TABLES, "source_id": SOURCES}.items():
        if column not in frame.columns or table not in known:
            continue
        for row, cell in enumerate(frame[column]):
            ids = [] if _is_blank(cell) else str(cell).split(LIST_SEPARATOR)
            problems += [
                Problem(
                    f"{where} {names[row]} column {column}",
                    "error.id_unknown",
                    {"id": identifier, "table": table},
                )
                for identifier in ids
                if identifier not in known[table] and not identifier.startswith(IMPORT_PREFIX)
            ]
    return problems


def import_problems(frame: gpd.GeoDataFrame, *, where: str) -> list[Problem]:
    """Return features of an extract of OpenStreetMap that do not say so, or say so wrongly."""
    needed = ("id", "source_id", "method")
    if not set(needed) <= set(frame.columns):
        return []
    names = feature_names(frame)
    problems = []
    for name, record in zip(names, frame[list(needed)].to_dict("records"), strict=True):
        is_marked = record["source_id"] == IMPORT_SOURCE, record["method"] == Method.IMPORTED
        is_foreign = str(record["id"]).startswith(IMPORT_PREFIX)
        if any(is_marked) != all(is_marked) or (is_foreign and not all(is_marked)):
            fields = {"source": IMPORT_SOURCE, "method": Method.IMPORTED.value}
            problems.append(Problem(f"{where} {name}", "error.import_unmarked", fields))
    return problems


def cover_faults(sound: Mapping[str, gpd.GeoDataFrame]) -> list[Problem]:
    """Return gaps and overlaps between counties and between the townships of a county.

    Parameters
    ----------
    sound
        Layers by name whose geometry is valid; what is missing is not compared.

    """
    problems: list[Problem] = []
    levels = (
        ("counties", "city_id", "cities", COUNTY_KM2),
        ("townships", "county_id", "counties", TOWNSHIP_KM2),
    )
    for name, key, whole, least_km2 in levels:
        parts, where = sound.get(name), f"{name}.geojson"
        if parts is None:
            continue
        found = overlap_problems(parts, where=where, least_km2=least_km2)
        if whole in sound and key in parts.columns:
            found += cover_problems(parts, sound[whole], key=key, where=where, least_km2=least_km2)
        problems += shortened(found, where=where)
    return problems


def known_ids(seeds: Path) -> tuple[Known, list[Problem]]:
    """Return the ids of each table that layers refer to, and what is wrong with the tables.

    A table that cannot be read is left out, so that references to it are not judged.
    """
    problems: list[Problem] = []
    known: dict[str, frozenset[str]] = {}

    def load(
        loader: Callable[[Path], Any], ids: Mapping[str, Callable[[Any], Iterable[str]]]
    ) -> None:
        try:
            content = loader(seeds)
        except InputError as error:
            problems.extend(item for item in error.problems if item not in problems)
            return
        known.update({table: frozenset(take(content)) for table, take in ids.items()})

    load(load_sources, {SOURCES: _ids})
    load(load_documents, {"documents.yaml": _ids})
    load(load_zones, {"zones.csv": _ids})
    load(load_projects, {"projects.csv": _ids})
    load(load_corridors, {"corridors.csv": _ids})
    load(load_places, {"places.csv": _ids})
    load(load_townships, {"townships.csv": _ids})
    load(load_admin_units, {"admin_units.csv": lambda units: [unit.code for unit in units]})
    load(
        load_rail_tables,
        {
            "stations.csv": lambda tables: _ids(tables.stations),
            "rail_lines.csv": lambda tables: [
                line.line_id for line in (*tables.rail_lines, *tables.metro_lines)
            ],
        },
    )
    load(
        load_roads,
        {
            "road_lines.csv": lambda tables: _ids(tables.lines),
            "road_nodes.csv": lambda tables: _ids(tables.nodes),
        },
    )
    if {"road_nodes.csv", "townships.csv"} <= known.keys():  # roads may end at township seats
        known["road_nodes.csv"] |= known["townships.csv"]
    return known, problems


def shortened(problems: Iterable[Problem], *, where: str) -> list[Problem]:
    """Return problems with at most ten of a kind, and how many more there are."""
    counts: Counter[str] = Counter()
    kept = []
    for problem in problems:
        counts[problem.key] += 1
        if counts[problem.key] <= SHOWN:
            kept.append(problem)
    rest = sum(count - SHOWN for count in counts.values() if count > SHOWN)
    return [*kept, Problem(where, "error.layer_more", {"count": rest})] if rest else kept


def _ids(rows: Iterable[Any]) -> list[str]:
    return [row.id for row in rows]


def _cell_problem(detail: ErrorDetails, *, where: str) -> Problem:
    is_empty = detail["type"] == "missing"  # the column is there: its cell was left out as empty
    return Problem(where, "error.cell_empty") if is_empty else as_problem(detail, where=where)


def _own_rows(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the features that should lie where the tables say."""
    is_known = "source_id" in frame.columns
    return frame.loc[frame["source_id"] != IMPORT_SOURCE] if is_known else frame


def _is_imported(record: Mapping[Hashable, object]) -> bool:
    return record.get("source_id") == IMPORT_SOURCE


def _is_blank(cell: object) -> bool:
    return cell is None or cell != cell or cell == ""  # noqa: PLR0124 - NaN in any column
