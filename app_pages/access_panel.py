"""One access measure at one level: the map's answer, a sentence, the table, how unequal it is."""

import json
import tempfile
from collections.abc import Mapping
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import streamlit as st

from app_pages import data, fragments, measured, shading
from app_pages.measured import Tables
from app_pages.view import View
from app_pages.words import Language, say
from gis.catalogue.access_measures import AccessMeasure
from gis.core.schemas import Mode
from gis.core.text import strings, text
from gis.outputs.maps import PILOT_LEVELS, feature_collection

FIRST_ROWS = LAST_ROWS = 25
WITH_BOM = "utf-8-sig"
INDICES = ("gini", "palma", "theil")
SHORTENED = " City"
PEOPLE = "people"  # unit


def measure_in_force(view: View) -> AccessMeasure:
    """Return the measure that the view names, or the first."""
    known = measured.measures()
    return known.get(view.measure) or next(iter(known.values()))


def measure_name(measure: AccessMeasure, language: Language) -> str:
    """Return the name of a measure."""
    return measure.name_en if language == "en" else measure.name_zh


def travel(view: View) -> str:
    """Return the reading of the times in words."""
    when = say(f"access.said.{'peak' if view.peak else 'off_peak'}", view.language)
    return say(f"access.travel.{view.mode}", view.language, when=when)


# Map -------------------------------------------------------------------------------------------


def answers(tables: Tables, view: View) -> dict[str, Any]:
    """Return the shaded areas of a level and what their colours mean.

    Parameters
    ----------
    tables
        From :func:`gis.planning.access_layers.access_tables`.
    view
        Measure, level and language.

    """
    measure, language = measure_in_force(view), view.language
    table = tables[view.level]
    values = table[measure.id].to_numpy(dtype=np.float64)
    classes = shading.classes_of(values, measure)
    shown = pd.DataFrame(
        {
            "id": table["id"],
            "name_zh": table["name_zh"],
            "name_en": table["name_en"],
            "colour": [classes.shade(value) for value in values],
            "value": [_said(row, measure, language) for row in table.to_dict("records")],
        }
    )
    areas = _shapes(view.level).merge(shown, on="id")
    rows = shading.legend_rows(classes, measure.unit, language)
    if np.isnan(values).any():
        rows.append({"colour": shading.NO_DATA, "text": say("class.none", language)})
    unit = shading.unit_name(measure.unit, language)
    title = f"{measure_name(measure, language)} · {unit}"
    content = json.loads(feature_collection(areas))
    return {"areas": content, "key": {"title": title, "rows": rows}}


@st.cache_resource(show_spinner=False)
def _shapes(level: str) -> gpd.GeoDataFrame:
    """Return the areas of a level to be drawn, the larger first; of zones only the pilot ones."""
    layer = data.layers()[level].drop_duplicates("id")
    if level == "zones":
        layer = layer[layer["level"].isin(PILOT_LEVELS)]
    sides = layer.geometry.bounds
    spans = (sides["maxx"] - sides["minx"]) * (sides["maxy"] - sides["miny"])
    order = spans.sort_values(ascending=False, kind="stable").index
    return layer.loc[order, ["id", "geometry"]].reset_index(drop=True)


# Panel -----------------------------------------------------------------------------------------


def show(tables: Tables, view: View) -> None:
    """Draw the finding, the table, inequality, how to read it, and the downloads."""
    measure, language = measure_in_force(view), view.language
    table = _sorted(tables[view.level], measure)
    finding = escape(_finding(table, measure, language))
    st.html(f'<p class="finding">{finding}</p>{_rows(table, measure, view)}')
    if view.level == "zones":
        st.html(f'<p class="soft after">{escape(say("access.zones_drawn", language))}</p>')
    if view.level != "townships":
        st.html(f'<p class="soft after">{escape(say("access.average", language))}</p>')
    st.html(_inequality(tables, measure, view))
    st.html(f"<h2>{escape(say('access.about', language))}</h2>{_about(measure, view)}")
    _downloads(tables, view)


