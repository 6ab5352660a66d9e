"""Access measures of townships and areas as layers of the map, and how unequal it is as a table."""

from collections.abc import Callable, Mapping, Sequence

import geopandas as gpd
import pandas as pd

from gis.catalogue.access_measures import AccessMeasure
from gis.catalogue.parameters import TravelParameters
from gis.core.errors import raise_problems
from gis.core.schemas import Mode
from gis.core.text import text
from gis.network.model import Network
from gis.planning.access_tables import area_access, township_access
from gis.planning.place_sets import PlaceBook, unknown_in_sets

INDICES = ("gini", "palma", "theil")
AREAS = ("counties", "cities", "zones")
LAYER_OF = {
    "townships": "township_access",
    "counties": "county_access",
    "cities": "city_access",
    "zones": "zone_access",
}
ZONE_KINDS = ("level", "tier")
INEQUALITY = "access_inequality"
DECIMALS = 4


def access_tables(
    network: Network,
    layers: Mapping[str, gpd.GeoDataFrame],
    book: PlaceBook,
    measures: Sequence[AccessMeasure],
    *,
    parameters: TravelParameters,
    mode: Mode,
    peak: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> dict[str, pd.DataFrame]:
    """Return the measures of townships with people, counties, cities and zones.

    Parameters
    ----------
    network
        Network of the year.
    layers
        ``townships, counties, cities, zones``, WGS84.
    book
        Townships with their people, and the places that measures name.
    measures
        Measures of the catalogue.
    parameters
        Waits, walks and parking.
    mode, peak
        Means of travel, and whether in the morning peak.
    progress
        Called with the numbers of origins and destinations before each matrix of times.

    Returns
    -------
    dict
        ``townships`` as :func:`gis.planning.access_tables.township_access` and the others as
        :func:`gis.planning.access_tables.area_access` gives them, with both names; rounded.

    Raises
    ------
    InputError
        If a measure names places that the layers do not know, with all of them.

    """
    named = [(f"access_measures.yaml measure {one.id}", one.destinations) for one in measures]
    raise_problems(unknown_in_sets([(where, one) for where, one in named if one], book))
    townships = township_access(
        network, book, measures, parameters=parameters, mode=mode, peak=peak, progress=progress
    )
    tables = {"townships": townships[townships["population"] > 0].reset_index(drop=True)}
    for name, members in _members(layers["zones"], tables["townships"]).items():
        tables[name] = _with_names(area_access(townships, measures, members), layers[name])
    return {name: table.round(DECIMALS) for name, table in tables.items()}


def on_the_map(table: pd.DataFrame, layer: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return rows with ``id`` with the shapes of a layer."""
    shapes = layer.drop_duplicates("id").set_index("id").loc[table["id"], "geometry"]
    return gpd.GeoDataFrame(table, geometry=shapes.to_numpy(), crs=layer.crs)


def access_layers(
    tables: Mapping[str, pd.DataFrame],
    layers: Mapping[str, gpd.GeoDataFrame],
    *,
    year: int,
    mode: Mode,
    peak: bool = False,
) -> dict[str, gpd.GeoDataFrame]:
    """Return the layers of the hand-over, named as in :data:`LAYER_OF`.

    Parameters
    ----------
    tables
        From :func:`access_tables`.
    layers
        The built layers of the same names.
    year, mode, peak
        What the tables are of; it stands in every row.

    Returns
    -------
    dict
        Name -> layer (WGS84) with the measures, and for times the share of people who can reach
        what they ask for; inequality is a table of its own.

    """
    drawn = {}
    for name, layer_name in LAYER_OF.items():
        table = tables[name]
        unequal = [column for column in table.columns if column.rpartition("_")[2] in INDICES]
        of_run = table.drop(columns=unequal).assign(year=year, mode=mode.value, peak=peak)
        if name == "zones":
            kinds = layers[name].set_index("id").loc[of_run["id"], list(ZONE_KINDS)]
            of_run = of_run.assign(**{kind: kinds[kind].to_numpy() for kind in ZONE_KINDS})
        drawn[layer_name] = on_the_map(of_run, layers[name])
    return drawn


def inequality_table(
    tables: Mapping[str, pd.DataFrame],
    measures: Sequence[AccessMeasure],
    *,
    year: int,
    mode: Mode,
    peak: bool = False,
) -> pd.DataFrame:
    """Return how unequally access is spread over the people of each area.

    Parameters
    ----------
    tables
        From :func:`access_tables`.
    measures
        The same measures; times have no index.
    year, mode, peak
        What the tables are of.

    Returns
    -------
    DataFrame
        ``level, id, name_zh, name_en, population, measure, measure_zh, mean, gini, palma, theil,
        year, mode, peak``; one row an area and measure, areas in the order of their tables.

    """
    parts = []
    for level in AREAS:
        table = tables[level]
        for measure in measures:
            if measure.is_time:
                continue
            rows = table[["id", "name_zh", "name_en", "population"]].assign(
                level=level, measure=measure.id, measure_zh=measure.name_zh, mean=table[measure.id]
            )
            indices = {index: table[f"{measure.id}_{index}"] for index in INDICES}
            parts.append(rows.assign(**indices, year=year, mode=mode.value, peak=peak))
    merged = pd.concat(parts)
    return merged[["level", *(name for name in merged.columns if name != "level")]].reset_index(
        drop=True
    )


def measure_names(measures: Sequence[AccessMeasure]) -> dict[str, str]:
    """Return the Chinese names of the columns that measures make."""
    names = {}
    for measure in measures:
        names[measure.id] = measure.name_zh
        if measure.can_be_missing:
            names[f"{measure.id}_reached"] = text("access.reached", name=measure.name_zh)
    return names


def _members(
    zones: gpd.GeoDataFrame, townships: pd.DataFrame
) -> dict[str, dict[str, Sequence[str]]]:
    """Return the townships of each county and city that has people, and of each zone."""
    ids = zones.set_index("id")["township_ids"].fillna("").str.split(";")
    groups = {
        "counties": townships.groupby("county_id")["id"].apply(list).to_dict(),
        "cities": townships.groupby("city_id")["id"].apply(list).to_dict(),
        "zones": {zone: members for zone, members in ids.items() if any(members)},
    }
    return {name: {str(area): own for area, own in group.items()} for name, group in groups.items()}


def _with_names(table: pd.DataFrame, layer: gpd.GeoDataFrame) -> pd.DataFrame:
    """Put the names of areas beside their ids."""
    names = layer.set_index("id").loc[table["id"], ["name_zh", "name_en"]]
    table = table.copy()
    table.insert(1, "name_zh", names["name_zh"].to_numpy())
    table.insert(2, "name_en", names["name_en"].to_numpy())
    return table
