"""What a use case is worth: as stated, and as found where its decisions were tried."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from gonogo.core.roles import Action
from gonogo.core.subjects import Subject, SubjectKind
from gonogo.domain.accounts import reads as accounts
from gonogo.domain.cases import tables as cases
from gonogo.domain.value import tables
from gonogo.domain.value.reading import parse
from gonogo.domain.value.rules import MONTHS, Seen, Stated, Valued, valued
from gonogo.stats.arrays import Floats
from gonogo.stats.estimate import Estimate, Measured, Undefined
from gonogo.stats.money import amounts
from gonogo.stats.money.amounts import Amount
from gonogo.stats.money.benefit import Worth
from gonogo.store.work import Work
from gonogo.views.charts.scales import told
from gonogo.views.charts.values import At, Bin, Bound, Chart, Intervals, Line, Lines, Tone, Whisker
from gonogo.views.evidence import called
from gonogo.views.refused import Refused
from gonogo.views.rules_form import LINE

BINS = 24
"""Parts of the scale in which futures are counted."""
TAILS = (0.005, 0.995)
"""Futures beyond these shares are counted at the edge: one of them would stretch the scale."""
NOTHING = "Nobody has said yet what it is expected to be worth."
QUARTERS = 4
"""In a year."""


@dataclass(frozen=True, slots=True)
class WorthColumn:
    """What one wording of the benefit comes to."""

    name: str
    """Planned, or realised."""
    if_built: Estimate
    risk_adjusted: Estimate
    success: float
    loss: float
    payback: float | None
    """Quarters."""
    payback_why: str
    """Why there is none; "" where there is."""
    internal_rate: float | None
    """A year, from that of a quarter."""
    internal_rate_why: str
    """Why no internal rate of return says anything."""


@dataclass(frozen=True, slots=True)
class PerDecision:
    """What a decision was stated to be worth, and what it was found to be."""

    stated: Estimate
    """Mean, and the middle of what was stated."""
    found: Estimate
    check: str
    subject: str
    """The version that took the decisions."""
    versus: str
    entry: str


@dataclass(frozen=True, slots=True)
class Volume:
    """How many decisions a month there were said to be, and how many the gateway was asked for."""

    stated: Estimate
    """At full adoption: mean, and the middle of what was stated."""
    found: Estimate
    entry: str


@dataclass(frozen=True, slots=True)
class PlannedExperiment:
    """An experiment before deciding."""

    name: str
    worth: float
    cost: float
    gain: float


@dataclass(frozen=True, slots=True)
class Told:
    """What a benefit model comes to."""

    currency: str
    columns: tuple[WorthColumn, ...]
    """Planned, and realised where something was found."""
    per_decision: PerDecision | None
    volume: Volume | None
    """None before whole days were counted."""
    perfect: Measured
    experiments: tuple[PlannedExperiment, ...]
    plots: tuple[Chart, ...]


@dataclass(frozen=True, slots=True)
class ValuePage:
    """The benefit model of one use case."""

    case: str
    case_title: str
    headline: str
    told: Told | None
    """None where nobody stated anything."""
    text: str
    """The benefit model as it was written."""
    requires: tuple[str, ...]
    stated_at: str
    by: str
    entry: str
    may_state: bool


@dataclass(frozen=True, slots=True)
class ValueFormPage:
    """A benefit model as it is written."""

    case: str
    case_title: str
    entry: str
    """The statement that the edit was made from; "" for none."""
    text: str
    lines: tuple[str, ...]
    may_state: bool
    told: Told | None = None
    """What it comes to, once the text is found right."""
    refused: Refused | None = None
    line: int | None = None
    """The line of `text` that is wrong."""


def page(work: Work, slug: str, found: Valued | None) -> ValuePage:
    """The page about `found`, the worth of a use case; raises `NotFound` for no such case."""
    case = cases.get(work, slug)
    may_state = work.caller.refuses(Action.CASE_EDIT, work.subjects.lineage(case.subject)) is None
    if found is None:
        return ValuePage(
            slug, case.text.title, NOTHING, None, "", (), "", "", "", may_state=may_state
        )
    stated = found.stated
    return ValuePage(
        case=slug,
        case_title=case.text.title,
        headline=_headline(found),
        told=told_of(found),
        text=stated.statement.text,
        requires=stated.statement.requires,
        stated_at=stated.at,
        by=called(accounts.names(work, [stated.by]), stated.by),
        entry=stated.entry,
        may_state=may_state,
    )


def form(
    work: Work,
    slug: str,
    *,
    text: str | None = None,
    entry: str | None = None,
    checked: bool = False,
    refused: Refused | None = None,
) -> ValueFormPage:
    """The form with `text`, else with what is stated; `checked`: with what the text comes to.

    Raises `NotFound`, and `Invalid` for a text that is checked and wrong.
    """
    case = cases.get(work, slug)
    now = tables.find(work, slug)
    said = text
    if said is None:
        said = BEGUN if now is None else now.statement.text
    lines = tuple(said.splitlines())
    where = None if refused is None else LINE.search(refused.field)
    line = None if where is None else int(where["line"])
    subject = Subject(SubjectKind.CASE, slug)
    lineage = work.subjects.lineage(subject)
    return ValueFormPage(
        case=slug,
        case_title=case.text.title,
        entry=_from(now) if entry is None else entry,
        text=said,
        lines=lines,
        may_state=work.caller.refuses(Action.CASE_EDIT, lineage) is None,
        told=told_of(valued(Stated(slug, parse(said), "", "", ""))) if checked else None,
        refused=refused,
        line=line if line is not None and line <= len(lines) else None,
    )


def _from(now: Stated | None) -> str:
    return "" if now is None else now.entry


def told_of(found: Valued) -> Told:
    """What is to be said of the worth of a use case, with its plots."""
    planned = _column("Planned", found.planned)
    realised = () if found.realised is None else (_column("Realised", found.realised),)
    return Told(
        currency=found.stated.statement.currency,
        columns=(planned, *realised),
        per_decision=None if found.seen is None else _per_decision(found, found.seen),
        volume=volume_of(found),
        perfect=found.perfect,
        experiments=tuple(
            PlannedExperiment(one.name, one.worth, one.cost, one.gain) for one in found.experiments
        ),
        plots=_plots(found),
    )


def _headline(found: Valued) -> str:
    now, currency = found.now, found.stated.statement.currency
    worth = now.risk_adjusted
    said = (
        f"{told(worth.value)} {currency} with the chance of success counted; "
        f"{100 * worth.level:.0f} % of futures lie between {told(worth.low)} and "
        f"{told(worth.high)}, {100 * now.loss:.0f} % lose money."
    )
    if found.realised is None:
        return f"{said} By what was stated: no decision was tried beside another yet."
    before = found.planned.risk_adjusted.value
    by = "found where it was tried" if found.seen is not None else "counted in the decision log"
    return f"{said} By what was {by}; {told(before)} was planned."


def _column(name: str, worth: Worth) -> WorthColumn:
    back, rate = worth.payback, worth.internal_rate
    return WorthColumn(
        name=name,
        if_built=worth.if_built,
        risk_adjusted=worth.risk_adjusted,
        success=worth.success,
        loss=worth.loss,
        payback=None if isinstance(back, Undefined) else back,
        payback_why=back.reason if isinstance(back, Undefined) else "",
        internal_rate=None if isinstance(rate, Undefined) else (1 + rate) ** QUARTERS - 1,
        internal_rate_why=rate.reason if isinstance(rate, Undefined) else "",
    )


def _per_decision(found: Valued, seen: Seen) -> PerDecision:
    return PerDecision(
        stated=_middle(found.stated.statement.benefit.per_decision, seen.measured.unit),
        found=seen.measured,
        check=seen.check,
        subject=seen.subject,
        versus=seen.versus,
        entry=seen.entry,
    )


def volume_of(found: Valued) -> Volume | None:
    """Decisions a month as stated and as counted; None before whole days were counted."""
    counted = found.counted
    if counted is None:
        return None
    stated = _middle(found.stated.statement.benefit.volume, "decisions a quarter")
    monthly = replace(
        stated,
        value=stated.value / MONTHS,
        low=stated.low / MONTHS,
        high=stated.high / MONTHS,
        unit=counted.measured.unit,
    )
    return Volume(monthly, counted.measured, counted.entry)


def _middle(amount: Amount, unit: str) -> Estimate:
    """What was stated: its mean, and the middle 80 %."""
    low, high = amounts.quantile(amount, np.array([0.1, 0.9])).tolist()
    mean = amounts.mean(amount)
    return Estimate(mean, min(low, mean), max(high, mean), 0.8, 1, unit, "as stated")


def _plots(found: Valued) -> tuple[Chart, ...]:
    statement = found.stated.statement
    drawn: list[Chart] = [_distribution(found, statement.currency)]
    if found.realised is not None:
        drawn.append(_side_by_side(found, statement.currency))
    return tuple(drawn)


def _distribution(found: Valued, currency: str) -> Lines:
    """How often the worth is at most so much, and the futures counted below."""
    worths = [("planned", found.planned, Tone.SECOND if found.realised else Tone.ACCENT)]
    if found.realised is not None:
        worths.append(("realised", found.realised, Tone.ACCENT))
    every = np.concatenate([one.futures for _, one, _ in worths])
    low, high = (float(one) for one in np.quantile(every, TAILS))
    if not low < high:
        low, high = low - abs(low) * 0.1 - 1, high + abs(high) * 0.1 + 1
    edges = np.linspace(low, high, BINS + 1)
    counts, _ = np.histogram(np.clip(found.now.futures, low, high), edges)
    return Lines(
        title="What it may be worth",
        across=f"present value, {currency}",
        up="share of futures below",
        lines=tuple(
            Line(name, _below(one.futures, edges.tolist()), tone) for name, one, tone in worths
        ),
        uprights=(
            *((Bound(0.0, "nothing gained"),) if low < 0 < high else ()),
            Bound(found.now.risk_adjusted.value, "mean"),
        ),
        bins=tuple(
            Bin(float(one), float(other), int(n))
            for one, other, n in zip(edges[:-1], edges[1:], counts, strict=True)
        ),
    )


def _below(futures: Floats, edges: Sequence[float]) -> tuple[At, ...]:
    ordered = np.sort(np.asarray(futures))
    shares = np.searchsorted(ordered, np.asarray(edges), side="right") / ordered.size
    return tuple(At(edge, share) for edge, share in zip(edges, shares.tolist(), strict=True))


def _side_by_side(found: Valued, currency: str) -> Intervals:
    rows = [("planned", found.planned, Tone.SECOND)]
    if found.realised is not None:
        rows.append(("realised", found.realised, Tone.ACCENT))
    return Intervals(
        title="Planned against realised",
        across=f"risk-adjusted present value, {currency}",
        rows=tuple(
            Whisker(
                label=name,
                value=one.risk_adjusted.value,
                low=one.risk_adjusted.low,
                high=one.risk_adjusted.high,
                says=f"{100 * one.risk_adjusted.level:.0f} % of futures",
                tone=tone,
            )
            for name, one, tone in rows
        ),
        bounds=(Bound(0.0, "nothing gained"),),
    )


BEGUN = """currency: USD
rate: 0.08                 # of money, a year
volume: {low: 5000, likely: 8000, high: 12000}      # decisions a quarter
per_decision: {low: 1, likely: 2, high: 4}          # money against today
adoption: {quarters: 12, reach: 4}                  # 12 quarters, all by the 4th
running_cost: 1000         # a quarter
stages:
  - {stage: build, cost: 20000, quarters: 2, success: 0.7}
people: {ml-engineer: 1}
kind: exploitation"""
"""What a new benefit model begins with."""
