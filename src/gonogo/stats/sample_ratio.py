"""Whether traffic is shared as it was to be: a test that may be looked at after every batch."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln

from gonogo.stats.arrays import Floats
from gonogo.stats.design import check_alpha
from gonogo.stats.estimate import Estimate, Measured, Undefined
from gonogo.stats.goodness import ChiSquare, chi_square
from gonogo.stats.mixtures import STEPS

DIRICHLET = "Dirichlet mixture (Lindon & Malek 2022), looked at at any time"
CONCENTRATION = 1000.0
"""How many observations the prior of a mismatch weighs: tight about the shares, as small ones are
what goes unseen; large ones are found at once all the same."""


@dataclass(frozen=True, slots=True)
class SampleRatio:
    """What the counts of the arms say of their shares."""

    mismatch: bool
    """Whether they are not shared as they were to be: the experiment cannot be trusted."""
    evidence: float
    """Natural logarithm of the e-value against the shares; a mismatch from log(1/alpha) on."""
    p_value: float
    """Valid at any look; the least of all looks so far is valid too."""
    fixed: ChiSquare | Undefined
    """Pearson's test as if this were the only look ever: shown beside, never acted on."""
    shares: tuple[Measured, ...]
    """Share of each arm, with intervals that hold for all arms at all looks together."""


def sample_ratio(
    counts: Sequence[int],
    shares: Sequence[float],
    alpha: float,
    *,
    concentration: float = CONCENTRATION,
) -> SampleRatio:
    """Test that `counts`, one for each arm, come from `shares`, all above 0 and 1 in all.

    Counts are those of units that were assigned, each once, since the shares were last changed; the
    evidence of periods with other shares adds up.
    The chance of ever finding a mismatch where there is none is at most alpha. Raises `ValueError`
    for shares that are none, negative counts, lengths that differ and an alpha outside (0, 0.5].

    Source: Lindon & Malek (2022), Anytime-valid inference for multinomial count data, NeurIPS 35.

    >>> found = sample_ratio([10_000, 10_600], [0.5, 0.5], alpha=0.01)
    >>> found.mismatch, round(found.evidence, 2), round(found.fixed.p, 6)
    (True, 6.8, 2.9e-05)
    """
    check_alpha(alpha)
    seen, due = np.asarray(counts, np.float64), np.asarray(shares, np.float64)
    if seen.shape != due.shape or seen.size < 2 or (seen < 0).any():
        raise ValueError(f"counts are {counts}, expected one of 0 or more for each of two arms up")
    if (due <= 0).any() or not math.isclose(due.sum(), 1, abs_tol=1e-6) or concentration <= 0:
        raise ValueError(f"shares are {shares}, expected numbers above 0 that add up to 1")
    evidence = float(log_bayes_factor(seen, due / due.sum(), concentration))
    return SampleRatio(
        mismatch=evidence >= -math.log(alpha),
        evidence=evidence,
        p_value=math.exp(-max(0.0, evidence)),
        fixed=chi_square(seen, due / due.sum()),
        shares=tuple(
            share_interval(int(n), int(seen.sum()), share, alpha / seen.size, concentration)
            for n, share in zip(seen, due / due.sum(), strict=True)
        ),
    )


def log_bayes_factor(counts: Floats, shares: Floats, concentration: float) -> Floats:
    """Logarithm of the e-value against `shares`, shape (arms,), of counts, shape (arms, ...).

    The mean likelihood of the counts under a Dirichlet prior about the shares, over that under the
    shares themselves.

    Source: Lindon & Malek (2022), NeurIPS 35.
    """
    prior = concentration * shares.reshape(-1, *[1] * (counts.ndim - 1))
    mixed = (gammaln(prior + counts) - gammaln(prior)).sum(axis=0)
    n = counts.sum(axis=0)
    mixed += gammaln(concentration) - gammaln(concentration + n)
    found: Floats = mixed - (counts * np.log(prior / concentration)).sum(axis=0)
    return found


def share_interval(
    yes: int, n: int, centre: float, alpha: float, concentration: float = 2.0
) -> Measured:
    """Share of `yes` among n answers, in an interval that holds at all looks together.

    It holds the shares against which a beta prior about `centre`, in (0, 1), that weighs
    `concentration` observations is no evidence of 1/alpha. Exact for independent answers, also
    where an arm's observations were chosen by what came before. `Undefined` without observations.

    Source: Robbins (1970), Ann. Math. Stat. 41, 1397-1409; Lindon & Malek (2022).

    >>> found = share_interval(30, 100, 0.5, alpha=0.05)
    >>> round(found.low, 3), round(found.high, 3)
    (0.169, 0.457)
    """
    if n == 0:
        check_alpha(alpha)
        return Undefined("no observations", n=0)
    low, high = share_bounds(yes, n, centre, alpha, concentration)
    return Estimate(yes / n, low, high, level=1 - alpha, n=n, unit="share", method=DIRICHLET)


def share_bounds(
    yes: float, n: float, centre: float, alpha: float, concentration: float = 2.0
) -> tuple[float, float]:
    """The ends of `share_interval`, of counts that need not be whole: 0 and 1 without any.

    Where entities come back, both counts are divided by their design effect.

    >>> low, high = share_bounds(8, 10, 0.5, alpha=0.05)
    >>> round(low, 3), round(high, 3)
    (0.353, 0.99)
    """
    check_alpha(alpha)
    if n <= 0:
        return 0.0, 1.0

    def out(share: float) -> bool:
        return _against(yes, n, share, centre, concentration) >= -math.log(alpha)

    low, high = (_end(yes / n, bound, out) for bound in (0.0, 1.0))
    return low, high


def _end(inside: float, outside: float, out: Callable[[float], bool]) -> float:
    """The share nearest to `inside`, towards `outside`, that is shut out; else `outside`."""
    if not out(outside):
        return outside
    for _ in range(STEPS):
        middle = (inside + outside) / 2
        inside, outside = (inside, middle) if out(middle) else (middle, outside)
    return outside


def _against(yes: float, n: float, share: float, centre: float, concentration: float) -> float:
    """Logarithm of the evidence against a share."""
    if share in (0.0, 1.0):
        return 0.0 if yes == n * share else math.inf
    a, b = concentration * centre, concentration * (1 - centre)
    mixed = gammaln(a + yes) - gammaln(a) + gammaln(b + n - yes) - gammaln(b)
    mixed += gammaln(a + b) - gammaln(a + b + n)
    return float(mixed - yes * math.log(share) - (n - yes) * math.log1p(-share))
