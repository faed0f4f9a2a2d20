"""A scored table of any size as Parquet, piece by piece: a size has always the same rows."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from gonogo.checks.inputs.schema import ColumnSpec, ColumnType, Role

PIECE = 1 << 20
RACES, SEXES = ("a", "b", "c", "d"), ("f", "m")
SCHEMA = (
    ColumnSpec("approve", ColumnType.BOOLEAN, role=Role.LABEL),
    ColumnSpec("score", ColumnType.NUMBER, minimum=0, maximum=1, role=Role.OTHER),
    ColumnSpec("race", ColumnType.CATEGORY, categories=RACES[:3], role=Role.PROTECTED),
    ColumnSpec("sex", ColumnType.CATEGORY, categories=SEXES, role=Role.PROTECTED),
    ColumnSpec("age", ColumnType.INTEGER, minimum=18, maximum=90),
    ColumnSpec("income", ColumnType.NUMBER, nullable=True),
)
"""What the table declares; some of its ages and races are not as declared."""


def write(path: Path, rows: int, step: Callable[[int], None]) -> None:
    """Write the table to `path`; `step` is told of rows as they are written."""
    rng = np.random.default_rng(20261121)
    with pq.ParquetWriter(path, _piece(rng, 1).schema) as writer:
        for start in range(0, rows, PIECE):
            size = min(PIECE, rows - start)
            writer.write_table(_piece(rng, size))
            step(size)


def _piece(rng: np.random.Generator, rows: int) -> Any:
    score = rng.beta(2, 3, rows)
    race = rng.integers(0, len(RACES), rows)
    income = rng.lognormal(10, 1, rows).round(-2)
    return pa.table(
        {
            # A group of which fewer should be approved, so that there is something to find.
            "approve": (rng.random(rows) < score * (1 - 0.05 * race)).astype(np.int8),
            "score": score,
            "race": np.array(RACES)[race],
            "sex": np.array(SEXES)[rng.integers(0, len(SEXES), rows)],
            "age": rng.integers(18, 92, rows),
            "income": pa.array(income, mask=rng.random(rows) < 0.02),
        }
    )
