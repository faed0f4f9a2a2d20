"""One gate review: its conditions, sign-offs and waivers, and what the reader may do there."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from gonogo.core.areas import Area
from gonogo.core.canonical import digest
from gonogo.core.chain import Entry
from gonogo.core.conditions import Condition
from gonogo.core.decisions import Outcome
from gonogo.core.gates import STEPS
from gonogo.core.subjects import SubjectKind
from gonogo.core.times import moment
from gonogo.core.verdicts import Verdict
from gonogo.core.wording import asked, title
from gonogo.domain.accounts import reads as accounts
from gonogo.domain.gates import reads, tables
from gonogo.domain.gates.reads import Reviewed
from gonogo.domain.gates.rules import Polled, ReviewState, SignOff, Waiver
from gonogo.domain.gates.turns import Turn
from gonogo.domain.policies import reads as policies
from gonogo.stats.estimate import Measured
from gonogo.store.ledger import to_cited
from gonogo.store.work import Work
from gonogo.views.allowed import NOTHING, Allowed, allowed
from gonogo.views.evidence import age, called, span
from gonogo.views.refused import Refused
from gonogo.views.standing import standing


@dataclass(frozen=True, slots=True)
class ConditionRow:
    """One condition and what the evidence says of it."""

    key: str
    area: Area
    title: str
    asked: str
    """The bound in words: "at least 0.8"."""
    also: str
    """What else the evidence must be: "reproduced, at most 30 days old"."""
    at_least: float
    at_most: float
    level: float
    """Confidence level that its interval must have at least."""
    verdict: Verdict
    """By the evidence alone."""
    counts_as: Verdict
    """What goes into the poll: go where waived."""
    reason: str
    measured: Measured | None
    evidence: str | None
    """Digest of the evidence it rests on."""
    position: int | None
    subject: str | None
    data: str | None
    """The dataset version it was measured on."""
    reproduced: bool | None
    """Whether the server measured it itself; None where there is no evidence."""
    at: str | None
    age: str
    """How old the evidence is, in words; how old it was, once decided."""
    by: str
    """How the account that measured is called."""
    more_needed: int | None
    """For a hold: about how many more observations would settle it."""
    waiver: str | None


@dataclass(frozen=True, slots=True)
class Seat:
    """A role that must sign, and what it said."""

    role: str
    outcome: Outcome | None
    """None while it has not signed."""
    by: str
    at: str | None
    comment: str
    entry: str | None


@dataclass(frozen=True, slots=True)
class WaiverLine:
    """A waiver that was given."""

    condition: str
    title: str
    asked: str
    role: str
    reason: str
    by: str
    at: str
    expires: str
    entry: str
    withdrawn: str | None
    """Digest of the entry that took it back."""
    holds: bool
    """Whether it counts now; for a decided review, whether it counted then."""
    withdrawable: bool
    """Whether the reader may take it back."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a review was decided."""

    outcome: Outcome
    rationale: str
    by: str
    at: str
    entry: str


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """One gate review: live while it is open, what it rested on once decided."""

    id: str
    subject: str
    case: str | None
    case_title: str | None
    gate: str
    before: str
    after: str
    """The stage that go leads to."""
    state: ReviewState
    headline: str
    verdict: Verdict
    poll: Mapping[str, Verdict | None]
    held: int
    """Conditions that hold or are waived."""
    rows: tuple[ConditionRow, ...]
    turns: tuple[Turn, ...]
    seats: tuple[Seat, ...]
    waivers: tuple[WaiverLine, ...]
    waivable_by: tuple[str, ...]
    lacks: tuple[str, ...]
    """Everything that stands between it and the decision go."""
    policy: str
    policy_digest: str
    policy_entry: str
    policy_in_force: bool
    """Whether this wording is the one in force: under another it can only end no-go."""
    base: str | None
    """Digest of the decision on this gate that stood when the review was opened."""
    overtaken: str | None
    """Digest of a decision made on this gate since it was opened; it cannot be decided then."""
    opened_by: str
    opened_at: str
    entry: str
    ended: Ended | None
    allowed: Allowed
    """What the reader may do."""
    mark: str
    """Changes whenever something about the review changes."""
    form: str = ""
    """Which form was refused, if one was."""
    values: Mapping[str, str] | None = None
    """What was filled in there."""
    refused: Refused | None = None


