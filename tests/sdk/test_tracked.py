"""What MLflow is told of a model that is logged."""

import numpy as np
import pytest
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from gonogo.sdk import needs, tracked

pytestmark = pytest.mark.filterwarnings("ignore")

ROWS = np.random.default_rng(3).normal(size=(40, 2))
LABELS = (ROWS[:, 0] > 0).astype(int)


def halved(rows: np.ndarray) -> np.ndarray:
    """What only this file knows how to do."""
    return rows / 2


class TestRequirements:
    """Without being told, MLflow loads the model in a process of its own to find them out."""

    @pytest.mark.parametrize(
        "model", [LogisticRegression(), RandomForestClassifier(3, random_state=1)]
    )
    def test_of_scikit_learn_alone_are_known(
        self, model: LogisticRegression | RandomForestClassifier
    ) -> None:
        made = make_pipeline(StandardScaler(), model).fit(ROWS, LABELS)
        assert tracked._flavor(made)[2]["pip_requirements"] == needs.pinned(needs.SKLEARN)

    def test_of_anything_else_are_left_to_mlflow(self) -> None:
        made = make_pipeline(FunctionTransformer(halved), LogisticRegression()).fit(ROWS, LABELS)
        assert "pip_requirements" not in tracked._flavor(made)[2]
