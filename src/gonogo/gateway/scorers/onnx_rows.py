"""ONNX models, asked for one row in a buffer that is made once."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from gonogo.checks.predictors.onnx_file import DTYPES, PROBABILITIES
from gonogo.checks.predictors.predictor import Predictor
from gonogo.gateway.scorers.scorer import Row, Scorer

UNBOUNDED = (b"Loop", b"Scan", b"If")
"""Operators of ONNX that a model may spend any time in. Looked for in the file's bytes: a name that
only looks like one costs a thread, no answer."""


Fill = Callable[[Row], dict[str, Any]]
"""Values as what a session is fed with."""


def onnx_scorer(predictor: Predictor, file: Path) -> Scorer:
    """The session of `predictor`, whose model is in `file`."""
    session = predictor.native
    inputs = session.get_inputs()
    outputs = [one.name for one in session.get_outputs()]
    output = [next((name for name in outputs if name in PROBABILITIES), outputs[-1])]

    def prepared() -> Fill:
        if len(inputs) > 1 or inputs[0].name == predictor.names[0]:
            return _columns(inputs, predictor.names)
        return _matrix(inputs[0], len(predictor.names))

    fill = prepared()

    def one(values: Row) -> float:
        return _score(session.run(output, fill(values))[0])

    text = file.read_bytes()
    if any(name in text for name in UNBOUNDED):
        # A buffer for each call: two threads may be in it.
        return _stoppable(
            predictor.names, lambda values, how: session.run(output, prepared()(values), how)
        )
    return Scorer(predictor.names, one, bounded=True)


def _stoppable(names: tuple[str, ...], run: Callable[[Row, Any], Any]) -> Scorer:
    """A model that need not end: the runtime looks between operators whether it is to stop.

    Two threads may ask it, as the one that hangs in it has another take its place.
    """
    import onnxruntime

    running: list[Any] = []

    def one(values: Row) -> float:
        how = onnxruntime.RunOptions()
        running.append(how)
        try:
            return _score(run(values, how)[0])
        finally:
            running.remove(how)

    def stop() -> None:
        for how in tuple(running):
            how.terminate = True

    return Scorer(names, one, bounded=False, stop=stop)


def _matrix(given: Any, columns: int) -> Fill:
    buffer: Any = np.zeros((1, columns), dtype=DTYPES[given.type])
    feed = {given.name: buffer}
    row = buffer[0]

    def fill(values: Row) -> dict[str, Any]:
        row[:] = values
        return feed

    return fill


def _columns(inputs: list[Any], names: tuple[str, ...]) -> Fill:
    feed: dict[str, Any] = {one.name: np.zeros((1, 1), dtype=DTYPES[one.type]) for one in inputs}
    for one in inputs:
        if len(one.shape) == 1:
            feed[one.name] = np.zeros(1, dtype=DTYPES[one.type])
    flat = [feed[name].reshape(-1) for name in names]

    def fill(values: Row) -> dict[str, Any]:
        for place, value in enumerate(values):
            flat[place][0] = value
        return feed

    return fill


def _score(found: Any) -> float:
    """The probability of the second class, else the only number; NaN where there is none."""
    if isinstance(found, list):
        row = found[0] if found else {}
        if isinstance(row, Mapping) and row:
            return float(row[max(row)])
        return float("nan")
    flat = np.ravel(found)
    return float(flat[-1]) if 1 <= flat.size <= 2 else float("nan")
