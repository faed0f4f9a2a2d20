"""Plans of hypotheses: how large the effect is, how much is observed, how often it is looked at."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from gonogo.checks.experiments.plan import Asked, Plan
from gonogo.checks.experiments.planning import planned
from gonogo.core.canonical import Json
from gonogo.core.errors import Conflict, Invalid
from gonogo.core.subjects import Subject


@dataclass(frozen=True, slots=True)
class Planning:
    """What somebody wants to be planned of a hypothesis."""

    kind: str
    """The comparison, as `checks.planning.KINDS` names it."""
    asked: Asked
    known: Mapping[str, float]
    """What is known beforehand, such as the rate of the first group."""
    criterion: int = 0
    """Which criterion it is about, counted from 0."""
    reason: str = ""
    """Why an earlier plan is amended."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan as it was fixed."""

    subject: Subject
    """The hypothesis."""
    number: int
    """1 for the first; an amendment counts on."""
    criterion: int
    kind: str
    asked: Mapping[str, Any]
    """What was asked and known: the plan can be worked out from it again."""
    plan: Plan
    reason: str
    """Why it amends the one before; empty for the first."""
    measured: int
    """Pieces of evidence about the hypothesis that were in when it was fixed."""
    at: str
    by: str
    entry: str
    """Digest of the entry that fixed it."""

    @property
    def late(self) -> bool:
        """Whether evidence was in already: who amends then may have seen what comes out."""
        return self.measured > 0

    def body(self) -> dict[str, Json]:
        """What the ledger keeps of it."""
        return {
            "v": 1,
            "number": self.number,
            "criterion": self.criterion,
            "kind": self.kind,
            "asked": dict(self.asked),
            "plan": self.plan.to_json(),
            "reason": self.reason,
            "measured": self.measured,
        }


def made(wanted: Planning) -> tuple[dict[str, Json], Plan]:
    """What was asked, as it is kept, and the plan; raises `Invalid` for one without a size."""
    plan = planned(wanted.kind, wanted.asked, wanted.known)
    if plan.n is None or plan.total is None or plan.effect is None:
        raise Invalid(
            field="asked",
            value=wanted.asked.effect,
            expected=f"something that can be planned; {plan.reason}",
        )
    said = {name: getattr(wanted.asked, name) for name in Asked.__slots__}
    return {**said, "known": dict(wanted.known)}, plan


def check_plan(plan: Plan, *, criterion: int, criteria: int, significance: float) -> None:
    """Raise `Invalid` for a plan of no criterion, or laxer than the hypothesis."""
    if not 0 <= criterion < criteria:
        raise Invalid(field="criterion", value=criterion, expected=f"0 to {criteria - 1}")
    if plan.alpha > significance:
        raise Invalid(
            field="asked.alpha",
            value=plan.alpha,
            expected=f"at most the significance of the hypothesis, {significance:g}",
        )


def check_place(before: Sequence[Planned], *, measured: int, reason: str) -> None:
    """Raise `Conflict` for a first plan after the evidence, or an amendment without a reason."""
    if before and not reason:
        raise Conflict(
            field="reason",
            value=reason,
            expected="why the plan is amended: a plan stays as it was fixed, and so does its"
            " amendment",
            message="The hypothesis has a plan",
        )
    if not before and measured:
        raise Conflict(
            field="plan",
            value=measured,
            expected="a plan before the first evidence about the hypothesis; register a new one",
            message="It is too late to plan what was measured already",
        )


def sealed(planned: Planned, entry: str) -> Planned:
    """`planned` with the digest of the entry that fixed it."""
    return replace(planned, entry=entry)
