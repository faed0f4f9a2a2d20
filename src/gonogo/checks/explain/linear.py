"""Shapley values of linear models, in closed form.

What a column adds is its weight times how far it lies from its mean in the background rows; columns
that are prepared one by one add what their prepared columns do.

Source: Štrumbelj & Kononenko (2014), Knowledge and Information Systems 41, 647-665, section 3.1.
"""

from typing import TYPE_CHECKING, Any

import numpy as np

from gonogo.checks.explain.attribution import Attributions, Explainer, Scale, Table, gathered
from gonogo.checks.explain.parts import Parts

if TYPE_CHECKING:
    import pandas as pd

LINEAR = "Shapley values of a linear model, in closed form (Štrumbelj & Kononenko 2014)"


def by_weights(parts: Parts, columns: int, background: "pd.DataFrame") -> Explainer | None:
    """Attributions on the linear scale; None where the last step is not linear."""
    final = parts.final
    if not hasattr(final, "coef_") or not hasattr(final, "intercept_"):
        return None
    weights = np.asarray(final.coef_, dtype=np.float64)
    if weights.size != parts.sources.size:
        return None
    middle = _numbers(parts.prepare(background)).mean(axis=0)
    base = float(np.ravel(final.intercept_)[0]) + float(middle @ weights.ravel())

    def explain(rows: "pd.DataFrame") -> Attributions:
        moved = (_numbers(parts.prepare(rows)) - middle) * weights.ravel()
        values = gathered(moved, parts.sources, columns)
        return Attributions(values, np.full(len(rows), base), Scale.LOG_ODDS)

    return Explainer(LINEAR, exact=True, explain=explain)


def _numbers(prepared: Any) -> Table:
    return np.asarray(prepared, dtype=np.float64)
