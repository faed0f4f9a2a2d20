"""A training procedure in a notebook as measuring sees it: rows and a seed in, a model out."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from gonogo.checks.inputs.probing import Ask
from gonogo.checks.under_test import Train
from gonogo.core.errors import Invalid
from gonogo.sdk.scoring import features, scores

if TYPE_CHECKING:
    import pandas as pd

RANDOM = "random_state"
"""What scikit-learn calls the seed of an estimator."""


def trainer(estimator: object, label: str, besides: Sequence[str] = ()) -> Train:
    """How to train `estimator` anew; raises `Invalid` where it is nothing that can be trained.

    A scikit-learn estimator or pipeline is cloned, each of its `random_state` set to the seed, and
    fitted on all columns but `label` and `besides`, or on those it names. A function takes rows
    with their label and a seed, and returns a model of any kind that `run.evaluate` takes.
    """
    known: Any = estimator
    if hasattr(estimator, "fit") and hasattr(estimator, "get_params"):
        return _of_estimator(known, label, besides)
    if not callable(estimator) or hasattr(estimator, "predict"):
        raise Invalid(
            field="estimator",
            value=type(estimator).__name__,
            expected="an estimator with fit and get_params, or a function of rows and a seed",
        )

    def train(rows: "pd.DataFrame", seed: int) -> Ask:
        return _asking(known(rows, seed), (label, *besides))

    return train


def _of_estimator(estimator: Any, label: str, besides: Sequence[str]) -> Train:
    out = (label, *besides)

    def train(rows: "pd.DataFrame", seed: int) -> Ask:
        from sklearn.base import clone

        fresh = clone(estimator)
        seeds = [name for name in fresh.get_params() if name.split("__")[-1] == RANDOM]
        fresh.set_params(**dict.fromkeys(seeds, seed))
        # What it read when it was fitted before, where it was.
        fresh.fit(features(estimator, rows, besides=out), rows[label])
        return _asking(fresh, out)

    return train


def _asking(model: object, besides: Sequence[str]) -> Ask:
    def ask(rows: "pd.DataFrame") -> Any:
        return scores(model, features(model, rows, besides=besides))

    return ask