def review(
    work: Work,
    name: str,
    *,
    form: str = "",
    values: Mapping[str, str] | None = None,
    refused: Refused | None = None,
) -> ReviewPage:
    """The review called `name`; raises `NotFound`. A fixed number of queries."""
    found = tables.get(work, name)
    is_open = found.state is ReviewState.OPEN
    stands = standing(work, found.subject) if is_open else None
    seen = reads.look(work, found, stands)
    evidence = work.ledger.entries_of(seen.poll.evidence)
    names = accounts.names(work, _actors(seen, evidence.values()))
    may = NOTHING if stands is None else allowed(work, seen, stands)
    case = work.subjects.ancestor(found.subject, SubjectKind.CASE)
    in_force = policies.in_force_of(work, [found.policy if stands is None else stands.policy])
    last = tables.last_decision(work, found.subject, found.gate)
    step = STEPS[found.gate]
    return ReviewPage(
        id=found.id,
        subject=str(found.subject),
        case=None if case is None else case.name,
        case_title=None if case is None else work.subjects.title(case),
        gate=str(found.gate),
        before=step.before,
        after=step.after,
        state=found.state,
        headline=_headline(seen),
        verdict=seen.poll.verdict,
        poll={str(area): seen.poll.by_area.get(area) for area in Area},
        held=_held(seen),
        rows=tuple(_row(work, seen, row, evidence, names) for row in seen.poll.rows),
        turns=seen.turns,
        seats=tuple(_seat(role, seen.sign_offs, names) for role in seen.gate.sign_off),
        waivers=tuple(_waiver(work, seen, one, names, may) for one in seen.waivers),
        waivable_by=tuple(seen.gate.waivable_by),
        lacks=seen.poll.lacks,
        policy=found.policy,
        policy_digest=found.policy_digest,
        policy_entry=found.policy_entry,
        policy_in_force=any(one.digest == found.policy_digest for one in in_force.values()),
        base=found.base,
        overtaken=last if is_open and last != found.base else None,
        opened_by=called(names, found.opened_by),
        opened_at=found.opened_at,
        entry=found.entry,
        ended=_ended(seen, names),
        allowed=may,
        mark=_mark(seen, last),
        form=form,
        values=values,
        refused=refused,
    )


def _held(seen: Reviewed) -> int:
    return sum(row.counts_as is Verdict.GO for row in seen.poll.rows)


def _actors(seen: Reviewed, evidence: Iterable[Entry]) -> set[str]:
    signed = {one.user for one in seen.sign_offs} | {one.user for one in seen.waivers}
    measured = {entry.actor for entry in evidence}
    return signed | measured | {seen.review.opened_by, seen.decided_by or seen.review.opened_by}


def _row(
    work: Work,
    seen: Reviewed,
    row: Polled,
    evidence: Mapping[str, Entry],
    names: Mapping[str, str],
) -> ConditionRow:
    condition = row.condition
    entry = None if row.evidence is None else evidence.get(row.evidence)
    cited = None if entry is None else to_cited(entry)
    at_least, at_most = condition.bounds
    then = work.now if seen.decided_at is None else moment(seen.decided_at)
    return ConditionRow(
        key=condition.key,
        area=condition.area,
        title=title(condition),
        asked=asked(condition),
        also=also_asked(condition),
        at_least=at_least,
        at_most=at_most,
        level=condition.level,
        verdict=row.verdict,
        counts_as=row.counts_as,
        reason=row.reason,
        measured=row.measured,
        evidence=row.evidence,
        position=None if entry is None else entry.position,
        subject=row.subject,
        data=None if cited is None else cited.evidence.data,
        reproduced=None if cited is None else cited.evidence.reproduced,
        at=row.at,
        age="" if row.at is None else age(row.at, then),
        by="" if entry is None else called(names, entry.actor),
        more_needed=row.more_needed,
        waiver=row.waiver,
    )


