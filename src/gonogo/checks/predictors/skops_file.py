"""scikit-learn models in skops files: only types that are trusted are ever built."""

import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from gonogo.checks.predictors.detect import Format
from gonogo.checks.predictors.mlmodel import Feature
from gonogo.checks.predictors.predictor import Predictor
from gonogo.core.errors import Invalid

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


def load_skops(path: Path, features: tuple[Feature, ...], trusted: Sequence[str]) -> Predictor:
    """The estimator in the skops file at `path`.

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
    return Predictor(
        Format.SKOPS, features, lambda rows: ask(rows if named else rows.to_numpy()), model
    )


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
