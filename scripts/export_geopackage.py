"""导出全部图层、结论和来源为一个 GeoPackage / Hand over layers, verdicts and sources."""

import argparse
import sys
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from gis.catalogue.access_measures import load_access_measures
from gis.catalogue.areas import load_admin_units
from gis.catalogue.goals import load_goals
from gis.catalogue.parameters import load_parameters
from gis.catalogue.rail import load_feed_settings
from gis.catalogue.roads import load_roads
from gis.catalogue.sources import load_sources
from gis.core.cli import run, tell
from gis.core.crs import CENTRAL_MERIDIANS, HANDOVER_EPSG, zone_distortion
from gis.core.errors import InputError, Problem, collected, raise_problems
from gis.core.paths import build_dir_of, layers_dir
from gis.core.progress import step
from gis.core.schemas import Mode
from gis.core.text import text
from gis.layers.read import read_layer
from gis.outputs.geopackage import LAYERS, export_geopackage
from gis.outputs.tables import handover_tables
from gis.pipeline import RunConfig, ready_network, ready_records
from gis.planning.access_layers import (
    INEQUALITY,
    access_layers,
    access_tables,
    inequality_table,
    measure_names,
)
from gis.planning.border_table import border_table
from gis.planning.place_sets import make_place_book


def main() -> int:
    """Run the command and return its exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True, metavar="FILE.gpkg")
    parser.add_argument(
        "--crs",
        type=int,
        choices=HANDOVER_EPSG,
        default=HANDOVER_EPSG[0],
        help="坐标系 EPSG 代码 / EPSG code of the coordinates",
    )
    parser.add_argument(
        "--access",
        choices=[mode.value for mode in Mode],
        metavar="MODE",
        help="另测算可达性图层（car、transit 或 best） / add layers of access by these means",
    )
    parser.add_argument(
        "--border", action="store_true", help="另测算跨界时间代价图层 / add the penalty of borders"
    )
    parser.add_argument(
        "--year", type=int, help="测算用哪一年的路网，默认当前年 / year of the network they are of"
    )
    parser.add_argument(
        "--every-goal",
        action="store_true",
        help="交付全部目标的结论，默认只有重点目标 / verdicts of all goals, not of ten",
    )
    parser.add_argument(
        "--layers", type=Path, default=layers_dir(), metavar="DIR", help="图层目录 / layers"
    )
    return run(parser, export)


def export(options: argparse.Namespace) -> None:
    """Write the GeoPackage."""
    if options.out.suffix.lower() != ".gpkg":
        raise InputError([Problem(str(options.out), "error.suffix_gpkg")])
    layers = read_layers(options.layers)
    content = ready_records(
        replace(own_config(options), every_goal=options.every_goal),
        progress=lambda done: tell(done, options.lang),
    )
    if options.crs in CENTRAL_MERIDIANS:
        bounds = np.asarray(layers["counties"].total_bounds)
        west, south, east, north = (float(side) for side in bounds)
        stretch = zone_distortion((west, south, east, north), epsg=options.crs)
        fields = {
            "epsg": options.crs,
            "meridian": CENTRAL_MERIDIANS[options.crs],
            "west": round(west, 1),
            "east": round(east, 1),
            "stretch_m": round(stretch * 1000, 1),
        }
        print(text("handover.zone_cost", language=options.lang, **fields), file=sys.stderr)
    tables = handover_tables(content, goals=load_goals(), sources=load_sources())
    computed, more_tables, column_names = measured(options, layers)
    export_geopackage(
        options.out,
        layers=layers | computed,
        tables=tables | more_tables,
        epsg=options.crs,
        column_names=column_names,
    )
    print(f"{options.out} {options.out.stat().st_size / 1e6:.1f} MB", file=sys.stderr)


def read_layers(folder: Path) -> dict[str, gpd.GeoDataFrame]:
    """Return all layers of a folder.

    Raises
    ------
    InputError
        With every layer that is missing or cannot be read.

    """
    problems: list[Problem] = []
    found = {name: collected(problems, partial(read_layer, name, layers=folder)) for name in LAYERS}
    raise_problems(problems)
    return {name: layer for name, layer in found.items() if layer is not None}


def own_config(options: argparse.Namespace) -> RunConfig:
    """Return the run of the layers asked for; files of other layers are not those of the app."""
    return RunConfig(layers=options.layers, build=build_dir_of(options.layers))


def measured(
    options: argparse.Namespace, layers: Mapping[str, gpd.GeoDataFrame]
) -> tuple[dict[str, gpd.GeoDataFrame], dict[str, pd.DataFrame], dict[str, str]]:
    """Return the layers and tables that are asked for, and the names of their columns."""
    if options.access is None and not options.border:
        return {}, {}, {}
    year = options.year or load_feed_settings().data_date.year
    network = ready_network(
        year,
        config=own_config(options),
        progress=lambda done: tell(done, options.lang),
    )
    drawn: dict[str, gpd.GeoDataFrame] = {}
    tables: dict[str, pd.DataFrame] = {}
    names: dict[str, str] = {}
    if options.access is not None:
        mode_name = text(f"border.mode.{options.access}", language=options.lang)
        tell(step("progress.access", mode=mode_name, year=year), options.lang)
        measures, mode = load_access_measures(), Mode(options.access)
        found = access_tables(
            network,
            layers,
            make_place_book(layers, load_admin_units()),
            measures,
            parameters=load_parameters(),
            mode=mode,
        )
        drawn |= access_layers(found, layers, year=year, mode=mode)
        tables[INEQUALITY] = inequality_table(found, measures, year=year, mode=mode)
        names |= measure_names(measures)
    if options.border:
        tell(step("progress.border", year=year), options.lang)
        drawn["border_penalty"] = border_table(
            network,
            cities=layers["cities"],
            townships=layers["townships"],
            zones=layers["zones"],
            terrain=load_roads().terrain,
            parameters=load_parameters(),
        )
    return drawn, tables, names


if __name__ == "__main__":
    sys.exit(main())
