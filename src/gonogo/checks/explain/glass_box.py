"""What a model that can be read as it stands would lose: trained on the same rows, beside it."""

import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from gonogo.checks.findings import parameters as defaults
from gonogo.checks.findings.finding import Finding
from gonogo.checks.findings.parameters import Settings, settle_parameters
from gonogo.checks.inputs.cells import numbers_of, without_codes
from gonogo.checks.inputs.probing import answers
from gonogo.checks.inputs.schema import NUMERIC, ColumnType
from gonogo.checks.under_test import UnderTest
from gonogo.core.canonical import Json
from gonogo.core.errors import Invalid
from gonogo.core.evidence import Parameters, measured_to_json
from gonogo.stats.arrays import Bools, Floats
from gonogo.stats.auc import auc_delong, auc_difference_delong
from gonogo.stats.estimate import Measured, Undefined
from gonogo.stats.losses import log_loss, log_losses
from gonogo.stats.means import mean_t

if TYPE_CHECKING:
    import pandas as pd

CHECK = "explainability.glass_box_cost"
EBM, SCORECARD = "ebm", "scorecard"
METRICS = ("roc_auc", "log_loss")
LEAST = 20
"""Training rows of each class that a model is trained on at least."""
NO_TRAINING = "the rows that it was trained on are not at hand: nothing to train a glass box on"
NO_EXTRA = "the extra explain is not installed: pip install gonogo[explain], or kind scorecard"
BAGS = 8
"""Boosters that are averaged, each grown on its own part of the rows."""

Trained = Callable[["pd.DataFrame"], Floats]


def glass_box_cost(under: UnderTest, asked: Parameters) -> Finding:
    """What the model is better by than a glass box trained on the same rows, unit difference.

    By `metric`: ROC AUC of the model less that of the glass box, with DeLong's paired interval; or
    log loss of the glass box less that of the model, with Student's of the rows' differences. Above
    0 interpretability would cost something here, below 0 it would be a gain.

    `kind` is `ebm`, an explainable boosting machine, where the extra `explain` is installed: a sum
    of one curve for each column and of `interactions` pairs; else `scorecard`, a logistic
    regression. Neither is tuned: a better glass box may cost less. Undefined without training rows
    and with too few of them.

    Source: Lou, Caruana, Gehrke & Hooker (2013), KDD '13, 623-631; Rudin (2019), Nature Machine
    Intelligence 1, 206-215, for the question.
    """
    settings = settle_parameters(
        CHECK,
        asked,
        level=defaults.LEVEL,
        seed=defaults.SEED,
        # Asked last: loading the library takes seconds.
        kind=EBM if "kind" not in asked and _interpret() else SCORECARD,
        metric=METRICS[0],
        interactions=0,
    )
    _check(settings)
    train = under.training
    if train is None:
        return Finding(CHECK, settings.values, Undefined(NO_TRAINING, n=0))
    if settings.text("kind") == EBM and not _interpret():
        return Finding(CHECK, settings.values, Undefined(NO_EXTRA, n=0))
    truth = _labels(under, train)
    if min(int(truth.sum()), int((~truth).sum())) < LEAST:
        few = f"the training rows hold {int(truth.sum())} yes and {int((~truth).sum())} no: too few"
        return Finding(CHECK, settings.values, Undefined(few, n=len(train)))
    own = answers(under.model.ask, under.rows, under.threshold)
    kept = own.given
    try:
        ask = _trained(under, train, truth, settings)
        glass = ask(_plain(under, under.rows[kept])) if kept.any() else np.empty(0)
    except ValueError as error:
        refused = f"the glass box cannot be trained on these rows: {str(error).splitlines()[0]}"
        return Finding(CHECK, settings.values, Undefined(refused, n=len(train)))
    label = under.truth[kept].astype(np.float64)
    return _compared(settings, label, own.score[kept], glass, len(train), own.refused)


def _compared(
    settings: Settings, label: Floats, own: Floats, glass: Floats, trained_on: int, refused: int
) -> Finding:
    level = settings.level
    alone: dict[str, Measured]
    if settings.text("metric") == METRICS[0]:
        measured = auc_difference_delong(label, own, glass, level)
        alone = {"model": auc_delong(label, own, level), "glass": auc_delong(label, glass, level)}
    else:
        measured = _loss_difference(label, own, glass, level)
        alone = {"model": log_loss(label, own, level), "glass": log_loss(label, glass, level)}
    detail: dict[str, Json] = {
        "model": measured_to_json(alone["model"]),
        "glass_box": measured_to_json(alone["glass"]),
        "trained_on": trained_on,
        "measured_on": int(label.size),
        "unanswered": refused,
    }
    return Finding(CHECK, settings.values, measured, detail)


