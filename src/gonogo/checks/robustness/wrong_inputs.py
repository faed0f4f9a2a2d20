"""Whether a model's decisions stand when its inputs go wrong: missing, noisy, in another unit.

Every check changes one column of every row, which column by chance unless one is named, and counts
the rows that are then decided otherwise or not at all. A model that refuses a row does not raise:
refusals are counted. For values that cannot be right a refusal is the better answer, so detail
tells both counts apart, and what each column does by itself.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gonogo.checks.findings import parameters as defaults
from gonogo.checks.findings.finding import Finding
from gonogo.checks.findings.parameters import Settings, settle_parameters
from gonogo.checks.inputs.probing import Answers, Probe, Sample
from gonogo.checks.inputs.schema import ColumnSpec
from gonogo.checks.robustness import changes
from gonogo.checks.robustness.changes import Change, Habit
from gonogo.core.canonical import Json
from gonogo.core.errors import Invalid
from gonogo.core.evidence import Parameters, measured_to_json
from gonogo.stats.arrays import Bools
from gonogo.stats.auc import auc_difference_delong
from gonogo.stats.counts import Counts
from gonogo.stats.estimate import Measured, Undefined
from gonogo.stats.proportions import clopper_pearson

if TYPE_CHECKING:
    import pandas as pd

ROWS = 1000
"""Rows that are asked about where not said otherwise, a random choice of all."""
COLUMNS = 50
"""Columns that are shown each by itself; of a model that reads more, the first."""
ALONE = 200
"""Rows on which a column is shown by itself; a model that refuses is asked twice for each."""
NOISE = 0.1
"""Noise in standard deviations where none is said."""
FACTORS = (10.0, 100.0, 1000.0)
"""Mistakes of unit that are shown for each column: mm for cm, cents for euros, g for kg."""
OUTLYING = 10.0
"""Standard deviations from the median where none are said."""
BEYOND = 1.0
"""Widths of the range by which its ends are passed where none are said."""


@dataclass(frozen=True, slots=True)
class _Way:
    """One way of going wrong."""

    name: str
    change: Change


def missing_inputs(probe: Probe, asked: Parameters) -> Finding:
    """Share of rows decided otherwise, or not at all, when one input is missing, unit share."""
    way = _Way("missing", changes.emptied)
    return _perturbed("robustness.missing_inputs", probe, asked, probe.columns, "a column", [way])


def noise(probe: Probe, asked: Parameters) -> Finding:
    """Share of rows decided otherwise when a number is noisy, by `amount` standard deviations."""
    amount = _amount("robustness.noise", asked, NOISE)
    return _numeric("robustness.noise", probe, asked, "amount", amount, [amount], changes.noisy)


def unit_mistakes(probe: Probe, asked: Parameters) -> Finding:
    """Share of rows decided otherwise, or not at all, when a number is `factor` times too large.

    Detail: what factors of 10, 100 and 1,000 do to each column.
    """
    factor = _amount("robustness.unit_mistakes", asked, FACTORS[-1], "factor")
    shown = [factor, *(one for one in FACTORS if one != factor)]
    return _numeric(
        "robustness.unit_mistakes", probe, asked, "factor", factor, shown, changes.scaled
    )


def outliers(probe: Probe, asked: Parameters) -> Finding:
    """Share of rows decided otherwise, or not at all, when a number lies `amount` spreads off."""
    amount = _amount("robustness.outliers", asked, OUTLYING)
    return _numeric(
        "robustness.outliers", probe, asked, "amount", amount, [amount], changes.outlying
    )


def out_of_range(probe: Probe, asked: Parameters) -> Finding:
    """Share of rows decided otherwise, or not at all, when a number lies outside its range.

    By `amount` widths of the range that is declared, else seen.
    """
    amount = _amount("robustness.out_of_range", asked, BEYOND)
    return _numeric(
        "robustness.out_of_range", probe, asked, "amount", amount, [amount], changes.beyond_range
    )


def unseen_categories(probe: Probe, asked: Parameters) -> Finding:
    """Share of rows decided otherwise, or not at all, when a category was never seen before."""
    way = _Way("unseen", changes.unseen)
    return _perturbed(
        "robustness.unseen_categories",
        probe,
        asked,
        probe.categorical,
        "a column of categories",
        [way],
    )


def _numeric(
    check: str,
    probe: Probe,
    asked: Parameters,
    parameter: str,
    value: float,
    shown: Sequence[float],
    change: Callable[[float], Change],
) -> Finding:
    ways = [_Way(f"{one:g}", change(one)) for one in shown]
    return _perturbed(
        check,
        probe,
        {parameter: value, **asked},
        probe.numeric,
        "a column of numbers",
        ways,
    )


def _perturbed(
    check: str,
    probe: Probe,
    asked: Parameters,
    columns: Sequence[ColumnSpec],
    kind: str,
    ways: Sequence[_Way],
) -> Finding:
    """The finding where each row has one of `columns` changed by the first of `ways`.

    Detail tells of each column what every one of `ways` does to it.
    """
    settings = probe_settings(check, probe, asked)
    named = settings.find("column")
    if named is not None:
        columns = [probe.column(str(named), columns, kind)]
    sample = probe.ordered(settings.whole("rows"), settings.whole("seed"))
    before = sample.scores()
    usual = {column.name: changes.habit(column, sample.frame[column.name]) for column in columns}
    detail: dict[str, Json] = {"rows": sample.n, "unanswered_before": before.refused}
    if not columns:
        return Finding(
            check, settings.values, Undefined(f"the model reads no {kind[2:]}", 0), detail
        )
    rng = np.random.default_rng(settings.whole("seed"))
    mixed = _one_each(sample, columns, usual, ways[0].change, rng)
    after = sample.said_of(mixed)
    detail |= compared_detail(sample, before, after, settings.level)
    if named is None:
        few = sample.first(ALONE)
        said = few.scores()
        detail["columns"] = [
            _alone(few, said, usual[column.name], way, settings)
            for column in columns[:COLUMNS]
            for way in ways
        ]
    return Finding(check, settings.values, flips(before, after, settings.level), detail)


def probe_settings(check: str, probe: Probe, asked: Parameters, **more: str | float) -> Settings:
    """The parameters of a check that asks the model; raises `Invalid`."""
    settings = settle_parameters(
        check,
        asked,
        level=defaults.LEVEL,
        seed=defaults.SEED,
        rows=ROWS,
        threshold=probe.threshold,
        **more,
    )
    if settings.whole("rows") < 1:
        raise Invalid(field="with.rows", value=settings.whole("rows"), expected="1 or more")
    if settings.number("threshold") != probe.threshold:
        raise Invalid(
            field="with.threshold",
            value=settings.number("threshold"),
            expected=f"the threshold of the model that is asked: {probe.threshold:g}",
        )
    return settings


def changed(before: Answers, after: Answers) -> Bools:
    """Which of the rows that were answered before are decided otherwise or not at all."""
    found: Bools = (before.selected != after.selected) | ~after.given
    return found[before.given]


def flips(before: Answers, after: Answers, level: float) -> Measured:
    """The share of rows decided otherwise or not at all, of those answered before; exact interval.

    The interval is Clopper and Pearson's, for shares near 0 are what is hoped for.
    """
    counted = changed(before, after)
    if not counted.size and before.score.size:
        return Undefined("the model answers none of the rows as they are", n=before.score.size)
    return clopper_pearson(Counts(int(counted.sum()), counted.size), level)


def compared_detail(
    sample: Sample, before: Answers, after: Answers, level: float
) -> dict[str, Json]:
    """What a change did: flips either way, rows without answer, the loss of ROC AUC where known."""
    both = before.given & after.given
    found: dict[str, Json] = {
        "to_yes": int((both & ~before.selected & after.selected).sum()),
        "to_no": int((both & before.selected & ~after.selected).sum()),
        "unanswered": int((before.given & ~after.given).sum()),
        "reasons": after.told(),
    }
    if both.any():
        moved = np.abs(after.score[both] - before.score[both])
        found["mean_score_change"] = float(moved.mean())
        found["largest_score_change"] = float(moved.max())
    if sample.label is not None:
        drop = auc_difference_delong(
            sample.label[both], before.score[both], after.score[both], level
        )
        found["roc_auc_loss"] = measured_to_json(drop)
    return found


def _one_each(
    sample: Sample,
    columns: Sequence[ColumnSpec],
    usual: dict[str, Habit],
    change: Change,
    rng: np.random.Generator,
) -> "pd.DataFrame":
    """The rows with one of the columns changed in each, which one by chance."""
    chosen = rng.integers(0, len(columns), sample.n)
    rows = sample.features()
    for place, column in enumerate(columns):
        values = rows[column.name]
        new = change(values, usual[column.name], rng)
        hit = chosen == place
        if hit.all():
            rows[column.name] = new
        elif hit.any():
            rows[column.name] = values.where(~hit, new)
    return rows


def _alone(
    sample: Sample, before: Answers, usual: Habit, way: _Way, settings: Settings
) -> dict[str, Json]:
    """What the change does to one column in all rows."""
    name = usual.column.name
    # A stream for each column and way: how many columns there are changes nothing of one.
    rng = np.random.default_rng([settings.whole("seed"), *name.encode(), *way.name.encode()])
    rows = sample.features()
    rows[name] = way.change(rows[name], usual, rng)
    after = sample.said_of(rows)
    both = before.given & after.given
    return {
        "column": name,
        "by": way.name,
        "flipped": int((both & (before.selected != after.selected)).sum()),
        "unanswered": int((before.given & ~after.given).sum()),
        "changed": measured_to_json(flips(before, after, settings.level)),
    }


def _amount(check: str, asked: Parameters, default: float, name: str = "amount") -> float:
    """How much is changed; raises `Invalid` unless it is a number above 0."""
    value = asked.get(name, default)
    if isinstance(value, str | bool) or not np.isfinite(value) or value <= 0:
        raise Invalid(field=f"with.{name}", value=value, expected=f"a number above 0 for {check}")
    return float(value)
