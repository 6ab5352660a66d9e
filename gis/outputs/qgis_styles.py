"""How the layers of the hand-over look in QGIS. Colours are those of the app.

One style serves a whole layer of areas, lines and points; the embedded project shows each kind by
itself.
"""

from collections.abc import Iterable
from dataclasses import replace
from xml.etree import ElementTree as ET

import pandas as pd

from gis.core.vectors import FIXED_DATE
from gis.outputs.qgis_measured import measured_styles
from gis.outputs.qgis_symbols import EVERYTHING, Label, LayerStyle, Rule, Symbol, add_style

QGIS_VERSION = "3.22.0"
STYLE_DOCUMENT = "<!DOCTYPE qgis>\n"
INK, INK_SOFT, HALO = "#23272E", "#5B616B", "#FAF8F2"
SEA, LAND, NEIGHBOURS, SHORE = "#DDE9F0", "#F5F2EA", "#EEEEE9", "#B9CCD8"
WATER_NAMES = "#5E87A3"
ZONE_HUE, BLOCK_HUE, START_HUE, BELT_HUE = "#B4530A", "#8A3F08", "#A3275C", "#0B7A6B"
RAIL_HUE, METRO_HUE = "#4A4F57", "#8792A6"
CORRIDOR_HUE = "#1F4E79"

# The zones of the provincial documents; those that a city set up lie inside them.
PROVINCIAL = "\"level\"='pilot_zone' AND \"tier\"='provincial'"

# Modes of projects -> legend and colour; whatever is not listed is drawn as the last.
PROJECT_GROUPS: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("铁路", ("rail",), "#7A2E8E"),
    ("公路", ("road",), "#B5541C"),
    ("水运、水利", ("waterway", "port", "water_works"), "#1D7391"),
    ("民航", ("air",), "#4F6B1F"),
)
POINTS_ONLY = ("民航",)
OTHER_PROJECTS = ("其他", "#6B6F76")
PROJECT_STATES: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("已建成", ("open", "partly_open"), "solid"),
    ("在建", ("under_construction",), "dash"),
    ("规划或不明", ("planned", "study", "unknown"), "dot"),
)


def layer_style(name: str) -> LayerStyle:
    """Return the style of a layer by its name.

    Raises
    ------
    KeyError
        If the product has no such layer.

    """
    return _styles()[name]


def layer_styles(names: Iterable[str]) -> pd.DataFrame:
    """Return the rows of the table ``layer_styles``, from which QGIS styles layers by default."""
    return pd.DataFrame(
        [
            {
                "f_table_catalog": "",
                "f_table_schema": "",
                "f_table_name": name,
                "f_geometry_column": "geom",
                "styleName": name,
                "styleQML": style_qml(layer_style(name)),
                "styleSLD": "",
                "useAsDefault": True,
                "description": "先行区一张图 / Pilot-Zone Atlas",
                "owner": "",
                "ui": "",
                "update_time": FIXED_DATE,
            }
            for name in names
        ]
    )


def style_qml(style: LayerStyle) -> str:
    """Return a style as the QML that QGIS reads."""
    root = ET.Element(
        "qgis",
        version=QGIS_VERSION,
        styleCategories="Symbology|Labeling",
        labelsEnabled=str(int(style.label is not None)),
    )
    add_style(root, style)
    return STYLE_DOCUMENT + ET.tostring(root, encoding="unicode")


def pilot_zone_style() -> LayerStyle:
    """Return the style of pilot zones: solid where a document names the extent, else hatched."""
    firm = Symbol("fill", "#E9C7AE", 0.7, ZONE_HUE, opacity=0.7)
    guessed = Symbol("fill", ZONE_HUE, 0.5, ZONE_HUE, brush="b_diagonal", opacity=0.6)
    return LayerStyle(
        (
            Rule("basis='named'", "文件写明的范围", firm),
            Rule("basis<>'named'", "推断的范围（估）", guessed),
        ),
        Label(11, BLOCK_HUE, is_bold=True, priority=9),
    )


def block_style() -> LayerStyle:
    """Return the style of blocks, start areas and municipal zones inside pilot zones."""
    start = Symbol("fill", START_HUE, 0.5, START_HUE, opacity=0.55)
    block = Symbol("fill", "#FFFFFF", 0.4, BLOCK_HUE, line_style="dash", brush="no")
    city = Symbol("fill", "#FFFFFF", 0.4, "#6A4C93", line_style="dot", brush="no")
    return LayerStyle(
        (
            Rule("level='start_area'", "起步区", start),
            Rule("level='block'", "片区", block),
            Rule("level='pilot_zone'", "市级先行区", city),
        ),
        Label(8, BLOCK_HUE, smallest_scale=600_000, priority=7),
    )


def belt_style() -> LayerStyle:
    """Return the style of belts, platforms, eco-culture areas and metropolitan regions."""
    outlines = (
        ("level='platform'", "平台", "#6A4C93"),
        ("level='corridor_belt'", "走廊带", "#1B6CA8"),
        ("level='eco_culture'", "生态、文化区域", BELT_HUE),
        ("level='metro_region'", "都市圈、经济区", INK_SOFT),
        ("level='partner_place'", "协作地", "#6B6F2A"),
    )
    return LayerStyle(
        tuple(
            Rule(chosen, name, Symbol("fill", hue, 0.5, hue, brush="dense7", opacity=0.6))
            for chosen, name, hue in outlines
        ),
        Label(8, INK_SOFT, smallest_scale=1_000_000, priority=4),
    )


