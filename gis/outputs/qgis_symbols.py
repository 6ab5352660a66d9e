"""Symbols, rules and labels as data, and as the XML that QGIS reads."""

from dataclasses import dataclass
from typing import Literal
from xml.etree import ElementTree as ET

Kind = Literal["fill", "line", "marker"]
Shape = Literal["Polygon", "Line", "Point"]

SHAPES: dict[Kind, Shape] = {"fill": "Polygon", "line": "Line", "marker": "Point"}
EVERYTHING = "TRUE"
# The first family that the machine has is used; Windows, macOS and Linux each have one.
FONTS = ("Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC", "WenQuanYi Micro Hei", "SimHei")
_SYMBOL_LAYERS: dict[Kind, str] = {
    "fill": "SimpleFill",
    "line": "SimpleLine",
    "marker": "SimpleMarker",
}
# Where QGIS puts a name: inside the area, along the line, at the best free side of the point.
_PLACEMENTS: dict[Shape, dict[str, str]] = {
    "Polygon": {"placement": "4", "centroidInside": "1"},
    "Line": {"placement": "3", "placementFlags": "10", "maxCurvedCharAngleIn": "25"},
    "Point": {"placement": "6", "dist": "0.6", "offsetType": "1"},
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
    marker
        Shape of a point: ``circle``, ``square``, ``diamond``.
    casing
        Colour of a wider line below a line; empty for none.

    """

    kind: Kind
    colour: str
    width_mm: float = 0.3
    outline: str = "#FFFFFF"
    line_style: str = "solid"
    brush: str = "solid"
    opacity: float = 1.0
    marker: str = "circle"
    casing: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """A drawing rule.

    Parameters
    ----------
    expression
        Which features.
    name
        Name in the legend.
    symbol
        How they are drawn.
    smallest_scale
        Denominator of the scale from which they are drawn; 0 draws them always.

    """

    expression: str
    name: str
    symbol: Symbol
    smallest_scale: int = 0


@dataclass(frozen=True, slots=True)
class Label:
    """Names on the map.

    Parameters
    ----------
    size_pt, colour
        Letters.
    smallest_scale
        Denominator of the scale from which the names show; 0 shows them always.
    is_bold
        Whether the letters are heavy.
    spacing
        Extra space between letters in points: wide for areas that matter.
    priority
        0 to 10: which names win where there is no room for all.
    expression
        What is written: a column, or an expression.
    is_level
        Whether names stay level beside a line instead of following its bends.

    """

    size_pt: float
    colour: str = "#23272E"
    smallest_scale: int = 0
    is_bold: bool = False
    spacing: float = 0.0
    priority: int = 5
    expression: str = "name_zh"
    is_level: bool = False


@dataclass(frozen=True, slots=True)
class LayerStyle:
    """Rules of a layer and its names, if any."""

    rules: tuple[Rule, ...]
    label: Label | None = None

    @property
    def shapes(self) -> tuple[Shape, ...]:
        """Return the kinds of geometry it draws, areas first."""
        kinds = {rule.symbol.kind for rule in self.rules}
        return tuple(shape for kind, shape in SHAPES.items() if kind in kinds)

    def only(self, shape: Shape) -> "LayerStyle":
        """Return the style with the rules for one kind of geometry."""
        rules = tuple(rule for rule in self.rules if SHAPES[rule.symbol.kind] == shape)
        return LayerStyle(rules, self.label)


def add_style(parent: ET.Element, style: LayerStyle) -> None:
    """Add renderer and names of a style to a layer or a style document."""
    if len(style.rules) == 1 and style.rules[0].expression == EVERYTHING:
        renderer = ET.SubElement(parent, "renderer-v2", type="singleSymbol", symbollevels="0")
    else:
        renderer = ET.SubElement(parent, "renderer-v2", type="RuleRenderer", symbollevels="0")
        _add_rules(renderer, style)
    symbols = ET.SubElement(renderer, "symbols")
    for number, rule in enumerate(style.rules):
        _add_symbol(symbols, rule.symbol, name=str(number))
    if style.label is not None:
        _add_label(parent, style.label, style.shapes[0])


def _add_rules(renderer: ET.Element, style: LayerStyle) -> None:
    tree = ET.SubElement(renderer, "rules", key="root")
    is_mixed = len(style.shapes) > 1
    for number, rule in enumerate(style.rules):
        shape = f"geometry_type($geometry)='{SHAPES[rule.symbol.kind]}'"
        chosen = f"{shape} AND {rule.expression}" if is_mixed else rule.expression
        branch = ET.SubElement(
            tree,
            "rule",
            key=f"rule{number}",
            filter=chosen,
            symbol=str(number),
            label=rule.name,
        )
        if rule.smallest_scale:
            branch.set("scalemaxdenom", str(rule.smallest_scale))


def _add_symbol(parent: ET.Element, symbol: Symbol, *, name: str) -> None:
    element = ET.SubElement(
        parent, "symbol", type=symbol.kind, name=name, alpha=f"{symbol.opacity:g}"
    )
    for options in _layer_options(symbol):
        layer = ET.SubElement(element, "layer", attrib={"class": _SYMBOL_LAYERS[symbol.kind]})
        tree = ET.SubElement(layer, "Option", type="Map")
        for key, value in options.items():
            ET.SubElement(tree, "Option", type="QString", name=key, value=value)
            ET.SubElement(layer, "prop", k=key, v=value)


def _layer_options(symbol: Symbol) -> list[dict[str, str]]:
    colour, outline = rgba(symbol.colour), rgba(symbol.outline)
    width = f"{symbol.width_mm:g}"
    match symbol.kind:
        case "line":
            drawn = [_line(colour, symbol.width_mm, symbol.line_style)]
            if symbol.casing:
                drawn.insert(0, _line(rgba(symbol.casing), symbol.width_mm + 0.3, "solid"))
            return drawn
        case "marker":
            options = {
                "name": symbol.marker,
                "color": colour,
                "outline_color": outline,
                "outline_width": "0.25",
                "size": width,
                "size_unit": "MM",
            }
        case _:
            options = {
                "color": colour,
                "style": symbol.brush,
                "outline_color": outline,
                "outline_style": symbol.line_style,
                "outline_width": width,
                "outline_width_unit": "MM",
                "joinstyle": "round",
            }
    return [options]


def _line(colour: str, width_mm: float, line_style: str) -> dict[str, str]:
    return {
        "line_color": colour,
        "line_style": line_style,
        "line_width": f"{width_mm:g}",
        "line_width_unit": "MM",
        "capstyle": "flat" if line_style != "solid" else "round",
        "joinstyle": "round",
    }


def _add_label(parent: ET.Element, label: Label, shape: Shape) -> None:
    labeling = ET.SubElement(parent, "labeling", type="simple")
    settings = ET.SubElement(labeling, "settings", calloutType="simple")
    text_style = ET.SubElement(
        settings,
        "text-style",
        fieldName=label.expression,
        isExpression=str(int(not label.expression.isidentifier())),
        fontSize=f"{label.size_pt:g}",
        fontSizeUnit="Point",
        fontWeight="75" if label.is_bold else "50",
        namedStyle="Bold" if label.is_bold else "Regular",
        fontLetterSpacing=f"{label.spacing:g}",
        textColor=rgba(label.colour),
        textOpacity="1",
        fontFamily=FONTS[0],
        multilineHeight="1",
    )
    families = ET.SubElement(text_style, "families")
    for font in FONTS:
        ET.SubElement(families, "family", name=font)
    ET.SubElement(
        text_style,
        "text-buffer",
        bufferDraw="1",
        bufferSize="0.7",
        bufferSizeUnits="MM",
        bufferColor="250,248,242,220",
        bufferOpacity="0.9",
        bufferJoinStyle="128",
    )
    ET.SubElement(settings, "text-format", autoWrapLength="0", multilineAlign="1", wrapChar="")
    placement = {"priority": str(label.priority)} | _PLACEMENTS[shape]
    if label.is_level:
        placement |= {"placement": "4"}
    ET.SubElement(settings, "placement", attrib=placement)
    ET.SubElement(
        settings,
        "rendering",
        drawLabels="1",
        scaleVisibility=str(int(label.smallest_scale > 0)),
        scaleMin="0",
        scaleMax=str(label.smallest_scale),
        obstacle=str(int(shape == "Point")),
        obstacleFactor="1",
        fontMinPixelSize="3",
        fontMaxPixelSize="10000",
        limitNumLabels="0",
        displayAll="0",
        upsidedownLabels="0",
    )


def rgba(colour: str) -> str:
    """Return ``#RRGGBB`` as QGIS writes it."""
    red, green, blue = (int(colour[start : start + 2], 16) for start in (1, 3, 5))
    return f"{red},{green},{blue},255"
