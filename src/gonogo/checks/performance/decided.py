"""How good the decisions are that a threshold makes of a score: accuracy, precision, recall, F1.

For a comparison both models decide the same rows, so the decisions are paired: what is measured is
this model's share minus the other's. Every number rests on counts alone, so the order of rows has
no say in it.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from gonogo.checks.findings import parameters as defaults
from gonogo.checks.findings.compared import Other, compared_settings
from gonogo.checks.findings.finding import Finding
from gonogo.checks.findings.parameters import Settings
from gonogo.checks.inputs.scored import Scored, score_of
from gonogo.checks.inputs.tally import Decided
from gonogo.core.canonical import Json
from gonogo.core.errors import Invalid
from gonogo.core.evidence import Parameters
from gonogo.stats import confusion as tables
from gonogo.stats.arrays import Bools, Floats
from gonogo.stats.cell_bootstrap import bootstrap_cells
from gonogo.stats.confusion import Confusion, confusion_of
from gonogo.stats.estimate import Measured, Undefined
from gonogo.stats.paired import Pairs, mcnemar, newcombe_paired, pairs_of

HALF_OF_BOTH = "half of the two rates' paired score intervals, squared and added"


@dataclass(frozen=True, slots=True, eq=False)
class _Both:
    """What is true of the rows, and what two models decide."""

    yes: Bools
    selected: Bools
    other: Bools

    def agreeing(self, rows: Bools) -> Pairs:
        """On how many of `rows` both are right, only this model, only the other, neither."""
        right, other = self.selected == self.yes, self.other == self.yes
        return pairs_of(right[rows], other[rows])


Alone = Callable[[Confusion, float], Measured]
"""Measures one model's decisions at a level."""
ALONE: dict[str, Alone] = {
    "performance.accuracy": tables.accuracy,
    "performance.precision": tables.precision,
    "performance.recall": tables.recall,
    "performance.specificity": tables.specificity,
    "performance.balanced_accuracy": tables.balanced_accuracy,
    "performance.f1": tables.f1,
}
"""Check by check what it makes of the four counts."""
Against = Callable[[_Both, Settings], Measured]
"""Measures how much better one model's decisions are than the other's."""


def accuracy(scored: Scored, asked: Parameters, other: Other | None = None) -> Finding:
    """Share of rows decided rightly, unit share, with Wilson's interval.

    The difference has Newcombe's interval for paired proportions; the detail then tells on how many
    rows only one of the two is right, and McNemar's exact p-value. Detail besides: the four counts.
    """
    return _measured("accuracy", _right_on("all"), scored, asked, other)


def precision(scored: Scored, asked: Parameters, other: Other | None = None) -> Finding:
    """Share of the selected rows that are labelled yes, unit share, with Wilson's interval.

    Two models select different rows, so the difference has a BCa bootstrap interval over all rows,
    drawn together. Detail: the four counts.
    """
    against = _drawn(tables.precision_of)
    return _measured("precision", against, scored, asked, other, drawn=True)


def recall(scored: Scored, asked: Parameters, other: Other | None = None) -> Finding:
    """Share of the rows labelled yes that are selected, unit share; otherwise as `accuracy`."""
    return _measured("recall", _right_on("yes"), scored, asked, other)


def specificity(scored: Scored, asked: Parameters, other: Other | None = None) -> Finding:
    """Share of the rows labelled no that are not selected, unit share; otherwise as `accuracy`."""
    return _measured("specificity", _right_on("no"), scored, asked, other)


def balanced_accuracy(scored: Scored, asked: Parameters, other: Other | None = None) -> Finding:
    """Mean of recall and specificity, unit share; the rates' intervals squared and added."""
    return _measured("balanced_accuracy", _balanced, scored, asked, other)


def f1(scored: Scored, asked: Parameters, other: Other | None = None) -> Finding:
    """Harmonic mean of precision and recall, unit share, with Lam's Wilson indirect interval.

    The difference has a BCa bootstrap interval over rows, paired. Detail: the four counts.
    """
    return _measured("f1", _drawn(tables.f1_of), scored, asked, other, drawn=True)


def decided_of_counts(check: str, decided: Decided, asked: Parameters) -> Finding:
    """What one of `ALONE` finds of decisions that were counted, by the same code."""
    settings = decided_settings(check, decided, asked, None)
    found = decided.confusion(settings.number("threshold"))
    measured = ALONE[check](found, settings.level)
    return Finding(check, settings.values, measured, {"confusion": counts_told(found)})


