"""A dataset that is too large for memory: what can be measured as it passes is."""

from collections.abc import Callable, Sequence
from typing import BinaryIO

from gonogo.checks.findings.finding import Asked, Finding
from gonogo.checks.inputs.schema import Schema
from gonogo.checks.inputs.tabular import Format
from gonogo.checks.streamed.data_checks import STREAMED_DATA, plan_data
from gonogo.checks.streamed.parquet import (
    ReferenceFile,
    Tell,
    measure_data_file,
    measure_overlap_file,
    silent,
)
from gonogo.checks.table import OVERLAP

LARGE = 1_000_000
"""Rows from which on a dataset passes."""
Hold = Callable[[Sequence[Asked]], Sequence[Finding]]
"""Measures in memory, by checks that need all rows at once."""


def is_large(form: Format, rows: int) -> bool:
    """Whether a dataset is measured as it passes; a CSV is not: its types are those of all rows."""
    return form is Format.PARQUET and rows >= LARGE


def measure_large(
    source: BinaryIO,
    schema: Schema,
    *,
    label: str | None = None,
    reference: ReferenceFile | None = None,
    checks: Sequence[Asked] | None = None,
    beside: Sequence[Asked] = (),
    hold: Hold,
    tell: Tell = silent,
) -> list[Finding]:
    """What a Parquet file shows by `checks`, as `measure_data`: one scan for all that can pass.

    Without checks by the usual ones, the overlap with `reference` where there is one, and those
    `beside`. The others are handed to `hold` all at once, which is not called without any.
    """
    if checks is None:
        overlap = [] if reference is None else [Asked(OVERLAP)]
        checks = [*plan_data(schema, label=label).checks, *overlap, *beside]
    passing = [one for one in checks if one.check in STREAMED_DATA]
    held = [
        one for one in checks if one not in passing and (one.check != OVERLAP or reference is None)
    ]
    found = iter(
        measure_data_file(source, plan_data(schema, label=label, checks=passing), tell=tell)
        if passing
        else []
    )
    rest = iter(hold(held) if held else [])
    findings = []
    for one in checks:
        if one in passing:
            findings.append(next(found))
        elif one in held or reference is None:
            findings.append(next(rest))
        else:
            findings.append(measure_overlap_file(source, schema, one.parameters, reference))
    return findings
