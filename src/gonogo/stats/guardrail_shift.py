"""A guardrail on the distribution of scores: how far two arms' distributions lie apart, at most."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gonogo.stats.arms import Arms, Batch
from gonogo.stats.arrays import Floats
from gonogo.stats.estimate import Estimate, Undefined
from gonogo.stats.guardrails import INDEPENDENT, TIGHT_AT, Effects, Guardrail, Harm, Look, Verdict
from gonogo.stats.mixtures import GAMMA_EXPONENTIAL

SHIFT = f"Kolmogorov-Smirnov distance at bin edges, {GAMMA_EXPONENTIAL}, looked at at any time"


@dataclass(frozen=True, slots=True)
class ShiftGuardrail:
    """The largest difference of two arms' shares of scores up to an edge of a bin.

    At each edge the shares are compared as `Guardrail` does, either way, alpha shared over edges;
    the evidence is the mean of theirs. So the distance is that of Kolmogorov and Smirnov, looked at
    from the edges alone, which never makes it larger. Kept as one `Arms` for each inner edge.

    Source: Howard, Ramdas, McAuliffe & Sekhon (2021), Annals of Statistics 49, 1055-1080; Howard &
    Ramdas (2022), Bernoulli 28, 1704-1728, hold the whole distribution by a wider band.

    >>> rule = ShiftGuardrail(margin=0.05, alpha=0.01, expected=(0.25, 0.25, 0.25, 0.25))
    >>> seen = rule.update(rule.start(), [500, 500, 500, 500], [900, 600, 300, 200])
    >>> look = rule.look(seen)
    >>> str(look.verdict), look.measured.value
    ('harmful', 0.25)
    """

    margin: float
    """The largest distance allowed, in [0, 1]."""
    alpha: float
    """Chance of a false alarm over the whole rollout."""
    expected: tuple[float, ...]
    """Share of the live arm's scores in each bin before the rollout; two bins or more."""
    beta: float = 0.05
    """Chance of calling safe what is harmful."""
    tight_at: int = TIGHT_AT
    """Observations of the smaller arm at which the interval is to be tightest."""

    def __post_init__(self) -> None:
        shares = np.asarray(self.expected, np.float64)
        if shares.size < 2 or (shares < 0).any() or not math.isclose(shares.sum(), 1, abs_tol=1e-6):
            raise ValueError(
                f"expected is {self.expected}, expected two shares or more that add up to 1"
            )
        if not 0 <= self.margin <= 1:
            raise ValueError(f"margin is {self.margin}, expected a number from 0 to 1")
        # Its alphas are checked where the edges' guardrails are made.
        _ = self.edges

    @property
    def edges(self) -> tuple[Guardrail, ...]:
        """A guardrail for each inner edge."""
        cumulative = np.minimum(1.0, np.cumsum(self.expected))[:-1]
        return tuple(
            Guardrail(
                Harm.EITHER,
                self.margin,
                self.alpha / cumulative.size,
                beta=self.beta,
                expected=float(share),
                tight_at=self.tight_at,
            )
            for share in cumulative
        )

    def start(self) -> tuple[Arms, ...]:
        """Nothing seen yet."""
        return (Arms(),) * (len(self.expected) - 1)

    def update(
        self, arms: Sequence[Arms], live: npt.ArrayLike, new: npt.ArrayLike
    ) -> tuple[Arms, ...]:
        """The sums with one more batch: how many scores of each arm fell into each bin.

        Raises `ValueError` for counts of another number of bins, and negative ones.
        """
        before, after = self._cumulative(live), self._cumulative(new)
        return tuple(
            edge.update(one, _batch(before, place), _batch(after, place))
            for place, (edge, one) in enumerate(zip(self.edges, arms, strict=True))
        )

    def look(self, arms: Sequence[Arms], effects: Effects = INDEPENDENT) -> Look:
        """What the observations so far say; `effects` are those of both arms, of their scores."""
        looks = [edge.look(one, effects) for edge, one in zip(self.edges, arms, strict=True)]
        logs = np.array([look.evidence for look in looks])
        evidence = float(np.logaddexp.reduce(logs)) - math.log(logs.size)
        measured = [look.measured for look in looks if isinstance(look.measured, Estimate)]
        if not measured:
            n = int(arms[0].n_live + arms[0].n_new)
            nothing = Undefined("no observations of both arms yet", n=n)
            return Look(Verdict.HOLD, nothing, self.margin, evidence, None)
        verdict = Verdict.HOLD
        if all(look.verdict is Verdict.SAFE for look in looks):
            verdict = Verdict.SAFE
        if evidence >= -math.log(self.alpha):
            verdict = Verdict.HARMFUL
        return Look(
            verdict,
            self._distance(measured),
            self.margin,
            evidence,
            0 if verdict is not Verdict.HOLD else _needed(looks, self.margin),
        )

    def _distance(self, measured: Sequence[Estimate]) -> Estimate:
        return Estimate(
            value=max(abs(one.value) for one in measured),
            low=max(0.0, *(max(one.low, -one.high) for one in measured)),
            high=max(max(one.high, -one.low) for one in measured),
            level=1 - self.alpha,
            n=measured[0].n,
            unit="share",
            method=f"{SHIFT} ({len(self.expected)} bins)",
        )

    def _cumulative(self, counts: npt.ArrayLike) -> Floats:
        found = np.asarray(counts, np.float64)
        if found.shape != (len(self.expected),) or not (found >= 0).all():
            raise ValueError(
                f"counts have shape {found.shape}, expected one of 0 or more for each of "
                f"{len(self.expected)} bins"
            )
        return np.cumsum(found)


def numbers(arms: Sequence[Arms]) -> list[dict[str, float]]:
    """As they are stored."""
    return [one.numbers() for one in arms]


def arms_of(stored: Sequence[Mapping[str, float]]) -> tuple[Arms, ...]:
    """What was stored as `numbers`."""
    return tuple(Arms.of(one) for one in stored)


def _batch(cumulative: Floats, place: int) -> Batch:
    below = float(cumulative[place])
    return Batch(int(cumulative[-1]), below, below)


def _needed(looks: Sequence[Look], margin: float) -> int | None:
    """One edge beyond the margin does for harm; for safety all edges have to be decided."""
    beyond = [
        look.further
        for look in looks
        if isinstance(look.measured, Estimate) and abs(look.measured.value) > margin
    ]
    known = [one for one in beyond if one is not None]
    if beyond:
        return min(known, default=None)
    needed = [look.further for look in looks]
    return None if None in needed else max(one for one in needed if one is not None)
