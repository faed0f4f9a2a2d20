"""Is more data worth it? Answered from sizes and scores in a file; asks no server."""

import csv
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from gonogo.core.errors import Invalid, NotFound
from gonogo.schemas.curves import Forecast, MoreData, Purchase
from gonogo.stats.estimate import Estimate, Measured, Undefined
from gonogo.stats.learning_curves import METHOD, Curve, fit, foretell, gain, stops_paying

AHEAD = (1, 2, 4, 8)
"""Multiples of the largest size that are foretold."""


@dataclass(frozen=True, slots=True)
class Prices:
    """What data costs and what it brings, in the same money."""

    row: float
    """Price of one more row, its label with it."""
    unit: float
    """Worth of one more unit of score, above 0."""


def more_data(
    rows: list[tuple[float, float]],
    *,
    lower_is_better: bool = False,
    level: float = 0.95,
    most: int | None = None,
    prices: Prices | None = None,
) -> MoreData:
    """Whether more rows than were measured are worth it; `rows` holds size and score.

    With prices: whether what the rows bring, up to where they stop paying, is worth more than they
    cost, also at the low end of the interval. Without: whether twice as many rows are foretold to
    make the score better, also at that end. `most` is the largest size that can be had, eight times
    the largest measured where nothing is said. Raises `Invalid`.
    """
    try:
        curve = fit([size for size, _ in rows], [score for _, score in rows])
    except ValueError as error:
        raise Invalid(field="sizes", expected=str(error)) from error
    if isinstance(curve, Undefined):
        raise Invalid(field="sizes", value=curve.n, expected=f"more rows: {curve.reason}")
    most = math.ceil(most or max(AHEAD) * curve.largest)
    sign = -1 if lower_is_better else 1
    purchase = None if prices is None else _purchase(curve, prices, sign, most, level)
    size = int(2 * curve.largest) if purchase is None else purchase.size
    found = _told(gain(curve, size, level, "score"), size)
    answer, reason = _judged(found, purchase, sign)
    return MoreData(
        answer=answer,
        reason=reason,
        method=METHOD,
        level=level,
        repeats=curve.repeats,
        sizes=[int(one) for one in curve.sizes],
        means=curve.means.tolist(),
        weights=curve.weights,
        forecasts=[
            _told(foretell(curve, at, level, "score"), at)
            for at in (int(step * curve.largest) for step in AHEAD)
        ],
        gain=found,
        purchase=purchase,
    )


def read_scores(file: Path, *, size: str, score: str) -> list[tuple[float, float]]:
    """Sizes and scores from two columns of a CSV file; raises `Invalid` or `NotFound`."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as source:
            reader = csv.DictReader(source)
            for name in (size, score):
                if name not in (reader.fieldnames or ()):
                    listed = ", ".join(reader.fieldnames or ())
                    raise Invalid(field="column", value=name, expected=f"one of: {listed}")
            return [
                (
                    _number(row[size], size, reader.line_num),
                    _number(row[score], score, reader.line_num),
                )
                for row in reader
            ]
    except OSError as error:
        raise NotFound(
            field="file", value=str(file), expected=f"a readable file ({error.strerror})"
        ) from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise Invalid(field="file", value=str(file), expected="CSV in UTF-8") from error


def _scored(row: Mapping[str, str | None], size: str, score: str, line: int) -> tuple[float, float]:
    return _number(row[size], size, line), _number(row[score], score, line)


def _number(text: str | None, column: str, line: int) -> float:
    try:
        found = float(text or "")
    except ValueError:
        found = math.nan
    if not math.isfinite(found):
        raise Invalid(field=f"{column} in line {line}", value=text, expected="a number")
    return found


def _purchase(curve: Curve, prices: Prices, sign: int, most: int, level: float) -> Purchase:
    worth = sign * prices.unit
    try:
        size = int(stops_paying(curve, price=prices.row, worth=worth, most=float(most)))
    except ValueError as error:
        raise Invalid(field="price", expected=str(error)) from error
    found = _told(gain(curve, size, level, "score"), size)
    ends = sorted((worth * found.low, worth * found.high))
    rows = size - int(curve.largest)
    return Purchase(
        size=size,
        rows=rows,
        cost=rows * prices.row,
        worth=worth * found.value,
        worth_low=ends[0],
        worth_high=ends[1],
    )


def _judged(found: Forecast, purchase: Purchase | None, sign: int) -> tuple[bool, str]:
    if purchase is not None:
        if purchase.rows == 0:
            return False, "the next row already costs more than it brings: try another approach"
        if purchase.worth_low <= purchase.cost:
            return False, "it may pay, but the low end of what it brings does not cover the cost"
        return True, "also the low end of what it brings covers the cost"
    surely = min(sign * found.low, sign * found.high)
    if surely > 0:
        return True, "twice as many rows are foretold to make the score better"
    return False, "no gain from twice as many rows can be told from none: try another approach"


def _told(found: Measured, size: int) -> Forecast:
    if not isinstance(found, Estimate):
        raise Invalid(field="size", value=size, expected=found.reason)
    return Forecast(size=size, value=found.value, low=found.low, high=found.high)
