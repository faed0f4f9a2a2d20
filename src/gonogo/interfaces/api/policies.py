"""REST: policies."""

from typing import Any

from gonogo.core.canonical import finite_or_none
from gonogo.core.conditions import Condition
from gonogo.core.gates import Gate
from gonogo.core.roles import Action
from gonogo.core.wording import asked, title
from gonogo.domain.policies import actions, reads
from gonogo.domain.policies.rules import Policy
from gonogo.domain.policies.tables import Published
from gonogo.interfaces.api.kit import Reply, Routes
from gonogo.schemas import policies as schemas
from gonogo.store.work import Work

routes = Routes("policies")


@routes.get("/policies")
def listed(work: Work, cursor: str | None = None, limit: int = 50) -> schemas.Policies:
    """The policies in force, by name."""
    page = reads.listed(work, cursor=cursor, limit=limit)
    return schemas.Policies(items=[told(one) for one in page.items], next=page.next)


@routes.post("/policies", action=Action.POLICY_PUBLISH)
def publish(work: Work, given: schemas.PolicyText) -> Reply[schemas.Policy]:
    """Bring a policy into force; what is in force already stays as it is."""
    published = actions.publish(work, given.text)
    return Reply(told(published), etag=published.entry)


@routes.post("/policies/check", action=Action.READ, status=200)
def check(work: Work, given: schemas.PolicyText) -> schemas.Checked:
    """Read a policy without publishing it; a problem names the field and the line."""
    policy = actions.check(work, given.text)
    return schemas.Checked(**_content(policy))


@routes.get("/policies/{name}")
def show(work: Work, name: str, digest: str | None = None) -> Reply[schemas.Policy]:
    """The policy in force, or the wording with this digest."""
    found = reads.by_digest(work, name, digest) if digest else reads.current(work, name)
    return Reply(told(found), etag=found.entry)


@routes.get("/policies/{name}/versions")
def versions(work: Work, name: str) -> schemas.Policies:
    """Every publication of a policy, newest first."""
    return schemas.Policies(items=[told(one) for one in reads.history(work, name)])


def told(published: Published) -> schemas.Policy:
    """A publication as it travels."""
    return schemas.Policy(
        name=published.name,
        digest=published.digest,
        extends=published.extends,
        description=str(published.content["description"]),
        gates=[_gate(gate) for gate in published.version.gates],
        subject=published.subject,
        text=published.text,
        published_at=published.published_at,
        published_by=published.published_by,
        entry=published.entry,
    )


def _content(policy: Policy) -> dict[str, Any]:
    return {
        "name": policy.name,
        "digest": policy.digest,
        "extends": policy.extends,
        "description": policy.description,
        "gates": [_gate(gate) for gate in policy.gates],
    }


def _gate(gate: Gate) -> schemas.Gate:
    return schemas.Gate(
        gate=gate.name,
        conditions=[schemas.Condition(**condition_fields(one)) for one in gate.conditions],
        sign_off=list(gate.sign_off),
        waivable_by=list(gate.waivable_by),
    )


def condition_fields(condition: Condition) -> dict[str, Any]:
    """A condition as it travels."""
    return {
        "key": condition.key,
        "check": condition.check,
        "title": title(condition),
        "area": condition.area,
        "with": dict(condition.parameters),
        "asked": asked(condition),
        "at_least": finite_or_none(condition.at_least),
        "at_most": finite_or_none(condition.at_most),
        "over_champion": condition.over_champion,
        "level": condition.level,
        "reproduced": condition.reproduced,
        "max_age": condition.to_json().get("max_age"),
    }
