"""Which arm a bandit takes, and with which probability: Thompson, epsilon-greedy, LinUCB.

What was learned is made ready once (`prepare`); then a choice takes microseconds, and its
probability is known exactly, so that other policies can be judged by what was logged.
"""

import math
from bisect import bisect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt
from scipy.special import betainc, betaincinv, ndtr

from gonogo.stats.arrays import Floats

THOMPSON = "thompson"
EPSILON_GREEDY = "epsilon-greedy"
LINUCB = "linucb"
KINDS = (THOMPSON, EPSILON_GREEDY, LINUCB)
EPSILON = 0.1
"""Share of requests that explore evenly, where epsilon-greedy or LinUCB say nothing else."""
EXPLORATION = 1.0
"""Standard errors that LinUCB adds to what an arm is expected to bring (alpha of Li et al.)."""
STANDARD_DEVIATIONS = np.arange(-7.0, 8.0)
"""Where the range of a posterior is cut into pieces, in standard deviations of a normal one."""
NODES = 16
"""Nodes of Gauss and Legendre's rule in each piece; more change nothing in the eighth digit."""

NOTHING = 1e-12
"""Probability that is not cut into pieces any more."""
STEPS = 1024
"""Parts of a unit to which a standardised feature is rounded: products of such numbers add up
exactly, in whatever order and however many at a time."""
FARTHEST = 8.0
"""Units from its centre to which a standardised feature is cut."""

Scaling = Mapping[str, tuple[float, float]]
"""Centre and unit of features: what is taken away from a value, and what it is divided by."""


class Uniform(Protocol):
    """Where chance comes from: `random.Random`, or a generator of NumPy."""

    def random(self) -> float:
        """A number drawn evenly from [0, 1)."""
        ...


class Choice(NamedTuple):
    """An arm, with the probability with which it was taken."""

    arm: str
    propensity: float


class Chooser(Protocol):
    """A bandit that is ready to choose."""

    def propensities(self, features: Mapping[str, Any], /) -> dict[str, float]:
        """The probability of each arm for a request with these features; they sum to 1."""
        ...

    def choose(self, features: Mapping[str, Any], /, rng: Uniform) -> Choice:
        """An arm for a request with these features, by one number of `rng`."""
        ...


@dataclass(frozen=True, slots=True)
class Fixed:
    """Arms whose probabilities are the same for every request, until more is learned."""

    arms: tuple[str, ...]
    shares: tuple[float, ...]
    """Probability of each arm."""
    ends: tuple[float, ...]
    """Running sums of `shares`, without the last."""

    def propensities(self, _features: Mapping[str, Any], /) -> dict[str, float]:
        """As `Chooser.propensities`."""
        return dict(zip(self.arms, self.shares, strict=True))

    def choose(self, _features: Mapping[str, Any], /, rng: Uniform) -> Choice:
        """As `Chooser.choose`."""
        place = bisect(self.ends, rng.random())
        return Choice(self.arms[place], self.shares[place])


@dataclass(frozen=True, slots=True)
class Linear:
    """LinUCB with disjoint arms, smoothed so that every arm keeps a chance.

    Source: Li, Chu, Langford & Schapire (2010), WWW '10, 661-670, algorithm 1.
    """

    arms: tuple[str, ...]
    context: tuple[str, ...]
    """Features that are read, behind a constant 1."""
    scaling: Scaling
    """Of the features that are standardised."""
    weights: Floats
    """Shape (arms, features + 1): ridge estimates."""
    inverses: Floats
    """Shape (arms, features + 1, features + 1)."""
    exploration: float
    epsilon: float

    def bounds(self, features: Mapping[str, Any]) -> Floats:
        """Shape (arms,): what each is expected to bring, plus `exploration` standard errors."""
        row = vector_of(self.context, features, self.scaling)
        spread = (self.inverses @ row) @ row
        found: Floats = self.weights @ row + self.exploration * np.sqrt(np.maximum(spread, 0.0))
        return found

    def shares(self, rows: Floats) -> Floats:
        """Probability of each arm for many requests at once, shape (n, arms).

        `rows`, shape (n, features + 1), are rows as `vector_of` makes them.
        """
        # Arm by arm: all at once would take a matrix for each request and arm.
        spread = np.array([((rows @ one) * rows).sum(axis=1) for one in self.inverses]).T
        bounds = rows @ self.weights.T + self.exploration * np.sqrt(np.maximum(spread, 0.0))
        found = np.full(bounds.shape, self.epsilon / len(self.arms))
        found[np.arange(len(rows)), bounds.argmax(axis=1)] += 1 - self.epsilon
        return found

    def propensities(self, features: Mapping[str, Any], /) -> dict[str, float]:
        """As `Chooser.propensities`."""
        best, k = int(np.argmax(self.bounds(features))), len(self.arms)
        return {
            arm: self.epsilon / k + (1 - self.epsilon) * (place == best)
            for place, arm in enumerate(self.arms)
        }

    def choose(self, features: Mapping[str, Any], /, rng: Uniform) -> Choice:
        """As `Chooser.choose`."""
        best, k = int(self.bounds(features).argmax()), len(self.arms)
        drawn = rng.random()
        # Below epsilon the number says in which of k even parts of it the request explores.
        place = min(k - 1, int(drawn / self.epsilon * k)) if drawn < self.epsilon else best
        chance = self.epsilon / k + (1 - self.epsilon if place == best else 0.0)
        return Choice(self.arms[place], chance)


