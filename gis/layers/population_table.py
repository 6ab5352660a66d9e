"""People of townships from a table, such as ``share_population.py`` writes from a raster."""

from collections.abc import Mapping
from pathlib import Path

import geopandas as gpd
import pandas as pd

from gis.core.errors import Problem, raise_problems
from gis.core.files import read_table

ID, PEOPLE = "id", "people_raster"
FIRST_ROW = 2  # below the headings


def read_people(path: Path, townships: pd.DataFrame, totals: Mapping[str, int]) -> "pd.Series[int]":
    """Return the people of townships that a table gives.

    Parameters
    ----------
    path
        CSV with ``id`` and ``people_raster``; a blank leaves the township as it is. Other columns
        are not read.
    townships
        ``id, county_id``.
    totals
        County code -> people of the census.

    Returns
    -------
    Series
        Whole people, indexed by township id; a county has all its townships or none.

    Raises
    ------
    InputError
        With every problem: unknown or repeated townships, text in a number, a county given in part
        or whose people do not add up to the census.

    """
    table = read_table(path, columns=(ID, PEOPLE))
    county = townships.set_index("id")["county_id"]
    problems: list[Problem] = []
    people: dict[str, int] = {}
    for number, (identifier, cell) in enumerate(
        zip(table[ID], table[PEOPLE], strict=True), start=FIRST_ROW
    ):
        where = f"{path.name} row {number}"
        if identifier not in county.index:
            fields = {"id": identifier, "table": "townships"}
            problems.append(Problem(f"{where} column {ID}", "error.id_unknown", fields))
        elif identifier in people:
            fields = {"id": identifier, "first": f"{path.name}"}
            problems.append(Problem(f"{where} column {ID}", "error.id_duplicate", fields))
        elif cell and not (cell.isascii() and cell.isdigit()):
            fields = {"value": cell}
            problems.append(Problem(f"{where} column {PEOPLE}", "error.not_a_whole_number", fields))
        elif cell:
            people[identifier] = int(cell)
    found = pd.Series(people, dtype="int64").rename_axis("id")
    if not problems:
        problems = _total_problems(found, county, totals, path.name)
    raise_problems(problems)
    return found


def with_people(
    layers: Mapping[str, gpd.GeoDataFrame], people: "pd.Series[int]"
) -> dict[str, gpd.GeoDataFrame]:
    """Return the layers with other people in the townships, and so in the zones.

    Parameters
    ----------
    layers
        At least ``townships`` and ``zones``; the others stay as they are.
    people
        From :func:`read_people`.

    """
    townships = layers["townships"].copy()
    given = townships["id"].map(people)
    townships["population"] = given.where(given.notna(), townships["population"])
    by_id = townships.set_index("id")["population"]
    zones = layers["zones"].copy()
    summed = [by_id.reindex(ids.split(";")).sum() for ids in zones["township_ids"].fillna("")]
    # Zones without people of their own have parts of townships or none; they stay so.
    zones["population"] = zones["population"].where(zones["population"].isna(), summed)
    return {**layers, "townships": townships, "zones": zones}


def _total_problems(
    people: "pd.Series[int]", county: "pd.Series[str]", totals: Mapping[str, int], file: str
) -> list[Problem]:
    problems = []
    for code, members in county.groupby(county):
        given = people.reindex(members.index)
        if given.isna().all():
            continue
        missing = given.index[given.isna()].tolist()
        fields = {"county": code, "total": totals.get(str(code)), "sum": int(given.sum())}
        if missing:
            fields |= {"names": ", ".join(missing)}
            problems.append(Problem(file, "error.people_missing", fields))
        elif fields["sum"] != fields["total"]:
            problems.append(Problem(file, "error.people_total", fields))
    return problems
