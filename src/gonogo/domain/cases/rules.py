"""Use cases: what the organisation wants from machine learning; values and judgements."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from gonogo.core.canonical import Json
from gonogo.core.evidence import Parameters
from gonogo.core.gates import GateName
from gonogo.core.subjects import Subject, SubjectKind


class Stage(StrEnum):
    """Where in its life a use case is; only a decision moves it."""

    RESEARCH = "research"
    DEVELOPMENT = "development"
    DEPLOYMENT = "deployment"
    OPERATIONS = "operations"
    RETIREMENT = "retirement"


PASSED: Mapping[GateName, Stage] = {
    GateName.VALIDATION: Stage.DEVELOPMENT,
    GateName.PRODUCTION: Stage.DEPLOYMENT,
}
"""The stage of a use case, the farthest of whose versions has passed this gate."""


class RiskTier(StrEnum):
    """How much harm a wrong decision can do."""

    MINIMAL = "minimal"
    LIMITED = "limited"
    HIGH = "high"


@dataclass(frozen=True, slots=True)
class ValueModel:
    """What one decision is worth, so that benefit can be reckoned from evidence."""

    currency: str
    """ISO 4217: USD."""
    decisions_per_year: float
    """How many decisions the model would take."""
    true_positive: float
    """Worth of a yes that turns out right, in `currency`; a cost is negative."""
    false_positive: float
    """Worth of a yes that turns out wrong."""
    true_negative: float
    """Worth of a no that turns out right."""
    false_negative: float
    """Worth of a no that turns out wrong."""
    present: str | None = None
    """How it is decided today: `yes` or `no` to all, or a column that holds 1 and 0."""

    @property
    def payoffs(self) -> Parameters:
        """What the value checks ask for."""
        return {
            **({} if self.present is None else {"present": self.present}),
            "true_positive": self.true_positive,
            "false_positive": self.false_positive,
            "true_negative": self.true_negative,
            "false_negative": self.false_negative,
            "currency": self.currency,
        }


@dataclass(frozen=True, slots=True)
class CaseText:
    """What people say of a use case."""

    title: str
    problem: str
    """What is to be decided better, and for whom."""
    risk_tier: RiskTier
    risk_reason: str
    """Why it is in that tier."""
    owner_role: str
    """The role that answers for it."""
    policy: str
    """Name of the policy its gates are polled under."""
    value: ValueModel | None
    feasibility: str
    """What speaks for and against its being reachable."""


@dataclass(frozen=True, slots=True)
class Case:
    """A use case as it stands."""

    slug: str
    text: CaseText
    stage: Stage
    entry: str
    """Digest of the entry that last changed it."""
    stated: int | None = None
    """Position of the entry that last changed what its decisions are worth; None where unsaid."""

    @property
    def subject(self) -> Subject:
        return case_subject(self.slug)


def case_subject(slug: str) -> Subject:
    """The address of a use case."""
    return Subject(SubjectKind.CASE, slug)


def restated(before: ValueModel | None, after: ValueModel | None) -> bool:
    """Whether an edit says anew what decisions are worth; how many there are is not part of it."""
    was = None if before is None else before.payoffs
    return was != (None if after is None else after.payoffs)


def stage_after(stage: Stage, gate: GateName) -> Stage:
    """The stage once a version has passed `gate`; passing an earlier gate again moves nothing back.

    >>> str(stage_after(Stage.RESEARCH, GateName.PRODUCTION))
    'deployment'
    >>> str(stage_after(Stage.OPERATIONS, GateName.VALIDATION))
    'operations'
    """
    order = list(Stage)
    return max(stage, PASSED[gate], key=order.index)


def changes(before: dict[str, Json], after: dict[str, Json]) -> dict[str, Json]:
    """What an edit changes, as the ledger keeps it: field → before and after.

    >>> changes({"title": "A", "policy": "p"}, {"title": "B", "policy": "p"})
    {'title': {'before': 'A', 'after': 'B'}}
    """
    return {
        name: {"before": before.get(name), "after": value}
        for name, value in after.items()
        if before.get(name) != value
    }
