"""What can be done with money: state a budget, take in what was paid."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from gonogo.core.canonical import Json
from gonogo.core.errors import Invalid
from gonogo.core.roles import Action
from gonogo.core.subjects import Subject, SubjectKind
from gonogo.domain.budgets import reads, tables
from gonogo.domain.budgets.importing import Numbered
from gonogo.domain.budgets.importing import parse as parse_payments
from gonogo.domain.budgets.reading import parse
from gonogo.domain.budgets.rules import Actual, Payment, SavedBudget, Sorted, check_currency, sort
from gonogo.store.ledger import Draft
from gonogo.store.work import Work


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did."""

    added: int
    corrected: int
    unchanged: int
    entries: tuple[str, ...]
    """Digests of the entries that keep it, one for each use case."""


def state(work: Work, case: str, text: str) -> SavedBudget:
    """Put the budget in `text` into force for a use case; the one before stays kept.

    Raises `Invalid` naming field and line, `NotFound`, `Forbidden`; then nothing is saved. The
    same wording as the one in force is that one.
    """
    subject = work.subjects.need(Subject(SubjectKind.CASE, case), field="case")
    work.allow(Action.BUDGET_KEEP, on=subject)
    budget = parse(text)
    paid, _ = reads.currencies(work, [case]).get(case, (budget.currency, 0))
    if paid != budget.currency:
        raise Invalid(
            field="currency",
            value=budget.currency,
            expected=f"{paid}, in which the use case was paid for: one currency a use case",
            message="The budget is wrong",
        )
    before = tables.newest(work, case)
    if before is not None and before.budget.text == text:
        return before
    number = 1 if before is None else before.number + 1
    entry = work.append(
        "budget",
        subject,
        {
            "v": 1,
            "number": number,
            "currency": budget.currency,
            "total": budget.total,
            "digest": budget.digest,
            "text": text,
        },
    )
    saved = SavedBudget(case, number, budget, work.at, str(work.caller.actor), entry.digest)
    tables.put_budget(work, saved)
    return saved


def take_in(work: Work, text: str, only: str | None = None) -> Imported:
    """Take in the payments of a table; all of them or none.

    A reference that is known is the same payment: said in the same way it is passed over, said
    otherwise it is put right, and what was said before stays kept. `only`: the use case that all
    rows must be of. Raises `Invalid` naming row and column, `Forbidden`.
    """
    numbered = parse_payments(text, work.now.date())
    _check_cases(work, numbered, only)
    found = [one for _, one in numbered]
    known = tables.standing(work, [one.reference for one in found])
    wanted = sort(found, known)
    for case in sorted({one.case for one in found} | {one.payment.case for one in known.values()}):
        work.allow(Action.BUDGET_KEEP, on=Subject(SubjectKind.CASE, case))
    check_currency(numbered, _currencies(work, {one.case for one in found}, known.values()))
    entries = _keep(work, wanted)
    return Imported(
        len(wanted.added), len(wanted.corrected), wanted.unchanged, tuple(entries.values())
    )


def _check_cases(work: Work, numbered: Sequence[Numbered], only: str | None) -> None:
    known: dict[str, bool] = {}
    for row, one in numbered:
        there = known.get(one.case)
        if there is None:
            there = work.subjects.known(Subject(SubjectKind.CASE, one.case))
            known[one.case] = there
        if not there or (only is not None and one.case != only):
            raise Invalid(
                field=f"row {row}, column use case",
                value=one.case,
                expected=only if only is not None else "the name of a use case",
                message="The file is wrong",
            )


def _currencies(work: Work, cases: set[str], again: Iterable[Actual]) -> dict[str, tuple[str, str]]:
    """The currency of each use case that has one, and why; `again`: what is said once more."""
    said = Counter(one.payment.case for one in again)
    paid = reads.currencies(work, cases)
    stated = {one.case: one.budget.currency for one in tables.newest_of(work, cases)}
    found = {
        case: (currency, "what was paid before")
        for case, (currency, payments) in paid.items()
        # Where everything is said once more, the currency may be what is put right.
        if payments > said[case]
    }
    return found | {case: (currency, "the budget") for case, currency in stated.items()}


def _keep(work: Work, wanted: Sorted) -> dict[str, str]:
    """Write what is new or put right: an entry for each use case, and the rows."""
    said: dict[str, list[Json]] = {}
    kept: list[tuple[Payment, int]] = []
    for one in wanted.added:
        kept.append((one, 1))
        said.setdefault(one.case, []).append(_body(one, 1))
    for one, before in wanted.corrected:
        revision = before.revision + 1
        kept.append((one, revision))
        said.setdefault(one.case, []).append({**_body(one, revision), "corrects": before.entry})
    if not said:
        return {}
    drafts = [
        Draft("actuals", Subject(SubjectKind.CASE, case), {"v": 1, "payments": rows})
        for case, rows in sorted(said.items())
    ]
    written = work.append_all(drafts)
    entries = {case: entry.digest for case, entry in zip(sorted(said), written, strict=True)}
    by = str(work.caller.actor)
    tables.put_actuals(
        work,
        [Actual(one, revision, work.at, by, entries[one.case]) for one, revision in kept],
    )
    return entries


def _body(one: Payment, revision: int) -> dict[str, Json]:
    return {
        "reference": one.reference,
        "revision": revision,
        "date": one.day.isoformat(),
        "category": str(one.category),
        "amount": one.amount,
        "currency": one.currency,
        "note": one.note,
    }