def also_asked(condition: Condition) -> str:
    """What a condition asks of its evidence besides the bound, in words.

    >>> from datetime import timedelta
    >>> also_asked(Condition("data.rows", at_least=1, reproduced=True, max_age=timedelta(days=30)))
    'reproduced by the server, at most 30 days old'
    """
    parts = ["reproduced by the server"] if condition.reproduced else []
    if condition.max_age is not None:
        parts.append(f"at most {span(condition.max_age)} old")
    return ", ".join(parts)


def _seat(role: str, given: Sequence[SignOff], names: Mapping[str, str]) -> Seat:
    found = next((one for one in given if one.role == role), None)
    if found is None:
        return Seat(role, None, "", None, "", None)
    by = called(names, found.user)
    return Seat(role, found.outcome, by, found.at, found.comment, found.entry)


def _waiver(
    work: Work, seen: Reviewed, one: Waiver, names: Mapping[str, str], may: Allowed
) -> WaiverLine:
    condition = seen.gate.condition(one.condition)
    used = {row.waiver for row in seen.poll.rows}
    is_open = seen.review.state is ReviewState.OPEN
    return WaiverLine(
        condition=one.condition,
        title=title(condition),
        asked=asked(condition),
        role=str(one.role),
        reason=one.reason,
        by=called(names, one.user),
        at=one.at,
        expires=one.expires,
        entry=one.entry,
        withdrawn=one.withdrawn,
        holds=one.holds(work.now) if is_open else one.entry in used,
        withdrawable=one.withdrawn is None and one.role in may.withdraw_as,
    )


def _ended(seen: Reviewed, names: Mapping[str, str]) -> Ended | None:
    found = seen.review
    if found.outcome is None or found.decision is None:
        return None
    return Ended(
        outcome=found.outcome,
        rationale=seen.rationale or "",
        by=called(names, seen.decided_by or ""),
        at=seen.decided_at or "",
        entry=found.decision,
    )


def _mark(seen: Reviewed, last: str | None) -> str:
    """What has happened at the review, as one short text that differs when anything does."""
    return digest(
        {
            "evidence": list(seen.poll.evidence),
            "sign_offs": [one.entry for one in seen.sign_offs],
            "waivers": [[one.entry, one.withdrawn] for one in seen.waivers],
            "verdicts": [[row.verdict.value, row.waiver] for row in seen.poll.rows],
            "decision": last,
        }
    )[:12]


def _headline(seen: Reviewed) -> str:
    """One sentence that a busy person can act on."""
    poll, total = seen.poll, len(seen.poll.rows)
    if seen.review.outcome is not None:
        return f"Decided {seen.review.outcome}: {seen.rationale}"
    said = f"{_held(seen)} of {total} conditions hold."
    failing = [row for row in poll.rows if row.counts_as is not Verdict.GO]
    words = [f"{_named(failing)} {'stands' if len(failing) == 1 else 'stand'} in the way"]
    words = words if failing else []
    if poll.missing:
        many = "has" if len(poll.missing) == 1 else "have"
        words.append(f"{' and '.join(poll.missing)} {many} not signed")
    if poll.against:
        words.append(f"{' and '.join(poll.against)} signed no-go")
    if not words:
        return f"{said} Nothing is missing: it can be decided."
    joined = "; ".join(words)
    return f"{said} {joined[0].upper()}{joined[1:]}."


def _named(failing: Sequence[Polled]) -> str:
    """The worst of what fails, by name."""
    ordered = sorted(failing, key=lambda row: row.counts_as, reverse=True)
    named = [title(row.condition) for row in ordered[:2]]
    more = f" and {len(failing) - 2} more" if len(failing) > 2 else ""
    return f"{', '.join(named) if more else ' and '.join(named)}{more}"