def prepare(
    kind: str,
    parameters: Mapping[str, float],
    arms: Mapping[str, Mapping[str, Any]],
    context: Sequence[str] = (),
    scaling: Scaling | None = None,
) -> Chooser:
    """A bandit of `kind`, ready to choose among `arms` by what was learned of them.

    `parameters`: `epsilon` in [0, 1], the share of requests that explore evenly (0 for Thompson,
    else 0.1, and above 0 for LinUCB); `prior_successes` and `prior_failures` above 0 (1, uniform);
    LinUCB's `exploration` (1). Arms hold `successes` and `failures`, or LinUCB's `a` and `b` over a
    constant 1 and the features of `context`, standardised where `scaling` names them. Raises
    `ValueError` for anything else.

    >>> from random import Random
    >>> ready = prepare("thompson", {}, {"old": {"successes": 8, "failures": 2}, "new": {}})
    >>> {arm: round(share, 4) for arm, share in ready.propensities({}).items()}
    {'old': 0.75, 'new': 0.25}
    >>> chosen = ready.choose({}, Random(1))
    >>> chosen.arm, round(chosen.propensity, 4)
    ('old', 0.75)
    """
    names = tuple(arms)
    if not names:
        raise ValueError("there is no arm, expected one or more")
    if kind == LINUCB:
        return linear(parameters, arms, tuple(context), scaling)
    if kind not in KINDS:
        raise ValueError(f"kind is {kind!r}, expected one of {', '.join(KINDS)}")
    successes, failures = _beliefs(parameters, arms)
    epsilon = _epsilon(parameters, 0.0 if kind == THOMPSON else EPSILON)
    found = best_of(successes, failures) if kind == THOMPSON else _greedy(successes, failures)
    shares = epsilon / len(names) + (1 - epsilon) * found
    return Fixed(names, tuple(shares.tolist()), tuple(accumulate(shares.tolist()[:-1])))


def best_of(successes: npt.ArrayLike, failures: npt.ArrayLike) -> Floats:
    """The probability that each of k beta distributions yields the largest draw, shape (k,).

    `successes` and `failures` are the distributions' parameters, above 0. Drawing an arm with these
    probabilities is Thompson sampling: it takes an arm as often as the arm is believed the best.
    The density of each arm is integrated against the other arms' distributions, over pieces no
    wider than a standard deviation of any arm; right to about eight digits.

    Source: Thompson (1933), Biometrika 25, 285-294.

    >>> best_of([2.0, 1.0], [1.0, 1.0]).round(6).tolist()
    [0.666667, 0.333333]
    """
    a, b = np.asarray(successes, np.float64), np.asarray(failures, np.float64)
    if a.ndim != 1 or a.shape != b.shape or not a.size:
        raise ValueError(f"parameters of shape {a.shape} and {b.shape}, expected (k,) of both")
    if not ((a > 0) & (b > 0) & np.isfinite(a) & np.isfinite(b)).all():
        raise ValueError("a parameter is not above 0, expected finite numbers above 0")
    cuts = np.unique(betaincinv(a[:, None], b[:, None], ndtr(STANDARD_DEVIATIONS)).ravel())
    nodes, weights = np.polynomial.legendre.leggauss(NODES)
    found = np.empty(a.size)
    for arm in range(a.size):
        # By the arm's own distribution instead of its density, which may be infinite at 0 and 1.
        inner = betainc(a[arm], b[arm], cuts)
        edges = np.unique(np.concatenate([[0.0], inner[inner > NOTHING], [1.0]]))
        half = np.diff(edges) / 2
        places = (edges[:-1] + half)[:, None] + half[:, None] * nodes
        draws = betaincinv(a[arm], b[arm], places)
        others = np.ones_like(draws)
        for other in range(a.size):
            if other != arm:
                others *= betainc(a[other], b[other], draws)
        found[arm] = float((half[:, None] * weights * others).sum())
    shares: Floats = found / found.sum()
    return shares


