"""Typed reading of the seed tables: one frozen model a table, every problem at once.

CSV cells and YAML values pass through the same pydantic models. What pydantic finds wrong is
turned into a :class:`~gis.core.errors.Problem` with a place a planner can search for
(``projects.csv row 12 column lon``, ``goals.yaml goal G-T01 reading B field threshold``) and a
message of the string catalogue.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, TypeVar

import yaml
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from gis.core.errors import InputError, Problem, raise_problems
from gis.core.files import read_table, read_text

KEY_WORDS_LIMIT = 30
HEADER_ROWS = 1
LIST_SEPARATOR = ";"
POINT_SEPARATOR = "|"
WEST, EAST, SOUTH, NORTH = 116.0, 124.0, 26.0, 34.0


class Row(BaseModel):
    """Base of every row: frozen, and unknown fields are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


RowT = TypeVar("RowT", bound=Row)


class Waypoint(Row):
    """A named point of a route, WGS84 degrees."""

    name: str
    lon: float
    lat: float


def _tight(value: str) -> str:
    if value != value.strip():
        raise PydanticCustomError("error.blank_around", "blank around", {"value": value})
    return value


def _short(value: str) -> str:
    if len(value) > KEY_WORDS_LIMIT:
        context = {"length": len(value), "limit": KEY_WORDS_LIMIT}
        raise PydanticCustomError("error.key_words_too_long", "too long", context)
    return value


def _split(value: object) -> object:
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(LIST_SEPARATOR) if part.strip())
    return value


def _route(value: object) -> object:
    if not isinstance(value, str):
        return value
    return tuple(_waypoint(part.strip()) for part in value.split(POINT_SEPARATOR) if part.strip())


def _waypoint(value: str) -> Waypoint:
    name, colon, place = value.rpartition(":")
    try:
        lon, lat = (float(part) for part in place.split(","))
    except ValueError:
        colon = ""
    if not colon or not name.strip():
        raise PydanticCustomError("error.waypoint_format", "format", {"value": value})
    if not (WEST <= lon <= EAST and SOUTH <= lat <= NORTH):
        context = {"name": name, "lon": lon, "lat": lat}
        raise PydanticCustomError("error.point_outside_region", "outside", context)
    return Waypoint(name=name.strip(), lon=lon, lat=lat)


Text = Annotated[str, Field(min_length=1), AfterValidator(_tight)]
KeyWords = Annotated[str, AfterValidator(_tight), AfterValidator(_short)]
TextList = Annotated[tuple[str, ...], BeforeValidator(_split)]
Route = Annotated[tuple[Waypoint, ...], BeforeValidator(_route)]
Lon = Annotated[float, Field(ge=WEST, le=EAST)]
Lat = Annotated[float, Field(ge=SOUTH, le=NORTH)]
Year = Annotated[int, Field(ge=1900, le=2100)]


def read_rows(path: Path, model: type[RowT], *, key: str = "id") -> tuple[RowT, ...]:
    """Read a CSV table into frozen rows.

    Parameters
    ----------
    path
        CSV in UTF-8 or GB18030. An empty cell means the default of the column.
    model
        Row model; its fields are the columns.
    key
        Column whose values must differ, or empty when the table has none.

    Raises
    ------
    InputError
        With every problem of the table: columns, cells, repeated ids.

    """
    required = tuple(name for name, field in model.model_fields.items() if field.is_required())
    frame = read_table(path, columns=required)
    unknown = [column for column in frame.columns if column not in model.model_fields]
    problems = [Problem(f"{path.name} column {name}", "error.field_unknown") for name in unknown]
    rows: list[RowT] = []
    places: list[str] = []
    for number, record in enumerate(frame.to_dict("records"), start=HEADER_ROWS + 1):
        where = f"{path.name} row {number}"
        cells = {
            str(name): cell
            for name, cell in record.items()
            if name not in unknown and (cell or name in required)
        }
        try:
            rows.append(model.model_validate(cells))
            places.append(where)
        except ValidationError as error:
            problems += [
                as_problem(detail, where=_column(where, detail["loc"])) for detail in error.errors()
            ]
    if key:
        problems += repeated([str(getattr(row, key)) for row in rows], places)
    raise_problems(problems)
    return tuple(rows)


def read_entries(
    path: Path,
    model: type[RowT],
    *,
    list_key: str,
    place: Callable[[Mapping[str, Any], Sequence[int | str]], str],
) -> tuple[RowT, ...]:
    """Read the list under one key of a YAML file into frozen rows with different ids.

    Parameters
    ----------
    path
        YAML file whose only top-level key is ``list_key``.
    model
        Row model of the entries.
    list_key
        The key that holds the list.
    place
        Words that locate a fault, from the raw entry and the path inside it.

    Raises
    ------
    InputError
        With every problem of the file.

    """
    content = read_yaml(path)
    if not isinstance(content, Mapping) or not isinstance(content.get(list_key), list):
        raise InputError([Problem(f"{path.name} field {list_key}", "error.not_a_list")])
    problems = [
        Problem(f"{path.name} field {name}", "error.field_unknown")
        for name in content
        if name != list_key
    ]
    rows: list[RowT] = []
    places: list[str] = []
    for raw in content[list_key]:
        entry = raw if isinstance(raw, Mapping) else {}
        try:
            rows.append(model.model_validate(raw))
            places.append(f"{path.name} {place(entry, ())}")
        except ValidationError as error:
            problems += [
                as_problem(detail, where=f"{path.name} {place(entry, detail['loc'])}")
                for detail in error.errors()
            ]
    problems += repeated([str(getattr(row, "id", "")) for row in rows], places)
    raise_problems(problems)
    return tuple(rows)