def _zones() -> LayerStyle:
    """Return one style for the whole layer of zones, the larger below the smaller."""
    belts = tuple(rule for rule in belt_style().rules if "metro_region" not in rule.expression)
    pilot = tuple(
        Rule(f"{PROVINCIAL} AND {rule.expression}", f"先行区：{rule.name}", rule.symbol)
        for rule in pilot_zone_style().rules
    )
    city = f"NOT ({PROVINCIAL})"
    blocks = tuple(
        replace(rule, expression=f"{rule.expression} AND {city}") for rule in block_style().rules
    )
    return LayerStyle(
        (*belts, *pilot, *blocks, *_zone_lines(), *_zone_points()),
        Label(9, BLOCK_HUE, smallest_scale=800_000),
    )


def _zone_lines() -> tuple[Rule, ...]:
    return (Rule(EVERYTHING, "发展带", Symbol("line", BELT_HUE, 0.7, line_style="dash")),)


def _zone_points() -> tuple[Rule, ...]:
    platform = Symbol("marker", "#6A4C93", 2.2, marker="diamond")
    other = Symbol("marker", ZONE_HUE, 1.8, marker="diamond")
    return (
        Rule("level='platform'", "平台", platform),
        Rule("level<>'platform'", "协作地与其他", other),
    )


def _projects() -> LayerStyle:
    listed = [mode for _, modes, _ in PROJECT_GROUPS for mode in modes]
    groups = [(name, f"mode IN ({_quoted(modes)})", hue) for name, modes, hue in PROJECT_GROUPS]
    groups.append((OTHER_PROJECTS[0], f"mode NOT IN ({_quoted(listed)})", OTHER_PROJECTS[1]))
    lines = tuple(
        Rule(
            f"{chosen} AND status IN ({_quoted(states)})",
            f"{name}·{state}",
            Symbol("line", hue, 0.7, line_style=line_style),
        )
        for name, chosen, hue in groups
        if name not in POINTS_ONLY
        for state, states, line_style in PROJECT_STATES
    )
    points = tuple(
        Rule(chosen, name, Symbol("marker", hue, 2.4, marker="square"))
        for name, chosen, hue in groups
    )
    return LayerStyle((*lines, *points), Label(8, INK, smallest_scale=400_000, priority=3))


def _quoted(words: Iterable[str]) -> str:
    return ", ".join(f"'{word}'" for word in words)


def _roads() -> LayerStyle:
    fast = "road_class IN ('motorway', 'expressway', 'bridge', 'tunnel')"
    return LayerStyle(
        (
            Rule("road_class='link'", "其他道路", Symbol("line", "#E2DBCB", 0.15), 600_000),
            Rule("road_class='trunk'", "干线公路", Symbol("line", "#CDBFA6", 0.35)),
            Rule(
                "road_class='ferry'", "轮渡", Symbol("line", WATER_NAMES, 0.35, line_style="dash")
            ),
            Rule(fast, "高速、快速路、桥隧", Symbol("line", "#F3E2B8", 0.45, casing="#C2A878")),
        )
    )


def _rail_lines() -> LayerStyle:
    city = "mode IN ('metro', 'tram')"
    return LayerStyle(
        (
            Rule(f"status='open' AND {city}", "地铁、有轨电车", Symbol("line", METRO_HUE, 0.3)),
            Rule(f"status='open' AND NOT {city}", "铁路", Symbol("line", RAIL_HUE, 0.6)),
            Rule("status<>'open'", "在建、规划", Symbol("line", RAIL_HUE, 0.5, line_style="dash")),
        )
    )


def _stations() -> LayerStyle:
    train = Symbol("marker", "#FFFFFF", 1.4, RAIL_HUE)
    metro = Symbol("marker", "#FFFFFF", 0.9, METRO_HUE)
    return LayerStyle(
        (
            Rule("kind<>'rail'", "地铁、有轨电车站", metro, 400_000),
            Rule("kind='rail'", "铁路车站", train),
        ),
        Label(8, RAIL_HUE, smallest_scale=250_000, priority=3),
    )


def _styles() -> dict[str, LayerStyle]:
    return {
        "places": _plain(Symbol("marker", INK, 1.1), Label(8, INK, smallest_scale=300_000)),
        "stations": _stations(),
        "zones": _zones(),
        "projects": _projects(),
        "corridors": _plain(
            Symbol("line", CORRIDOR_HUE, 1.8, opacity=0.3),
            Label(8, CORRIDOR_HUE, smallest_scale=900_000, priority=2),
        ),
        "rail_lines": _rail_lines(),
        "roads": _roads(),
        "townships": _plain(
            Symbol("fill", "#FFFFFF", 0.1, "#D5D2C8", brush="no"),
            Label(7, INK_SOFT, smallest_scale=200_000, priority=1),
        ),
        "counties": _plain(
            Symbol("fill", "#FFFFFF", 0.2, "#B5B9C0", brush="no"),
            Label(8, INK_SOFT, smallest_scale=1_000_000, priority=4),
        ),
        "cities": _plain(
            Symbol("fill", "#FFFFFF", 0.5, "#8A8F98", line_style="dash dot", brush="no"),
            Label(14, INK, is_bold=True, spacing=3, priority=10),
        ),
        "waters": _plain(Symbol("fill", SEA, line_style="no"), Label(8, WATER_NAMES, priority=2)),
        "coast": _plain(Symbol("fill", LAND, 0.2, SHORE)),
        "context": _plain(Symbol("fill", NEIGHBOURS, 0.2, "#C9C6BC")),
        **measured_styles(),
    }


def _plain(symbol: Symbol, label: Label | None = None) -> LayerStyle:
    return LayerStyle((Rule(EVERYTHING, "", symbol),), label)
