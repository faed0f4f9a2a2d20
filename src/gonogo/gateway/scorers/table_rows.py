"""Any other model, asked for a table of one row, as everywhere else in the house."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from gonogo.checks.predictors.predictor import DTYPES, Predictor
from gonogo.gateway.scorers.scorer import Row, Scorer

if TYPE_CHECKING:
    import pandas as pd


def table_scorer(predictor: Predictor) -> Scorer:
    """`predictor`, row by row; its code may take any time."""

    def one(values: Row) -> float:
        return float(predictor.predict_score(frame_of(predictor, [values]))[0])

    return Scorer(predictor.names, one, bounded=False)


def frame_of(predictor: Predictor, rows: Sequence[Row]) -> "pd.DataFrame":
    """Rows as the table that `predictor` reads."""
    import pandas as pd

    frame = pd.DataFrame(rows, columns=list(predictor.names))
    floats = [
        feature.name
        for feature in predictor.features
        if DTYPES.get(feature.type, "float64").startswith("float")
    ]
    for name in floats:
        # A column of nothing but None is no column of numbers to pandas.
        if frame[name].dtype == object and frame[name].isna().all():
            frame[name] = frame[name].astype("float64")
    return frame
