"""Risks: what may happen, how likely, what it would cost, and what is done about it; pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from gonogo.core.canonical import Json
from gonogo.core.conditions import Condition, Settled
from gonogo.core.errors import Conflict, Invalid
from gonogo.core.subjects import ORGANISATION, Subject, SubjectKind
from gonogo.core.times import moment
from gonogo.core.verdicts import Verdict
from gonogo.stats.money.amounts import Amount, Known
from gonogo.stats.plans.durations import Estimated, Fixed
from gonogo.stats.risks.probabilities import Probability

AGED = timedelta(days=180)
"""How long a risk may stand open before it is called aged, where nothing was shown to help."""


class Category(StrEnum):
    """Of what kind a risk is; each has a template."""

    DATA_AVAILABILITY = "data-availability"
    LEAKAGE = "leakage"
    DRIFT = "drift"
    BIAS = "bias"
    PRIVACY = "privacy"
    KEY_PERSON = "key-person"
    VENDOR = "vendor"
    REGULATION = "regulation"
    ADVERSARIAL_USE = "adversarial-use"
    OTHER = "other"


class State(StrEnum):
    """Where a risk stands."""

    OPEN = "open"
    ACCEPTED = "accepted"
    """It was decided to live with it; it counts as before."""
    OCCURRED = "occurred"
    """It came true: no longer a risk, but a fact."""
    CLOSED = "closed"
    """It cannot come true any more."""


class Severity(StrEnum):
    """How severe a risk is, by probability and impact together."""

    LOW = "low"
    MODERATE = "moderate"
    HIGH = "high"
    CRITICAL = "critical"


REVIEWED = {
    Severity.CRITICAL: timedelta(days=14),
    Severity.HIGH: timedelta(days=30),
    Severity.MODERATE: timedelta(days=90),
    Severity.LOW: timedelta(days=180),
}
"""Until when a risk is to be looked at again, the more severe the sooner."""


class Works(StrEnum):
    """What the ledger says of a mitigation."""

    SHOWN = "shown to work"
    REFUTED = "shown not to work"
    UNSETTLED = "not settled"
    PLANNED = "planned"
    """Nothing was measured that speaks for it."""


WORKS = {
    Verdict.GO: Works.SHOWN,
    Verdict.NO_GO: Works.REFUTED,
    Verdict.HOLD: Works.UNSETTLED,
    Verdict.NO_DATA: Works.PLANNED,
}


@dataclass(frozen=True, slots=True)
class Leaves:
    """The share that a mitigation leaves of each, 0 to 1, once it works."""

    probability: float = 1.0
    delay: float = 1.0
    loss: float = 1.0

    def __mul__(self, other: "Leaves") -> "Leaves":
        return Leaves(
            self.probability * other.probability, self.delay * other.delay, self.loss * other.loss
        )


@dataclass(frozen=True, slots=True)
class Proof:
    """What evidence shows that a mitigation works."""

    about: Subject
    """Whose evidence; a model without a version is its champion."""
    condition: Condition


@dataclass(frozen=True, slots=True)
class Mitigation:
    """What is done about a risk."""

    key: str
    title: str
    owner_role: str
    due: date
    leaves: Leaves
    cost: Amount = field(default_factory=lambda: Known(0.0))
    """Money, in the risk's currency."""
    works_if: Proof | None = None
    """None where nothing can show it: then it stays planned."""


