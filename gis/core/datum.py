"""GCJ-02 and BD-09, the shifted coordinates of web maps in China, to and from WGS84.

The shift of GCJ-02 is the published polynomial with sines on the Krasovsky 1940 ellipsoid; it moves
points in northern Zhejiang by about 500 m. BD-09 (Baidu) adds a turn and 0.006 degrees. The inverse
is found by iteration to well below a millimetre.
"""

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]

KRASOVSKY_RADIUS_M = 6_378_245.0
KRASOVSKY_ECCENTRICITY_SQUARED = 0.006_693_421_622_965_943_23
BAIDU_ANGLE = np.pi * 3000.0 / 180.0
BAIDU_LON, BAIDU_LAT = 0.0065, 0.006
ITERATIONS = 8


def wgs84_to_gcj02(lon: FloatArray, lat: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return GCJ-02 degrees of WGS84 degrees, elementwise."""
    east, north = lon - 105.0, lat - 35.0
    ripple = _sines(east, (20, 6.0), (20, 2.0))
    shift_lat = (
        -100 + 2 * east + 3 * north + 0.2 * north**2 + 0.1 * east * north
        + 0.2 * np.sqrt(np.abs(east)) + ripple
        + _sines(north, (20, 1.0), (40, 1 / 3), (160, 1 / 12), (320, 1 / 30))
    )  # fmt: skip
    shift_lon = (
        300 + east + 2 * north + 0.1 * east**2 + 0.1 * east * north
        + 0.1 * np.sqrt(np.abs(east)) + ripple
        + _sines(east, (20, 1.0), (40, 1 / 3), (150, 1 / 12), (300, 1 / 30))
    )  # fmt: skip
    sine = np.sin(np.deg2rad(lat))
    compression = 1 - KRASOVSKY_ECCENTRICITY_SQUARED * sine**2
    meridian_m = (
        KRASOVSKY_RADIUS_M * (1 - KRASOVSKY_ECCENTRICITY_SQUARED) / compression**1.5
    ) * np.deg2rad(1)
    parallel_m = KRASOVSKY_RADIUS_M / np.sqrt(compression) * np.cos(np.deg2rad(lat)) * np.deg2rad(1)
    return lon + shift_lon / parallel_m, lat + shift_lat / meridian_m


def gcj02_to_wgs84(lon: FloatArray, lat: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return WGS84 degrees of GCJ-02 degrees, elementwise."""
    found_lon, found_lat = np.array(lon, dtype=np.float64), np.array(lat, dtype=np.float64)
    for _ in range(ITERATIONS):
        there_lon, there_lat = wgs84_to_gcj02(found_lon, found_lat)
        found_lon, found_lat = found_lon + lon - there_lon, found_lat + lat - there_lat
    return found_lon, found_lat


def bd09_to_wgs84(lon: FloatArray, lat: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return WGS84 degrees of BD-09 degrees, elementwise."""
    east, north = lon - BAIDU_LON, lat - BAIDU_LAT
    radius = np.hypot(east, north) - 0.00002 * np.sin(north * BAIDU_ANGLE)
    angle = np.arctan2(north, east) - 0.000003 * np.cos(east * BAIDU_ANGLE)
    return gcj02_to_wgs84(radius * np.cos(angle), radius * np.sin(angle))


def _sines(angle: FloatArray, *terms: tuple[float, float]) -> FloatArray:
    """Return two thirds of a sum of sines: terms are amplitudes and multiples of pi."""
    return np.asarray(sum(size * np.sin(angle * times * np.pi) for size, times in terms) * 2 / 3)
