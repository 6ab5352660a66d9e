"""What it costs to cross municipal borders: lines on the map, a sentence and a table."""

import json
import tempfile
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import streamlit as st

from app_pages import fragments
from app_pages.stage import collection, feature
from app_pages.view import View
from app_pages.words import Language, say
from gis.core.text import text
from gis.outputs.maps import feature_collection
from gis.outputs.qgis_measured import CHEAPER, CLEAR, DEARER, NOT_APART

WITH_BOM = "utf-8-sig"
SOME, MUCH = CLEAR
CLASSES = {
    "little": DEARER[0],
    "some": DEARER[1],
    "much": DEARER[2],
    "cheaper": CHEAPER,
    "not_apart": NOT_APART,
    "few": NOT_APART,
}


def travel(view: View) -> str:
    """Return the reading of the times in words."""
    when = say(f"access.said.{'peak' if view.peak else 'off_peak'}", view.language)
    return say(f"borders.travel.{view.mode}", view.language, when=when)


def class_of(row: Mapping[Any, Any]) -> str:
    """Return the class of a penalty, one of :data:`CLASSES`, as in the QGIS style.

    Parameters
    ----------
    row
        ``ratio, ratio_low, ratio_high``.

    """
    if np.isnan(row["ratio"]):
        return "few"
    if row["ratio_low"] <= 1.0 <= row["ratio_high"]:
        return "not_apart"
    if row["ratio_high"] < 1.0:
        return "cheaper"
    return "little" if row["ratio"] < SOME else "some" if row["ratio"] < MUCH else "much"


def answers(penalties: gpd.GeoDataFrame, view: View) -> dict[str, Any]:
    """Return the borders to draw, with their labels and what their colours mean.

    Parameters
    ----------
    penalties
        From :func:`gis.planning.border_table.border_table`.
    view
        Time of day and language.

    """
    language = view.language
    now = _shown(penalties, view)
    rows = now.to_dict("records")
    kinds = [class_of(row) for row in rows]
    drawn = now[["id", "name_zh", "name_en", "geometry"]].assign(
        colour=[CLASSES[kind] for kind in kinds],
        width=[2.0 if kind in {"not_apart", "few"} else 4.0 for kind in kinds],
        label=[_ratio(row) for row in rows],
        value=[_ratio(row) or _told(kind, language) for row, kind in zip(rows, kinds, strict=True)],
    )
    middles = [
        feature("Point", [at.x, at.y], {"label": label, "colour": colour})
        for at, label, colour in zip(
            drawn.geometry.representative_point(), drawn["label"], drawn["colour"], strict=True
        )
    ]
    key = [
        {"colour": hue, "text": _told(kind, language), "kind": "line"}
        for kind, hue in CLASSES.items()
        if kind in kinds
    ]
    return {
        "cuts": json.loads(feature_collection(drawn)),
        "cutMiddles": collection(middles),
        "key": {"title": say("borders.legend", language), "rows": key},
    }


def show(penalties: gpd.GeoDataFrame, view: View) -> None:
    """Draw the finding, the table of borders or pilot zones, what must be said, and downloads."""
    language = view.language
    records = _shown(penalties, view).drop(columns="geometry").to_dict("records")
    first = escape(str(records[0][f"remarks_{language}"])) if records else ""
    st.html(
        f'<p class="finding">{escape(_finding(records, language))}</p>'
        f'<p class="soft">{first}</p>{_table(records, language)}'
    )
    said = "".join(
        f"<li><b>{escape(_name(row, language))}</b> {escape(str(row[f'remarks_{language}']))}</li>"
        for row in records
        if row[f"remarks_{language}"]
    )
    with st.expander(say("borders.remarks", language)):
        st.html(f"<ul>{said}</ul>")
    st.html(f"<h2>{escape(say('access.about', language))}</h2>{_about(view)}")
    _downloads(penalties, view)


