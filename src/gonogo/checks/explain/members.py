"""Attributions of an ensemble that averages: those of its members, averaged alike.

Shapley values are linear in the model. Where a member's columns add up to the logarithm of the
odds, they are first taken to its score by one factor for each row: the score less that of the base,
over the margin less the base, which keeps the sum and the shares.

Source: Shapley (1953), Contributions to the Theory of Games 2, 307-317, for linearity; Chen,
Lundberg & Lee (2022), Nature Communications 13, 4512, for the factor (rescale rule).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import expit

from gonogo.checks.explain.attribution import Attributions, Explainer, Scale, Table
from gonogo.stats.arrays import Floats

if TYPE_CHECKING:
    import pandas as pd

CLOSE = 1e-9
"""Margins that are so close to the base have the slope there as their factor."""


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """A member, with the way in which its scores are attributed."""

    explainer: Explainer
    names: tuple[str, ...]
    """The columns it reads."""
    share: float
    """What it weighs, of 1."""


def by_members(parts: Sequence[Part], features: Sequence[str]) -> Explainer:
    """Attributions of the mean of the members' scores, on the scale of the score."""
    places = {name: place for place, name in enumerate(features)}

    def explain(rows: "pd.DataFrame") -> Attributions:
        values = np.zeros((len(rows), len(features)))
        spread = np.zeros_like(values)
        base = np.zeros(len(rows))
        for part in parts:
            found = on_scores(part.explainer.explain(rows[list(part.names)]))
            at = [places[name] for name in part.names]
            values[:, at] += part.share * found.values
            base += part.share * found.base
            if found.error is not None:
                # Walks of two members start anew: their chances are independent.
                spread[:, at] += (part.share * found.error) ** 2
        exact = all(part.explainer.exact for part in parts)
        return Attributions(values, base, Scale.SCORE, None if exact else np.sqrt(spread))

    ways = dict.fromkeys(part.explainer.method for part in parts)
    exact = all(part.explainer.exact for part in parts)
    return Explainer(f"mean of its members: {'; '.join(ways)}", exact=exact, explain=explain)


def on_scores(found: Attributions) -> Attributions:
    """The same attributions, adding up to the score itself."""
    if found.scale is Scale.SCORE:
        return found
    slope = _slopes(found.margin, found.base)
    values: Table = found.values * slope[:, np.newaxis]
    error = None if found.error is None else found.error * slope[:, np.newaxis]
    base: Floats = expit(found.base)
    return Attributions(values, base, Scale.SCORE, error)


def _slopes(margin: Floats, base: Floats) -> Floats:
    """Of the line from base to margin under the logistic function, at most a quarter."""
    at = expit(base)
    far = np.abs(margin - base) > CLOSE
    away = np.where(far, margin - base, 1.0)
    found: Floats = np.where(far, (expit(margin) - at) / away, at * (1 - at))
    return found
