"""Ensembles, asked for one row: each member in its quickest way, then all together."""

from collections.abc import Callable
from pathlib import Path

from gonogo.checks.predictors.ensemble import folders_of, stack_order
from gonogo.checks.predictors.predictor import Predictor
from gonogo.checks.predictors.together import Together
from gonogo.gateway.scorers.scorer import One, Row, Scorer

Quickest = Callable[[Predictor, Path, bool], Scorer]
"""How a model is asked whose files are in a folder; the flag says whether it reads scores."""


def ensemble_scorer(predictor: Predictor, folder: Path, quickest: Quickest) -> Scorer:
    """The ensemble in `folder`, loaded as `predictor`."""
    together: Together = predictor.native
    members, stack = folders_of(folder, together.made)
    scorers = [quickest(one, at, False) for one, at in zip(together.members, members, strict=True)]
    places = {name: place for place, name in enumerate(predictor.names)}
    asked = [
        (one.one, [places[name] for name in one.names], share)
        for one, share in zip(scorers, together.made.shares.tolist(), strict=True)
    ]

    def said(values: Row) -> list[float]:
        return [one([values[place] for place in at]) for one, at, _ in asked]

    def averaged(values: Row) -> float:
        weighed = zip(said(values), asked, strict=True)
        return float(sum(score * share for score, (_, _, share) in weighed))

    one: One = averaged
    if stack is not None and together.stack is not None:
        over = quickest(together.stack, stack, True)
        order = stack_order(together.made, over.names)
        scorers.append(over)

        def stacked(values: Row) -> float:
            scores = said(values)
            return over.one([scores[place] for place in order])

        one = stacked

    def stop() -> None:
        for scorer in scorers:
            if scorer.stop is not None:
                scorer.stop()

    return Scorer(
        predictor.names, one, bounded=all(scorer.bounded for scorer in scorers), stop=stop
    )
