"""REST: rules about datasets, proposed and accepted."""

from typing import Any

from gonogo.checks.data.rules.document import Document
from gonogo.core.roles import Action
from gonogo.core.subjects import Subject, SubjectKind
from gonogo.domain.data_rules import actions, reads, rules, tables
from gonogo.interfaces.api.kit import Reply, Routes
from gonogo.schemas import data_rules as schemas
from gonogo.store.work import Work

routes = Routes("data rules")


@routes.get("/datasets/{name}/rules")
def listed(work: Work, name: str) -> schemas.RulesHistory:
    """Every wording of the rules of a dataset, newest first; one of them may be in force."""
    work.subjects.need(Subject(SubjectKind.DATASET, name), field="dataset")
    return schemas.RulesHistory(items=[told(work, one) for one in reads.history(work, name)])


@routes.post("/datasets/{name}/rules", action=Action.RULES_PROPOSE, also=(200,))
def propose(work: Work, name: str, given: schemas.RulesText) -> Reply[schemas.Rules]:
    """Propose rules for a dataset, in YAML; they wait for another person to accept them."""
    made, new = actions.propose(work, name, given.text)
    return Reply(told(work, made), etag=made.entry, status=201 if new else 200)


@routes.post("/datasets/{name}/rules/check", action=Action.READ, status=200)
def check(work: Work, name: str, given: schemas.RulesText) -> schemas.CheckedRules:
    """Read rules without proposing them; a problem names the field and the line."""
    work.subjects.need(Subject(SubjectKind.DATASET, name), field="dataset")
    return schemas.CheckedRules(**_content(rules.read(name, given.text)))


@routes.get("/datasets/{name}/rules/{number}")
def show(work: Work, name: str, number: int) -> Reply[schemas.Rules]:
    """One wording."""
    found = tables.get(work, name, number)
    return Reply(told(work, found), etag=found.entry)


@routes.post("/datasets/{name}/rules/{number}/accept", action=Action.RULES_ACCEPT, status=200)
def accept(work: Work, name: str, number: int, given: schemas.AcceptRules) -> schemas.Rules:
    """Bring proposed rules into force, in place of those before."""
    return told(work, actions.accept(work, name, number, reason=given.reason))


@routes.post("/datasets/{name}/rules/{number}/decline", action=Action.RULES_ACCEPT, status=200)
def decline(work: Work, name: str, number: int, given: schemas.DeclineRules) -> schemas.Rules:
    """Answer a proposal with no, or take one's own back."""
    return told(work, actions.decline(work, name, number, reason=given.reason))


def told(work: Work, proposal: rules.Proposal) -> schemas.Rules:
    """A wording as it travels."""
    document, settled = proposal.document, proposal.settled
    current = reads.in_force(work, proposal.dataset)
    return schemas.Rules(
        **_content(document),
        number=proposal.number,
        name=document.name,
        text=proposal.text,
        state=proposal.state.value,
        in_force=current is not None and current.number == proposal.number,
        proposed_at=proposal.proposed_at,
        proposed_by=proposal.proposed_by,
        entry=proposal.entry,
        reason=None if settled is None else settled.reason,
        settled_at=None if settled is None else settled.at,
        settled_by=None if settled is None else settled.by,
        settled_entry=None if settled is None else settled.entry,
    )


def _content(document: Document) -> dict[str, Any]:
    return {
        "dataset": document.dataset,
        "digest": document.digest,
        "description": document.description,
        "rules": [
            schemas.Rule(
                rule=one.key,
                columns=list(one.columns),
                asks=str(one),
                severity=str(one.severity),
                reason=one.reason,
                tolerate=one.tolerate,
            )
            for one in document.rules
        ],
    }
