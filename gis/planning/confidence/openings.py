"""Roads and trains of a network that are not open yet, and so may come later than planned."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from gis.catalogue.rail import first_year as first_rail_year
from gis.catalogue.rail import load_rail_tables
from gis.catalogue.roads import load_roads
from gis.core.schemas import Status

_OPEN = frozenset({Status.OPEN, Status.PARTLY_OPEN})


@dataclass(frozen=True, slots=True)
class Opening:
    """What opens together.

    Parameters
    ----------
    id
        Name in the tables: of a road, or of a group of trains.
    name_zh, name_en
        For planners.
    year
        The first network that holds it.
    status
        ``under_construction`` or ``planned``.
    roads, patterns, lines
        Road ids, stopping patterns and rail lines that open with it.

    """

    id: str
    name_zh: str
    name_en: str
    year: int
    status: Status
    roads: frozenset[str] = frozenset()
    patterns: frozenset[str] = frozenset()
    lines: frozenset[str] = frozenset()


def openings_until(year: int, *, seeds: Path | None = None) -> tuple[Opening, ...]:
    """Return the openings still ahead that the network of a year counts on, by id.

    Parameters
    ----------
    year
        Year of the network.
    seeds
        Folder of the seed tables; the product's own by default.

    Raises
    ------
    InputError
        If a table has problems.

    """
    trains = list(_trains(seeds))
    known = {one.id for one in trains}
    lines = [one for one in _lines(seeds) if one.id not in known]
    found = [*_roads(seeds), *trains, *lines]
    return tuple(sorted((one for one in found if one.year <= year), key=lambda one: one.id))


def _roads(seeds: Path | None) -> Iterable[Opening]:
    """Return roads by name: a bridge and its approaches open together."""
    groups: dict[tuple[str, int], list[tuple[str, str, Status]]] = {}
    for line in load_roads(seeds).lines:
        if line.status not in _OPEN and line.opened_year is not None:
            name = line.name_zh.split("(", maxsplit=1)[0]
            # Parts of a longer name, such as one of its bridges, go with the whole.
            whole = next((other for other, _ in groups if name.startswith(other)), name)
            key = (whole, line.opened_year)
            english = line.name_en.split("(", maxsplit=1)[0].strip()
            groups.setdefault(key, []).append((line.id, english, line.status))
    for (name, year), parts in groups.items():
        yield Opening(
            id=parts[0][0],
            name_zh=name,
            name_en=parts[0][1],
            year=year,
            status=parts[0][2],
            roads=frozenset(line for line, _, _ in parts),
        )


def _trains(seeds: Path | None) -> Iterable[Opening]:
    """Return groups of stopping patterns: all that a new line brings."""
    tables = load_rail_tables(seeds)
    data_date = tables.settings.data_date
    english = {station.name_zh: station.name_en for station in tables.stations}
    groups: dict[tuple[str, int], list[tuple[str, tuple[str, ...], Status]]] = {}
    for pattern in tables.patterns:
        year = first_rail_year(pattern.opened_date, pattern.status, data_date=data_date)
        if pattern.status not in _OPEN and year is not None:
            group = pattern.id.split("-", maxsplit=1)[0]
            groups.setdefault((group, year), []).append(
                (pattern.id, pattern.stations, pattern.status)
            )
    for (group, year), patterns in groups.items():
        # The line that brings the trains carries their group in its id: TS, S-TSJY.
        line = next((one for one in tables.rail_lines if one.id.startswith(f"S-{group}")), None)
        ends = (patterns[0][1][0], patterns[0][1][-1])
        yield Opening(
            id=line.id if line else group,
            name_zh=line.name_zh if line else f"{ends[0]}—{ends[1]}新线列车",
            name_en=line.name_en if line else f"Trains {english[ends[0]]}–{english[ends[1]]}",
            year=year,
            status=patterns[0][2],
            patterns=frozenset(identifier for identifier, _, _ in patterns),
            lines=frozenset({line.line_id} if line else ()),
        )


def _lines(seeds: Path | None) -> Iterable[Opening]:
    """Return rail and metro lines, with the patterns of metro lines that are all new."""
    tables = load_rail_tables(seeds)
    data_date = tables.settings.data_date
    for line in tables.rail_lines:
        year = first_rail_year(line.opened_date, line.status, data_date=data_date)
        if line.status not in _OPEN and year is not None:
            own = [stop for stop in tables.metro_stops if stop.line_id == line.line_id]
            is_new = bool(own) and all(stop.status not in _OPEN for stop in own)
            services = {one.id for one in tables.metro_services if one.line_id == line.line_id}
            yield Opening(
                id=line.id,
                name_zh=line.name_zh,
                name_en=line.name_en,
                year=year,
                status=line.status,
                patterns=frozenset(services if is_new else ()),
                lines=frozenset({line.line_id}),
            )
