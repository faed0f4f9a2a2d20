"""What can be done at a gate: open a review, sign, waive, take a waiver back, decide."""

from dataclasses import replace
from datetime import datetime

from gonogo.core.canonical import Json, digest
from gonogo.core.decisions import Decision, Outcome
from gonogo.core.errors import Conflict, Forbidden, Invalid, NotFound
from gonogo.core.gates import GateName, PolicyVersion
from gonogo.core.roles import Action, Role
from gonogo.core.subjects import Subject
from gonogo.core.times import stamp
from gonogo.domain.gates import deciding, reads, tables
from gonogo.domain.gates.ports import StandingOf
from gonogo.domain.gates.rules import Poll, Review, ReviewState, SignOff, Standing, Waiver
from gonogo.domain.gates.worth import left_open
from gonogo.store.work import Work


def open_review(
    work: Work, subject: Subject, gate: GateName, *, standing: Standing, policy: PolicyVersion
) -> tuple[Review, bool]:
    """The open review of `gate` under `policy`, and whether it was opened just now.

    Raises `Conflict` where the version does not stand before this gate.
    """
    work.subjects.need(subject)
    work.allow(Action.REVIEW_OPEN, on=subject)
    policy.gate(gate)
    _hold(work, subject)
    before = tables.open_one(work, subject, gate, policy.digest)
    if before is not None:
        return before, False
    deciding.check_order(gate, standing.stage)
    review = _put(work, subject, gate, policy)
    return review, True


def _put(work: Work, subject: Subject, gate: GateName, policy: PolicyVersion) -> Review:
    number = tables.count(work, subject, gate) + 1
    name = digest({"subject": str(subject), "gate": gate, "number": number})[:12]
    base = tables.last_decision(work, subject, gate)
    address = Subject.parse(f"review:{name}")
    work.subjects.add(address, parent=subject, title=f"{gate} review {number} of {subject}")
    entry = work.append(
        "review",
        address,
        {
            "v": 1,
            "about": str(subject),
            "gate": gate,
            "number": number,
            "policy": {"name": policy.name, "digest": policy.digest, "entry": policy.entry},
            "base": base,
        },
    )
    review = Review(
        id=name,
        subject=subject,
        gate=gate,
        policy=policy.name,
        policy_digest=policy.digest,
        policy_entry=policy.entry,
        base=base,
        opened_by=str(work.caller.actor),
        opened_at=work.at,
        entry=entry.digest,
    )
    tables.put(work, review)
    return review


def sign(
    work: Work,
    review_id: str,
    standing_of: StandingOf,
    *,
    role: Role,
    outcome: Outcome,
    comment: str = "",
) -> SignOff:
    """Sign for a role, go or no-go; final, by one person for one role, never by the author."""
    review, standing = _held(work, review_id, standing_of, Action.REVIEW_SIGN)
    gate = reads.gate_of(work, review)
    if role not in gate.sign_off:
        asked = ", ".join(gate.sign_off) or "none"
        raise Invalid(field="role", value=role, expected=f"a role the gate asks for: {asked}")
    if outcome not in {Outcome.GO, Outcome.NO_GO}:
        raise Invalid(field="outcome", value=outcome, expected="go or no-go")
    _not_the_author(work, review, standing, Action.REVIEW_SIGN)
    _in_role(work, review, role, Action.REVIEW_SIGN)
    deciding.check_open(review)
    deciding.check_unsigned(role, str(work.caller.actor), tables.sign_offs_of(work, review.id))
    seen = reads.look(work, review, standing).poll
    entry = work.append(
        "sign-off",
        review.address,
        {
            "v": 1,
            "about": str(review.subject),
            "gate": review.gate,
            "role": role,
            "outcome": outcome,
            "comment": comment,
            # What there was to see: evidence that came later was not signed for.
            "verdict": seen.verdict.value,
            "seen": list(seen.evidence),
        },
    )
    given = SignOff(role, outcome, str(work.caller.actor), work.at, comment, entry.digest)
    tables.put_sign_off(work, review.id, given)
    return given


def waive(
    work: Work,
    review_id: str,
    standing_of: StandingOf,
    *,
    condition: str,
    reason: str,
    role: Role,
    expires: datetime,
) -> Waiver:
    """Let one condition that is not go pass until `expires`, for a reason, in a role that may."""
    review, standing = _held(work, review_id, standing_of, Action.REVIEW_WAIVE)
    gate = reads.gate_of(work, review)
    _may_waive(work, review, standing, role)
    deciding.check_open(review)
    asked = gate.condition(condition)
    if not reason.strip():
        raise Invalid(field="reason", value=reason, expected="a reason in words")
    deciding.check_expiry(expires, work.now)
    rows = reads.look(work, review, standing).poll.rows
    row = next(row for row in rows if row.condition == asked)
    deciding.check_waivable(row)
    entry = work.append(
        "waiver",
        review.address,
        {
            "v": 1,
            "about": str(review.subject),
            "gate": review.gate,
            "condition": asked.to_json(),
            "key": condition,
            "role": role,
            "reason": reason,
            "expires": stamp(expires),
            "verdict": row.verdict.value,
            "evidence": row.evidence,
        },
    )
    given = Waiver(
        condition=condition,
        role=role,
        reason=reason,
        user=str(work.caller.actor),
        at=work.at,
        expires=stamp(expires),
        entry=entry.digest,
    )
    tables.put_waiver(work, review.id, given)
    return given


