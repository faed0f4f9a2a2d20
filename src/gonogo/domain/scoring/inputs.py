"""What goes into RICE and WSJF of a use case: ranges that people state, else what is known; pure.

Effort and size are person-months. Where money is known, impact and cost of delay are money and the
score is money per person-month; where people state points, it is points. The two are not compared.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Any

import numpy as np
from scipy.special import ndtri

from gonogo.core.canonical import Json
from gonogo.core.errors import Invalid
from gonogo.stats.arrays import Floats
from gonogo.stats.estimate import Estimate, Measured, Undefined
from gonogo.stats.money.amounts import Amount, Between, draws, quantile
from gonogo.stats.portfolio.priorities import FUTURES, rice_scores, summary, wsjf_scores
from gonogo.stats.portfolio.ranking import Ranked, above, ranks

LEVEL = 0.8
SEED = 7
POINTS = "points"
"""The unit of what people state on a scale of their own."""
MOST = 1e15
Z90 = 1.2815515655446004
"""Standard deviations from the median to the ninetieth percentile of a normal distribution."""
MONTH = 21.0
"""Working days of a person-month."""


class Method(StrEnum):
    """How use cases are put in order."""

    RICE = "rice"
    WSJF = "wsjf"


PARTS: Mapping[Method, tuple[str, ...]] = {
    Method.RICE: ("reach", "impact", "confidence", "effort"),
    Method.WSJF: ("value", "urgency", "enabling", "size"),
}
"""What each method asks for. Value, urgency and enabling add up to the cost of delay."""
NAMES = {
    "reach": "people or decisions in a quarter",
    "impact": "what one of them gains",
    "confidence": "how sure that is, 0 to 1",
    "effort": "person-months",
    "value": "what users lose by waiting",
    "urgency": "what is lost as time goes",
    "enabling": "risk that it takes away, or what it makes possible",
    "size": "person-months",
}


@dataclass(frozen=True, slots=True)
class StatedInputs:
    """What people stated of one use case."""

    case: str
    ranges: Mapping[str, Between]
    """Part → lowest, likeliest, highest."""
    at: str
    by: str
    entry: str

    def body(self) -> dict[str, Json]:
        """As it is stored."""
        return body_of(self.ranges)


@dataclass(frozen=True, slots=True)
class Input:
    """One part of a score, drawn."""

    part: str
    futures: Floats
    """Shape (futures,)."""
    says: str
    """Where it comes from."""
    evidence: tuple[str, ...]
    stated: bool
    """Whether people stated it for this very score."""

    @property
    def range(self) -> tuple[float, float, float]:
        """Lower end of the middle futures, median, upper end."""
        low, value, high = np.quantile(
            self.futures, [(1 - LEVEL) / 2, 0.5, (1 + LEVEL) / 2]
        ).tolist()
        return low, value, high


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a use case besides what people state for a score."""

    case: str
    currency: str
    """"" where nobody stated a benefit model."""
    volume: Amount | None
    """Decisions in a quarter at full adoption."""
    adoption: float
    """The greatest share of the volume."""
    per_decision: Amount | None
    benefit: Floats | None
    """Money in a quarter at full adoption in each future, running costs off."""
    success: float
    """The chance that every stage succeeds."""
    benefit_entry: str
    months: tuple[float, float, float] | None
    """Person-months that the plan's futures take: P10, P50, P90."""
    months_says: str
    months_entry: str


@dataclass(frozen=True, slots=True)
class Prioritised:
    """One use case by one method."""

    case: str
    score: Measured
    unit: str
    """Points, or a currency."""
    inputs: tuple[Input, ...]
    futures: Floats | None


@dataclass(frozen=True, slots=True)
class Order:
    """Use cases whose scores are in one unit, and how sure their order is."""

    unit: str
    rows: tuple[Prioritised, ...]
    ranked: tuple[Ranked, ...]
    above: tuple[tuple[float, ...], ...]


