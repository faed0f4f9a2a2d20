"""What checks find of a dataset that passed: the same numbers as of one in memory."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from gonogo.checks.data.declared import (
    strange_columns,
    told_balance,
    told_duplicates,
    told_missing,
    told_ranges,
    told_violations,
)
from gonogo.checks.findings.finding import Asked, Finding
from gonogo.checks.findings.parameters import Settings, settle_parameters
from gonogo.checks.inputs.schema import ColumnSpec, Schema
from gonogo.checks.streamed.columns import ORDER, DataSummary, Problem
from gonogo.core.catalogue import check_spec
from gonogo.core.errors import Invalid
from gonogo.stats.counts import Counts

DUPLICATES, BALANCE = "data.duplicate_share", "data.class_balance"


@dataclass(frozen=True, slots=True)
class DataPlan:
    """What is asked of a dataset, complete, before the first row passes."""

    checks: tuple[Asked, ...]
    schema: Schema

    def summary(self) -> DataSummary:
        """An empty summary that counts all that is asked; each part of the rows takes one."""
        labels = [str(one.parameters["label"]) for one in self.checks if "label" in one.parameters]
        hashed = any(one.check == DUPLICATES for one in self.checks)
        return DataSummary(self.schema, labels=labels, hashed=hashed)

    def findings(self, rows: DataSummary) -> list[Finding]:
        """What the checks find of `rows`, in the order in which they are asked."""
        return [
            STREAMED_DATA[one.check](settle_parameters(one.check, one.parameters), rows)
            for one in self.checks
        ]


def plan_data(
    schema: Schema, *, label: str | None = None, checks: Sequence[Asked] | None = None
) -> DataPlan:
    """What is to be counted by `checks`; without them by the usual ones, as `measure_data`.

    Raises `Invalid` for a check that cannot be read while rows pass.
    """
    if checks is None:
        checks = [Asked(one) for one in STREAMED_DATA if label is not None or one != BALANCE]
    return DataPlan(tuple(_completed(one, label) for one in checks), schema)


def _completed(asked: Asked, label: str | None) -> Asked:
    spec = check_spec(asked.check)
    if spec.name not in STREAMED_DATA:
        expected = f"one that is read while rows pass: {', '.join(STREAMED_DATA)}"
        raise Invalid(field="check", value=spec.name, expected=expected)
    if label is None or spec.parameter("label") is None:
        return asked
    return Asked(spec.name, {"label": label, **asked.parameters})


def _violations(settings: Settings, rows: DataSummary) -> Finding:
    found = strange_columns(rows.names, rows.schema)
    outside = len(ORDER) - 1
    for (_, kind), one in sorted(rows.counted.problems.items()):
        if kind != outside and one.count:
            found.append(one.told())
    return told_violations(settings, found, rows.counted.n)


def _missing(settings: Settings, rows: DataSummary) -> Finding:
    chosen = _chosen(rows, settings.find("column"), "with.column")
    found = {column.name: rows.counted.missing.get(column.name, 0) for column in chosen}
    return told_missing(settings, found, rows.counted.n)


def _ranges(settings: Settings, rows: DataSummary) -> Finding:
    outside = {
        one.column: one
        for (_, kind), one in rows.counted.problems.items()
        if kind == len(ORDER) - 1
    }
    found = []
    for column in _chosen(rows, settings.find("column"), "with.column"):
        if column.ranged:
            problem = outside.get(column.name, Problem(column.name, ORDER[-1]))
            found.append((column, rows.counted.looked.get(column.name, 0), problem.told()))
    return told_ranges(settings, found, rows.counted.n)


def _duplicates(settings: Settings, rows: DataSummary) -> Finding:
    return told_duplicates(settings, rows.compared, rows.different(), rows.counted.n)


def _balance(settings: Settings, rows: DataSummary) -> Finding:
    name = settings.find("label")
    if name is None:
        raise Invalid(field="with.label", expected="the label column")
    column = _chosen(rows, name, "with.label")[0]
    found = rows.counted.labels[column.name]
    if found.strange:
        raise Invalid(
            field=column.name,
            value=f"{found.strange} of {rows.counted.n} labels",
            expected="only 0 and 1",
        )
    return told_balance(settings, Counts(found.yes, found.yes + found.no))


STREAMED_DATA: Mapping[str, Callable[[Settings, DataSummary], Finding]] = {
    "data.schema_violations": _violations,
    "data.missing_share": _missing,
    "data.range_violations": _ranges,
    DUPLICATES: _duplicates,
    BALANCE: _balance,
}
"""The checks that a dataset can be measured by while it passes."""


def _chosen(rows: DataSummary, name: object, field: str) -> list[ColumnSpec]:
    """All columns that are declared and there, or the one that was asked for."""
    chosen = [column for column in rows.present if name is None or column.name == name]
    if name is not None and not chosen:
        raise Invalid(field=field, value=name, expected="a column that is declared and there")
    return chosen
