"""How much several private releases tell of one person together: pure and concentrated privacy."""

import math
from collections.abc import Sequence
from fractions import Fraction


def exact_sum(epsilons: Sequence[float]) -> Fraction:
    """The sum of `epsilons` as they are written, so that ten times 0.1 is 1 and not a little more.

    Pure differential privacy composes by adding (Dwork et al. 2006, TCC, LNCS 3876, 265-284), also
    where each release is chosen by what the ones before said (Rogers et al. 2016, NeurIPS 29).

    >>> exact_sum([0.1, 0.2]) == exact_sum([0.3])
    True
    """
    return sum((Fraction(repr(float(one))) for one in epsilons), Fraction(0))


def concentrated(epsilons: Sequence[float]) -> Fraction:
    """The ρ of zero-concentrated differential privacy of releases that are ε-private each.

    Each is ε²/2-concentrated, and ρ adds up, also where each release is chosen by the ones before.

    Source: Bun & Steinke (2016), TCC, LNCS 9985, 635-658, propositions 1.4 and 1.7; Feldman & Zrnic
    (2021), NeurIPS 34, for choosing by what came before.

    >>> float(concentrated([0.1] * 100))
    0.5
    """
    return sum((Fraction(repr(float(one))) ** 2 / 2 for one in epsilons), Fraction(0))


def epsilon_of(rho: float, delta: float) -> float:
    """The ε for which ρ-concentrated releases are (ε, δ)-private: ρ + 2 √(ρ ln(1/δ)).

    `rho` 0 or more, `delta` in (0, 1), else `ValueError`.

    Source: Bun & Steinke (2016), proposition 1.3.

    >>> round(epsilon_of(0.5, 1e-6), 3)
    5.757
    """
    _check_delta(delta)
    if not 0 <= rho < math.inf:
        raise ValueError(f"rho is {rho}, expected 0 or more")
    return rho + 2 * math.sqrt(rho * -math.log(delta))


def rho_of(epsilon: float, delta: float) -> float:
    """The largest ρ for which `epsilon_of` is at most ε, rounded down.

    `epsilon` above 0, `delta` in (0, 1), else `ValueError`.

    >>> round(rho_of(epsilon_of(0.5, 1e-6), 1e-6), 9)
    0.5
    """
    _check_delta(delta)
    if not 0 < epsilon < math.inf:
        raise ValueError(f"epsilon is {epsilon}, expected a number above 0")
    away = -math.log(delta)
    # The difference of the roots of away + epsilon and away, without cancelling.
    root = epsilon / (math.sqrt(away + epsilon) + math.sqrt(away))
    found = root * root
    while epsilon_of(found, delta) > epsilon:
        found = math.nextafter(found, 0)
    return found


def _check_delta(delta: float) -> None:
    if not 0 < delta < 1:
        raise ValueError(f"delta is {delta}, expected a number strictly between 0 and 1")
