"""Goals of the documents and every way to read them, as data (``seeds/goals.yaml``).

A clause such as “半小时交通圈” can be met under one reading and missed under another. Each goal
therefore carries all its readings, and each reading says everything that decides it: from where,
to where, by what, which part of the journey, which of the day's journeys, for which share of
whom. A planner adds a reading by editing the file; no policy number is in code.
"""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from gis.catalogue.osm_points import PointKind
from gis.catalogue.tables import KeyWords, Row, Text, Year, read_entries, unknown_ids
from gis.core.errors import raise_problems
from gis.core.paths import seeds_dir
from gis.core.schemas import Basis, Certainty, Definition, Mode, Statistic

FILE_NAME = "goals.yaml"


class GoalKind(StrEnum):
    """What sort of statement a goal is."""

    TIME_CIRCLE = "time_circle"
    NETWORK = "network"
    INDICATOR = "indicator"
    MILESTONE = "milestone"
    BASELINE = "baseline"
    QUALITATIVE = "qualitative"


class Computable(StrEnum):
    """Whether the product can decide a goal from its own layers and networks."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"


class Measure(StrEnum):
    """The quantity a reading compares with its threshold.

    ``travel_time`` minutes of a journey; ``distance`` km in a straight line; ``direct_service``
    trains a day without change from a zone to its partner city; ``network_length`` km of
    lines open in the year; ``coverage`` share of people inside the union of catchments;
    ``connectivity`` number of separate parts of that union or graph; ``border_gaps`` number of
    dead ends, bottlenecks or offsets at borders; ``detour`` network time or distance against the
    straight line; ``service_access`` share of people who reach the listed services;
    ``transfer_time`` minutes between lines at shared stations; ``flight_time`` minutes by
    general aviation; ``milestone`` projects that reached an event; ``statistic`` an official
    figure; ``shared_stations`` and ``through_services`` stations and trains that two networks have
    in common; ``checklist`` a judgement item by item; ``combination`` number of other readings that
    hold.
    """

    TRAVEL_TIME = "travel_time"
    DISTANCE = "distance"
    DIRECT_SERVICE = "direct_service"
    NETWORK_LENGTH = "network_length"
    COVERAGE = "coverage"
    CONNECTIVITY = "connectivity"
    BORDER_GAPS = "border_gaps"
    DETOUR = "detour"
    SERVICE_ACCESS = "service_access"
    TRANSFER_TIME = "transfer_time"
    SHARED_STATIONS = "shared_stations"
    THROUGH_SERVICES = "through_services"
    FLIGHT_TIME = "flight_time"
    MILESTONE = "milestone"
    STATISTIC = "statistic"
    CHECKLIST = "checklist"
    COMBINATION = "combination"


class Pairing(StrEnum):
    """Which origins and destinations make the pairs that are counted.

    ``each`` every origin with every destination; ``nearest`` every origin with its best destination
    other than itself; ``nearest_origin`` every destination with its best origin other than itself;
    ``all_pairs`` all unordered pairs within the origins (no destinations); ``any`` the single best
    pair of all; ``own`` every origin with the destination of its own prefecture; ``partner`` every
    origin zone with the stations in the cities of its pilot zone (``Zone.city_ids``) other than the
    city of the station at which the journey starts; ``consecutive`` every origin with the next one
    in the order given; ``across_border`` every origin with the origins of another city within
    ``catchment_km``.
    """

    EACH = "each"
    NEAREST = "nearest"
    NEAREST_ORIGIN = "nearest_origin"
    ALL_PAIRS = "all_pairs"
    ANY = "any"
    OWN = "own"
    PARTNER = "partner"
    CONSECUTIVE = "consecutive"
    ACROSS_BORDER = "across_border"


class PlaceKind(StrEnum):
    """Table or layer in which the ids of a place set are looked up."""

    STATIONS = "stations"
    PLACES = "places"
    COUNTY_SEATS = "county_seats"
    TOWNSHIPS = "townships"
    CITY_CENTRES = "city_centres"
    ZONES = "zones"
    AIRPORTS = "airports"
    NODES = "nodes"


class Weighting(StrEnum):
    """What a share is counted in: pairs alike, or the people of the origins."""

    PAIRS = "pairs"
    PEOPLE = "people"


class Comparison(StrEnum):
    """How the value must stand to the threshold."""

    AT_MOST = "<="
    AT_LEAST = ">="
    EQUAL = "=="


class MilestoneEvent(StrEnum):
    """What must have happened to a project."""

    STARTED = "started"
    OPENED = "opened"


class PlaceSet(Row):
    """A set of places, named one by one or by the area that holds them.

    Parameters
    ----------
    kind
        Where the ids are looked up.
    ids
        Current or former Chinese station names, place ids, county codes (``county_seats``), city
        codes (``city_centres``), zone ids or township ids. A named place that is not on the
        network of a year is unreachable in that year and counts as not within.
    within
        County or city codes; with no ``ids`` all places of the kind in them.
    types
        Kinds of station (``rail``, ``metro``, ``tram``) or place to keep; empty keeps all.

    """

    kind: PlaceKind
    ids: tuple[Text, ...] = ()
    within: tuple[Text, ...] = ()
    types: tuple[Text, ...] = ()


class Assumption(Row):
    """Why a number that a planner may dispute has the value it has.

    Parameters
    ----------
    field
        Name of the field of the reading.
    note_zh, note_en
        The reason, in both languages.

    """

    field: Text
    note_zh: Text
    note_en: Text


class Reading(Row):
    """One machine-readable way to understand a goal.

    Parameters
    ----------
    id
        Capital letter, ``A`` being the main reading. Letters with a digit (``A1``, ``A2``) are
        parts of one reading that must hold together.
    name_zh, name_en
        The reading in a planner's words.
    measure, origins, destinations, pairing
        What is measured, between what.
    also_report
        Destinations (or, for ``all_pairs``, origins) computed and shown but not counted.
    mode, definition, peak
        Means of travel, part of the journey, and whether roads carry the peak-hour factor. By car
        ``in_vehicle`` is the drive alone; ``door_to_door`` adds the parking of the parameters.
    statistics, decisive_statistic
        Statistics to report, and the one the verdict hangs on.
    weighting, required_share
        What is counted, and the share (0–1) of pairs or people that must comply.
    partly_share
        Smallest share still called partly met; 0 means that any share above 0 is.
    comparison, threshold, unit
        Comparison of each pair's value (for shares and totals: of the total) with the threshold.
        ``threshold`` is empty when the goal names no number that could be used.
    extra_minutes
        Added to every travel time, for example for parking at both ends.
    first_year
        First network year for which the reading makes sense.
    within, line_modes, line_ids
        City codes inside which, and rail modes or lines whose length counts
        (``network_length``); empty means everywhere, every mode, every line.
    catchment_km, catchment_min
        Distance up to which a station belongs to a zone (``direct_service``) or two places are
        neighbours (``across_border``), and minutes a catchment reaches (``connectivity``).
    gap_m, road_classes
        Distance to a border within which a road that stops is a gap, and the classes of road
        that are looked at (``border_gaps``).
    speed_kmh
        Cruising speed (``flight_time``).
    services, services_needed
        Classes of service, each of one or more kinds of point that stand for each other, and how
        many of them must be reached, all when empty (``service_access``). Without a mode people
        walk; in the unit km they look along a straight line. What is needed then is needed only
        on networks without such points.
    projects, event, by_year
        Projects, what must have happened to them, and by the end of which year (``milestone``).
    parts
        Readings of other goals as ``G-T06a/A`` (``combination``).
    baseline_value, baseline_year
        Value the document gives as the starting point.
    basis, certainty
        Whether the words say it or the product infers it, and how sure that is.
    caveats_zh, caveats_en
        What to know before quoting the answer.
    assumptions
        Reasons for the disputable numbers.
    needs_zh, needs_en
        Data that would be needed to decide the reading; empty when the product has them.

    """

    id: str = Field(pattern="^[A-Z][0-9]?$")
    name_zh: Text
    name_en: Text
    measure: Measure
    origins: PlaceSet | None = None
    destinations: PlaceSet | None = None
    also_report: PlaceSet | None = None
    pairing: Pairing = Pairing.EACH
    mode: Mode | None = None
    definition: Definition | None = None
    peak: bool = False
    statistics: tuple[Statistic, ...] = ()
    decisive_statistic: Statistic | None = None
    weighting: Weighting = Weighting.PAIRS
    required_share: float = Field(default=1.0, gt=0.0, le=1.0)
    partly_share: float = Field(default=0.0, ge=0.0, le=1.0)
    comparison: Comparison = Comparison.AT_MOST
    threshold: float | None = None
    unit: Text
    extra_minutes: float = Field(default=0.0, ge=0.0)
    first_year: Year | None = None
    within: tuple[Text, ...] = ()
    catchment_km: float | None = Field(default=None, gt=0.0)
    catchment_min: float | None = Field(default=None, gt=0.0)
    gap_m: float | None = Field(default=None, gt=0.0)
    road_classes: tuple[Text, ...] = ()
    speed_kmh: float | None = Field(default=None, gt=0.0)
    line_modes: tuple[Text, ...] = ()
    line_ids: tuple[Text, ...] = ()
    services: tuple[Annotated[tuple[PointKind, ...], Field(min_length=1)], ...] = ()
    services_needed: int | None = Field(default=None, ge=1)
    projects: tuple[Text, ...] = ()
    event: MilestoneEvent | None = None
    by_year: Year | None = None
    parts: tuple[Text, ...] = ()
    baseline_value: float | None = None
    baseline_year: Year | None = None
    basis: Basis
    certainty: Certainty
    caveats_zh: tuple[Text, ...] = ()
    caveats_en: tuple[Text, ...] = ()
    assumptions: tuple[Assumption, ...] = ()
    needs_zh: tuple[Text, ...] = ()
    needs_en: tuple[Text, ...] = ()

    @property
    def is_computable(self) -> bool:
        """Tell whether the product's own data can decide the reading."""
        return not self.needs_zh and self.threshold is not None

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        _same_length(self.caveats_zh, self.caveats_en)
        _same_length(self.needs_zh, self.needs_en)
        if self.statistics and self.decisive_statistic not in self.statistics:
            context = {"value": self.decisive_statistic or "—"}
            raise PydanticCustomError("error.statistic_not_listed", "not listed", context)
        if (self.services_needed or 0) > len(self.services):
            counts = {"needed": self.services_needed, "count": len(self.services)}
            raise PydanticCustomError("error.services_needed", "too many", counts)
        if self.is_computable or self.services:
            for field in _NEEDED[self.measure]:
                if getattr(self, field) in {None, ()}:
                    context = {"measure": self.measure.value, "field": field}
                    raise PydanticCustomError("error.reading_incomplete", "incomplete", context)
            self._check_pairing()
            self._check_weighting()
        return self

    def _check_pairing(self) -> None:
        allowed = _PAIRINGS.get(self.measure, frozenset(Pairing))
        if self.pairing not in allowed:
            names = ", ".join(pairing.value for pairing in Pairing if pairing in allowed)
            context = {
                "measure": self.measure.value,
                "pairing": self.pairing.value,
                "allowed": names,
            }
            raise PydanticCustomError("error.pairing_not_of_measure", "pairing", context)

    def _check_weighting(self) -> None:
        is_turned = self.pairing is Pairing.NEAREST_ORIGIN
        ends = self.destinations if is_turned else self.origins
        if self.weighting is Weighting.PEOPLE and ends is not None and ends.kind in _WITHOUT_PEOPLE:
            raise PydanticCustomError(
                "error.weighting_without_people", "no people", {"kind": ends.kind.value}
            )


