"""How computed layers look in QGIS: access as shaded areas, the penalty of borders as lines."""

from gis.core.text import text
from gis.outputs.qgis_symbols import EVERYTHING, Label, LayerStyle, Rule, Symbol

INK, INK_SOFT, EDGE = "#23272E", "#5B616B", "#FFFFFF"
TEN_THOUSAND = 10_000
SHADED = "people_60"  # people within 60 minutes: what a planner asks for first
# Bounds in ten thousand people, and colours from few to many.
BOUNDS = (100, 200, 400, 600, 900, 1200)
SHADES = ("#F2F0F7", "#DCE3EE", "#B4CCE0", "#83AECB", "#4F8DB3", "#276893", "#0D436B")
NO_DATA = "#E6E3DB"
CLEAR = (1.1, 1.5)  # ratios from which the penalty of a border is drawn darker
NOT_APART, CHEAPER = "#9AA0A8", "#2C7A5B"
DEARER = ("#E3A008", "#D9641E", "#A3172B")


def measured_styles() -> dict[str, LayerStyle]:
    """Return the styles of the computed layers by name."""
    zones = Label(9, INK, smallest_scale=800_000, priority=7)
    return {
        "township_access": _shaded(Label(7, INK_SOFT, smallest_scale=200_000, priority=1), 0.1),
        "county_access": _shaded(Label(8, INK_SOFT, smallest_scale=1_000_000, priority=4), 0.25),
        "city_access": _shaded(Label(14, INK, is_bold=True, spacing=3, priority=10), 0.4),
        "zone_access": _shaded(zones, 0.3),
        "border_penalty": _border_penalty(),
    }


def _shaded(label: Label, width_mm: float) -> LayerStyle:
    edges = (None, *BOUNDS, None)
    rules = [
        Rule(
            _between(low, high),
            _range_name(low, high),
            Symbol("fill", shade, width_mm, EDGE, opacity=0.85),
        )
        for shade, low, high in zip(SHADES, edges[:-1], edges[1:], strict=True)
    ]
    missing = Symbol("fill", NO_DATA, width_mm, EDGE, brush="b_diagonal")
    rules.append(Rule(f'"{SHADED}" IS NULL', text("style.no_data"), missing))
    return LayerStyle(tuple(rules), label)


def _between(low: int | None, high: int | None) -> str:
    parts = []
    if low is not None:
        parts.append(f'"{SHADED}" >= {low * TEN_THOUSAND}')
    if high is not None:
        parts.append(f'"{SHADED}" < {high * TEN_THOUSAND}')
    return " AND ".join(parts) or EVERYTHING


def _range_name(low: int | None, high: int | None) -> str:
    if low is None:
        return text("access.style.fewer", high=high)
    if high is None:
        return text("access.style.more", low=low)
    return text("access.style.between", low=low, high=high)


def _border_penalty() -> LayerStyle:
    some, much = CLEAR
    dearer = '"ratio_low" > 1'
    classes = (
        ("few", '"ratio" IS NULL', NOT_APART, 0.6, "dot"),
        ("not_apart", '"ratio_low" <= 1 AND "ratio_high" >= 1', NOT_APART, 1.0, "solid"),
        ("cheaper", '"ratio_high" < 1', CHEAPER, 1.2, "solid"),
        ("little", f'{dearer} AND "ratio" < {some}', DEARER[0], 1.2, "solid"),
        ("some", f'{dearer} AND "ratio" >= {some} AND "ratio" < {much}', DEARER[1], 1.6, "solid"),
        ("much", f'{dearer} AND "ratio" >= {much}', DEARER[2], 2.0, "solid"),
    )
    rules = tuple(
        Rule(
            chosen,
            text(f"border.style.{name}", some=some, much=much),
            Symbol("line", hue, width, line_style=line),
        )
        for name, chosen, hue, width, line in classes
    )
    written = "\"name_zh\" || coalesce(' ×' || round(\"ratio\", 2), '')"
    label = Label(9, INK, is_bold=True, priority=9, expression=written, is_level=True)
    return LayerStyle(rules, label)