def _sorted(table: pd.DataFrame, measure: AccessMeasure) -> pd.DataFrame:
    """Return rows from the best to the worst served, those without a value last."""
    reached = f"{measure.id}_reached"
    by = [measure.id, *([reached] if reached in table.columns else [])]
    ascending = [measure.is_time, False][: len(by)]
    return table.sort_values(by, ascending=ascending, kind="stable", ignore_index=True)


def _finding(table: pd.DataFrame, measure: AccessMeasure, language: Language) -> str:
    known = table[table[measure.id].notna()]
    name = measure_name(measure, language)
    if known.empty:
        return say("access.finding.none", language, name=name)
    best, worst = known.iloc[0], known.iloc[-1]
    values = sorted(float(row[measure.id]) for row in (best, worst))
    low, high = (shading.amount(value, measure.unit, language) for value in values)
    return say(
        f"access.finding.{'time' if measure.is_time else 'more'}",
        language,
        name=name,
        best=_name(best.to_dict(), language),
        worst=_name(worst.to_dict(), language),
        low=low,
        high=high,
    )


def _rows(table: pd.DataFrame, measure: AccessMeasure, view: View) -> str:
    language = view.language
    records = table.to_dict("records")
    left_out = len(records) - FIRST_ROWS - LAST_ROWS
    written = [
        [
            f"<small>{place}</small>",
            escape(_name(record, language)) + _county(record, view),
            f"<small>{shading.number(record['population'], PEOPLE, language)}</small>",
            escape(_said(record, measure, language, with_unit=False)),
        ]
        for place, record in enumerate(records, start=1)
    ]
    if left_out > 0:
        between = escape(say("access.between", language, count=left_out))
        middle = ["", f"<small>{between}</small>", "", ""]
        written = [*written[:FIRST_ROWS], middle, *written[-LAST_ROWS:]]
    counted, measured_in = (shading.unit_name(unit, language) for unit in (PEOPLE, measure.unit))
    heads = [
        "",
        say(f"access.name.{view.level}", language),
        say("access.people", language, unit=counted),
        say("access.value", language, unit=measured_in),
    ]
    return f'<div class="ranked">{fragments.table(_heads(heads), written, numeric=(2, 3))}</div>'


def _inequality(tables: Tables, measure: AccessMeasure, view: View) -> str:
    language = view.language
    title = f"<h2>{escape(say('access.inequality', language))}</h2>"
    if measure.is_time:
        return f'{title}<p class="soft">{escape(say("access.inequality.none", language))}</p>'
    whole = measured.inequality_of_all(tables).to_dict("records")[0]
    areas = tables["zones" if view.level == "zones" else "cities"]
    if view.level == "zones":
        areas = areas[areas["id"].isin(_shapes("zones")["id"])]
    rows = [
        [
            f"<b>{escape(say('access.all_cities', language))}</b>",
            *(f"<b>{cell}</b>" for cell in _indices(whole, measure)),
        ],
        *(
            [escape(_name(row, language)), *_indices(row, measure)]
            for row in areas.to_dict("records")
        ),
    ]
    heads = ["", *(say(f"access.{index}", language) for index in INDICES)]
    table = fragments.table(_heads(heads), rows, numeric=(1, 2, 3))
    about = escape(say("access.inequality.about", language))
    return f'{title}{table}<p class="soft after">{about}</p>'


def _indices(row: Mapping[Any, Any], measure: AccessMeasure) -> list[str]:
    values = [float(row[f"{measure.id}_{index}"]) for index in INDICES]
    return [f"{value:.2f}" if np.isfinite(value) else "—" for value in values]


def _about(measure: AccessMeasure, view: View) -> str:
    language = view.language
    accuracy = "own" if view.network else view.mode
    network = view.network or say("in_force.network", language, year=view.year)
    told = {
        "reading": travel(view),
        "network": network,
        "method": measure.source,
        "unit": shading.unit_name(measure.unit, language),
        "people": say("access.about.people.text", language),
        "accuracy": say(f"access.about.accuracy.{accuracy}", language),
    }
    return fragments.facts(
        (say(f"access.about.{key}", language), said) for key, said in told.items()
    )


