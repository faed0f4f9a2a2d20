"""Command line: `gonogo release off-policy`, what policies would have brought."""

from typing import Annotated

import typer

from gonogo.core.errors import Invalid
from gonogo.interfaces.cli.kit import AsJson, connected, show
from gonogo.schemas import off_policy as schemas
from gonogo.schemas.evidence import Measured

Case = Annotated[str, typer.Argument(help="Name of the use case.")]
Data = Annotated[
    str | None,
    typer.Option(help="A dataset version of logged decisions, instead of the decision log."),
]
Arm = Annotated[str, typer.Option(help="With --data: the column of what was done.")]
Reward = Annotated[
    str | None,
    typer.Option(help="label or value of outcomes; with --data the column. label, or reward."),
]
Propensity = Annotated[
    str, typer.Option(help="With --data: the column of the chance with which it was done.")
]
Entity = Annotated[
    str | None, typer.Option(help="With --data: the column of whom a decision was about.")
]
Context = Annotated[
    list[str] | None,
    typer.Option(help="A feature that LinUCB reads; may be repeated. Else those of the route."),
]
Release = Annotated[
    int | None, typer.Option(help="Whose decisions are read; the last that drew its arms.")
]
Level = Annotated[float, typer.Option(help="Confidence level of the intervals.")]
Epsilon = Annotated[float | None, typer.Option(help="Share of LinUCB's requests that explore.")]
Exploration = Annotated[float | None, typer.Option(help="Standard errors that LinUCB adds.")]


def off_policy(
    case: Case,
    data: Data = None,
    arm: Arm = "arm",
    reward: Reward = None,
    propensity: Propensity = "propensity",
    entity: Entity = None,
    context: Context = None,
    release: Release = None,
    level: Level = 0.95,
    epsilon: Epsilon = None,
    exploration: Exploration = None,
    as_json: AsJson = False,
) -> None:
    """Say what other policies would have brought, by logged decisions.

    Each arm alone, all evenly, and LinUCB, by three estimators with their intervals. Decisions must
    have been drawn by chance: those of a canary, A/B test or bandit, or a dataset with the chance
    of each. Kept as evidence, which the start of a bandit cites.
    """
    columns = None
    if data is not None:
        columns = {"arm": arm, "reward": reward or "reward", "propensity": propensity}
        if entity is not None:
            columns["entity"] = entity
    elif reward not in {None, "label", "value"}:
        raise Invalid(field="reward", value=reward, expected="label or value, or --data")
    with connected() as client:
        found = client.releases.of(case).off_policy(
            data=data,
            columns=columns,
            reward=None if data is not None else reward,
            context=context,
            release=release,
            level=level,
            epsilon=epsilon,
            exploration=exploration,
        )
    arms = ", ".join(f"{name} {n:,}" for name, n in found.arms.items())
    rows: list[tuple[str, object]] = [
        ("decisions", f"{found.decisions:,} of {found.source}: {arms}"),
        ("without a reward", f"{found.waiting:,}, left out"),
        ("as it was", _told(found.logged)),
        *((f"{one.policy}, {one.estimator}", _line(one)) for one in found.policies),
    ]
    show(found, as_json=as_json, rows=rows)


def _line(one: schemas.PolicyJudged) -> str:
    weak = "" if one.enough or one.effective is None else f"; of {one.effective:.0f} decisions only"
    return f"{_told(one.measured)}{weak}"


def _told(measured: Measured) -> str:
    if measured.undefined is not None:
        return measured.undefined
    return f"{measured.value:.4g} [{measured.low:.4g}, {measured.high:.4g}]"
