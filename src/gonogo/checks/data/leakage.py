"""What a model must not be trained on: features that give the label away, or come too late."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from gonogo.checks.data.declared import (
    OF,
    chosen_columns,
    exact_share,
    present_columns,
    problem,
)
from gonogo.checks.findings import parameters as defaults
from gonogo.checks.findings.differences import bonferroni_level
from gonogo.checks.findings.finding import Finding
from gonogo.checks.findings.parameters import settle_parameters
from gonogo.checks.inputs.cells import answers, missing, numbers_of, times_of
from gonogo.checks.inputs.schema import ColumnType, Role, Schema
from gonogo.core.canonical import Json
from gonogo.core.errors import Invalid
from gonogo.core.evidence import Parameters
from gonogo.stats.arrays import Bools, Floats
from gonogo.stats.auc import auc_delong
from gonogo.stats.estimate import Estimate, Measured, Undefined, exact

if TYPE_CHECKING:
    import pandas as pd

DISTINCT = 0.95
"""Share of different values from which a feature is taken to name rows."""
FEWEST = 20
"""Rows below which nearly all of a column's values differ by chance."""
FOLDS = 5
"""Parts of the rows: a category's rate is learnt from the others."""
TOLD = 10
"""Features that are told, the strongest ones."""
STRONGEST = (
    "largest of {k}; upper end over all by union-intersection (Berger 1982), lower end Bonferroni "
    "(Dunn 1961); each: {each}"
)


@dataclass(frozen=True, slots=True, eq=False)
class _Reading:
    """One way to rank rows by one feature."""

    column: str
    how: str
    """The values, whether it is missing, or the rate of its category."""
    label: Bools
    score: Floats
    directed: bool
    """Whether the direction was learnt elsewhere; else the better one is taken."""


def single_feature_auc(frame: "pd.DataFrame", schema: Schema, asked: Parameters) -> Finding:
    """The largest ROC AUC that one feature alone reaches for `label`, in [0, 1], unit auc.

    Numbers, times and booleans rank by their value, in the better direction; where some are
    missing, "is missing" is tried as well. Categories and text rank by the share of yes among the
    rows with the same value in the other four of five folds, so that values that stand there once
    give nothing away. A value near 1 is no proof of leakage, it says where to look.

    `Undefined` for no rows, one class, no feature that ranks. Raises `Invalid` where the label is
    missing or not yes and no. Detail: the strongest features with their own intervals, and those
    that rank nothing with the reason.

    Source: DeLong et al. (1988) for each feature; the largest of them by Berger (1982),
    Technometrics 24, 295-300, and Dunn (1961), J. Am. Stat. Assoc. 56, 52-64, as in `extremes`.
    """
    check = "data.single_feature_auc"
    settings = settle_parameters(check, asked, level=defaults.LEVEL, seed=defaults.SEED)
    name = settings.find("label")
    if name is None:
        raise Invalid(field="with.label", expected="the label column")
    column, values = chosen_columns(frame, schema, name, field="with.label")[0]
    answers(column, values)
    label: Bools = numbers_of(values) == 1
    found: list[tuple[_Reading, Estimate]] = []
    left: list[Json] = []
    for reading in _readings(frame, schema, label, str(name), settings.whole("seed")):
        one = _area(reading, settings.level)
        if isinstance(one, Undefined):
            left.append({"column": reading.column, "by": reading.how, "reason": one.reason})
        else:
            found.append((reading, one))
    found.sort(key=lambda pair: (-pair[1].value, pair[0].column, pair[0].how))
    detail: dict[str, Json] = {
        "features": [_told(reading, one) for reading, one in found[:TOLD]],
        "left_out": left,
    }
    measured = _largest(found, settings.level, len(frame))
    return Finding(check, settings.values, measured, detail)


def identifier_columns(frame: "pd.DataFrame", schema: Schema, asked: Parameters) -> Finding:
    """How many features look like identifiers, unit count.

    Such are integers, categories and text of which at least the share `distinct` of the values that
    are there differ. An amount in whole units can be so too: the detail is to be looked at. Numbers
    with fractions and times are not counted, they differ by nature. `Undefined` below 20 rows.
    Detail: these columns with their share of different values.
    """
    check = "data.identifier_columns"
    settings = settle_parameters(check, asked, distinct=DISTINCT)
    limit = settings.number("distinct")
    if not 0 < limit <= 1:
        raise Invalid(field="with.distinct", value=limit, expected="above 0, at most 1")
    columns = [
        (column, values)
        for column, values in present_columns(frame, schema)
        if column.role is Role.FEATURE
        and column.type in (ColumnType.INTEGER, ColumnType.CATEGORY, ColumnType.TEXT)
    ]
    if len(frame) < FEWEST:
        nothing = Undefined(
            f"{len(frame)} rows, {FEWEST} are needed: of few rows all differ by chance",
            n=len(frame),
        )
        return Finding(check, settings.values, nothing)
    found: list[Json] = []
    for column, values in columns:
        there = values[~missing(column, values)].astype(str)
        if len(there) >= FEWEST and there.nunique() / len(there) >= limit:
            share = there.nunique() / len(there)
            found.append({"column": column.name, "distinct": share, "n": len(there)})
    measured = exact(len(found), n=len(frame), unit="count", of=OF)
    return Finding(check, settings.values, measured, {"columns": found, "looked_at": len(columns)})


