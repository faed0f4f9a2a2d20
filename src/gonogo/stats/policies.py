"""Policies over a log of decisions: which arm each would have taken, and what a model foretells."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from gonogo.stats.arrays import Floats, Integers
from gonogo.stats.bandits import linear
from gonogo.stats.off_policy import Logged

FOLDS = 5
"""Parts into which entities fall; what judges a decision was learned from the other four."""
UNIFORM = "uniform"
LINUCB = "linucb"
ALWAYS = "always:"
"""How the name of a policy begins that always takes the same arm."""
RIDGE = 1.0
"""Weight of the ridge in the model of rewards, as in LinUCB: the unit matrix."""


@dataclass(frozen=True, slots=True)
class Log:
    """Decisions whose reward is known, all of shape (n,) but the rows; raises `ValueError`."""

    arms: tuple[str, ...]
    taken: Integers
    """Which of `arms` each took."""
    propensity: Floats
    """Chance with which it was taken then, in (0, 1]."""
    reward: Floats
    rows: Floats
    """Contexts, shape (n, features + 1), as `bandits.rows_of` makes them."""
    entity: Integers
    """Whom each is about, numbered from 0."""

    def __post_init__(self) -> None:
        n = self.taken.size
        shapes = {self.taken.shape, self.propensity.shape, self.reward.shape, self.entity.shape}
        if shapes != {(n,)} or len(self.rows) != n:
            raise ValueError(f"shapes {shapes}, expected (n,) of all, and as many rows")
        if n and not 0 <= self.taken.min() <= self.taken.max() < len(self.arms):
            raise ValueError(f"an arm is not among {', '.join(self.arms)}")

    @property
    def fold(self) -> Integers:
        """Part of each decision, shape (n,): those about an entity fall into the same one."""
        return self.entity % FOLDS


@dataclass(frozen=True, slots=True)
class Target:
    """A policy over the logged decisions, with what a model of rewards foretells."""

    policy: str
    logged: Logged
    taken: Floats
    """What the model foretells of the decision that was taken, shape (n,)."""
    expected: Floats
    """Likewise of the policy's: the mean over what it would do."""


def names_of(arms: Sequence[str]) -> tuple[str, ...]:
    """The policies that are judged, in the order in which they are told.

    >>> names_of(["a", "b"])
    ('always:a', 'always:b', 'uniform', 'linucb')
    """
    return (*(ALWAYS + arm for arm in arms), UNIFORM, LINUCB)


def targets(log: Log, parameters: Mapping[str, float]) -> Iterator[Target]:
    """Every policy of `names_of`; `parameters` are LinUCB's `epsilon` and `exploration`.

    Both the model of rewards and the LinUCB policy are cross-fitted: what they say of a decision
    was learned from decisions about other entities, four fifths of them. So LinUCB is judged as it
    stands after so many decisions, no longer learning. Raises `ValueError` for parameters that
    LinUCB does not take.
    """
    expected = rewards(log)
    each = np.arange(log.taken.size)
    for name in names_of(log.arms):
        found = shares(log, name, parameters)
        yield Target(
            name,
            Logged(log.reward, log.propensity, found[each, log.taken], log.entity),
            expected[each, log.taken],
            (found * expected).sum(axis=1),
        )


def rewards(log: Log) -> Floats:
    """What a ridge regression for each arm foretells, shape (n, arms), cross-fitted.

    An arm nobody took elsewhere is foretold what all decisions elsewhere brought on average.
    """
    found = np.empty((log.taken.size, len(log.arms)))
    for fold in np.unique(log.fold):
        here = log.fold == fold
        grams, sums = learned(log, ~here)
        counts = grams[:, 0, 0]
        elsewhere = log.reward[~here]
        mean = float(elsewhere.mean()) if elsewhere.size else 0.0
        # Towards the mean of all, not towards 0: shrinking rewards as such would be a bias.
        centred = sums - mean * grams[:, 0, :]
        ridge = RIDGE * np.eye(log.rows.shape[1])
        weights = np.linalg.solve(grams + ridge, centred[:, :, None])[:, :, 0]
        weights[counts == 0] = 0.0
        found[here] = mean + log.rows[here] @ weights.T
    return found


def learned(log: Log, which: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> tuple[Floats, Floats]:
    """Sums over decisions of each arm: of outer products of contexts, and of them by reward."""
    size = log.rows.shape[1]
    grams, sums = np.zeros((len(log.arms), size, size)), np.zeros((len(log.arms), size))
    for arm in np.unique(log.taken[which]):
        rows = log.rows[which & (log.taken == arm)]
        grams[arm] = rows.T @ rows
        sums[arm] = rows.T @ log.reward[which & (log.taken == arm)]
    return grams, sums


def shares(log: Log, policy: str, parameters: Mapping[str, float]) -> Floats:
    """Probability of each arm by a policy for each decision, shape (n, arms)."""
    n, k = log.taken.size, len(log.arms)
    if policy == UNIFORM:
        return np.full((n, k), 1 / k)
    if policy == LINUCB:
        return _by_linucb(log, parameters)
    found = np.zeros((n, k))
    found[:, log.arms.index(policy.removeprefix(ALWAYS))] = 1.0
    return found


def _by_linucb(log: Log, parameters: Mapping[str, float]) -> Floats:
    found = np.empty((log.taken.size, len(log.arms)))
    size = log.rows.shape[1]
    context = tuple(str(place) for place in range(size - 1))
    for fold in np.unique(log.fold):
        here = log.fold == fold
        grams, sums = learned(log, ~here)
        arms = {
            name: {"a": np.eye(size) + grams[place], "b": sums[place]}
            for place, name in enumerate(log.arms)
        }
        found[here] = linear(parameters, arms, context).shares(log.rows[here])
    return found
