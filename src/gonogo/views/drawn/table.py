"""Check by check, what its detail draws: one explicit table.

A check that is not in it is drawn as an interval among the others of its area.
"""

from collections.abc import Callable, Iterable, Sequence

from gonogo.core.areas import Area
from gonogo.core.conditions import Cited
from gonogo.core.errors import GonogoError
from gonogo.views.drawn import asked, explained, fairness, learning, performance, worth
from gonogo.views.drawn.plotted import Plotted

Drawn = Plotted | tuple[Plotted, ...] | None
Draw = Callable[[Cited], Drawn]

UNREADABLE = (ArithmeticError, AttributeError, GonogoError, LookupError, TypeError, ValueError)
"""What reading a detail raises that has another shape than its check gives it."""
ALIKE = ("group", "column", "kind", "metric", "cost_false_yes", "parity", "present", "proxies")
"""Parameters that make another measurement of the same check worth a plot of its own."""
SLICES = {
    f"performance.worst_slice{metric}": (performance.slices,)
    for metric in ("", "_log_loss", "_roc_auc")
}
CHANGED = {
    f"robustness.{name}": (asked.by_column,)
    for name in (
        "missing_inputs",
        "noise",
        "unit_mistakes",
        "unseen_categories",
        "outliers",
        "out_of_range",
    )
}
DRAW: dict[str, tuple[Draw, ...]] = {
    "performance.roc_auc": (performance.curve,),
    "performance.pr_auc": (performance.curve,),
    "performance.calibration_error": (performance.reliability,),
    "performance.served_calibration_error": (performance.reliability,),
    "performance.cost_optimal_threshold": (performance.curve,),
    **SLICES,
    "performance.more_data_gain": (learning.learning_curve,),
    "fairness.group_calibration_error": (fairness.calibrated, fairness.worst_calibrated),
    "fairness.counterfactual_flip_rate": (fairness.flips,),
    "fairness.mitigation_cost": (fairness.frontier,),
    **CHANGED,
    "robustness.invariance_violations": (asked.by_value,),
    "robustness.adversarial_flips": (asked.moved_columns,),
    "explainability.permutation_importance": (explained.importance,),
    "explainability.attribution_additivity": (explained.summary,),
    "explainability.partial_dependence": (explained.dependence,),
    "explainability.reason_coverage": (explained.reasons,),
    "explainability.counterfactual_coverage": (explained.recourse,),
    "explainability.glass_box_cost": (explained.glass_box,),
    "data.representativeness": (fairness.population,),
    "data.single_feature_auc": (worth.features,),
    "value.benefit_per_decision": (worth.payoffs,),
    "value.lift": (worth.payoffs,),
}


def plotted(found: Iterable[Cited]) -> dict[Area, tuple[Plotted, ...]]:
    """What the details of `found` draw, by area, in the order of the table.

    Of the same check in the same way only the newest is drawn, what the server measured itself
    before what was reported. Comparisons with another version and resampled designs are left out:
    their details are those of what they compare. A detail of another shape than its check's, which
    clients may write, draws nothing.
    """
    newest: dict[tuple[str, str], Cited] = {}
    for cited in sorted(found, key=lambda one: (one.evidence.reproduced, one.position)):
        said = cited.evidence.parameters
        if cited.evidence.check in DRAW and not {"versus", "design"} & set(said):
            alike = ", ".join(f"{name}={said[name]}" for name in ALIKE if name in said)
            newest[cited.evidence.check, alike] = cited
    order = list(DRAW)
    ranked = sorted(newest.values(), key=lambda one: order.index(one.evidence.check))
    drawn: dict[Area, tuple[Plotted, ...]] = {}
    for cited in ranked:
        area = cited.evidence.area
        drawn[area] = (*drawn.get(area, ()), *_all(cited, DRAW[cited.evidence.check]))
    return drawn


def _all(cited: Cited, draws: Sequence[Draw]) -> Iterable[Plotted]:
    for draw in draws:
        try:
            found = draw(cited)
        except UNREADABLE:
            continue
        if isinstance(found, Plotted):
            yield found
        elif found is not None:
            yield from found
