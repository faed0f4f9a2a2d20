"""What may be told of a dataset's people: a budget, what of it is spent, what one release costs."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from gonogo.checks.privacy.statistics import LEAST, MOST, PEOPLE, Query
from gonogo.core.canonical import Json, digest
from gonogo.core.errors import Conflict, Invalid
from gonogo.core.subjects import Subject, SubjectKind
from gonogo.stats.privacy_loss import concentrated, epsilon_of, exact_sum, rho_of

LARGEST_DELTA = 0.01
"""A δ is the chance that the promise does not hold; above this it is none."""
SHARE_OF_PEOPLE = "less than one in the number of people"
LONGEST = 2000
"""Characters of a rationale."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """How much may be told of a dataset in all; raises `Invalid` where that is no promise."""

    epsilon: float
    """ε of all releases together."""
    delta: float = 0.0
    """0: ε is kept for certain, and releases add up. Above: but for this chance, and they add up
    more slowly (zero-concentrated differential privacy, Bun & Steinke 2016)."""
    rows_per_person: int = 1
    """Most rows that one person has in it; whoever has more is protected less."""

    def __post_init__(self) -> None:
        if not LEAST <= self.epsilon <= MOST:
            raise Invalid(
                field="epsilon", value=self.epsilon, expected=f"a number from {LEAST:g} to {MOST:g}"
            )
        if not (self.delta == 0 or 1e-15 <= self.delta <= LARGEST_DELTA):
            raise Invalid(
                field="delta",
                value=self.delta,
                expected=f"0, or from 1e-15 to {LARGEST_DELTA:g} and {SHARE_OF_PEOPLE}",
            )
        if not 1 <= self.rows_per_person <= PEOPLE:
            raise Invalid(
                field="rows_per_person",
                value=self.rows_per_person,
                expected=f"a whole number from 1 to {PEOPLE}",
            )

    def body(self) -> dict[str, Json]:
        """As the ledger keeps it."""
        return {
            "epsilon": float(self.epsilon),
            "delta": float(self.delta),
            "rows_per_person": self.rows_per_person,
        }


@dataclass(frozen=True, slots=True)
class Budget:
    """The allowance of a dataset: all its versions share it, for the same people are in them."""

    dataset: str
    """Name of the dataset."""
    allowance: Allowance
    rationale: str
    """Why so much and no more."""
    set_at: str
    set_by: str
    entry: str
    """Digest of the entry that set it."""


@dataclass(frozen=True, slots=True)
class Release:
    """An answer that was paid for; asked again it costs nothing, for it says nothing new."""

    subject: Subject
    """The dataset version."""
    query: Query
    answer: Mapping[str, Json] = field(hash=False)
    """What `checks.private_statistics.release` gave."""
    at: str
    by: str
    entry: str
    """Digest of the entry that spent and answered."""

    @property
    def key(self) -> str:
        """What makes two releases the same one."""
        return key_of(self.subject, self.query)


@dataclass(frozen=True, slots=True)
class Account:
    """A budget with what was spent of it."""

    budget: Budget
    spent: tuple[float, ...]
    """ε of each release."""

    @property
    def loss(self) -> float:
        """The ε that all releases together have so far, for the budget's δ."""
        delta = self.budget.allowance.delta
        if delta == 0:
            return float(exact_sum(self.spent))
        return epsilon_of(float(concentrated(self.spent)), delta)

    @property
    def left(self) -> float:
        """The greatest ε that one more release may have; 0 where nothing is left.

        Rounded down to few digits, so that what is told to be left can be asked for.
        """
        allowance = self.budget.allowance
        if allowance.delta == 0:
            rest = Fraction(repr(float(allowance.epsilon))) - exact_sum(self.spent)
            return max(0.0, math.floor(rest * 10**12) / 1e12)
        free = self._rho - concentrated(self.spent)
        return 0.0 if free <= 0 else math.floor(1e6 * math.sqrt(2 * free)) / 1e6

    @property
    def used(self) -> float:
        """The share of the budget that is spent, in [0, 1]: in ε, or in ρ where there is a δ."""
        allowance = self.budget.allowance
        if allowance.delta == 0:
            return min(1.0, float(exact_sum(self.spent)) / allowance.epsilon)
        return min(1.0, float(concentrated(self.spent) / self._rho))

    @property
    def _rho(self) -> Fraction:
        allowance = self.budget.allowance
        return Fraction(rho_of(allowance.epsilon, allowance.delta))

    def allows(self, epsilon: float) -> bool:
        """Whether one more release of this ε stays within the budget."""
        allowance, all_of_them = self.budget.allowance, (*self.spent, epsilon)
        if allowance.delta == 0:
            return exact_sum(all_of_them) <= exact_sum([allowance.epsilon])
        return concentrated(all_of_them) <= self._rho


def key_of(subject: Subject, query: Query) -> str:
    """The digest of a version and what is asked of it."""
    return digest({"subject": str(subject), **query.body()})


def dataset_of(subject: Subject) -> Subject:
    """The dataset whose version `subject` is."""
    return Subject(SubjectKind.DATASET, subject.name)


def check_allowed(account: Account | None, subject: Subject, query: Query) -> Account:
    """The account, if one more release is allowed; raises `Conflict` with what is left.

    The answer depends on what was spent, never on the rows: a refusal tells nothing of them.
    """
    if account is None:
        raise Conflict(
            field="budget",
            expected=f"a privacy budget: gonogo dataset budget {subject.name} --epsilon 1 ...",
            message=f"{dataset_of(subject)} has no privacy budget",
        )
    if account.allows(query.epsilon):
        return account
    allowance = account.budget.allowance
    promised = f"ε {allowance.epsilon:g}" + (f", δ {allowance.delta:g}" if allowance.delta else "")
    raise Conflict(
        field="epsilon",
        value=query.epsilon,
        expected=f"at most {account.left:.12g}, which is left of the budget ({promised})"
        if account.left >= LEAST
        else f"no further release: the budget ({promised}) is spent",
        message=f"The privacy budget of {dataset_of(subject)} does not allow this release",
    )


def check_change(before: Account | None, allowance: Allowance) -> None:
    """Raise `Conflict` where a change would say something else of what was released already."""
    if before is None or not before.spent:
        return
    was = before.budget.allowance
    if was.rows_per_person != allowance.rows_per_person:
        raise Conflict(
            field="rows_per_person",
            value=allowance.rows_per_person,
            expected=f"{was.rows_per_person}, with which {len(before.spent)} releases were made",
        )
    if (was.delta == 0) != (allowance.delta == 0):
        raise Conflict(
            field="delta",
            value=allowance.delta,
            expected="0 as before" if was.delta == 0 else "above 0 as before",
            message="Releases that were made are counted as they were promised",
        )


def check_rationale(text: str) -> str:
    """`text` without blanks around it; raises `Invalid` where there is nothing in it."""
    found = text.strip()
    if not found or len(found) > LONGEST:
        raise Invalid(
            field="rationale", value=text[:80], expected="why so much and no more, in words"
        )
    return found
