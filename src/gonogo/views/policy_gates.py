"""What the gates of a policy ask, in words: the same on its page and in the form."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from gonogo.core.catalogue import CATALOGUE
from gonogo.core.conditions import Condition
from gonogo.core.gates import STEPS, Gate, GateName
from gonogo.core.roles import Action
from gonogo.core.subjects import ORGANISATION
from gonogo.core.wording import asked, title
from gonogo.domain.policies import reads
from gonogo.store.work import Work


@dataclass(frozen=True, slots=True)
class ConditionLine:
    """What a gate asks of evidence, in words."""

    key: str
    check: str
    title: str
    answers: str
    """The question the check answers."""
    area: str
    asked: str
    """The bound: "at least 0.8"."""
    level: float
    reproduced: bool
    max_age: str | None
    """How old the evidence may be, in words."""
    below: bool
    """Whether it comes from the policy it extends, word for word."""


@dataclass(frozen=True, slots=True)
class GateBlock:
    """One gate with everything that it has from the policies below."""

    name: str
    before: str
    """Stage a version stands in before it."""
    after: str
    """Stage it moves to."""
    conditions: tuple[ConditionLine, ...]
    sign_off: tuple[str, ...]
    waivable_by: tuple[str, ...]


def below(work: Work, name: str | None) -> Mapping[GateName, frozenset[str]]:
    """Keys of what the policy called `name` asks at each gate."""
    found = None if name is None else reads.find(work, name)
    gates = () if found is None else found.version.gates
    return {gate.name: frozenset(one.key for one in gate.conditions) for gate in gates}


def gates_in_words(
    gates: Sequence[Gate], below: Mapping[GateName, frozenset[str]]
) -> tuple[GateBlock, ...]:
    """The gates, and of each condition whether it is among the keys `below`."""
    return tuple(_gate(gate, below.get(gate.name, frozenset())) for gate in gates)


def span(age: timedelta) -> str:
    """A length of time in the largest unit that says it exactly.

    >>> span(timedelta(days=30)), span(timedelta(hours=1)), span(timedelta(minutes=90))
    ('30 days', '1 hour', '90 minutes')
    """
    for unit, one in (("day", timedelta(days=1)), ("hour", timedelta(hours=1))):
        if not age % one:
            count = age // one
            return f"{count:,} {unit}{'' if count == 1 else 's'}"
    count = age // timedelta(minutes=1)
    return f"{count:,} minute{'' if count == 1 else 's'}"


def can_publish(work: Work) -> bool:
    """Whether the caller may bring a policy into force."""
    lineage = work.subjects.lineage(ORGANISATION)
    return work.caller.refuses(Action.POLICY_PUBLISH, lineage) is None


def _gate(gate: Gate, below: frozenset[str]) -> GateBlock:
    step = STEPS[gate.name]
    return GateBlock(
        name=str(gate.name),
        before=step.before,
        after=step.after,
        conditions=tuple(_condition(one, below) for one in gate.conditions),
        sign_off=tuple(str(role) for role in gate.sign_off),
        waivable_by=tuple(str(role) for role in gate.waivable_by),
    )


def _condition(found: Condition, below: frozenset[str]) -> ConditionLine:
    return ConditionLine(
        key=found.key,
        check=found.check,
        title=title(found),
        answers=CATALOGUE[found.check].answers if found.check in CATALOGUE else "",
        area=str(found.area),
        asked=asked(found),
        level=found.level,
        reproduced=found.reproduced,
        max_age=None if found.max_age is None else span(found.max_age),
        below=found.key in below,
    )
