"""What a measurement saw besides its number, ready to be drawn: groups, reliability, curves."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from gonogo.core.catalogue import CATALOGUE
from gonogo.core.conditions import Cited
from gonogo.core.subjects import Subject
from gonogo.core.times import stamp
from gonogo.stats.counts import Counts
from gonogo.stats.estimate import Estimate, Measured
from gonogo.stats.proportions import wilson

Drawn = TypeVar("Drawn")

LEVEL = 0.95
CURVES = {
    "performance.roc_auc": ("False-positive rate", "True-positive rate"),
    "performance.pr_auc": ("Recall", "Precision"),
}
"""Checks that keep a curve, and what it is drawn over."""
RELIABILITY = ("performance.calibration_error", "performance.brier")
WILSON = "Wilson score interval (1927), each group by itself"


@dataclass(frozen=True, slots=True)
class GroupLine:
    """One group's rate."""

    group: str
    rows: int
    """Rows of the group."""
    n: int
    """Those the rate rests on."""
    selected: int
    """Those of them that are counted: selected, or of the label that is looked for."""
    rate: Measured | None
    left_out: str | None
    """Why it does not enter the comparison; None where it does."""
    extreme: str
    """lowest, highest or ""."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """The groups compared in one number."""

    title: str
    measured: Measured
    reproduced: bool
    data: str | None
    at: str
    digest: str


@dataclass(frozen=True, slots=True)
class GroupTable:
    """The rates of all groups, and the comparisons that rest on them."""

    group: str
    crossed: int
    """How many columns make up a group."""
    base: str
    """Which rows the rates rest on."""
    counted: str
    """What is counted among them: selected, labelled yes, labelled no."""
    comparisons: tuple[Comparison, ...]
    lines: tuple[GroupLine, ...]
    low: float
    """Least and greatest end of all intervals, so that they are drawn on one scale."""
    high: float


@dataclass(frozen=True, slots=True)
class Bin:
    """Rows of similar forecast."""

    lowest: float
    highest: float
    forecast: float
    """Mean forecast."""
    observed: Measured
    """Share of yes among them."""
    n: int


@dataclass(frozen=True, slots=True)
class Reliability:
    """Forecast against outcome."""

    measured: Measured
    digest: str
    bins: tuple[Bin, ...]


@dataclass(frozen=True, slots=True)
class Curve:
    """A curve through points in [0, 1] × [0, 1]."""

    title: str
    across: str
    up: str
    measured: Measured
    digest: str
    points: tuple[tuple[float, float], ...]


def drawn(
    found: Iterable[Cited], subject: Subject
) -> tuple[tuple[GroupTable, ...], Reliability | None, tuple[Curve, ...]]:
    """What can be drawn of the current evidence about `subject` itself, newest where several."""
    own = [
        cited
        for cited in found
        if cited.evidence.subject == subject
        and "versus" not in cited.evidence.parameters
        and "design" not in cited.evidence.parameters
    ]
    return _tables(own), _reliability(own), _curves(own)


def _tables(own: Sequence[Cited]) -> tuple[GroupTable, ...]:
    newest: dict[tuple[str, object], Cited] = {}
    for cited in sorted(own, key=lambda one: (one.evidence.reproduced, one.position)):
        if isinstance(cited.evidence.detail.get("groups"), list):
            newest[cited.evidence.check, cited.evidence.parameters.get("group")] = cited
    order = list(CATALOGUE)
    # Single groups before crossings, which grow many.
    ranked = sorted(
        newest.items(),
        key=lambda item: (str(item[0][1]).count("&"), order.index(item[0][0]), str(item[0][1])),
    )
    tables = (_readable(_table, cited) for _, cited in ranked)
    return _joined(table for table in tables if table is not None)


def _joined(tables: Iterable[GroupTable]) -> tuple[GroupTable, ...]:
    """Tables of the same rates as one: the ratio and the difference compare the same groups."""
    found: dict[object, GroupTable] = {}
    for table in tables:
        same = (table.group, table.base, table.counted, table.lines)
        before = found.get(same)
        known = () if before is None else before.comparisons
        found[same] = replace(table, comparisons=(*known, *table.comparisons))
    return tuple(found.values())


def _readable(draw: Callable[[Cited], Drawn], cited: Cited) -> Drawn | None:
    """What `draw` makes of it; None where the detail, which clients fill, is of another shape."""
    try:
        return draw(cited)
    except (AttributeError, KeyError, TypeError, ValueError):
        return None


def _table(cited: Cited) -> GroupTable:
    evidence = cited.evidence
    detail: Mapping[str, Any] = evidence.detail
    level = float(evidence.parameters.get("level", LEVEL))
    ends = {detail.get("lowest"): "lowest", detail.get("highest"): "highest"}
    lines = tuple(_group(one, level, ends) for one in detail["groups"])
    estimates = [line.rate for line in lines if isinstance(line.rate, Estimate)]
    group = str(evidence.parameters.get("group", ""))
    comparison = Comparison(
        title=CATALOGUE[evidence.check].title,
        measured=evidence.measured,
        reproduced=evidence.reproduced,
        data=evidence.data,
        at=stamp(evidence.at),
        digest=cited.digest,
    )
    return GroupTable(
        group=group,
        crossed=group.count("&") + 1,
        base=str(detail.get("base", "all rows")),
        counted=str(detail.get("counted", "selected")),
        comparisons=(comparison,),
        lines=lines,
        low=min((one.low for one in estimates), default=0.0),
        high=max((one.high for one in estimates), default=1.0),
    )


def _group(found: Mapping[str, Any], level: float, ends: Mapping[Any, str]) -> GroupLine:
    rate = None
    if found.get("rate") is not None:
        rate = Estimate(
            float(found["rate"]),
            float(found["low"]),
            float(found["high"]),
            level,
            int(found["n"]),
            "share",
            WILSON,
        )
    return GroupLine(
        group=str(found["group"]),
        rows=int(found["rows"]),
        n=int(found["n"]),
        selected=int(found["selected"] if "selected" in found else found["counted"]),
        rate=rate,
        left_out=found.get("left_out"),
        extreme=ends.get(found["group"], ""),
    )


def _reliability(own: Sequence[Cited]) -> Reliability | None:
    for check in RELIABILITY:
        cited = _newest(own, check, "reliability")
        if cited is not None:
            return _readable(_forecasts, cited)
    return None


def _forecasts(cited: Cited) -> Reliability:
    rows: Any = cited.evidence.detail["reliability"]
    return Reliability(cited.evidence.measured, cited.digest, tuple(_bin(row) for row in rows))


def _bin(row: Mapping[str, Any]) -> Bin:
    counts = Counts(yes=int(row["yes"]), n=int(row["n"]))
    return Bin(
        lowest=float(row["lowest"]),
        highest=float(row["highest"]),
        forecast=float(row["forecast"]),
        observed=wilson(counts, LEVEL),
        n=counts.n,
    )


def _curves(own: Sequence[Cited]) -> tuple[Curve, ...]:
    newest = (_newest(own, check, "curve") for check in CURVES)
    curves = (_readable(_curve, cited) for cited in newest if cited is not None)
    return tuple(curve for curve in curves if curve is not None)


def _curve(cited: Cited) -> Curve:
    evidence = cited.evidence
    across, up = CURVES[evidence.check]
    points: Any = evidence.detail["curve"]
    return Curve(
        title=CATALOGUE[evidence.check].title,
        across=across,
        up=up,
        measured=evidence.measured,
        digest=cited.digest,
        points=tuple((float(x), float(y)) for x, y in points),
    )


def _newest(own: Sequence[Cited], check: str, detail: str) -> Cited | None:
    """The newest with this detail, the server's own before what was reported."""
    having = [
        cited
        for cited in own
        if cited.evidence.check == check and cited.evidence.detail.get(detail)
    ]
    return max(having, key=lambda one: (one.evidence.reproduced, one.position), default=None)
