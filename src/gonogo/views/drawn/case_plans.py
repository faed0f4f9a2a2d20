"""A plan and its forecast as plots: network, finish, steps in time, what drives it, who is busy."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from graphlib import TopologicalSorter
from typing import Any

from gonogo.core.evidence import measured_from_json
from gonogo.domain.plans.rules import Plan, PlannedStep
from gonogo.stats.counts import Counts
from gonogo.stats.estimate import Estimate
from gonogo.stats.plans.network import Outcome
from gonogo.stats.plans.results import OVERLOADED
from gonogo.stats.proportions import wilson
from gonogo.views.charts.values import (
    At,
    Bound,
    Intervals,
    Line,
    Lines,
    Network,
    Node,
    Span,
    Spans,
    Tone,
    Whisker,
)

ROWS = 40
"""Steps that a plot draws; the forecast holds more."""
FAR = 3.0
"""A deadline that lies beyond so many times the latest finish would leave no room for the rest."""
KINDS = {
    "step": "takes P10 or P90",
    "risk": "stays away or comes",
    "hypothesis": "holds or fails",
    "pool": "one more",
}
LABELS = {"risk": "{} (risk)", "hypothesis": "{} (outcome)", "pool": "one more {}"}
Told = Mapping[str, Any]


def finish(told: Told, deadline: float | None) -> Lines | None:
    """The share of futures that reach the goal until each day; None where hardly any does."""
    n, level = int(told["futures"]), float(told["level"])
    shares: dict[float, float] = {}
    for at, days in enumerate(told["curve"], start=1):
        if days is not None:
            shares[float(days)] = at / 100
    if not shares:
        return None
    points = []
    for days, share in shares.items():
        found = wilson(Counts(yes=round(share * n), n=n), level)
        low, high = (found.low, found.high) if isinstance(found, Estimate) else (None, None)
        points.append(At(days, share, low, high))
    last = max(shares)
    near = deadline is not None and deadline <= FAR * max(last, 1.0)
    bounds = (Bound(deadline, "deadline"),) if near and deadline is not None else ()
    line = Line("finished", tuple(points), dots=len(points) == 1)
    return Lines("When it is finished", _across(told), "share of futures", (line,), uprights=bounds)


def timeline(told: Told, deadline: float | None) -> Spans | None:
    """The steps in order of their start, from it to P50, with a whisker to P90."""
    found = [(one, _days(one.get("begins"))) for one in told["steps"]]
    begun = [(one, at) for one, at in found if at is not None and not one["done"]]
    rows = []
    for one, begins in sorted(begun, key=lambda pair: pair[1])[:ROWS]:
        by = {dated["share"]: dated for dated in one["dates"]}
        ends = _days(by[0.5])
        if ends is not None:
            says = f"{one['begins']['date']} to {by[0.5]['date']}, P90 {by[0.9]['date'] or 'never'}"
            tone = Tone.SECOND if one["milestone"] else Tone.ACCENT
            row = Span(str(one["title"]), begins, ends, _days(by[0.9]), says, tone)
            rows.append((row, one.get("until")))
    if not rows:
        return None
    last = max(row.late or row.ends for row, _ in rows)
    far = FAR * max(last, 1.0)
    spans = [
        replace(row, asked=until) if until is not None and 0 <= until <= far else row
        for row, until in rows
    ]
    near = deadline is not None and deadline <= FAR * max(last, 1.0)
    bounds = (Bound(deadline, "deadline"),) if near and deadline is not None else ()
    names = ("begins, P50", "ends, P50", "ends, P90")
    return Spans("Steps in time", _across(told), tuple(spans), bounds, names)


def tornado(told: Told) -> Spans | None:
    """By how much single things swing the median date; None where nothing does."""
    rows = []
    for one in told["drivers"]:
        good, bad = _days(one["good"]), _days(one["bad"])
        if good is not None and bad is not None and good != bad:
            says = f"{KINDS[one['kind']]}: {one['good']['date']} or {one['bad']['date']}"
            tone = Tone.SECOND if one["kind"] == "pool" else Tone.ACCENT
            label = LABELS.get(one["kind"], "{}").format(one["title"])
            rows.append(Span(label, good, bad, None, says, tone))
    if not rows:
        return None
    by = {dated["share"]: dated for dated in told["dates"]}
    middle = _days(by[0.5])
    bounds = () if middle is None else (Bound(middle, "as things are"),)
    names = ("good", "bad", "late")
    return Spans("What drives the median date", _across(told), tuple(rows[:ROWS]), bounds, names)


def critical(told: Told) -> Intervals | None:
    """In what share of the futures each step makes the goal later if it takes longer."""
    known = [(one, measured_from_json(one["critical"])) for one in told["steps"]]
    found = [
        (one, share) for one, share in known if isinstance(share, Estimate) and share.value > 0
    ]
    found.sort(key=lambda pair: -pair[1].value)
    rows = _whiskers([(str(one["title"]), share, "") for one, share in found[:ROWS]])
    across = "share of futures"
    return Intervals("Critical steps", across, rows, within=(0, 1)) if rows else None


def load(told: Told) -> Intervals | None:
    """How busy each role and team is; None where no one is limited."""
    found = [(str(one["role"]), measured_from_json(one["busy"])) for one in told["roles"]]
    rows = _whiskers([(role, busy, "") for role, busy in found if isinstance(busy, Estimate)])
    bounds = (Bound(OVERLOADED, "overloaded"),)
    across = "share of their time"
    return Intervals("How busy people are", across, rows, bounds, (0, 1)) if rows else None


def network(plan: Plan) -> Network | None:
    """The steps, each to the right of those it waits for; None where there are too many to see."""
    layers = _layers(plan)
    steps = sorted(plan.steps, key=lambda step: layers[step.key])
    if not 2 <= len(steps) <= ROWS:
        return None
    where = {step.key: at for at, step in enumerate(steps)}
    nodes = tuple(
        Node(
            label=step.title,
            layer=layers[step.key],
            after=tuple(where[link.step] for link in step.after),
            only_if=None if step.only_if is None else where[step.only_if.step],
            says=_stands(step),
            tone=Tone.QUIET if step.done else Tone.SECOND if step.milestone else Tone.ACCENT,
        )
        for step in steps
    )
    return Network("The network", "later steps to the right", nodes)


def _stands(step: PlannedStep) -> str:
    if step.done:
        return f"done {step.done}"
    if step.begun:
        return f"begun {step.begun}"
    return "" if step.only_if is None else f"if it {_outcome(step.only_if)}"


def _outcome(found: Outcome) -> str:
    return "succeeds" if found.succeeded else "fails"


def _layers(plan: Plan) -> dict[str, int]:
    """Of each step how many come before it, one after another; plans have no rings."""
    before = {
        step.key: [link.step for link in step.after] + ([step.only_if.step] if step.only_if else [])
        for step in plan.steps
    }
    found: dict[str, int] = {}
    for key in TopologicalSorter(before).static_order():
        found[key] = 1 + max((found[one] for one in before[key]), default=-1)
    return found


def _whiskers(found: Sequence[tuple[str, Estimate, str]]) -> tuple[Whisker, ...]:
    return tuple(Whisker(name, one.value, one.low, one.high, says) for name, one, says in found)


def _days(dated: Told | None) -> float | None:
    """The days of a date that a forecast tells; None where it is never reached."""
    found = None if dated is None else measured_from_json(dated["days"])
    return found.value if isinstance(found, Estimate) else None


def _across(told: Told) -> str:
    return f"working days from {told['origin']}"
