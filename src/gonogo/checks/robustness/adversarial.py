"""Small allowed changes that flip a decision: a seeded search, so a lower bound on vulnerability.

What may be changed is declared: which numeric columns, each by how many standard deviations, how
many of them at once, and no further than the declared range. Each round tries steps of the columns
that may still be changed and keeps, row by row, the one that brings the score closest to the other
decision (greedy coordinate search). The change that flipped a row is then shrunk by halving, which
gives the smallest one along its way. What the search does not find may exist all the same.

Source: the greedy search is that of hill-climbing evasion attacks on black-box models, as in Biggio
et al. (2013), Evasion attacks against machine learning at test time, ECML PKDD, 387-402, without
gradients.
"""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from gonogo.checks.findings.finding import Finding
from gonogo.checks.findings.parameters import Settings
from gonogo.checks.inputs.cells import numbers_of
from gonogo.checks.inputs.probing import Answers, Probe, Sample
from gonogo.checks.inputs.schema import ColumnSpec, ColumnType
from gonogo.checks.robustness.changes import Habit, habit
from gonogo.checks.robustness.wrong_inputs import probe_settings
from gonogo.core.canonical import Json
from gonogo.core.errors import Invalid
from gonogo.core.evidence import Parameters
from gonogo.stats.arrays import Bools, Floats
from gonogo.stats.counts import Counts
from gonogo.stats.estimate import Undefined
from gonogo.stats.proportions import clopper_pearson

if TYPE_CHECKING:
    import pandas as pd

CHECK = "robustness.adversarial_flips"
ROWS = 500
"""Rows that are asked about where not said otherwise."""
BUDGET = 0.25
"""Standard deviations by which a column may be changed where none are said."""
MOST = 2
"""Columns of a row that may be changed at once where not said otherwise."""
EVALUATIONS = 200
"""How often the model is asked about each row at most where not said otherwise."""
STEPS = (-1.0, -0.5, 0.5, 1.0)
"""Parts of the budget that are tried."""
HALVINGS = 6
"""How often a change that flips is halved towards the smallest: to a 64th of its length."""
SHOWN = 20
"""Flips that are shown, the smallest ones first."""

Moves = npt.NDArray[np.float64]
"""By how many budgets each column of each row is changed, shape (n, columns)."""


@dataclass(frozen=True, slots=True, eq=False)
class _Search:
    """What may be changed in which rows, and how far."""

    sample: Sample
    usual: tuple[Habit, ...]
    before: Answers
    values: Floats
    """Of the columns that may be changed, shape (n, columns), NaN where missing."""
    budget: float

    def moved(self, moves: Moves) -> tuple["pd.DataFrame", Moves]:
        """The rows after `moves`, and the moves as far as they were allowed."""
        rows = self.sample.features()
        real = np.zeros_like(moves)
        for place, usual in enumerate(self.usual):
            reach = self.budget * usual.spread
            now = self.values[:, place]
            allowed = _allowed(now, now + moves[:, place] * reach, usual.column)
            name = usual.column.name
            hit = np.isfinite(now) & (allowed != now)
            if hit.any():
                dtype = rows[name].dtype
                rows[name] = rows[name].mask(hit, allowed)
                # Whole numbers stay of their type where the column is of it.
                if usual.column.type is ColumnType.INTEGER:
                    rows[name] = rows[name].astype(dtype)
            real[hit, place] = (allowed - now)[hit] / reach
        return rows, real

    def flipped(self, after: Answers) -> Bools:
        """Which rows are answered, and decided otherwise."""
        found: Bools = after.given & (after.selected != self.before.selected)
        return found & self.before.given


def adversarial_flips(probe: Probe, asked: Parameters) -> Finding:
    """Share of rows whose decision an allowed change was found to flip, unit share.

    A lower bound on what is possible: the interval says how far the share found by this search
    would vary from sample to sample of rows, not what a better search would find. Rows that are not
    answered after a change are not flipped by it.

    Detail: the smallest changes found, in standard deviations, and which columns they change.
    """
    settings = _settings(probe, asked)
    columns = _columns(probe, settings)
    sample = probe.ordered(settings.whole("rows"), settings.whole("seed"))
    before = sample.scores()
    usual = [habit(column, sample.frame[column.name]) for column in columns]
    search = _search(sample, [one for one in usual if one.spread > 0], before, settings)
    detail: dict[str, Json] = {"rows": sample.n, "unanswered_before": before.refused}
    n = int(before.given.sum())
    if not search.usual:
        reason = "no column of numbers varies: there is nothing to change"
        return Finding(CHECK, settings.values, Undefined(reason, n=n), detail)
    if not n:
        reason = "the model answers none of the rows as they are" if sample.n else "no observations"
        return Finding(CHECK, settings.values, Undefined(reason, n=sample.n), detail)
    moves, flipped, used = _found(search, settings)
    moves, more = _shrunk(search, moves, flipped)
    detail |= _told(search, moves, flipped, used + more)
    measured = clopper_pearson(Counts(int(flipped.sum()), n), settings.level)
    if not isinstance(measured, Undefined):
        bound = f"{measured.method} of the flips found by a greedy search: a lower bound"
        measured = replace(measured, method=bound)
    return Finding(CHECK, settings.values, measured, detail)


