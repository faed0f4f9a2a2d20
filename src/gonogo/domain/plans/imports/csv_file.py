"""Steps of a plan as rows of a CSV file, read and written; pure."""

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal

from gonogo.core.canonical import Json
from gonogo.core.subjects import SLUG
from gonogo.domain.plans.file import POINTS, SHAPES, STOP
from gonogo.domain.plans.imports.csv_rows import Row, dump, read
from gonogo.domain.plans.imports.items import (
    DURATION_SAYS,
    Imported,
    Item,
    Options,
    day,
    duration,
    one_line,
    plain,
    refuse,
)
from gonogo.domain.plans.people import QUARTERS
from gonogo.domain.plans.rules import Plan, PlannedStep
from gonogo.stats.plans.durations import Fixed, Lognormal, Triangular

NAME = "Plan"
COLUMNS = (
    "key",
    "title",
    "days",
    *POINTS,
    "shape",
    "after",
    "needs",
    "role",
    "hypothesis",
    "succeeds",
    "retries",
    "fails",
    "if_succeeds",
    "if_fails",
    "not_before",
    "cost",
    "milestone",
    "deadline",
    "begun",
    "done",
    "succeeded",
)
"""What a file may have, besides percentiles such as p10 and p90; only `key` must be there."""
PERCENTILE = re.compile(r"p[1-9]\d?")
LINK = re.compile(r"(\S+)(?:\s+([+-]\s*\d+(?:\.\d+)?))?")
NEED = re.compile(r"([^:]+?)\s*(?::\s*(\d+(?:\.\d+)?))?")
PARTS = re.compile(r"[;,|]")
SWITCHES = {
    "yes": True,
    "true": True,
    "1": True,
    "x": True,
    "no": False,
    "false": False,
    "0": False,
}
NUMBERS = ("succeeds", "retries", "cost")
WORDS = ("hypothesis", "fails", "if_succeeds", "if_fails")


def items(text: str, options: Options) -> Imported:
    """The rows of a CSV file with the columns `COLUMNS`; raises `Invalid` by row and column."""
    columns, rows = read(text, "key", once=True)
    for name in columns:
        if name and name not in COLUMNS and not PERCENTILE.fullmatch(name):
            refuse("columns", "row 1", name, f"columns among {', '.join(COLUMNS)}, p10 and p90")
    return Imported(NAME, tuple(_item(row, options) for row in rows))


def _item(row: Row, options: Options) -> Item:
    key = row.get("key")
    if not SLUG.fullmatch(key):
        refuse("key", row.source, key, "lower-case letters, digits and hyphens, 1 to 64 long")
    succeeded = _switch(row, "succeeded")
    return Item(
        key=key,
        source=row.source,
        title=row.get("title"),
        days=_days(row, options),
        after=tuple(_links(row)),
        needs=_needs(row),
        milestone=bool(_switch(row, "milestone")),
        begun=day("begun", row.source, row.get("begun")),
        done=day("done", row.source, row.get("done")),
        not_before=day("not_before", row.source, row.get("not_before")),
        more={
            **{name: one_line(row.get(name)) for name in WORDS if row.get(name)},
            **{name: _number(row, name) for name in NUMBERS if row.get(name)},
            **({} if succeeded is None else {"succeeded": succeeded}),
            **_deadline(row),
        },
    )


def _deadline(row: Row) -> dict[str, Json]:
    found = day("deadline", row.source, row.get("deadline"))
    return {} if found is None else {"deadline": found.isoformat()}


def _days(row: Row, options: Options) -> Json:
    """What the row says of its duration, in one of three ways; None where it says nothing."""
    points = [name for name in POINTS if row.get(name)]
    percentiles = [name for name, cell in row.cells if PERCENTILE.fullmatch(name) and cell]
    ways = [bool(row.get("days")), bool(points), bool(percentiles)]
    if sum(ways) > 1:
        refuse("days", row.source, "several", "days, or three points, or two percentiles")
    if row.get("days"):
        try:
            return duration(row.get("days"), options.hours_a_day)
        except ValueError:
            refuse("days", row.source, row.get("days"), DURATION_SAYS)
    if points:
        for name in POINTS:
            if not row.get(name):
                refuse(name, row.source, None, "all three: optimistic, likely and pessimistic")
        found: dict[str, Json] = {name: _number(row, name) for name in POINTS}
        return {**found, "shape": row.get("shape")} if row.get("shape") else found
    return {name: _number(row, name) for name in percentiles} or None


