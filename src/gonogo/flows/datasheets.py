"""Writing the datasheet of a dataset version: evidence of how much of it is filled in."""

from collections.abc import Mapping

from gonogo.checks.engineering.datasheet import CHECK, datasheet_completeness
from gonogo.core.chain import Entry
from gonogo.core.errors import Stale
from gonogo.domain.datasets import tables
from gonogo.domain.evidence import actions as evidence
from gonogo.domain.evidence.rules import of_finding
from gonogo.store.work import Work
from gonogo.views.datasheets import answers_in, answers_of, newest_of


def write(work: Work, name: str, version: str, said: Mapping[str, str], *, seen: str) -> Entry:
    """Put what a form says over the newest datasheet and record it; the one before stays kept.

    `seen`: digest of the datasheet that the form was made from, "" for none. Raises `Stale` where
    somebody else wrote one meanwhile, `NotFound`, `Forbidden`, `TooLarge`.
    """
    found = tables.get(work, name, version)
    before = newest_of(work.ledger.latest(found.subject, (CHECK,)))
    if seen != ("" if before is None else before.digest):
        raise Stale(field="entry", expected="the datasheet as it is now: open it again, then edit")
    sheet = datasheet_completeness(answers_of(answers_in(before), said), {})
    subject = str(found.subject)
    return evidence.record(work, [of_finding(sheet, subject=subject, data=subject)])[0]
