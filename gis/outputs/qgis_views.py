"""What the embedded QGIS project shows: its layer tree, grouped by theme, and the drawing order."""

from collections.abc import Iterator
from dataclasses import dataclass

from gis.outputs.qgis_styles import (
    PROVINCIAL,
    belt_style,
    block_style,
    layer_style,
    pilot_zone_style,
)
from gis.outputs.qgis_symbols import LayerStyle, Shape

_INNER_ZONES = (
    "\"level\" IN ('block', 'start_area') OR (\"level\"='pilot_zone' AND \"tier\"<>'provincial')"
)

# Drawn from top to bottom; zones lie below lines and borders so that those stay readable.
DRAWING_ORDER = (
    "zone_points",
    "project_points",
    "stations",
    "places",
    "project_lines",
    "rail_lines",
    "borders_off_peak",
    "borders_peak",
    "zone_borders_off_peak",
    "zone_borders_peak",
    "borders_transit",
    "zone_lines",
    "corridors",
    "blocks",
    "roads",
    "cities",
    "counties",
    "townships",
    "pilot_zones",
    "belts",
    "pilot_zone_access",
    "other_zone_access",
    "township_access",
    "county_access",
    "city_access",
    "waters",
    "context",
    "coast",
)


@dataclass(frozen=True, slots=True)
class View:
    """One entry of the layer tree: features of one kind of one table.

    Parameters
    ----------
    name
        Short id, unique in the project.
    title
        Chinese name.
    table
        Layer or table of the GeoPackage.
    shape
        Kind of geometry; None for a table.
    style
        How it is drawn; None for a table.
    chosen
        SQL condition on the features; empty for all.
    is_shown
        Whether it is switched on when the project opens.

    """

    name: str
    title: str
    table: str
    shape: Shape | None = None
    style: LayerStyle | None = None
    chosen: str = ""
    is_shown: bool = True

    @property
    def layer_id(self) -> str:
        """Return the id of the layer in the project."""
        return f"atlas_{self.name}"

    def source(self, file_name: str) -> str:
        """Return where QGIS finds the features, next to the project."""
        shape = {"Polygon": "Polygon", "Line": "LineString", "Point": "Point", None: ""}[self.shape]
        parts = [f"./{file_name}", f"layername={self.table}"]
        parts += [f"geometrytype={shape}"] if shape else []
        parts += [f"subset={self.chosen}"] if self.chosen else []
        return "|".join(parts)


@dataclass(frozen=True, slots=True)
class Group:
    """A theme of the layer tree."""

    title: str
    views: tuple[View, ...]
    is_open: bool = True


def project_groups() -> tuple[Group, ...]:
    """Return the layer tree from top to bottom."""
    return (
        Group(
            "先行区",
            (
                View(
                    "zone_points", "平台与协作地（点）", "zones", "Point", _part("zones", "Point")
                ),
                View("zone_lines", "发展带（线）", "zones", "Line", _part("zones", "Line")),
                _zones("blocks", "片区、起步区、市级先行区", block_style(), _INNER_ZONES),
                _zones("pilot_zones", "一体化合作先行区", pilot_zone_style(), PROVINCIAL),
                View(
                    "belts",
                    "走廊带、平台、都市圈（面）",
                    "zones",
                    "Polygon",
                    belt_style(),
                    "\"level\" NOT IN ('block', 'start_area', 'pilot_zone')",
                    is_shown=False,
                ),
            ),
        ),
        Group(
            "项目与通道",
            (
                View(
                    "project_points",
                    "重大项目（点）",
                    "projects",
                    "Point",
                    _part("projects", "Point"),
                ),
                View(
                    "project_lines", "重大项目（线）", "projects", "Line", _part("projects", "Line")
                ),
                View(
                    "corridors",
                    "通道与发展带",
                    "corridors",
                    "Line",
                    layer_style("corridors"),
                    is_shown=False,
                ),
            ),
        ),
        Group(
            "交通",
            (
                _whole("stations", "车站", "Point"),
                _whole("rail_lines", "铁路与轨道交通", "Line"),
                _whole("roads", "示意路网", "Line"),
            ),
        ),
        Group(
            "可达性与跨界（测算）",
            (
                *_borders(),
                *_zone_access(),
                _whole("township_access", "60分钟可达人口：镇街", "Polygon", is_shown=False),
                _whole("county_access", "60分钟可达人口：县（市、区）", "Polygon", is_shown=False),
                _whole("city_access", "60分钟可达人口：设区市", "Polygon", is_shown=False),
            ),
        ),
        Group(
            "行政区",
            (
                _whole("places", "地名", "Point", is_shown=False),
                _whole("cities", "设区市", "Polygon"),
                _whole("counties", "县（市、区）", "Polygon"),
                _whole("townships", "乡镇街道（示意）", "Polygon", is_shown=False),
            ),
        ),
        Group(
            "底图",
            (
                _whole("waters", "水域", "Polygon"),
                _whole("context", "周边省市", "Polygon"),
                _whole("coast", "陆地与岛屿", "Polygon"),
            ),
            is_open=False,
        ),
        Group(
            "结论与来源（表）",
            (
                View("definition_matrix", "读法矩阵", "definition_matrix"),
                View("verdicts", "目标结论", "verdicts"),
                View("access_inequality", "可达性差距", "access_inequality"),
                View("sources", "资料来源", "sources"),
                View("manifest", "运行清单", "manifest"),
            ),
            is_open=False,
        ),
    )


def _part(table: str, shape: Shape) -> LayerStyle:
    return layer_style(table).only(shape)


def _zones(name: str, title: str, style: LayerStyle, chosen: str) -> View:
    return View(name, title, "zones", "Polygon", style, chosen)


def _borders() -> Iterator[View]:
    """Yield one view of the border penalty for each kind of line and means of travel."""
    style = layer_style("border_penalty")
    car, transit = "\"mode\"='car'", "\"mode\"<>'car'"
    border, zone = "\"kind\"='border'", "\"kind\"<>'border'"
    for name, title, chosen in (
        ("borders_off_peak", "市界，小客车平峰", f'{border} AND {car} AND "peak"=0'),
        ("borders_peak", "市界，小客车早高峰", f'{border} AND {car} AND "peak"=1'),
        ("zone_borders_off_peak", "先行区，小客车平峰", f'{zone} AND {car} AND "peak"=0'),
        ("zone_borders_peak", "先行区，小客车早高峰", f'{zone} AND {car} AND "peak"=1'),
        ("borders_transit", "公共交通", transit),
    ):
        whole = f"跨界时间代价：{title}"
        is_first = name == "borders_off_peak"
        yield View(name, whole, "border_penalty", "Line", style, chosen, is_shown=is_first)


def _zone_access() -> Iterator[View]:
    """Yield one view of the access of pilot zones and one of what lies over and around them."""
    style = layer_style("zone_access")
    for name, title, chosen in (
        ("pilot_zone_access", "先行区", PROVINCIAL),
        ("other_zone_access", "片区、平台、走廊带", f"NOT ({PROVINCIAL})"),
    ):
        whole = f"60分钟可达人口：{title}"
        yield View(name, whole, "zone_access", "Polygon", style, chosen, is_shown=False)


def _whole(table: str, title: str, shape: Shape, *, is_shown: bool = True) -> View:
    return View(table, title, table, shape, layer_style(table), is_shown=is_shown)
