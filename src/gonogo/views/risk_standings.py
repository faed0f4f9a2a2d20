"""Risks as they stand: joined with the evidence of their mitigations and the versions in charge."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from gonogo.core.conditions import Cited
from gonogo.core.subjects import Subject, SubjectKind
from gonogo.core.times import moment
from gonogo.domain.models import reads as models
from gonogo.domain.risks import reads
from gonogo.domain.risks.exposure import (
    OTHERWISE,
    Standing,
    all_settled,
    exposed,
    stake,
    standing,
    told_of,
)
from gonogo.domain.risks.reading import risk as read
from gonogo.domain.risks.rules import HOPED, SHOWN, Leaves, Proof, Risk, RiskText, leaves
from gonogo.stats.risks.register import Exposed
from gonogo.store.work import Work
from gonogo.views.risk_scales import of, scales

POINTS = 200
"""Moments at which exposure is drawn over time, the latest."""

Evidence = Mapping[Subject, Sequence[Cited]]


@dataclass(frozen=True, slots=True)
class At:
    """The expected loss of all risks of a currency at one time, as the ledger had it then."""

    at: str
    inherent: float
    residual: float
    """With what was shown to work until then."""
    hoped: float
    """If all worked that was planned then."""
    open: int
    """How many risks there were that could come true."""


def standings(work: Work, risks: Sequence[Risk]) -> list[Standing]:
    """`risks` as they stand by the ledger, in four queries."""
    proofs = _proofs(one.text for one in risks)
    champions = _champions(work, proofs)
    subjects = _subjects(proofs, champions)
    checks = {one.condition.check for one in proofs}
    evidence = work.ledger.latest_of(subjects, checks) if subjects else {}
    held = scales(work, [one.text for one in risks])
    return [
        standing(one, evidence, champions, work.now, held.get(of(one.text), OTHERWISE))
        for one in risks
    ]


def in_one_currency(
    found: Sequence[Standing], currency: str = ""
) -> tuple[str, list[Standing], int]:
    """The currency asked for, else the one that most risks have; those of it; how many are not.

    Risks without money belong to every currency: they lose nothing in it.
    """
    counts = Counter(one.risk.text.currency for one in found if one.risk.text.currency)
    wanted = currency
    if wanted not in counts:
        wanted = min(counts, key=lambda one: (-counts[one], one), default="")
    kept = [one for one in found if one.risk.text.currency in {"", wanted}]
    return wanted, kept, len(found) - len(kept)


def at_stake(found: Iterable[Standing], *, inherent: bool = False) -> list[Exposed]:
    """Those that may still come true, as far as they cost money."""
    return [
        exposed(one.risk.text, one.risk.key, Leaves() if inherent else one.shown)
        for one in found
        if one.risk.counts
    ]


def burn_down(work: Work, currency: str, case: str | None = None) -> tuple[At, ...]:
    """The expected loss of the register over time, by what the ledger said at each time.

    `case`: of its risks alone.

    A point for every time at which a risk was said, changed or ended, or evidence of a mitigation
    came, and for now, as evidence grows old. Of a model without a version its present champion's
    evidence counts throughout.
    """
    changes = reads.changes(work)
    texts = {one.position: read(one.said) for one in changes if one.said is not None}
    proofs = _proofs(texts.values())
    champions = _champions(work, proofs)
    subjects = _subjects(proofs, champions)
    checks = {one.condition.check for one in proofs}
    measured = reads.evidence(work, subjects, checks) if subjects else []
    if not changes:
        return ()
    begin = changes[0].at
    times = {one.at for one in changes} | {at for at, _ in measured if at >= begin} | {work.at}
    found = []
    for at in sorted(times)[-POINTS:]:
        now: dict[str, RiskText | None] = {}
        for one in changes:
            if one.at <= at:
                now[one.key] = texts.get(one.position)
        known: dict[Subject, list[Cited]] = {}
        for kept, cited in measured:
            if kept <= at:
                known.setdefault(cited.evidence.subject, []).append(cited)
        live = [
            text
            for text in now.values()
            if text and text.currency in {"", currency} and case in {None, text.case}
        ]
        found.append(_at(live, known, champions, at))
    return tuple(found)


def _at(live: Sequence[RiskText], known: Evidence, champions: Mapping[str, str], at: str) -> At:
    inherent = residual = hoped = 0.0
    for text in live:
        mitigated = all_settled(text, known, champions, moment(at))
        inherent += stake(text, Leaves()).expected_loss
        residual += stake(text, leaves(mitigated, SHOWN)).expected_loss
        hoped += stake(text, leaves(mitigated, HOPED)).expected_loss
    return At(at, inherent, residual, hoped, len(live))


def _proofs(texts: Iterable[RiskText]) -> list[Proof]:
    return [one.works_if for text in texts for one in text.mitigations if one.works_if]


def _champions(work: Work, proofs: Iterable[Proof]) -> Mapping[str, str]:
    """Of each model that is named without a version the one in charge."""
    names = {
        one.about.name
        for one in proofs
        if one.about.kind is SubjectKind.MODEL and one.about.version is None
    }
    return models.champions_of(work, sorted(names)) if names else {}


def _subjects(proofs: Iterable[Proof], champions: Mapping[str, str]) -> list[Subject]:
    found = (told_of(one.about, champions) for one in proofs)
    return sorted({one for one in found if one is not None})
