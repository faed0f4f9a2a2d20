"""What the best of many trials is worth: measured on rows it was not chosen by, and how much less.

The best score of a search is the greatest of many numbers with noise, so it is better than its
candidate is: the more trials, the more so. What follows compares it with rows that had no part in
the choice.

Source: Cawley & Talbot (2010), J. Machine Learning Research 11, 2079-2107.
"""

from collections.abc import Mapping, Sequence

from gonogo.checks.experiments.crossvalidation import corrected
from gonogo.checks.findings.finding import Finding
from gonogo.core.canonical import Json
from gonogo.core.catalogue import check_spec
from gonogo.core.evidence import Parameters
from gonogo.core.specs.shape import Good
from gonogo.stats.estimate import Estimate, Measured, Undefined

OPTIMISM = "performance.tuning_optimism"
REFLECTED = "best trial's score, as reported, against the interval on held-back rows: "


def optimism(
    honest: Finding, best: float, given: Parameters, detail: Mapping[str, Json] | None = None
) -> Finding:
    """By how much the best trial's score was better than what held-back rows show of it.

    `honest` is what the metric found there; `best` is the score that the search reported. The
    interval is that of the honest estimate, turned around: what was reported is a fact. `given` are
    the parameters besides `metric`.
    """
    spec = check_spec(honest.check)
    measured = honest.measured
    found: Measured = Undefined(f"the winner's {spec.title} is undefined", n=measured.n)
    if isinstance(measured, Estimate):
        ends = (best - measured.value, best - measured.high, best - measured.low)
        value, low, high = ends if spec.good is Good.HIGHER else (-ends[0], -ends[2], -ends[1])
        method = REFLECTED + measured.method
        found = Estimate(value, low, high, measured.level, measured.n, "difference", method)
    parameters = {**given, "metric": honest.check}
    return Finding(OPTIMISM, parameters, found, {**(detail or {}), "best": best})


def nested(
    metric: str,
    scores: Sequence[tuple[float, float]],
    given: Parameters,
    *,
    rows: int,
    detail: Mapping[str, Json],
) -> list[Finding]:
    """The metric of a tuned model by nested cross-validation, and the optimism of best trials.

    `scores` holds for each outer fold the best score of the search within it, and the winner's
    score on the fold itself. `given` must say the level; both intervals are Nadeau and Bengio's.
    """
    spec = check_spec(metric)
    folds = len(scores)
    sign = 1 if spec.good is Good.HIGHER else -1
    level = float(given["level"])
    both = (
        (metric, [honest for _, honest in scores], spec.unit),
        (OPTIMISM, [sign * (best - honest) for best, honest in scores], "difference"),
    )
    findings = []
    for check, values, unit in both:
        found = corrected(values, n_train=rows * (folds - 1), n_test=rows, level=level, unit=unit)
        known = {name: value for name, value in given.items() if check_spec(check).parameter(name)}
        parameters = {**known, "metric": metric} if check == OPTIMISM else known
        findings.append(
            Finding(check, parameters, found.measured, {"n": rows, **detail, **found.detail})
        )
    return findings
