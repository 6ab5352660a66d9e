"""Pilot-Zone Atlas (先行区一张图): planning analysis for northern Zhejiang."""

import os as _os
import sys as _sys

# Numba reads this when it is loaded; see gis/core/kernel_cache.py.
_LOCATORS = "gis.core.kernel_cache.InTree,gis.core.kernel_cache.UserWide"
_os.environ.setdefault("NUMBA_CACHE_LOCATOR_CLASSES", _LOCATORS)
if "numba" in _sys.modules:
    _sys.modules["numba"].config.CACHE_LOCATOR_CLASSES = _LOCATORS
