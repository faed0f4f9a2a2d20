"""What can be done with scores: state the rubric, assess a use case, state inputs for an order."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from gonogo.core.canonical import Json
from gonogo.core.errors import Forbidden, Invalid
from gonogo.core.roles import Action, Role, role
from gonogo.core.subjects import ORGANISATION, Subject, SubjectKind
from gonogo.domain.scoring import tables
from gonogo.domain.scoring.inputs import StatedInputs, body_of, checked
from gonogo.domain.scoring.reading import parse
from gonogo.domain.scoring.rules import (
    MOST_EVIDENCE,
    Criterion,
    Opinion,
    StatedRubric,
    checked_levels,
)
from gonogo.store.work import Work

REASON = 2_000
"""Characters of a reason."""


@dataclass(frozen=True, slots=True)
class Said:
    """What an assessor says of one criterion, as it was given."""

    low: float
    likely: float
    high: float
    reason: str
    evidence: tuple[str, ...] = ()
    """Digests of entries, checked to be about the use case."""


def state_rubric(work: Work, text: str) -> StatedRubric:
    """Say what use cases are scored by from now on; the ledger keeps what was said before.

    The same text as the one in force changes nothing. Raises `Forbidden`, and `Invalid` with field
    and line.
    """
    work.allow(Action.RUBRIC_STATE)
    rubric = parse(text)
    before = tables.in_force(work)
    if before.rubric.text == text:
        return before
    number = before.number + 1
    entry = work.append(
        "scoring-rubric",
        ORGANISATION,
        {"v": 1, "number": number, "name": rubric.name, "digest": rubric.digest, "text": text},
    )
    stated = StatedRubric(rubric, number, work.at, str(work.caller.actor), entry.digest)
    tables.put_rubric(work, stated)
    return stated


def assess(
    work: Work, case: str, as_role: str, said: Mapping[str, Said], answers: Collection[str]
) -> list[Opinion]:
    """Say which levels a use case has, speaking for a role that one holds.

    What the same role said before of the same criteria is replaced; the ledger keeps it. `answers`
    are criteria that evidence answers by itself: of those nothing is to be said. Raises `NotFound`,
    `Forbidden`, and `Invalid` naming the criterion; then nothing is saved.
    """
    subject = work.subjects.need(Subject(SubjectKind.CASE, case), field="case")
    work.allow(Action.CASE_ASSESS, on=subject)
    speaker = _speaker(work, subject, as_role)
    rubric = tables.in_force(work).rubric
    if not said:
        raise Invalid(field="criteria", value="none", expected="a level of one criterion at least")
    checked = [
        (rubric.criterion(key, f"criteria.{key}"), _checked(f"criteria.{key}", one))
        for key, one in said.items()
    ]
    for criterion, _ in checked:
        if criterion.key in answers:
            raise Invalid(
                field=f"criteria.{criterion.key}",
                value=criterion.key,
                expected="a criterion that evidence does not answer by itself: "
                "its level follows from what is on the record",
            )
    entry = work.append(
        "assessment",
        subject,
        {
            "v": 1,
            "role": str(speaker),
            "rubric": rubric.digest,
            "criteria": {criterion.key: _body(criterion, one) for criterion, one in checked},
        },
    )
    found = [
        Opinion(
            case=case,
            role=str(speaker),
            criterion=criterion.key,
            levels=checked_levels(one.low, one.likely, one.high, criterion.key),
            reason=one.reason,
            evidence=one.evidence,
            wording=criterion.wording,
            at=work.at,
            by=str(work.caller.actor),
            entry=entry.digest,
        )
        for criterion, one in checked
    ]
    for one in found:
        tables.put_opinion(work, one)
    return found


def state_inputs(
    work: Work, case: str, given: Mapping[str, tuple[float, float, float]]
) -> StatedInputs:
    """Say what goes into RICE and WSJF of a use case, in place of what was said before.

    What is left out is taken from its plan and its benefit model. Raises `NotFound`, `Forbidden`,
    and `Invalid` naming the part.
    """
    subject = work.subjects.need(Subject(SubjectKind.CASE, case), field="case")
    work.allow(Action.CASE_EDIT, on=subject)
    ranges = checked(given)
    before = tables.find_inputs(work, case)
    if before is not None and before.ranges == ranges:
        return before
    entry = work.append("priority-inputs", subject, {"v": 1, "ranges": body_of(ranges)})
    stated = StatedInputs(case, ranges, work.at, str(work.caller.actor), entry.digest)
    tables.put_inputs(work, stated)
    return stated


def may_speak_for(work: Work, subject: Subject) -> Sequence[Role]:
    """The roles that the caller holds there and may assess in."""
    held = work.caller.roles(work.subjects.lineage(subject))
    return [one for one in Role if one in held and one not in {Role.VIEWER, Role.ADMIN}]


def _speaker(work: Work, subject: Subject, text: str) -> Role:
    """The role that is spoken for; it must be held, and need not be named where it is the only."""
    held = may_speak_for(work, subject)
    if not text and len(held) == 1:
        return held[0]
    listed = ", ".join(held) or "none that assesses"
    if not text:
        raise Invalid(field="role", value="", expected=f"one of the roles that you hold: {listed}")
    wanted = role("role", text)
    if wanted not in held:
        raise Forbidden(
            field="role",
            value=text,
            expected=f"one of the roles that you hold: {listed}",
            message="Nobody speaks for a role without holding it",
            action=Action.CASE_ASSESS,
            subject=str(subject),
        )
    return wanted


def _checked(place: str, said: Said) -> Said:
    checked_levels(said.low, said.likely, said.high, place)
    if not said.reason.strip() or len(said.reason) > REASON:
        raise Invalid(
            field=f"{place}.reason",
            value=said.reason[:80],
            expected=f"why it is so, in 1 to {REASON:,} characters",
        )
    if len(said.evidence) > MOST_EVIDENCE:
        raise Invalid(
            field=f"{place}.evidence",
            value=f"{len(said.evidence)} entries",
            expected=f"{MOST_EVIDENCE} at most",
        )
    return said


def _body(criterion: Criterion, said: Said) -> dict[str, Json]:
    return {
        "low": said.low,
        "likely": said.likely,
        "high": said.high,
        "reason": said.reason,
        "evidence": list(said.evidence),
        "wording": criterion.wording,
    }
