"""Which input a result hangs on most: first-order sensitivity from the draws themselves."""

import numpy as np
import numpy.typing as npt
from scipy.stats import rankdata

FloatArray = npt.NDArray[np.float64]

_DRAWS_PER_SLICE = 40


def first_order(inputs: FloatArray, results: FloatArray) -> FloatArray:
    """Return the share of the variance of a result that each input explains alone.

    The draws are sorted by an input and cut into slices; the variance of the means of the slices,
    over the variance of all, estimates Sobol's first-order index (the correlation ratio of
    McKay, "Evaluating prediction uncertainty", NUREG/CR-6311, 1995; from given data as in Plischke,
    "An effective algorithm for computing global sensitivity indices", Reliability Engineering and
    System Safety 95, 2010). What slices differ by chance alone is taken off, as in the adjusted
    correlation ratio. Results enter by their rank: unreachable counts as worst of all, however far.

    Parameters
    ----------
    inputs
        ``(draws, inputs)`` what was drawn.
    results
        ``(draws,)`` what came out; larger is worse, infinite is unreachable.

    Returns
    -------
    numpy.ndarray
        ``(inputs,)`` 0 to 1; 0 where nothing varies.

    """
    ranks = rankdata(results)
    total = float(((ranks - ranks.mean()) ** 2).sum())
    if total == 0.0:
        return np.zeros(inputs.shape[1])
    shares = [_explained(column, ranks) / total for column in inputs.T]
    return np.clip(np.array(shares, dtype=np.float64), 0.0, 1.0)


def _explained(column: FloatArray, ranks: FloatArray) -> float:
    """Return the sum of squares between the slices of an input, less what chance gives."""
    count = len(ranks)
    values, slice_of = np.unique(column, return_inverse=True)
    slices = max(count // _DRAWS_PER_SLICE, 2)
    if len(values) > slices:
        order = np.argsort(column, kind="stable")
        slice_of = np.empty(count, dtype=np.int64)
        slice_of[order] = np.arange(count) * slices // count
    size = np.bincount(slice_of)
    if len(size) < 2 or count <= len(size):  # noqa: PLR2004 - one slice explains nothing
        return 0.0
    means = np.bincount(slice_of, weights=ranks) / size
    between = float((size * (means - ranks.mean()) ** 2).sum())
    within = float(((ranks - means[slice_of]) ** 2).sum())
    return between - (len(size) - 1) * within / (count - len(size))
