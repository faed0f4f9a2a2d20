"""Adjusted p-values of a family of hypotheses: Holm, Benjamini-Hochberg."""

import numpy as np
import numpy.typing as npt

from gonogo.stats.arrays import Floats


def holm(p_values: npt.ArrayLike) -> Floats:
    """Holm's step-down p-values of `p_values`, shape (m,): never larger than Bonferroni's.

    Those at most alpha are found with a chance of at most alpha that any of them is false, whatever
    the dependence between them. Raises `ValueError` for anything but numbers in [0, 1].

    Source: Holm (1979), Scandinavian Journal of Statistics 6, 65-70.

    >>> holm([0.01, 0.04, 0.03, 0.005]).round(3).tolist()
    [0.03, 0.06, 0.06, 0.02]
    """
    found = _checked(p_values)
    order = np.argsort(found, kind="stable")
    raised = found[order] * (found.size - np.arange(found.size))
    return _back(np.minimum(1.0, np.maximum.accumulate(raised)), order)


def benjamini_hochberg(p_values: npt.ArrayLike) -> Floats:
    """Step-up p-values of `p_values`, shape (m,), that bound the share of false findings.

    Of those at most alpha, the expected share that is false is at most alpha, where the p-values
    are independent or positively dependent. Raises `ValueError` for anything but numbers in [0, 1].

    Source: Benjamini & Hochberg (1995), J. R. Stat. Soc. B 57, 289-300.

    >>> benjamini_hochberg([0.01, 0.04, 0.03, 0.005]).round(3).tolist()
    [0.02, 0.04, 0.04, 0.02]
    """
    found = _checked(p_values)
    order = np.argsort(found, kind="stable")
    raised = found[order] * found.size / np.arange(1, found.size + 1)
    lowered = np.minimum.accumulate(raised[::-1])[::-1]
    return _back(np.minimum(1.0, lowered), order)


def _checked(p_values: npt.ArrayLike) -> Floats:
    found = np.asarray(p_values, dtype=float)
    if found.ndim != 1 or not ((found >= 0) & (found <= 1)).all():
        raise ValueError("p_values hold something else, expected a list of numbers from 0 to 1")
    return found


def _back(values: Floats, order: npt.NDArray[np.intp]) -> Floats:
    """`values`, given in the order of `order`, in the order they came."""
    found = np.empty_like(values)
    found[order] = values
    return found
