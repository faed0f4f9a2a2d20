"""What waits for the reader: reviews to sign and to decide, hypotheses to settle.

Counting needs no poll and asks a fixed number of questions, because every page shows the count.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gonogo.core.conditions import Cited
from gonogo.core.decisions import Outcome
from gonogo.core.errors import Conflict
from gonogo.core.gates import Gate
from gonogo.core.roles import Action, Role, may
from gonogo.core.subjects import Subject
from gonogo.core.verdicts import Verdict
from gonogo.domain.cases import reads as cases
from gonogo.domain.gates import reads, rules, tables
from gonogo.domain.gates.rules import Review, ReviewState, SignOff, Standing, Waiver
from gonogo.domain.hypotheses import reads as hypotheses
from gonogo.domain.hypotheses.rules import Hypothesis, judge
from gonogo.domain.models import reads as models
from gonogo.domain.models.rules import Version
from gonogo.store.paging import MOST
from gonogo.store.work import Work
from gonogo.views.standing import around, standing_of

SETTLED = frozenset({Outcome.SUPPORTED, Outcome.REFUTED})
"""What the evidence has decided; an inconclusive hypothesis may wait until its time box ends."""


@dataclass(frozen=True, slots=True)
class Opened:
    """An open review, without its poll."""

    review: Review
    gate: Gate
    version: Version
    signed: tuple[SignOff, ...]

    @property
    def missing(self) -> tuple[Role, ...]:
        """Roles that have not signed yet."""
        have = {one.role for one in self.signed}
        return tuple(role for role in self.gate.sign_off if role not in have)


@dataclass(frozen=True, slots=True)
class ReviewLine:
    """An open review in one line."""

    id: str
    subject: str
    gate: str
    opened_at: str
    verdict: Verdict
    held: int
    """Conditions that hold or are waived."""
    conditions: int
    missing: tuple[Role, ...]
    for_me: tuple[Role, ...]
    """Roles in which the reader can sign."""
    lacks: int
    """How many things stand between it and the decision go."""


@dataclass(frozen=True, slots=True)
class Ready:
    """An open hypothesis that can be settled."""

    case: str
    slug: str
    statement: str
    outcome: str
    why: str
    evidence: tuple[str, ...]
    """Digests of what settles it."""


@dataclass(frozen=True, slots=True)
class Mine:
    """What waits for the reader, before it is drawn."""

    to_sign: tuple[Opened, ...]
    to_decide: tuple[Opened, ...]
    to_settle: tuple[Ready, ...]

    @property
    def count(self) -> int:
        """How much it is; a review that can be signed and decided counts once."""
        reviews = {one.review.id for one in (*self.to_sign, *self.to_decide)}
        return len(reviews) + len(self.to_settle)


@dataclass(frozen=True, slots=True)
class WaitingPage:
    """Decisions that wait for the reader."""

    headline: str
    to_sign: tuple[ReviewLine, ...]
    to_decide: tuple[ReviewLine, ...]
    to_settle: tuple[Ready, ...]


def waiting(work: Work) -> WaitingPage:
    """Everything that waits for the caller, polled."""
    found = mine(work)
    reviews = {one.review.id: one for one in (*found.to_sign, *found.to_decide)}
    lines = review_lines(work, tuple(reviews.values()))
    return WaitingPage(
        headline=_headline(found),
        to_sign=tuple(lines[one.review.id] for one in found.to_sign),
        to_decide=tuple(lines[one.review.id] for one in found.to_decide),
        to_settle=found.to_settle,
    )


def count(work: Work) -> int:
    """How many decisions wait for the caller."""
    return mine(work).count


def mine(work: Work) -> Mine:
    """What waits for the caller."""
    roles = work.caller.roles()
    reviews = (
        open_reviews(work)
        if may(roles, Action.REVIEW_SIGN) or may(roles, Action.REVIEW_DECIDE)
        else ()
    )
    reviews = tuple(one for one in reviews if one.version.registration.author != work.caller.actor)
    settles = may(roles, Action.HYPOTHESIS_SETTLE)
    return Mine(
        to_sign=tuple(one for one in reviews if signable(work, one)),
        to_decide=tuple(one for one in reviews if not one.missing and _decides(work, one)),
        to_settle=_ready(work) if settles else (),
    )


def open_reviews(work: Work) -> tuple[Opened, ...]:
    """The open reviews, newest first."""
    return opened(work, reads.listed(work, state=ReviewState.OPEN, limit=MOST).items)


def opened(work: Work, found: Sequence[Review]) -> tuple[Opened, ...]:
    """Open reviews with what they ask and who signed, in the same order."""
    if not found:
        return ()
    subjects = [review.subject for review in found]
    work.subjects.load(subjects)
    gates = reads.gates_of(work, found)
    signed = tables.sign_offs_by_review(work, [review.id for review in found])
    versions = models.found(work, subjects)
    return tuple(
        Opened(review, gates[review.id], versions[review.subject], tuple(signed[review.id]))
        for review in found
        if review.subject in versions
    )


def signable(work: Work, one: Opened) -> tuple[Role, ...]:
    """The roles in which the caller can sign this review now."""
    actor = str(work.caller.actor)
    if actor == str(one.version.registration.author) or any(s.user == actor for s in one.signed):
        return ()
    held = work.caller.roles(work.subjects.lineage(one.review.subject))
    if not may(held, Action.REVIEW_SIGN):
        return ()
    return tuple(role for role in one.missing if role in held)


def _decides(work: Work, one: Opened) -> bool:
    return may(work.caller.roles(work.subjects.lineage(one.review.subject)), Action.REVIEW_DECIDE)


def review_lines(work: Work, found: Sequence[Opened]) -> dict[str, ReviewLine]:
    """Open reviews as lines, polled, by their ids."""
    polls = polls_of(work, found)
    return {one.review.id: _line(work, one, polls[one.review.id]) for one in found}


def polls_of(work: Work, found: Sequence[Opened]) -> dict[str, rules.Poll]:
    """The polls of open reviews by their ids; as many queries for many as for one."""
    if not found:
        return {}
    known = cases.found(work, {one.version.registration.case for one in found})
    beside = around(work, [one.version for one in found])
    waived = tables.waivers_by_review(work, [one.review.id for one in found])
    standings = {
        one.review.id: standing_of(
            one.version,
            known[one.version.registration.case],
            beside,
        )
        for one in found
    }
    about: dict[Subject, None] = {}
    for one in found:
        about |= dict.fromkeys((one.review.subject, *standings[one.review.id].data))
    evidence = work.ledger.latest_of(list(about))
    return {
        one.review.id: _polled(work, one, standings[one.review.id], evidence, waived[one.review.id])
        for one in found
    }


def _polled(
    work: Work,
    one: Opened,
    standing: Standing,
    evidence: Mapping[Subject, Sequence[Cited]],
    waived: Sequence[Waiver],
) -> rules.Poll:
    about = dict.fromkeys((one.review.subject, *standing.data))
    cited = [found for subject in about for found in evidence[subject]]
    return rules.poll(one.gate, cited, standing, work.now, waivers=waived, sign_offs=one.signed)


def _line(work: Work, one: Opened, poll: rules.Poll) -> ReviewLine:
    return ReviewLine(
        id=one.review.id,
        subject=str(one.review.subject),
        gate=str(one.review.gate),
        opened_at=one.review.opened_at,
        verdict=poll.verdict,
        held=sum(row.counts_as is Verdict.GO for row in poll.rows),
        conditions=len(poll.rows),
        missing=poll.missing,
        for_me=signable(work, one),
        lacks=len(poll.lacks),
    )


def _ready(work: Work) -> tuple[Ready, ...]:
    found = hypotheses.open_by(work, str(work.caller.actor))
    evidence = work.ledger.latest_of([one.subject for one in found])
    sealed = work.ledger.entries_of([one.sealed for one in found])
    judged = (
        _judged(work, one, evidence[one.subject], sealed[one.sealed].position) for one in found
    )
    return tuple(one for one in judged if one is not None)


def _judged(
    work: Work, one: Hypothesis, evidence: Sequence[Cited], registered: int
) -> Ready | None:
    try:
        settlement = judge(one, evidence, registered=registered, now=work.now)
    except Conflict:
        return None
    if settlement.outcome not in SETTLED and work.now.date() <= one.text.time_box:
        return None
    cited = [settled.cited.digest for settled in settlement.settled if settled.cited is not None]
    return Ready(
        case=one.case,
        slug=one.slug,
        statement=one.text.statement,
        outcome=str(settlement.outcome),
        why=settlement.rationale,
        evidence=tuple(dict.fromkeys(cited)),
    )


def _headline(found: Mine) -> str:
    parts = [
        _count(
            len(found.to_sign), "review waits for your signature", "reviews wait for your signature"
        ),
        _count(len(found.to_decide), "review for your decision", "reviews for your decision"),
        _count(len(found.to_settle), "hypothesis can be settled", "hypotheses can be settled"),
    ]
    said = [part for part in parts if part]
    return f"{'; '.join(said)}." if said else "Nothing waits for you."


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}" if number else ""
