"""What can be done with a use case: create, edit, move on by a decision."""

from dataclasses import asdict, replace

from gonogo.core.canonical import Json
from gonogo.core.errors import Conflict, Invalid
from gonogo.core.gates import GateName
from gonogo.core.roles import Action, role
from gonogo.core.subjects import slug as checked_slug
from gonogo.domain.cases import tables
from gonogo.domain.cases.rules import (
    Case,
    CaseText,
    RiskTier,
    Stage,
    case_subject,
    changes,
    restated,
    stage_after,
)
from gonogo.store.work import Work


def create(work: Work, slug: str, text: CaseText) -> Case:
    """A new use case, in research; raises `Conflict` where the name is taken."""
    work.allow(Action.CASE_CREATE)
    checked_slug("slug", slug)
    _check(text)
    subject = case_subject(slug)
    if work.subjects.known(subject):
        raise Conflict(field="slug", value=slug, expected="a name that no other use case has")
    work.subjects.add(subject, title=text.title)
    entry = work.append("case", subject, {"v": 1, **_json(text)})
    stated = None if text.value is None else entry.position
    case = Case(slug, text, Stage.RESEARCH, entry.digest, stated)
    tables.put(work, case)
    return case


def edit(work: Work, slug: str, text: CaseText) -> Case:
    """Say something else of a use case; the ledger keeps what was said before."""
    case = tables.get(work, slug)
    work.allow(Action.CASE_EDIT, on=case.subject)
    _check(text)
    changed = changes(_json(case.text), _json(text))
    if not changed:
        return case
    entry = work.append("case-edited", case.subject, {"v": 1, "changes": changed})
    edited = replace(case, text=text, entry=entry.digest)
    if restated(case.text.value, text.value):
        edited = replace(edited, stated=None if text.value is None else entry.position)
    tables.replace(work, edited)
    return edited


def passed(work: Work, slug: str, gate: GateName, decision: str) -> Case:
    """Move a use case on, one of whose versions passed `gate` by the entry `decision`."""
    case = tables.get(work, slug)
    after = stage_after(case.stage, gate)
    if after is case.stage:
        return case
    moved = replace(case, stage=after, entry=decision)
    tables.replace(work, moved)
    return moved


def _check(text: CaseText) -> None:
    role("owner_role", text.owner_role)
    if text.risk_tier is RiskTier.HIGH and not text.risk_reason:
        raise Invalid(
            field="risk_reason", value="", expected="why the use case is high-risk, in words"
        )


def _json(text: CaseText) -> dict[str, Json]:
    return dict(asdict(text))
