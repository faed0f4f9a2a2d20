"""What may be told of a dataset's people, as its page shows it: budget, what is left, releases."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gonogo.core.evidence import measured_from_json
from gonogo.core.roles import Action
from gonogo.core.subjects import Subject, SubjectKind
from gonogo.core.wording import number
from gonogo.domain.accounts import reads as accounts
from gonogo.domain.disclosures import reads, tables
from gonogo.domain.disclosures.rules import Account, Release
from gonogo.stats.estimate import Measured
from gonogo.store.work import Work
from gonogo.views.evidence import called
from gonogo.views.refused import Refused

RELEASES = 20
"""Releases that a page draws, the newest."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One number of a release."""

    says: str
    """The category it counts; "" where it is the whole answer."""
    measured: Measured


@dataclass(frozen=True, slots=True)
class ReleaseLine:
    """One release."""

    asked: str
    """What was asked: "mean of income within 0 to 200"."""
    version: str
    epsilon: float
    answers: tuple[Answer, ...]
    at: str
    by: str
    """How the account that asked is called."""
    entry: str


@dataclass(frozen=True, slots=True)
class PrivacyPart:
    """The budget of a dataset and what it was spent on."""

    promise: str
    """The budget in words; "" where none is set."""
    rows_per_person: int
    rationale: str
    used: float
    """The share that is spent, in [0, 1]."""
    loss: float
    """The ε of all releases together."""
    left: float
    """The greatest ε that one more release may have."""
    entry: str
    """Digest of the entry that set the budget."""
    set_at: str
    by: str
    releases: tuple[ReleaseLine, ...]
    more: int
    """Releases that are not shown."""
    may_set: bool
    """Whether the reader may say how much may be told."""


@dataclass(frozen=True, slots=True)
class BudgetFormPage:
    """The form in which a privacy budget is set."""

    name: str
    version: str
    """The version from whose page it was opened."""
    values: Mapping[str, str]
    refused: Refused | None


def privacy(work: Work, dataset: str) -> PrivacyPart:
    """The budget of the dataset called `dataset`, which all its versions share."""
    account = tables.account(work, dataset)
    lineage = work.subjects.lineage(Subject(SubjectKind.DATASET, dataset))
    may_set = work.caller.refuses(Action.PRIVACY_BUDGET, lineage) is None
    if account is None:
        return PrivacyPart("", 1, "", 0.0, 0.0, 0.0, "", "", "", (), 0, may_set)
    released = reads.released(work, dataset, limit=RELEASES) if account.spent else []
    names = accounts.names(work, {account.budget.set_by, *(one.by for one in released)})
    budget = account.budget
    return PrivacyPart(
        promise=_promise(account),
        rows_per_person=budget.allowance.rows_per_person,
        rationale=budget.rationale,
        used=account.used,
        loss=account.loss,
        left=account.left,
        entry=budget.entry,
        set_at=budget.set_at,
        by=called(names, budget.set_by),
        releases=tuple(_line(one, names) for one in released),
        more=len(account.spent) - len(released),
        may_set=may_set,
    )


def budget_form(
    work: Work,
    dataset: str,
    version: str,
    *,
    values: Mapping[str, str] | None = None,
    refused: Refused | None = None,
) -> BudgetFormPage:
    """The form, with the budget that is in force or with `values` given before."""
    filled = values
    if filled is None:
        account = tables.account(work, dataset)
        filled = START if account is None else _filled(account)
    return BudgetFormPage(dataset, version, filled, refused)


START: Mapping[str, str] = {"delta": "0", "rows_per_person": "1"}
"""What a new form begins with."""


def _filled(account: Account) -> dict[str, str]:
    allowance = account.budget.allowance
    return {
        "epsilon": f"{allowance.epsilon:.15g}",
        "delta": f"{allowance.delta:.15g}",
        "rows_per_person": str(allowance.rows_per_person),
        "rationale": account.budget.rationale,
    }


def asked_in_words(query: Mapping[str, Any]) -> str:
    """What a release asks, in words.

    >>> asked_in_words({"statistic": "quantile", "q": 0.5, "column": "age", "low": 0, "high": 99})
    'quantile 0.5 of age within 0 to 99'
    """
    said = str(query["statistic"])
    if "q" in query:
        said = f"{said} {number(query['q'])}"
    if "column" in query:
        said = f"{said} of {query['column']}"
    if "low" in query:
        said = f"{said} within {number(query['low'])} to {number(query['high'])}"
    return said


def _promise(account: Account) -> str:
    allowance = account.budget.allowance
    delta = f", δ {number(allowance.delta)}" if allowance.delta else ""
    return f"ε {number(allowance.epsilon)}{delta}"


def _line(release: Release, names: Mapping[str, str]) -> ReleaseLine:
    return ReleaseLine(
        asked=asked_in_words(release.query.body()),
        version=release.subject.version or "",
        epsilon=release.query.epsilon,
        answers=_answers(release.answer),
        at=release.at,
        by=called(names, release.by),
        entry=release.entry,
    )


def _answers(answer: Mapping[str, Any]) -> tuple[Answer, ...]:
    if "measured" in answer:
        return (Answer("", measured_from_json(answer["measured"])),)
    return tuple(
        Answer(one["category"], measured_from_json(one["measured"])) for one in answer["categories"]
    )
