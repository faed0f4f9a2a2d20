"""What can be done with evidence: record it, many at once, all or nothing."""

from collections.abc import Iterable, Sequence

from gonogo.core.chain import Entry
from gonogo.core.roles import Action
from gonogo.core.subjects import Subject
from gonogo.domain.evidence.rules import Checked, EvidenceDraft, check_batch, checked
from gonogo.store.ledger import Draft
from gonogo.store.work import Work


def record(work: Work, drafts: Sequence[EvidenceDraft], *, reproduced: bool = False) -> list[Entry]:
    """Append `drafts` to the ledger as evidence, in order, in one go.

    `reproduced` is true only where the server measured them itself from what it has stored. Raises
    `Invalid` for a draft that cannot be, `NotFound` for a subject or dataset version that is not
    there; then nothing is written.
    """
    found = _checked(work, drafts, reproduced=reproduced)
    action = Action.EVIDENCE_REPRODUCE if reproduced else Action.EVIDENCE_RECORD
    for subject in _distinct(one.subject for one in found):
        work.allow(action, on=subject)
    return _appended(work, found)


def measured_for(work: Work, drafts: Sequence[EvidenceDraft]) -> list[Entry]:
    """Append what the server measured itself for an act that the caller was allowed already.

    Raises as `record`, but asks no permission of its own.
    """
    return _appended(work, _checked(work, drafts, reproduced=True)) if drafts else []


def _checked(work: Work, drafts: Sequence[EvidenceDraft], *, reproduced: bool) -> list[Checked]:
    check_batch(len(drafts))
    found = [
        checked(draft, f"evidence.{number}", reproduced=reproduced)
        for number, draft in enumerate(drafts)
    ]
    _need_subjects(work, found)
    return found


def _appended(work: Work, found: Sequence[Checked]) -> list[Entry]:
    return work.append_all([Draft("evidence", one.subject, one.body) for one in found])


def _need_subjects(work: Work, found: Sequence[Checked]) -> None:
    """Raise `NotFound` for the first draft about something that is not there."""
    named = [one.subject for one in found] + [one.data for one in found if one.data is not None]
    work.subjects.load(named)
    for number, one in enumerate(found):
        work.subjects.need(one.subject, field=f"evidence.{number}.subject")
        if one.data is not None:
            work.subjects.need(one.data, field=f"evidence.{number}.data")


def _distinct(subjects: Iterable[Subject]) -> list[Subject]:
    return list(dict.fromkeys(subjects))
