"""Shapley values of a model that can only be asked: walks from background rows to the row."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from gonogo.checks.explain.attribution import Attributions, Explainer, Scale
from gonogo.checks.inputs.probing import Ask, answers
from gonogo.stats.arrays import Bools, Floats, Integers
from gonogo.stats.shapley import Shapley, shapley_values, walks

if TYPE_CHECKING:
    import pandas as pd

SAMPLED = "Shapley values sampled by {count} walks for each row (Štrumbelj & Kononenko 2014)"


def by_walks(
    ask: Ask, features: Sequence[str], background: "pd.DataFrame", seed: int
) -> Explainer | None:
    """Attributions of the score, with their standard errors; None without background rows.

    Two walks start at each row of `background`, taken in one order and its reverse. The same walks
    serve all rows, so a row's attributions do not depend on the others.
    """
    known = background[list(features)]
    start = answers(ask, known, 0.0)
    known = known[start.given].reset_index(drop=True)
    base = start.score[start.given]
    if not len(known) or not features:
        return None
    orders = walks(len(features), len(known), seed)

    def one(row: "pd.DataFrame", own: float) -> Shapley:
        import pandas as pd

        # One pool for both keeps the columns' types: a model may take no others.
        pool = pd.concat([row, known], ignore_index=True)

        def score(mine: Bools, donors: Integers) -> Floats:
            taken = np.where(mine, 0, donors[:, np.newaxis] + 1)
            mixed = {
                name: pool[name].array.take(taken[:, place]) for place, name in enumerate(features)
            }
            return answers(ask, pd.DataFrame(mixed), 0.0).score

        return shapley_values(score, own, base, orders)

    def explain(rows: "pd.DataFrame") -> Attributions:
        asked = rows[list(features)]
        own = answers(ask, asked, 0.0).score
        values, error = np.full((2, len(rows), len(features)), np.nan)
        for place in np.flatnonzero(np.isfinite(own)):
            found = one(asked.iloc[[int(place)]], float(own[place]))
            values[place], error[place] = found.values, found.error
        return Attributions(values, np.full(len(rows), base.mean()), Scale.SCORE, error)

    return Explainer(SAMPLED.format(count=len(orders)), exact=False, explain=explain)