def _shown(penalties: gpd.GeoDataFrame, view: View) -> gpd.GeoDataFrame:
    """Return the rows of the time of day and scope, the dearest first."""
    now = penalties[(penalties["peak"] == view.peak) & (penalties["kind"] == view.scope)]
    return now.sort_values("ratio", ascending=False, kind="stable", ignore_index=True)


def _finding(rows: list[dict[Any, Any]], language: Language) -> str:
    dearer = [row for row in rows if class_of(row) in {"little", "some", "much"}]
    if not dearer:
        return say("borders.finding.none", language)
    extra = f"{dearer[0]['ratio'] - 1.0:.0%}"
    name = _name(dearer[0], language)
    return say("borders.finding", language, name=name, extra=extra, count=len(rows))


def _table(rows: list[dict[Any, Any]], language: Language) -> str:
    written = []
    for row in rows:
        kind = class_of(row)
        told = escape(_told(kind, language))
        chip = f'<i class="stroke" style="background:{CLASSES[kind]}" title="{told}"></i>'
        is_known = kind != "few"
        interval = f"{row['ratio_low']:.2f}–{row['ratio_high']:.2f}" if is_known else "—"
        minutes = f"{row['penalty_min']:.0f}" if is_known else "—"
        written.append(
            [
                f"{chip}{escape(_name(row, language))}",
                f"<b>{_ratio(row) or '—'}</b>",
                f"<small>{interval}</small>",
                minutes.replace("-0", "0"),
            ]
        )
    heads = ("borders.ratio", "borders.interval", "borders.minutes")
    header = ["", *(escape(say(head, language)) for head in heads)]
    return (
        f'<div class="ranked borders">{fragments.table(header, written, numeric=(1, 2, 3))}</div>'
    )


def _about(view: View) -> str:
    language = view.language
    network = view.network or say("in_force.network", language, year=view.year)
    told = {
        "access.about.reading": travel(view),
        "access.about.network": network,
        "access.about.method": say("borders.about.method", language),
        "access.about.unit": say("borders.about.unit", language),
    }
    return fragments.facts((say(key, language), said) for key, said in told.items())


def _ratio(row: Mapping[Any, Any]) -> str:
    """Write a ratio; nothing where pairs are too few for one."""
    return "" if np.isnan(row["ratio"]) else f"×{row['ratio']:.2f}"


def _told(kind: str, language: Language) -> str:
    return text(f"border.style.{kind}", language=language, some=SOME, much=MUCH)


def _name(row: Mapping[Any, Any], language: Language) -> str:
    name = str(row[f"name_{language}"] or row["name_zh"])
    return name.removesuffix("一体化合作先行区").removesuffix(" pilot zone")


def _downloads(penalties: gpd.GeoDataFrame, view: View) -> None:
    language = view.language
    stem = f"border_penalty_{view.network or view.year}_{view.mode}"
    st.download_button(
        say("borders.download", language),
        data=lambda: table_csv(penalties, language),
        file_name=f"{stem}.csv",
        mime="text/csv",
        on_click="ignore",
    )
    st.download_button(
        say("borders.download.layer", language),
        data=lambda: _geopackage(penalties),
        file_name=f"{stem}.gpkg",
        mime="application/geopackage+sqlite3",
        on_click="ignore",
    )


def table_csv(penalties: pd.DataFrame, language: Language) -> bytes:
    """Return the penalties as a table with heads in words, as Excel opens it."""
    from gis.core.text import strings

    table = penalties.drop(columns="geometry")
    heads = {
        column: text(f"column.{column}", language=language)
        for column in table.columns
        if f"column.{column}" in strings()
    }
    return table.rename(columns=heads).to_csv(index=False).encode(WITH_BOM)


def _geopackage(penalties: gpd.GeoDataFrame) -> bytes:
    from gis.core.vectors import write_geopackage

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "border.gpkg"
        write_geopackage({"border_penalty": penalties}, path)
        return path.read_bytes()