class Goal(Row):
    """A goal, indicator, baseline or milestone of a document.

    Parameters
    ----------
    id
        ``G-T…`` time circles and networks, ``G-I…`` indicators, ``G-M…`` milestones, ``G-B…``
        baselines, ``G-Q…`` qualitative goals.
    kind
        Sort of statement.
    document_id, clause_heading, key_words
        Where it stands; the key words are at most 30 characters of the text.
    clause_certainty
        How sure the heading is: it is inferred from the theme where the text was not at hand.
    name_zh, name_en, subject_zh, subject_en
        The goal and whom it concerns.
    target_year
        Last year by which it must hold; empty when the text gives none.
    target_year_basis
        Whether the text names that year for this clause.
    unit
        Unit of the main reading.
    basis, certainty, computable
        Whether the document names the goal, how sure the row is, whether it can be computed.
    headline
        Whether it is judged by default and shown on the scorecard.
    note_zh, note_en
        What a planner should know about the row.
    readings
        All readings, ``A`` first.

    """

    id: str = Field(pattern="^G-[A-Z][0-9]{2}[a-z]?$")
    kind: GoalKind
    document_id: Text
    clause_heading: Text
    clause_certainty: Certainty
    key_words: KeyWords = Field(min_length=1)
    name_zh: Text
    name_en: Text
    subject_zh: Text
    subject_en: Text
    target_year: Year | None = None
    target_year_basis: Basis = Basis.NAMED
    unit: Text
    basis: Basis
    certainty: Certainty
    computable: Computable
    headline: bool = False
    note_zh: str = ""
    note_en: str = ""
    readings: tuple[Reading, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _has_distinct_readings(self) -> Self:
        seen: set[str] = set()
        for reading in self.readings:
            if reading.id in seen:
                context = {"id": reading.id, "first": self.id}
                raise PydanticCustomError("error.id_duplicate", "duplicate", context)
            seen.add(reading.id)
        _same_length([self.note_zh] * bool(self.note_zh), [self.note_en] * bool(self.note_en))
        return self

    def reading(self, identifier: str) -> Reading:
        """Return one reading.

        Raises
        ------
        KeyError
            If the goal has no such reading.

        """
        return {reading.id: reading for reading in self.readings}[identifier]


def load_goals(seeds: Path | None = None) -> tuple[Goal, ...]:
    """Return all goals in the order of the file.

    Parameters
    ----------
    seeds
        Folder of the seed tables; the product's own by default.

    Raises
    ------
    InputError
        With every problem, each naming goal, reading and field.

    """
    path = (seeds or seeds_dir()) / FILE_NAME
    goals = read_entries(path, Goal, list_key="goals", place=_place)
    known = {f"{goal.id}/{reading.id}" for goal in goals for reading in goal.readings}
    references = [
        (f"{path.name} goal {goal.id} reading {reading.id} field parts", reading.parts)
        for goal in goals
        for reading in goal.readings
    ]
    raise_problems(unknown_ids(references, known=known, table=path.name))
    return goals


def _place(entry: Mapping[str, Any], path: Sequence[int | str]) -> str:
    words = [f"goal {entry.get('id', '?')}"]
    rest = list(path)
    readings = entry.get("readings")
    if len(rest) > 1 and rest[0] == "readings" and isinstance(rest[1], int):
        raw = readings[rest[1]] if isinstance(readings, list) else {}
        words.append(f"reading {raw.get('id', '?') if isinstance(raw, Mapping) else '?'}")
        rest = rest[2:]
    if rest:
        words.append("field " + ".".join(str(part) for part in rest))
    return " ".join(words)


def _same_length(zh: Iterable[str], en: Iterable[str]) -> None:
    lengths = {"zh": len(tuple(zh)), "en": len(tuple(en))}
    if lengths["zh"] != lengths["en"]:
        raise PydanticCustomError("error.one_language", "one language", lengths)


_PAIRS = ("origins", "mode", "definition", "statistics")
_NEEDED: Mapping[Measure, tuple[str, ...]] = {
    Measure.TRAVEL_TIME: _PAIRS,
    Measure.DISTANCE: ("origins", "destinations"),
    Measure.DIRECT_SERVICE: ("origins", "catchment_km"),
    Measure.NETWORK_LENGTH: (),
    Measure.COVERAGE: _PAIRS,
    Measure.CONNECTIVITY: ("origins", "mode", "definition", "catchment_min"),
    Measure.BORDER_GAPS: ("gap_m", "road_classes"),
    Measure.DETOUR: ("origins", "mode"),
    Measure.SERVICE_ACCESS: ("origins", "services"),
    Measure.TRANSFER_TIME: ("origins",),
    Measure.SHARED_STATIONS: ("origins", "destinations"),
    Measure.THROUGH_SERVICES: ("origins", "destinations"),
    Measure.FLIGHT_TIME: ("origins", "speed_kmh"),
    Measure.MILESTONE: ("projects", "event", "by_year"),
    Measure.STATISTIC: (),
    Measure.CHECKLIST: (),
    Measure.COMBINATION: ("parts",),
}
_OF_PAIRS = frozenset(
    {
        Pairing.EACH,
        Pairing.NEAREST,
        Pairing.NEAREST_ORIGIN,
        Pairing.ALL_PAIRS,
        Pairing.ANY,
        Pairing.OWN,
    }
)
_PAIRINGS: Mapping[Measure, frozenset[Pairing]] = {
    Measure.TRAVEL_TIME: _OF_PAIRS,
    Measure.DISTANCE: _OF_PAIRS,
    Measure.FLIGHT_TIME: _OF_PAIRS,
    Measure.DIRECT_SERVICE: frozenset({Pairing.PARTNER}),
    Measure.DETOUR: frozenset({Pairing.ACROSS_BORDER}),
    Measure.CONNECTIVITY: frozenset({Pairing.EACH, Pairing.ALL_PAIRS, Pairing.CONSECUTIVE}),
    Measure.SERVICE_ACCESS: frozenset({Pairing.EACH}),
}
_WITHOUT_PEOPLE = frozenset(
    {PlaceKind.STATIONS, PlaceKind.AIRPORTS, PlaceKind.PLACES, PlaceKind.NODES}
)
