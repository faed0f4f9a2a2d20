"""What a dataset holds, against what it declares: counted over all of its rows, so exact."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from gonogo.checks.cells import answers, beyond, fingerprints, missing, strangers
from gonogo.checks.finding import Finding
from gonogo.checks.parameters import settle_parameters
from gonogo.checks.schema import ColumnSpec, Role, Schema
from gonogo.core.canonical import Json
from gonogo.core.errors import Invalid
from gonogo.core.evidence import Parameters
from gonogo.stats.arrays import Bools
from gonogo.stats.estimate import Measured, Undefined, exact

if TYPE_CHECKING:
    import pandas as pd

SHOWN = 5
"""Rows that are named for each problem; values are not, they may be anyone's."""
OF = "all rows of the dataset version"


@dataclass(frozen=True, slots=True, eq=False)
class Reference:
    """Another dataset, to be compared with."""

    dataset: str
    """Its address: `dataset:loans@3f2a9c1d2e4f`."""
    frame: "pd.DataFrame"
    """Its rows."""


def schema_violations(frame: "pd.DataFrame", schema: Schema, asked: Parameters) -> Finding:
    """How often the data are not what was declared, unit count.

    Counted are each column that is declared and absent, each that is there and not declared, and
    each cell that is of another type, no category there is, or missing where it may not. A value
    out of its range is not among them: that is `range_violations`. Detail: by column and problem,
    with the first row numbers (from 0).
    """
    check = "data.schema_violations"
    settings = settle_parameters(check, asked)
    found: list[Json] = [
        {"column": name, "problem": problem, "count": 1, "rows": []}
        for name, problem in _strange_columns(frame, schema)
    ]
    for column, values in present_columns(frame, schema):
        found.extend(problem(column, text, bad) for text, bad in strangers(column, values))
    count = sum(int(one["count"]) for one in found if isinstance(one, dict))
    return Finding(check, settings.values, _exact(count, frame, "count"), {"violations": found})


def missing_share(frame: "pd.DataFrame", schema: Schema, asked: Parameters) -> Finding:
    """Share of cells that are missing, of one column or of all, in [0, 1], unit share.

    Missing are empty cells and those with one of the column's missing codes. Detail: the share of
    each column.
    """
    check = "data.missing_share"
    settings = settle_parameters(check, asked)
    by_column = {
        column.name: int(np.count_nonzero(missing(column, values)))
        for column, values in chosen_columns(frame, schema, settings.find("column"))
    }
    n = len(frame) * len(by_column)
    measured = exact_share(sum(by_column.values()), n, "cell")
    shares: list[Json] = [
        {"column": name, "missing": count, "n": len(frame)} for name, count in by_column.items()
    ]
    return Finding(check, settings.values, measured, {"columns": shares})


def range_violations(frame: "pd.DataFrame", schema: Schema, asked: Parameters) -> Finding:
    """Share of values outside the range of their column, in [0, 1], unit share.

    Only columns that declare a range, and only values that are there. `Undefined` where no column
    declares one. Detail: for each such column the count, range and first row numbers (from 0).
    """
    check = "data.range_violations"
    settings = settle_parameters(check, asked)
    chosen = chosen_columns(frame, schema, settings.find("column"))
    ranged = [pair for pair in chosen if pair[0].ranged]
    if not ranged:
        nothing = Undefined("no column declares a range", n=len(frame))
        return Finding(check, settings.values, nothing)
    found: list[Json] = []
    out = n = 0
    for column, values in ranged:
        bad, checked = beyond(column, values)
        out, n = out + int(bad.sum()), n + checked
        found.append(
            {
                "minimum": column.minimum,
                "maximum": column.maximum,
                "n": checked,
                **problem(column, "out of range", bad),
            }
        )
    return Finding(check, settings.values, exact_share(out, n, "value"), {"columns": found})


def duplicate_share(frame: "pd.DataFrame", schema: Schema, asked: Parameters) -> Finding:
    """Share of rows that repeat an earlier row, in [0, 1], unit share.

    Rows are alike when all columns but identifiers are; a missing value is like a missing value.
    Detail: how many rows are repeats, the columns that were compared.
    """
    check = "data.duplicate_share"
    settings = settle_parameters(check, asked)
    columns = [
        column for column, _ in present_columns(frame, schema) if column.role != Role.IDENTIFIER
    ]
    if not columns:
        nothing = Undefined("no column to compare rows by", n=len(frame))
        return Finding(check, settings.values, nothing)
    repeats = len(frame) - np.unique(fingerprints(frame, columns)).size
    detail: dict[str, Json] = {"repeats": repeats, "columns": [column.name for column in columns]}
    return Finding(check, settings.values, exact_share(repeats, len(frame), "row"), detail)


