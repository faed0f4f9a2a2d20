"""The integer programme of a problem: columns, named rows, and its solution by HiGHS."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array, vstack

from gonogo.stats.arrays import Floats
from gonogo.stats.portfolio.problem import Candidate, Problem, Worst, padded

NODES = 1_000_000
"""Nodes of the search tree after which the best found is taken; a limit that needs no clock."""
OPTIMAL, INFEASIBLE = 0, 2
"""The answers of the solver that are proven."""
Between = tuple[Floats, Floats]
"""The least and the greatest value of each column, shape (columns,) each."""
ONCE = "each is done once"
"""The rows that no answer can be without."""


@dataclass(frozen=True, slots=True)
class Column:
    """A candidate started in a quarter: one yes or no."""

    candidate: Candidate
    start: int

    @property
    def futures(self) -> Floats:
        """What it is worth in each future, shape (futures,)."""
        later: Floats = self.candidate.futures * self.candidate.kept**self.start
        return later


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """low <= coefficients · columns <= high; rows of one name are one limit."""

    name: str
    coefficients: Floats
    """Shape (columns,)."""
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Solved:
    """What the solver found."""

    done: tuple[int, ...] | None
    """Columns that are taken; None where nothing satisfies all rows."""
    bound: float
    """No choice is worth more than this; the worth of `done` where it is proven best."""
    proven: bool
    """Whether the answer, a choice or that there is none, is proven."""
    nodes: int
    """Nodes of the search tree."""


@dataclass(frozen=True, slots=True, eq=False)
class Programme:
    """A problem in columns and rows."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    worst: Worst | None
    worth: Floats
    """Shape (columns, futures)."""
    expected: Floats = field(init=False)
    """Shape (columns,): the mean over futures."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "expected", self.worth.mean(axis=1))

    @property
    def names(self) -> tuple[str, ...]:
        """The limits that may be in the way, each once and in order."""
        return tuple(dict.fromkeys(row.name for row in self.rows if row.name != ONCE))


@dataclass(frozen=True, slots=True, eq=False)
class Modelled:
    """A programme as a solver takes it: columns, and the worst futures where risk is in it."""

    columns: int
    """How many of the variables are yes or no; they come first."""
    objective: Floats
    """To be made as small as can be, in units of `scale`."""
    table: csr_array
    low: Floats
    high: Floats
    """low <= table · variables <= high."""
    lows: Floats
    highs: Floats
    """Between which the variables are."""
    scale: float
    """The worth that one unit of the objective stands for."""


def programme(problem: Problem) -> Programme:
    """The columns and rows of `problem`."""
    columns = tuple(
        Column(one, start) for one in problem.candidates for start in sorted(set(one.starts))
    )
    futures = problem.candidates[0].futures.size if problem.candidates else 1
    worth = np.array([column.futures for column in columns]).reshape(len(columns), futures)
    return Programme(columns, tuple(_rows(problem, columns)), problem.limits.worst, worth)


def worst_name(worst: Worst) -> str:
    """How the limit of risk is called."""
    return f"the worst {100 * worst.share:g} % of futures mean {worst.least:g} or more"


def solve(
    found: Programme,
    *,
    without: frozenset[str] = frozenset(),
    anything: bool = False,
    safest: float | None = None,
    nodes: int = NODES,
    seconds: float | None = None,
    between: Between | None = None,
) -> Solved:
    """The choice of the greatest expected worth that satisfies all rows but those left out.

    `without` names rows to leave out; with `anything` any choice that satisfies them will do. With
    `safest` the mean of that worst share of futures is made as great as can be instead. After
    `seconds` the best found is taken: what that is depends on the machine. With `between` columns
    keep to these least and greatest values; what is found is then best among such choices.
    """
    if not found.columns:
        return _nothing_to_choose(found, without)
    model = modelled(found, without, safest)
    objective = np.zeros_like(model.objective) if anything else model.objective
    lows, highs = model.lows.copy(), model.highs.copy()
    if between is not None:
        lows[: model.columns], highs[: model.columns] = between
    answer = milp(
        objective,
        integrality=(np.arange(objective.size) < model.columns).astype(np.int64),
        bounds=Bounds(lows, highs),
        constraints=LinearConstraint(model.table, model.low, model.high),
        options={
            "mip_rel_gap": 0.0,
            "node_limit": nodes,
            "time_limit": np.inf if seconds is None else max(seconds, 0.01),
        },
    )
    proven = answer.status in {OPTIMAL, INFEASIBLE}
    bound = -float(answer.mip_dual_bound or -np.inf) * model.scale
    if safest is None:  # ended before there is a bound: all that is worth anything
        bound = min(bound, float(np.clip(found.expected, 0, None).sum()))
    if answer.x is None:
        return Solved(None, -np.inf if proven else bound, proven, nodes=0)
    done = tuple(int(at) for at in np.flatnonzero(answer.x[: model.columns] > 0.5))
    return Solved(done, bound, proven, int(answer.mip_node_count))


def modelled(
    found: Programme, without: frozenset[str] = frozenset(), safest: float | None = None
) -> Modelled:
    """The programme as a solver takes it, as for `solve`; it has one column or more."""
    count = len(found.columns)
    rows = [row for row in found.rows if row.name not in without]
    scale = max(float(np.abs(found.worth).max()), 1e-300)
    worst = found.worst if found.worst and worst_name(found.worst) not in without else None
    share = safest if safest is not None else worst.share if worst else None
    tail = 0 if share is None else 1 + found.worth.shape[1]
    table, low, high = _matrix(rows, tail)
    objective = np.concatenate([-found.expected / scale, np.zeros(tail)])
    lows, highs = np.zeros(count + tail), np.concatenate([np.ones(count), np.full(tail, np.inf)])
    if share is not None:
        lows[count] = -np.inf
        of_tail = np.concatenate([[1.0], np.full(tail - 1, 1 / (share * (tail - 1)))])
        futures = csr_array(
            np.hstack([found.worth.T / scale, np.ones((tail - 1, 1)), np.eye(tail - 1)])
        )
        table = vstack([table, futures], format="csr")
        low, high = np.append(low, np.zeros(tail - 1)), np.append(high, np.full(tail - 1, np.inf))
        if worst is not None and safest is None:
            mean = csr_array(np.concatenate([np.zeros(count), of_tail])[None, :])
            table = vstack([table, mean], format="csr")
            low, high = np.append(low, -np.inf), np.append(high, -worst.least / scale)
        if safest is not None:
            objective = np.concatenate([np.zeros(count), of_tail])
    return Modelled(count, objective, table, low, high, lows, highs, scale)


def _nothing_to_choose(found: Programme, without: frozenset[str]) -> Solved:
    worst = found.worst
    if worst is None or worst.least <= 0 or worst_name(worst) in without:
        return Solved((), 0.0, proven=True, nodes=0)
    return Solved(None, -np.inf, proven=True, nodes=0)


def _matrix(rows: Sequence[Row], tail: int) -> tuple[csr_array, Floats, Floats]:
    """The rows, each divided by its largest coefficient: the solver's tolerance is absolute."""
    scales = [float(np.abs(row.coefficients).max()) or 1.0 for row in rows]
    table = np.array([row.coefficients / by for row, by in zip(rows, scales, strict=True)])
    padded_table = np.hstack([table, np.zeros((len(rows), tail))])
    low = np.array([row.low / by for row, by in zip(rows, scales, strict=True)])
    high = np.array([row.high / by for row, by in zip(rows, scales, strict=True)])
    return csr_array(padded_table), low, high


