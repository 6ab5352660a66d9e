"""Kilometres of rail lines open in a year, inside given areas."""

from collections.abc import Iterable

import geopandas as gpd
import numpy as np
import pandas as pd

from gis.catalogue.goals import Goal, Reading
from gis.core.crs import length_m
from gis.core.errors import Problem


def open_line_lengths(
    rail_lines: gpd.GeoDataFrame,
    areas: gpd.GeoDataFrame,
    *,
    reading: Reading,
    year: int,
) -> pd.DataFrame:
    """Return the length of each line that is open by the end of a year.

    The published length of a piece is shared out by the part of its drawn line inside the areas,
    because drawn lines cut corners.

    Parameters
    ----------
    rail_lines
        Layer with ``line_id, name_zh, name_en, mode, opened_year, length_km`` (WGS84).
    areas
        Cities and counties with ``id`` (WGS84).
    reading
        Its ``line_modes``, ``line_ids`` (empty: all) and ``within`` (empty: everywhere) select.
    year
        Lines with a later or no opening year are left out.

    Returns
    -------
    DataFrame
        ``line_id, name_zh, name_en, length_km``, one row a line, in the order of the ids.

    """
    lines = rail_lines[rail_lines["opened_year"].fillna(np.inf) <= year]
    if reading.line_modes:
        lines = lines[lines["mode"].isin(reading.line_modes)]
    if reading.line_ids:
        lines = lines[lines["line_id"].isin(reading.line_ids)]
    length_km = lines["length_km"].astype(float)
    if reading.within:
        inside = areas[areas["id"].isin(reading.within)].union_all()
        drawn = length_m(lines.geometry)
        drawn_inside = length_m(lines.geometry.intersection(inside))
        length_km = length_km * np.divide(
            drawn_inside, drawn, out=np.zeros_like(drawn), where=drawn > 0
        )
    measured = lines[["line_id", "name_zh", "name_en"]].assign(length_km=length_km)
    named = measured.groupby("line_id", sort=True).agg(
        name_zh=("name_zh", "first"), name_en=("name_en", "first"), length_km=("length_km", "sum")
    )
    return named[named["length_km"] > 0].reset_index()


def unknown_lines(
    goals: Iterable[Goal], rail_lines: pd.DataFrame, areas: pd.DataFrame
) -> list[Problem]:
    """Return one problem for each line, mode or area of a length that the layers do not know.

    Parameters
    ----------
    goals
        Goals with their readings.
    rail_lines
        Layer with ``line_id, mode``.
    areas
        Cities and counties with ``id``.

    """
    known = (
        ("line_ids", set(rail_lines["line_id"]), "error.line_unknown"),
        ("line_modes", set(rail_lines["mode"]), "error.line_unknown"),
        ("within", set(areas["id"]), "error.area_unknown"),
    )
    return [
        Problem(f"goals.yaml goal {goal.id} reading {reading.id} field {field}", key, {"id": name})
        for goal in goals
        for reading in goal.readings
        for field, names, key in known
        for name in getattr(reading, field)
        if name not in names
    ]
