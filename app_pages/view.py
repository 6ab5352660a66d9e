"""What the reader looks at, as one frozen value that the address of the page holds."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, Self

from gis.core.schemas import YEARS

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")
MODES = ("car", "transit")
MINUTES = (30, 60)
SWITCHES = (
    "zones", "platforms", "corridors", "projects",
    "roads", "rail", "stations",
    "townships", "names",
)  # fmt: skip
FIRST_SWITCHES = ("zones", "roads", "rail", "stations", "names")
FIRST_YEAR = 2023
TOPICS = ("measures", "borders")
LEVELS = ("counties", "townships", "cities", "zones")
SCOPES = ("border", "zone")
FIRST_MEASURE = "people_60"
EVERY = "all"
PEAK = "peak"
COORDINATES = 2
CAMERA_NUMBERS = 3


@dataclass(frozen=True, slots=True)
class View:
    """State of the page.

    Parameters
    ----------
    language
        ``zh`` or ``en``.
    year
        Year of the network, one of :data:`gis.core.schemas.YEARS`.
    mode
        Means of travel of the isochrones: ``car`` or ``transit``.
    minutes
        Limits of the isochrones.
    on
        Layers switched on.
    at
        Longitude and latitude asked about, degrees WGS84.
    goal, reading, zone
        Ids of what is opened.
    of_every_goal
        Whether the page of the goals offers all of them, not only the headline ones.
    topic, measure, level, scope
        What the page of access shows: :data:`TOPICS`, id of a measure, :data:`LEVELS`,
        :data:`SCOPES` of borders.
    peak
        Whether access is that of the morning peak.
    network
        Name of a network of the reader's own that answers clicks and gives access; empty where
        the network of the year does.
    camera
        Longitude, latitude and zoom of the map.
    seq
        Number of the reader's last message from the map.

    """

    language: Language = "zh"
    year: int = FIRST_YEAR
    mode: str = "car"
    minutes: tuple[int, ...] = MINUTES
    on: tuple[str, ...] = FIRST_SWITCHES
    at: tuple[float, float] | None = None
    goal: str = ""
    reading: str = ""
    zone: str = ""
    of_every_goal: bool = False
    topic: str = TOPICS[0]
    measure: str = FIRST_MEASURE
    level: str = LEVELS[0]
    scope: str = SCOPES[0]
    peak: bool = False
    network: str = ""
    camera: tuple[float, float, float] | None = None
    seq: int = 0

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> Self:
        """Read an address; what it cannot hold is left at its default, never an error."""
        known = {field: query.get(field, "") for field in ("goal", "reading", "zone", "network")}
        at = _numbers(query.get("at"), COORDINATES)
        camera = _numbers(query.get("map"), CAMERA_NUMBERS)
        minutes = tuple(limit for limit in MINUTES if str(limit) in _parts(query.get("minutes")))
        wanted = _parts(query.get("on"))
        language: Language = "en" if query.get("lang") == "en" else "zh"
        year = query.get("year", "")
        return cls(
            language=language,
            year=int(year) if year in {str(known_year) for known_year in YEARS} else FIRST_YEAR,
            mode=_one_of(MODES, query.get("mode")),
            minutes=minutes or MINUTES,
            of_every_goal=query.get("goals") == EVERY,
            topic=_one_of(TOPICS, query.get("show")),
            measure=query.get("measure") or FIRST_MEASURE,
            level=_one_of(LEVELS, query.get("level")),
            scope=_one_of(SCOPES, query.get("scope")),
            peak=query.get("when") == PEAK,
            on=tuple(s for s in SWITCHES if s in wanted) if "on" in query else FIRST_SWITCHES,
            at=(at[0], at[1]) if at else None,
            camera=(camera[0], camera[1], camera[2]) if camera else None,
            **known,
        )

    def to_query(self) -> dict[str, str]:
        """Return the address parameters; what stands at its default is left out."""
        written = {
            "lang": self.language,
            "year": str(self.year),
            "mode": self.mode,
            "minutes": _joined(self.minutes),
            "on": _joined(switch for switch in SWITCHES if switch in self.on),
            "at": _joined(self.at or ()),
            "goal": self.goal,
            "reading": self.reading,
            "zone": self.zone,
            "goals": EVERY if self.of_every_goal else "",
            "show": self.topic,
            "measure": self.measure,
            "level": self.level,
            "scope": self.scope,
            "when": PEAK if self.peak else "",
            "network": self.network,
            "map": _joined(self.camera or ()),
        }
        plain = type(self)()
        defaults = {
            "lang": plain.language,
            "year": str(plain.year),
            "mode": plain.mode,
            "minutes": _joined(plain.minutes),
            "on": _joined(plain.on),
            "show": plain.topic,
            "measure": plain.measure,
            "level": plain.level,
            "scope": plain.scope,
        }
        return {key: value for key, value in written.items() if value != defaults.get(key, "")}

    def changed_on_map(self, message: Mapping[str, Any]) -> Self:
        """Return the view after a message of the map component; unknown values are ignored."""
        at, camera = message.get("at"), message.get("camera")
        wanted = View.from_query(
            {
                "year": str(message.get("year", "")),
                "mode": str(message.get("mode", "")),
                "minutes": _joined(message.get("minutes", ())),
                "on": _joined(message.get("on", ())),
                "at": _joined(at) if at else "",
                "map": _joined(camera) if camera else "",
            }
        )
        return replace(
            self,
            year=wanted.year,
            mode=wanted.mode,
            minutes=wanted.minutes,
            on=wanted.on,
            at=wanted.at or self.at,
            camera=wanted.camera or self.camera,
            goal="" if at else self.goal,
            reading="" if at else self.reading,
            seq=int(message.get("seq", 0)),
        )


def _one_of(known: tuple[str, ...], wanted: str | None) -> str:
    return wanted if wanted in known else known[0]


def _parts(written: str | None) -> list[str]:
    return (written or "").split(",")


def _joined(values: Any) -> str:  # noqa: ANN401 - any iterable of numbers or words
    return ",".join(str(value) for value in values)


def _numbers(written: str | None, count: int) -> tuple[float, ...] | None:
    try:
        numbers = tuple(float(part) for part in _parts(written))
    except ValueError:
        return None
    usable = all(-180 <= number <= 180 for number in numbers)  # noqa: PLR2004 - degrees
    return numbers if len(numbers) == count and usable else None