def class_balance(frame: "pd.DataFrame", schema: Schema, asked: Parameters) -> Finding:
    """Share of the rarer class of the label, in [0, 0.5], unit share.

    `Undefined` for one class. Raises `Invalid` where the label is missing or not yes and no.
    Detail: counts of yes and no.
    """
    check = "data.class_balance"
    settings = settle_parameters(check, asked)
    name = settings.find("label")
    if name is None:
        raise Invalid(field="with.label", expected="the label column")
    column, values = chosen_columns(frame, schema, name, field="with.label")[0]
    counts = answers(column, values)
    detail: dict[str, Json] = {"yes": counts.yes, "no": counts.no}
    rarer = min(counts.yes, counts.no)
    if counts.n and not rarer:
        one = Undefined(f"only one class: all {counts.n} labels are alike", n=counts.n)
        return Finding(check, settings.values, one, detail)
    return Finding(check, settings.values, exact_share(rarer, counts.n, "row"), detail)


def train_test_overlap(
    frame: "pd.DataFrame", schema: Schema, asked: Parameters, reference: Reference
) -> Finding:
    """Share of rows whose features all stand in a row of `reference` too, unit share.

    Features are compared by a 64-bit hash of the row: two different rows are taken for alike with
    a probability of one in 1.8e19. `Undefined` where no column is a feature; raises `Invalid` where
    either dataset lacks a feature. Detail: the rows of both, the features.
    """
    check = "data.train_test_overlap"
    settings = settle_parameters(check, asked, reference=reference.dataset)
    if settings.text("reference") != reference.dataset:
        raise Invalid(
            field="with.reference", value=settings.text("reference"), expected=reference.dataset
        )
    features = [column for column in schema if column.role is Role.FEATURE]
    if not features:
        nothing = Undefined("no column is declared a feature", n=len(frame))
        return Finding(check, settings.values, nothing)
    for where, rows in (("data", frame), ("reference", reference.frame)):
        no_twins(where, rows)
        absent = [column.name for column in features if column.name not in rows.columns]
        if absent:
            raise Invalid(field=where, value=absent[0], expected="a column that is declared")
    known = np.unique(fingerprints(reference.frame, features))
    shared = int(np.isin(fingerprints(frame, features), known).sum())
    detail: dict[str, Json] = {
        "rows": len(frame),
        "reference_rows": len(reference.frame),
        "shared": shared,
        "features": [column.name for column in features],
    }
    return Finding(check, settings.values, exact_share(shared, len(frame), "row"), detail)


def present_columns(
    frame: "pd.DataFrame", schema: Schema
) -> list[tuple[ColumnSpec, "pd.Series[Any]"]]:
    """The declared columns that are there, with their values; raises `Invalid` for twins."""
    no_twins("data", frame)
    return [(column, frame[column.name]) for column in schema if column.name in frame.columns]


def no_twins(where: str, frame: "pd.DataFrame") -> None:
    """Raise `Invalid` naming the first column name that is there twice."""
    if not frame.columns.is_unique:
        twice = frame.columns[frame.columns.duplicated()][0]
        raise Invalid(field=where, value=str(twice), expected="each column name once")


def chosen_columns(
    frame: "pd.DataFrame", schema: Schema, name: object, field: str = "with.column"
) -> list[tuple[ColumnSpec, "pd.Series[Any]"]]:
    """All columns that are declared and there, or the one that was asked for."""
    found = present_columns(frame, schema)
    if name is None:
        return found
    chosen = [pair for pair in found if pair[0].name == name]
    if not chosen:
        raise Invalid(field=field, value=name, expected="a column that is declared and there")
    return chosen


def _strange_columns(frame: "pd.DataFrame", schema: Schema) -> list[tuple[str, str]]:
    declared = {column.name for column in schema}
    there = [str(name) for name in frame.columns]
    absent = [(name, "declared, but absent") for name in sorted(declared - set(there))]
    return absent + [(name, "not declared") for name in there if name not in declared]


def problem(column: ColumnSpec, text: str, bad: Bools) -> dict[str, Json]:
    """A problem of a column as it is told: how many cells, and the first rows from 0."""
    rows: npt.NDArray[np.intp] = np.flatnonzero(bad)
    return {
        "column": column.name,
        "problem": text,
        "count": int(rows.size),
        "rows": [int(row) for row in rows[:SHOWN]],
    }


def _exact(count: float, frame: "pd.DataFrame", unit: str) -> Measured:
    if not len(frame):
        return Undefined("no observations", n=0)
    return exact(count, n=len(frame), unit=unit, of=OF)


def exact_share(count: int, n: int, what: str) -> Measured:
    """`count` of all `n`, unit share; `what` is counted, in the singular."""
    if n == 0:
        return Undefined(f"no {what} to count", n=0)
    return exact(count / n, n=n, unit="share", of=OF)