@dataclass(frozen=True, slots=True)
class RiskText:
    """What is said of a risk."""

    title: str
    category: Category
    cause: str
    event: str
    effect: str
    probability: Probability
    owner_role: str
    delay: Estimated = field(default_factory=lambda: Fixed(0.0))
    """Working days by which each of `steps` takes longer where it comes true."""
    loss: Amount = field(default_factory=lambda: Known(0.0))
    """Money that it costs then; 0 or more."""
    currency: str = ""
    case: str | None = None
    """The use case that it threatens; None is the organisation."""
    steps: tuple[str, ...] = ()
    """Of the plan of the use case."""
    about: tuple[Subject, ...] = ()
    """Models, datasets, hypotheses, other use cases."""
    roles: tuple[str, ...] = ()
    """People it depends on, by role."""
    mitigations: tuple[Mitigation, ...] = ()
    said: Mapping[str, Json] = field(default_factory=dict)
    """All of it as it was said: what is kept and what it is read from."""


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody said of a risk."""

    by: str
    at: str
    words: str
    entry: str
    """Digest of the entry in the ledger."""


@dataclass(frozen=True, slots=True)
class Risk:
    """One risk of the register."""

    key: str
    text: RiskText
    entry: str
    """Digest of the entry with its present wording."""
    noted: Said
    """When it was put on the register."""
    reviewed: Said | None = None
    """When somebody last looked at it."""
    accepted: Said | None = None
    ended: Said | None = None
    """How it was closed, or came true."""
    occurred: bool = False
    shown_by: str | None = None
    """Digest of the entry that shows how it ended."""

    @property
    def state(self) -> State:
        """Where it stands."""
        if self.ended is not None:
            return State.OCCURRED if self.occurred else State.CLOSED
        return State.OPEN if self.accepted is None else State.ACCEPTED

    @property
    def counts(self) -> bool:
        """Whether it may still come true."""
        return self.ended is None

    @property
    def subject(self) -> Subject:
        """Its address."""
        return subject_of(self.key)

    @property
    def looked_at(self) -> str:
        """When somebody last looked at it: a review, or that it was put on the register."""
        return self.noted.at if self.reviewed is None else self.reviewed.at


@dataclass(frozen=True, slots=True)
class Mitigated:
    """A mitigation and what the ledger says of it."""

    mitigation: Mitigation
    works: Works
    why: str
    """In one sentence."""
    settled: Settled | None
    """None where nothing can show it."""
    about: Subject | None
    """Whose evidence it was: of a model its champion."""

    def overdue(self, today: date) -> bool:
        """Whether it should work by now and is not shown to."""
        return self.works is not Works.SHOWN and self.mitigation.due < today


def subject_of(key: str) -> Subject:
    """The address of a risk."""
    return Subject(SubjectKind.RISK, key)


def parent_of(case: str | None) -> Subject:
    """What a risk stands below: its use case, or the organisation."""
    return ORGANISATION if case is None else Subject(SubjectKind.CASE, case)


def leaves(mitigated: Sequence[Mitigated], counted: frozenset[Works]) -> Leaves:
    """What those mitigations leave together whose state is `counted`.

    Each leaves its share of what the others leave: two that halve the probability quarter it.
    """
    found = Leaves()
    for one in mitigated:
        if one.works in counted:
            found = found * one.mitigation.leaves
    return found


SHOWN = frozenset({Works.SHOWN})
HOPED = frozenset({Works.SHOWN, Works.PLANNED, Works.UNSETTLED})
"""What would be left if all worked that nothing speaks against."""


def due(risk: Risk, severity: Severity) -> datetime:
    """Until when it is to be reviewed."""
    return moment(risk.looked_at) + REVIEWED[severity]


def aged(risk: Risk, mitigated: Sequence[Mitigated], now: datetime) -> bool:
    """Whether it stands open for long, and neither was accepted nor is anything shown to help."""
    helped = any(one.works is Works.SHOWN for one in mitigated)
    old = now - moment(risk.noted.at) > AGED
    return old and risk.state is State.OPEN and not helped


def check_counts(risk: Risk) -> None:
    """Raise `Conflict` for a risk that has ended."""
    if risk.ended is not None:
        raise Conflict(
            field="risk",
            value=risk.key,
            expected=f"a risk that may still come true; it {risk.state} on {risk.ended.at[:10]}"
            if risk.occurred
            else f"a risk that may still come true; it was closed on {risk.ended.at[:10]}",
        )


def check_due(text: RiskText, before: RiskText | None, today: date) -> None:
    """Raise `Invalid` for a mitigation that is newly due in the past."""
    known = {} if before is None else {one.key: one.due for one in before.mitigations}
    for one in text.mitigations:
        if one.due < today and known.get(one.key) != one.due:
            raise Invalid(
                field=f"mitigations.{one.key}.due",
                value=one.due.isoformat(),
                expected=f"today, {today}, or later",
            )


def reason_of(text: str, expected: str) -> str:
    """`text` without the blanks around it; raises `Invalid` where nothing is left."""
    if not text.strip():
        raise Invalid(field="reason", value=text, expected=expected)
    return text.strip()


def one_currency(named: Mapping[str, str], field: str = "currency") -> str:
    """The currency that all have; `named` says who has which, "" for whoever needs none.

    Raises `Invalid` naming two that differ.
    """
    said = [(who, currency) for who, currency in named.items() if currency]
    for who, currency in said[1:]:
        first, other = said[0]
        if currency != other:
            raise Invalid(
                field=field,
                value=currency,
                expected=f"one currency: {first} is in {other} and {who} in {currency}",
            )
    return said[0][1] if said else ""