def _number(row: Row, name: str) -> int | float:
    try:
        found = float(row.get(name))
    except ValueError:
        found = float("nan")
    if not 0 <= found < float("inf"):
        refuse(name, row.source, row.get(name), "a number such as 2.5, 0 or more")
    return plain(found)


def _switch(row: Row, name: str) -> bool | None:
    said = row.get(name).lower()
    if said and said not in SWITCHES:
        refuse(name, row.source, row.get(name), "yes or no")
    return SWITCHES.get(said)


def _links(row: Row) -> Iterable[tuple[str, float]]:
    for part in filter(None, map(str.strip, PARTS.split(row.get("after")))):
        found = LINK.fullmatch(part)
        if found is None:
            refuse("after", row.source, part, "keys such as collect; train +2 with a lag in days")
        yield found[1], float((found[2] or "0").replace(" ", ""))


def _needs(row: Row) -> Mapping[str, float]:
    if row.get("needs") and row.get("role"):
        refuse("role", row.source, row.get("role"), "needs, or one role, not both")
    found: dict[str, float] = {}
    for part in filter(None, map(str.strip, PARTS.split(row.get("needs") or row.get("role")))):
        said = NEED.fullmatch(part)
        if said is None or said[1] in found:
            refuse("needs", row.source, part, "each role once, such as ml-engineer: 0.5")
        number = float(said[2] or 1)
        if not (number * QUARTERS).is_integer():
            refuse("needs", row.source, part, "a number of people in quarters: 0.5, 1, 2.25")
        found[said[1]] = number
    return found


# -- writing what is read -------------------------------------------------------------------


def steps(plan: Plan) -> str:
    """The steps of `plan` as CSV; read on the base of `plan`, they are its steps."""
    rows = [_row(step) for step in plan.steps]
    columns = [name for name in COLUMNS if any(name in row for row in rows)]
    shares = sorted({name for row in rows for name in row if name not in COLUMNS})
    columns[3:3] = shares
    return dump(columns, [[row.get(name, "") for name in columns] for row in rows])


def _row(step: PlannedStep) -> dict[str, str]:
    said: dict[str, str | None] = {
        "key": step.key,
        "title": step.title,
        **(_estimate(step) if step.estimated else {}),
        "after": "; ".join(
            f"{key} {_text(lag, sign='+')}" if lag else key for key, lag in _waits(step)
        ),
        "needs": "; ".join(f"{role}: {_text(number)}" for role, number in step.needs),
        "hypothesis": step.hypothesis,
        "succeeds": None if step.succeeds is None else _text(step.succeeds),
        "retries": _text(step.retries) if step.retries else "",
        "fails": STOP if step.stops else "",
        "if_succeeds": step.only_if.step if step.only_if and step.only_if.succeeded else "",
        "if_fails": step.only_if.step if step.only_if and not step.only_if.succeeded else "",
        "not_before": step.not_before.isoformat() if step.not_before else "",
        "cost": _text(step.cost) if step.cost else "",
        "milestone": "yes" if step.milestone else "",
        "deadline": step.deadline.isoformat() if step.deadline else "",
        "begun": step.begun.isoformat() if step.begun else "",
        "done": step.done.isoformat() if step.done else "",
        "succeeded": {True: "yes", False: "no", None: ""}[step.succeeded],
    }
    return {name: text for name, text in said.items() if text}


def _waits(step: PlannedStep) -> Iterable[tuple[str, float]]:
    """What it waits for, in its plan and in those of other use cases, with lags."""
    yield from ((link.step, link.lag) for link in step.after)
    yield from ((f"{one.case}/{one.step}", one.lag) for one in step.beyond)


def _estimate(step: PlannedStep) -> dict[str, str | None]:
    days = step.days
    if isinstance(days, Fixed):
        return {"days": _text(days.days)}
    if isinstance(days, Lognormal):
        return {
            f"p{100 * days.low_share:.0f}": _text(days.low),
            f"p{100 * days.high_share:.0f}": _text(days.high),
        }
    shape = next(name for name, kind in SHAPES.items() if isinstance(days, kind))
    points = (days.optimistic, days.likely, days.pessimistic)
    found: dict[str, str | None] = dict(zip(POINTS, map(_text, points), strict=True))
    return {**found, "shape": shape if isinstance(days, Triangular) else None}


def _text(number: float, sign: str = "") -> str:
    """A number in full: no exponent, nothing rounded away."""
    text = f"{Decimal(repr(float(number))):f}".removesuffix(".0")
    return text if number < 0 else f"{sign}{text}"
