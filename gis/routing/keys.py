"""Costs that hold time and length in one number: the quicker way first, of equals the shorter.

A key is ``deciseconds << 32 | decimetres``. Adding keys adds both parts, and comparing keys
compares times first, so that the kernels for times serve unchanged for times with lengths.
"""

import numpy as np
import numpy.typing as npt

Int32Array = npt.NDArray[np.int32]
Int64Array = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]

DECIMETRES_PER_METRE = 10.0
_LENGTH_BITS = 32  # 2**32 decimetres go ten times round the Earth
_LENGTH_MASK = np.int64(2**_LENGTH_BITS - 1)


def keys(time_ds: Int32Array, length_m: FloatArray) -> Int64Array:
    """Return the keys of times and lengths.

    Parameters
    ----------
    time_ds
        Deciseconds, at least 0; ``FAR`` gives ``FAR_KEY`` or more.
    length_m
        Metres, at least 0, rounded to decimetres.

    """
    decimetres = np.rint(np.asarray(length_m) * DECIMETRES_PER_METRE).astype(np.int64)
    return (np.asarray(time_ds).astype(np.int64) << _LENGTH_BITS) + decimetres


def time_of(key: Int64Array) -> Int32Array:
    """Return the deciseconds of keys; ``FAR`` or more where the key is ``FAR_KEY`` or more."""
    return (key >> _LENGTH_BITS).astype(np.int32)


def length_m_of(key: Int64Array) -> FloatArray:
    """Return the metres of keys; meaningless where the key is ``FAR_KEY`` or more."""
    return (key & _LENGTH_MASK) / DECIMETRES_PER_METRE
