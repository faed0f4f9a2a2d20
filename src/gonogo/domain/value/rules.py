"""What a use case is expected to be worth, as people state it, and what evidence puts in its place.

Everything is by quarters of a year; money is in the one currency that is stated.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

import numpy as np

from gonogo.core.conditions import Cited
from gonogo.core.specs.live import AB_EFFECT, PAYOFF
from gonogo.core.specs.value import VOLUME
from gonogo.stats.arrays import Floats
from gonogo.stats.estimate import Estimate, Measured, Undefined
from gonogo.stats.money import amounts
from gonogo.stats.money.benefit import Benefit, Worth, counted, flows, realised, worth
from gonogo.stats.money.information import Experiment, evpi, evsi, ranked
from gonogo.stats.money.returns import present_value

FUTURES = 4_000
"""Futures of a use case's worth."""
SEED = 7
LEVEL = 0.8
REALISED = (AB_EFFECT, PAYOFF)
"""Checks of decisions beside others taken at the same time: A/B tests and holdouts."""
MONTHS = 3
"""In a quarter."""
ABOUT = ("volume", "per_decision", "avoided_loss")
"""What an experiment can be about."""


@dataclass(frozen=True, slots=True)
class Planned:
    """An experiment that could be run before deciding whether to do the use case."""

    name: str
    about: str
    """Which amount it measures, one of `ABOUT`."""
    noise: float
    """Standard deviation of one observation of it, above 0."""
    observations: int
    """1 or more."""
    cost: float
    """0 or more."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A benefit model as it was stated."""

    currency: str
    """ISO 4217: USD."""
    benefit: Benefit
    kind: str
    """What it counts as where shares of the money are asked: exploration, exploitation, ..."""
    people: dict[str, tuple[float, ...]]
    """Role → people in each quarter from the start."""
    requires: tuple[str, ...]
    """Use cases without which it cannot be done."""
    starts: tuple[int, ...]
    """Quarters in which it may start, from 0."""
    experiments: tuple[Planned, ...]
    text: str
    """The file as it was written."""

    @property
    def spend(self) -> tuple[float, ...]:
        """Money expected in each quarter of building, each stage's spread evenly over it."""
        found: list[float] = []
        for stage in self.benefit.stages:
            length = max(stage.periods, 1)
            found += [amounts.mean(stage.cost) / length] * length
        return tuple(found)

    @property
    def text_digest(self) -> str:
        """SHA-256 of the file as it was written."""
        return sha256(self.text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Stated:
    """A statement on the record."""

    case: str
    statement: Statement
    at: str
    by: str
    entry: str
    """Digest of the entry that keeps it."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a decision was found to be worth where it was tried."""

    measured: Estimate
    """Money per decision against what was beside it."""
    check: str
    subject: str
    """The version that took the decisions."""
    versus: str
    """What was beside it; "" where that is not said."""
    entry: str


@dataclass(frozen=True, slots=True)
class Valued:
    """What a use case is worth by what is known now."""

    stated: Stated
    planned: Worth
    """By the statement alone."""
    seen: Seen | None
    counted: Seen | None
    """How many decisions a month the gateway was asked for."""
    realised: Worth | None
    """With what was seen and counted in place of what was stated of it; None before either is."""
    perfect: Measured
    """What knowing everything before deciding would be worth."""
    experiments: tuple[Experiment, ...]
    """Those planned, the one that gains most beyond its cost first."""

    @property
    def now(self) -> Worth:
        """By the best that is known."""
        return self.planned if self.realised is None else self.realised


def valued(stated: Stated, evidence: Iterable[Cited] = (), *, learning: bool = True) -> Valued:
    """What a use case is worth by its statement and by the evidence of its versions.

    Without `learning` nothing is said of what experiments would be worth, which takes longest.
    """
    statement = stated.statement
    evidence = list(evidence)
    seen, volume = newest(evidence), newest_volume(evidence)
    benefit = known_of(statement.benefit, seen, volume)
    seed = seed_of(stated.case)
    planned = worth(statement.benefit, FUTURES, LEVEL, seed=seed)
    is_found = seen is not None or volume is not None
    after = worth(benefit, FUTURES, LEVEL, seed=seed) if is_found else None
    perfect: Measured = Undefined("not asked", n=0)
    experiments: tuple[Experiment, ...] = ()
    if learning:
        perfect, experiments = _learning(statement, benefit, seed)
    return Valued(
        stated=stated,
        planned=planned,
        seen=seen,
        counted=volume,
        realised=after,
        perfect=perfect,
        experiments=experiments,
    )


def _learning(
    statement: Statement, benefit: Benefit, seed: int
) -> tuple[Measured, tuple[Experiment, ...]]:
    """What knowing everything beforehand is worth, and what each experiment is."""
    lived = flows(benefit, FUTURES, seed=seed)
    values = present_value(lived.lived, benefit.rate)
    choices = np.column_stack([values, np.zeros(FUTURES)])
    found = [_experiment(one, choices, lived.drawn, seed) for one in statement.experiments]
    return evpi(choices, LEVEL), tuple(ranked(found))


def newest(evidence: Iterable[Cited]) -> Seen | None:
    """The newest evidence of what a decision is worth where it was tried, with both ends.

    Of A/B tests those of the payoff, not of a rate or another number.
    """
    found: Seen | None = None
    for cited in sorted(evidence, key=lambda one: one.evidence.at):
        one = cited.evidence
        counts = one.check == PAYOFF or one.parameters.get("metric") == "payoff"
        measured = one.measured
        if one.check not in REALISED or not counts or not isinstance(measured, Estimate):
            continue
        if np.isfinite([measured.low, measured.high]).all():
            versus = str(one.parameters.get("versus", ""))
            found = Seen(measured, one.check, str(one.subject), versus, cited.digest)
    return found


def newest_volume(evidence: Iterable[Cited]) -> Seen | None:
    """The newest count of decisions that the server itself made in the log."""
    found: Seen | None = None
    for cited in sorted(evidence, key=lambda one: one.evidence.at):
        one, measured = cited.evidence, cited.evidence.measured
        if one.check != VOLUME or not one.reproduced or not isinstance(measured, Estimate):
            continue
        if measured.value > 0 and np.isfinite(measured.high):
            found = Seen(measured, one.check, str(one.subject), "", cited.digest)
    return found


def known_of(stated: Benefit, seen: Seen | None, volume: Seen | None) -> Benefit:
    """What was stated, with what was found in its place where it was."""
    benefit = stated if seen is None else realised(stated, seen.measured)
    return benefit if volume is None else counted(benefit, a_quarter(volume.measured))


def a_quarter(a_month: Estimate) -> Estimate:
    """Decisions a quarter from those a month."""
    return replace(
        a_month,
        value=a_month.value * MONTHS,
        low=a_month.low * MONTHS,
        high=a_month.high * MONTHS,
        unit="decisions a quarter",
    )


def lives(found: Valued, futures: int) -> Floats:
    """Present values of so many futures, failures among them, by the best that is known."""
    benefit = known_of(found.stated.statement.benefit, found.seen, found.counted)
    return present_value(
        flows(benefit, futures, seed=seed_of(found.stated.case)).lived, benefit.rate
    )


def seed_of(case: str) -> int:
    """Each use case draws its own futures, always the same, whatever is beside it.

    >>> seed_of("fraud") == seed_of("fraud") != seed_of("churn")
    True
    """
    return int(sha256(f"{SEED}:{case}".encode()).hexdigest()[:12], 16)


def one_currency(found: Sequence[Stated]) -> str | Undefined:
    """The currency of all; the reason why there is not one, naming who states which.

    >>> one_currency([]).reason
    'no use case has a benefit model'
    """
    by_currency: dict[str, list[str]] = {}
    for one in found:
        by_currency.setdefault(one.statement.currency, []).append(one.case)
    if len(by_currency) == 1:
        return next(iter(by_currency))
    if not by_currency:
        return Undefined("no use case has a benefit model", n=0)
    told = (f"{currency} ({', '.join(cases)})" for currency, cases in sorted(by_currency.items()))
    return Undefined("; ".join(told), n=len(found))


def _experiment(one: Planned, choices: Floats, drawn: dict[str, Floats], seed: int) -> Experiment:
    """What seeing its result before deciding is worth: the amount as it would be measured."""
    rng = np.random.default_rng([seed, int(sha256(one.name.encode()).hexdigest()[:8], 16)])
    error = one.noise / np.sqrt(one.observations)
    shown = drawn[one.about] + rng.normal(0.0, error, len(choices))
    found = evsi(choices, shown, LEVEL, seed=seed)
    return Experiment(one.name, 0.0 if isinstance(found, Undefined) else found.value, one.cost)
