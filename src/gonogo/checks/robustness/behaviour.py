"""Behavioural tests: what a model must do was declared, and each row is a case of it.

A row violates a declared invariance where any other value of the column changes its decision, and a
declared direction where the score goes the wrong way at any step of the column. Both are counted by
rows, which are independent, so the interval is the exact binomial one.

Source: Ribeiro, Wu, Guestrin & Singh (2020), Beyond accuracy: behavioral testing of NLP models with
CheckList, ACL 2020, 4902-4912: invariance and directional expectation tests.
"""

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from gonogo.checks.findings.finding import Finding
from gonogo.checks.findings.parameters import Settings
from gonogo.checks.inputs.cells import missing
from gonogo.checks.inputs.probing import Answers, Probe, Sample
from gonogo.checks.inputs.schema import NUMERIC, ColumnSpec, ColumnType
from gonogo.checks.robustness.wrong_inputs import probe_settings
from gonogo.core.canonical import Json
from gonogo.core.errors import Invalid
from gonogo.core.evidence import Parameters
from gonogo.stats.arrays import Bools, Floats
from gonogo.stats.counts import Counts
from gonogo.stats.estimate import Measured, Undefined
from gonogo.stats.proportions import clopper_pearson

if TYPE_CHECKING:
    import pandas as pd

STEPS = 10
"""Values that are tried where not said otherwise."""
SHOWN = 20
"""Rows of which a violation is shown."""
DIRECTIONS = ("increasing", "decreasing")
"""As the column rises the score must not fall, or must not rise."""


def invariance_violations(probe: Probe, asked: Parameters) -> Finding:
    """Share of rows whose decision changes with `column`, which must not matter, unit share.

    Each row gets each of up to `steps` values that the column has in these rows: all of them where
    they are few, else the most frequent ones, of numbers those at evenly spaced ranks. A row that
    is not answered with some value violates too.

    Detail: how many rows each value changes, the largest change of a score, the first such rows.
    """
    check = "robustness.invariance_violations"
    settings = _settings(check, probe, asked)
    column = probe.column(settings.text("column"), probe.columns, "a column")
    sample = probe.ordered(settings.whole("rows"), settings.whole("seed"))
    before = sample.scores()
    values = tried_values(column, sample.frame[column.name], settings.whole("steps"))
    detail: dict[str, Json] = {"rows": sample.n, "unanswered_before": before.refused}
    if len(values) < 2:
        reason = f"{column.name} has fewer than two values: there is nothing to change it to"
        return Finding(check, settings.values, Undefined(reason, n=sample.n), detail)
    said = [sample.said_of(with_value(sample, column.name, value)) for value in values]
    broken = [(one.selected != before.selected) | ~one.given for one in said]
    moved = np.array([np.abs(one.score - before.score) for one in said])
    bad = np.any(broken, axis=0)
    detail["values"] = [
        {
            "value": told_value(value),
            "changed": int(hit[before.given].sum()),
            "unanswered": one.refused,
        }
        for value, hit, one in zip(values, broken, said, strict=True)
    ]
    detail["largest_score_change"] = _largest(moved)
    return _counted(check, settings, sample, before.given, bad, detail)


def monotonicity_violations(probe: Probe, asked: Parameters) -> Finding:
    """Share of rows whose score goes the wrong way as `column` rises, unit share.

    `direction` is "increasing" where the score must not fall as the column rises, "decreasing"
    where it must not rise. Each row gets up to `steps` values of the column from low to high, its
    own among them; it violates where any of them scores further than `tolerance` on the wrong side
    of one before it. Rows not answered at some value violate too.

    Detail: the largest step the wrong way, the first such rows.
    """
    check = "robustness.monotonicity_violations"
    settings = _settings(check, probe, asked, tolerance=0.0)
    sign = _sign(settings)
    column = probe.column(settings.text("column"), probe.numeric, "a column of numbers")
    sample = probe.ordered(settings.whole("rows"), settings.whole("seed"))
    before = sample.scores()
    own = sample.frame[column.name]
    values = tried_values(column, own, settings.whole("steps"))
    detail: dict[str, Json] = {"rows": sample.n, "unanswered_before": before.refused}
    if len(values) < 2:
        reason = f"{column.name} has fewer than two values: there is no direction"
        return Finding(check, settings.values, Undefined(reason, n=sample.n), detail)
    said = [sample.said_of(with_value(sample, column.name, value)) for value in values]
    at, scores = _grid(values, said, own, before, column)
    wrong = _worst_fall(at, sign * scores)
    unanswered = np.any([~one.given for one in said], axis=0)
    detail["unanswered"] = int(unanswered[before.given].sum())
    detail["values"] = [told_value(value) for value in values]
    detail["largest_wrong_step"] = _largest(wrong)
    bad = (wrong > settings.number("tolerance")) | unanswered
    return _counted(check, settings, sample, before.given, bad, detail)


