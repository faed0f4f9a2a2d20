"""Decisions of the log as people ask for them: found by id, entity or time, and told in full.

They say something of persons, so a role on the use case is asked for that may see them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from gonogo.core.errors import Invalid, NotFound
from gonogo.core.roles import Action
from gonogo.core.subjects import Subject, SubjectKind
from gonogo.core.times import moment, stamp
from gonogo.domain.cases import reads as cases
from gonogo.domain.releases import reads as releases
from gonogo.domain.releases import tables
from gonogo.records import reading, searching
from gonogo.records.log import Period
from gonogo.records.reading import Seen, Told
from gonogo.records.record import Decision, Outcome
from gonogo.records.searching import Wanted
from gonogo.store.paging import Page, page_of, read_cursor
from gonogo.store.work import Work

ROWS = 50


@dataclass(frozen=True, slots=True)
class DecidedLine:
    """One decision in one line."""

    id: str
    at: str
    entity: str | None
    outcome: str
    score: float | None
    model: str | None
    """`name@number`; None for rules."""
    arm: str
    release: str | None
    reasons: tuple[str, ...]
    error: str | None
    label: str | None
    """What became of it; None where nothing came back yet."""
    corrections: int
    """How often that was corrected."""


@dataclass(frozen=True, slots=True)
class SearchPage:
    """What a search among the decisions of a use case found."""

    case: str
    title: str
    headline: str
    asked: Mapping[str, str]
    """What was asked: id, entity, since, until; what was left open is empty."""
    rows: tuple[DecidedLine, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class Input:
    """A feature as it was used."""

    name: str
    value: str
    defaulted: bool
    """Whether a declared default stood in for it."""


@dataclass(frozen=True, slots=True)
class OutcomeLine:
    """What came back about a decision."""

    at: str
    """When it became so."""
    received: str
    label: str | None
    value: float | None
    kind: str
    """`outcome`, or `feedback` of an analyst."""
    note: str | None
    counts: bool
    """Whether it is the one that counts: the newest outcome."""


@dataclass(frozen=True, slots=True)
class ShadowLine:
    """What a shadow would have answered."""

    arm: str
    model: str | None
    outcome: str
    score: float | None
    error: str | None


@dataclass(frozen=True, slots=True)
class DecidedPage:
    """Why one decision was as it was."""

    line: DecidedLine
    case: str
    title: str
    headline: str
    kind: str
    """model, ensemble, rules or fallback."""
    threshold: float | None
    """Score from which its version says yes, where it is still known."""
    rule: str | None
    propensity: float
    snapshot: int
    code: str | None
    token: str | None
    latency_ms: float
    sure: str | None
    """How sure the answer said it is; None where it said nothing."""
    inputs: tuple[Input, ...]
    erased: bool
    """Whether what it said of a person was taken out on request."""
    route: str | None
    """Digest of the decision in the ledger that made the route it went."""
    shadows: tuple[ShadowLine, ...]
    outcomes: tuple[OutcomeLine, ...]
    """All that came back, oldest first."""


def search(
    work: Work,
    log: Path,
    case: str,
    *,
    id_: str = "",
    entity: str = "",
    since: str = "",
    until: str = "",
    cursor: str | None = None,
) -> SearchPage:
    """The decisions of a use case that fit, newest first; raises as `allow_case` and `Invalid`."""
    title = allow_case(work, case)
    asked = {"id": id_.strip(), "entity": entity.strip(), "since": since, "until": until}
    found = _found(log, case, asked, cursor)
    return SearchPage(
        case=case,
        title=title,
        headline=_said(found, asked),
        asked=asked,
        rows=tuple(line(one) for one in found.items),
        next=found.next,
    )


def told(work: Work, log: Path, id_: str) -> DecidedPage:
    """The decision `id_`, with all that came of it; raises `NotFound`, and as `allow_case`."""
    found = read(work, log, id_)
    decision = found.seen.decision
    title = allow_case(work, decision.case)
    return DecidedPage(
        line=line(found.seen),
        case=decision.case,
        title=title,
        headline=why(found.seen),
        kind=decision.kind,
        threshold=threshold_of(work, decision),
        rule=decision.rule,
        propensity=decision.propensity,
        snapshot=decision.snapshot,
        code=decision.code,
        token=decision.token,
        latency_ms=decision.latency_us / 1000,
        sure=sure_of(decision),
        inputs=tuple(_inputs(decision)),
        erased=found.seen.erased,
        route=route_of(work, decision),
        shadows=tuple(
            ShadowLine(one.arm, one.model, one.outcome, one.score, one.error)
            for one in found.shadows
        ),
        outcomes=tuple(_outcomes(found)),
    )


def read(work: Work, log: Path, id_: str) -> Told:
    """The decision `id_` as it is logged; raises as `told`."""
    # Whoever may see no decision anywhere learns nothing of what ids there are.
    if work.caller.refuses(Action.DECIDED_READ, None):
        work.allow(Action.DECIDED_READ)
    found = reading.decision(log, id_)
    allow_case(work, found.seen.decision.case)
    return found


def allow_case(work: Work, case: str) -> str:
    """The title of a use case whose decisions the caller may see; `NotFound` or `Forbidden`."""
    known = cases.found(work, [case]).get(case)
    if known is None:
        raise NotFound(field="case", value=case, expected="a use case")
    work.allow(Action.DECIDED_READ, on=Subject(SubjectKind.CASE, case))
    return known.text.title


def line(seen: Seen) -> DecidedLine:
    """A decision in one line, with what became of it."""
    one = seen.decision
    return DecidedLine(
        id=one.id,
        at=time_of(one.at),
        entity=one.entity,
        outcome=one.outcome,
        score=one.score,
        model=one.model,
        arm=one.arm,
        release=one.release,
        reasons=one.reasons,
        error=one.error,
        label=None if seen.outcome is None else label_text(seen.outcome),
        corrections=seen.corrections,
    )


def sure_of(one: Decision) -> str | None:
    """How sure an answer said it is: its probability, and a set or interval with its coverage."""
    said = [] if one.probability is None else [f"probability of a yes {one.probability:.3g}"]
    if one.coverage is not None:
        often = f"with coverage {one.coverage:g}"
        if one.conformal_interval is not None:
            low, high = one.conformal_interval
            said.append(f"from {low:.4g} to {high:.4g} {often}")
        else:
            said.append(f"{' or '.join(one.conformal_set or ()) or 'no outcome'} {often}")
    return "; ".join(said) or None


def label_text(outcome: Outcome) -> str:
    """What an outcome says, in words."""
    match outcome.label:
        case None:
            return "without a label"
        case bool(yes):
            return "yes" if yes else "no"
        case float(number):
            return f"{number:g}"
        case other:
            return str(other)


def time_of(microseconds: int) -> str:
    """The time that many microseconds after 1970, as it is stored."""
    return stamp(datetime.fromtimestamp(microseconds / 1e6, UTC))


def _found(log: Path, case: str, asked: Mapping[str, str], cursor: str | None) -> Page[Seen]:
    if asked["id"]:
        try:
            return Page((reading.decision(log, asked["id"], case).seen,), None)
        except NotFound:
            return Page((), None)
    period = Period(case, _time(asked, "since"), _time(asked, "until"))
    wanted = Wanted(entity=asked["entity"] or None)
    found = searching.newest(log, period, wanted, before=_before(cursor), most=ROWS + 1)
    return page_of(found, ROWS, lambda one: f"{one.decision.at} {one.decision.id}")


def _before(cursor: str | None) -> tuple[int, str] | None:
    """Time and id of the last decision of the page before."""
    told = read_cursor(cursor, str)
    if told is None:
        return None
    at, _, id_ = told.partition(" ")
    if not at.isascii() or not at.isdigit() or len(at) > 18:
        raise Invalid(field="cursor", value=cursor, expected="a cursor from the page before")
    return int(at), id_


def _time(asked: Mapping[str, str], name: str) -> datetime | None:
    return moment(asked[name].strip(), name) if asked[name].strip() else None


def _said(found: Page[Seen], asked: Mapping[str, str]) -> str:
    n = len(found.items)
    if not n:
        return "No decision fits." if any(asked.values()) else "No decision is logged yet."
    if found.next is not None:
        return f"{n:,} decisions that fit, newest first; there are more."
    return f"{n:,} decision{'' if n == 1 else 's'}, newest first."


def why(seen: Seen) -> str:
    """Why a decision was as it was, in a sentence."""
    one = seen.decision
    if seen.erased:
        return f"Decided {one.outcome}; what it said of a person was erased on request."
    if one.rule is not None:
        said = f"by the rule {one.rule}"
    elif one.error is not None:
        said = f"by the fallback, as the model did not answer ({one.error})"
    elif one.model is not None:
        score = "" if one.score is None else f" with a score of {one.score:.3g}"
        said = f"by {one.model}{score}"
    else:
        said = f"by the {one.kind} of the arm {one.arm}"
    why = f": {'; '.join(reason.rstrip('.') for reason in one.reasons)}" if one.reasons else ""
    return f"Decided {one.outcome} {said}{why}."


def _inputs(decision: Decision) -> list[Input]:
    return [
        Input(name, _text(value), name in decision.defaulted)
        for name, value in decision.features.items()
    ]


def _text(value: Any) -> str:
    match value:
        case None:
            return "missing"
        case bool(yes):
            return "yes" if yes else "no"
        case float(number):
            return f"{number:g}"
        case other:
            return str(other)


def _outcomes(found: Told) -> list[OutcomeLine]:
    last = max(
        (place for place, one in enumerate(found.outcomes) if one.kind == "outcome"), default=-1
    )
    return [
        OutcomeLine(
            at=time_of(one.at),
            received=time_of(one.received),
            label=label_text(one),
            value=one.value,
            kind=one.kind,
            note=one.note,
            counts=place == last,
        )
        for place, one in enumerate(found.outcomes)
    ]


def threshold_of(work: Work, decision: Decision) -> float | None:
    """Score from which the version that answered says yes, where it is still known."""
    if decision.model is None:
        return None
    known = tables.served_of(work, [decision.model]).get(decision.model)
    return None if known is None else known[1]


def route_of(work: Work, decision: Decision) -> str | None:
    """Digest of the decision in the ledger that made the route it went, where there was one."""
    try:
        at = datetime.fromtimestamp(decision.at / 1e6, UTC)
        return releases.live_at(work, decision.case, at).decision
    except (NotFound, Invalid):
        return None
