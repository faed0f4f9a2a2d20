"""scikit-learn models in skops files: only types that are trusted are ever built."""

import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gonogo.checks.predictors.mlmodel import Feature
from gonogo.core.errors import Invalid

if TYPE_CHECKING:
    import pandas as pd

TRUSTED = (
    "collections.OrderedDict",
    "lightgbm.basic.Booster",
    "lightgbm.sklearn.LGBMClassifier",
    "lightgbm.sklearn.LGBMRegressor",
    "numpy.dtype",
)
"""Trusted besides what skops itself trusts: LightGBM's estimators, which hold their own text, and
the names of number types, which imputers keep."""
LARGEST = 1 << 31
"""Bytes a file may unpack to."""


def load_skops(
    path: Path, features: tuple[Feature, ...], trusted: Sequence[str]
) -> tuple[tuple[Feature, ...], Callable[["pd.DataFrame"], Any]]:
    """The features and the score of the estimator in the skops file at `path`.

    The score is the probability of the second class, else the decision function, else the
    prediction. Raises `Invalid` naming types that neither skops nor `trusted` trusts.
    """
    model = _load(path, trusted)
    named = hasattr(model, "feature_names_in_")
    if not features and named:
        features = tuple(Feature(str(name), "") for name in model.feature_names_in_)
    if not features:
        raise Invalid(field="model", value=path.name, expected="a signature that names its columns")
    ask = next(
        (
            getattr(model, name)
            for name in ("predict_proba", "decision_function", "predict")
            if hasattr(model, name)
        ),
        None,
    )
    if ask is None:
        raise Invalid(field="model", value=type(model).__name__, expected="an estimator")
    # An estimator that was fitted without names warns when it is given some.
    return features, lambda rows: ask(rows if named else rows.to_numpy())


def _load(path: Path, trusted: Sequence[str]) -> Any:
    import skops.io
    from skops.io.exceptions import UntrustedTypesFoundException

    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(info.file_size for info in archive.infolist())
        if size > LARGEST:
            raise Invalid(field="model", value=f"{size:,} bytes", expected=f"{LARGEST:,} at most")
        wanted = skops.io.get_untrusted_types(file=path)
        strange = [name for name in wanted if name not in (*TRUSTED, *trusted)]
        if strange:
            raise Invalid(
                field="model",
                value=f"{path.name}: {', '.join(strange[:5])}",
                expected="only types that are trusted",
            )
        return skops.io.load(path, trusted=wanted)
    except (
        UntrustedTypesFoundException,
        zipfile.BadZipFile,
        AttributeError,
        ImportError,
        KeyError,
        OSError,
        RecursionError,
        TypeError,
        ValueError,
    ) as error:
        raise Invalid(
            field="model", value=f"{path.name}: {error}", expected="a skops file"
        ) from error