def time_travel(frame: "pd.DataFrame", schema: Schema, asked: Parameters) -> Finding:
    """Share of the times in features that lie after the row's time of `decision`, unit share.

    What was not known when the decision was due must not inform it. Only features of type time are
    compared, all or the one `column`; cells where either time is missing are not counted. Raises
    `Invalid` where `decision` is no column of times. Detail: by column the count, the largest
    number of days after the decision, the first rows.
    """
    check = "data.time_travel"
    settings = settle_parameters(check, asked)
    name = settings.text("decision")
    decision, values = chosen_columns(frame, schema, name, field="with.decision")[0]
    if decision.type is not ColumnType.TIME:
        raise Invalid(field="with.decision", value=name, expected="a column of type time")
    decided = times_of(decision, values)
    chosen = chosen_columns(frame, schema, settings.find("column"))
    dated = [
        (column, times)
        for column, times in chosen
        if column.type is ColumnType.TIME and column.role is Role.FEATURE and column.name != name
    ]
    if not dated:
        nothing = Undefined("no feature is of type time", n=len(frame))
        return Finding(check, settings.values, nothing)
    found: list[Json] = []
    late = n = 0
    for column, cells in dated:
        after = (times_of(column, cells) - decided).dt.total_seconds().to_numpy() / 86400
        known = ~np.isnan(after)
        bad: Bools = known & (after > 0)
        late, n = late + int(bad.sum()), n + int(known.sum())
        found.append(
            {
                **problem(column, "after the decision", bad),
                "n": int(known.sum()),
                "most_days": float(after[bad].max()) if bad.any() else None,
            }
        )
    measured = exact_share(late, n, "pair of times")
    return Finding(check, settings.values, measured, {"columns": found})


def _readings(
    frame: "pd.DataFrame", schema: Schema, label: Bools, name: str, seed: int
) -> Iterator[_Reading]:
    for column, values in present_columns(frame, schema):
        if column.role is not Role.FEATURE or column.name == name:
            continue
        gone = missing(column, values)
        if column.type in (ColumnType.CATEGORY, ColumnType.TEXT):
            words = values.astype(str).mask(gone, "").to_numpy(dtype=str)
            rates = _crossed_rates(words, label, seed)
            yield _Reading(column.name, "rate of its category", label, rates, directed=True)
            continue
        if column.type is ColumnType.TIME:
            times = times_of(column, values)
            gone = times.isna().to_numpy(dtype=np.bool_)
            numbers: Floats = times.astype("int64").to_numpy().astype(np.float64)
        else:
            numbers = numbers_of(values)
            gone = gone | np.isnan(numbers)
        yield _Reading(column.name, "value", label[~gone], numbers[~gone], directed=False)
        if gone.any():
            absent = gone.astype(np.float64)
            yield _Reading(column.name, "whether it is missing", label, absent, directed=False)


def _crossed_rates(values: Any, label: Bools, seed: int) -> Floats:
    """For each row the share of yes among the rows of its value in the other folds, shape (n,).

    One row of the overall share is added to each, so a value that is not there has that share.
    Folds are drawn without regard to the label: dealt out evenly to the yes and the no of a value,
    the other folds would repeat the rate of the row's own. They are drawn for rows in order of
    value and label, so the order in which rows come changes nothing.
    """
    if not label.size:
        return np.empty(0)
    cells = np.unique(values, return_inverse=True)[1] * 2 + label
    fold = np.empty(label.size, dtype=np.int64)
    drawn = np.random.default_rng(seed).permutation(np.arange(label.size) % FOLDS)
    fold[np.argsort(cells, kind="stable")] = drawn
    kinds = int(cells.max()) // 2 + 1
    places = (cells // 2) * FOLDS + fold
    rows = np.bincount(places, minlength=kinds * FOLDS).reshape(kinds, FOLDS)
    yes = np.bincount(places[label], minlength=kinds * FOLDS).reshape(kinds, FOLDS)
    others = rows.sum(axis=1, keepdims=True) - rows
    rates = (yes.sum(axis=1, keepdims=True) - yes + label.mean()) / (others + 1)
    found: Floats = rates.ravel()[places]
    return found


def _area(reading: _Reading, level: float) -> Measured:
    found = auc_delong(reading.label, reading.score, level)
    if isinstance(found, Undefined) or reading.directed:
        return found
    low, high = found.low, found.high
    straddles = low < 0.5 < high
    best = max(found.value, 1 - found.value)
    return Estimate(
        value=best,
        low=0.5 if straddles else min(best, max(low, 1 - high)),
        high=max(high, 1 - low),
        level=level,
        n=found.n,
        unit="auc",
        method=found.method,
    )


def _largest(found: list[tuple[_Reading, Estimate]], level: float, n: int) -> Measured:
    """The largest AUC of all, knowing that it was picked."""
    if not found:
        return Undefined("no feature ranks the rows" if n else "no observations", n=n)
    top = found[0][1]
    if len(found) == 1:
        return top
    shared = bonferroni_level(level, len(found))
    lows = [
        one.low
        for one in (_area(reading, shared) for reading, _ in found)
        if isinstance(one, Estimate)
    ]
    return Estimate(
        value=top.value,
        low=min(max(lows), top.value),
        high=max(one.high for _, one in found),
        level=level,
        n=n,
        unit="auc",
        method=STRONGEST.format(k=len(found), each=top.method),
    )


def _told(reading: _Reading, one: Estimate) -> Json:
    return {
        "column": reading.column,
        "by": reading.how,
        "auc": one.value,
        "low": one.low,
        "high": one.high,
        "n": one.n,
    }
