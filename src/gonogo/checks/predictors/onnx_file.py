"""ONNX models, run by ONNX Runtime on the processor with one thread, so that runs agree."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from gonogo.checks.predictors.detect import Format
from gonogo.checks.predictors.mlmodel import Feature
from gonogo.checks.predictors.predictor import Predictor
from gonogo.core.errors import Invalid

if TYPE_CHECKING:
    import pandas as pd

DTYPES = {
    "tensor(float)": np.float32,
    "tensor(double)": np.float64,
    "tensor(int64)": np.int64,
    "tensor(int32)": np.int32,
    "tensor(bool)": np.bool_,
    "tensor(string)": np.object_,
}
"""ONNX Runtime's names of the types that a column can be handed in as."""
PROBABILITIES = ("probabilities", "output_probability", "probability")
"""How converters call the output that holds the probabilities of the classes."""


def load_onnx(
    path: Path,
    features: tuple[Feature, ...],
    trusted: Sequence[str],  # noqa: ARG001  # all loaders are called alike
) -> Predictor:
    """The ONNX model at `path`; `trusted` is not needed.

    It takes one matrix of all features, or one input for each. The score is the probability of the
    second class, else the only output. Raises `Invalid` where the bytes are no model and where the
    columns are not known.
    """
    session = _session(path)
    inputs = session.get_inputs()
    output = _output([one.name for one in session.get_outputs()])
    matrix = len(inputs) == 1 and (len(features) > 1 or _width(inputs[0]) != 1)
    if not features:
        if matrix:
            raise Invalid(
                field="model", value=path.name, expected="a signature that names its columns"
            )
        features = tuple(Feature(one.name, "") for one in inputs)
    unknown = [one.type for one in inputs if one.type not in DTYPES]
    if unknown or (not matrix and {f.name for f in features} != {i.name for i in inputs}):
        raise Invalid(
            field="model",
            value=", ".join(f"{one.name}: {one.type}" for one in inputs[:5]),
            expected="one matrix, or one input for each column of the signature",
        )

    def score(rows: "pd.DataFrame") -> Any:
        feed: dict[str, Any] = {}
        for one in inputs:
            columns = rows if matrix else rows[[one.name]]
            feed[one.name] = columns.to_numpy().astype(DTYPES[one.type])
        try:
            return _second_class(session.run([output], feed)[0])
        except _runtime_errors() as error:
            raise ValueError(str(error)) from error

    return Predictor(Format.ONNX, features, score, session)


def _session(path: Path) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 4
    try:
        return onnxruntime.InferenceSession(
            path, sess_options=options, providers=["CPUExecutionProvider"]
        )
    except _runtime_errors() as error:
        raise Invalid(
            field="model", value=f"{path.name}: {error}", expected="an ONNX model"
        ) from error


def _runtime_errors() -> tuple[type[Exception], ...]:
    """What ONNX Runtime raises; its exceptions have no common ancestor of their own."""
    from onnxruntime.capi import onnxruntime_pybind11_state as state

    return (
        state.Fail,
        state.InvalidArgument,
        state.InvalidGraph,
        state.InvalidProtobuf,
        state.NoSuchFile,
        state.NotImplemented,
        state.RuntimeException,
    )


def _width(one: Any) -> int | None:
    """Columns of an input, None where any number will do."""
    last = one.shape[-1] if len(one.shape) == 2 else 1
    return last if isinstance(last, int) else None


def _output(names: list[str]) -> str:
    return next((name for name in names if name in PROBABILITIES), names[-1])


def _second_class(given: Any) -> Any:
    """Probabilities as an array; converters also give a dictionary for each row."""
    if isinstance(given, list) and given and isinstance(given[0], Mapping):
        classes = sorted(given[0])
        return np.array([[row[one] for one in classes] for row in given], dtype=np.float64)
    return given
