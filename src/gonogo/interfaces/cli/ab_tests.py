"""Command line: `gonogo release design` and `result`, A/B tests before and after."""

from typing import Annotated, Any

import typer

from gonogo.interfaces.cli.evidence import interval
from gonogo.interfaces.cli.kit import AsJson, connected, show
from gonogo.schemas import ab_tests as schemas
from gonogo.schemas.evidence import Measured

Case = Annotated[str, typer.Argument(help="Name of the use case.")]
MetricName = Annotated[
    str | None, typer.Option(help="What a test compares: outcome-rate, payoff or number.")
]
Effect = Annotated[
    float | None, typer.Option(help="The smallest difference worth finding, in its unit.")
]
DirectionName = Annotated[str, typer.Option(help="Which way is better: increase or decrease.")]
Alpha = Annotated[float, typer.Option(help="Chance of a difference found where there is none.")]
Power = Annotated[float, typer.Option(help="Chance of finding the smallest effect.")]
DecidedBy = Annotated[
    str, typer.Option(help="sequential: at any time; fixed: one look at the planned end.")
]
Segments = Annotated[
    list[str] | None,
    typer.Option("--segment", help="A feature by whose values it is told; may be repeated."),
]
CovariateDays = Annotated[
    int, typer.Option(help="Days before from which the same entities' values are taken out.")
]
PerDay = Annotated[
    float | None, typer.Option("--entities-a-day", help="Where the log is not to say.")
]
Spread = Annotated[
    float | None, typer.Option(help="Standard deviation of an entity, where the log does not say.")
]


def asked_test(metric: str | None, **said: Any) -> dict[str, Any] | None:
    """What a test is to find out, as a request has it; None where no metric is named."""
    if metric is None:
        return None
    found = {name: value for name, value in said.items() if value is not None}
    return {"metric": metric, **found}


def design(
    case: Case,
    metric: Annotated[str, typer.Option(help="outcome-rate, payoff or number.")],
    effect: Annotated[float, typer.Option(help="The smallest difference worth finding.")],
    direction: DirectionName = "increase",
    alpha: Alpha = 0.05,
    power: Power = 0.8,
    decided_by: DecidedBy = "sequential",
    entities_a_day: PerDay = None,
    spread: Spread = None,
    as_json: AsJson = False,
) -> None:
    """Say how large an A/B test gets and how long it takes, by the traffic in the log."""
    with connected() as client:
        found = client.releases.of(case).design(
            metric,
            effect,
            direction=direction,
            alpha=alpha,
            power=power,
            decided_by=decided_by,
            per_day=entities_a_day,
            spread=spread,
        )
    show(found, as_json=as_json, rows=plan_rows(found))


def result(
    case: Case,
    number: Annotated[int | None, typer.Option(help="Which release; the last unless said.")] = None,
    as_json: AsJson = False,
) -> None:
    """Say what an A/B test found, and what may be concluded from it now."""
    with connected() as client:
        found = client.releases.of(case).result(number)
    chosen = found.cuped if found.by == "cuped" else found.plain
    rows: list[tuple[str, object]] = [
        ("release", f"{found.release}, {found.state}"),
        ("concluded", found.told),
        ("effect", _interval(chosen.sequential)),
        ("at one look", f"{_interval(chosen.fixed)}. {found.fixed_told}"),
        ("without CUPED", _interval(found.plain.sequential)),
        ("CUPED", _cuped(found)),
        *((f"arm {one.side}", _arm(one)) for one in found.arms),
        ("sample ratio", found.sample_ratio),
        *((f"{one.column} {one.group}", _segment(one)) for one in found.segments),
        ("until", found.as_of),
        ("decision", found.decision),
    ]
    show(found, as_json=as_json, rows=rows)


def plan_rows(found: schemas.TestPlan) -> list[tuple[str, object]]:
    """A plan, line by line."""
    wanted = found.wanted
    days = found.days
    return [
        ("metric", f"{wanted.metric}, {wanted.direction} of {wanted.effect:g} or more"),
        ("errors", f"alpha {wanted.alpha:g}, power {wanted.power:g}"),
        ("decided by", wanted.decided_by),
        ("entities", f"{found.control:,} live, {found.treatment:,} new"),
        ("takes", f"{days.value:,.3g} days [{days.low:,.3g}, {days.high:,.3g}]"),
        ("at one look", f"{found.fixed_days:,.3g} days"),
        ("spread", f"{found.spread.value:.3g} [{found.spread.low:.3g}, {found.spread.high:.3g}]"),
        ("a day", f"{found.per_day.value:,.4g} entities"),
        *(("assumed", one) for one in found.assumed),
    ]


def _interval(one: Measured) -> str:
    said = one.model_dump()
    return interval({name: said[name] for name in said if name != "undefined" or said[name]})


def _cuped(found: schemas.TestResult) -> str:
    if found.cuped.fixed.undefined is not None:
        return found.cuped.fixed.undefined
    return f"{found.explained or 0:.0%} of the variance was known before"


def _arm(one: schemas.TestArm) -> str:
    return f"{one.entities:,} of {one.planned:,} entities; {_interval(one.mean)}"


def _segment(one: schemas.Segment) -> str:
    p = "no p-value" if one.p_any_time is None else f"p {one.p_any_time:.3g} (Holm, any time)"
    return f"{_interval(one.effect.sequential)}, {p}"
