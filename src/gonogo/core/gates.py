"""Gates of a policy: the conditions, sign-offs and waivers a model version must pass through."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from gonogo.core.canonical import Json
from gonogo.core.conditions import Condition
from gonogo.core.errors import Invalid
from gonogo.core.releasing import ReleasePlan
from gonogo.core.roles import Role


class GateName(StrEnum):
    """The gates there are, in the order in which a model version passes them."""

    VALIDATION = "validation"
    PRODUCTION = "production"


@dataclass(frozen=True, slots=True)
class Step:
    """The move that a gate guards."""

    before: str
    """Stage a version must be in to be reviewed."""
    after: str
    """Stage it is in once the gate was decided go."""


STEPS: Mapping[GateName, Step] = {
    GateName.VALIDATION: Step("sandbox", "validation"),
    GateName.PRODUCTION: Step("validation", "production"),
}
"""The way of a model version, gate by gate."""


@dataclass(frozen=True, slots=True)
class Gate:
    """What a policy asks at one gate."""

    name: GateName
    conditions: tuple[Condition, ...]
    """What evidence must show; at least one."""
    sign_off: tuple[Role, ...] = ()
    """Roles that must sign, each by another person, none of them the author."""
    waivable_by: tuple[Role, ...] = ()
    """Roles that may waive a condition; none: it cannot be waived."""

    @property
    def checks(self) -> frozenset[str]:
        """The checks whose evidence is asked for."""
        return frozenset(condition.check for condition in self.conditions)

    def condition(self, key: str) -> Condition:
        """The condition called `key`; raises `Invalid` naming those there are."""
        for condition in self.conditions:
            if condition.key == key:
                return condition
        known = ", ".join(f"{c.key} ({c.check})" for c in self.conditions)
        raise Invalid(field="condition", value=key, expected=f"one of the gate's: {known}")

    def to_json(self) -> dict[str, Json]:
        """The gate as a policy's content is hashed and stored."""
        return {
            "conditions": [condition.to_json() for condition in self.conditions],
            "sign_off": [str(role) for role in self.sign_off],
            "waivable_by": [str(role) for role in self.waivable_by],
        }


def gate_from_json(name: str, found: Mapping[str, Json]) -> Gate:
    """The gate that was stored as `found`."""
    return Gate(
        name=gate_name(name),
        conditions=tuple(Condition.from_json(one) for one in _objects(found["conditions"])),
        sign_off=tuple(Role(one) for one in _texts(found["sign_off"])),
        waivable_by=tuple(Role(one) for one in _texts(found["waivable_by"])),
    )


def gate_name(text: str, field: str = "gate") -> GateName:
    """The gate called `text`; raises `Invalid` naming the gates there are."""
    try:
        return GateName(text)
    except ValueError as error:
        raise Invalid(field=field, value=text, expected=f"one of {', '.join(GateName)}") from error


@dataclass(frozen=True, slots=True)
class PolicyVersion:
    """A policy in one exact wording, as the ledger holds it."""

    name: str
    digest: str
    """SHA-256 of its resolved content: what it says with everything it extends."""
    entry: str
    """Digest of the ledger entry that published it."""
    gates: tuple[Gate, ...]
    release: ReleasePlan | None = None
    """What it asks of releases; None where it says nothing of them."""

    def gate(self, name: GateName) -> Gate:
        """The gate called `name`; raises `Invalid` where the policy has none."""
        for gate in self.gates:
            if gate.name is name:
                return gate
        has = ", ".join(gate.name for gate in self.gates)
        raise Invalid(field="gate", value=name, expected=f"a gate of policy {self.name}: {has}")


def _objects(found: Json) -> list[Mapping[str, Json]]:
    return [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []


def _texts(found: Json) -> list[str]:
    return [str(one) for one in found] if isinstance(found, list) else []
