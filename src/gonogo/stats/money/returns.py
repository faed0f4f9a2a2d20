"""What a row of payments is worth: present value, rates of return and payback, with their pitfalls.

Payments have the shape (periods,) or (futures, periods): below 0 what is spent, above 0 what comes
in; the first is due now, each other one period after the one before it.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gonogo.stats.arrays import Floats, finite
from gonogo.stats.estimate import Undefined

SAME = 1e-6
"""Roots that lie closer together than this are one."""
NOTHING = 1e-12
"""Of the largest payment: less is none."""
REAL = 1e-6
"""Imaginary parts below this are rounding."""


@dataclass(frozen=True, slots=True)
class Rates:
    """Internal rates of return: every rate at which the present value is 0."""

    all: tuple[float, ...]
    """Each rate above -1, per period, rising."""
    changes: int
    """How often the payments change their sign: there are at most so many rates."""

    @property
    def only(self) -> float | Undefined:
        """The rate where there is one and it says what it seems to; else the reason why not."""
        if not self.all:
            why = (
                "the payments never change their sign"
                if not self.changes
                else "no rate makes the present value 0"
            )
            return Undefined(f"there is no internal rate of return: {why}", n=self.changes)
        if len(self.all) > 1:
            shown = ", ".join(f"{100 * rate:.4g} %" for rate in self.all)
            return Undefined(
                f"there are {len(self.all)} internal rates of return ({shown}): "
                "none of them says whether the payments are worth it, their present value does",
                n=self.changes,
            )
        return self.all[0]


def discounts(rate: float, periods: int) -> Floats:
    """What 1 paid after 0, 1, ... periods is worth now, shape (periods,).

    `rate` per period, above -1, else `ValueError`.

    >>> discounts(0.25, 3).tolist()
    [1.0, 0.8, 0.64]
    """
    if not -1 < rate < np.inf:
        raise ValueError(f"rate is {rate}, expected a number above -1")
    return (1 + rate) ** -np.arange(periods, dtype=float)


def present_value(payments: npt.ArrayLike, rate: float) -> Floats:
    """What the payments are worth now, shape () or (futures,).

    Source: Fisher (1907), The Rate of Interest; Brealey, Myers & Allen (2020), Principles of
    Corporate Finance, ch. 2.

    >>> round(float(present_value([-40_000, 5_000, 8_000, 12_000, 30_000], 0.08)), 2)
    3065.22
    """
    found = np.asarray(payments, dtype=float)
    worth: Floats = np.asarray(found @ discounts(rate, found.shape[-1]))
    return worth


def internal_rates(payments: npt.ArrayLike) -> Rates | Undefined:
    """All rates at which `payments`, shape (periods,), have the present value 0.

    They are the roots of a polynomial, so there may be none or several. One alone says that the
    payments are worth it below that rate only where what is spent comes first; it says nothing of
    size or of how two choices compare, and it supposes that what comes in earns the same rate.
    `Undefined` for missing payments, and where all are 0.

    Source: Lorie & Savage (1955), Journal of Business 28, 229-239, for several rates; Descartes'
    rule of signs for how many there can be.

    >>> internal_rates([-100, 39, 59, 55, 20]).all
    (0.28094842115996...,)
    >>> [round(rate, 6) for rate in internal_rates([-1600, 10_000, -10_000]).all]
    [0.25, 4.0]
    """
    found = finite("payments", payments)
    if isinstance(found, Undefined):
        return found
    if not found.any():
        return Undefined("all payments are 0: any rate would do", n=found.size)
    # What is a trillionth of the largest is nothing, and would break the search for roots.
    found = np.where(np.abs(found) > NOTHING * np.abs(found).max(), found, 0.0)
    signs = np.sign(found[found != 0])
    changes = int(np.count_nonzero(np.diff(signs)))
    if not changes:
        return Rates((), 0)
    # In x = 1 / (1 + rate): the present value is a polynomial with the payments as coefficients.
    scaled = found / np.abs(found).max()
    first, last = (int(np.flatnonzero(scaled)[at]) for at in (0, -1))
    roots = np.roots(scaled[first : last + 1][::-1])
    real = roots[(np.abs(roots.imag) <= REAL * np.abs(roots)) & (roots.real > 0)].real
    rates: list[float] = []
    for root in sorted(real, reverse=True):
        rate = 1 / _polished(scaled[first : last + 1], float(root)) - 1
        if not rates or abs(rate - rates[-1]) > SAME * (1 + abs(rate)):
            rates.append(rate)
    return Rates(tuple(rates), changes)


def payback(payments: npt.ArrayLike, rate: float = 0.0) -> float | Undefined:
    """Periods until what came in covers what was spent, for good; discounted where a rate is given.

    Within a period money comes in evenly. `payments` has shape (periods,). Later costs that undo
    it count: the last time the sum rises to 0 is taken. It says nothing of what comes afterwards,
    so it ranks nothing. `Undefined` where nothing is spent, and where it is never covered.

    >>> payback([-100, 40, 40, 40])
    2.5
    """
    found = finite("payments", payments)
    if isinstance(found, Undefined):
        return found
    paid = found * discounts(rate, found.size)
    sums = np.cumsum(paid)
    short = np.flatnonzero(sums < 0)
    if not short.size:
        return Undefined("nothing is ever owed, so nothing is paid back", n=found.size)
    after = int(short[-1]) + 1
    if after == found.size:
        return Undefined(
            f"not paid back within {found.size - 1} periods: {-sums[-1]:.6g} are still missing",
            n=found.size,
        )
    return float(after - 1 + -sums[after - 1] / paid[after])


def _polished(payments: Floats, root: float) -> float:
    """A root by some steps of Newton's method, where they help."""
    places = np.arange(payments.size)

    def value(at: float) -> float:
        return float(payments @ at**places)

    best = root
    for _ in range(20):
        slope = float((payments[1:] * places[1:]) @ best ** (places[1:] - 1))
        if slope == 0:
            break
        nearer = best - value(best) / slope
        if nearer <= 0 or abs(value(nearer)) >= abs(value(best)):
            break
        best = nearer
    return best
