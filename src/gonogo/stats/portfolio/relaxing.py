"""The programme with shares of candidates allowed: a bound in no time, and where to look near.

Where a candidate may be done in part, the best is found at once and no choice of whole ones is
worth more. It also says which candidates are in question at all: a good choice differs from a known
one in few others.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.optimize import OptimizeResult, linprog

from gonogo.stats.arrays import Floats
from gonogo.stats.portfolio.programme import (
    INFEASIBLE,
    Between,
    Modelled,
    Programme,
    Solved,
    modelled,
    solve,
)

CORE = 60
"""Columns that are looked at near a known choice: those that are most in question."""
APART = 1e-6
"""Shares nearer than this are the same."""


@dataclass(frozen=True, slots=True, eq=False)
class Relaxed:
    """The best where candidates may be done in part."""

    bound: float
    """No choice is worth more; with `safest`, none has a better mean of its worst futures."""
    taken: Floats
    """Shape (columns,): the share of each that is taken, 0 to 1."""
    reduced: Floats
    """Shape (columns,): by how much the bound falls, at least, where a column is taken otherwise
    than here; 0 for those taken in part."""


def relaxed(
    found: Programme, *, without: frozenset[str] = frozenset(), safest: float | None = None
) -> Relaxed | None:
    """The relaxation of `found`; None where not even that keeps the rows, or it was not solved.

    Source: Kellerer, Pferschy & Pisinger (2004), Knapsack Problems, ch. 3, for the bound and the
    reduced costs.
    """
    model = modelled(found, without, safest)
    answer = _solved(model)
    if answer.x is None or answer.status != 0:
        return None
    reduced = np.abs(answer.lower.marginals) + np.abs(answer.upper.marginals)
    return Relaxed(
        bound=-float(answer.fun) * model.scale,
        taken=answer.x[: model.columns],
        reduced=reduced[: model.columns] * model.scale,
    )


def is_ruled_out(found: Programme, without: frozenset[str] = frozenset()) -> bool:
    """Whether nothing keeps the rows, not even with candidates done in part: then no choice does.

    False proves nothing.
    """
    return bool(found.columns) and _solved(modelled(found, without)).status == INFEASIBLE


def near(
    found: Programme,
    starts: Mapping[str, int] | None,
    *,
    nodes: int,
    seconds: float,
    safest: float | None = None,
) -> Solved | None:
    """The best choice that differs from `starts` only where it is in question; None for none.

    `starts` need not keep all rows; without them it is what would be done in part that is looked
    near. Of the columns those may differ whose reduced cost is least
    and those that the relaxation takes otherwise. What is found is a choice that keeps all rows;
    its bound is that of the relaxation, so that it is proven best only where it reaches that.

    Source: Balas & Zemel (1980), Operations Research 28, 1130-1154, for the core of a knapsack.
    """
    if not found.columns or (wide := relaxed(found, safest=safest)) is None:
        return None
    here: Floats
    if starts is None:
        here = np.round(wide.taken)
    else:
        here = np.array(
            [float(starts.get(one.candidate.name) == one.start) for one in found.columns]
        )
    is_open = np.abs(wide.taken - here) > APART
    is_open[np.argsort(wide.reduced, kind="stable")[:CORE]] = True
    between: Between = (np.where(is_open, 0.0, here), np.where(is_open, 1.0, here))
    solved = solve(found, safest=safest, nodes=nodes, seconds=seconds, between=between)
    if solved.done is None:
        return None
    return Solved(solved.done, wide.bound, proven=False, nodes=solved.nodes)


def _solved(model: Modelled) -> OptimizeResult:
    upper, lower = np.isfinite(model.high), np.isfinite(model.low)
    table = model.table.toarray()
    return linprog(
        model.objective,
        A_ub=np.vstack([table[upper], -table[lower]]),
        b_ub=np.concatenate([model.high[upper], -model.low[lower]]),
        bounds=list(zip(model.lows.tolist(), model.highs.tolist(), strict=True)),
        method="highs",
    )
