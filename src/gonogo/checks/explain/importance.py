"""Which columns a model ranks by: what is lost when one is shuffled among the rows."""

from dataclasses import dataclass

import numpy as np

from gonogo.checks.findings.finding import Finding
from gonogo.checks.findings.parameters import Settings
from gonogo.checks.inputs.probing import Answers, Sample
from gonogo.checks.robustness.wrong_inputs import probe_settings
from gonogo.checks.under_test import UnderTest
from gonogo.core.canonical import Json
from gonogo.core.errors import Invalid
from gonogo.core.evidence import Parameters
from gonogo.stats.arrays import Bools
from gonogo.stats.estimate import Measured, Undefined
from gonogo.stats.shuffled import Loss, largest_loss, shuffled_auc_loss

CHECK = "explainability.permutation_importance"
ROWS = 1000
REPEATS = 10
"""Shuffles of each column where not said otherwise."""


@dataclass(frozen=True, slots=True)
class _Column:
    name: str
    loss: Loss | Undefined


def permutation_importance(under: UnderTest, asked: Parameters) -> Finding:
    """ROC AUC that is lost when the most important column is shuffled, in [-1, 1], unit auc.

    Each column the model reads is shuffled `repeats` times among the rows, all else stays; with
    `column` that one alone. What columns share is not lost where only one of them is shuffled, so
    importance is what a column has for itself, to this model. The interval knows rows and shuffles,
    and that the largest was picked.

    Undefined without labels and with fewer than two rows of a class. Detail: every column with its
    own interval, its share of all that is lost, and how many are above 0 taken together.

    Source: Breiman (2001), Machine Learning 45, 5-32; Fisher, Rudin & Dominici (2019), Journal of
    Machine Learning Research 20 (177).
    """
    settings = probe_settings(CHECK, under.probe, {"rows": ROWS, **asked}, repeats=REPEATS)
    if not 1 <= settings.whole("repeats") <= 1000:
        raise Invalid(field="with.repeats", value=settings.whole("repeats"), expected="1 to 1,000")
    columns = _wanted(under, settings)
    sample = under.probe.ordered(settings.whole("rows"), settings.whole("seed"))
    if sample.label is None:
        return Finding(CHECK, settings.values, Undefined("the rows have no labels", n=sample.n))
    said = sample.scores()
    detail: dict[str, Json] = {"rows": sample.n, "unanswered_before": said.refused}
    nothing = shuffled_auc_loss(sample.label[said.given], said.score[said.given], *_as_it_is(said))
    if isinstance(nothing, Undefined):
        return Finding(CHECK, settings.values, nothing, detail)
    found = [_shuffled(sample, said, name, settings) for name in columns]
    losses = [one.loss for one in found if isinstance(one.loss, Loss)]
    measured: Measured = largest_loss(losses, settings.level)
    if not losses:
        reason = "the model answers no rows in which a column was shuffled"
        measured = Undefined(reason, n=sample.n)
    return Finding(CHECK, settings.values, measured, {**detail, **_detail(found, settings.level)})


def _wanted(under: UnderTest, settings: Settings) -> list[str]:
    one = settings.find("column")
    if one is None:
        return list(under.probe.features)
    return [under.probe.column(str(one), under.probe.columns, "a column").name]


def _as_it_is(said: Answers) -> tuple[np.ndarray, np.ndarray]:
    """No shuffle at all: what tells whether there is an AUC to lose."""
    score = said.score[said.given]
    return score[np.newaxis], np.arange(score.size)[np.newaxis]


def _shuffled(sample: Sample, said: Answers, name: str, settings: Settings) -> _Column:
    """What shuffling one column costs; rows that are not answered then are left out."""
    import pandas as pd

    repeats = settings.whole("repeats")
    # A stream for each column: which others there are changes nothing of this one.
    rng = np.random.default_rng([settings.whole("seed"), *name.encode()])
    rows = sample.features()[said.given].reset_index(drop=True)
    donors = np.array([rng.permutation(len(rows)) for _ in range(repeats)])
    many = pd.concat([rows] * repeats, ignore_index=True)
    many[name] = rows[name].array.take(donors.ravel())
    after = sample.said_of(many).score.reshape(repeats, len(rows))
    kept: Bools = np.all(np.isfinite(after), axis=0)
    if sample.label is None or not kept.all():
        return _Column(name, Undefined(f"{int((~kept).sum())} rows are not answered", n=len(rows)))
    label = sample.label[said.given]
    return _Column(name, shuffled_auc_loss(label, said.score[said.given], after, donors))


def _detail(found: list[_Column], level: float) -> dict[str, Json]:
    losses = {one.name: one.loss for one in found if isinstance(one.loss, Loss)}
    total = sum(max(0.0, one.value) for one in losses.values())
    shared = 1 - (1 - level) / max(1, len(losses))
    order = sorted(losses, key=lambda name: (-losses[name].value, name))
    return {
        "columns": [_row(name, losses[name], level, total) for name in order],
        "above_zero": sum(one.at(shared).low > 0 for one in losses.values()),
        "not_measured": [
            {"column": one.name, "reason": one.loss.reason}
            for one in found
            if isinstance(one.loss, Undefined)
        ],
    }


def _row(name: str, loss: Loss, level: float, total: float) -> Json:
    own = loss.at(level)
    return {
        "column": name,
        "importance": own.value,
        "low": own.low,
        "high": own.high,
        "share": max(0.0, own.value) / total if total > 0 else 0.0,
    }
