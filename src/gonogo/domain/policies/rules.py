"""Policies: what a gate asks, read from YAML, resolved through what they extend."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from hashlib import sha256

from gonogo.core.canonical import Json, digest
from gonogo.core.catalogue import CATALOGUE
from gonogo.core.conditions import Condition
from gonogo.core.errors import Invalid
from gonogo.core.gates import Gate, GateName
from gonogo.core.releasing import ReleasePlan
from gonogo.core.roles import ALLOWED, Action, Role
from gonogo.core.specs.data import REFERENCE
from gonogo.core.specs.shape import CheckSpec, Good
from gonogo.core.specs.value import STATED
from gonogo.core.subjects import SLUG, Subject, SubjectKind
from gonogo.core.times import duration
from gonogo.core.yaml_text import Place, nearest, read
from gonogo.domain.policies.named_checks import check_at, parameters_at
from gonogo.domain.policies.release_section import content_of, release_section

Find = Callable[[str], str | None]
"""The text of the policy with this name, for `extends`; None where there is none."""

POLICY_FIELDS = ("policy", "extends", "description", "gates", "release")
GATE_FIELDS = ("conditions", "sign_off", "waivable_by")
BOUNDS = ("at_least", "at_most", "over_champion")
CONDITION_FIELDS = ("check", "with", *BOUNDS, "level", "reproduced", "max_age")

OPEN_PARAMETERS = frozenset({REFERENCE.name}) | STATED
"""Required parameters that a policy may leave open: a version nobody knows beforehand, and what
each use case states of its value."""


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy as it reads, with everything it extends."""

    name: str
    extends: str | None
    """The policy it adds to."""
    description: str
    gates: tuple[Gate, ...]
    """In the order in which a version passes them."""
    text: str
    """The file as it was written."""
    release: ReleasePlan | None = None
    """What it asks of releases; None where nothing is said of them."""

    def content(self) -> dict[str, Json]:
        """What the policy asks, whatever the file's comments, order and way of saying it."""
        return {
            "policy": self.name,
            "extends": self.extends,
            "description": self.description,
            "gates": {str(gate.name): gate.to_json() for gate in self.gates},
            **content_of(self.release),
        }

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical content."""
        return digest(self.content())

    @property
    def text_digest(self) -> str:
        """SHA-256 of the file as it was written."""
        return text_digest(self.text)

    @property
    def subject(self) -> Subject:
        """The address of this exact wording."""
        return Subject(SubjectKind.POLICY, self.name, self.digest[:12])


@dataclass(slots=True)
class _Said:
    """What one file says of a gate, before it is laid over the one below."""

    conditions: tuple[Condition, ...] = ()
    sign_off: tuple[Role, ...] | None = None
    waivable_by: tuple[Role, ...] | None = None


def text_digest(text: str) -> str:
    """SHA-256 of a policy file."""
    return sha256(text.encode()).hexdigest()


def parse(text: str, find: Find) -> Policy:
    """The policy in `text`; `find` gives the files that it extends.

    Raises `Invalid` naming field and line: `gates.production.conditions[0].at_least (line 12)`.
    """
    return _parse(text, find, above=(), known_as="")


def _parse(text: str, find: Find, above: tuple[str, ...], known_as: str) -> Policy:
    """`above`: the policies that led here; `known_as`: how to call this one in an error."""
    top = read(text, known_as)
    fields = top.mapping(POLICY_FIELDS, "a policy")
    for needed in ("policy", "gates"):
        if needed not in fields:
            top.refuse(f"a policy with the field {needed}", "none")
    name = _name(fields["policy"])
    base = _base(fields["extends"], find, (*above, name)) if "extends" in fields else None
    said = {gate: _said(place) for gate, place in _gates(fields["gates"]).items()}
    gates = _merged(base.gates if base else (), said)
    if not gates:
        fields["gates"].refuse(f"at least one of the gates {', '.join(GateName)}", "none")
    for gate in gates:
        if not gate.conditions:
            fields["gates"].below(gate.name, fields["gates"].node).refuse(
                "at least one condition, here or in what the policy extends", "none"
            )
    description = fields["description"].text("a sentence") if "description" in fields else ""
    release = base.release if base else None
    if "release" in fields:
        release = release_section(fields["release"], release)
    return Policy(name, base.name if base else None, description, gates, text, release)


def _name(place: Place) -> str:
    name = place.text("the name of the policy")
    if not SLUG.fullmatch(name):
        place.refuse("lower-case letters, digits and hyphens, 1 to 64 long")
    return name


def _base(place: Place, find: Find, above: tuple[str, ...]) -> Policy:
    name = place.text("the name of a policy")
    if name in above:
        way = " → ".join([*above[above.index(name) :], name])
        place.refuse(f"no cycle, but it goes round: {way}")
    text = find(name)
    if text is None:
        place.refuse("the name of a policy that was published")
    return _parse(text, find, above, known_as=name)


def _gates(place: Place) -> dict[GateName, Place]:
    return {GateName(name): gate for name, gate in place.mapping(tuple(GateName), "gates").items()}


def _said(place: Place) -> _Said:
    fields = place.mapping(GATE_FIELDS, "a gate")
    said = _Said()
    if "conditions" in fields:
        seen: dict[str, str] = {}
        for at in fields["conditions"].items("conditions"):
            condition = _condition(at)
            other = seen.setdefault(_asks(condition), at.path)
            if other != at.path:
                at.refuse(f"no second condition on what {other} asks", condition.check)
            said.conditions += (condition,)
    if "sign_off" in fields:
        said.sign_off = _roles(fields["sign_off"], Action.REVIEW_SIGN)
    if "waivable_by" in fields:
        said.waivable_by = _roles(fields["waivable_by"], Action.REVIEW_WAIVE)
    return said


def _roles(place: Place, action: Action) -> tuple[Role, ...]:
    """The roles of a list; each must be one that may do what is asked of it."""
    able = [role for role in Role if role in ALLOWED[action]]
    found: list[Role] = []
    for at in place.items("roles"):
        name = at.text("a role")
        if name not in set(able):
            near = nearest(name, able)
            hint = f"; did you mean {near}?" if near else ""
            at.refuse(f"a role that may do {action}: {', '.join(able)}{hint}")
        if Role(name) in found:
            at.refuse("each role once")
        found.append(Role(name))
    return tuple(found)


def _merged(below: tuple[Gate, ...], said: Mapping[GateName, _Said]) -> tuple[Gate, ...]:
    """The gates of a policy laid over those it extends.

    A condition on what a lower one asks takes its place; roles that are said replace those below.
    """
    base = {gate.name: gate for gate in below}
    merged = []
    for name in GateName:
        gate = base.get(name, Gate(name, ()))
        over = said.get(name)
        if over is None and name not in base:
            continue
        merged.append(gate if over is None else _over(gate, over))
    return tuple(merged)


def _over(gate: Gate, said: _Said) -> Gate:
    conditions = {_asks(condition): condition for condition in gate.conditions}
    conditions.update({_asks(condition): condition for condition in said.conditions})
    return replace(
        gate,
        conditions=tuple(conditions.values()),
        sign_off=gate.sign_off if said.sign_off is None else said.sign_off,
        waivable_by=gate.waivable_by if said.waivable_by is None else said.waivable_by,
    )


def _asks(condition: Condition) -> str:
    """What a condition is about, whatever its threshold: check, parameters, against whom."""
    return digest(
        {
            "check": condition.check,
            "with": dict(condition.parameters),
            "over_champion": condition.over_champion is not None,
        }
    )


# -- one condition -----------------------------------------------------------------------------


def _condition(place: Place) -> Condition:
    fields = place.mapping(CONDITION_FIELDS, "a condition")
    if "check" not in fields:
        place.refuse("a condition with the field check", "none")
    spec = check_at(fields["check"], CATALOGUE, "a check of the catalogue")
    parameters = parameters_at(spec, fields.get("with"), place, optional=OPEN_PARAMETERS)
    bounds = {name: fields[name].number() for name in BOUNDS if name in fields}
    _check_bounds(spec, bounds, fields, place)
    return Condition(
        check=spec.name,
        parameters=parameters,
        **bounds,
        level=_level(fields["level"]) if "level" in fields else 0.95,
        reproduced=fields["reproduced"].switch() if "reproduced" in fields else False,
        max_age=_age(fields["max_age"]) if "max_age" in fields else None,
    )


def _check_bounds(
    spec: CheckSpec, bounds: Mapping[str, float], fields: Mapping[str, Place], place: Place
) -> None:
    if not bounds:
        place.refuse(f"a bound: one of {', '.join(BOUNDS)}", "none")
    if "over_champion" in bounds:
        at = fields["over_champion"]
        if len(bounds) > 1:
            at.refuse("either over_champion or at_least and at_most, in conditions of their own")
        if spec.parameter("versus") is None or spec.good is not Good.HIGHER:
            # A margin is "at least this much more", which is a gain only where more is better.
            at.refuse(f"at_least or at_most: {spec.name} has no gain over a champion to ask for")
    if bounds.get("at_least", 0.0) > bounds.get("at_most", bounds.get("at_least", 0.0)):
        fields["at_least"].refuse("at_least no greater than at_most")


def _level(place: Place) -> float:
    level = place.number()
    if not 0 < level < 1:
        place.refuse("a confidence level between 0 and 1, such as 0.95")
    return level


def _age(place: Place) -> timedelta:
    text = place.text("a number and m, h, d or w, such as 30d")
    try:
        age = duration(text, "max_age")
    except Invalid as error:
        place.refuse(error.expected)
    if not age:
        place.refuse("an age greater than nothing")
    return age
