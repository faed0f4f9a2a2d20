"""What a test that still runs says of its end: conditional power, and a probability that moves.

Throughout z is the statistic so far, above 0 where it favours the hypothesis; `fraction` the share
of the planned observations that are in; `drift` the mean that z has when all of them are in.
"""

import math
from collections.abc import Sequence

import numpy as np
from scipy.special import ndtr

from gonogo.stats.arrays import Floats
from gonogo.stats.group_sequential import FAR, NODES, Look


def conditional_power(
    looks: Sequence[Look], fraction: float, z: float, drift: float, *, two_sided: bool = True
) -> float:
    """Probability of stopping for the upper boundary at one of `looks`, from where the test stands.

    `looks` are all that were planned; those at or before `fraction`, in [0, 1), are over. A
    two-sided test also stops below minus the boundary, which counts as no success. Sums of normal
    observations, B(t) = z √t, move as Brownian motion with `drift`; what lies between the
    boundaries is integrated numerically. Raises `ValueError` for a fraction outside [0, 1).

    Source: Lan & Wittes (1988), Biometrics 44, 579-585, for one look to come; the recursion of
    Armitage, McPherson & Rowe (1969), J. R. Stat. Soc. A 132, 235-244, for several.

    >>> last = [Look(fraction=1.0, boundary=1.96, p_value=0.05, spent=0.05)]
    >>> round(conditional_power(last, 0.5, 1.0, drift=math.sqrt(2)), 3)
    0.22
    """
    if not 0 <= fraction < 1:
        raise ValueError(f"fraction is {fraction}, expected 0 or more and less than 1")
    nodes, weights = np.array([z * math.sqrt(fraction)]), np.array([1.0])
    at, found = fraction, 0.0
    for look in looks:
        if look.fraction <= fraction:
            continue
        step, edge = look.fraction - at, look.boundary * math.sqrt(look.fraction)
        found += float(weights @ ndtr((nodes + drift * step - edge) / math.sqrt(step)))
        low = -edge if two_sided else -math.inf
        nodes, weights = _after(nodes, weights, drift * step, step, (low, edge))
        at = look.fraction
        if not nodes.size:
            break
    return min(found, 1.0)


def likelihood_ratio(fraction: float, z: float, drift: float) -> float:
    """How many times as likely z at `fraction` is with `drift` as with none.

    >>> likelihood_ratio(0.0, 0.0, 2.8)
    1.0
    """
    return math.exp(min(drift * z * math.sqrt(fraction) - drift**2 * fraction / 2, 700.0))


def _after(
    nodes: Floats, weights: Floats, moved: float, step: float, between: tuple[float, float]
) -> tuple[Floats, Floats]:
    """The density of the sum after a look that stops it outside `between`, as nodes and weights."""
    reach = FAR * math.sqrt(step)
    low = max(between[0], float(nodes.min()) + moved - reach)
    high = min(between[1], float(nodes.max()) + moved + reach)
    if high <= low:
        return np.empty(0), np.empty(0)
    count = NODES + 2 * math.ceil((high - low) / math.sqrt(step) * 4)
    places = np.linspace(low, high, count)
    simpson = np.full(count, 2.0)
    simpson[1::2] = 4.0
    simpson[[0, -1]] = 1.0
    simpson *= (places[1] - places[0]) / 3
    away = (places[:, None] - nodes[None, :] - moved) / math.sqrt(step)
    density = np.exp(-0.5 * away**2) @ weights / math.sqrt(2 * math.pi * step)
    return places, density * simpson
