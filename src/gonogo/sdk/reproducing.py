"""Training again, and whether it gives the same model: evidence that names both."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, cast

from gonogo.checks.engineering.reproducibility import (
    METRIC,
    METRICS,
    reproducibility,
    reproducibility_of_measurements,
)
from gonogo.checks.findings import provenance
from gonogo.checks.findings.finding import Finding
from gonogo.checks.inputs.predicted import Predicted
from gonogo.checks.inputs.scored import Scored
from gonogo.core.errors import Invalid, NotFound
from gonogo.core.evidence import Parameters, measured_from_json
from gonogo.schemas.evidence import Recorded
from gonogo.sdk.datasets import Datasets, DatasetVersion
from gonogo.sdk.models import VersionRef
from gonogo.sdk.scoring import features, scores

if TYPE_CHECKING:
    import pandas as pd

Train = Callable[["pd.DataFrame", int], object]
"""Takes the recorded training rows and the seed, gives the model trained again."""


def trained_again(
    version: VersionRef,
    train: Train,
    test: "pd.DataFrame | DatasetVersion",
    *,
    first: object,
    label: str,
    margin: float,
    metric: str = METRIC,
    seed: int = 7,
    level: float = 0.95,
    besides: tuple[str, ...] = (),
    folder: Path | None = None,
) -> tuple[Finding, Recorded]:
    """Train again on the rows `version` was trained on; record whether the model is the same.

    `train(rows, seed)` is the recorded code: run it from a checkout of the commit that the version
    names, which is compared with the commit of `folder` (else the working folder) and told in the
    evidence. `first` is the model as it was recorded (or its scores of `test`), `besides` columns
    of `test` that no model reads. Raises `Invalid` where the version names no training data.

    `trained_again(version, fit, test, first=model, label="approve", margin=0.01)`
    """
    told = version.read()
    if told.data is None:
        raise Invalid(field="version.data", expected="a version that says what it was trained on")
    rows = test.frame() if isinstance(test, DatasetVersion) else test
    again = train(Datasets(version.http).version(told.data).frame(), seed)
    code = provenance.revision(folder or Path.cwd())
    against = "trained again"
    found = _finding(
        rows,
        first,
        again,
        (label, *besides),
        {"margin": margin, "metric": metric, "level": level, "seed": seed},
        against=against,
        threshold=told.threshold,
    )
    detail = {
        **found.detail,
        "data": told.data,
        "code": told.code,
        "same_code": None if told.code is None or code is None else told.code == code,
    }
    found = Finding(found.check, found.parameters, found.measured, detail)
    measured_on = test.subject if isinstance(test, DatasetVersion) else told.evaluation
    return found, version.record([found], data=measured_on, code=code)


def as_measured(
    first: VersionRef,
    again: VersionRef,
    *,
    margin: float,
    metric: str = METRIC,
    level: float = 0.95,
) -> tuple[Finding, Recorded]:
    """Record whether two registered versions measure the same, by the newest evidence of both.

    On the same data and without the rows at hand: wider than `trained_again`. Raises `NotFound`
    where one of them was not measured by `metric` at `level` on data that the other was.
    """
    ours = {one.data: one for one in reversed(first.evidence()) if _alone(one.with_, one, metric)}
    theirs = {one.data: one for one in reversed(again.evidence()) if _alone(one.with_, one, metric)}
    shared = [data for data in ours if data in theirs]
    if not shared:
        raise NotFound(
            field="evidence",
            value=f"{metric} of {first.subject} and {again.subject}",
            expected="both measured on the same dataset version: gonogo model reproduce",
        )
    data = shared[-1]
    found = reproducibility_of_measurements(
        measured_from_json(ours[data].measured),
        measured_from_json(theirs[data].measured),
        {"margin": margin, "metric": metric, "level": level},
        against=again.subject,
    )
    return found, first.record([found], data=data)


def _alone(given: Parameters, one: object, metric: str) -> bool:
    """Whether it is the metric itself, of all rows: no comparison, no group."""
    return getattr(one, "check", None) == metric and not {"versus", "group", "design"} & set(given)


def _finding(
    rows: "pd.DataFrame",
    first: object,
    again: object,
    besides: tuple[str, ...],
    asked: Parameters,
    *,
    against: str,
    threshold: float,
) -> Finding:
    label = besides[0]
    if label not in rows.columns:
        raise Invalid(field="label", value=label, expected="a column of the test rows")
    truth = rows[label].to_numpy()
    said = _said(first, rows, besides)
    measured: Scored | Predicted = (
        Scored(truth, said, threshold=threshold)
        if asked["metric"] in METRICS
        else Predicted(truth, said)
    )
    return reproducibility(measured, _said(again, rows, besides), asked, against=against)


def _said(model: object, rows: "pd.DataFrame", besides: tuple[str, ...]) -> list[float]:
    """What a model says of the rows; scores stay what they are."""
    if hasattr(model, "__len__") and not hasattr(model, "predict"):
        return cast("list[float]", model)
    return cast("list[float]", scores(model, features(model, rows, besides=besides)))