def withdraw(
    work: Work, review_id: str, standing_of: StandingOf, *, waiver: str, reason: str
) -> Waiver:
    """Take a waiver back, while the review is open; `waiver` is the digest of its entry."""
    review, standing = _held(work, review_id, standing_of, Action.REVIEW_WAIVE)
    found = next((w for w in tables.waivers_of(work, review.id) if w.entry == waiver), None)
    if found is None:
        raise NotFound(field="waiver", value=waiver, expected="a waiver of this review")
    _may_waive(work, review, standing, found.role)
    deciding.check_open(review)
    if not reason.strip():
        raise Invalid(field="reason", value=reason, expected="a reason in words")
    if found.withdrawn is not None:
        raise Conflict(field="waiver", value=waiver, expected="a waiver not withdrawn yet")
    body: dict[str, Json] = {"v": 1, "waiver": waiver, "reason": reason}
    entry = work.append("waiver-withdrawn", review.address, body)
    tables.withdraw_waiver(work, waiver, entry.digest)
    return replace(found, withdrawn=entry.digest)


def decide(
    work: Work,
    review_id: str,
    standing_of: StandingOf,
    *,
    rationale: str,
    in_force: str,
    outcome: Outcome | None = None,
) -> Review:
    """Decide the gate: go only if nothing is missing, no-go always; final.

    `in_force` is the digest of the policy that holds for the version now: a review under another
    wording can only end no-go. Raises `Stale` where somebody decided the gate since it was opened.
    """
    review, standing = _held(work, review_id, standing_of, Action.REVIEW_DECIDE)
    _not_the_author(work, review, standing, Action.REVIEW_DECIDE)
    deciding.check_open(review)
    if tables.last_decision(work, review.subject, review.gate) != review.base:
        raise tables.decided_meanwhile(work, review)
    deciding.check_order(review.gate, standing.stage)
    found = reads.look(work, review, standing)
    decided = deciding.outcome_of(found.poll, outcome)
    if decided is Outcome.GO:
        deciding.check_in_force(review, in_force)
    entry = work.decide(
        review.subject,
        Decision(decided, rationale, cites=(*_cites(found), *_stated(work, found, standing))),
        _decided_on(review, found.poll),
    )
    tables.advance(work, review, entry.digest)
    closed = replace(
        review,
        state=ReviewState.DECIDED,
        verdict=found.poll.verdict,
        outcome=decided,
        decision=entry.digest,
    )
    tables.replace(work, closed)
    return closed


def _cites(found: reads.Reviewed) -> tuple[str, ...]:
    waived = [row.waiver for row in found.poll.rows if row.waiver is not None]
    signed = [sign_off.entry for sign_off in found.sign_offs]
    all_of_them = [
        found.review.policy_entry,
        found.review.entry,
        *found.poll.evidence,
        *signed,
        *waived,
    ]
    return tuple(dict.fromkeys(all_of_them))


def _stated(work: Work, found: reads.Reviewed, standing: Standing) -> tuple[str, ...]:
    """The entry that states the payoffs by which evidence of value was measured."""
    by_them = [
        row for row in found.poll.rows if row.evidence is not None and left_open(row.condition)
    ]
    if standing.worth is None or not by_them:
        return ()
    return (work.ledger.entry(str(standing.worth.position)).digest,)


def _decided_on(review: Review, found: Poll) -> dict[str, Json]:
    return {
        "review": review.id,
        "gate": review.gate,
        "policy": {"name": review.policy, "digest": review.policy_digest},
        "verdict": found.verdict.value,
        "poll": [row.to_json() for row in found.rows],
        "missing": list(found.missing),
    }


# -- who may ------------------------------------------------------------------------------------


def _held(
    work: Work, review_id: str, standing_of: StandingOf, action: Action
) -> tuple[Review, Standing]:
    """The review and how its version stands, if the caller may do `action`.

    Read while nobody else is at work on the model: what is decided on one version changes what
    another one is compared with.
    """
    subject = tables.get(work, review_id).subject
    work.allow(action, on=subject)
    _hold(work, subject)
    return tables.get(work, review_id), standing_of(work, subject)


def _hold(work: Work, subject: Subject) -> None:
    work.subjects.hold(Subject(subject.kind, subject.name))
    work.subjects.hold(subject)


def _not_the_author(work: Work, review: Review, standing: Standing, action: Action) -> None:
    if work.caller.actor == standing.author:
        raise _refused(work, review, action, "somebody else: the author does not approve")


def _in_role(work: Work, review: Review, role: Role, action: Action) -> None:
    held = work.caller.roles(work.subjects.lineage(review.subject))
    if role not in held:
        raise _refused(work, review, action, f"the role {role} on {review.subject}")


def _may_waive(work: Work, review: Review, standing: Standing, role: Role) -> None:
    gate = reads.gate_of(work, review)
    action = Action.REVIEW_WAIVE
    _not_the_author(work, review, standing, action)
    if role not in gate.waivable_by:
        may = f"one of {', '.join(gate.waivable_by)}" if gate.waivable_by else "nobody"
        raise _refused(work, review, action, f"a role that may waive at this gate: {may}")
    _in_role(work, review, role, action)


def _refused(work: Work, review: Review, action: Action, expected: str) -> Forbidden:
    held = ", ".join(sorted(work.caller.roles(work.subjects.lineage(review.subject))))
    return Forbidden(
        field="caller",
        value=f"{work.caller.actor} ({held or 'no role'})",
        expected=expected,
        message=f"{action} on {review.subject} is not allowed",
        action=action,
        subject=str(review.subject),
    )
