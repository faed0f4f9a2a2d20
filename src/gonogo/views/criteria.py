"""Criteria as pages show them: fixed beforehand, and what evidence makes of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gonogo.core.catalogue import CATALOGUE
from gonogo.core.conditions import Cited, Condition, Settled
from gonogo.core.verdicts import Verdict
from gonogo.core.wording import asked, title
from gonogo.domain.hypotheses import reads
from gonogo.domain.hypotheses.rules import Hypothesis
from gonogo.stats.estimate import Measured
from gonogo.store.ledger import to_cited
from gonogo.store.work import Work


@dataclass(frozen=True, slots=True)
class CriterionLine:
    """One criterion, fixed beforehand, and what evidence makes of it."""

    title: str
    """The check and what it is asked with: "ROC AUC (versus scorecard)"."""
    check: str
    answers: str
    """The question that the check answers."""
    asked: str
    """The bound in words: "at least 0.01"."""
    at_least: float
    at_most: float
    level: float
    """Least confidence level of the interval."""
    reproduced: bool
    """Whether the server must have measured it itself."""
    verdict: Verdict
    reason: str
    """Why, and for a hold what would settle it."""
    measured: Measured | None
    evidence: str | None
    """Digest of the evidence it rests on."""
    more_needed: int | None
    """Observations that would settle a hold, where a number can be named."""


def settled(work: Work, found: Sequence[Hypothesis]) -> dict[str, tuple[CriterionLine, ...]]:
    """How each was settled, by the digest of its decision; two queries for all."""
    settlements = reads.settlements(work, found)
    rows = [row for criteria in settlements.values() for row in criteria]
    entries = work.ledger.entries_of({row["evidence"] for row in rows if row["evidence"]})
    cited = {digest: to_cited(entry) for digest, entry in entries.items()}
    return {
        decision: tuple(criterion(_read(row, cited)) for row in criteria)
        for decision, criteria in settlements.items()
    }


def _read(row: Mapping[str, Any], cited: Mapping[str, Cited]) -> Settled:
    """A criterion as the ledger keeps it."""
    return Settled(
        Condition.from_json(row["condition"]),
        Verdict(row["verdict"]),
        row["reason"],
        cited.get(row["evidence"]),
        row["more_needed"],
    )


def criterion(settled: Settled) -> CriterionLine:
    """A criterion with what became of it, as a line."""
    condition, cited = settled.condition, settled.cited
    spec = CATALOGUE.get(condition.check)
    at_least, at_most = condition.bounds
    return CriterionLine(
        title=title(condition),
        check=condition.check,
        answers="" if spec is None else spec.answers,
        asked=asked(condition),
        at_least=at_least,
        at_most=at_most,
        level=condition.level,
        reproduced=condition.reproduced,
        verdict=settled.verdict,
        reason=settled.reason,
        measured=None if cited is None else cited.evidence.measured,
        evidence=None if cited is None else cited.digest,
        more_needed=settled.more_needed,
    )
