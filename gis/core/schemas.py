"""Enumerations and column names shared by tables, layers and results."""

from enum import StrEnum


class Basis(StrEnum):
    """Whether a document names a thing or the product inferred it."""

    NAMED = "named"
    INFERRED = "inferred"


class Certainty(StrEnum):
    """How far a row can be trusted."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    GUESS = "guess"


class Status(StrEnum):
    """State of a project or a line."""

    OPEN = "open"
    PARTLY_OPEN = "partly_open"
    UNDER_CONSTRUCTION = "under_construction"
    PLANNED = "planned"
    STUDY = "study"
    UNKNOWN = "unknown"


class Method(StrEnum):
    """How a geometry came about."""

    DIGITISED = "digitised"
    DERIVED = "derived"
    SURVEYED_POINT = "surveyed_point"
    SKETCHED = "sketched"
    IMPORTED = "imported"


class Mode(StrEnum):
    """Means of travel."""

    CAR = "car"
    TRANSIT = "transit"
    BEST = "best"


class Travel(StrEnum):
    """Ways of using the roads of a network."""

    DRIVE = "drive"
    DRIVE_PEAK = "drive_peak"
    WALK = "walk"


class Definition(StrEnum):
    """Which part of a journey a travel time covers."""

    IN_VEHICLE = "in_vehicle"
    STATION_TO_STATION = "station_to_station"
    DOOR_TO_DOOR = "door_to_door"


class Statistic(StrEnum):
    """Which of the day's journeys a travel time stands for."""

    FASTEST = "fastest"
    MEDIAN = "median"
    P90 = "p90"


class VerdictWord(StrEnum):
    """The four answers to a goal."""

    MET = "met"
    PARTLY_MET = "partly met"
    NOT_MET = "not met"
    NOT_DECIDABLE = "not decidable"


FEATURE_COLUMNS = ("id", "name_zh", "name_en", "source_id", "method", "accuracy_m", "status")
YEARS = (2021, 2023, 2026, 2027, 2035)
