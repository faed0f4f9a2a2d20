"""How the score goes with one column, all else as it is: on average, and row by row."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from gonogo.checks.findings.finding import Finding
from gonogo.checks.findings.parameters import Settings
from gonogo.checks.inputs.probing import Sample
from gonogo.checks.inputs.schema import ColumnSpec
from gonogo.checks.robustness.behaviour import told_value, tried_values, with_value
from gonogo.checks.robustness.wrong_inputs import probe_settings
from gonogo.checks.under_test import UnderTest
from gonogo.core.canonical import Json
from gonogo.core.errors import Invalid
from gonogo.core.evidence import Parameters
from gonogo.stats.estimate import Undefined
from gonogo.stats.ranges import Curves, Differences, differences, largest_range

CHECK = "explainability.partial_dependence"
ROWS = 300
STEPS = 8
"""Values of each column that are tried where not said otherwise."""
MIDDLE = (0.1, 0.9)
"""Between which shares of the rows' curves the spread is told."""


@dataclass(frozen=True, slots=True, eq=False)
class _Column:
    name: str
    values: list[Any]
    curves: Curves
    """Of each row answered at all values its score at each."""
    compared: Differences


def partial_dependence(under: UnderTest, asked: Parameters) -> Finding:
    """How far the mean score goes from its lowest to its highest over one column, unit score.

    Every row gets each of up to `steps` values that the column has in these rows, at evenly spaced
    ranks, all else staying; the mean of the rows' scores at a value is the partial dependence.
    Measured is the range of the column that moves it farthest, or of `column`; the interval is that
    of the rows, and knows that column and values were picked. Values may be put together that never
    meet: where columns go together, a curve tells of rows that there are not.

    Undefined where all rows move alike. Detail: of every column its curve, the spread of the rows'
    own curves around it (ICE: from the 10th to the 90th percentile, each from its own mean), and
    its range.

    Source: Friedman (2001), Annals of Statistics 29, 1189-1232; Goldstein, Kapelner, Bleich &
    Pitkin (2015), J. Comput. Graph. Stat. 24, 44-65.
    """
    settings = probe_settings(CHECK, under.probe, {"rows": ROWS, **asked}, steps=STEPS)
    if not 2 <= settings.whole("steps") <= 100:
        raise Invalid(field="with.steps", value=settings.whole("steps"), expected="2 to 100")
    columns = _wanted(under, settings)
    sample = under.probe.ordered(settings.whole("rows"), settings.whole("seed"))
    before = sample.scores()
    # Who refuses a row as it is refuses it with other values too, one question for each.
    sample = Sample(sample.probe, sample.frame[before.given], sample.places[before.given], None)
    found = [_of(sample, column, settings.whole("steps")) for column in columns]
    curves = [one for one in found if isinstance(one, _Column)]
    measured = largest_range([one.compared for one in curves], settings.level, "score")
    if isinstance(measured, Undefined) and not curves:
        few = "no observations" if not before.score.size else "the model answers none of the rows"
        measured = Undefined(measured.reason if sample.n else few, n=sample.n)
    detail: dict[str, Json] = {
        "rows": sample.n,
        "unanswered_before": before.refused,
        "columns": [_told(one) for one in sorted(curves, key=_strongest_first)],
        "left_out": [
            {"column": column.name, "reason": one.reason}
            for column, one in zip(columns, found, strict=True)
            if isinstance(one, Undefined)
        ],
    }
    return Finding(CHECK, settings.values, measured, detail)


def _wanted(under: UnderTest, settings: Settings) -> list[ColumnSpec]:
    one = settings.find("column")
    known = under.probe.columns
    return list(known) if one is None else [under.probe.column(str(one), known, "a column")]


def _of(sample: Sample, column: ColumnSpec, steps: int) -> _Column | Undefined:
    values = tried_values(column, sample.frame[column.name], steps)
    if len(values) < 2:
        return Undefined("fewer than two values", n=sample.n)
    said = [sample.said_of(with_value(sample, column.name, value)).score for value in values]
    curves = np.column_stack(said)
    curves = curves[np.isfinite(curves).all(axis=1)]
    compared = differences(curves)
    if isinstance(compared, Undefined):
        return compared
    return _Column(column.name, values, curves, compared)


def _strongest_first(one: _Column) -> tuple[float, str]:
    return -one.compared.range, one.name


def _told(one: _Column) -> Json:
    mean = one.curves.mean(axis=0)
    moved = one.curves - one.curves.mean(axis=1, keepdims=True) + mean.mean()
    low, high = np.quantile(moved, MIDDLE, axis=0)
    return {
        "column": one.name,
        "range": one.compared.range,
        "n": one.compared.n,
        "curve": [
            {
                "value": told_value(value),
                "mean": float(mean[at]),
                "rows_low": float(low[at]),
                "rows_high": float(high[at]),
            }
            for at, value in enumerate(one.values)
        ],
    }
