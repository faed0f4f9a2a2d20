"""Which way of attributing fits a model: its own where it has one, else sampled."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from gonogo.checks.explain.attribution import Attributions, Explain, Explainer, Scale
from gonogo.checks.explain.by_shap import by_shap
from gonogo.checks.explain.linear import by_weights
from gonogo.checks.explain.members import Part, by_members
from gonogo.checks.explain.parts import taken_apart
from gonogo.checks.explain.sampled import by_walks
from gonogo.checks.explain.trees import by_trees
from gonogo.checks.inputs.cells import without_codes
from gonogo.checks.inputs.probing import REFUSALS, Ask, Probe, answers
from gonogo.checks.predictors.together import Together
from gonogo.checks.under_test import UnderTest
from gonogo.stats.arrays import Floats

if TYPE_CHECKING:
    import pandas as pd

WALKS = 64
"""Walks to each row where not said otherwise: two from each background row."""
MOST_BACKGROUND = 1000
"""Rows that the mean of a linear model's columns is taken over."""
TRIED = 20
"""Rows on which an explanation must give the model's own score before it is believed."""
CLOSE = 1e-5
"""How far it may be off there, of the score."""


@dataclass(frozen=True, slots=True, eq=False)
class Explained:
    """A model with a way of attributing its scores."""

    explainer: Explainer
    background: "pd.DataFrame"
    """The rows that others are compared with, of the columns the model reads."""
    trained: bool
    """Whether they are of the rows it was trained on; else they are of the rows under test."""


def explained(under: UnderTest, seed: int, count: int) -> Explained | None:
    """The first way of attributing that gives back the model's scores, of these in their order.

    What the library that made it offers, closed form, `shap`, sampling by `count` walks. None
    where there are no rows to compare with or the model answers none of them.
    """
    trained = under.training is not None
    background = background_of(under, MOST_BACKGROUND, seed)
    said = answers(under.probe.ask, background, 0.0)
    background = background[said.given].reset_index(drop=True)
    if not len(background):
        return None
    found = way_of(
        under.probe.ask, under.model.native, under.probe.features, background, seed, count
    )
    return None if found is None else Explained(found, background, trained)


def way_of(
    ask: Ask,
    native: Any,
    features: tuple[str, ...],
    background: "pd.DataFrame",
    seed: int,
    count: int,
) -> Explainer | None:
    """The first way of attributing the scores of `ask` that gives them back on `background`.

    None where that holds no row that the model answers.
    """
    tried = background.iloc[:TRIED]
    score = answers(ask, tried, 0.0).score
    for one in _own(native, features, background, seed, count):
        fitting = _fitting(one, tried, score)
        if fitting is not None:
            return fitting
    return by_walks(ask, features, background.iloc[: max(1, count // 2)], seed)


def background_of(under: UnderTest, most: int, seed: int) -> "pd.DataFrame":
    """At most `most` of the rows it was trained on, else of those under test, seeded."""
    probe = under.probe
    if under.training is not None:
        # Kept rows hold the codes that stand for "missing"; a model sees them as missing values.
        rows = without_codes(under.training, probe.schema)
        probe = Probe(probe.ask, probe.features, rows, probe.schema)
    return probe.ordered(most, seed).features()


def _own(
    native: Any, features: tuple[str, ...], background: "pd.DataFrame", seed: int, count: int
) -> Iterator[Explainer]:
    if native is None:
        return
    if isinstance(native, Together):
        found = _of_members(native, features, background, seed, count)
        if found is not None:
            yield found
        return
    parts = taken_apart(native, features)
    if parts is None:
        return
    for one in (
        by_trees(parts, len(features)),
        by_weights(parts, len(features), background),
        by_shap(parts, len(features)),
    ):
        if one is not None:
            yield one


def _of_members(
    native: Together, features: tuple[str, ...], background: "pd.DataFrame", seed: int, count: int
) -> Explainer | None:
    """The members' own ways, averaged; None where another model reads their scores."""
    if native.stack is not None:
        return None
    parts = []
    for one, share in zip(native.members, native.made.shares.tolist(), strict=True):
        known = background[list(one.names)]
        found = way_of(one.predict_score, one.native, one.names, known, seed, count)
        if found is None:
            return None
        parts.append(Part(found, one.names, share))
    return by_members(parts, features)


def _fitting(one: Explainer, rows: "pd.DataFrame", score: Floats) -> Explainer | None:
    """The explainer on the scale on which it gives `score`; None where it does on neither."""
    try:
        found = one.explain(rows)
    except REFUSALS:
        return None
    for scale in Scale:
        if np.allclose(replace(found, scale=scale).score, score, rtol=CLOSE, atol=CLOSE):
            return replace(one, explain=_on(one, scale))
    return None


def _on(one: Explainer, scale: Scale) -> Explain:
    def explain(rows: "pd.DataFrame") -> Attributions:
        return replace(one.explain(rows), scale=scale)

    return explain
