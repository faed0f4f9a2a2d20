"""A loaded model as everything else sees it: rows in, one score for each row out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from gonogo.checks.predictors.detect import Format
from gonogo.checks.predictors.mlmodel import Feature
from gonogo.core.errors import Invalid
from gonogo.stats.arrays import Floats

if TYPE_CHECKING:
    import pandas as pd

DTYPES = {
    "double": "float64",
    "float": "float32",
    "long": "int64",
    "integer": "int32",
    "boolean": "bool",
}
"""What a column of the signature's type becomes; text and times stay as they are."""


@dataclass(frozen=True, slots=True, eq=False)
class Predictor:
    """A model that was loaded without running code of its own."""

    format: Format
    features: tuple[Feature, ...]
    """The columns it reads, in their order."""
    raw: Callable[["pd.DataFrame"], Any]
    """The model's own score of columns that were selected and cast, in whatever shape it gives."""
    native: Any = None
    """The model itself: a LightGBM booster, a scikit-learn estimator, an ONNX session."""

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns it reads."""
        return tuple(feature.name for feature in self.features)

    def predict_score(self, frame: "pd.DataFrame") -> Floats:
        """One score for each row of `frame`, float64 of shape (n,), greater is more of a yes.

        Columns are selected by name, put in order and cast to the types of the signature; others
        are not looked at. Raises `Invalid` naming a column that is absent, missing values or of
        another type, and where the model does not give one finite number for each row.
        """
        rows = select(frame, self.features)
        return _scores(self._given(rows), len(rows)) if len(rows) else np.empty(0)

    def predict_outputs(self, frame: "pd.DataFrame") -> Floats:
        """All that the model says of each row of `frame`, float64 of shape (n,) or (n, k).

        The scores of all classes, the numbers of several targets. Raises as `predict_score`.
        """
        rows = select(frame, self.features)
        return _outputs(self._given(rows), len(rows)) if len(rows) else np.empty(0)

    def _given(self, rows: "pd.DataFrame") -> Any:
        try:
            return self.raw(rows)
        # What a runtime raises for rows it cannot take is of its own making, and no fault of ours.
        except (ValueError, TypeError, KeyError, RuntimeError) as error:
            raise Invalid(
                field="data", value=str(error), expected="rows the model takes"
            ) from error


def select(frame: "pd.DataFrame", features: Sequence[Feature]) -> "pd.DataFrame":
    """The columns of `features` in their order and types; raises `Invalid` naming the column."""
    import pandas as pd

    names = [feature.name for feature in features]
    wanted = {DTYPES.get(feature.type) for feature in features}
    if wanted == {"float64"} and frame.columns.is_unique and set(names) <= set(frame.columns):
        rows = frame[names]
        # The common case, and many times as quick for a single row: nothing is to be cast.
        if all(dtype == np.float64 for dtype in rows.dtypes):
            return rows
    columns = {}
    for feature in features:
        if feature.name not in frame.columns:
            raise Invalid(field="data", value=feature.name, expected="a column the model reads")
        columns[feature.name] = _cast(frame[feature.name], feature)
    return pd.DataFrame(columns, index=frame.index)


def _cast(values: "pd.Series[Any]", feature: Feature) -> "pd.Series[Any]":
    dtype = DTYPES.get(feature.type)
    if dtype is None:
        return values
    gone = int(values.isna().sum())
    # Only floats have a word for missing.
    if gone and not dtype.startswith("float"):
        raise Invalid(
            field=f"data.{feature.name}", value=f"{gone} missing values", expected=feature.type
        )
    try:
        cast = values.astype(dtype)  # type: ignore[call-overload]  # one of DTYPES, all of them known
    except (TypeError, ValueError) as error:
        raise Invalid(
            field=f"data.{feature.name}", value=str(values.dtype), expected=feature.type
        ) from error
    if dtype.startswith("int") and not (cast == values).all():
        raise Invalid(
            field=f"data.{feature.name}",
            value="fractions",
            expected=f"{feature.type}: whole numbers",
        )
    found: pd.Series[Any] = cast
    return found


def _scores(given: npt.ArrayLike, n: int) -> Floats:
    found = np.asarray(given)
    if found.ndim == 2:
        if found.shape[1] > 2:
            raise Invalid(
                field="model", value=f"{found.shape[1]} classes", expected="a yes and a no"
            )
        found = found[:, -1]
    if found.shape != (n,) or not np.issubdtype(found.dtype, np.floating):
        raise Invalid(
            field="model",
            value=f"{found.dtype} of shape {found.shape}",
            expected=f"one score, no label, for each of {n} rows",
        )
    return _finite(found)


def _outputs(given: npt.ArrayLike, n: int) -> Floats:
    found = np.asarray(given)
    if found.ndim not in {1, 2} or found.shape[0] != n or found.dtype.kind not in "fiu":
        raise Invalid(
            field="model",
            value=f"{found.dtype} of shape {found.shape}",
            expected=f"numbers for each of {n} rows",
        )
    return _finite(found)


def _finite(found: npt.NDArray[Any]) -> Floats:
    scores: Floats = found.astype(np.float64)
    if not np.isfinite(scores).all():
        raise Invalid(field="model", value="missing or infinite scores", expected="finite scores")
    return scores
