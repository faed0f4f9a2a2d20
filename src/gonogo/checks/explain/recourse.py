"""Whether who is decided against could do something about it: few changes, of what can change."""

from dataclasses import replace

import numpy as np

from gonogo.checks.explain.adverse import NONE_ADVERSE, adverse_of
from gonogo.checks.explain.changeable import Changeable, changes_of, chosen_changes
from gonogo.checks.explain.explainers import background_of
from gonogo.checks.explain.recourse_search import Search, search, ways_of
from gonogo.checks.findings.finding import Finding
from gonogo.checks.findings.parameters import Settings
from gonogo.checks.inputs.cells import numbers_of
from gonogo.checks.robustness.behaviour import told_value
from gonogo.checks.robustness.wrong_inputs import probe_settings
from gonogo.checks.under_test import UnderTest
from gonogo.core.canonical import Json
from gonogo.core.errors import Invalid
from gonogo.core.evidence import Parameters
from gonogo.stats.counts import Counts
from gonogo.stats.estimate import Measured, Undefined
from gonogo.stats.proportions import clopper_pearson

CHECK = "explainability.counterfactual_coverage"
ROWS = 500
MOST = 3
"""Columns of a row that may be changed at once where not said otherwise."""
BACKGROUND = 1000
"""Rows whose values are tried."""
SHOWN = 10
"""Decisions that are shown with the change that turns them."""
NOT_DECLARED = (
    "no column is declared changeable: name them in columns, or in the field changes of the card"
)


def counterfactual_coverage(under: UnderTest, asked: Parameters) -> Finding:
    """Share of adverse decisions that an allowed change was found to turn, in [0, 1].

    Allowed are the columns that `columns` names, joined by &, or the field `changes` of the model
    card: each up, down or either way, within its bounds and what is declared of the column, at most
    `most` of them at once. A change leads to values that other rows have. The interval is the exact
    one; it is a lower bound on what is possible, for the search is greedy. What is changed is what
    the model reads: that a person can change it, and what else would change along, is not known.

    Undefined without adverse decisions and where nothing is declared changeable. Detail: how many
    columns it takes, which ones, and how far in standard deviations; examples from value to value.

    Source: Wachter, Mittelstadt & Russell (2018), Harvard J. Law & Technology 31, 841-887; Ustun,
    Spangher & Liu (2019), FAT* '19, 10-19 (recourse).
    """
    settings = probe_settings(CHECK, under.probe, {"rows": ROWS, **asked}, most=MOST, adverse="no")
    if settings.whole("most") < 1:
        raise Invalid(field="with.most", value=settings.whole("most"), expected="1 or more")
    want_yes = not adverse_of(settings)
    sample = under.probe.ordered(settings.whole("rows"), settings.whole("seed"))
    said = sample.scores()
    hit = said.given & (said.selected != want_yes)
    rows = sample.features()[hit].reset_index(drop=True)
    detail: dict[str, Json] = {
        "rows": sample.n,
        "adverse": len(rows),
        "unanswered_before": said.refused,
    }
    nothing = _nothing(under, settings, len(rows), sample.n)
    if nothing is not None:
        return Finding(CHECK, settings.values, nothing, detail)
    rules = _rules(under, settings)
    ways = ways_of(
        under.probe.columns, rules, background_of(under, BACKGROUND, settings.whole("seed"))
    )
    done = search(under.probe.ask, under.threshold, rows, ways, settings.whole("most"), want_yes)
    measured: Measured = clopper_pearson(Counts(int(done.turned.sum()), len(rows)), settings.level)
    if not isinstance(measured, Undefined):
        bound = f"{measured.method} of the changes found by a greedy search: a lower bound"
        measured = replace(measured, method=bound)
    told = _detail(done, sample.places[hit])
    allowed: list[Json] = [
        {"column": one.column, "direction": one.direction, "low": one.minimum, "high": one.maximum}
        for one in rules
    ]
    return Finding(CHECK, settings.values, measured, {**detail, "allowed": allowed, **told})


def _rules(under: UnderTest, settings: Settings) -> tuple[Changeable, ...]:
    card = {} if under.stored is None else under.stored.card
    named = settings.find("columns")
    return chosen_changes(
        None if named is None else str(named), changes_of(card), under.probe.columns
    )


def _nothing(under: UnderTest, settings: Settings, adverse: int, n: int) -> Undefined | None:
    """Why there is nothing to search, None where there is."""
    if not _rules(under, settings):
        return Undefined(NOT_DECLARED, n=n)
    if not n:
        return Undefined("no observations", n=0)
    return None if adverse else Undefined(NONE_ADVERSE, n=n)


def _detail(done: Search, places: np.ndarray) -> dict[str, Json]:
    count = done.changed.sum(axis=1)
    sizes = _sizes(done)
    turned = np.flatnonzero(done.turned)
    order = turned[np.lexsort((places[turned], sizes[turned].sum(axis=1), count[turned]))]
    farthest = sizes[turned].max(axis=1) if turned.size and done.ways else np.empty(0)
    return {
        "asked": done.asked,
        "by_columns": {
            str(number): int((count[turned] == number).sum())
            for number in sorted({int(one) for one in count[turned]})
        },
        "columns": {
            way.column.name: int(done.changed[turned, at].sum()) for at, way in enumerate(done.ways)
        },
        "median_change": float(np.median(farthest)) if farthest.size else None,
        "turned": [_example(done, int(at), int(places[at]), sizes[at]) for at in order[:SHOWN]],
    }


def _sizes(done: Search) -> np.ndarray:
    """How far each column of each row is changed, in standard deviations; 1 of a category."""
    found = np.zeros(done.changed.shape)
    for at, way in enumerate(done.ways):
        if not way.numeric:
            found[:, at] = done.changed[:, at]
            continue
        before, now = (numbers_of(rows[way.column.name]) for rows in (done.before, done.now))
        found[:, at] = np.where(done.changed[:, at], np.abs(now - before) / way.spread, 0.0)
    return found


def _example(done: Search, at: int, place: int, sizes: np.ndarray) -> Json:
    changes: list[Json] = [
        {
            "column": way.column.name,
            "from": told_value(done.before[way.column.name].iloc[at]),
            "to": told_value(done.now[way.column.name].iloc[at]),
            "deviations": float(sizes[number]),
        }
        for number, way in enumerate(done.ways)
        if done.changed[at, number]
    ]
    return {"row": place, "changes": changes}
