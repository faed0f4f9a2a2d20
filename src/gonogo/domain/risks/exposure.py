"""How much is at stake: inherent, residual, hoped for; severity; a risk within a plan; pure."""

import math
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from gonogo.core.conditions import Cited, Situation, settle
from gonogo.core.subjects import Subject, SubjectKind
from gonogo.domain.risks.rules import (
    HOPED,
    SHOWN,
    WORKS,
    Leaves,
    Mitigated,
    Mitigation,
    Risk,
    RiskText,
    Severity,
    Works,
    aged,
    due,
    leaves,
)
from gonogo.stats.money import amounts
from gonogo.stats.plans import durations
from gonogo.stats.plans.durations import Estimated, Fixed, Pert, scaled
from gonogo.stats.plans.network import Risk as PlanRisk
from gonogo.stats.risks import probabilities
from gonogo.stats.risks.register import Exposed

LIKELIHOODS = (0.05, 0.2, 0.4, 0.7)
"""Probabilities from which on a risk is unlikely, possible, likely, nearly sure; below: rare."""
DAYS = (2.0, 10.0, 30.0, 90.0)
"""Working days from which on a delay is small, considerable, large, grave; below: negligible."""
SHARES = (0.01, 0.05, 0.25, 1.0)
"""The same for a loss, as shares of what is grave: of the money that the use case may cost."""
MOST = 10.0
"""Shares of what is grave that are as far up as the highest level goes."""
LEVELS = 5
SCORES = ((15, Severity.CRITICAL), (8, Severity.HIGH), (4, Severity.MODERATE))
"""Severity by the product of both levels, 1 to 25, as matrices of risk have it (ISO 31010)."""


@dataclass(frozen=True, slots=True)
class Scale:
    """What a loss is held against."""

    grave: float
    """Money from which on a loss is grave, in the currency of the risk; above 0."""
    by: str
    """What that is, in words; "" where nothing says it."""

    def says(self, currency: str) -> str:
        """From what on a loss is of which level, in one sentence."""
        shares = ", ".join(f"{100 * share:g}" for share in SHARES[:-1])
        much = f"{self.grave:,.0f} {currency}".strip()
        held = f"{self.by}, {much}" if self.by else f"{much}: no budget says what is much here"
        return f"Losses are told apart at {shares} and {100 * SHARES[-1]:g} % of {held}."


OTHERWISE = Scale(1_000_000.0, "")
"""Where neither a budget nor a benefit model says how much money there is."""


@dataclass(frozen=True, slots=True)
class Stake:
    """What is at stake with a risk, under what mitigations leave of it."""

    probability: float
    """In the mean."""
    days: float
    """Mean working days by which each of its steps is delayed where it comes true."""
    loss: float
    """Mean money that it costs then."""
    grave: float = OTHERWISE.grave
    """Money from which on a loss is grave."""

    @property
    def expected_days(self) -> float:
        """Days, all told."""
        return self.probability * self.days

    @property
    def expected_loss(self) -> float:
        """Money, all told."""
        return self.probability * self.loss

    @property
    def likelihood(self) -> float:
        """Where it lies among five levels of probability, 0 to 5."""
        return _place(self.probability, LIKELIHOODS, 1.0)

    @property
    def impact(self) -> float:
        """Where it lies among five levels of delay or loss, whichever is the graver, 0 to 5."""
        lost = _place(self.loss / self.grave, SHARES, MOST)
        return max(_place(self.days, DAYS, DAYS[-1] * 4), lost)

    @property
    def severity(self) -> Severity:
        """By the levels of both."""
        lost = bisect_right(SHARES, self.loss / self.grave)
        graver = max(bisect_right(DAYS, self.days), lost)
        return severity_of(bisect_right(LIKELIHOODS, self.probability) + 1, graver + 1)


@dataclass(frozen=True, slots=True)
class Standing:
    """A risk with what the ledger says of its mitigations, and what is at stake."""

    risk: Risk
    mitigated: tuple[Mitigated, ...]
    inherent: Stake
    """As if nothing were done."""
    residual: Stake
    """With what was shown to work, and nothing else."""
    hoped: Stake
    """If all worked that is planned, too."""
    review_due: datetime
    aged: bool
    scale: Scale = OTHERWISE
    """What its loss is held against."""

    def unreviewed(self, now: datetime) -> bool:
        """Whether nobody looked at it for longer than its severity allows."""
        return self.risk.counts and self.review_due < now

    @property
    def shown(self) -> Leaves:
        """What the mitigations leave that were shown to work."""
        return leaves(self.mitigated, SHOWN)


