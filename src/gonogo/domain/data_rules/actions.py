"""What can be done with the rules of a dataset: propose a wording, accept it, decline it."""

from dataclasses import replace

from gonogo.core.canonical import Json
from gonogo.core.roles import Action
from gonogo.core.subjects import Subject, SubjectKind
from gonogo.domain.data_rules import reads, tables
from gonogo.domain.data_rules.rules import (
    Proposal,
    Settled,
    State,
    check_open,
    check_other,
    check_reason,
    read,
)
from gonogo.store.work import Work


def propose(work: Work, dataset: str, text: str) -> tuple[Proposal, bool]:
    """A wording of the rules that waits for another person, and whether it was proposed just now.

    What is in force or waits already stays as it is. Raises `NotFound` for no such dataset,
    `Forbidden`, and `Invalid` naming field and line.
    """
    subject = _allowed(work, dataset, Action.RULES_PROPOSE)
    document = read(dataset, text)
    current, waiting = reads.standing(work, dataset)
    for before in (*([] if current is None else [current]), *waiting):
        if before.digest == document.digest:
            return before, False
    number = tables.last(work, dataset)[0] + 1
    made = Proposal(
        dataset, number, document.digest, text, work.at, str(work.caller.actor), entry=""
    )
    entry = work.append("data-rules", subject, made.body())
    made = replace(made, entry=entry.digest)
    tables.put(work, made)
    return made, True


def revise(work: Work, dataset: str, number: int, text: str) -> tuple[Proposal, bool]:
    """Another wording in place of a proposal that waits; whether it was proposed just now.

    What it replaces is declined with it, by who may; else it goes on waiting. Raises as `propose`,
    and `Conflict` where the proposal was answered.
    """
    before = tables.get(work, dataset, number)
    check_open(before)
    made, new = propose(work, dataset, text)
    lineage = work.subjects.lineage(Subject(SubjectKind.DATASET, dataset))
    if new and work.caller.refuses(Action.RULES_ACCEPT, lineage) is None:
        decline(work, dataset, number, reason=f"Replaced by proposal {made.number}.")
    return made, new


def accept(work: Work, dataset: str, number: int, *, reason: str = "") -> Proposal:
    """Bring a proposal into force, in place of what was.

    Raises `NotFound`, `Conflict` where it was answered, and `Forbidden`, also for who proposed it.
    """
    subject = _allowed(work, dataset, Action.RULES_ACCEPT)
    proposal = tables.get(work, dataset, number)
    check_open(proposal)
    check_other(proposal, str(work.caller.actor))
    current = reads.in_force(work, dataset)
    made = replace(proposal, state=State.ACCEPTED, place=tables.last(work, dataset)[1] + 1)
    replaces = None if current is None else current.entry
    return _settle(work, subject, made, check_reason(reason, needed=False), replaces)


def decline(work: Work, dataset: str, number: int, *, reason: str) -> Proposal:
    """Answer a proposal with no; who made it may do so too, and takes it back.

    Raises `NotFound`, `Conflict` where it was answered, `Forbidden`, and `Invalid` for no reason.
    """
    subject = _allowed(work, dataset, Action.RULES_ACCEPT)
    proposal = tables.get(work, dataset, number)
    check_open(proposal)
    made = replace(proposal, state=State.DECLINED)
    return _settle(work, subject, made, check_reason(reason, needed=True))


def _settle(
    work: Work, subject: Subject, made: Proposal, reason: str, replaces: str | None = None
) -> Proposal:
    body: dict[str, Json] = {
        "v": 1,
        "number": made.number,
        "digest": made.digest,
        "proposal": made.entry,
        "reason": reason,
    }
    if made.state is State.ACCEPTED:
        body["replaces"] = replaces
    entry = work.append(f"data-rules-{made.state}", subject, body)
    settled = Settled(reason, work.at, str(work.caller.actor), entry.digest)
    tables.settle(work, made, settled)
    return replace(made, settled=settled)


def _allowed(work: Work, dataset: str, action: Action) -> Subject:
    subject = work.subjects.need(Subject(SubjectKind.DATASET, dataset), field="dataset")
    work.allow(action, on=subject)
    return subject
