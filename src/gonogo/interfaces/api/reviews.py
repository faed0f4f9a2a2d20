"""REST: gate reviews, their sign-offs, waivers and decisions."""

from typing import Any

from gonogo.core.canonical import finite_or_none
from gonogo.core.decisions import Outcome
from gonogo.core.gates import gate_name
from gonogo.core.roles import Action, role
from gonogo.core.subjects import Subject
from gonogo.core.times import moment
from gonogo.domain.gates import actions, reads, rules, tables
from gonogo.domain.gates.turns import Turn
from gonogo.flows import reviews as flows
from gonogo.interfaces.api.kit import Reply, Routes
from gonogo.interfaces.api.policies import condition_fields
from gonogo.schemas import reviews as schemas
from gonogo.stats.estimate import Estimate, Undefined
from gonogo.store.work import Work
from gonogo.views.standing import standing

routes = Routes("reviews")


@routes.post("/reviews", action=Action.REVIEW_OPEN, also=(200,))
def open_review(work: Work, asked: schemas.OpenReview) -> Reply[schemas.Review]:
    """Review a gate of a model version; the open review, where there is one."""
    subject = Subject.parse(asked.subject)
    review, opened = flows.open_review(work, subject, gate_name(asked.gate))
    return Reply(_shown(work, review.id), etag=review.entry, status=201 if opened else 200)


@routes.get("/reviews")
def listed(
    work: Work,
    state: str | None = None,
    subject: str | None = None,
    gate: str | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> schemas.Reviews:
    """Reviews, newest first."""
    page = reads.listed(work, state=state, subject=subject, gate=gate, cursor=cursor, limit=limit)
    items = [schemas.ReviewLine(**_line(review)) for review in page.items]
    return schemas.Reviews(items=items, next=page.next)


@routes.get("/reviews/{review}")
def show(work: Work, review: str) -> schemas.Review:
    """One review, polled now while it is open."""
    return _shown(work, review)


@routes.post("/reviews/{review}/sign-offs", action=Action.REVIEW_SIGN)
def sign(work: Work, review: str, asked: schemas.NewSignOff) -> schemas.Review:
    """Sign for a role, go or no-go."""
    actions.sign(
        work,
        review,
        standing,
        role=role("role", asked.role),
        outcome=Outcome(asked.outcome),
        comment=asked.comment,
    )
    return _shown(work, review)


@routes.post("/reviews/{review}/waivers", action=Action.REVIEW_WAIVE)
def waive(work: Work, review: str, asked: schemas.NewWaiver) -> schemas.Review:
    """Let a condition that is not go pass for a time."""
    actions.waive(
        work,
        review,
        standing,
        condition=asked.condition,
        reason=asked.reason,
        role=role("role", asked.role),
        expires=moment(asked.expires.isoformat(), "expires"),
    )
    return _shown(work, review)


@routes.post(
    "/reviews/{review}/waivers/{waiver}/withdrawal", action=Action.REVIEW_WAIVE, status=200
)
def withdraw(work: Work, review: str, waiver: str, asked: schemas.Withdrawal) -> schemas.Review:
    """Take a waiver back."""
    actions.withdraw(work, review, standing, waiver=waiver, reason=asked.reason)
    return _shown(work, review)


@routes.post("/reviews/{review}/decision", action=Action.REVIEW_DECIDE)
def decide(work: Work, review: str, asked: schemas.NewDecision) -> schemas.Review:
    """Decide the gate; go moves the version to the next stage."""
    outcome = None if asked.outcome is None else Outcome(asked.outcome)
    flows.decide(work, review, rationale=asked.rationale, outcome=outcome)
    return _shown(work, review)


def _shown(work: Work, review: str) -> schemas.Review:
    found = tables.get(work, review)
    open_now = found.state is rules.ReviewState.OPEN
    return told(work, reads.look(work, found, standing(work, found.subject) if open_now else None))


def told(work: Work, found: reads.Reviewed) -> schemas.Review:
    """A review as it travels."""
    used = {row.waiver for row in found.poll.rows}
    decided = found.review.state is rules.ReviewState.DECIDED
    return schemas.Review(
        **_line(found.review),
        verdict=found.poll.verdict.value,
        by_area={str(area): verdict.value for area, verdict in found.poll.by_area.items()},
        conditions=[_row(row) for row in found.poll.rows],
        turns_to_go=[_turn(turn) for turn in found.turns],
        sign_off=list(found.gate.sign_off),
        waivable_by=list(found.gate.waivable_by),
        sign_offs=[schemas.SignOff.model_validate(one) for one in found.sign_offs],
        missing_sign_offs=list(found.poll.missing),
        waivers=[
            _waiver(one, holds=one.entry in used if decided else one.holds(work.now))
            for one in found.waivers
        ],
        lacks=[] if decided and found.review.outcome is Outcome.GO else list(found.poll.lacks),
        rationale=found.rationale,
        decided_by=found.decided_by,
        decided_at=found.decided_at,
        entry=found.review.entry,
    )


def _line(review: rules.Review) -> dict[str, Any]:
    return {
        "id": review.id,
        "subject": str(review.subject),
        "gate": review.gate,
        "policy": schemas.PolicyCited(
            name=review.policy, digest=review.policy_digest, entry=review.policy_entry
        ),
        "state": review.state,
        "opened_by": review.opened_by,
        "opened_at": review.opened_at,
        "outcome": review.outcome,
        "decision": review.decision,
    }


def _row(row: rules.Polled) -> schemas.PolledCondition:
    measured = row.measured
    return schemas.PolledCondition(
        **condition_fields(row.condition),
        verdict=row.verdict.value,
        counts_as=row.counts_as.value,
        reason=row.reason,
        measured=_estimate(measured) if isinstance(measured, Estimate) else None,
        undefined=measured.reason if isinstance(measured, Undefined) else None,
        evidence=row.evidence,
        subject=row.subject,
        measured_at=row.at,
        more_needed=row.more_needed,
        waiver=row.waiver,
    )


def _estimate(measured: Estimate) -> schemas.Measured:
    return schemas.Measured(
        value=measured.value,
        low=finite_or_none(measured.low),
        high=finite_or_none(measured.high),
        level=measured.level,
        n=measured.n,
        unit=measured.unit,
        method=measured.method,
    )


def _turn(turn: Turn) -> schemas.Turn:
    return schemas.Turn(
        key=turn.key,
        check=turn.check,
        verdict=turn.verdict.value,
        say=turn.say,
        bound=turn.bound,
        distance=turn.distance,
        more_needed=turn.more_needed,
        command=turn.command,
    )


def _waiver(one: rules.Waiver, *, holds: bool) -> schemas.Waiver:
    return schemas.Waiver(
        condition=one.condition,
        role=one.role,
        reason=one.reason,
        user=one.user,
        at=one.at,
        expires=one.expires,
        entry=one.entry,
        withdrawn=one.withdrawn,
        holds=holds,
    )
