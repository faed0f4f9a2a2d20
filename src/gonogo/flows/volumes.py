"""How many decisions a month use cases are asked for: counted in the log, kept as evidence."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from gonogo.checks.worth import decisions_per_month
from gonogo.core.caller import SYSTEM
from gonogo.core.specs.value import VOLUME
from gonogo.domain.cases import reads as cases
from gonogo.domain.cases.rules import case_subject
from gonogo.records import daily
from gonogo.stats.estimate import Estimate
from gonogo.stats.money.volume import MOST_WEEKS, WEEK
from gonogo.store.measured import evidence_of
from gonogo.store.work import OpenWork, Work

UNTIL = "until"
"""In the detail: the first day that is not counted."""


def count(open_work: OpenWork, log: Path) -> int:
    """Count the whole days until today of every use case; how many were kept anew.

    Days before the first decision of a use case do not count. What cannot be said yet, for too few
    days, is not kept.
    """
    if not log.is_dir():
        return 0
    with open_work(SYSTEM, write=False) as work:
        today = work.now.date()
        known = _known(work, today)
    first = today - timedelta(days=MOST_WEEKS * WEEK)
    counts = daily.by_day(log, first, (today - first).days)
    found = {case: days for case, days in counts.items() if case not in known}
    findings = {
        case: decisions_per_month(_from_first(days), {}) for case, days in sorted(found.items())
    }
    kept = {
        case: finding
        for case, finding in findings.items()
        if isinstance(finding.measured, Estimate)
    }
    if not kept:
        return 0
    with open_work(SYSTEM) as work:
        there = cases.found(work, kept)
        drafts = [
            evidence_of(
                work,
                case_subject(case),
                replace(finding, detail={**finding.detail, UNTIL: today.isoformat()}),
            )
            for case, finding in kept.items()
            if case in there
        ]
        return len(work.append_all(drafts))


def _known(work: Work, today: date) -> set[str]:
    """The use cases whose days until today are counted already."""
    page = cases.listed(work, limit=500)
    found: set[str] = set()
    while True:
        subjects = [case_subject(case.slug) for case in page.items]
        by_subject = work.ledger.latest_of(subjects, [VOLUME]) if subjects else {}
        found |= {
            subject.name
            for subject, mine in by_subject.items()
            if any(one.evidence.detail.get(UNTIL) == today.isoformat() for one in mine)
        }
        if page.next is None:
            return found
        page = cases.listed(work, cursor=page.next, limit=500)


def _from_first(days: list[int]) -> list[int]:
    begun = next((at for at, count_ in enumerate(days) if count_), len(days))
    # The day of the first decision is no whole day.
    return days[begun + 1 :]