def vector_of(
    context: Sequence[str], features: Mapping[str, Any], scaling: Scaling | None = None
) -> Floats:
    """The row that LinUCB reads: 1, then the features of `context`.

    A feature that `scaling` names is standardised: (value - centre) / unit, cut to 8 units and
    rounded down to 1/1024 of one. One that is missing or no finite number counts as its centre,
    else as 0: a choice has to be made all the same.

    >>> vector_of(("age", "tenure"), {"age": 30, "tenure": None}).tolist()
    [1.0, 30.0, 0.0]
    >>> vector_of(("age",), {"age": 30}, {"age": (40.0, 20.0)}).tolist()
    [1.0, -0.5]
    """
    known = scaling or {}
    row = np.ones(len(context) + 1)
    for place, name in enumerate(context, start=1):
        value = _number(features.get(name))
        if name in known:
            centre, unit = known[name]
            away = min(max((value - centre) / unit, -FARTHEST), FARTHEST)
            row[place] = 0.0 if math.isnan(value) else math.floor(away * STEPS) / STEPS
        else:
            row[place] = 0.0 if math.isnan(value) else value
    return row


def rows_of(
    context: Sequence[str], values: npt.ArrayLike, scaling: Scaling | None = None
) -> Floats:
    """What `vector_of` makes of many requests; `values`, shape (n, features), NaN for missing.

    >>> rows_of(("age",), [[30.0], [float("nan")]], {"age": (40.0, 20.0)}).tolist()
    [[1.0, -0.5], [1.0, 0.0]]
    """
    found = np.asarray(values, np.float64)
    known = scaling or {}
    rows = np.ones((len(found), len(context) + 1))
    for place, name in enumerate(context):
        column = np.where(np.isfinite(found[:, place]), found[:, place], np.nan)
        if name in known:
            centre, unit = known[name]
            away = np.clip((column - centre) / unit, -FARTHEST, FARTHEST)
            column = np.floor(away * STEPS) / STEPS
        rows[:, place + 1] = np.nan_to_num(column, nan=0.0)
    return rows


def _number(value: Any) -> float:
    """`value` as a number; NaN where it is none, or infinite."""
    try:
        found = float(value)
    except (TypeError, ValueError):
        return math.nan
    return found if math.isfinite(found) else math.nan


def _epsilon(parameters: Mapping[str, float], otherwise: float) -> float:
    epsilon = float(parameters.get("epsilon", otherwise))
    if not 0 <= epsilon <= 1:
        raise ValueError(f"epsilon is {epsilon}, expected a number from 0 to 1")
    return epsilon


def _beliefs(
    parameters: Mapping[str, float], arms: Mapping[str, Mapping[str, Any]]
) -> tuple[Floats, Floats]:
    """Parameters of the arms' beta distributions: what was seen on top of the prior."""
    found = []
    for seen in ("successes", "failures"):
        prior = float(parameters.get(f"prior_{seen}", 1.0))
        values = np.array([float(arm.get(seen, 0.0)) for arm in arms.values()])
        if not (prior > 0 and (values >= 0).all() and np.isfinite(values).all()):
            raise ValueError(f"{seen} are {values.tolist()}, expected 0 or more, prior above 0")
        found.append(values + prior)
    return found[0], found[1]


def _greedy(successes: Floats, failures: Floats) -> Floats:
    """All to the arm of the highest mean; arms that share it take turns."""
    means = successes / (successes + failures)
    best = means == means.max()
    found: Floats = best / best.sum()
    return found


def linear(
    parameters: Mapping[str, float],
    arms: Mapping[str, Mapping[str, Any]],
    context: tuple[str, ...],
    scaling: Scaling | None = None,
) -> Linear:
    """LinUCB ready to choose; raises as `prepare`."""
    names, known = tuple(arms), dict(scaling or {})
    size = len(context) + 1
    for name, (centre, unit) in known.items():
        if not (math.isfinite(centre) and math.isfinite(unit) and unit > 0):
            raise ValueError(
                f"{name} is scaled by {centre} and {unit}, expected a centre and a unit above 0"
            )
    epsilon = _epsilon(parameters, EPSILON)
    exploration = float(parameters.get("exploration", EXPLORATION))
    if epsilon == 0 or exploration < 0:
        raise ValueError(
            f"epsilon is {epsilon} and exploration {exploration}, "
            "expected epsilon above 0, so that no arm is without a chance, exploration 0 or more"
        )
    grams = np.array([arms[name].get("a", np.eye(size)) for name in names], dtype=np.float64)
    sums = np.array([arms[name].get("b", np.zeros(size)) for name in names], dtype=np.float64)
    if grams.shape != (len(names), size, size) or sums.shape != (len(names), size):
        raise ValueError(
            f"a has shape {grams.shape[1:]} and b {sums.shape[1:]}, "
            f"expected ({size}, {size}) and ({size},): a constant and {len(context)} features"
        )
    inverses: Floats = np.linalg.inv(grams).astype(np.float64)
    weights: Floats = (inverses @ sums[:, :, None])[:, :, 0]
    return Linear(names, context, known, weights, inverses, exploration, epsilon)
