"""The land within the administrative limits.

County areas reach to the administrative limit in the sea. The shore is that limit where both
agree; elsewhere (Hangzhou Bay, Xiangshan Bay, Sanmen Bay, Shipu Harbour, the channels south of
Daxie and Meishan) it is the line digitised in ``digitised/coast.geojson``: polygons of water,
drawn along the shore and generous to seaward, that are cut out.
"""

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from gis.core.crs import GEOGRAPHIC, area_km2

SHORES_FILE = "coast"
MIN_LAND_KM2 = 0.1
GRID_DEGREES = 1e-5  # what the layer files keep; snapping here keeps the areas valid


def land_area(
    within_limits: shapely.Geometry,
    shores: npt.NDArray[np.object_],
    islands: npt.NDArray[np.object_],
) -> shapely.Geometry:
    """Return the land: the area within the limits, less the water digitised along the shores.

    Islands that lie in that water stay. Crumbs below 0.1 km2 that a shore leaves seaward are
    dropped.
    """
    mainland = shapely.difference(within_limits, shapely.union_all(shores))
    whole = shapely.set_precision(shapely.union_all([mainland, *islands]), GRID_DEGREES)
    parts = shapely.get_parts(whole)
    areas = area_km2(gpd.GeoSeries(parts, crs=GEOGRAPHIC))
    return shapely.union_all(parts[areas >= MIN_LAND_KM2])