def _rows(problem: Problem, columns: Sequence[Column]) -> Iterator[Row]:
    yield from _rows_of_candidates(problem, columns)
    yield from _rows_of_quarters(problem, columns)
    yield from _rows_of_shares(problem, columns)


def _rows_of_candidates(problem: Problem, columns: Sequence[Column]) -> Iterator[Row]:
    for one in problem.candidates:
        yield Row(ONCE, _picks(columns, {one.name}), -np.inf, 1.0)
    for one in problem.candidates:
        if one.must:
            yield Row(f"{one.name} must be done", _picks(columns, {one.name}), 1.0, np.inf)
        for needed in one.needs:
            yield from _needs(columns, one, needed)
    for group in problem.limits.either:
        name = f"one of {', '.join(group)} at most"
        yield Row(name, _picks(columns, set(group)), -np.inf, 1.0)


def _rows_of_quarters(problem: Problem, columns: Sequence[Column]) -> Iterator[Row]:
    limits, quarters = problem.limits, problem.quarters
    if limits.total is not None:
        yield Row("budget in all", _costs(columns), -np.inf, limits.total)
    spent = [padded(column.candidate.cost, column.start, quarters) for column in columns]
    for quarter, most in enumerate(limits.budget):
        used = np.array([row[quarter] for row in spent])
        yield Row(f"budget of quarter {quarter + 1}", used, -np.inf, most)
    for role, limit in limits.people.items():
        busy = [
            padded(column.candidate.people.get(role, ()), column.start, quarters)
            for column in columns
        ]
        for quarter, most in enumerate(limit):
            used = np.array([row[quarter] for row in busy])
            yield Row(f"{role} in quarter {quarter + 1}", used, -np.inf, most)


def _rows_of_shares(problem: Problem, columns: Sequence[Column]) -> Iterator[Row]:
    costs = _costs(columns)
    for kind, (least, most) in problem.limits.shares.items():
        of_kind = costs * [column.candidate.kind == kind for column in columns]
        if least > 0:
            name = f"at least {100 * least:g} % of the money for {kind}"
            yield Row(name, of_kind - least * costs, 0.0, np.inf)
        if most < 1:
            name = f"at most {100 * most:g} % of the money for {kind}"
            yield Row(name, of_kind - most * costs, -np.inf, 0.0)


def _costs(columns: Sequence[Column]) -> Floats:
    return np.array([column.candidate.spent for column in columns])


def _needs(columns: Sequence[Column], one: Candidate, needed: str) -> Iterator[Row]:
    """Up to every quarter in which `one` may start, what it needs has started as often."""
    for latest in sorted(set(one.starts)):
        started = _picks(columns, {one.name}, latest) - _picks(columns, {needed}, latest)
        yield Row(f"{one.name} needs {needed}", started, -np.inf, 0.0)


def _picks(columns: Sequence[Column], names: set[str], latest: int | None = None) -> Floats:
    return np.array(
        [
            float(column.candidate.name in names and (latest is None or column.start <= latest))
            for column in columns
        ]
    )