def _settings(probe: Probe, asked: Parameters) -> Settings:
    settings = probe_settings(
        CHECK,
        probe,
        {"rows": ROWS, **asked},
        budget=BUDGET,
        most=MOST,
        evaluations=EVALUATIONS,
    )
    if not 0 < settings.number("budget") < np.inf:
        raise Invalid(
            field="with.budget", value=settings.number("budget"), expected="a number above 0"
        )
    if settings.whole("most") < 1:
        raise Invalid(field="with.most", value=settings.whole("most"), expected="1 or more")
    least = HALVINGS + len(STEPS)
    if not least <= settings.whole("evaluations") <= 100_000:
        raise Invalid(
            field="with.evaluations",
            value=settings.whole("evaluations"),
            expected=f"{least} to 100,000",
        )
    return settings


def _columns(probe: Probe, settings: Settings) -> list[ColumnSpec]:
    said = settings.find("columns")
    if said is None:
        return list(probe.numeric)
    names = dict.fromkeys(name.strip() for name in str(said).split("&"))
    return [probe.column(name, probe.numeric, "columns of numbers") for name in names]


def _search(sample: Sample, usual: list[Habit], before: Answers, settings: Settings) -> _Search:
    values = [numbers_of(sample.frame[one.column.name]) for one in usual]
    table = np.column_stack(values) if values else np.empty((sample.n, 0))
    return _Search(sample, tuple(usual), before, table, settings.number("budget"))


def _found(search: _Search, settings: Settings) -> tuple[Moves, Bools, int]:
    """The moves that come closest to the other decision, which rows they flip, how often asked."""
    rng = np.random.default_rng([settings.whole("seed"), 2])
    n, width = search.values.shape
    moves, flipped = np.zeros((n, width)), np.zeros(n, dtype=np.bool_)
    # Towards the other decision: down for a yes, up for a no.
    want = np.where(search.before.selected, -1.0, 1.0)
    best = want * search.before.score
    left = settings.whole("evaluations") - HALVINGS
    used = 0
    for _ in range(min(settings.whole("most"), width)):
        trials = [(place, step) for place in range(width) for step in STEPS]
        # Where not all can be tried, which ones are is left to chance, not to their order.
        order = rng.permutation(len(trials))[:left]
        start = moves.copy()
        for place, step in (trials[one] for one in order):
            trial = start.copy()
            trial[:, place] = np.where(start[:, place] == 0, step, start[:, place])
            trial, after = _ask(search, trial, flipped)
            used += 1
            gain = want * after.score
            better = after.given & (gain > best) & ~flipped
            moves[better], best[better] = trial[better], gain[better]
        left -= order.size
        flipped |= (np.count_nonzero(moves, axis=1) > 0) & _crossed(search, best, want)
        if left <= 0 or flipped.all():
            break
    return moves, flipped, used


def _ask(search: _Search, trial: Moves, done: Bools) -> tuple[Moves, Answers]:
    """What the model says after `trial`; rows that are `done` stay as they are."""
    trial = np.where(done[:, np.newaxis], 0.0, trial)
    rows, real = search.moved(trial)
    return real, search.sample.said_of(rows)


def _crossed(search: _Search, best: Floats, want: Floats) -> Bools:
    """Which rows' best score is on the other side of the threshold."""
    score = want * best
    found: Bools = search.before.given & (
        (score >= search.before.threshold) != search.before.selected
    )
    return found


def _shrunk(search: _Search, moves: Moves, flipped: Bools) -> tuple[Moves, int]:
    """The moves made as short as they flip by halving the way to them, and how often asked."""
    small, large = np.zeros(flipped.size), np.ones(flipped.size)
    shortest = moves.copy()
    if not flipped.any():
        return shortest, 0
    for _ in range(HALVINGS):
        part = (small + large) / 2
        rows, real = search.moved(moves * part[:, np.newaxis])
        still = search.flipped(search.sample.said_of(rows)) & flipped
        large, small = np.where(still, part, large), np.where(still, small, part)
        shortest[still] = real[still]
    return shortest, HALVINGS


def _told(search: _Search, moves: Moves, flipped: Bools, used: int) -> dict[str, Json]:
    deviations = np.abs(moves[flipped]) * search.budget
    names = [one.column.name for one in search.usual]
    found: dict[str, Json] = {
        "evaluations": used,
        "to_yes": int((flipped & ~search.before.selected).sum()),
        "to_no": int((flipped & search.before.selected).sum()),
        "columns": {
            name: int(count)
            for name, count in zip(names, np.count_nonzero(deviations, axis=0), strict=True)
        },
    }
    if not flipped.any():
        return found
    farthest = deviations.max(axis=1)
    found["smallest_change"] = float(farthest.min())
    found["median_change"] = float(np.median(farthest))
    places = search.sample.places[flipped]
    order = np.lexsort((places, farthest))[:SHOWN]
    found["flips"] = [
        {
            "row": int(places[at]),
            "largest_change": float(farthest[at]),
            "changes": {
                name: float(move * search.budget * one.spread)
                for name, move, one in zip(names, moves[flipped][at], search.usual, strict=True)
                if move
            },
        }
        for at in order
    ]
    return found


def _allowed(now: Floats, then: Floats, column: ColumnSpec) -> Floats:
    """`then` as far as the column takes it: in its range, whole, never further than was asked."""
    if column.type is ColumnType.INTEGER:
        # Towards where it was, so that rounding does not go beyond the budget.
        whole = np.where(then > now, np.floor(then), np.ceil(then))
        # A fraction in a column of whole numbers would be rounded the other way: it stays.
        then = np.where((whole - now) * (then - now) > 0, whole, now)
    low = -np.inf if column.minimum is None else column.minimum
    high = np.inf if column.maximum is None else column.maximum
    return np.where(np.isfinite(now), np.clip(then, np.fmin(low, now), np.fmax(high, now)), now)
