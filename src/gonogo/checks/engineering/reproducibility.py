"""Whether training again gives the same model: metrics of both within a margin stated beforehand.

Source: for the claim, Breck et al. (2017), test infra-1; for how it is settled, equivalence by two
one-sided tests (Schuirmann 1987). That two numbers do not differ significantly would be no proof:
with few rows nothing does.
"""

from collections.abc import Callable, Iterable

import numpy as np
import numpy.typing as npt

from gonogo.checks.findings import parameters as defaults
from gonogo.checks.findings.compared import Other
from gonogo.checks.findings.finding import Finding
from gonogo.checks.findings.parameters import Settings, settle_parameters
from gonogo.checks.inputs.predicted import Predicted
from gonogo.checks.inputs.scored import Scored, score_of
from gonogo.checks.measure_numbers import NUMBERS
from gonogo.checks.performance import decided, scores
from gonogo.core.canonical import Json
from gonogo.core.errors import Invalid
from gonogo.core.evidence import Parameters
from gonogo.stats.equivalence import independent_difference, share_of_margin
from gonogo.stats.estimate import Estimate, Measured, Undefined, exact

CHECK = "engineering.reproducibility"
METRIC = "performance.roc_auc"
"""What is compared where nothing is said."""
METRICS: dict[str, Callable[[Scored, Parameters, Other | None], Finding]] = {
    "performance.roc_auc": scores.roc_auc,
    "performance.pr_auc": scores.pr_auc,
    "performance.log_loss": scores.log_loss,
    "performance.brier": scores.brier,
    "performance.accuracy": decided.accuracy,
    "performance.precision": decided.precision,
    "performance.recall": decided.recall,
    "performance.specificity": decided.specificity,
    "performance.balanced_accuracy": decided.balanced_accuracy,
    "performance.f1": decided.f1,
}
"""What can be compared where labels are 0 and 1; of numbers it is `NUMBERS`."""
SAME = 1e-9
"""Relative difference of two scores that are the same but for the order of their sums."""


def reproducibility(
    rows: Scored | Predicted, again: npt.ArrayLike, asked: Parameters, *, against: str
) -> Finding:
    """How far training again moved `metric`, in shares of `margin`, unit margins; at most 1 is go.

    `rows` hold what the recorded model said, `again` what the one trained again says of the same
    rows, shape (n,), and `against` names the run or version that made it. The interval is that of
    the paired difference; where all scores are the same there is nothing to estimate. Detail: the
    difference, how many scores are the same, the largest difference.
    """
    settings = _settings(asked, against)
    name = settings.text("metric")
    first = rows.scores if isinstance(rows, Scored) else rows.predictions
    second = score_of("again", again, rows.n)
    same = np.isclose(first, second, rtol=SAME, atol=0.0)
    detail: dict[str, Json] = {"n": rows.n, "same_scores": int(np.count_nonzero(same))}
    if rows.n:
        detail["largest_difference"] = float(np.abs(first - second).max())
    if not rows.n:
        return Finding(CHECK, settings.values, Undefined("no observations", n=0), detail)
    if same.all():
        measured: Measured = exact(
            0.0, n=rows.n, unit="margins", of="rows: all scores are the same"
        )
        return Finding(CHECK, settings.values, measured, detail)
    return _settled(_difference(rows, name, second, settings), settings, detail)


def reproducibility_of_measurements(
    first: Measured, again: Measured, asked: Parameters, *, against: str
) -> Finding:
    """As `reproducibility`, from what was measured of both where the rows are not at hand.

    Wider than of the same rows, as nothing tells how the two go together. `Undefined` where either
    is, and where they were measured at other levels.
    """
    settings = _settings(asked, against)
    for one in (first, again):
        if isinstance(one, Undefined):
            return Finding(CHECK, settings.values, Undefined(one.reason, n=one.n))
        if one.level != settings.level:
            reason = f"measured at level {one.level:g}, asked is {settings.level:g}"
            return Finding(CHECK, settings.values, Undefined(reason, n=one.n))
    if not isinstance(first, Estimate) or not isinstance(again, Estimate):
        return Finding(CHECK, settings.values, Undefined("not measured", n=0))
    detail: dict[str, Json] = {"first": first.value, "again": again.value}
    return _settled(independent_difference(first, again), settings, detail)


def _settings(asked: Parameters, against: str) -> Settings:
    settings = settle_parameters(CHECK, asked, level=defaults.LEVEL, metric=METRIC, against=against)
    margin = settings.number("margin")
    if not 0 < margin < 1e100:
        raise Invalid(field="with.margin", value=margin, expected="a number above 0")
    return settings


def _difference(
    rows: Scored | Predicted, name: str, again: npt.NDArray[np.float64], settings: Settings
) -> Measured:
    """The recorded model's metric minus that of the one trained again, paired by row."""
    asked = {"level": settings.level}
    other = Other(settings.text("against"), again)
    known: Iterable[str] = NUMBERS if isinstance(rows, Predicted) else METRICS
    if name not in known:
        raise Invalid(field="with.metric", value=name, expected=f"one of: {', '.join(known)}")
    if isinstance(rows, Predicted):
        return NUMBERS[name](rows, asked, other).measured
    return METRICS[name](rows, asked, other).measured


def _settled(difference: Measured, settings: Settings, detail: dict[str, Json]) -> Finding:
    if isinstance(difference, Undefined):
        return Finding(CHECK, settings.values, difference, detail)
    detail |= {"difference": difference.value}
    measured = share_of_margin(difference, settings.number("margin"))
    return Finding(CHECK, settings.values, measured, detail)
