"""What a model says to changed rows: by column, by value, by small changes."""

from collections.abc import Mapping
from typing import Any

from gonogo.core.conditions import Cited
from gonogo.core.evidence import measured_from_json
from gonogo.stats.estimate import Estimate
from gonogo.views.charts.values import Bar, Bars, Intervals, Whisker
from gonogo.views.drawn.plotted import Plotted, called, of

COLUMNS = 12
"""Columns that are drawn; the evidence holds more."""


def by_column(cited: Cited) -> Plotted | None:
    """Decisions changed where one column alone is changed, the most first."""
    detail: Any = cited.evidence.detail
    found = [(one, measured_from_json(one["changed"])) for one in detail["columns"]]
    kept = [(one, changed) for one, changed in found if isinstance(changed, Estimate)]
    kept.sort(key=lambda pair: -pair[1].value)
    several = len({one["by"] for one, _ in kept}) > 1
    rows = tuple(
        Whisker(
            label=f"{one['column']}, {one['by']}" if several else str(one["column"]),
            value=changed.value,
            low=changed.low,
            high=changed.high,
            says=f"{int(one['flipped']):,} flipped, {int(one['unanswered']):,} not answered",
        )
        for one, changed in kept[:COLUMNS]
    )
    chart = Intervals(f"{called(cited)}, one column at a time", "Share decided otherwise", rows)
    says = f"The {len(rows)} that change most, of {len(kept)}." if len(kept) > len(rows) else ""
    return of(cited, chart, says) if rows else None


def by_value(cited: Cited) -> Plotted | None:
    """How many rows are decided otherwise with each value of the column that must not matter."""
    detail: Any = cited.evidence.detail
    rows = tuple(
        Bar(f"{one['value']}", float(one["changed"]), says=_unanswered(one))
        for one in detail["values"][:COLUMNS]
    )
    chart = Bars(called(cited, "column"), "Rows decided otherwise", rows)
    return of(cited, chart) if rows else None


def _unanswered(found: Mapping[str, Any]) -> str:
    return f"{int(found['unanswered']):,} not answered" if found.get("unanswered") else ""


def moved_columns(cited: Cited) -> Plotted | None:
    """Which columns it takes to flip decisions by small changes."""
    detail: Any = cited.evidence.detail
    moved = sorted(detail["columns"].items(), key=lambda item: (-int(item[1]), str(item[0])))
    rows = tuple(Bar(str(name), float(count)) for name, count in moved[:COLUMNS] if int(count))
    chart = Bars(f"{called(cited)}: what is changed", "Rows whose flip takes the column", rows)
    return of(cited, chart) if rows else None
