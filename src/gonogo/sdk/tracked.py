"""MLflow through its ordinary client: pointed at gonogo, runs tagged, models without pickle."""

import os
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from gonogo.core.errors import Invalid
from gonogo.sdk import needs

if TYPE_CHECKING:
    import pandas as pd

Tracking = Callable[[], tuple[str, str | None]]
"""Gives MLflow's URI and the token it needs, when first asked."""

TAG = "gonogo.hypothesis"
"""Tag of a run: the hypothesis it tests, case/name."""
CASE_TAG = "gonogo.case"
"""Tag of a run: the use case it is for."""
COMMIT_TAG = "mlflow.source.git.commit"
EXPERIMENT_SET = "_active_experiment_id"
"""MLflow's own name for the experiment that was set."""
MINE = ("MLFLOW_TRACKING_TOKEN", "MLFLOW_TRACKING_URI", "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT")


@contextmanager
def pointed(tracking: Tracking) -> Iterator[None]:
    """Let MLflow's client speak to the server that `tracking` names; afterwards as before."""
    import mlflow

    uri, token = tracking()
    environment = {name: os.environ.get(name) for name in MINE}
    before = mlflow.get_tracking_uri() if mlflow.is_tracking_uri_set() else None  # type: ignore[no-untyped-call]  # MLflow says nothing of it
    if token is not None:
        os.environ["MLFLOW_TRACKING_TOKEN"] = token
    os.environ["MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT"] = "true"
    mlflow.set_tracking_uri(uri)
    try:
        yield
    finally:
        mlflow.set_tracking_uri(before)  # type: ignore[arg-type]  # None unsets it
        for name, value in environment.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@contextmanager
def no_experiment_set() -> Iterator[None]:
    """Forget for a while what `mlflow.set_experiment` set: a run of another is not taken up then.

    MLflow has no public way to ask for it or to unset it.
    """
    from mlflow.tracking import fluent

    before = getattr(fluent, EXPERIMENT_SET, None)
    setattr(fluent, EXPERIMENT_SET, None)
    try:
        yield
    finally:
        setattr(fluent, EXPERIMENT_SET, before)


def experiment(name: str) -> str:
    """The id of the experiment called `name`, made where it is not there yet."""
    from mlflow import MlflowClient
    from mlflow.exceptions import MlflowException

    client = MlflowClient()
    found = client.get_experiment_by_name(name)
    if found is None:
        try:
            return str(client.create_experiment(name))
        except MlflowException:
            # Somebody made it in between, or it cannot be made: then this says so.
            found = client.get_experiment_by_name(name)
            if found is None:
                raise
    return str(found.experiment_id)


def log_model(
    model: object,
    sample: "pd.DataFrame | None",
    scores: object,
    requirements: Sequence[str] | None = None,
) -> str:
    """Log `model` into the active run without pickle; its URI.

    scikit-learn estimators become skops, LightGBM models their own text, XGBoost's its own binary
    JSON, ONNX stays ONNX. The signature is that of `sample`, rows of the columns the model reads,
    and their `scores`. Without `requirements` the format tells what the model needs, where it holds
    types of scikit-learn alone, or is LightGBM's or ONNX; else MLflow finds out.
    """
    import mlflow

    with warnings.catch_warnings():
        # It warns of whole-number columns, which cannot be missing later; the signature says so.
        warnings.simplefilter("ignore")
        signature = None if sample is None else mlflow.models.infer_signature(sample, scores)
        save, given, more = _flavor(model)
        if requirements is not None:
            more = {**more, "pip_requirements": list(requirements)}
        info: Any = save(given, name="model", signature=signature, **more)
    return str(info.model_uri)


def _flavor(model: object) -> tuple[Callable[..., Any], object, Mapping[str, Any]]:
    """How MLflow logs such a model, the model as it is logged, and what else it wants to know."""
    if is_onnx(model):
        import mlflow.onnx

        told = {"pip_requirements": needs.pinned(needs.ONNX)}
        return mlflow.onnx.log_model, model, {"save_as_external_data": False, **told}
    booster = getattr(model, "booster_", model)
    if is_booster(booster):
        import mlflow.lightgbm

        told = {"pip_requirements": needs.pinned(needs.LIGHTGBM)}
        return mlflow.lightgbm.log_model, booster, told
    if is_xgboost(model):
        import mlflow.xgboost

        return mlflow.xgboost.log_model, model, {"model_format": "ubj"}
    if hasattr(model, "get_params"):
        import mlflow.sklearn
        import skops.io

        # The caller made this very object: what it is made of needs no trust here. The server
        # keeps a list of its own of what it loads.
        types = skops.io.get_untrusted_types(data=skops.io.dumps(model))
        return (
            mlflow.sklearn.log_model,
            model,
            {
                "serialization_format": "skops",
                "skops_trusted_types": types,
                **needs.of_types(types),
            },
        )
    raise Invalid(
        field="model",
        value=type(model).__name__,
        expected="a scikit-learn estimator, a model of LightGBM or XGBoost, or an ONNX model",
    )


def is_onnx(model: object) -> bool:
    """Whether it is an ONNX model, without importing onnx."""
    return type(model).__name__ == "ModelProto" and hasattr(model, "SerializeToString")


def is_booster(model: object) -> bool:
    """Whether it is LightGBM's own model, without importing LightGBM."""
    return type(model).__name__ == "Booster" and hasattr(model, "feature_name")


def is_xgboost(model: object) -> bool:
    """Whether it is a model of XGBoost's, without importing XGBoost."""
    return type(model).__module__.partition(".")[0] == "xgboost" and hasattr(model, "save_model")
