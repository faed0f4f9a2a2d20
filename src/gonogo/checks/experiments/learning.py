"""Is more data worth it? A learning curve, carried on, and what it says is lacking.

Data is lacking where more rows make the score better, and pay if they have a price. Where they do
not, the gap to the score on the rows trained on tells the rest: a model that does hardly better on
rows it knows has too little capacity; one that does much better needs another approach.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from gonogo.checks.findings import parameters as defaults
from gonogo.checks.findings.finding import Finding
from gonogo.checks.findings.parameters import Settings, settle_parameters
from gonogo.checks.inputs.probing import Ask, answers
from gonogo.checks.under_test import UnderTest
from gonogo.core.canonical import Json
from gonogo.core.errors import Invalid
from gonogo.core.evidence import Parameters, measured_to_json
from gonogo.stats.arrays import Floats
from gonogo.stats.auc import auc_delong
from gonogo.stats.estimate import Estimate, Measured, Undefined
from gonogo.stats.learning_curves import METHOD, Curve, fit, foretell, gain, stops_paying
from gonogo.stats.losses import log_loss
from gonogo.stats.means import mean_t

if TYPE_CHECKING:
    import pandas as pd

CHECK = "performance.more_data_gain"
AHEAD = 8
"""The largest size that can be had, in multiples of the largest measured, where none is said."""
STEPS = (1, 2, 4, 8)
"""Multiples of the largest size that are foretold."""
POINTS = 24
"""Sizes at which the curve is told, so that it can be drawn."""
SIZES, REPEATS = 6, 3
SMALLEST = 50
"""Rows of the smallest sample that is trained on, at least."""
GAP = 0.02
METRICS = ("roc_auc", "log_loss")


class Lacks(StrEnum):
    """What a model lacks that is not as good as is wanted."""

    DATA = "data"
    APPROACH = "approach"
    CAPACITY = "capacity"


@dataclass(frozen=True, slots=True)
class Point:
    """A model trained on so many rows, and how well it did."""

    size: int
    score: float
    """On rows held out."""
    trained: float | None = None
    """On the rows it was trained on; None where nobody measured it."""


@dataclass(frozen=True, slots=True)
class _Purchase:
    """Rows up to where they stop paying."""

    size: int
    cost: float
    worth: Estimate


def more_data(under: UnderTest, asked: Parameters) -> Finding:
    """By how much more rows would make a model better, unit difference; above 0 is better.

    The model is trained anew on nested samples of its training rows, of `sizes` sizes, `repeats`
    times, and measured on the rows under test by `metric`. The rest is as `of_points` has it.
    Needs an estimator or a training function, and training rows; raises `Invalid` without.
    """
    settings = _settings({"metric": METRICS[0], "sizes": SIZES, "repeats": REPEATS, **asked})
    if settings.text("metric") not in METRICS:
        raise Invalid(
            field="with.metric", value=settings.text("metric"), expected=f"one of {METRICS}"
        )
    if under.train is None or under.training is None:
        raise Invalid(
            field="estimator",
            expected=f"an estimator and the rows it was trained on: {CHECK} trains it anew, "
            "so it is measured in a notebook: run.evaluate(..., estimator=..., trained_on=...)",
        )
    for name, least in (("sizes", 5), ("repeats", 1)):
        if not least <= settings.whole(name) <= 100:
            raise Invalid(
                field=f"with.{name}", value=settings.whole(name), expected=f"{least} to 100"
            )
    return of_points(_points(under, under.training, settings), settings.values)


def _points(under: UnderTest, training: "pd.DataFrame", settings: Settings) -> list[Point]:
    """Models of nested samples: each size holds the rows of the smaller ones."""
    train, label = under.train, str(under.label)
    if train is None or label not in training.columns:
        raise Invalid(field="trained_on", value=label, expected="training rows with the label")
    smallest = min(SMALLEST, max(1, len(training) // 2))
    sizes = np.unique(
        np.geomspace(smallest, max(len(training), 1), settings.whole("sizes")).astype(int)
    )
    rng = np.random.default_rng(settings.whole("seed"))
    found = []
    for _ in range(settings.whole("repeats")):
        order, seed = rng.permutation(len(training)), int(rng.integers(2**31))
        for size in sizes:
            rows = training.iloc[order[:size]].reset_index(drop=True)
            # A classifier cannot be trained on one class; the sample says nothing then.
            if rows[label].nunique() < 2:
                continue
            ask = train(rows, seed)
            score = _score(ask, under.rows, label, settings)
            trained = _score(ask, rows, label, settings)
            if score is not None:
                found.append(Point(int(size), score, trained))
    return found


def _score(ask: Ask, rows: "pd.DataFrame", label: str, settings: Settings) -> float | None:
    """The metric on the rows that are answered; None where there is none."""
    said = answers(ask, rows, threshold=0.5)
    yes = (rows[label].to_numpy() == 1)[said.given]
    measure = auc_delong if settings.text("metric") == "roc_auc" else log_loss
    found = measure(yes, said.score[said.given], settings.level)
    return found.value if isinstance(found, Estimate) else None


def of_points(points: Sequence[Point], asked: Parameters) -> Finding:
    """As `more_data`, of scores that were measured before, at five sizes or more.

    The gain is foretold for `size` rows, else for where they stop paying by `price` and `worth`,
    else for twice the largest size, with a prediction interval. Detail: the means at each size, the
    curve carried on, what it lacks and why, the purchase where there is a price.

    Source: as `stats.learning_curves`. Raises `Invalid` for prices, sizes and levels that are none.
    """
    settings = _settings(asked)
    try:
        curve = fit([one.size for one in points], [one.score for one in points])
    except ValueError as error:
        raise Invalid(field="sizes", expected=str(error)) from error
    if isinstance(curve, Undefined):
        return Finding(CHECK, settings.values, curve)
    sign = -1 if settings.find("lower_is_better") else 1
    most = math.ceil(float(settings.find("most") or AHEAD * curve.largest))
    bought = _purchase(curve, settings, sign, most)
    size = int(settings.find("size") or (2 * curve.largest if bought is None else bought.size))
    measured = _better(gain(curve, size, settings.level, "score"), sign)
    gap = _gap(points, int(curve.largest), sign, settings.level)
    lacks, reason = _judged(measured, bought, gap, settings)
    detail: dict[str, Json] = {
        "lacks": str(lacks),
        "reason": reason,
        "sizes": [_at_size(points, int(at), settings.level) for at in curve.sizes],
        "curve": [_foretold(curve, at, settings.level) for at in _drawn(curve, max(most, size))],
        "ahead": [_foretold(curve, one * curve.largest, settings.level) for one in STEPS],
        "weights": dict(curve.weights),
        "held_back": curve.held_back,
        "size": size,
        "gap": None if gap is None else measured_to_json(gap),
        "purchase": None if bought is None else _bought(bought, curve),
    }
    return Finding(CHECK, settings.values, measured, detail)


def _settings(asked: Parameters) -> Settings:
    lower = asked.get("metric") == "log_loss"
    settings = settle_parameters(
        CHECK,
        {**({"lower_is_better": True} if lower else {}), **asked},
        level=defaults.LEVEL,
        seed=defaults.SEED,
        gap=GAP,
    )
    prices = [settings.find(name) for name in ("price", "worth")]
    if (prices[0] is None) != (prices[1] is None):
        raise Invalid(field="with.price", value=prices[0], expected="price and worth, or neither")
    for name in ("price", "worth", "gap", "size", "most"):
        value = settings.find(name)
        if value is not None and not 0 < float(value) < math.inf:
            raise Invalid(field=f"with.{name}", value=value, expected="a number above 0")
    if not 0 < settings.level < 1:
        raise Invalid(field="with.level", value=settings.level, expected="a number between 0 and 1")
    return settings


def _better(found: Measured, sign: int) -> Measured:
    """A gain of score as an improvement: of a loss, what it falls by."""
    if isinstance(found, Undefined) or sign > 0:
        return found
    return Estimate(
        -found.value, -found.high, -found.low, found.level, found.n, found.unit, found.method
    )


def _purchase(curve: Curve, settings: Settings, sign: int, most: int) -> _Purchase | None:
    if settings.find("price") is None:
        return None
    price, worth = settings.number("price"), settings.number("worth")
    try:
        size = int(stops_paying(curve, price=price, worth=sign * worth, most=float(most)))
    except ValueError as error:
        raise Invalid(field="with.most", expected=str(error)) from error
    found = _better(gain(curve, size, settings.level, "score"), sign)
    if isinstance(found, Undefined):
        raise Invalid(field="size", value=size, expected=found.reason)
    brings = Estimate(
        worth * found.value,
        worth * found.low,
        worth * found.high,
        found.level,
        found.n,
        "money",
        METHOD,
    )
    return _Purchase(size, (size - int(curve.largest)) * price, brings)


def _gap(points: Sequence[Point], largest: int, sign: int, level: float) -> Measured | None:
    """By how much it does better on the rows it was trained on, at the largest size."""
    pairs = [
        sign * (one.trained - one.score)
        for one in points
        if one.size == largest and one.trained is not None
    ]
    if not pairs:
        return None
    if len(pairs) > 1 and len(set(pairs)) > 1:
        return mean_t(pairs, level, "difference")
    middle = float(np.mean(pairs))
    return Estimate(middle, -math.inf, math.inf, level, len(pairs), "difference", "a single gap")


def _judged(
    measured: Measured, bought: _Purchase | None, gap: Measured | None, settings: Settings
) -> tuple[Lacks, str]:
    """What it lacks, and why."""
    if bought is not None and bought.cost > 0 and bought.worth.low > bought.cost:
        return Lacks.DATA, "also the low end of what more rows bring covers what they cost"
    if bought is None and isinstance(measured, Estimate) and measured.low > 0:
        many = "so many" if settings.find("size") else "twice as many"
        return Lacks.DATA, f"{many} rows are foretold to make the score better"
    why = "no gain from more rows can be told from none"
    if bought is not None:
        why = (
            "the next row already costs more than it brings"
            if bought.cost == 0
            else "it may pay, but the low end of what it brings does not cover the cost"
        )
    if isinstance(gap, Estimate) and gap.value <= settings.number("gap"):
        return Lacks.CAPACITY, (
            f"{why}; it does hardly better on rows it knows: try a model that can say more"
        )
    known = "" if isinstance(gap, Estimate) else "; scores on training rows would tell capacity"
    return Lacks.APPROACH, f"{why}: try another approach{known}"


def _at_size(points: Sequence[Point], size: int, level: float) -> Json:
    """The mean score at a size, with an interval over the repeats where they differ."""
    scores = [one.score for one in points if one.size == size]
    trained = [one.trained for one in points if one.size == size and one.trained is not None]
    found = mean_t(scores, level, "score")
    return {
        "size": size,
        "mean": float(np.mean(scores)),
        "low": found.low if isinstance(found, Estimate) else None,
        "high": found.high if isinstance(found, Estimate) else None,
        "n": len(scores),
        "trained": float(np.mean(trained)) if trained else None,
    }


def _drawn(curve: Curve, most: int) -> Floats:
    found: Floats = np.unique(
        np.round(np.geomspace(curve.sizes[0], max(most, curve.largest), POINTS))
    )
    return found


def _foretold(curve: Curve, size: float, level: float) -> Json:
    found = foretell(curve, size, level, "score")
    if isinstance(found, Undefined):
        return {"size": int(size), "value": None, "low": None, "high": None}
    return {"size": int(size), "value": found.value, "low": found.low, "high": found.high}


def _bought(bought: _Purchase, curve: Curve) -> Json:
    return {
        "size": bought.size,
        "rows": bought.size - int(curve.largest),
        "cost": bought.cost,
        "worth": measured_to_json(bought.worth),
    }