def standing(
    risk: Risk,
    evidence: Mapping[Subject, Sequence[Cited]],
    champions: Mapping[str, str],
    now: datetime,
    scale: Scale = OTHERWISE,
) -> Standing:
    """`risk` as it stands by the `evidence`; `champions`: of each model its version in charge."""
    mitigated = all_settled(risk.text, evidence, champions, now)
    residual = stake(risk.text, leaves(mitigated, SHOWN), scale)
    return Standing(
        risk=risk,
        mitigated=mitigated,
        inherent=stake(risk.text, Leaves(), scale),
        residual=residual,
        hoped=stake(risk.text, leaves(mitigated, HOPED), scale),
        review_due=due(risk, residual.severity),
        aged=aged(risk, mitigated, now),
        scale=scale,
    )


def all_settled(
    text: RiskText,
    evidence: Mapping[Subject, Sequence[Cited]],
    champions: Mapping[str, str],
    now: datetime,
) -> tuple[Mitigated, ...]:
    """What the ledger says of each mitigation."""
    return tuple(settled(one, evidence, champions, now) for one in text.mitigations)


def settled(
    mitigation: Mitigation,
    evidence: Mapping[Subject, Sequence[Cited]],
    champions: Mapping[str, str],
    now: datetime,
) -> Mitigated:
    """What the ledger says of one mitigation."""
    proof = mitigation.works_if
    if proof is None:
        return Mitigated(
            mitigation, Works.PLANNED, "no check is named that could show it", None, None
        )
    about = told_of(proof.about, champions)
    if about is None:
        why = f"{proof.about.name} has no version in charge whose evidence could show it"
        return Mitigated(mitigation, Works.PLANNED, why, None, None)
    found = settle(proof.condition, evidence.get(about, ()), Situation(now))
    return Mitigated(mitigation, WORKS[found.verdict], found.reason, found, about)


def told_of(about: Subject, champions: Mapping[str, str]) -> Subject | None:
    """Whose evidence counts for `about`: a model's is its champion's; None while it has none."""
    if about.kind is not SubjectKind.MODEL or about.version is not None:
        return about
    number = champions.get(about.name)
    return None if number is None else Subject(SubjectKind.MODEL, about.name, number)


def stake(text: RiskText, left: Leaves, scale: Scale = OTHERWISE) -> Stake:
    """What is at stake with a risk of which so much is left."""
    return Stake(
        probability=probabilities.mean(text.probability) * left.probability,
        days=durations.mean(text.delay) * left.delay,
        loss=amounts.mean(text.loss) * left.loss,
        grave=scale.grave,
    )


def severity_of(likelihood: int, impact: int) -> Severity:
    """The severity of a cell of the matrix, both levels from 1 to 5."""
    score = likelihood * impact
    return next((found for least, found in SCORES if score >= least), Severity.LOW)


def exposed(text: RiskText, key: str, left: Leaves) -> Exposed:
    """The risk as far as it costs money."""
    return Exposed(key, text.probability, text.loss, left.probability, left.loss)


def in_plan(found: Standing, steps: Iterable[str], currency: str) -> PlanRisk | None:
    """The risk among those of a plan with these `steps`; None where it threatens none of them.

    It counts with what mitigations leave that were shown to work. Its money is only added where
    the plan is in the same currency, or in none.
    """
    text, left = found.risk.text, found.shown
    there = set(steps)
    met = tuple(step for step in text.steps if step in there)
    if not met or not found.risk.counts:
        return None
    costs = currency in {"", text.currency}
    return PlanRisk(
        key=str(found.risk.subject),
        probability=min(1.0, found.residual.probability),
        steps=met,
        delay=_scaled(text.delay, left.delay),
        cost=_money(text.loss, left.loss) if costs else Fixed(0.0),
    )


def _scaled(duration: Estimated, left: float) -> Estimated:
    return scaled(duration, left) if left > 0 else Fixed(0.0)


def _money(amount: amounts.Amount, left: float) -> Estimated:
    """Money as plans have it: by the same distributions under other names."""
    found: Estimated
    match amount:
        case amounts.Known(value=value):
            found = Fixed(value)
        case amounts.Between(low=low, likely=likely, high=high):
            found = Pert(low, likely, high)
        case amounts.Lognormal(p10=p10, p90=p90):
            found = durations.Lognormal(p10, p90)
        case _:
            # Only amounts of 0 or more come in, and of normal ones that is only a known number.
            found = Fixed(amounts.mean(amount))
    return _scaled(found, left)


def _place(value: float, edges: tuple[float, ...], most: float) -> float:
    """Where `value` lies among the levels that `edges` part, from 0 to 5."""
    at = bisect_right(edges, value)
    low = edges[at - 1] if at else 0.0
    high = edges[at] if at < len(edges) else most
    if not at:
        return value / high
    return min(at + math.log(value / low) / math.log(high / low), float(LEVELS))
