"""What a dataset holds, against what it declares: counted over all of its rows, so exact."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from gonogo.checks.findings.finding import Finding
from gonogo.checks.findings.parameters import Settings, settle_parameters
from gonogo.checks.inputs.cells import answers, beyond, fingerprints, missing, strangers
from gonogo.checks.inputs.schema import ColumnSpec, Role, Schema
from gonogo.core.canonical import Json
from gonogo.core.errors import Invalid
from gonogo.core.evidence import Parameters
from gonogo.stats.arrays import Bools
from gonogo.stats.counts import Counts
from gonogo.stats.estimate import Measured, Undefined, exact

if TYPE_CHECKING:
    import pandas as pd

SHOWN = 5
"""Rows that are named for each problem; values are not, they may be anyone's."""
OUTSIDE = "out of range"
"""The problem of a value that lies outside the range of its column."""
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
    found = strange_columns([str(name) for name in frame.columns], schema)
    for column, values in present_columns(frame, schema):
        found.extend(problem(column, text, bad) for text, bad in strangers(column, values))
    return told_violations(settings, found, len(frame))


def told_violations(settings: Settings, found: Sequence[Json], n: int) -> Finding:
    """What `schema_violations` tells of problems that are known, in `n` rows."""
    count = sum(int(one["count"]) for one in found if isinstance(one, dict))
    measured: Measured = Undefined("no observations", n=0)
    if n:
        measured = exact(count, n=n, unit="count", of=OF)
    return Finding("data.schema_violations", settings.values, measured, {"violations": found})


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
    return told_missing(settings, by_column, len(frame))


def told_missing(settings: Settings, by_column: Mapping[str, int], n: int) -> Finding:
    """What `missing_share` tells of missing cells counted by column, in `n` rows."""
    measured = exact_share(sum(by_column.values()), n * len(by_column), "cell")
    shares: list[Json] = [
        {"column": name, "missing": count, "n": n} for name, count in by_column.items()
    ]
    return Finding("data.missing_share", settings.values, measured, {"columns": shares})


def range_violations(frame: "pd.DataFrame", schema: Schema, asked: Parameters) -> Finding:
    """Share of values outside the range of their column, in [0, 1], unit share.

    Only columns that declare a range, and only values that are there. `Undefined` where no column
    declares one. Detail: for each such column the count, range and first row numbers (from 0).
    """
    check = "data.range_violations"
    settings = settle_parameters(check, asked)
    found = []
    for column, values in chosen_columns(frame, schema, settings.find("column")):
        if column.ranged:
            bad, checked = beyond(column, values)
            found.append((column, checked, problem(column, OUTSIDE, bad)))
    return told_ranges(settings, found, len(frame))


def told_ranges(
    settings: Settings, found: Sequence[tuple[ColumnSpec, int, dict[str, Json]]], rows: int
) -> Finding:
    """What `range_violations` tells of columns with a range: values looked at, those outside."""
    check = "data.range_violations"
    if not found:
        nothing = Undefined("no column declares a range", n=rows)
        return Finding(check, settings.values, nothing)
    told: list[Json] = [
        {"minimum": column.minimum, "maximum": column.maximum, "n": n, **outside}
        for column, n, outside in found
    ]
    out = sum(int(str(outside["count"])) for _, _, outside in found)
    n = sum(checked for _, checked, _ in found)
    return Finding(check, settings.values, exact_share(out, n, "value"), {"columns": told})


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
    different = np.unique(fingerprints(frame, columns)).size if columns else 0
    return told_duplicates(settings, columns, different, len(frame))


def told_duplicates(
    settings: Settings, columns: Sequence[ColumnSpec], different: int, n: int
) -> Finding:
    """What `duplicate_share` tells of `n` rows of which so many are different."""
    check = "data.duplicate_share"
    if not columns:
        nothing = Undefined("no column to compare rows by", n=n)
        return Finding(check, settings.values, nothing)
    repeats = n - different
    detail: dict[str, Json] = {"repeats": repeats, "columns": [column.name for column in columns]}
    return Finding(check, settings.values, exact_share(repeats, n, "row"), detail)


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
    return told_balance(settings, answers(column, values))


def told_balance(settings: Settings, counts: Counts) -> Finding:
    """What `class_balance` tells of labels that were counted."""
    check = "data.class_balance"
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
    settings = overlap_settings(asked, reference.dataset)
    features = features_of(schema)
    if not features:
        return told_overlap(settings, features, Overlap(len(frame), len(reference.frame), 0))
    for where, rows in (("data", frame), ("reference", reference.frame)):
        no_twins(where, rows)
        need_columns(where, [str(name) for name in rows.columns], features)
    known = np.unique(fingerprints(reference.frame, features))
    shared = int(np.isin(fingerprints(frame, features), known).sum())
    return told_overlap(settings, features, Overlap(len(frame), len(reference.frame), shared))


@dataclass(frozen=True, slots=True)
class Overlap:
    """How many rows two datasets have, and how many of the first stand in the second."""

    rows: int
    reference_rows: int
    shared: int


def overlap_settings(asked: Parameters, dataset: str) -> Settings:
    """The parameters of `train_test_overlap`, whose reference is `dataset`; raises `Invalid`."""
    settings = settle_parameters("data.train_test_overlap", asked, reference=dataset)
    if settings.text("reference") != dataset:
        raise Invalid(field="with.reference", value=settings.text("reference"), expected=dataset)
    return settings


def features_of(schema: Schema) -> list[ColumnSpec]:
    """The columns that are declared a feature."""
    return [column for column in schema if column.role is Role.FEATURE]


def need_columns(where: str, there: Sequence[str], wanted: Sequence[ColumnSpec]) -> None:
    """Raise `Invalid` naming `where` the first of the wanted columns is not."""
    absent = [column.name for column in wanted if column.name not in there]
    if absent:
        raise Invalid(field=where, value=absent[0], expected="a column that is declared")


def told_overlap(settings: Settings, features: Sequence[ColumnSpec], found: Overlap) -> Finding:
    """What `train_test_overlap` tells of rows that were compared by `features`."""
    check = "data.train_test_overlap"
    if not features:
        nothing = Undefined("no column is declared a feature", n=found.rows)
        return Finding(check, settings.values, nothing)
    detail: dict[str, Json] = {
        "rows": found.rows,
        "reference_rows": found.reference_rows,
        "shared": found.shared,
        "features": [column.name for column in features],
    }
    return Finding(check, settings.values, exact_share(found.shared, found.rows, "row"), detail)


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


def strange_columns(there: Sequence[str], schema: Schema) -> list[Json]:
    """The problems with columns as a whole, where `there` are those of the data."""
    declared = {column.name for column in schema}
    absent = [(name, "declared, but absent") for name in sorted(declared - set(there))]
    more = [(name, "not declared") for name in there if name not in declared]
    return [
        {"column": name, "problem": text, "count": 1, "rows": []} for name, text in absent + more
    ]


def problem(column: ColumnSpec, text: str, bad: Bools) -> dict[str, Json]:
    """A problem of a column as it is told: how many cells, and the first rows from 0."""
    rows: npt.NDArray[np.intp] = np.flatnonzero(bad)
    return {
        "column": column.name,
        "problem": text,
        "count": int(rows.size),
        "rows": [int(row) for row in rows[:SHOWN]],
    }


def exact_share(count: int, n: int, what: str) -> Measured:
    """`count` of all `n`, unit share; `what` is counted, in the singular."""
    if n == 0:
        return Undefined(f"no {what} to count", n=0)
    return exact(count / n, n=n, unit="share", of=OF)
