"""What is watched while a release runs: sums by arm from the decision log, held to guardrails.

State is plain numbers that only grow by batches, so that it can be kept in the transaction that
notes how far the log was read.
"""

import math
from collections.abc import Callable, Mapping
from typing import Any

from gonogo.checks.findings.finding import Finding
from gonogo.checks.operations.live_groups import look_at_groups, with_groups
from gonogo.checks.operations.live_sample import sample
from gonogo.checks.operations.live_test import ab_effect
from gonogo.checks.operations.live_values import (
    INDEPENDENT,
    ArmSums,
    Effects,
    Looked,
    parameters_of,
)
from gonogo.core.catalogue import CATALOGUE
from gonogo.core.evidence import Parameters
from gonogo.core.releasing import Guardrail
from gonogo.core.specs import live as specs
from gonogo.stats import guardrails as stats
from gonogo.stats.arms import UNREVISED, Arms, Batch, Revision
from gonogo.stats.counts import Counts
from gonogo.stats.estimate import Undefined, exact

HARM = {1: stats.Harm.MORE, -1: stats.Harm.LESS, 0: stats.Harm.EITHER}
WITHIN = {specs.PAYOFF: ("low", "high"), specs.METRIC: ("low", "high")}
"""The parameters that say what a value can be at least and at most; else 0 and 1."""


def batch_of(guardrail: Guardrail, sums: ArmSums) -> Batch:
    """The values that a guardrail compares, of one arm."""
    match guardrail.check:
        case specs.ERRORS:
            return Batch.of_counts(Counts(yes=sums.errors, n=sums.n))
        case specs.LATE:
            limit = limit_key(guardrail)
            return Batch.of_counts(Counts(yes=sums.late.get(limit, 0), n=sums.n))
        case specs.OUTCOMES:
            return Batch.of_counts(Counts(yes=sums.yes, n=sums.n))
        case specs.SHIFT:
            return sums.scores
        case specs.PAYOFF:
            return sums.values
        case _:
            return sums.labels


def revision_of(guardrail: Guardrail, sums: ArmSums) -> Revision:
    """What is known otherwise now of those values, of one arm."""
    match guardrail.check:
        case specs.PAYOFF:
            return sums.values_revised
        case specs.METRIC:
            return sums.labels_revised
        case _:
            return UNREVISED


def limit_key(guardrail: Guardrail) -> str:
    """The limit of a guardrail on latency, as sums are kept by it."""
    return f"{float(guardrail.parameters['limit_ms']):g}"


def updated(
    guardrail: Guardrail, state: Mapping[str, Any], live: ArmSums, new: ArmSums
) -> dict[str, Any]:
    """The state after a batch of the live arm and of the new one."""
    if guardrail.check == specs.SELECTED:
        column = str(guardrail.group)
        return with_groups(with_groups(state, "new", new.groups.get(column, {})), "live", {})
    rule = _rule(guardrail)
    low, high = rule.bounds
    kept = (
        _clipped(batch_of(guardrail, live), low, high),
        _clipped(batch_of(guardrail, new), low, high),
    )
    arms = Arms.of(state) if state else Arms()
    # What was counted is put right before more is: it came in other batches.
    arms = rule.revise(arms, revision_of(guardrail, live), revision_of(guardrail, new))
    return dict(rule.update(arms, *kept).numbers())


def look(
    guardrail: Guardrail,
    state: Mapping[str, Any],
    about: Parameters,
    effects: Effects = INDEPENDENT,
) -> Looked:
    """What a guardrail says now; `about` names the release and what it is compared with."""
    if guardrail.check == specs.SELECTED:
        return look_at_groups(guardrail, state, about, effects)
    arms = Arms.of(state) if state else Arms()
    found = _rule(guardrail).look(arms, (effects.get("live", 1.0), effects.get("new", 1.0)))
    parameters = parameters_of(guardrail, about, found.measured)
    detail = {**_detail(guardrail, found), "design_effects": dict(effects)}
    finding = Finding(guardrail.check, parameters, found.measured, detail)
    said = _told(guardrail, found)
    return Looked(guardrail, found.verdict, finding, said, found.further, found.evidence)


def measured(
    guardrail: Guardrail,
    state: Mapping[str, Any],
    about: Parameters,
    effects: Effects = INDEPENDENT,
) -> Finding:
    """What a guardrail measures now, to be kept as evidence."""
    return look(guardrail, state, about, effects).finding


def rollback_seconds(seconds: float, release: str, *, confirmed: bool) -> Finding:
    """How long a rollback took, from the order until the route was in force.

    `confirmed`: whether a gateway said so; else it is the time until the route lay there for one.
    """
    return Finding(
        specs.ROLLBACK,
        {"release": release},
        exact(seconds, n=1, unit=CATALOGUE[specs.ROLLBACK].unit, of="one rollback"),
        {"confirmed_by_a_gateway": confirmed},
    )


def _rule(guardrail: Guardrail) -> stats.Guardrail:
    names = WITHIN.get(guardrail.check)
    bounds = (0.0, 1.0)
    if names is not None:
        bounds = (
            float(guardrail.parameters[names[0]]),
            float(guardrail.parameters[names[1]]),
        )
    rare = guardrail.check in {specs.ERRORS, specs.LATE}
    return stats.Guardrail(
        harm=HARM[specs.WATCHED[guardrail.check].harm],
        margin=guardrail.margin,
        alpha=guardrail.alpha,
        bounds=bounds,
        # Errors and late answers are rare where all is well; measured from the middle of the
        # bounds the first batch would hide them.
        expected=0.01 if rare else None,
    )


def _clipped(batch: Batch, low: float, high: float) -> Batch:
    """Sums of values that were cut to the bounds where they were added; rounding put right."""
    if batch.n == 0:
        return batch
    total = min(max(batch.total, batch.n * low), batch.n * high)
    return Batch(batch.n, total, max(batch.squares, total**2 / batch.n))


def _detail(guardrail: Guardrail, found: stats.Look) -> dict[str, Any]:
    return {
        "margin": guardrail.margin,
        "alpha": guardrail.alpha,
        "verdict": str(found.verdict),
        "log_evidence": found.evidence if math.isfinite(found.evidence) else None,
        "further": found.further,
    }


def _told(guardrail: Guardrail, found: stats.Look) -> str:
    title = CATALOGUE[guardrail.check].title
    if isinstance(found.measured, Undefined):
        return f"{title}: {found.measured.reason}"
    one = found.measured
    said = f"{title}: {one.value:+.3g} [{one.low:.3g}, {one.high:.3g}] beside what is live"
    held = f"the margin is {guardrail.margin:g}"
    if found.verdict is stats.Verdict.HARMFUL:
        return f"{said}, surely beyond the margin of {guardrail.margin:g}"
    return f"{said}; {held}"


IMPLEMENTED: dict[str, Callable[..., Finding]] = {
    **dict.fromkeys(specs.WATCHED, measured),
    specs.SAMPLE: sample,
    specs.AB_EFFECT: ab_effect,
    specs.ROLLBACK: rollback_seconds,
}
"""Check by check, the function that measures it."""
