"""Risks in a list, and their mitigations: what pages and sections of pages show of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gonogo.core.times import stamp
from gonogo.core.wording import asked, title
from gonogo.domain.risks import reads
from gonogo.domain.risks.exposure import Stake, Standing
from gonogo.domain.risks.rules import Mitigated
from gonogo.stats.estimate import Measured
from gonogo.stats.money import amounts
from gonogo.store.work import Work
from gonogo.views.risk_exposure import DelayLine, delays
from gonogo.views.risk_standings import standings

TOP = 5
"""Risks that the page of a use case names."""


@dataclass(frozen=True, slots=True)
class RiskLine:
    """One risk in a list."""

    key: str
    title: str
    category: str
    case: str | None
    state: str
    owner_role: str
    currency: str
    inherent: Stake
    residual: Stake
    later: Measured | None
    """By how many days it delays its plan, by the latest forecast; None where none says."""
    evidence: str
    """Digest of that forecast."""
    flags: tuple[str, ...]
    """What is late with it, in words."""


@dataclass(frozen=True, slots=True)
class MitigationLine:
    """One mitigation, and what the ledger says of it."""

    risk: str
    key: str
    title: str
    owner_role: str
    due: str
    overdue: bool
    cost: float
    leaves: tuple[str, ...]
    """What is left once it works, in words."""
    works: str
    why: str
    asks: str
    """The condition that would show it; "" where none is named."""
    about: str
    """Whose evidence it asks for."""
    measured: Measured | None
    evidence: str
    """Digest of the evidence; "" where there is none."""


def order(one: Standing) -> tuple[float, float, str]:
    """Those with most at stake first: by score of the residual, then by money."""
    residual = one.residual
    return -residual.likelihood * residual.impact, -residual.expected_loss, one.risk.key


def risk_lines(
    work: Work, found: Sequence[Standing], late: Sequence[DelayLine]
) -> tuple[RiskLine, ...]:
    """`found` in a list, those with most at stake first."""
    by_key = {one.key: one for one in late if one.key}
    return tuple(_line(work, one, by_key) for one in sorted(found, key=order))


def top(work: Work, case: str) -> tuple[RiskLine, ...]:
    """The risks of a use case with most at stake."""
    found = standings(work, reads.listed(work, case=case, ended=False))
    late = delays(work, {case}) if found else ()
    return risk_lines(work, found, late)[:TOP]


def mitigation_lines(work: Work, one: Standing) -> tuple[MitigationLine, ...]:
    """The mitigations of a risk, as they were written."""
    return tuple(_mitigation(work, one.risk.key, each) for each in one.mitigated)


def overdue(work: Work, found: Sequence[Standing]) -> tuple[MitigationLine, ...]:
    """Mitigations that should work by now and are not shown to, the longest overdue first."""
    lines = (
        _mitigation(work, one.risk.key, each)
        for one in found
        if one.risk.counts
        for each in one.mitigated
        if each.overdue(work.now.date())
    )
    return tuple(sorted(lines, key=lambda line: (line.due, line.risk, line.key)))


def _line(work: Work, one: Standing, late: Mapping[str, DelayLine]) -> RiskLine:
    risk, text = one.risk, one.risk.text
    delay = late.get(risk.key)
    return RiskLine(
        key=risk.key,
        title=text.title,
        category=str(text.category),
        case=text.case,
        state=str(risk.state),
        owner_role=text.owner_role,
        currency=text.currency,
        inherent=one.inherent,
        residual=one.residual,
        later=None if delay is None else delay.later,
        evidence="" if delay is None else delay.evidence,
        flags=flags(work, one),
    )


def flags(work: Work, one: Standing) -> tuple[str, ...]:
    """What is late with a risk, in words."""
    if not one.risk.counts:
        return ()
    found = []
    if one.unreviewed(work.now):
        found.append(f"review due {stamp(one.review_due)[:10]}")
    if one.aged:
        found.append("aged: nothing shown to help for half a year")
    late = sum(each.overdue(work.now.date()) for each in one.mitigated)
    if late:
        found.append(f"{late} mitigation{'' if late == 1 else 's'} overdue")
    return tuple(found)


def _mitigation(work: Work, risk: str, found: Mitigated) -> MitigationLine:
    one, settled = found.mitigation, found.settled
    proof = one.works_if
    cited = None if settled is None else settled.cited
    left = {"probability": one.leaves.probability, "delay": one.leaves.delay}
    left["loss"] = one.leaves.loss
    return MitigationLine(
        risk=risk,
        key=one.key,
        title=one.title,
        owner_role=one.owner_role,
        due=one.due.isoformat(),
        overdue=found.overdue(work.now.date()),
        cost=amounts.mean(one.cost),
        leaves=tuple(
            f"{100 * share:.3g} % of the {what}" for what, share in left.items() if share < 1
        ),
        works=str(found.works),
        why=found.why,
        asks="" if proof is None else f"{title(proof.condition)} {asked(proof.condition)}",
        about="" if proof is None else str(found.about or proof.about),
        measured=None if cited is None else cited.evidence.measured,
        evidence="" if cited is None else cited.digest,
    )
