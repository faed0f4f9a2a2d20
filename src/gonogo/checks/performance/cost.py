"""What a model's decisions cost, by a stated cost of each kind of decision."""

from dataclasses import replace

import numpy as np

from gonogo.checks.findings import parameters as defaults
from gonogo.checks.findings.compared import Other, compared_settings
from gonogo.checks.findings.differences import bonferroni_difference, bonferroni_level
from gonogo.checks.findings.finding import Finding
from gonogo.checks.findings.parameters import Settings
from gonogo.checks.inputs.scored import Scored, score_of
from gonogo.checks.inputs.tally import Decided
from gonogo.checks.performance.decided import counts_told, decided_settings, selected_by
from gonogo.core.canonical import Json
from gonogo.core.errors import Invalid
from gonogo.core.evidence import Parameters
from gonogo.stats.arrays import Floats
from gonogo.stats.confusion import Confusion, confusion_of
from gonogo.stats.costs import CostCurve, Costs, least_cost_threshold, mean_cost
from gonogo.stats.estimate import Estimate, Measured, Undefined

EXPECTED = "performance.expected_cost"
COSTS = ("true_yes", "false_yes", "false_no", "true_no")
DIGITS = 6
"""Digits of the cost curve's points; it is drawn, not judged."""


def expected_cost(scored: Scored, asked: Parameters, other: Other | None = None) -> Finding:
    """Mean cost of a row's decision at the threshold, unit cost, with Student's t interval.

    `cost_false_yes` and the others say what each kind of decision costs, in any unit; a gain is
    negative. Without them a mistake costs 1 and being right nothing. The difference is paired.
    Detail: the four counts, and the mean cost of selecting all rows and none.
    """
    if other is None:
        return cost_of_counts(EXPECTED, scored, asked)
    costs = _costs(asked)
    settings = decided_settings(EXPECTED, scored, asked, other, **_told(costs))
    selected = scored.selected_at(settings.number("threshold"))
    detail = _cost_detail(confusion_of(scored.yes, selected), costs)
    kinds = 2 * scored.yes.astype(np.int64) + selected
    others = selected_by(other, scored, settings)
    joint = np.bincount(2 * kinds + others, minlength=8)
    more = (costs.each[:, :, np.newaxis] - costs.each[:, np.newaxis, :]).ravel()
    measured = mean_cost(joint, more, settings.level)
    if isinstance(measured, Estimate):
        measured = replace(measured, unit="difference")
    return Finding(EXPECTED, settings.values, measured, detail)


def cost_of_counts(check: str, decided: Decided, asked: Parameters) -> Finding:
    """What `EXPECTED` finds of decisions that were counted, by the same code."""
    costs = _costs(asked)
    settings = decided_settings(check, decided, asked, None, **_told(costs))
    found = decided.confusion(settings.number("threshold"))
    four = np.array([found.true_no, found.false_yes, found.false_no, found.true_yes])
    measured = mean_cost(four, costs.each.ravel(), settings.level)
    return Finding(check, settings.values, measured, _cost_detail(found, costs))


def cost_optimal_threshold(
    scored: Scored, asked: Parameters, other: Other | None = None
) -> Finding:
    """The threshold at which these rows' decisions cost least, unit score, with an interval.

    Costs as for `expected_cost`; a mistake must cost more than being right. The interval is that
    of all thresholds for which no other is cheaper by more than chance. What is saved at the best
    threshold is flattered by its choice: measure `expected_cost` there on other rows. The
    difference of two models' thresholds takes both intervals at half the error. Detail: the cost
    curve in at most 101 points, its least, the cost at the model's own threshold, and the threshold
    that would be best if the scores were calibrated probabilities (Elkan 2001).
    """
    check = "performance.cost_optimal_threshold"
    costs = _costs(asked)
    settings = compared_settings(
        check,
        asked,
        other,
        level=defaults.LEVEL,
        seed=defaults.SEED,
        resamples=defaults.RESAMPLES,
        **_told(costs),
    )
    for right, wrong in (("true_no", "false_yes"), ("true_yes", "false_no")):
        if settings.number(f"cost_{wrong}") <= settings.number(f"cost_{right}"):
            value, least = settings.values[f"cost_{wrong}"], settings.values[f"cost_{right}"]
            raise Invalid(
                field=f"with.cost_{wrong}", value=value, expected=f"more than cost_{right}, {least}"
            )
    found = _least(scored, scored.scores, costs, settings, settings.level)
    detail: dict[str, Json] = {"calibrated": costs.calibrated_threshold}
    if isinstance(found, CostCurve):
        detail |= _curve(found, scored, costs)
    if other is None:
        return Finding(check, settings.values, _threshold(found), detail)
    second = score_of(f"versus.{other.model}", other.score, scored.n)
    each = bonferroni_level(settings.level, 2)
    measured = bonferroni_difference(
        _threshold(_least(scored, scored.scores, costs, settings, each)),
        _threshold(_least(scored, second, costs, settings, each)),
        settings.level,
    )
    return Finding(check, settings.values, measured, detail)


def _costs(asked: Parameters) -> Costs:
    """The costs that are asked with; raises `Invalid` for one that is no finite number."""
    found = {}
    for name in COSTS:
        value = asked.get(f"cost_{name}")
        if value is None:
            continue
        if isinstance(value, bool | str) or not np.isfinite(value):
            raise Invalid(field=f"with.cost_{name}", value=value, expected="a finite number")
        found[name] = float(value)
    return Costs(**found)


def _cost_detail(found: Confusion, costs: Costs) -> dict[str, Json]:
    detail: dict[str, Json] = {"confusion": counts_told(found)}
    if found.n:
        detail |= _constants(costs, (found.true_yes + found.false_no) / found.n)
    return detail


def _told(costs: Costs) -> dict[str, str | float]:
    return {f"cost_{name}": float(getattr(costs, name)) for name in COSTS}


def _constants(costs: Costs, share: float) -> dict[str, Json]:
    """What it would cost to select all, or none, where a `share` of rows is labelled yes."""
    by_label = np.array([1 - share, share])
    return {
        "cost_of_none": float(by_label @ costs.each[:, 0]),
        "cost_of_all": float(by_label @ costs.each[:, 1]),
    }


def _least(
    scored: Scored, score: Floats, costs: Costs, settings: Settings, level: float
) -> CostCurve | Undefined:
    return least_cost_threshold(
        scored.yes,
        score,
        costs,
        level,
        seed=settings.whole("seed"),
        resamples=settings.whole("resamples"),
    )


def _threshold(found: CostCurve | Undefined) -> Measured:
    return found if isinstance(found, Undefined) else found.measured


def _curve(found: CostCurve, scored: Scored, costs: Costs) -> dict[str, Json]:
    now = confusion_of(scored.yes, scored.selected)
    counts = np.array([[now.true_no, now.false_yes], [now.false_no, now.true_yes]])
    points: list[Json] = [
        [float(threshold), round(float(cost), DIGITS)]
        for threshold, cost in zip(found.thresholds, found.cost, strict=True)
    ]
    return {
        "curve": points,
        "least_cost": float(found.cost.min()),
        "threshold": float(scored.threshold),
        "cost": float((counts * costs.each).sum() / now.n),
    }