def _settings(check: str, probe: Probe, asked: Parameters, **more: str | float) -> Settings:
    settings = probe_settings(check, probe, asked, steps=STEPS, **more)
    if not 2 <= settings.whole("steps") <= 1000:
        raise Invalid(field="with.steps", value=settings.whole("steps"), expected="2 to 1,000")
    if not 0 <= float(settings.find("tolerance") or 0.0) < np.inf:
        raise Invalid(
            field="with.tolerance", value=settings.find("tolerance"), expected="0 or more"
        )
    return settings


def _sign(settings: Settings) -> float:
    direction = settings.text("direction")
    if direction not in DIRECTIONS:
        raise Invalid(
            field="with.direction", value=direction, expected=f"one of {', '.join(DIRECTIONS)}"
        )
    return 1.0 if direction == DIRECTIONS[0] else -1.0


def tried_values(column: ColumnSpec, values: "pd.Series[Any]", most: int) -> list[Any]:
    """Up to `most` of the column's values: numbers evenly, others the most frequent."""
    present = values[~missing(column, values)]
    if column.type in NUMERIC or column.type is ColumnType.BOOLEAN:
        different = np.sort(present.unique())
        if different.size > most:
            different = different[np.linspace(0, different.size - 1, most).round().astype(int)]
        return list(different)
    counted = sorted(present.value_counts().items(), key=lambda pair: (-pair[1], str(pair[0])))
    return [value for value, _ in counted[:most]]


def with_value(sample: Sample, name: str, value: object) -> "pd.DataFrame":
    """The columns the model reads, with `value` in the column `name` of every row."""
    import pandas as pd

    rows = sample.features()
    dtype = rows[name].dtype
    put = pd.Series([value] * sample.n, index=rows.index, name=name)
    # The column keeps its type: a model may take no other.
    rows[name] = put.astype(dtype)
    return rows


def _grid(
    values: list[Any],
    said: list[Answers],
    own: "pd.Series[Any]",
    before: Answers,
    column: ColumnSpec,
) -> tuple[Floats, Floats]:
    """For each row the values tried and its own, and their scores: each (steps + 1, n)."""
    n = before.score.size
    at = np.vstack([np.full(n, float(value)) for value in values])
    gone = missing(column, own)
    mine = own.to_numpy(dtype=np.float64, na_value=np.nan)
    # A row without a value of its own has no place on the way: it is left out of it.
    mine = np.where(gone, np.inf, mine)
    own_score = np.where(gone, np.nan, before.score)
    at = np.vstack([at, mine])
    scores = np.vstack([*(one.score for one in said), own_score])
    order = np.argsort(at, axis=0, kind="stable")
    return np.take_along_axis(at, order, 0), np.take_along_axis(scores, order, 0)


def _worst_fall(at: Floats, scores: Floats) -> Floats:
    """By how much each row's score falls at most from any value to any higher one, shape (n,)."""
    worst = np.zeros(scores.shape[1])
    highest = np.full(scores.shape[1], -np.inf)
    for row, score in enumerate(scores):
        # Equal values are no step: a model that is asked twice may round otherwise.
        again = (at[row] == at[row - 1]) if row else np.zeros(score.size, dtype=np.bool_)
        fall = np.where(np.isfinite(score) & ~again, highest - score, -np.inf)
        worst = np.fmax(worst, fall)
        highest = np.fmax(highest, score)
    return worst


def _counted(
    check: str,
    settings: Settings,
    sample: Sample,
    answered: Bools,
    bad: Bools,
    detail: dict[str, Json],
) -> Finding:
    """The share of `bad` among the rows that were answered as they are."""
    places: npt.NDArray[np.intp] = np.sort(sample.places[bad & answered])
    detail["violating_rows"] = [int(place) for place in places[:SHOWN]]
    measured: Measured = clopper_pearson(
        Counts(int((bad & answered).sum()), int(answered.sum())), settings.level
    )
    if sample.n and not answered.any():
        measured = Undefined("the model answers none of the rows as they are", n=sample.n)
    return Finding(check, settings.values, measured, detail)


def _largest(moved: npt.NDArray[np.float64]) -> float:
    known = moved[np.isfinite(moved)]
    return float(known.max()) if known.size else 0.0


def told_value(value: object) -> Json:
    """A value as it is kept with evidence."""
    if isinstance(value, np.generic):
        value = value.item()
    return value if isinstance(value, bool | int | float | str) else str(value)