def read_yaml(path: Path) -> object:
    """Return the content of a YAML file.

    Raises
    ------
    InputError
        If the file is missing or no valid YAML.

    """
    try:
        return yaml.load(read_text(path), Loader=_Loader)  # noqa: S506 - a safe loader
    except yaml.YAMLError as error:
        reason = " ".join(str(error).split())
        raise InputError([Problem(path.name, "error.yaml_unreadable", {"reason": reason})]) from (
            error
        )


def as_problem(detail: ErrorDetails, *, where: str) -> Problem:
    """Return what pydantic found as a problem of the string catalogue."""
    kind = detail["type"]
    value = _shown(detail["input"])
    context = detail.get("ctx", {})
    key, fields = _WORDS.get(kind, ("", ()))
    if kind.startswith("error."):
        problem = Problem(where, kind, context)
    elif key in _WITHOUT_VALUE:
        problem = Problem(where, key)
    elif not value:
        problem = Problem(where, "error.cell_empty")
    elif key:
        shown = {name: _plain(name, context) for name in fields}
        problem = Problem(where, key, {"value": value, **shown})
    elif kind in _LIMITS:
        limit = f"{_LIMITS[kind]} {next(iter(context.values()))}"
        problem = Problem(where, "error.out_of_range", {"value": value, "limit": limit})
    else:
        key = next((key for start, key in _KINDS.items() if kind.startswith(start)), "")
        fields_given = {"value": value, "reason": detail["msg"]}
        problem = Problem(where, key or "error.value_refused", fields_given)
    return problem


def repeated(ids: Sequence[str], places: Sequence[str]) -> list[Problem]:
    """Return one problem for each id that an earlier row has already."""
    first: dict[str, str] = {}
    problems = []
    for identifier, where in zip(ids, places, strict=True):
        if identifier in first:
            fields = {"id": identifier, "first": first[identifier]}
            problems.append(Problem(where, "error.id_duplicate", fields))
        first.setdefault(identifier, where)
    return problems


def unknown_ids(
    references: Iterable[tuple[str, Iterable[str]]], *, known: Iterable[str], table: str
) -> list[Problem]:
    """Return one problem for each reference to an id that a table does not have.

    Parameters
    ----------
    references
        Pairs of the place of the reference and the ids named there; empty ids are skipped.
    known
        The ids of the table.
    table
        Name of the table, for the message.

    """
    present = frozenset(known)
    return [
        Problem(where, "error.id_unknown", {"id": identifier, "table": table})
        for where, ids in references
        for identifier in ids
        if identifier and identifier not in present
    ]


class _Loader(yaml.CSafeLoader):
    """Safe loader without the surprise that ``yes``, ``no``, ``on`` and ``off`` are booleans.

    The compiled loader, which every wheel of PyYAML carries, reads the goals in a tenth of the
    time.
    """


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:bool"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}

_LIMITS = {
    "greater_than": ">",
    "greater_than_equal": "≥",
    "less_than": "<",
    "less_than_equal": "≤",
}
_WORDS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "missing": ("error.field_missing", ()),
    "extra_forbidden": ("error.field_unknown", ()),
    "string_too_short": ("error.cell_empty", ()),
    "enum": ("error.not_a_choice", ("expected",)),
    "literal_error": ("error.not_a_choice", ("expected",)),
    "string_pattern_mismatch": ("error.pattern_mismatch", ("pattern",)),
}
_WITHOUT_VALUE = ("error.field_missing", "error.field_unknown", "error.cell_empty")
_KINDS = {
    "int": "error.not_a_whole_number",
    "float": "error.not_a_number",
    "finite": "error.not_a_number",
    "bool": "error.not_a_yes_no",
    "date": "error.not_a_date",
    "string": "error.not_text",
    "tuple": "error.not_a_list",
    "list": "error.not_a_list",
    "model": "error.not_a_mapping",
    "dict": "error.not_a_mapping",
}


def _column(where: str, path: Sequence[int | str]) -> str:
    return f"{where} column {path[0]}" if path else where


def _plain(name: str, context: Mapping[str, Any]) -> str:
    return str(context[name]).replace("'", "").replace(" or ", ", ")


def _shown(value: object) -> str:
    return str(value).strip() if isinstance(value, str | int | float) else repr(value)
