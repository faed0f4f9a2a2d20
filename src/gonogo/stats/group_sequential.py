"""Looking a planned number of times: boundaries that keep alpha over all looks together."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

import numpy as np
from scipy.special import ndtr, ndtri

from gonogo.stats.arrays import Floats
from gonogo.stats.design import check_alpha, check_power, critical

NODES = 121
"""Nodes of Simpson's rule between the boundaries, odd; a change shows in the seventh digit."""
FAR = 8.0
"""Standard deviations beyond which a normal distribution holds nothing to speak of."""
MOST_LOOKS = 50
"""Looks beyond this are continuous; confidence sequences are made for them."""


class Boundary(StrEnum):
    """How alpha is spread over the looks."""

    OBRIEN_FLEMING = "obrien-fleming"
    """Spending as O'Brien & Fleming (1979): hardly anything early."""
    POCOCK = "pocock"
    """Spending as Pocock (1977): about evenly."""


@dataclass(frozen=True, slots=True)
class Look:
    """One planned look at the data."""

    fraction: float
    """Share of the observations that are in, in (0, 1]."""
    boundary: float
    """The z beyond which the look ends the trial; infinite where nothing is to be spent yet."""
    p_value: float
    """The nominal p-value that belongs to it, two-sided where the test is."""
    spent: float
    """Type I error spent up to here, all looks together."""


def spent(boundary: Boundary, fraction: float, alpha: float) -> float:
    """How much of `alpha`, one-sided, is spent when `fraction` of the observations is in.

    Source: Lan & DeMets (1983), Biometrika 70, 659-663, alpha 1 and alpha 2.

    >>> round(spent(Boundary.POCOCK, 1.0, 0.025), 6)
    0.025
    """
    match boundary:
        case Boundary.OBRIEN_FLEMING:
            return 2 * float(ndtr(float(ndtri(alpha / 2)) / math.sqrt(fraction)))
        case Boundary.POCOCK:
            return alpha * math.log1p((math.e - 1) * fraction)


def boundaries(
    boundary: Boundary, fractions: Sequence[float], alpha: float, *, two_sided: bool = True
) -> list[Look]:
    """The looks at rising `fractions`, the last of them 1, that spend `alpha` in all.

    A two-sided test spends half of alpha on each side. The joint distribution of the looks, which
    share observations, is integrated numerically. Raises `ValueError` for an alpha outside
    (0, 0.5], and for fractions that do not rise to 1 or are more than 50.

    Source: Lan & DeMets (1983), Biometrika 70, 659-663; the recursion of Armitage, McPherson & Rowe
    (1969), J. R. Stat. Soc. A 132, 235-244, as in Jennison & Turnbull (2000), Group Sequential
    Methods with Applications to Clinical Trials, ch. 7 and 19.

    >>> looks = boundaries(Boundary.OBRIEN_FLEMING, (0.5, 1.0), 0.05)
    >>> [round(look.boundary, 3) for look in looks]
    [2.963, 1.969]
    """
    check_alpha(alpha)
    check_fractions(fractions)
    one = alpha / 2 if two_sided else alpha
    used, walk = 0.0, _Walk(two_sided=two_sided)
    found = []
    for fraction in fractions:
        target = spent(boundary, fraction, one)
        reach = _solve(partial(walk.beyond, fraction), target - used)
        walk = walk.after(fraction, reach)
        used = target
        tail = float(ndtr(-reach))
        found.append(
            Look(fraction, reach, 2 * tail if two_sided else tail, 2 * used if two_sided else used)
        )
    return found


def constant(shape: float, looks: int, alpha: float, *, two_sided: bool = True) -> float:
    """The c of boundaries c (k/K)^(shape - 1/2) at K evenly spaced looks that spend alpha in all.

    Shape 1/2 is Pocock (1977), the same z at each look; shape 0 is O'Brien & Fleming (1979).

    Source: Wang & Tsiatis (1987), Biometrics 43, 193-199.

    >>> round(constant(0.5, 5, 0.05), 3)
    2.413
    """
    check_alpha(alpha)
    fractions = [(k + 1) / looks for k in range(looks)]
    check_fractions(fractions)
    one = alpha / 2 if two_sided else alpha

    def crossed(c: float) -> float:
        reaches = [c * at ** (shape - 0.5) for at in fractions]
        return sum(crossing(fractions, reaches, 0.0, two_sided=two_sided))

    return _solve(crossed, one)


def crossing(
    fractions: Sequence[float], reaches: Sequence[float], drift: float, *, two_sided: bool = True
) -> list[float]:
    """The probability of stopping at each look for the upper boundary.

    `drift` is the mean of z when all observations are in: 0 without effect. Two-sided trials also
    stop below minus the boundary, the probability of which is that of the drift turned round.
    """
    walk, found = _Walk(two_sided=two_sided, drift=drift), []
    for fraction, reach in zip(fractions, reaches, strict=True):
        found.append(walk.beyond(fraction, reach))
        walk = walk.after(fraction, reach)
    return found


