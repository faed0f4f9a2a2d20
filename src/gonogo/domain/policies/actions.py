"""What can be done with a policy: check a text, publish it, bring the packs into force."""

from functools import cache, partial

from gonogo.core.caller import SYSTEM
from gonogo.core.canonical import Json
from gonogo.core.roles import Action
from gonogo.core.subjects import Subject
from gonogo.domain.policies import reads, tables
from gonogo.domain.policies.packs import pack
from gonogo.domain.policies.rules import Policy, parse
from gonogo.domain.policies.tables import Published
from gonogo.store.ledger import Draft
from gonogo.store.work import Work


def check(work: Work, text: str) -> Policy:
    """The policy in `text`, as it would be published; raises `Invalid` with field and line."""
    return parse(text, partial(reads.text_of, work))


def publish(work: Work, text: str) -> Published:
    """Bring a policy into force; what is in force already stays as it is.

    Reviews that are open keep the wording they were opened under, but can then no longer be
    decided go: `gates.decide` asks for a review under the wording in force.
    """
    work.allow(Action.POLICY_PUBLISH)
    return _put(work, check(work, text), work.caller.actor)


def in_force(work: Work, name: str) -> Published:
    """The policy called `name`; a pack that nobody published yet is published now.

    Raises `NotFound`.
    """
    if reads.find(work, name) is None and pack(name) is not None:
        ensure_packs(work)
    return reads.current(work, name)


def ensure_packs(work: Work) -> list[Published]:
    """Publish, as gonogo itself, the packs of this release that are not published yet.

    Where somebody published their own wording over a pack, theirs stays in force.
    """
    return [_put(work, _shipped(name), SYSTEM.actor) for name in reads.missing_packs(work)]


@cache
def _shipped(name: str) -> Policy:
    """The pack called `name`, read once in a process: its text never changes."""
    return parse(pack(name) or "", pack)


def _put(work: Work, policy: Policy, actor: Subject) -> Published:
    before = reads.find(work, policy.name)
    if before is not None and before.digest == policy.digest:
        return before
    if not work.subjects.known(policy.subject):
        work.subjects.add(policy.subject, title=f"Policy {policy.name}")
    body: dict[str, Json] = {
        "v": 1,
        "name": policy.name,
        "digest": policy.digest,
        "text": policy.text,
        "text_digest": policy.text_digest,
        "content": policy.content(),
    }
    draft = Draft("policy", policy.subject, body)
    entry = work.ledger.append([draft], actor=actor, at=work.at)[0]
    number = 1 if before is None else before.number + 1
    return tables.put(work, policy, number=number, entry=entry.digest, by=str(actor))
