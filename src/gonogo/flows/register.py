"""What the register of risks may cost, kept as evidence: of each use case, and of all together."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from hashlib import sha256

from gonogo.checks.findings.finding import Finding
from gonogo.checks.money import risk_loss
from gonogo.core.caller import SYSTEM
from gonogo.core.canonical import Json
from gonogo.core.roles import Action
from gonogo.core.specs.money import RISK_LOSS
from gonogo.core.subjects import Subject
from gonogo.domain.risks import reads
from gonogo.domain.risks.exposure import Standing
from gonogo.domain.risks.rules import parent_of
from gonogo.stats.risks.register import simulate, unsure
from gonogo.store.measured import evidence_of
from gonogo.store.work import OpenWork, Work
from gonogo.views.risk_exposure import AskedExposure
from gonogo.views.risk_standings import at_stake, standings

RESTS_ON = "rests_on"


@dataclass(frozen=True, slots=True)
class Stale:
    """A loss that is not kept as it is now."""

    subject: Subject
    """The use case, or the organisation."""
    currency: str
    risks: tuple[Standing, ...]
    rests_on: str
    """Digest of the wordings that count and of what is left of each."""


@dataclass(frozen=True, slots=True)
class Ready:
    """A loss that was simulated and waits to be kept."""

    stale: Stale
    finding: Finding


def keep(work: Work, case: str | None = None) -> list[str]:
    """Keep what the register may cost, of a use case or of all; the digests of what was written.

    What is kept as it is now is not kept again. Raises `NotFound`, `Forbidden`.
    """
    subject = work.subjects.need(parent_of(case), field="case")
    work.allow(Action.RISK_KEEP, on=subject)
    return write(work, [_simulated(one) for one in stale(work, [case])])


def follow(open_work: OpenWork) -> int:
    """Keep every loss that is not kept as it is now; how many were written."""
    with open_work(SYSTEM, write=False) as work:
        cases = {one.text.case for one in reads.listed(work)}
        waits = stale(work, [None, *sorted(one for one in cases if one)]) if cases else []
    found = [_simulated(one) for one in waits]  # before anybody has to wait for this writer
    if not found:
        return 0
    with open_work(SYSTEM) as work:
        return len(write(work, found))


def ready(work: Work, case: str) -> list[Ready]:
    """What is to be kept of the register of a use case, simulated: `write` keeps it."""
    return [_simulated(one) for one in stale(work, [case])]


def stale(work: Work, cases: Collection[str | None]) -> list[Stale]:
    """What is not kept as it is now: of these use cases, None is the organisation."""
    live = standings(work, reads.listed(work, ended=False))
    subjects = {case: parent_of(case) for case in cases}
    kept = work.ledger.latest_of(list(subjects.values()), [RISK_LOSS]) if subjects else {}
    found = []
    for case, subject in subjects.items():
        mine = [
            one for one in live if case in {None, one.risk.text.case} and one.risk.text.currency
        ]
        before = {
            str(one.evidence.parameters["currency"]): one.evidence.detail.get(RESTS_ON)
            for one in kept[subject]
            if one.evidence.reproduced
        }
        # Where all risks of a currency are over, that nothing is at stake any more is kept, too.
        for currency in sorted({one.risk.text.currency for one in mine} | set(before)):
            risks = tuple(one for one in mine if one.risk.text.currency == currency)
            rests = _rests_on(risks)
            if before.get(currency) != rests:
                found.append(Stale(subject, currency, risks, rests))
    return found


def write(work: Work, found: Sequence[Ready]) -> list[str]:
    """Keep what was simulated and still is so; the digests."""
    cases = [
        None if one.stale.subject == parent_of(None) else one.stale.subject.name for one in found
    ]
    now = {(one.subject, one.currency): one.rests_on for one in stale(work, cases)} if found else {}
    drafts = [
        evidence_of(work, one.stale.subject, one.finding)
        for one in found
        if now.get((one.stale.subject, one.stale.currency)) == one.stale.rests_on
    ]
    return [entry.digest for entry in work.append_all(drafts)] if drafts else []


def _simulated(one: Stale) -> Ready:
    asked = AskedExposure()
    loss = simulate(
        at_stake(one.risks),
        futures=asked.futures,
        seed=asked.seed,
        correlation=asked.correlation,
        level=asked.level,
    )
    inherent = unsure(at_stake(one.risks, inherent=True), futures=asked.futures, seed=asked.seed)
    said: dict[str, str | float] = {
        "currency": one.currency,
        "seed": asked.seed,
        "futures": asked.futures,
        "correlation": asked.correlation,
    }
    detail: dict[str, Json] = {"open": len(one.risks), RESTS_ON: one.rests_on}
    return Ready(one, risk_loss(loss, inherent, said, detail))


def _rests_on(risks: Sequence[Standing]) -> str:
    """By the wordings and by what is left of each: evidence grows old without a new entry."""
    lines = sorted(
        f"{one.risk.entry} {one.shown.probability!r} {one.shown.loss!r}" for one in risks
    )
    return sha256("\n".join(lines).encode()).hexdigest()
