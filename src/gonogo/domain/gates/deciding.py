"""Who may sign, waive and decide at a gate, and when; pure."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from gonogo.core.decisions import Outcome
from gonogo.core.errors import Conflict, Invalid
from gonogo.core.gates import STEPS, GateName
from gonogo.core.roles import Role
from gonogo.core.times import stamp
from gonogo.core.verdicts import Verdict
from gonogo.domain.gates.rules import Poll, Polled, Review, ReviewState, SignOff

LONGEST_WAIVER = timedelta(days=366)
"""A waiver is for a time; what should always pass belongs into the policy."""


def check_order(gate: GateName, stage: str) -> None:
    """Raise `Conflict` where a version in `stage` does not stand before `gate`."""
    before = STEPS[gate].before
    if stage != before:
        raise Conflict(
            field="gate",
            value=gate,
            expected=f"a version in stage {before}, but this one is in {stage}",
        )


def check_open(review: Review) -> None:
    """Raise `Conflict` where the review was decided."""
    if review.state is not ReviewState.OPEN:
        raise Conflict(
            field="review",
            value=review.id,
            expected=f"an open review, but it was decided {review.outcome} ({review.decision})",
        )


def check_in_force(review: Review, digest: str) -> None:
    """Raise `Conflict` where another policy holds now than the one the review was opened under."""
    if review.policy_digest != digest:
        raise Conflict(
            field="policy",
            value=f"{review.policy}@{review.policy_digest[:12]}",
            expected=f"a review under the policy in force ({digest[:12]}): open a new one",
        )


def check_unsigned(role: Role, user: str, signed: Iterable[SignOff]) -> None:
    """Raise `Conflict` where the role has signed, or the person has, for whatever role."""
    for sign_off in signed:
        if sign_off.role is role:
            raise Conflict(
                field="role",
                value=role,
                expected=f"a role that has not signed: {sign_off.user} did",
            )
        if sign_off.user == user:
            raise Conflict(
                field="caller",
                value=user,
                expected=f"another person: this one signed as {sign_off.role}",
            )


def check_waivable(row: Polled) -> None:
    """Raise `Conflict` where there is nothing to waive."""
    if row.verdict is Verdict.GO:
        raise Conflict(
            field="condition",
            value=row.condition.key,
            expected="a condition that is not go; this one needs no waiver",
        )
    if row.waiver is not None:
        raise Conflict(
            field="condition", value=row.condition.key, expected="a condition not waived yet"
        )


def check_expiry(expires: datetime, now: datetime) -> None:
    """Raise `Invalid` where a waiver would have ended already or last too long."""
    if not now < expires <= now + LONGEST_WAIVER:
        raise Invalid(
            field="expires",
            value=stamp(expires),
            expected=f"a time after {stamp(now)}, at most {LONGEST_WAIVER.days} days on",
        )


def outcome_of(found: Poll, asked: Outcome | None) -> Outcome:
    """The outcome that may be decided on a poll; raises `Conflict` naming what is missing.

    No-go is always possible. Go needs every condition go or waived and every role's go. Without
    `asked`: go where it is possible, no-go where the evidence or a role says so; a gate that only
    waits for more is not decided by accident.
    """
    if asked not in {None, Outcome.GO, Outcome.NO_GO}:
        raise Invalid(field="outcome", value=asked, expected="go or no-go")
    if asked is Outcome.NO_GO:
        return Outcome.NO_GO
    if not found.lacks:
        return Outcome.GO
    if asked is None and (found.verdict is Verdict.NO_GO or found.against):
        return Outcome.NO_GO
    raise Conflict(
        field="outcome",
        value=asked or "go",
        expected=f"nothing missing, but {'; '.join(found.lacks)}",
        message="The gate cannot be decided go",
    )
