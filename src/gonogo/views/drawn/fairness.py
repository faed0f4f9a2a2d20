"""How groups fare: rates, calibration and flips by group, and what mitigation would cost."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from gonogo.core.conditions import Cited
from gonogo.core.evidence import measured_from_json
from gonogo.stats.estimate import Estimate
from gonogo.views.charts.values import Bound, Dot, Intervals, Scatter, Tone, Whisker
from gonogo.views.drawn.performance import reliability_chart
from gonogo.views.drawn.plotted import Plotted, called, level_of, number, of
from gonogo.views.groups import GroupTable

PLOTTED = 2
"""Columns that are crossed at most in a plot; more make groups that nobody tells apart."""
GROUPS = 16
"""Groups that are drawn; a table holds them all."""


@dataclass(frozen=True, slots=True)
class GroupsDrawn:
    """The rates of all groups as a table, and as a plot where few columns are crossed."""

    table: GroupTable
    chart: Intervals | None


def groups_drawn(tables: Iterable[GroupTable]) -> tuple[GroupsDrawn, ...]:
    """Tables of groups with their plots."""
    return tuple(
        GroupsDrawn(table, group_rates(table) if table.crossed <= PLOTTED else None)
        for table in tables
    )


def group_rates(table: GroupTable) -> Intervals | None:
    """The rates of groups on one scale, those that enter no comparison quiet."""
    rows = tuple(
        Whisker(
            label=line.group,
            value=line.rate.value,
            low=line.rate.low,
            high=line.rate.high,
            says=f"{line.selected:,} of {line.n:,}"
            + (f", left out: {line.left_out}" if line.left_out else ""),
            tone=Tone.QUIET if line.left_out else Tone.ACCENT,
        )
        for line in table.lines[:GROUPS]
        if isinstance(line.rate, Estimate)
    )
    group = table.group.replace("&", " & ")
    title = f"{table.counted.capitalize()} by {group}, {table.base}"
    return Intervals(title, f"Share {table.counted}", rows) if rows else None


def calibrated(cited: Cited) -> Plotted | None:
    """The calibration error of each group, with intervals that hold together."""
    detail: Any = cited.evidence.detail
    rows = tuple(
        Whisker(
            label=str(one["group"]),
            value=float(one["error"]),
            low=float(one["low"]),
            high=float(one["high"]),
            says=f"{int(one['rows']):,} rows",
        )
        for one in detail["calibrated"][:GROUPS]
        if one["error"] is not None
    )
    chart = Intervals(called(cited, "group"), "Calibration error", rows)
    return of(cited, chart, "The intervals hold for all groups at once.") if rows else None


def worst_calibrated(cited: Cited) -> Plotted | None:
    """The reliability curve of the group whose forecasts are farthest off."""
    detail: Any = cited.evidence.detail
    worst = next((one for one in detail["calibrated"] if one["group"] == detail.get("worst")), None)
    if worst is None or not worst["reliability"]:
        return None
    title = f"Reliability of {worst['group']}, the worst group"
    chart = reliability_chart(title, worst["reliability"], level_of(cited))
    return None if chart is None else of(cited, chart)


def flips(cited: Cited) -> Plotted | None:
    """The share of each group whose decision changes with the group alone."""
    if cited.evidence.check != "fairness.counterfactual_flip_rate":
        return None
    detail: Any = cited.evidence.detail
    rows = tuple(
        Whisker(
            label=str(one["group"]),
            value=float(one["rate"]),
            low=float(one["low"]),
            high=float(one["high"]),
            says=f"{int(one['flipped']):,} of {int(one['n']):,}",
        )
        for one in detail["flips"][:GROUPS]
        if one["rate"] is not None
    )
    chart = Intervals(called(cited, "group"), "Share decided otherwise", rows)
    return of(cited, chart) if rows else None


def frontier(cited: Cited) -> Plotted | None:
    """Every mitigation in the groups' difference and its accuracy, each with its interval."""
    detail: Any = cited.evidence.detail
    dots = tuple(one for one in (_candidate(found) for found in detail["candidates"]) if one)
    chart = Scatter(called(cited, "group"), "Difference between groups", "Accuracy", dots)
    says = (
        "Filled: none is better in difference, accuracy or cost without being worse in another; "
        "left and up is better."
    )
    return of(cited, chart, says, wide=True, open_=True) if dots else None


def _candidate(found: Any) -> Dot | None:
    difference, accuracy = (measured_from_json(found[name]) for name in ("difference", "accuracy"))
    if not isinstance(difference, Estimate) or not isinstance(accuracy, Estimate):
        return None
    said = [
        *(("reads the group",) if found.get("reads_group") else ()),
        *(("draws lots",) if found.get("drawn_by_lot") else ()),
    ]
    cost = measured_from_json(found["cost"]) if "cost" in found else None
    if isinstance(cost, Estimate):
        said.insert(0, f"cost {cost.value:.3g}")
    return Dot(
        label=str(found["name"]),
        x=difference.value,
        y=accuracy.value,
        x_low=difference.low,
        x_high=difference.high,
        y_low=accuracy.low,
        y_high=accuracy.high,
        on_frontier=bool(found["frontier"]),
        says=", ".join(said),
        tone=Tone.SECOND if found["name"] == "as it is" else Tone.ACCENT,
    )


def population(cited: Cited) -> Plotted | None:
    """By how much each group's share differs from that in the population."""
    if cited.evidence.check != "data.representativeness":
        return None
    detail: Any = cited.evidence.detail
    rows = tuple(
        Whisker(
            label=str(one["group"]),
            value=float(one["difference"]),
            low=float(one["low"]),
            high=float(one["high"]),
            says=f"{number(one, 'share') or 0:.3g} here, {float(one['population']):.3g} there",
        )
        for one in detail["groups"][:GROUPS]
        if one["difference"] is not None
    )
    chart = Intervals(
        called(cited, "group"), "Share here less share there", rows, (Bound(0.0, "alike"),)
    )
    return of(cited, chart) if rows else None
