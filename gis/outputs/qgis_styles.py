"""How the layers of the hand-over look in QGIS: rules and labels as data, written as QML.

The rules test the geometry type first, so that one style serves layers that hold areas, lines and
points. Colours are those of the app.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from xml.etree import ElementTree as ET

import pandas as pd

QGIS_VERSION = "3.22.0"
NO_CLOCK = "2000-01-01T00:00:00.000Z"
PROJECT_HUES = {
    "rail": "#7A2E8E",
    "road": "#B5541C",
    "waterway": "#1D7391",
    "port": "#1D7391",
    "water_works": "#1D7391",
    "air": "#4F6B1F",
}
OTHER_HUE = "#6B6F76"
STATUS_LINES = {
    "open": ("已建成", "solid"),
    "partly_open": ("部分建成", "solid"),
    "under_construction": ("在建", "dash"),
    "planned": ("规划", "dot"),
    "study": ("研究", "dot"),
    "unknown": ("状态不明", "dash dot dot"),
}
MODE_NAMES = {
    "rail": "铁路",
    "road": "公路",
    "waterway": "航道",
    "port": "港口",
    "water_works": "水利",
    "air": "民航",
}


@dataclass(frozen=True, slots=True)
class Symbol:
    """One way to draw: an area, a line or a point by its ``kind``.

    Parameters
    ----------
    kind
        ``fill``, ``line`` or ``marker``.
    colour
        Fill of areas and points, colour of lines, ``#RRGGBB``.
    width_mm
        Line or outline width; size of a marker.
    outline
        Outline colour of areas and points.
    line_style
        ``solid``, ``dash``, ``dot``, ``dash dot``, ``dash dot dot`` or ``no``.
    brush
        ``solid``, ``no`` or ``b_diagonal`` (hatched) for areas.
    opacity
        0 to 1.

    """

    kind: str
    colour: str
    width_mm: float = 0.3
    outline: str = "#FFFFFF"
    line_style: str = "solid"
    brush: str = "solid"
    opacity: float = 1.0


@dataclass(frozen=True, slots=True)
class Rule:
    """A drawing rule: which features, how named in the legend, how drawn."""

    expression: str
    name: str
    symbol: Symbol


@dataclass(frozen=True, slots=True)
class LayerStyle:
    """Rules of a layer, and the size and colour of its names (0: none)."""

    rules: tuple[Rule, ...]
    label_size_pt: float = 0.0
    label_colour: str = "#23272E"
    label_scale_from: int = 0


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
                "update_time": NO_CLOCK,
            }
            for name in names
        ]
    )


def style_qml(style: LayerStyle) -> str:
    """Return a style as the QML that QGIS reads."""
    root = ET.Element("qgis", version=QGIS_VERSION, styleCategories="Symbology|Labeling")
    renderer = ET.SubElement(root, "renderer-v2", type="RuleRenderer", symbollevels="0")
    tree = ET.SubElement(renderer, "rules", key="root")
    symbols = ET.SubElement(renderer, "symbols")
    for number, rule in enumerate(style.rules):
        ET.SubElement(
            tree,
            "rule",
            key=f"rule{number}",
            filter=rule.expression,
            symbol=str(number),
            label=rule.name,
        )
        _add_symbol(symbols, rule.symbol, name=str(number))
    if style.label_size_pt:
        _add_labels(root, style)
    return "<!DOCTYPE qgis>\n" + ET.tostring(root, encoding="unicode")


def _add_symbol(parent: ET.Element, symbol: Symbol, *, name: str) -> None:
    element = ET.SubElement(
        parent, "symbol", type=symbol.kind, name=name, alpha=f"{symbol.opacity:g}"
    )
    layer = ET.SubElement(element, "layer", attrib={"class": _SYMBOL_LAYERS[symbol.kind]})
    options = ET.SubElement(layer, "Option", type="Map")
    for key, value in _symbol_options(symbol).items():
        ET.SubElement(options, "Option", type="QString", name=key, value=value)
        ET.SubElement(layer, "prop", k=key, v=value)


_SYMBOL_LAYERS = {"fill": "SimpleFill", "line": "SimpleLine", "marker": "SimpleMarker"}


def _symbol_options(symbol: Symbol) -> dict[str, str]:
    colour, outline = _rgba(symbol.colour), _rgba(symbol.outline)
    width = f"{symbol.width_mm:g}"
    match symbol.kind:
        case "line":
            return {
                "line_color": colour,
                "line_style": symbol.line_style,
                "line_width": width,
                "line_width_unit": "MM",
                "capstyle": "round",
                "joinstyle": "round",
            }
        case "marker":
            return {
                "name": "circle",
                "color": colour,
                "outline_color": outline,
                "outline_width": "0.3",
                "size": width,
                "size_unit": "MM",
            }
        case _:
            return {
                "color": colour,
                "style": symbol.brush,
                "outline_color": outline,
                "outline_style": symbol.line_style,
                "outline_width": width,
                "outline_width_unit": "MM",
            }


def _add_labels(root: ET.Element, style: LayerStyle) -> None:
    labeling = ET.SubElement(root, "labeling", type="simple")
    settings = ET.SubElement(labeling, "settings")
    text_style = ET.SubElement(
        settings,
        "text-style",
        fieldName="name_zh",
        fontSize=f"{style.label_size_pt:g}",
        fontSizeUnit="Point",
        textColor=_rgba(style.label_colour),
        fontFamily="Noto Sans CJK SC",
    )
    ET.SubElement(
        text_style,
        "text-buffer",
        bufferDraw="1",
        bufferSize="0.8",
        bufferSizeUnits="MM",
        bufferColor="250,248,242,235",
    )
    ET.SubElement(settings, "placement", placement="1", priority="5")
    limited = str(int(style.label_scale_from > 0))
    ET.SubElement(
        settings,
        "rendering",
        scaleVisibility=limited,
        scaleMin="0",
        scaleMax=str(style.label_scale_from),
        obstacle="1",
    )


def _rgba(colour: str) -> str:
    red, green, blue = (int(colour[start : start + 2], 16) for start in (1, 3, 5))
    return f"{red},{green},{blue},255"


def _is(kind: str) -> str:
    return f"geometry_type($geometry)='{kind}'"


def _area(colour: str, *, outline: str = "#FFFFFF", width_mm: float = 0.0) -> tuple[Rule, ...]:
    line_style = "solid" if width_mm else "no"
    symbol = Symbol("fill", colour, width_mm, outline, line_style=line_style)
    return (Rule("TRUE", "", symbol),)


def _zone_rules() -> tuple[Rule, ...]:
    named = Symbol("fill", "#B4530A", 0.5, "#B4530A", brush="b_diagonal", opacity=0.55)
    firm = Symbol("fill", "#F0D9C8", 0.6, "#B4530A", opacity=0.75)
    return (
        Rule(f"{_is('Polygon')} AND basis='named'", "文件写明的范围", firm),
        Rule(f"{_is('Polygon')} AND basis<>'named'", "推断的范围（估）", named),
        Rule(_is("Line"), "发展带", Symbol("line", "#B4530A", 0.6, line_style="dash")),
        Rule(_is("Point"), "平台与协作地", Symbol("marker", "#B4530A", 2.2)),
    )


def _project_rules() -> tuple[Rule, ...]:
    listed = ", ".join(f"'{mode}'" for mode in PROJECT_HUES)
    groups = [(f"mode='{mode}'", MODE_NAMES[mode], hue) for mode, hue in PROJECT_HUES.items()]
    groups.append((f"mode NOT IN ({listed})", "其他", OTHER_HUE))
    rules = []
    for expression, name, hue in groups:
        for status, (status_name, line_style) in STATUS_LINES.items():
            drawn = Symbol("line", hue, 0.8, line_style=line_style)
            chosen = f"{_is('Line')} AND {expression} AND status='{status}'"
            rules.append(Rule(chosen, f"{name}·{status_name}", drawn))
        rules.append(Rule(f"{_is('Point')} AND {expression}", name, Symbol("marker", hue, 2.6)))
    return tuple(rules)


def _road_rules() -> tuple[Rule, ...]:
    classes = (
        ("road_class IN ('motorway','bridge','tunnel')", "高速、桥隧", "#C9A96A", 0.7, "solid"),
        ("road_class='expressway'", "快速路", "#C9B99A", 0.6, "solid"),
        ("road_class='trunk'", "干线公路", "#CDBFA6", 0.4, "solid"),
        ("road_class='ferry'", "轮渡", "#5E87A3", 0.4, "dash"),
        ("ELSE", "其他道路", "#DDD5C4", 0.25, "solid"),
    )
    return tuple(
        Rule(expression, name, Symbol("line", colour, width, line_style=style))
        for expression, name, colour, width, style in classes
    )


def _rail_rules() -> tuple[Rule, ...]:
    return (
        Rule("status='open' AND mode IN ('metro','tram')", "地铁", Symbol("line", "#8792A6", 0.5)),
        Rule("status='open'", "铁路", Symbol("line", "#4A4F57", 0.6)),
        Rule("ELSE", "在建、规划", Symbol("line", "#4A4F57", 0.5, line_style="dash")),
    )


def _styles() -> dict[str, LayerStyle]:
    station = Symbol("marker", "#FFFFFF", 1.8, "#4A4F57")
    place = Symbol("marker", "#23272E", 1.2)
    return {
        "places": LayerStyle((Rule("TRUE", "", place),), 8, label_scale_from=400_000),
        "stations": LayerStyle((Rule("TRUE", "", station),), 8, label_scale_from=300_000),
        "zones": LayerStyle(_zone_rules(), 9, "#8A3F08", label_scale_from=1_500_000),
        "projects": LayerStyle(_project_rules()),
        "corridors": LayerStyle(
            (Rule("TRUE", "", Symbol("line", "#1F4E79", 1.6, opacity=0.35)),), 8, "#1F4E79"
        ),
        "rail_lines": LayerStyle(_rail_rules()),
        "roads": LayerStyle(_road_rules()),
        "townships": LayerStyle(
            (Rule("TRUE", "", Symbol("fill", "#FFFFFF", 0.1, "#C9C6BC", brush="no")),),
            7,
            "#5B616B",
            label_scale_from=250_000,
        ),
        "counties": LayerStyle(
            (Rule("TRUE", "", Symbol("fill", "#FFFFFF", 0.2, "#B5B9C0", brush="no")),),
            8,
            "#5B616B",
            label_scale_from=1_200_000,
        ),
        "cities": LayerStyle(
            (
                Rule(
                    "TRUE",
                    "",
                    Symbol("fill", "#FFFFFF", 0.5, "#8A8F98", line_style="dash dot", brush="no"),
                ),
            ),
            11,
        ),
        "waters": LayerStyle(_area("#DDE9F0")),
        "coast": LayerStyle(_area("#F5F2EA", outline="#B9CCD8", width_mm=0.2)),
        "context": LayerStyle(_area("#EEEEE9")),
    }