def _loss_difference(label: Floats, own: Floats, glass: Floats, level: float) -> Measured:
    a, b = log_losses(label, own), log_losses(label, glass)
    if isinstance(a, Undefined):
        return a
    if isinstance(b, Undefined):
        return Undefined(f"of the glass box: {b.reason}", n=b.n)
    return mean_t(b - a, level, "difference")


def _check(settings: Settings) -> None:
    if settings.text("kind") not in (EBM, SCORECARD):
        raise Invalid(
            field="with.kind", value=settings.text("kind"), expected=f"{EBM} or {SCORECARD}"
        )
    if settings.text("metric") not in METRICS:
        raise Invalid(
            field="with.metric", value=settings.text("metric"), expected=" or ".join(METRICS)
        )
    if not 0 <= settings.whole("interactions") <= 100:
        raise Invalid(
            field="with.interactions", value=settings.whole("interactions"), expected="0 to 100"
        )


def _labels(under: UnderTest, train: "pd.DataFrame") -> Bools:
    wanted = [*under.model.features, *([] if under.label is None else [under.label])]
    for name in wanted:
        if name not in train.columns:
            raise Invalid(field="training", value=name, expected="a column of the training rows")
    if under.label is None:
        raise Invalid(field="data", expected="a label column")
    if not np.isin(under.truth, [0, 1]).all():
        raise Invalid(field="label", value="other labels", expected="0 and 1")
    truth = train[under.label].to_numpy()
    if not np.isin(truth, [0, 1]).all():
        raise Invalid(field=f"training.{under.label}", value="other labels", expected="0 and 1")
    found: Bools = truth == 1
    return found


def _plain(under: UnderTest, rows: "pd.DataFrame") -> "pd.DataFrame":
    """The columns the model reads: numbers as floats, all else as text, codes as missing."""
    found = without_codes(rows[list(under.model.features)], under.probe.columns)
    for column in under.probe.columns:
        values = found[column.name]
        if column.type in NUMERIC or column.type is ColumnType.BOOLEAN:
            numbers = numbers_of(values)
            # What is infinite or no number is taken for missing: a glass box takes neither.
            found[column.name] = np.where(np.isfinite(numbers), numbers, np.nan)
        else:
            found[column.name] = values.astype(str).where(values.notna(), "missing").astype(object)
    return found.reset_index(drop=True)


def _trained(under: UnderTest, train: "pd.DataFrame", truth: Bools, settings: Settings) -> Trained:
    rows = _plain(under, train)
    model: Any
    with warnings.catch_warnings():
        # It warns that its own drawings leave out missing values; nothing is drawn here.
        warnings.simplefilter("ignore")
        if settings.text("kind") == EBM:
            model = _ebm(settings).fit(rows, truth.astype(int))
        else:
            model = _scorecard().fit(rows, truth.astype(int))
    return lambda asked: np.asarray(model.predict_proba(asked)[:, 1], dtype=np.float64)


def _ebm(settings: Settings) -> Any:
    from interpret.glassbox import ExplainableBoostingClassifier

    return ExplainableBoostingClassifier(
        interactions=settings.whole("interactions"),
        outer_bags=BAGS,
        random_state=settings.whole("seed"),
        # More of them start processes, and the sum of the bags then depends on their order.
        n_jobs=1,
    )


def _scorecard() -> Any:
    from sklearn.compose import make_column_selector, make_column_transformer
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    numbers = make_pipeline(
        SimpleImputer(strategy="median", keep_empty_features=True), StandardScaler()
    )
    prepare = make_column_transformer(
        (numbers, make_column_selector(dtype_include="number")),
        (
            OneHotEncoder(handle_unknown="ignore", min_frequency=10),
            make_column_selector(dtype_exclude="number"),
        ),
    )
    return make_pipeline(prepare, LogisticRegression(max_iter=2000))


def _interpret() -> bool:
    """Whether the library of the extra is there."""
    try:
        import interpret.glassbox  # noqa: F401  # only whether it can be imported
    except ImportError:
        return False
    return True
