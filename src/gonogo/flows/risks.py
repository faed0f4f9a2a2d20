"""Risks, joined with the plans, versions and incidents that they are about."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from gonogo.core.canonical import Json
from gonogo.core.errors import Invalid, NotFound
from gonogo.core.roles import Role
from gonogo.core.yaml_text import nearest
from gonogo.domain.incidents import tables as incidents
from gonogo.domain.plans import reads as plans
from gonogo.domain.plans.file import parse
from gonogo.domain.plans.rules import Plan
from gonogo.domain.risks import actions, reads, tables
from gonogo.domain.risks.exposure import in_plan
from gonogo.domain.risks.file import register as read_register
from gonogo.domain.risks.reading import mitigation as read_mitigation
from gonogo.domain.risks.reading import risk as read_risk
from gonogo.domain.risks.rules import Risk, RiskText, one_currency
from gonogo.store.work import Work
from gonogo.views.risk_standings import standings


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a register that was read."""

    added: tuple[Risk, ...]
    edited: tuple[Risk, ...]
    unchanged: tuple[Risk, ...]


def register(work: Work, key: str, said: Mapping[str, Json]) -> Risk:
    """Put a risk on the register whose steps, models and roles there are.

    Raises `Invalid` naming the field, `NotFound`, `Forbidden`, `Conflict`; then nothing is saved.
    """
    text = read_risk(said)
    made = actions.register(work, key, text)
    _check_links(work, key, text)
    return made


def edit(work: Work, key: str, said: Mapping[str, Json]) -> Risk:
    """Say something else of a risk; raises as `register`."""
    text = read_risk(said)
    edited = actions.edit(work, key, text)
    _check_links(work, key, text)
    return edited


def mitigate(work: Work, key: str, name: str, said: Mapping[str, Json]) -> Risk:
    """Add a mitigation to a risk, or say something else of one; raises as `register`."""
    actions.allowed(work, key)
    read_mitigation(name, said)
    before = dict(tables.get(work, key).text.said)
    known = before.get("mitigations")
    there = dict(known) if isinstance(known, Mapping) else {}
    return edit(work, key, {**before, "mitigations": {**there, name: dict(said)}})


def drop_mitigation(work: Work, key: str, name: str) -> Risk:
    """Take a mitigation away; raises `NotFound` for one that is not there."""
    actions.allowed(work, key)
    before = dict(tables.get(work, key).text.said)
    known = before.get("mitigations")
    left = dict(known) if isinstance(known, Mapping) else {}
    if left.pop(name, None) is None:
        raise NotFound(field="mitigation", value=name, expected=f"a mitigation of {key}")
    return edit(work, key, {**before, "mitigations": left})


def import_(work: Work, text: str) -> Imported:
    """Take over a whole register: new risks are added, others edited; all of it or nothing."""
    found = read_register(text)
    known = reads.of_keys(work, list(found))
    added: list[Risk] = []
    edited: list[Risk] = []
    unchanged: list[Risk] = []
    for key, said in found.items():
        if key not in known:
            added.append(actions.register(work, key, said))
        else:
            after = actions.edit(work, key, said)
            (unchanged if after.entry == known[key].entry else edited).append(after)
    for key, said in found.items():
        _check_links(work, key, said)
    return Imported(tuple(added), tuple(edited), tuple(unchanged))


def occur(
    work: Work, key: str, *, reason: str, evidence: str | None = None, incident: int | None = None
) -> Risk:
    """Say that a risk came true, by an entry of the ledger or by an incident; raises `Invalid`."""
    actions.allowed(work, key)
    if (evidence is None) == (incident is None):
        raise Invalid(
            field="evidence",
            value=evidence,
            expected="what shows that it came true: an entry of the ledger, or an incident",
        )
    if incident is not None:
        evidence = incidents.get(work, incident).entry
    return actions.occur(work, key, reason=reason, evidence=evidence or "")


def with_register(work: Work, case: str, plan: Plan) -> Plan:
    """`plan` with the registered risks of its use case that threaten steps of it.

    They count with what mitigations leave that were shown to work, beside the plan's own risks.
    """
    found = standings(work, reads.listed(work, case=case, ended=False))
    steps = [step.key for step in plan.steps]
    risks = [risk for one in found if (risk := in_plan(one, steps, plan.currency)) is not None]
    titles = {str(one.risk.subject): one.risk.text.title for one in found}
    return replace(plan, risks=(*plan.risks, *risks), titles={**plan.titles, **titles})


def _check_links(work: Work, key: str, text: RiskText) -> None:
    """Raise where a risk names what is not there, or another currency than its neighbours."""
    for at, subject in enumerate(text.about):
        work.subjects.need(subject, field=f"about[{at}]")
    for one in text.mitigations:
        if one.works_if is not None:
            field = f"mitigations.{one.key}.works_if.subject"
            work.subjects.need(one.works_if.about, field=field)
    saved = None if text.case is None else plans.in_force(work, text.case)
    plan = None if saved is None else parse(saved.text)
    _check_steps(text, plan)
    _check_roles(text, plan)
    others = reads.listed(work, case=text.case, ended=False) if text.case else []
    named = {"the plan": plan.currency if plan else "", f"the risk {key}": text.currency}
    more = {f"the risk {one.key}": one.text.currency for one in others if one.key != key}
    one_currency({**named, **more})


def _check_steps(text: RiskText, plan: Plan | None) -> None:
    known = [step.key for step in plan.steps] if plan else []
    for at, step in enumerate(text.steps):
        if step not in known:
            near = nearest(step, known)
            raise Invalid(
                field=f"steps[{at}]",
                value=step,
                expected=f"a step of the plan of {text.case}"
                + (f"; did you mean {near}?" if near else "" if plan else ", which has none"),
            )


def _check_roles(text: RiskText, plan: Plan | None) -> None:
    known = [*Role, *(plan.people if plan else ())]
    for at, role in enumerate(text.roles):
        if role not in known:
            raise Invalid(
                field=f"roles[{at}]",
                value=role,
                expected=f"a role: {', '.join(dict.fromkeys(known))}",
            )
