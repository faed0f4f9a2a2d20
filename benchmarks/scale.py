"""Measuring many rows as they pass, against the tools that hold them: the same rows and numbers.

Ours reads the Parquet file each time, in one scan, with intervals. The peers read it as they do
best, into pandas, which is timed too. That both find the same is checked in every repetition.
"""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import duckdb
import numpy as np
import pandas as pd
from fairlearn.metrics import (
    MetricFrame,
    false_positive_rate,
    selection_rate,
    true_positive_rate,
)
from sklearn.calibration import calibration_curve
from sklearn.metrics import roc_auc_score

from benchmarks import scored
from benchmarks.bench import Bench
from benchmarks.measuring import Line, Paired, Seconds, Timed, at_most, in_words, paired, stopwatch
from gonogo.checks.findings.finding import Asked, Finding
from gonogo.checks.inputs.schema import ColumnType
from gonogo.checks.streamed.data_checks import plan_data
from gonogo.checks.streamed.model_checks import Plan, plan
from gonogo.checks.streamed.parquet import Named, measure_data_file, measure_scored_file
from gonogo.stats.estimate import Estimate

NAME = "scale"
RESAMPLES, QUICK_RESAMPLES = 10, 2
"""Of Fairlearn's bootstrap; an interval wants hundreds. Ours are computed from counts."""
FAIRLEARN_ROWS = 100_000
"""Rows that Fairlearn is given, and ours beside it: of all of them it would take a quarter of an
hour for these few resamples."""
GOAL = 0.1
BINS = 10
LABEL, SCORE, GROUPS = "approve", "score", ("race", "sex")
RATES = {
    "fairness.selection_rate_difference": selection_rate,
    "fairness.true_positive_rate_difference": true_positive_rate,
    "fairness.false_positive_rate_difference": false_positive_rate,
}
FAIR = tuple(Asked(check, {"group": "race"}) for check in RATES)
RANKED = (Asked("performance.roc_auc"), Asked("performance.calibration_error"))
COLUMNS = tuple(column.name for column in scored.SCHEMA)


def run(bench: Bench) -> list[Line]:
    """Measure it."""
    repetitions = bench.repetitions(3)
    rows = bench.rows
    path, smaller = bench.folder / "scored.parquet", bench.folder / "scored-fairlearn.parquet"
    few = min(rows, FAIRLEARN_ROWS)
    resamples = QUICK_RESAMPLES if bench.quick else RESAMPLES
    scored.write(path, rows, bench.begin(f"writing {rows:,} rows", rows))
    scored.write(smaller, few, bench.begin(f"writing {few:,} rows", few))
    for prepare in (partial(_measured, smaller, FAIR), partial(_frame, smaller, [SCORE])):
        # What a reader loads when it is first used is not what is measured.
        prepare()
    _scan(smaller)
    lines = []
    compared: list[tuple[str, str, Timed, Timed, float | None]] = [
        (
            f"group fairness of {few:,} rows, with intervals",
            f"Fairlearn's MetricFrame with {resamples} bootstrap resamples",
            *_both(
                partial(_measured, smaller, FAIR),
                partial(_fairlearn, smaller, resamples),
                _same_rates,
            ),
            GOAL,
        ),
        (
            f"ROC AUC and calibration of {rows:,} rows, with intervals",
            "scikit-learn, without intervals",
            *_both(partial(_measured, path, RANKED), partial(_sklearn, path), _same_ranks),
            None,
        ),
        (
            f"data checks of {rows:,} rows",
            "pandas",
            *_both(partial(_counted, path), partial(_pandas, path), _same_counts),
            None,
        ),
        (
            f"all of these of {rows:,} rows",
            "a bare DuckDB scan of the same columns",
            stopwatch(lambda: (_measured(path, (*FAIR, *RANKED)), _counted(path))),
            stopwatch(partial(_scan, path)),
            None,
        ),
    ]
    with bench.measuring("measuring rows", repetitions * len(compared)) as tick:
        for what, peer, ours, theirs, goal in compared:
            found = paired(ours, theirs, repetitions, tick)
            lines.append(_line(what, peer, found, goal, judged=bench.judged))
    return lines


def _line(what: str, peer: str, found: Paired, goal: float | None, *, judged: bool) -> Line:
    promise, kept = ("", None) if goal is None else at_most(goal, found, judged=judged)
    return Line(
        name=NAME,
        what=what,
        measured=in_words(median(found.ours)),
        peer=f"{peer}: {in_words(median(found.peer))}",
        ratios=found.ratios,
        promise=promise,
        kept=kept,
    )


