"""How far a sum may stray at every moment at once: look as often as one likes, stop at any."""

import math

import numpy as np
import numpy.typing as npt
from scipy.special import lambertw

from gonogo.stats.arrays import Floats


def mixture_boundary(
    variance: npt.ArrayLike, precision: float, alpha: float, *, two_sided: bool = True
) -> Floats:
    """How far a sub-Gaussian sum may stray, at any time, but with probability alpha.

    `variance` is the sum's variance so far (n σ²), any shape; `precision`, above 0, in the same
    unit, says where the boundary is tightest. Two-sided for either direction.

    Source: Howard, Ramdas, McAuliffe & Sekhon (2021), Annals of Statistics 49, 1055-1080, eq. 14
    for two sides; their proposition 6 for one.
    """
    so_far = np.asarray(variance, dtype=float) + precision
    if two_sided:
        inner = np.log(so_far / (precision * alpha**2))
        return np.sqrt(so_far * inner)
    inner = np.log(np.sqrt(so_far / precision) / (2 * alpha) + 1)
    return np.sqrt(2 * so_far * inner)


def tightest(variance: float, alpha: float) -> float:
    """The precision of which `mixture_boundary` is smallest at a `variance` above 0.

    Source: Howard et al. (2021), section 3.5: by Lambert's W, lower branch.

    >>> round(tightest(1.0, 0.05), 3)
    0.122
    """
    return variance / float(-lambertw(-(alpha**2) / math.e, k=-1).real - 1)
