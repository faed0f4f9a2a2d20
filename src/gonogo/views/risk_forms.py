"""Forms of risks, filled with what is said now, with a template, or with what was refused."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gonogo.core.estimate_text import written
from gonogo.core.roles import Role
from gonogo.domain.cases import reads as cases
from gonogo.domain.risks import tables
from gonogo.domain.risks.rules import Category, RiskText
from gonogo.domain.risks.templates import TEMPLATES, Template
from gonogo.store.work import Work
from gonogo.views.refused import Refused

CASES = 200
ESTIMATES = ("probability", "delay", "loss")
LISTS = ("steps", "about", "roles")
TEXTS = ("title", "category", "cause", "event", "effect", "currency", "owner_role", "case")
EXAMPLE = """currency: USD
risks:
  late-labels:
    title: Labels come late
    category: data-availability
    cause: Outcomes are booked by hand
    event: Labels of a quarter are missing
    effect: Training waits
    probability: {low: 0.1, likely: 0.2, high: 0.4}
    delay: {optimistic: 5, likely: 10, pessimistic: 30}
    loss: {p10: 10000, p90: 80000}
    owner_role: risk-officer
"""


@dataclass(frozen=True, slots=True)
class RiskFormPage:
    """The form of a risk, new or edited."""

    key: str
    """The risk that is edited; "" for a new one."""
    entry: str
    """What the edit was made from."""
    values: Mapping[str, str]
    categories: tuple[str, ...]
    roles: tuple[str, ...]
    cases: tuple[str, ...]
    template: Template | None
    """What it was begun from."""
    refused: Refused | None


@dataclass(frozen=True, slots=True)
class RegisterFormPage:
    """The form by which a whole register is taken over."""

    text: str
    refused: Refused | None


def form(
    work: Work,
    key: str = "",
    *,
    template: str = "",
    case: str = "",
    values: Mapping[str, str] | None = None,
    refused: Refused | None = None,
) -> RiskFormPage:
    """The form; raises `NotFound` for no such risk."""
    found = tables.get(work, key) if key else None
    begun = next((one for name, one in TEMPLATES.items() if name == template), None)
    filled = values
    if filled is None:
        filled = fields_of(found.text) if found else {"case": case, **_begun(begun)}
    return RiskFormPage(
        key=key,
        entry="" if found is None else found.entry,
        values=filled,
        categories=tuple(Category),
        roles=tuple(Role),
        cases=tuple(one.slug for one in cases.listed(work, limit=CASES).items),
        template=begun,
        refused=refused,
    )


def fields_of(text: RiskText) -> dict[str, str]:
    """What is said of a risk, as the fields of its form."""
    said: Mapping[str, Any] = text.said
    found = {name: str(said.get(name, "")) for name in TEXTS}
    found |= {name: written(said.get(name)) for name in ESTIMATES}
    return found | {name: ", ".join(said.get(name, ())) for name in LISTS}


def mitigation_fields(text: RiskText, name: str) -> dict[str, str]:
    """What is said of a mitigation, as the fields of its form; none where it is not there."""
    all_: Any = text.said.get("mitigations", {})
    said: Mapping[str, Any] = all_.get(name, {})
    proof: Mapping[str, Any] = said.get("works_if", {})
    found = {"name": name, "cost": written(said.get("cost"))}
    found |= {one: str(said.get(one, "")) for one in ("title", "owner_role", "due")}
    found |= {f"leaves.{one}": written(share) for one, share in said.get("leaves", {}).items()}
    for one in ("subject", "check", "max_age"):
        found[f"works_if.{one}"] = str(proof.get(one, ""))
    for one in ("at_least", "at_most"):
        found[f"works_if.{one}"] = written(proof.get(one))
    found["works_if.with"] = ", ".join(f"{at} = {one}" for at, one in proof.get("with", {}).items())
    return found if said else {}


def _begun(template: Template | None) -> dict[str, str]:
    if template is None:
        return {}
    return {
        "title": template.title,
        "category": str(template.category),
        "cause": template.cause,
        "event": template.event,
        "effect": template.effect,
    }