def _both(
    ours: Callable[[], Any], peer: Callable[[], Any], same: Callable[[Any, Any], None]
) -> tuple[Timed, Timed]:
    """Both timed; whichever comes second is compared with what the other found."""
    found: dict[str, Any] = {}

    def timed(name: str, act: Callable[[], Any]) -> Seconds:
        def keep() -> None:
            found[name] = act()

        took = stopwatch(keep)()
        if len(found) == len(("ours", "peer")):
            same(found.pop("ours"), found.pop("peer"))
        return took

    return partial(timed, "ours", ours), partial(timed, "peer", peer)


def _measured(path: Path, checks: tuple[Asked, ...]) -> list[Finding]:
    asked: Plan = plan(checks=checks, groups=GROUPS)
    with path.open("rb") as source:
        return measure_scored_file(source, Named(LABEL, SCORE, GROUPS), asked)


def _counted(path: Path) -> list[Finding]:
    with path.open("rb") as source:
        return measure_data_file(source, plan_data(scored.SCHEMA, label=LABEL))


def _frame(path: Path, columns: list[str]) -> pd.DataFrame:
    return pd.read_parquet(path, columns=columns)


def _fairlearn(path: Path, resamples: int) -> Mapping[str, float]:
    frame = _frame(path, [LABEL, SCORE, "race"])
    found = MetricFrame(
        metrics=dict(RATES),
        y_true=frame[LABEL],
        y_pred=frame[SCORE] >= 0.5,
        sensitive_features=frame["race"],
        n_boot=resamples,
        ci_quantiles=[0.025, 0.975],
        random_state=7,
    )
    found.difference_ci()
    return dict(found.difference())


def _sklearn(path: Path) -> tuple[float, Any]:
    frame = _frame(path, [LABEL, SCORE])
    curve = calibration_curve(frame[LABEL], frame[SCORE], n_bins=BINS, strategy="quantile")
    return float(roc_auc_score(frame[LABEL], frame[SCORE])), curve


def _pandas(path: Path) -> Mapping[str, float]:
    frame = _frame(path, list(COLUMNS))
    age = frame["age"]
    ranges = (~age.between(18, 90)).sum() + (~frame["score"].between(0, 1)).sum()
    strange = (~frame["race"].isin(scored.RACES[:3])).sum()
    strange += (~frame["sex"].isin(scored.SEXES)).sum() + (~frame[LABEL].isin([0, 1])).sum()
    rarer = min(frame[LABEL].mean(), 1 - frame[LABEL].mean())
    return {
        "data.schema_violations": float(strange),
        "data.missing_share": float(frame.isna().to_numpy().mean()),
        "data.range_violations": float(ranges) / (2 * len(frame)),
        "data.duplicate_share": float(frame.duplicated().mean()),
        "data.class_balance": float(rarer),
    }


def _scan(path: Path) -> None:
    # Sums need every value; the largest one stands in the file's statistics.
    texts = {column.name for column in scored.SCHEMA if column.type is ColumnType.CATEGORY}
    read = ", ".join(f"sum(strlen({one}))" if one in texts else f"sum({one})" for one in COLUMNS)
    with duckdb.connect() as connection:
        connection.execute(f"SELECT {read} FROM read_parquet(?)", [str(path)]).fetchall()  # noqa: S608  # our own columns


def _value(finding: Finding) -> float:
    if not isinstance(finding.measured, Estimate):
        raise TypeError(f"{finding.check} has no number: {finding.measured.reason}")
    return finding.measured.value


def _same_rates(ours: list[Finding], peer: Mapping[str, float]) -> None:
    np.testing.assert_allclose([_value(one) for one in ours], [peer[c] for c in RATES], rtol=1e-12)


def _same_ranks(ours: list[Finding], peer: tuple[float, Any]) -> None:
    area, (observed, forecast) = peer
    np.testing.assert_allclose(_value(ours[0]), area, rtol=1e-12)
    table: Any = ours[1].detail["reliability"]
    # Its bins are cut at interpolated quantiles, so that a row may lie in the bin beside.
    least = min(one["n"] for one in table)
    for name, found in (("observed", observed), ("forecast", forecast)):
        np.testing.assert_allclose([one[name] for one in table], found, atol=3 / least)


def _same_counts(ours: list[Finding], peer: Mapping[str, float]) -> None:
    for finding in ours:
        np.testing.assert_allclose(_value(finding), peer[finding.check], rtol=1e-12)
