"""Places of the gazetteer: ``seeds/places.csv``."""

from enum import StrEnum
from pathlib import Path

from gis.catalogue.areas import ADMIN_UNITS_TABLE, load_admin_units
from gis.catalogue.tables import Lat, Lon, Row, Text, read_rows, unknown_ids
from gis.core.errors import raise_problems
from gis.core.paths import seeds_dir
from gis.core.schemas import Certainty, Status

PLACES_TABLE = "places.csv"
ZONE_PLACES_TABLE = "zone_places.csv"


class PlaceKind(StrEnum):
    """What a place is."""

    CITY_CENTRE = "city_centre"
    SUB_CENTRE = "sub_centre"
    CITY_GOV = "city_gov"
    COUNTY_SEAT = "county_seat"
    TOWN = "town"
    LOCALITY = "locality"
    RAIL_STATION = "rail_station"
    METRO_STATION = "metro_station"
    AIRPORT = "airport"
    AIRFIELD = "airfield"
    PORT = "port"
    LOCK = "lock"
    BRIDGE_TUNNEL = "bridge_tunnel"
    INTERCHANGE = "interchange"
    PLATFORM = "platform"


class Place(Row):
    """A named point.

    Parameters
    ----------
    city_id
        City it is counted to; empty beyond the cities of ``admin_units.csv``.
    lon, lat
        WGS84 degrees.
    same_as
        Id of the same place in another table (administrative unit, township, station, road
        node), so that a search shows it once.

    """

    id: Text
    name_zh: Text
    name_en: Text
    kind: PlaceKind
    status: Status
    city_id: str = ""
    lon: Lon
    lat: Lat
    certainty: Certainty
    same_as: str = ""
    source_id: Text
    note: str = ""


class ZonePlace(Row):
    """One of the places of a zone that has several and no area, for example two airports."""

    zone_id: Text
    name_zh: Text
    lon: Lon
    lat: Lat
    certainty: Certainty


def load_zone_places(seeds: Path | None = None) -> tuple[ZonePlace, ...]:
    """Read the places of zones that lie in several.

    Raises
    ------
    InputError
        With every problem of the table.

    """
    return read_rows((seeds or seeds_dir()) / ZONE_PLACES_TABLE, ZonePlace, key="")


def load_places(seeds: Path | None = None) -> tuple[Place, ...]:
    """Read the places.

    Raises
    ------
    InputError
        With every problem of the table.

    """
    places = read_rows((seeds or seeds_dir()) / PLACES_TABLE, Place)
    references = [
        (f"{PLACES_TABLE} {place.id} {place.name_zh}", (place.city_id,)) for place in places
    ]
    codes = [unit.code for unit in load_admin_units(seeds)]
    raise_problems(unknown_ids(references, known=codes, table=ADMIN_UNITS_TABLE))
    return places
