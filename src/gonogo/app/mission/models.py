"""The mission's models, none of them tuned: a scorecard, boosted trees, a mitigated scorecard."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gonogo.app.mission.data import LABEL, features

SEED = 7
SCORECARD = {"regularisation": "L2, C = 1"}
BOOSTING: dict[str, Any] = {
    "n_estimators": 200,
    "learning_rate": 0.03,
    "num_leaves": 15,
    "min_child_samples": 20,
}
MITIGATION = {"constraint": "demographic parity by race", "difference_bound": 0.01}


@dataclass(frozen=True, slots=True)
class Fitted:
    """A model that gives the probability of approval to applications."""

    model: Any
    """A scikit-learn estimator or a LightGBM classifier."""

    def score(self, frame: pd.DataFrame) -> NDArray[np.float64]:
        """Probability of approval for each row."""
        return np.asarray(self.model.predict_proba(features(frame))[:, 1], dtype=np.float64)


def scorecard(train: pd.DataFrame) -> Fitted:
    """A logistic scorecard: medians for what is missing, standardised, L2."""
    from sklearn.pipeline import make_pipeline

    return Fitted(make_pipeline(*_preparation(), _logistic()).fit(features(train), train[LABEL]))


def boosting(train: pd.DataFrame) -> Fitted:
    """Gradient-boosted trees."""
    from lightgbm import LGBMClassifier

    model = LGBMClassifier(**BOOSTING, random_state=SEED, n_jobs=1, verbose=-1, deterministic=True)
    return Fitted(model.fit(features(train), train[LABEL]))


def mitigated(train: pd.DataFrame) -> Fitted:
    """The scorecard, trained under demographic parity by race.

    The exponentiated-gradient reduction (Agarwal et al. 2018, ICML) trains scorecards on reweighted
    applications; the weighted mean of their probabilities is the score. Race is used for training
    only: the score does not need it.
    """
    from fairlearn.reductions import DemographicParity, ExponentiatedGradient
    from sklearn.ensemble import VotingClassifier
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import LabelEncoder

    prepare = make_pipeline(*_preparation()).fit(features(train))
    reduction = ExponentiatedGradient(
        _logistic(),
        DemographicParity(difference_bound=MITIGATION["difference_bound"]),
        eps=0.01,
        max_iter=30,
    )
    reduction.fit(
        prepare.transform(features(train)), train[LABEL], sensitive_features=train["race"]
    )
    kept = [at for at, weight in reduction.weights_.items() if weight > 0]
    members = [(f"scorecard-{at}", reduction.predictors_[at]) for at in kept]
    mixture = VotingClassifier(
        members,
        voting="soft",
        flatten_transform=False,
        weights=np.array([reduction.weights_[at] for at in kept]),
    )
    # The members are fitted already; fitting the mixture would train them without the weights.
    mixture.estimators_ = [model for _, model in members]
    mixture.le_ = LabelEncoder().fit([0, 1])
    mixture.classes_ = mixture.le_.classes_
    return Fitted(make_pipeline(*(step for _, step in prepare.steps), mixture))


def to_onnx(fitted: Fitted, train: pd.DataFrame) -> Any:
    """A scikit-learn model as ONNX: one tensor of features in, probabilities out."""
    from skl2onnx import to_onnx as convert

    sample = features(train).to_numpy(dtype=np.float32)[:1]
    final = fitted.model.steps[-1][1]
    return convert(fitted.model, sample, options={id(final): {"zipmap": False}})


def _preparation() -> tuple[Any, ...]:
    from sklearn.impute import SimpleImputer
    from sklearn.preprocessing import StandardScaler

    return SimpleImputer(strategy="median"), StandardScaler()


def _logistic() -> Any:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=1.0, max_iter=2000)
