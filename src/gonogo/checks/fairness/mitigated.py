"""What mitigation would cost a model version: its own kind of model, trained anew on its rows."""

import inspect
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from gonogo.checks.fairness.mitigation import CHECK, Sets, mitigation_cost
from gonogo.checks.findings import parameters as defaults
from gonogo.checks.findings.finding import Finding
from gonogo.checks.under_test import UnderTest
from gonogo.core.errors import Invalid
from gonogo.core.evidence import Parameters

if TYPE_CHECKING:
    import pandas as pd

BOOSTED = {
    "boosting": "boosting_type",
    "num_leaves": "num_leaves",
    "max_depth": "max_depth",
    "learning_rate": "learning_rate",
    "min_gain_to_split": "min_split_gain",
    "min_sum_hessian_in_leaf": "min_child_weight",
    "min_data_in_leaf": "min_child_samples",
    "bagging_fraction": "subsample",
    "bagging_freq": "subsample_freq",
    "feature_fraction": "colsample_bytree",
    "feature_fraction_bynode": "feature_fraction_bynode",
    "lambda_l1": "reg_alpha",
    "lambda_l2": "reg_lambda",
    "max_delta_step": "max_delta_step",
    "extra_trees": "extra_trees",
    "path_smooth": "path_smooth",
    "max_bin": "max_bin",
    "min_data_in_bin": "min_data_in_bin",
    "min_data_per_group": "min_data_per_group",
    "max_cat_threshold": "max_cat_threshold",
    "max_cat_to_onehot": "max_cat_to_onehot",
    "cat_l2": "cat_l2",
    "cat_smooth": "cat_smooth",
    "is_unbalance": "is_unbalance",
    "scale_pos_weight": "scale_pos_weight",
    "linear_tree": "linear_tree",
}
"""What of a booster's parameters makes it learn as it did, and what LGBMClassifier calls it. Files
and machines that a booster may name too are none of them."""

BOUNDS = (0.02, 0.1)
"""Differences that exponentiated gradient is told to allow; each trains up to 25 models."""


def of_version(under: UnderTest, asked: Parameters) -> Finding:
    """The accuracy that mitigation would cost the model under test, as `mitigation_cost`.

    Candidates are trained on the rows the model was trained on, and measured on those it is tested
    on. What is trained is the estimator handed in, else the model's own: a scikit-learn classifier
    or pipeline is cloned unfitted, a LightGBM booster gives an LGBMClassifier of as many trees and
    the parameters it keeps. One seed and one thread, nothing cached. Raises `Invalid` where the
    training rows are not kept, for other models, and as `mitigation_cost`.
    """
    if under.training is None:
        raise Invalid(
            field="trained_on",
            expected=f"the rows that the model was trained on: {CHECK} trains it anew; register "
            "the version with its data, or hand them in",
        )
    if under.label is None:
        raise Invalid(field="label", expected="the column with the truth")
    estimator, boosted = _estimator(under)
    seed = asked.get("seed")
    sets = Sets(
        _prepared(estimator, seed if isinstance(seed, int) else defaults.SEED),
        under.training,
        under.rows,
        under.model.features,
        under.label,
        under.threshold,
        BOUNDS,
    )
    if boosted:
        sets = replace(
            sets, train=_text(sets.train, sets.features), test=_text(sets.test, sets.features)
        )
    try:
        return mitigation_cost(sets, asked)
    except ImportError as error:
        raise Invalid(
            field="check",
            value=CHECK,
            expected=f"{error.name}, of an extra: pip install 'gonogo[demo]'",
        ) from error
    except (TypeError, ValueError) as error:
        raise Invalid(
            field="estimator",
            value=str(error)[:200],
            expected="a classifier that can be trained on these rows as they are",
        ) from error


MITIGATED: dict[str, Callable[[UnderTest, Parameters], Finding]] = {CHECK: of_version}
"""Check by check, the function that measures it."""


def _estimator(under: UnderTest) -> tuple[Any, bool]:
    """What is trained anew, and whether it is made of a booster, which takes text as categories."""
    if _is_classifier(under.estimator):
        return under.estimator, False
    native = under.model.native
    if _is_classifier(native):
        return native, False
    if hasattr(native, "model_to_string"):
        return _classifier(native), True
    raise Invalid(
        field="estimator",
        value=type(native if under.estimator is None else under.estimator).__name__,
        expected=f"{CHECK} trains the model anew: a scikit-learn classifier with predict_proba or "
        "a LightGBM booster, or an estimator: run.evaluate(..., estimator=..., trained_on=...)",
    )


def _is_classifier(model: Any) -> bool:
    return all(hasattr(model, verb) for verb in ("fit", "get_params", "predict_proba"))


def _classifier(booster: Any) -> Any:
    import lightgbm

    # In its own text the parameters have one name each, not the alias they were given by.
    text = booster.model_to_string()
    kept = lightgbm.Booster(model_str=text).params
    if kept.get("objective") != "binary":
        raise Invalid(
            field="estimator",
            value=kept.get("objective"),
            expected="a booster that was trained for the objective binary",
        )
    told = {ours: kept[theirs] for theirs, ours in BOOSTED.items() if theirs in kept}
    return lightgbm.LGBMClassifier(
        **told, n_estimators=max(1, booster.current_iteration()), verbosity=-1
    )


def _prepared(estimator: Any, seed: int) -> Any:
    """A clone with one seed and one thread, that keeps and reads nothing in files.

    A stored model's parameters came with its file: a pipeline's cache or a booster's file of forced
    splits would be read from wherever they say.
    """
    from sklearn.base import clone

    fresh = clone(estimator)
    for name, said in fresh.get_params().items():
        last = name.split("__")[-1]
        if last == "memory":
            fresh.set_params(**{name: None})
        elif last == "n_jobs" and said is not None:
            fresh.set_params(**{name: 1})
        elif last == "random_state" and said is None:
            fresh.set_params(**{name: seed})
    for part in (fresh, *fresh.get_params().values()):
        if _is_classifier(part) and not isinstance(part, type):
            _without_files(part)
            if type(part).__module__.startswith("lightgbm."):
                # Where nothing is said it takes all cores, which wait for one another on few rows.
                part.set_params(n_jobs=1)
    return fresh


def _without_files(part: Any) -> None:
    """Takes out the texts among parameters that no signature names: LightGBM takes any at all."""
    named = inspect.signature(type(part)).parameters
    for name, said in part.get_params(deep=False).items():
        if name not in named and isinstance(said, str):
            part.set_params(**{name: None})


def _text(rows: "pd.DataFrame", features: Sequence[str]) -> "pd.DataFrame":
    """Text as categories, which is how LightGBM takes it."""
    text = [name for name in features if name in rows and rows[name].dtype.kind not in "biuf"]
    return rows.astype(dict.fromkeys(text, "category")) if text else rows
