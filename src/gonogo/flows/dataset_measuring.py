"""What the server needs to measure a dataset version itself, and the evidence that it makes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from gonogo.checks.findings.finding import Asked
from gonogo.core.roles import Action
from gonogo.domain.data_rules import reads as rules
from gonogo.domain.data_rules.rules import Proposal
from gonogo.domain.datasets import measuring, reads, tables
from gonogo.domain.datasets.rules import DatasetVersion
from gonogo.domain.evidence.rules import EvidenceDraft, of_finding
from gonogo.store.files import Files
from gonogo.store.work import Work


@dataclass(frozen=True, slots=True)
class Measuring:
    """A dataset version, and what it is held to."""

    version: DatasetVersion
    reference: DatasetVersion | None
    rules: Proposal | None
    """The rules of the dataset that are in force."""


def prepared(work: Work, name: str, version: str, reference: str | None = None) -> Measuring:
    """What is to be measured, for a caller who may ask for it; `reference`: another version.

    Raises `NotFound`, `Forbidden`, and `Invalid` where the reference is no dataset version.
    """
    found = tables.get(work, name, version)
    work.allow(Action.EVIDENCE_REPRODUCE, on=found.subject)
    compared = reads.named(work, reference, field="reference")
    return Measuring(found, compared, rules.in_force(work, name))


def measured(
    files: Files, asked: Measuring, checks: Sequence[Asked] | None, at: datetime
) -> Sequence[EvidenceDraft]:
    """The evidence, measured `at` this time and not yet recorded: slow, so outside of any Work.

    By the usual checks, or by `checks`. Raises as `domain.datasets.measuring.measure`.
    """
    findings = measuring.measure(
        files,
        asked.version,
        asked.reference,
        checks=checks,
        at=at,
        rules=None if asked.rules is None else asked.rules.document,
    )
    subject = str(asked.version.subject)
    return [of_finding(one, subject=subject, data=subject) for one in findings]
