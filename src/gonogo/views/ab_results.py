"""The result of an A/B test as a page: what may be concluded, from which plan, and who decided."""

from dataclasses import dataclass

from gonogo.core.ab_tests import AbPlan
from gonogo.core.verdicts import Verdict
from gonogo.domain.releases.concluding import Says
from gonogo.domain.releases.rules import UNDER_WAY, Release
from gonogo.domain.releases.tested import Result
from gonogo.domain.releases.testing import UNITS
from gonogo.views.charts.values import Intervals, Lines
from gonogo.views.decisions import DecisionLine
from gonogo.views.drawn import ab_tests
from gonogo.views.releases import ReleasePage

VERDICTS = {
    Says.BETTER: Verdict.GO,
    Says.WORSE: Verdict.NO_GO,
    Says.INVALID: Verdict.NO_GO,
    Says.ALIKE: Verdict.HOLD,
    Says.OPEN: Verdict.HOLD,
}
CALLED = {
    Says.BETTER: "better",
    Says.WORSE: "worse",
    Says.INVALID: "not to be compared",
    Says.ALIKE: "no difference worth finding",
    Says.OPEN: "open",
}
METRICS = {
    "outcome-rate": "how often it decides yes",
    "payoff": "what a decision is worth",
    "number": "what comes of a decision, as a number",
}


@dataclass(frozen=True, slots=True)
class AbResultPage:
    """The result of one A/B test."""

    release: ReleasePage
    """Guardrails, sample ratio, steps and decisions, as the page of the release has them."""
    plan: AbPlan
    """As it was fixed before the test began."""
    metric: str
    """In words."""
    unit: str
    result: Result
    verdict: Verdict
    called: str
    """What the test says, in a word or two."""
    entities: int
    planned: int
    over_time: Lines | None
    """None before the first look."""
    segments: Intervals | None
    """None where none was asked for, or none has enough entities."""
    began: DecisionLine | None
    """The decision that started it and holds the plan."""
    decided: DecisionLine | None
    """What was decided at its end; None while nobody has."""


def result(found: Release, plan: AbPlan, seen: Result, page: ReleasePage) -> AbResultPage:
    """The page of a test, by what was `seen` of it and the `page` of its release."""
    lines = [line for step in page.steps for line in step.decisions]
    return AbResultPage(
        release=page,
        plan=plan,
        metric=METRICS[plan.wanted.metric],
        unit=UNITS[plan.wanted.metric],
        result=seen,
        verdict=Verdict.NO_DATA if seen.as_of is None else VERDICTS[seen.says],
        called=CALLED[seen.says],
        entities=sum(arm.entities for arm in seen.arms),
        planned=plan.control + plan.treatment,
        over_time=ab_tests.over_time(plan, seen, found.started_at),
        segments=ab_tests.segments(plan, seen),
        began=lines[0] if lines else None,
        decided=None if found.state in UNDER_WAY or not lines else lines[-1],
    )
