"""The plan of a hypothesis as its page shows it: its numbers, the power curve, its amendments."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from gonogo.checks.experiments.plan import Plan
from gonogo.core.conditions import Condition
from gonogo.core.wording import asked, title
from gonogo.domain.accounts import reads as accounts
from gonogo.domain.hypotheses.plans import Planned
from gonogo.domain.hypotheses.rules import Hypothesis
from gonogo.store.work import Work
from gonogo.views.charts.values import At, Bound, Line, Lines
from gonogo.views.evidence import called

ANALYSES = {
    "fixed": "one look, at the end",
    "obrien-fleming": "planned looks, O'Brien and Fleming's spending",
    "pocock": "planned looks, Pocock's spending",
    "always-valid": "at any time, by a confidence sequence",
}


@dataclass(frozen=True, slots=True)
class LookLine:
    """One planned look."""

    number: int
    total: int
    """Observations in all."""
    boundary: float | None
    """The z beyond which it ends; None where nothing can be decided yet."""
    spent: float
    """Error spent up to here."""


@dataclass(frozen=True, slots=True)
class PlanLine:
    """One of the plans a hypothesis has had."""

    number: int
    says: str
    """Effect, observations and analysis, in words."""
    reason: str
    """Why it amends the one before."""
    measured: int
    """Pieces of evidence that were in when it was fixed."""
    at: str
    by: str
    entry: str


@dataclass(frozen=True, slots=True)
class PlanPanel:
    """The plan in force, and those before it."""

    headline: str
    criterion: str
    """Which criterion it is about: "ROC AUC at least 0.7"."""
    method: str
    analysis: str
    effect: float | None
    n: int | None
    counted: str
    """What n counts."""
    total: int | None
    power: float | None
    asked_power: float
    alpha: float
    two_sided: bool
    inflation: float
    expected_n: int | None
    enough: bool
    reason: str | None
    looks: tuple[LookLine, ...]
    curve: Lines | None
    late: bool
    """Whether evidence was in before it was fixed: its boundaries then promise less."""
    plans: tuple[PlanLine, ...]
    """All of them, the newest first; none while it is only thought of."""


def plan_panel(work: Work, found: Hypothesis, plans: Sequence[Planned]) -> PlanPanel | None:
    """The plan in force with those it amends; None where nothing was planned."""
    if not plans:
        return None
    planned = plans[-1]
    names = accounts.names(work, {one.by for one in plans})
    return replace(
        numbers(planned.plan, found.text.criteria[planned.criterion]),
        late=planned.late,
        plans=tuple(
            PlanLine(
                number=one.number,
                says=_headline(one.plan),
                reason=one.reason,
                measured=one.measured,
                at=one.at,
                by=called(names, one.by),
                entry=one.entry,
            )
            for one in reversed(plans)
        ),
    )


def numbers(plan: Plan, condition: Condition) -> PlanPanel:
    """What a plan of a criterion comes to, whether it was fixed or is only thought of."""
    return PlanPanel(
        headline=_headline(plan),
        criterion=f"{title(condition)} {asked(condition)}",
        method=plan.method,
        analysis=ANALYSES[plan.analysis],
        effect=plan.effect,
        n=plan.n,
        counted=plan.counted,
        total=plan.total,
        power=plan.power,
        asked_power=plan.asked_power,
        alpha=plan.alpha_each,
        two_sided=plan.two_sided,
        inflation=plan.inflation,
        expected_n=plan.expected_n,
        enough=plan.enough,
        reason=plan.reason,
        looks=tuple(
            LookLine(number, look.total, look.boundary, look.spent)
            for number, look in enumerate(plan.looks, start=1)
        ),
        curve=_curve(plan),
        late=False,
        plans=(),
    )


def _headline(plan: Plan) -> str:
    total = plan.total or 0
    found = f"{total:,} observations find an effect of {plan.effect:.3g}"
    power = f"with power {plan.power:.2f}" if plan.power is not None else "with unknown power"
    short = "" if plan.enough else ", less than is asked"
    return f"{found} {power}{short}; {ANALYSES[plan.analysis]}."


def _curve(plan: Plan) -> Lines | None:
    if not plan.curve or plan.total is None:
        return None
    points = tuple(
        At(float(point.total), point.power, says=f"n {point.n:,} {plan.counted}")
        for point in plan.curve
    )
    return Lines(
        title=f"Power to find an effect of {plan.effect:.3g}",
        across="Observations in all",
        up="Power",
        lines=(Line("power", points, dots=True),),
        uprights=(Bound(float(plan.total), "planned"),),
        bounds=(Bound(plan.asked_power, "asked"),),
    )