def checked(given: Mapping[str, tuple[float, float, float]]) -> dict[str, Between]:
    """Ranges as they can be stated; raises `Invalid` naming the part."""
    known = [part for parts in PARTS.values() for part in parts]
    found = {}
    for part, (low, likely, high) in given.items():
        if part not in known:
            raise Invalid(field=part, value=part, expected=f"one of {', '.join(known)}")
        most = 1.0 if part == "confidence" else MOST
        least = 0.01 if part in {"effort", "size"} else 0.0
        if not least <= low <= likely <= high <= most:
            raise Invalid(
                field=part,
                value=f"{low:g}, {likely:g}, {high:g}",
                expected=f"lowest, likeliest and highest in this order, {least:g} to {most:g}",
            )
        found[part] = Between(low, likely, high)
    return found


def body_of(ranges: Mapping[str, Between]) -> dict[str, Json]:
    """Ranges as they are stored.

    >>> body_of({"reach": Between(1, 2, 4)})
    {'reach': [1, 2, 4]}
    """
    return {part: [one.low, one.likely, one.high] for part, one in ranges.items()}


def inputs_of(body: Mapping[str, Any]) -> dict[str, Between]:
    """Ranges as they were stored."""
    return {part: Between(*one) for part, one in body.items()}


def prioritised(method: Method, known: Known, stated: Mapping[str, Between]) -> Prioritised:
    """The score of a use case by what people stated, and by what is known where they did not."""
    if method is Method.RICE:
        return _rice(known, stated)
    return _wsjf(known, stated)


def orders(found: Sequence[Prioritised]) -> tuple[Order, ...]:
    """Those that have a score, by unit; the unit that most have first."""
    units: dict[str, list[Prioritised]] = {}
    for one in found:
        if one.futures is not None:
            units.setdefault(one.unit, []).append(one)
    return tuple(
        _order(unit, rows)
        for unit, rows in sorted(units.items(), key=lambda one: (-len(one[1]), one[0]))
    )


def _order(unit: str, rows: Sequence[Prioritised]) -> Order:
    table = np.column_stack([one.futures for one in rows if one.futures is not None])
    return Order(
        unit, tuple(rows), tuple(ranks(table, LEVEL)), tuple(map(tuple, above(table).tolist()))
    )


def _rice(known: Known, stated: Mapping[str, Between]) -> Prioritised:
    parts = [
        _reach(known, stated),
        _impact(known, stated),
        _confidence(known, stated),
        _effort(known, stated, "effort"),
    ]
    unit = POINTS if "impact" in stated else known.currency
    drawn = [one for one in parts if isinstance(one, Input)]
    if len(drawn) < len(parts):
        return _missing(known, parts, unit)
    futures = rice_scores(*(one.futures for one in drawn))
    return Prioritised(known.case, _summary(futures, "RICE"), unit, tuple(drawn), futures)


def _wsjf(known: Known, stated: Mapping[str, Between]) -> Prioritised:
    size = _effort(known, stated, "size")
    given = [part for part in ("value", "urgency", "enabling") if part in stated]
    parts: list[Input | Undefined] = []
    if given:
        parts += [_stated(known.case, part, stated[part]) for part in given]
    else:
        parts.append(_delay(known))
    parts.append(size)
    unit = POINTS if given else known.currency
    drawn = [one for one in parts if isinstance(one, Input)]
    if len(drawn) < len(parts):
        return _missing(known, parts, unit)
    lost = np.sum([one.futures for one in drawn[:-1]], axis=0)
    futures = wsjf_scores(lost, drawn[-1].futures)
    return Prioritised(known.case, _summary(futures, "WSJF"), unit, tuple(drawn), futures)


def _missing(known: Known, parts: Sequence[Input | Undefined], unit: str) -> Prioritised:
    why = "; ".join(dict.fromkeys(one.reason for one in parts if isinstance(one, Undefined)))
    drawn = tuple(one for one in parts if isinstance(one, Input))
    return Prioritised(known.case, Undefined(why, n=0), unit, drawn, None)


