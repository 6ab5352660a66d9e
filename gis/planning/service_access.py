"""Classes of service within reach of people: schools, clinics, hospitals and the like.

For each origin the nearest point of each class counts. The value of an origin is what it takes to
the class that decides: the farthest of those that must be reached. A share of people within the
threshold is thus the share of people who reach so many classes. Without a mode people walk; a
reading in km looks along a straight line.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.spatial import cKDTree

from gis.access.entries import coordinates_of
from gis.access.reach import walks_between
from gis.catalogue.goals import PlaceKind, PlaceSet, Reading, Weighting
from gis.catalogue.osm_points import PointKind
from gis.core.crs import distance_m, metric_xy
from gis.core.schemas import Mode
from gis.core.text import Language, text
from gis.core.units import METRES_PER_KILOMETRE, SECONDS_PER_MINUTE
from gis.network.model import Network
from gis.planning.candidate_times import NOWHERE, candidate_minutes
from gis.planning.caveats import Remark
from gis.planning.grounds import POINT_COLUMNS, Grounds, Measured, statistics_of
from gis.planning.pair_times import reading_points

FloatArray = npt.NDArray[np.float64]
Int64Array = npt.NDArray[np.int64]

NEAREST = 4  # points of a class that are tried from an origin; ways may differ from straight lines
WALK_LIMIT = 3.0  # walks are followed to so many times the threshold, to tell by how much it fails

ServiceClass = tuple[PointKind, ...]


def lacking_classes(reading: Reading, network: Network) -> tuple[ServiceClass, ...]:
    """Return the classes of service of a reading of which a network knows no point."""
    known = set(network.points["kind"].astype(str))
    return tuple(one for one in reading.services if known.isdisjoint(one))


def has_services(reading: Reading, network: Network) -> bool:
    """Tell whether a network has points of the services of a reading; which, if any, may lack."""
    kinds = {kind.value for one in reading.services for kind in one}
    return bool(network.points["kind"].isin(kinds).any())


def lacking_remarks(reading: Reading, network: Network) -> list[Remark]:
    """Return a remark that names the classes of which a network knows no point, if any."""
    lacking = lacking_classes(reading, network)
    if not lacking:
        return []
    names: dict[Language, str] = {
        "zh": "、".join(_class_name(one, "zh") for one in lacking),
        "en": ", ".join(_class_name(one, "en") for one in lacking),
    }
    return [Remark("verdict.caveat.no_points", {"kinds": names["zh"]}, {"kinds": names["en"]})]


def measure_service_access(reading: Reading, grounds: Grounds, *, year: int) -> Measured:
    """Return what it takes each origin to reach the classes of service a reading asks for.

    Parameters
    ----------
    reading
        One whose classes the network has points of (:func:`lacking_classes`).
    grounds
        Networks and layers.
    year
        One of the years of the networks.

    Returns
    -------
    Measured
        One pair an origin and statistic. Its destination is the point that decides; where too few
        classes are within reach, the kinds that are not, by name.

    """
    network = grounds.networks[year]
    origins = _origins(reading.origins, grounds, network)
    points, ids = network.points, network.points["point_id"].astype(str).tolist()
    near = nearest_points(origins, points, reading.services, network=network)
    if reading.unit == "km":
        costs = _distances_km(origins, points, near)
    else:
        costs = _times_min(reading, grounds, network, origins, near)
    costs = np.where((near == NOWHERE)[..., None], np.nan, costs)
    needed = reading.services_needed or len(reading.services)
    people = origins["population"].to_numpy(dtype=np.float64)
    weight = (
        np.nan_to_num(people) if reading.weighting is Weighting.PEOPLE else np.ones(len(people))
    )
    tables, out_of_reach = [], set()
    for number, statistic in enumerate(statistics_of(reading)):
        value, decider, reached = _deciding(costs[..., number], near, needed=needed)
        chosen = [
            ids[point] if point != NOWHERE else _missed(reading, row)
            for point, row in zip(decider.tolist(), reached, strict=True)
        ]
        out_of_reach |= {
            name for name, point in zip(chosen, decider, strict=True) if point == NOWHERE
        }
        tables.append(
            pd.DataFrame(
                {
                    "origin": origins["id"].to_numpy(),
                    "destination": chosen,
                    "statistic": statistic,
                    "minutes": value,
                    "people": people,
                    "weight": weight,
                }
            )
        )
    pairs = pd.concat(tables, ignore_index=True)
    ends = [_named_points(points, pairs["destination"]), _named_kinds(sorted(out_of_reach))]
    located = pd.concat([origins.set_index("id")[list(POINT_COLUMNS)], *ends])
    return Measured(
        pairs=pairs, points=located, also=pairs.iloc[:0], remarks=tuple(_remarks(reading))
    )


def nearest_points(
    origins: pd.DataFrame,
    points: pd.DataFrame,
    services: Sequence[ServiceClass],
    *,
    network: Network,
    count: int = NEAREST,
) -> Int64Array:
    """Return the points of each class that are nearest in a straight line.

    Parameters
    ----------
    origins
        ``lon, lat`` (WGS84).
    points
        ``kind, lon, lat`` (WGS84).
    services
        Classes, each of some kinds.
    network
        Its metric system.
    count
        How many of each class to give.

    Returns
    -------
    array
        ``(origins, classes, count)`` rows of ``points``, nearest first; -1 beyond the last.

    """
    here, there = (
        np.column_stack(metric_xy(*coordinates_of(frame), network.metric_system))
        for frame in (origins, points)
    )
    near = np.full((len(origins), len(services), count), NOWHERE, dtype=np.int64)
    for number, kinds in enumerate(services):
        own = np.flatnonzero(points["kind"].isin(kinds).to_numpy())
        if len(own) and len(here):
            found = min(count, len(own))
            _, rows = cKDTree(there[own]).query(here, k=np.arange(1, found + 1))
            near[:, number, :found] = own[rows]
    return near


def _origins(place_set: PlaceSet | None, grounds: Grounds, network: Network) -> pd.DataFrame:
    if place_set is None:
        raise ValueError("a reading of services has origins")  # the schema asks for them
    present, _ = reading_points(place_set, grounds.book, network)
    return present


def _distances_km(origins: pd.DataFrame, points: pd.DataFrame, near: Int64Array) -> FloatArray:
    """Return ``(origins, classes, candidates, 1)`` straight kilometres."""
    origin = np.broadcast_to(np.arange(len(near))[:, None, None], near.shape).ravel()
    here, there = coordinates_of(origins.iloc[origin]), coordinates_of(points.iloc[near.ravel()])
    return distance_m(*here, *there).reshape(*near.shape, 1) / METRES_PER_KILOMETRE


def _times_min(
    reading: Reading, grounds: Grounds, network: Network, origins: pd.DataFrame, near: Int64Array
) -> FloatArray:
    """Return ``(origins, classes, candidates, statistics)`` minutes, on foot without a mode."""
    points = network.points.rename(columns={"point_id": "id"})[["id", "lon", "lat"]]
    if reading.mode is not None:
        return candidate_minutes(
            network, origins, points, near, reading=reading, parameters=grounds.parameters
        )
    asked, column = np.unique(near, return_inverse=True)
    limit_min = WALK_LIMIT * (reading.threshold or 0.0)
    walker = replace(grounds.parameters, max_walk_min=limit_min)
    facilities = points.iloc[asked].reset_index(drop=True)
    seconds, _ = walks_between(network, origins, facilities, parameters=walker)
    minutes = seconds / SECONDS_PER_MINUTE
    return minutes[np.arange(len(near))[:, None, None], column.reshape(near.shape)][..., None]


def _deciding(
    costs: FloatArray, near: Int64Array, *, needed: int
) -> tuple[FloatArray, Int64Array, npt.NDArray[np.bool_]]:
    """Return value, deciding point and which classes are reached, of each origin.

    Parameters
    ----------
    costs, near
        ``(origins, classes, candidates)``.
    needed
        How many classes must be reached.

    """
    filled = np.where(np.isnan(costs), np.inf, costs)
    best = filled.argmin(axis=2)[..., None]
    cost = np.take_along_axis(filled, best, axis=2)[..., 0]
    point = np.take_along_axis(near, best, axis=2)[..., 0]
    last = np.argsort(cost, axis=1, kind="stable")[:, needed - 1 : needed]
    value = np.take_along_axis(cost, last, axis=1)[:, 0]
    is_reached = np.isfinite(value)
    decider = np.where(is_reached, np.take_along_axis(point, last, axis=1)[:, 0], NOWHERE)
    return np.where(is_reached, value, np.nan), decider, np.isfinite(cost)


def _missed(reading: Reading, reached: npt.NDArray[np.bool_]) -> str:
    """Return the classes out of reach as one id: kinds of a class by +, classes by ;."""
    return ";".join(
        "+".join(kinds) for kinds, is_in in zip(reading.services, reached, strict=True) if not is_in
    )


def _named_kinds(missed: Sequence[str]) -> pd.DataFrame:
    rows = {
        name: [_names_of_missed(name, "zh"), _names_of_missed(name, "en"), np.nan, np.nan]
        for name in missed
    }
    return pd.DataFrame.from_dict(rows, orient="index", columns=list(POINT_COLUMNS))


def _names_of_missed(missed: str, language: Language) -> str:
    classes = [tuple(PointKind(kind) for kind in one.split("+")) for one in missed.split(";")]
    mark = "、" if language == "zh" else ", "
    return mark.join(_class_name(kinds, language) for kinds in classes)


def _named_points(points: pd.DataFrame, chosen: "pd.Series[str]") -> pd.DataFrame:
    """Return the points that decide, by id; what has no name is called by its kind."""
    own = points[points["point_id"].isin(chosen)].set_index("point_id")
    kinds = own["kind"].astype(str)
    name = own["name_zh"].fillna("").astype(str)
    return pd.DataFrame(
        {
            "name_zh": name.where(name != "", kinds.map(lambda kind: _kind_name(kind, "zh"))),
            "name_en": name.where(name != "", kinds.map(lambda kind: _kind_name(kind, "en"))),
            "lon": own["lon"],
            "lat": own["lat"],
        }
    )


def _class_name(kinds: ServiceClass, language: Language) -> str:
    mark = "或" if language == "zh" else " or "
    return mark.join(_kind_name(kind, language) for kind in kinds)


def _kind_name(kind: str, language: Language) -> str:
    return text(f"point_kind.{kind}", language=language)


def _remarks(reading: Reading) -> list[Remark]:
    """Return what to know before quoting how many people reach services."""
    kinds = {kind for one in reading.services for kind in one}
    remarks = [Remark("verdict.caveat.points_incomplete")]
    if kinds & {PointKind.HOSPITAL, PointKind.SCHOOL}:
        remarks.append(Remark("verdict.caveat.points_without_grade"))
    if reading.origins is not None and reading.origins.kind is PlaceKind.TOWNSHIPS:
        remarks.append(Remark("verdict.caveat.seats_for_residents"))
    if reading.mode not in {None, Mode.CAR}:
        remarks.append(Remark("verdict.caveat.synthetic_timetable"))
    return remarks
