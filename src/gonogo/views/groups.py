"""Rates of groups, as the details of fairness checks keep them, joined where they are the same."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from gonogo.core.catalogue import CATALOGUE
from gonogo.core.conditions import Cited
from gonogo.core.times import stamp
from gonogo.stats.estimate import Estimate, Measured

LEVEL = 0.95
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


def group_tables(found: Iterable[Cited]) -> tuple[GroupTable, ...]:
    """The rates behind the current evidence `found`, the newest where several.

    Comparisons with another version and resampled designs are left out: their details are those of
    what they compare.
    """
    own = [cited for cited in found if not {"versus", "design"} & set(cited.evidence.parameters)]
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
    tables = (_readable(cited) for _, cited in ranked)
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


def _readable(cited: Cited) -> GroupTable | None:
    """The table of it; None where the detail, which clients fill, is of another shape."""
    try:
        return _table(cited)
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
