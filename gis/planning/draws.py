"""Random errors of the inputs of verdicts, the same for the same seed.

Each source of error has a column of draws of its own, by Latin hypercube sampling (McKay, Beckman
and Conover, Technometrics 21, 1979): the range is cut into as many equally likely slices as there
are draws and each slice is drawn from once, so that few draws cover it evenly. A column depends on
the seed, the number of draws and its name only, never on what else is drawn.
"""

from collections.abc import Sequence
from zlib import crc32

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

from gis.catalogue.accuracies import Accuracy, Shape

FloatArray = npt.NDArray[np.float64]


def drawn(
    accuracy: Accuracy, *, count: int, seed: int, name: str = "", spread: float = 1.0
) -> FloatArray:
    """Return draws of one source of error.

    Parameters
    ----------
    accuracy
        Its distribution.
    count
        Number of draws.
    seed
        Seed of the whole sample.
    name
        Tells columns of the same source apart, such as those of two projects.
    spread
        Factor on every error; 0 gives what the product computes with.

    Returns
    -------
    numpy.ndarray
        ``(count,)`` in the unit of the source.

    """
    generator = _generator(seed, accuracy.id, name)
    slices = (generator.permutation(count) + generator.random(count)) / max(count, 1)
    values = quantiles(accuracy, slices)
    return accuracy.base + spread * (values - accuracy.base)


def drawn_each(
    accuracy: Accuracy, names: Sequence[str], *, count: int, seed: int, spread: float = 1.0
) -> FloatArray:
    """Return ``(count, names)`` draws, a column for each name (:func:`drawn`)."""
    columns = [drawn(accuracy, count=count, seed=seed, name=name, spread=spread) for name in names]
    return np.stack(columns, axis=1) if columns else np.empty((count, 0))


def quantiles(accuracy: Accuracy, share: FloatArray) -> FloatArray:
    """Return the values below which shares of a distribution lie.

    Parameters
    ----------
    accuracy
        The distribution.
    share
        Shares over 0 and below 1.

    """
    if accuracy.shape is Shape.NORMAL:
        return np.asarray(accuracy.sd * ndtri(share), dtype=np.float64)
    low, mode, high = accuracy.low, accuracy.mode, accuracy.high
    width = high - low
    if width <= 0:
        return np.full(share.shape, mode)
    rising = low + np.sqrt(share * width * (mode - low))
    falling = high - np.sqrt((1.0 - share) * width * (high - mode))
    return np.where(share * width < mode - low, rising, falling)


def _generator(seed: int, *names: str) -> np.random.Generator:
    return np.random.default_rng([seed, *(crc32(name.encode()) for name in names)])
