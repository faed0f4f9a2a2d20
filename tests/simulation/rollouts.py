"""Simulated rollouts, thousands at once: what guardrails see of them, look by look."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gonogo.stats.arms import step
from gonogo.stats.arrays import Bools, Floats
from gonogo.stats.guardrails import Guardrail, Harm, merged

PAYOFFS = np.array([-5.0, 0.0, 2.0, 20.0])
CHANCES = np.array([0.05, 0.45, 0.40, 0.10])
"""Of the payoffs of a decision."""
BINS = 5
SIZE = 2000
"""Decisions in a batch, both arms together."""

Draw = Callable[[np.random.Generator, int, int], Floats]
"""n, sum and squares of a batch in so many rollouts, values within [0, 1]: shape (3, times)."""


@dataclass(frozen=True, slots=True)
class Watched:
    """A guardrail, with how both arms' batches are drawn."""

    rule: Guardrail
    live: Draw
    new: Draw


def rate(share: float) -> Draw:
    """Answers of which this share is yes."""

    def draw(rng: np.random.Generator, n: int, times: int) -> Floats:
        yes = rng.binomial(n, share, times).astype(float)
        return np.array([np.full(times, float(n)), yes, yes])

    return draw


def payoff(worse: float = 0.0) -> Draw:
    """Amounts from -5 to 20, turned round so that more is worse; losses more often by `worse`."""
    chances = CHANCES + np.array([worse, -worse, 0.0, 0.0])
    places = 1 - (PAYOFFS + 5) / 25

    def draw(rng: np.random.Generator, n: int, times: int) -> Floats:
        counts = rng.multinomial(n, chances, times).astype(float)
        return np.array([np.full(times, float(n)), counts @ places, counts @ np.square(places)])

    return draw


def usual(alpha: float, margin: float = 0.0) -> dict[str, Watched]:
    """Five kinds of guardrails that share `alpha`; both arms alike."""
    each = alpha / 5
    rates: dict[str, tuple[Harm, float]] = {
        "errors": (Harm.MORE, 0.01),
        "late answers": (Harm.MORE, 0.005),
        "approvals": (Harm.EITHER, 0.4),
        "scores in the lowest fifth": (Harm.EITHER, 0.2),
    }
    found = {
        name: Watched(Guardrail(harm, margin, each, expected=share), rate(share), rate(share))
        for name, (harm, share) in rates.items()
    }
    middle = float(PAYOFFS @ CHANCES)
    rule = Guardrail(Harm.LESS, margin, each, bounds=(-5, 20), expected=middle)
    return found | {"payoff": Watched(rule, payoff(), payoff())}


def shares(looks: int) -> Floats:
    """Of the new version at each look: 5 %, then 25 %, then half of the traffic."""
    steps = np.array([0.05, 0.25, 0.5])
    return steps[np.arange(looks) * 3 // looks]


def evidence(
    watched: Mapping[str, Watched], given: npt.ArrayLike, times: int, seed: int, size: int = SIZE
) -> Floats:
    """Logarithms of e-values, shape (guardrails, looks, times), at `given` shares of traffic."""
    rng = np.random.default_rng(seed)
    parts = np.asarray(given, np.float64)
    found = np.empty((len(watched), parts.size, times))
    for place, one in enumerate(watched.values()):
        told = expected(one.rule)
        sums = np.zeros((15, times))
        for look, share in enumerate(parts):
            n = round(size * share)
            sums = step(sums, one.live(rng, size - n, times), one.new(rng, n, times), told)
            found[place, look] = one.rule.evidence(sums)
    return found


def expected(rule: Guardrail) -> float:
    """What is foretold of the first batch, on the scale on which batches are drawn."""
    least, most = rule.bounds
    assert rule.expected is not None
    share = (rule.expected - least) / (most - least)
    return 1 - share if rule.harm is Harm.LESS else share


def stopped(found: Floats, alphas: list[float]) -> Bools:
    """Which rollouts were rolled back at some look, shape (times,)."""
    return np.asarray((merged(found, alphas) >= -math.log(sum(alphas))).any(axis=0))


def first(found: Floats, alpha: float) -> Floats:
    """The look, from 1, at which each rollout was stopped; infinite where none did."""
    over = found >= -math.log(alpha)
    return np.where(over.any(axis=0), over.argmax(axis=0) + 1.0, np.inf)