def decided_settings(
    check: str, decided: Decided, asked: Parameters, other: Other | None, **wanted: str | float
) -> Settings:
    """Parameters of a check of decisions: thresholds and level, with their defaults."""
    wanted = {"threshold": float(decided.threshold), "level": defaults.LEVEL, **wanted}
    if other is not None:
        wanted["versus_threshold"] = asked.get("threshold", float(decided.threshold))
    elif "versus_threshold" in asked:
        raise Invalid(
            field="with.versus_threshold",
            value=asked["versus_threshold"],
            expected="a model to compare with, or no threshold for it",
        )
    return compared_settings(check, asked, other, **wanted)


def selected_by(other: Other, scored: Scored, settings: Settings) -> Bools:
    """Which rows the model compared with would select."""
    score = score_of(f"versus.{other.model}", other.score, scored.n)
    chosen: Bools = score >= settings.number("versus_threshold")
    return chosen


def counts_told(found: Confusion) -> dict[str, Json]:
    """The four counts, as they are kept in a detail."""
    return {
        "true_yes": found.true_yes,
        "false_yes": found.false_yes,
        "false_no": found.false_no,
        "true_no": found.true_no,
    }


def _measured(
    name: str,
    against: Against,
    scored: Scored,
    asked: Parameters,
    other: Other | None,
    *,
    drawn: bool = False,
) -> Finding:
    check = f"performance.{name}"
    if other is None:
        return decided_of_counts(check, scored, asked)
    wanted: dict[str, str | float] = {}
    if drawn:
        wanted = {"seed": defaults.SEED, "resamples": defaults.RESAMPLES}
    settings = decided_settings(check, scored, asked, other, **wanted)
    selected = scored.selected_at(settings.number("threshold"))
    found = confusion_of(scored.yes, selected)
    both = _Both(scored.yes, selected, selected_by(other, scored, settings))
    detail = {"confusion": counts_told(found), **_pairing(both)}
    return Finding(check, settings.values, against(both, settings), detail)


def _pairing(decisions: _Both) -> dict[str, Json]:
    """The other's counts, and where only one of the two is right."""
    found = decisions.agreeing(np.ones_like(decisions.yes))
    tested = mcnemar(found)
    return {
        "versus_confusion": counts_told(confusion_of(decisions.yes, decisions.other)),
        "right": {
            "both": found.both,
            "only_this": found.first,
            "only_versus": found.second,
            "neither": found.neither,
        },
        "mcnemar_p": None if isinstance(tested, Undefined) else tested,
    }


def _right_on(rows: str) -> Against:
    """The paired difference of being right on all rows, those labelled yes or those labelled no."""

    def against(decisions: _Both, settings: Settings) -> Measured:
        yes = decisions.yes
        chosen = {"all": np.ones_like(yes), "yes": yes, "no": ~yes}[rows]
        found = newcombe_paired(decisions.agreeing(chosen), settings.level)
        if isinstance(found, Undefined) and yes.size:
            return Undefined(f"no row is labelled {rows}", n=0)
        return found

    return against


def _balanced(decisions: _Both, settings: Settings) -> Measured:
    of_yes = _right_on("yes")(decisions, settings)
    of_no = _right_on("no")(decisions, settings)
    return tables.mean_of_two(of_yes, of_no, "difference", HALF_OF_BOTH)


def _drawn(of: Callable[[Floats], Floats]) -> Against:
    """The difference of a statistic of the four counts, by drawing the eight joint ones."""

    def difference(cells: Floats) -> Floats:
        joint = cells.reshape(-1, 2, 2, 2)
        found: Floats = of(_four(joint.sum(axis=3))) - of(_four(joint.sum(axis=2)))
        return found

    def against(decisions: _Both, settings: Settings) -> Measured:
        kinds = 4 * decisions.yes + 2 * decisions.selected + decisions.other
        measured = bootstrap_cells(
            difference,
            np.bincount(kinds, minlength=8),
            settings.level,
            settings.whole("seed"),
            settings.whole("resamples"),
            unit="difference",
        )
        if isinstance(measured, Undefined) and measured.reason.startswith("the statistic"):
            why = "one of the two has none: it selects no row, or no row is labelled yes"
            return replace(measured, reason=why)
        return measured

    return against


def _four(found: Floats) -> Floats:
    """Counts by label and decision, shape (b, 2, 2), in the order of `Confusion`, shape (b, 4)."""
    order = (found[:, 1, 1], found[:, 0, 1], found[:, 1, 0], found[:, 0, 0])
    return np.stack(order, axis=1)
