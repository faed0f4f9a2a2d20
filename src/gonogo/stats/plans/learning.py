"""The probability of a hypothesis: it starts at its prior and moves with evidence, step by step."""

from dataclasses import dataclass

from scipy.special import betaincinv

from gonogo.stats.counts import Counts
from gonogo.stats.design import check_positive, check_share
from gonogo.stats.estimate import Estimate
from gonogo.stats.levels import check_level
from gonogo.stats.plans.base_rates import BaseRate

BETA = "beta distribution, moved by Bayes' theorem"
WEIGHT = 4.0
"""How many observations a prior is worth that says no more of itself."""


@dataclass(frozen=True, slots=True)
class Belief:
    """A probability that is itself uncertain: a beta distribution, its odds times a factor."""

    yes: float
    """Alpha of the beta distribution: what speaks for, in observations; above 0."""
    no: float
    """Beta of it: what speaks against; above 0."""
    n: int = 0
    """Settled runs that it rests on."""
    ratio: float = 1.0
    """Likelihood ratio of a test that still runs; it moves the odds, not how sure they are."""

    def __post_init__(self) -> None:
        check_positive(yes=self.yes, no=self.no, ratio=self.ratio)

    @property
    def probability(self) -> float:
        """The odds of the mean, times `ratio`, as a probability: Bayes' theorem for one event."""
        return _moved(self.yes / (self.yes + self.no), self.ratio)

    def estimate(self, level: float) -> Estimate:
        """The probability with the credible interval of `level`, unit probability."""
        tail = (1 - check_level(level)) / 2
        low, high = (
            _moved(float(betaincinv(self.yes, self.no, share)), self.ratio)
            for share in (tail, 1 - tail)
        )
        value = self.probability
        # The mean of a very skewed distribution may lie beyond its own quantiles.
        return Estimate(
            value, min(low, value), max(high, value), level, self.n, "probability", BETA
        )


@dataclass(frozen=True, slots=True)
class Step:
    """What moved the probability, and to where."""

    what: str
    """prior, base rate, runs or running test."""
    belief: Belief


@dataclass(frozen=True, slots=True)
class Moved:
    """What moved a probability, in words, and to where."""

    what: str
    """prior, base rate, runs, running test or its end."""
    measured: Estimate
    """The probability from then on, with its credible interval."""
    says: str
    """What it rests on."""


def from_prior(prior: float, weight: float = WEIGHT) -> Belief:
    """The belief that `prior`, in (0, 1), stands for, worth `weight` observations, above 0.

    Raises `ValueError` for others.

    >>> from_prior(0.25, weight=8)
    Belief(yes=2.0, no=6.0, n=0, ratio=1.0)
    """
    check_share(prior=prior)
    check_positive(weight=weight)
    return Belief(prior * weight, (1 - prior) * weight)


def with_base_rate(belief: Belief, base: BaseRate) -> Belief:
    """`belief` with what is known of hypotheses of its kind, each counted for what it is worth."""
    rate = base.measured.value
    return Belief(
        belief.yes + rate * base.worth,
        belief.no + (1 - rate) * base.worth,
        belief.n,
        belief.ratio,
    )


def after_runs(belief: Belief, runs: Counts) -> Belief:
    """`belief` after runs that were settled, `runs.yes` of them in favour.

    Only independent runs of the same claim may be counted: a run again on the same rows is none.

    Source: conjugate updating; Gelman et al. (2013), Bayesian Data Analysis, 2.4.

    >>> round(after_runs(from_prior(0.5), Counts(yes=3, n=4)).probability, 3)
    0.625
    """
    return Belief(belief.yes + runs.yes, belief.no + runs.no, belief.n + runs.n, belief.ratio)


def weighed(belief: Belief, ratio: float) -> Belief:
    """`belief` with data that are `ratio` times as likely if the hypothesis is true.

    >>> weighed(from_prior(0.5), 3.0).probability
    0.75
    """
    check_positive(ratio=ratio)
    return Belief(belief.yes, belief.no, belief.n, belief.ratio * ratio)


def learnt(
    prior: float,
    *,
    weight: float = WEIGHT,
    base: BaseRate | None = None,
    runs: Counts | None = None,
    ratio: float | None = None,
) -> tuple[Step, ...]:
    """How a probability moves from `prior`, with what there is of evidence; the last step counts.

    `base` is the team's record of this kind of hypothesis, `runs` the settled ones of this claim,
    `ratio` the likelihood ratio of its running test.
    """
    steps = [Step("prior", from_prior(prior, weight))]
    if base is not None:
        steps.append(Step("base rate", with_base_rate(steps[-1].belief, base)))
    if runs is not None and runs.n:
        steps.append(Step("runs", after_runs(steps[-1].belief, runs)))
    if ratio is not None:
        steps.append(Step("running test", weighed(steps[-1].belief, ratio)))
    return tuple(steps)


def _moved(probability: float, ratio: float) -> float:
    return probability * ratio / (probability * ratio + 1 - probability)
