"""What may be concluded from an A/B test now, by what was fixed before it started; pure."""

from enum import StrEnum

from gonogo.core.ab_tests import AbPlan, Direction, Reading
from gonogo.stats.ab import Effect
from gonogo.stats.estimate import Estimate, Undefined


class Says(StrEnum):
    """What a test says now."""

    OPEN = "open"
    """Nothing may be concluded."""
    BETTER = "better"
    WORSE = "worse"
    ALIKE = "alike"
    """No difference as large as the smallest that is worth finding."""
    INVALID = "invalid"
    """The arms cannot be compared."""


def concluded(
    plan: AbPlan, chosen: Effect, *, ended: bool, mismatch: str | None
) -> tuple[Says, str]:
    """What a test says by the effect that is concluded from, and that in a sentence.

    `ended`: whether the planned end was reached; `mismatch`: why its arms cannot be compared.
    """
    wanted = plan.wanted
    if mismatch is not None:
        return Says.INVALID, f"Nothing may be concluded, now or later: {mismatch}"
    by_fixed = wanted.decided_by is Reading.FIXED
    if by_fixed and not ended:
        return Says.OPEN, (
            "Nothing may be concluded yet: the plan decides by one look at its end, and that has "
            "not come"
        )
    measured = chosen.fixed if by_fixed else chosen.sequential
    if isinstance(measured, Undefined):
        return Says.OPEN, f"Nothing may be concluded yet: {measured.reason}"
    how = "as the plan says, at one look" if by_fixed else "however often it was looked at"
    said = f"the difference is {_interval(measured)}"
    if measured.low > 0 or measured.high < 0:
        better = (measured.value > 0) is (wanted.direction is Direction.INCREASE)
        word = "better" if better else "worse"
        return Says(word), f"The new version is {word}: {said}, and that holds {how}"
    if -wanted.effect < measured.low and measured.high < wanted.effect:
        return Says.ALIKE, (
            f"There is no difference of {wanted.effect:g} or more either way: {said}, and that "
            f"holds {how}"
        )
    if ended:
        return Says.OPEN, (
            f"The planned end was reached and nothing was found: {said}, which holds both no "
            f"difference and one of {wanted.effect:g}; to call them alike "
            "would be more than it says"
        )
    return Says.OPEN, f"Nothing may be concluded yet: {said}, which holds no difference as well"


def fixed_told(plan: AbPlan, entities: int, ended_at: str | None) -> str:
    """What the interval of one look may be used for now, in a sentence."""
    needed = plan.control + plan.treatment
    if ended_at is None:
        return (
            f"It is right only at the planned end, and {entities:,} of {needed:,} entities are "
            "there: looked at before, it says difference far too often"
        )
    said = f"It is of the planned end, which was reached on {ended_at[:10]}"
    if plan.wanted.decided_by is Reading.SEQUENTIAL:
        return f"{said}; the plan decides by the other one"
    return f"{said}, and it is what the plan decides by"


def _interval(one: Estimate) -> str:
    return f"{one.value:+.3g} [{one.low:+.3g}, {one.high:+.3g}]"
