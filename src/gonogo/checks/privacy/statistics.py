"""Statistics of rows that tell next to nothing of any one person: counted, then made noisy.

Protected is whether a person's rows are among the others at all: two datasets are neighbours where
one has the rows of one more person. So nothing here may depend on the rows but what the noise is
added to: bounds, categories and bins are said beforehand, and a cell that is missing or of another
type is left out as if its row were not there.

Source: Dwork, McSherry, Nissim & Smith (2006), TCC, LNCS 3876, 265-284.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import numpy as np

from gonogo.checks.inputs.cells import missing, numbers_of, words_of
from gonogo.checks.inputs.schema import NUMERIC, ColumnSpec, ColumnType, Schema
from gonogo.checks.privacy.noise import noised
from gonogo.core.canonical import Json
from gonogo.core.errors import Invalid
from gonogo.core.evidence import measured_to_json
from gonogo.stats.arrays import Floats, Integers
from gonogo.stats.privacy_noise import noisy_count, noisy_mean, noisy_quantile, noisy_sum

if TYPE_CHECKING:
    import pandas as pd

LEVEL = 0.95
"""Confidence level of a release's intervals."""
STEPS = 2**30
"""Steps between 0 and the larger bound; values are rounded to them, so that sums are whole."""
BINS = 64
"""Bins of a quantile; with more, their noise adds up to more than they narrow."""
LEAST, MOST = 0.0001, 20.0
"""The least and the greatest ε of one release. Beyond e^20 a promise promises nothing."""
LARGEST = 1e100
"""What bounds stay below."""
PEOPLE = 1000
"""Most rows that one person may be said to have."""
REST = "anything else"
"""The bin of values that are no declared category, missing ones too."""


class Statistic(StrEnum):
    """What can be released."""

    COUNT = "count"
    SUM = "sum"
    MEAN = "mean"
    HISTOGRAM = "histogram"
    QUANTILE = "quantile"


BOUNDED = frozenset({Statistic.SUM, Statistic.MEAN, Statistic.QUANTILE})
"""The statistics that need bounds."""


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked of the rows; raises `Invalid` where it is not whole or says too much.

    >>> Query(Statistic.MEAN, 0.5, "age", low=0, high=120).body()["high"]
    120.0
    """

    statistic: Statistic
    epsilon: float
    """What it costs: no answer becomes more than e^ε times as likely by one person's rows."""
    column: str | None = None
    """Which column; None for the count of rows."""
    low: float | None = None
    high: float | None = None
    """The range that values are cut to, known without looking at them."""
    categories: tuple[str, ...] = ()
    """The values that are counted, known without looking at them; of a boolean, false and true."""
    q: float | None = None
    """Which quantile, in (0, 1)."""

    def __post_init__(self) -> None:
        if not LEAST <= self.epsilon <= MOST:
            expected = f"a number from {LEAST:g} to {MOST:g}"
            raise Invalid(field="epsilon", value=self.epsilon, expected=expected)
        _only(self.column is not None, self.statistic is not Statistic.COUNT, "column")
        self._check_bounds()
        if self.categories and self.statistic is not Statistic.HISTOGRAM:
            _only(given=True, wanted=False, field="categories")
        if len(set(self.categories)) < len(self.categories) or REST in self.categories:
            raise Invalid(
                field="categories",
                value=list(self.categories),
                expected=f"each once, none of them {REST!r}",
            )
        _only(self.q is not None, self.statistic is Statistic.QUANTILE, "q")
        if self.q is not None and not 0 < self.q < 1:
            raise Invalid(field="q", value=self.q, expected="a number between 0 and 1")

    def _check_bounds(self) -> None:
        wanted = self.statistic in BOUNDED
        for name, bound in (("low", self.low), ("high", self.high)):
            _only(bound is not None, wanted, name)
            if bound is not None and not abs(bound) < LARGEST:
                raise Invalid(field=name, value=bound, expected=f"a number below {LARGEST:g}")
        if self.low is None or self.high is None:
            return
        # So that the steps they are divided into are numbers, too.
        if not self.high - self.low > max(abs(self.low), abs(self.high)) / STEPS + 1 / LARGEST:
            raise Invalid(field="low", value=self.low, expected=f"less than high, {self.high:g}")

    def body(self) -> dict[str, Json]:
        """As it is kept; categories in the order of their names: it changes nothing."""
        found: dict[str, Json] = {"statistic": str(self.statistic), "epsilon": float(self.epsilon)}
        if self.column is not None:
            found["column"] = self.column
        if self.low is not None and self.high is not None:
            found |= {"low": float(self.low), "high": float(self.high)}
        if self.categories:
            found["categories"] = sorted(self.categories)
        if self.q is not None:
            found["q"] = float(self.q)
        return found

    @classmethod
    def from_body(cls, body: Mapping[str, Any]) -> "Query":
        """The query that was kept."""
        return cls(
            Statistic(body["statistic"]),
            float(body["epsilon"]),
            body.get("column"),
            body.get("low"),
            body.get("high"),
            tuple(body.get("categories", ())),
            body.get("q"),
        )