def _said(
    record: Mapping[Any, Any], measure: AccessMeasure, language: Language, *, with_unit: bool = True
) -> str:
    """Write the value of an area, or which share of its people has one."""
    value = float(record[measure.id])
    if not np.isnan(value):
        if with_unit:
            return shading.amount(value, measure.unit, language)
        return shading.number(value, measure.unit, language)
    reached = record.get(f"{measure.id}_reached", 0.0)
    return say("access.reached_only", language, share=f"{reached:.0%}")


def _name(record: Mapping[Any, Any], language: Language) -> str:
    name = str(record.get(f"name_{language}") or record["name_zh"])
    return name.removesuffix(SHORTENED)


def _county(record: Mapping[Any, Any], view: View) -> str:
    """Return the county of a township in small type: names of townships come twice."""
    if "county_id" not in record:
        return ""
    county = _county_names(view.language).get(record["county_id"], "")
    return f"<br><small>{escape(county)}</small>"


@cache
def _county_names(language: Language) -> dict[str, str]:
    counties = data.layers()["counties"]
    return dict(zip(counties["id"], counties[f"name_{language}"], strict=True))


def _heads(texts: list[str]) -> list[str]:
    return [escape(head) for head in texts]


# Downloads -------------------------------------------------------------------------------------


def _downloads(tables: Tables, view: View) -> None:
    language = view.language
    stem = f"{view.network or view.year}_{view.mode}{'_peak' if view.peak else ''}"
    st.download_button(
        say("access.download.table", language),
        data=lambda: table_csv(tables[view.level], view),
        file_name=f"access_{view.level}_{stem}.csv",
        mime="text/csv",
        on_click="ignore",
    )
    st.download_button(
        say("access.download.inequality", language),
        data=lambda: _inequality_csv(tables, view),
        file_name=f"access_inequality_{stem}.csv",
        mime="text/csv",
        on_click="ignore",
    )
    st.download_button(
        say("access.download.layers", language),
        data=lambda: _geopackage(tables, view),
        file_name=f"access_{stem}.gpkg",
        mime="application/geopackage+sqlite3",
        on_click="ignore",
    )


def table_csv(table: pd.DataFrame, view: View) -> bytes:
    """Return a table of access with heads in words and units, as Excel opens it.

    Parameters
    ----------
    table
        One level of :func:`gis.planning.access_layers.access_tables`.
    view
        Language, and what the table is of, which stands in every row.

    """
    from gis.planning.access_layers import measure_names

    language = view.language
    known = measured.measures()
    names = measure_names(tuple(known.values()))
    heads = {}
    for column in table.columns:
        stem, _, index = column.rpartition("_")
        if column in known:
            heads[column] = f"{measure_name(known[column], language)} [{known[column].unit}]"
        elif index in INDICES:
            heads[column] = (
                f"{measure_name(known[stem], language)} {say(f'access.{index}', language)}"
            )
        elif column in names and language == "zh":
            heads[column] = names[column]
        elif (key := f"column.{column}") in strings():
            heads[column] = text(key, language=language)
    of_run = {"network": view.network or str(view.year), "reading": travel(view)}
    told = {say(f"access.about.{key}", language): said for key, said in of_run.items()}
    return table.rename(columns=heads).assign(**told).to_csv(index=False).encode(WITH_BOM)


def _inequality_csv(tables: Tables, view: View) -> bytes:
    from gis.planning.access_layers import inequality_table

    year, mode = measured.network_year(view), Mode(view.mode)
    asked = tuple(measured.measures().values())
    table = inequality_table(tables, asked, year=year, mode=mode, peak=view.peak)
    return table.to_csv(index=False).encode(WITH_BOM)


def _geopackage(tables: Tables, view: View) -> bytes:
    from gis.core.vectors import write_geopackage
    from gis.planning.access_layers import access_layers

    year, mode = measured.network_year(view), Mode(view.mode)
    drawn = access_layers(tables, data.layers(), year=year, mode=mode, peak=view.peak)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "access.gpkg"
        write_geopackage(drawn, path)
        return path.read_bytes()