def drift_for(looks: Sequence[Look], power: float, *, two_sided: bool = True) -> float:
    """The mean of z, all observations in, at which the looks together find the effect with `power`.

    Raises `ValueError` for a power outside (0, 1).
    """
    check_power(power)
    fractions, reaches = [one.fraction for one in looks], [one.boundary for one in looks]
    low, high = 0.0, 20.0
    for _ in range(50):
        middle = (low + high) / 2
        if sum(crossing(fractions, reaches, middle, two_sided=two_sided)) < power:
            low = middle
        else:
            high = middle
    return high


def inflation(
    looks: Sequence[Look], alpha: float, power: float, *, two_sided: bool = True
) -> float:
    """How many times the observations of a fixed design are needed where the trial goes to its end.

    Source: Jennison & Turnbull (2000), tables 2.2 and 2.4.
    """
    fixed = critical(alpha, two_sided=two_sided) + float(ndtri(power))
    return (drift_for(looks, power, two_sided=two_sided) / fixed) ** 2


def expected_share(looks: Sequence[Look], drift: float, *, two_sided: bool = True) -> float:
    """The share of all planned observations that is used on average, at a `drift`."""
    fractions, reaches = [one.fraction for one in looks], [one.boundary for one in looks]
    stops = np.array(crossing(fractions, reaches, drift, two_sided=two_sided))
    if two_sided:
        stops += np.array(crossing(fractions, reaches, -drift, two_sided=two_sided))
    before = np.concatenate([[0.0], np.cumsum(stops)[:-1]])
    return float((np.diff([0.0, *fractions]) * (1 - before)).sum())


def check_fractions(fractions: Sequence[float]) -> None:
    """Raise `ValueError` unless `fractions` rise from above 0 to 1, at most 50 of them."""
    steps = [b - a for a, b in zip([0.0, *fractions], fractions, strict=False)]
    if not 1 <= len(fractions) <= MOST_LOOKS or min(steps) <= 1e-6 or fractions[-1] != 1:
        raise ValueError(
            f"fractions are {list(fractions)}, expected 1 to {MOST_LOOKS} that rise to 1"
        )


@dataclass(frozen=True, slots=True)
class _Walk:
    """Where the sum stands that has not been stopped yet: a density on nodes, after some look."""

    two_sided: bool
    drift: float = 0.0
    at: float = 0.0
    """Fraction of the last look; 0 before the first."""
    nodes: Floats | None = None
    """Values of the sum, sqrt(fraction) times z, between the boundaries."""
    weights: Floats | None = None
    """Density at each node times Simpson's weight: these sum to the probability to go on."""

    def beyond(self, fraction: float, reach: float) -> float:
        """Probability of going on until `fraction` and being above z = `reach` there."""
        edge = reach * math.sqrt(fraction)
        if self.nodes is None or self.weights is None:
            return float(ndtr((self.drift * fraction - edge) / math.sqrt(fraction)))
        step = fraction - self.at
        away = (self.nodes + self.drift * step - edge) / math.sqrt(step)
        return float(self.weights @ ndtr(away))

    def after(self, fraction: float, reach: float) -> "_Walk":
        """The walk of those that were not stopped at z = `reach`."""
        edge = min(reach * math.sqrt(fraction), self.drift * fraction + FAR * math.sqrt(fraction))
        far = self.drift * fraction - FAR * math.sqrt(fraction)
        low = max(far, -edge) if self.two_sided else far
        low = min(low, edge - 1e-9)
        step = fraction - self.at
        # Enough nodes that the narrowest step of the walk is well resolved.
        count = NODES + 2 * math.ceil((edge - low) / math.sqrt(step) * 4)
        nodes = np.linspace(low, edge, count)
        simpson = np.full(count, 2.0)
        simpson[1::2] = 4.0
        simpson[[0, -1]] = 1.0
        simpson *= (nodes[1] - nodes[0]) / 3
        if self.nodes is None or self.weights is None:
            density = _density(nodes - self.drift * step, step)
        else:
            moves = nodes[:, None] - self.nodes[None, :] - self.drift * step
            density = _density(moves, step) @ self.weights
        return _Walk(self.two_sided, self.drift, fraction, nodes, density * simpson)


def _density(moves: Floats, variance: float) -> Floats:
    found: Floats = np.exp(-0.5 * moves**2 / variance) / math.sqrt(2 * math.pi * variance)
    return found


def _solve(probability: Callable[[float], float], target: float) -> float:
    """The reach at which a falling `probability` is `target`; infinite where that is nothing."""
    if target <= 1e-16:
        return math.inf
    low, high = -10.0, 40.0
    for _ in range(60):
        middle = (low + high) / 2
        if probability(middle) > target:
            low = middle
        else:
            high = middle
    return high