def check_query(query: Query, schema: Schema) -> ColumnSpec | None:
    """The column that is asked about; raises `Invalid` where its type does not fit.

    Looks at what is declared, never at the rows: a refusal must tell nothing of them.
    """
    if query.column is None:
        return None
    found = next((one for one in schema if one.name == query.column), None)
    if found is None:
        names = [one.name for one in schema]
        shown = ", ".join(names[:20]) + (", ..." if len(names) > 20 else "")
        raise Invalid(field="column", value=query.column, expected=f"one of: {shown}")
    fitting = NUMERIC | {ColumnType.BOOLEAN}
    if query.statistic in BOUNDED and found.type not in fitting:
        raise Invalid(
            field="column", value=f"{found.name}, {found.type}", expected="a column of numbers"
        )
    said = query.categories or found.type is ColumnType.BOOLEAN
    if query.statistic is Statistic.HISTOGRAM and not said:
        raise Invalid(field="categories", expected="the values to count, known without looking")
    return found


def release(
    frame: "pd.DataFrame", schema: Schema, query: Query, rows_per_person: int
) -> dict[str, Json]:
    """The noisy answer to `query`, ε-private where nobody has more than `rows_per_person` rows.

    Holds `measured`, or `categories` with one for each; the scale of the noise; what came out
    before it was cut to what is possible. Each call draws new noise and so costs anew: whoever
    calls has spent ε before anybody sees the answer. Raises `Invalid`.
    """
    column = check_query(query, schema)
    if not 1 <= rows_per_person <= PEOPLE:
        raise Invalid(field="rows_per_person", value=rows_per_person, expected=f"1 to {PEOPLE}")
    if column is None:
        return _count(len(frame), query, rows_per_person)
    values = frame[column.name]
    if query.statistic is Statistic.HISTOGRAM:
        return _histogram(column, values, query, rows_per_person)
    kept = numbers_of(values)[~missing(column, values)]
    kept = np.clip(kept[~np.isnan(kept)], query.low, query.high)
    match query.statistic:
        case Statistic.SUM:
            return _sum(kept, query, rows_per_person)
        case Statistic.MEAN:
            return _mean(kept, query, rows_per_person)
        case _:
            return _quantile(kept, query, rows_per_person)


def _count(n: int, query: Query, people: int) -> dict[str, Json]:
    (noisy,), scale = noised([n], people, query.epsilon)
    found = noisy_count(noisy, scale, LEVEL)
    return {"measured": measured_to_json(found), "scale": scale, "noisy": [noisy]}


def _histogram(
    column: ColumnSpec, values: "pd.Series[Any]", query: Query, people: int
) -> dict[str, Json]:
    """Every row is in one bin, so a person moves all of them together by their rows at most."""
    wanted = [*(sorted(query.categories) or ("false", "true")), REST]
    words = _words(column, values)
    counts = [int(np.count_nonzero(words == name)) for name in wanted[:-1]]
    counts.append(len(values) - sum(counts))
    noisy, scale = noised(counts, people, query.epsilon)
    return {
        "categories": [
            {"category": name, "measured": measured_to_json(noisy_count(one, scale, LEVEL))}
            for name, one in zip(wanted, noisy, strict=True)
        ],
        "scale": scale,
        "noisy": list(noisy),
    }


def _words(column: ColumnSpec, values: "pd.Series[Any]") -> Any:
    """The cells as text, shape (n,); missing ones are no text at all."""
    gone = missing(column, values)
    if column.type is ColumnType.BOOLEAN:
        numbers = np.where(gone, np.nan, numbers_of(values))
        return np.select([numbers == 1, numbers == 0], ["true", "false"], default="")
    words = words_of(values)
    words[gone] = None
    return words


def _sum(values: Floats, query: Query, people: int) -> dict[str, Json]:
    low, high = _bounds(query)
    step = max(abs(low), abs(high)) / STEPS
    (noisy,), scale = noised([_whole(values / step)], people * STEPS, query.epsilon)
    found = noisy_sum(noisy, scale, LEVEL, step=step)
    return {"measured": measured_to_json(found), "scale": scale * step, "noisy": [noisy * step]}


def _mean(values: Floats, query: Query, people: int) -> dict[str, Json]:
    """Half of ε goes into the deviations from the middle of the bounds, half into the count."""
    low, high = _bounds(query)
    half = (high - low) / 2
    step, each = half / STEPS, query.epsilon / 2
    total = _whole((values - (low + half)) / step)
    (noisy_total,), of_total = noised([total], people * STEPS, each)
    (noisy_n,), of_n = noised([values.size], people, each)
    found = noisy_mean(noisy_total, noisy_n, (of_total, of_n), LEVEL, step=step, within=(low, high))
    return {
        "measured": measured_to_json(found),
        "scale": [of_total * step, of_n],
        "noisy": [noisy_total * step, noisy_n],
    }


def _quantile(values: Floats, query: Query, people: int) -> dict[str, Json]:
    low, high = _bounds(query)
    counts, _ = np.histogram(values, bins=np.linspace(low, high, BINS + 1))
    noisy, scale = noised(counts.tolist(), people, query.epsilon)
    found = noisy_quantile(noisy, query.q or 0.5, scale, LEVEL, within=(low, high))
    return {"measured": measured_to_json(found), "scale": scale, "noisy": list(noisy)}


def _bounds(query: Query) -> tuple[float, float]:
    """Both bounds, which such a query has."""
    return float(query.low or 0.0), float(query.high or 0.0)


def _whole(steps: Floats) -> int:
    """The sum of values in steps, each rounded: at most `STEPS` far from 0."""
    rounded: Integers = np.clip(np.rint(steps), -STEPS, STEPS).astype(np.int64)
    return int(rounded.sum())


def _only(given: bool, wanted: bool, field: str) -> None:
    """Raise `Invalid` where something is said that is not asked, or not said that is."""
    if given and not wanted:
        raise Invalid(field=field, expected="nothing: this statistic takes none")
    if wanted and not given:
        raise Invalid(field=field, expected="a value: this statistic needs one")
