"""Is more data worth it? Answered from sizes and scores in a file; asks no server."""

import csv
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gonogo.checks.experiments.learning import Lacks, Point, of_points
from gonogo.checks.findings.finding import Finding
from gonogo.core.errors import Invalid, NotFound
from gonogo.core.evidence import measured_from_json
from gonogo.schemas.curves import Forecast, MoreData, Purchase
from gonogo.stats.estimate import Estimate, Undefined
from gonogo.stats.learning_curves import METHOD


@dataclass(frozen=True, slots=True)
class Prices:
    """What data costs and what it brings, in the same money."""

    row: float
    """Price of one more row, its label with it."""
    unit: float
    """Worth of one more unit of score, above 0."""


def curve_of(
    points: Sequence[Point],
    *,
    score: str = "score",
    lower_is_better: bool = False,
    level: float = 0.95,
    most: int | None = None,
    prices: Prices | None = None,
) -> Finding:
    """Whether more rows than were measured are worth it, as evidence says it; raises `Invalid`.

    `score` names what was measured, `most` is the largest size that can be had: eight times the
    largest measured where nothing is said.
    """
    asked: dict[str, str | float | bool] = {"level": level, "metric": score}
    asked |= {"lower_is_better": True} if lower_is_better else {}
    asked |= {} if most is None else {"most": most}
    asked |= {} if prices is None else {"price": float(prices.row), "worth": float(prices.unit)}
    return of_points(points, asked)


def told(found: Finding) -> MoreData:
    """A curve for who asked for it: the answer, the forecasts, the purchase; raises `Invalid`."""
    measured = found.measured
    if isinstance(measured, Undefined):
        raise Invalid(field="sizes", value=measured.n, expected=f"more rows: {measured.reason}")
    detail: Any = found.detail
    lower = bool(found.parameters.get("lower_is_better", False))
    sign = -1 if lower else 1
    ends = sorted((sign * measured.low, sign * measured.high))
    return MoreData(
        answer=detail["lacks"] == Lacks.DATA,
        lacks=detail["lacks"],
        reason=detail["reason"],
        method=METHOD,
        level=measured.level,
        repeats=measured.n,
        sizes=[one["size"] for one in detail["sizes"]],
        means=[one["mean"] for one in detail["sizes"]],
        weights=detail["weights"],
        forecasts=[
            Forecast(size=one["size"], value=one["value"], low=one["low"], high=one["high"])
            for one in detail["ahead"]
        ],
        gain=Forecast(size=detail["size"], value=sign * measured.value, low=ends[0], high=ends[1]),
        purchase=None if detail["purchase"] is None else _purchase(detail["purchase"]),
    )


def _purchase(bought: Mapping[str, Any]) -> Purchase:
    worth = measured_from_json(bought["worth"])
    if not isinstance(worth, Estimate):
        raise Invalid(field="purchase", value=worth.reason, expected="a number")
    return Purchase(
        size=bought["size"],
        rows=bought["rows"],
        cost=bought["cost"],
        worth=worth.value,
        worth_low=worth.low,
        worth_high=worth.high,
    )


def read_scores(file: Path, *, size: str, score: str, trained: str | None = None) -> list[Point]:
    """Sizes and scores from columns of a CSV file; raises `Invalid` or `NotFound`.

    `trained` names the column with the score on the rows that were trained on, where there is one.
    """
    wanted = [size, score, *(() if trained is None else (trained,))]
    try:
        with file.open(encoding="utf-8-sig", newline="") as source:
            reader = csv.DictReader(source)
            for name in wanted:
                if name not in (reader.fieldnames or ()):
                    listed = ", ".join(reader.fieldnames or ())
                    raise Invalid(field="column", value=name, expected=f"one of: {listed}")
            return [_point(row, wanted, reader.line_num) for row in reader]
    except OSError as error:
        raise NotFound(
            field="file", value=str(file), expected=f"a readable file ({error.strerror})"
        ) from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise Invalid(field="file", value=str(file), expected="CSV in UTF-8") from error


def _point(row: Mapping[str, str | None], wanted: Sequence[str], line: int) -> Point:
    size, score, *trained = (_number(row[name], name, line) for name in wanted)
    if not 1 <= size < 1e15:
        raise Invalid(field=f"{wanted[0]} in line {line}", value=size, expected="1 or more")
    return Point(int(size), score, trained[0] if trained else None)


def _number(text: str | None, column: str, line: int) -> float:
    try:
        found = float(text or "")
    except ValueError:
        found = math.nan
    if not math.isfinite(found):
        raise Invalid(field=f"{column} in line {line}", value=text, expected="a number")
    return found
