"""MLflow's client without its advice: a mission says what happens itself."""

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr
from io import StringIO


@contextmanager
def quiet() -> Iterator[None]:
    """Nothing but what the block itself says."""
    import mlflow  # noqa: F401  # loading it sets the levels of its loggers

    with warnings.catch_warnings(), redirect_stderr(StringIO()):
        warnings.simplefilter("ignore")
        loggers = [logging.getLogger(name) for name in ("mlflow", "alembic", "skl2onnx")]
        before = [logger.level for logger in loggers]
        for logger in loggers:
            logger.setLevel(logging.ERROR)
        try:
            yield
        finally:
            for logger, level in zip(loggers, before, strict=True):
                logger.setLevel(level)