def _summary(futures: Floats, method: str) -> Estimate:
    return summary(futures, LEVEL, method)


def _reach(known: Known, stated: Mapping[str, Between]) -> Input | Undefined:
    if "reach" in stated:
        return _stated(known.case, "reach", stated["reach"])
    if known.volume is None:
        return Undefined("reach is neither stated nor in a benefit model", n=0)
    drawn = _drawn(known.case, "reach", known.volume) * known.adoption
    return Input(
        "reach",
        drawn,
        "decisions in a quarter, by the benefit model",
        (known.benefit_entry,),
        False,
    )


def _impact(known: Known, stated: Mapping[str, Between]) -> Input | Undefined:
    if "impact" in stated:
        return _stated(known.case, "impact", stated["impact"])
    if known.per_decision is None:
        return Undefined("impact is neither stated nor in a benefit model", n=0)
    drawn = _drawn(known.case, "impact", known.per_decision)
    says = f"{known.currency} per decision, by the benefit model"
    return Input("impact", drawn, says, (known.benefit_entry,), False)


def _confidence(known: Known, stated: Mapping[str, Between]) -> Input | Undefined:
    if "confidence" in stated:
        return _stated(known.case, "confidence", stated["confidence"])
    if not known.currency:
        return Undefined("confidence is neither stated nor in a benefit model", n=0)
    says = "the chance that every stage of the benefit model succeeds"
    futures = np.full(FUTURES, known.success)
    return Input("confidence", futures, says, (known.benefit_entry,), False)


def _delay(known: Known) -> Input | Undefined:
    """What a quarter's delay forgoes where the benefit ends on a day that does not move."""
    if known.benefit is None:
        return Undefined("the cost of delay is neither stated nor in a benefit model", n=0)
    says = (
        f"{known.currency} that a quarter at full adoption brings, times the chance of success, "
        "by the benefit model"
    )
    futures = known.benefit * known.success
    return Input("cost of delay", futures, says, (known.benefit_entry,), False)


def _effort(known: Known, stated: Mapping[str, Between], part: str) -> Input | Undefined:
    if part in stated:
        return _stated(known.case, part, stated[part])
    if known.months is None:
        return Undefined(f"{part} is neither stated nor in a plan or a benefit model", n=0)
    low, likely, high = known.months
    if low <= 0:
        return Undefined(f"{part} comes to nothing: {known.months_says}", n=0)
    rng = np.random.default_rng(_seed(known.case, part))
    places = (rng.permutation(FUTURES) + rng.random(FUTURES)) / FUTURES
    # A lognormal whose halves are as wide as the percentiles on their side say.
    normal = ndtri(np.clip(places, 1e-15, 1 - 1e-15))
    below, over = math.log(likely / low) / Z90, math.log(high / likely) / Z90
    spread = np.where(normal < 0, below, over)
    drawn = likely * np.exp(normal * spread)
    return Input(part, drawn, known.months_says, (known.months_entry,), False)


def _stated(case: str, part: str, range_: Between) -> Input:
    return Input(part, _drawn(case, part, range_), "stated", (), True)


def _drawn(case: str, part: str, amount: Amount) -> Floats:
    if isinstance(amount, Between) and amount.low == amount.high:
        return np.full(FUTURES, amount.low)
    return draws(amount, FUTURES, np.random.default_rng(_seed(case, part)))


def _seed(case: str, part: str) -> int:
    return int(sha256(f"{SEED}:{case}:{part}".encode()).hexdigest()[:12], 16)


def middle(amount: Amount) -> tuple[float, float, float]:
    """P10, P50 and P90 of an amount.

    >>> [round(one, 2) for one in middle(Between(0, 5, 10))]
    [2.47, 5.0, 7.53]
    """
    low, value, high = quantile(amount, np.array([0.1, 0.5, 0.9])).tolist()
    return low, value, high
