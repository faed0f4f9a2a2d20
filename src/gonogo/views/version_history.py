"""What happened to one model version: measured again, told by the ledger, reviewed."""

from collections.abc import Sequence
from dataclasses import dataclass

from gonogo.core.chain import Entry
from gonogo.core.conditions import Cited
from gonogo.core.subjects import Subject
from gonogo.domain.evidence import reads as evidence
from gonogo.domain.gates import reads as review_reads
from gonogo.store.work import Work
from gonogo.views.evidence import Figure, figures
from gonogo.views.history import history as ledger_history

HISTORY = 200
"""Measurements that are looked back on."""
LATEST = 15
"""Entries of the ledger that are shown."""
TOLD = ("model-version", "model-card", "decision", "refusal")
"""Kinds of entries that are told as its history; evidence and reviews stand by themselves."""
REVIEWS = 10
"""Reviews that are shown."""


@dataclass(frozen=True, slots=True)
class History:
    """All there was of one way of measuring, newest first."""

    title: str
    narrowed: str
    changed: bool
    """Whether it came out differently at any time."""
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class ReviewName:
    """One review of the version."""

    id: str
    gate: str
    outcome: str | None
    """None while it is open."""
    opened_at: str


def series(work: Work, subject: Subject) -> tuple[History, ...]:
    """What was measured more than once in the same way."""
    found: Sequence[Cited] = evidence.listed(work, subject=subject, limit=HISTORY).items
    found_series: dict[tuple[str, str, str | None, bool], list[Figure]] = {}
    for one in figures(work, found):
        key = (one.check, one.narrowed, one.data, one.reproduced)
        found_series.setdefault(key, []).append(one)
    return tuple(
        History(
            title=of[0].title,
            narrowed=of[0].narrowed,
            changed=any(one.measured != of[0].measured for one in of),
            figures=tuple(of),
        )
        for of in found_series.values()
        if len(of) > 1
    )


def told(work: Work, subject: Subject) -> list[Entry]:
    """The newest entries about the version that are no evidence."""
    found = [
        entry
        for kind in TOLD
        for entry in ledger_history(work, [str(subject)], most=LATEST, kind=kind)
    ]
    return sorted(found, key=lambda entry: -entry.position)[:LATEST]


def review_names(work: Work, subject: Subject) -> tuple[ReviewName, ...]:
    """Its gate reviews, newest first."""
    return tuple(
        ReviewName(
            id=one.id,
            gate=str(one.gate),
            outcome=None if one.outcome is None else str(one.outcome),
            opened_at=one.opened_at,
        )
        for one in review_reads.of_subjects(work, [subject], limit=REVIEWS)
    )
