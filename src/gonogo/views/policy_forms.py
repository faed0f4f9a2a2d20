"""The form in which a policy is written: what a text would ask, and what it would change."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from gonogo.core.conditions import Condition
from gonogo.core.errors import GonogoError
from gonogo.core.gates import Gate, GateName
from gonogo.core.wording import asked, title
from gonogo.domain.policies import reads
from gonogo.domain.policies.rules import Policy
from gonogo.store.work import Work
from gonogo.views.policy_gates import GateBlock, below, can_publish, gates_in_words, span
from gonogo.views.refused import Refused

LINE = re.compile(r"\((?P<policy>[^()]*?)(?:, )?line (?P<line>\d+)")
"""Where an error says it is: `gates (line 3)`, or `gates (baseline, line 3)` in one below."""
START = """policy: my-policy
extends: baseline
description: What is at stake, and what this policy asks for it.
gates:
  validation:
    conditions:
      - check: performance.roc_auc
        at_least: 0.70
    sign_off: [ml-engineer]
    waivable_by: [risk-officer]
"""
"""What a new form begins with."""


@dataclass(frozen=True, slots=True)
class Change:
    """One thing in which a text differs from what is in force."""

    gate: str
    added: bool
    """Whether it comes, or goes."""
    says: str


@dataclass(frozen=True, slots=True)
class Checked:
    """A text that is right, as it would be published."""

    name: str
    digest: str
    extends: str | None
    description: str
    gates: tuple[GateBlock, ...]
    replaces: int | None
    """Number of the publication in force under this name."""
    same: bool
    """Whether exactly this is in force already."""
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class PolicyFormPage:
    """The form in which a policy is written, checked and published."""

    text: str
    lines: tuple[str, ...]
    can_publish: bool
    checked: Checked | None = None
    refused: Refused | None = None
    line: int | None = None
    """The line of `text` that is wrong."""


def form(
    work: Work,
    *,
    text: str | None = None,
    based_on: str | None = None,
    checked: Policy | None = None,
) -> PolicyFormPage:
    """The form with `text`, or with what `based_on` says now; raises `NotFound`."""
    if text is None:
        text = START if based_on is None else reads.current(work, based_on).text
    seen = None if checked is None else _checked(work, checked)
    return PolicyFormPage(text, tuple(text.splitlines()), can_publish(work), checked=seen)


def refused_form(work: Work, text: str, error: GonogoError, shown: Refused) -> PolicyFormPage:
    """The form as it was filled in, and which line is wrong."""
    lines = tuple(text.splitlines())
    found = LINE.search(error.field)
    line = int(found["line"]) if found is not None and found["policy"] in {"", "text"} else None
    shown_line = line if line is not None and line <= len(lines) else None
    return PolicyFormPage(text, lines, can_publish(work), refused=shown, line=shown_line)


def _checked(work: Work, policy: Policy) -> Checked:
    before = reads.find(work, policy.name)
    return Checked(
        name=policy.name,
        digest=policy.digest,
        extends=policy.extends,
        description=policy.description,
        gates=gates_in_words(policy.gates, below(work, policy.extends)),
        replaces=None if before is None else before.number,
        same=before is not None and before.digest == policy.digest,
        changes=() if before is None else _changes(before.version.gates, policy.gates),
    )


def _changes(before: Sequence[Gate], after: Sequence[Gate]) -> tuple[Change, ...]:
    """What goes and what comes, gate by gate."""
    old = {gate.name: _asks(gate) for gate in before}
    new = {gate.name: _asks(gate) for gate in after}
    changes = []
    for name in GateName:
        was, will = old.get(name, {}), new.get(name, {})
        changes += [Change(name, False, says) for key, says in was.items() if key not in will]
        changes += [Change(name, True, says) for key, says in will.items() if key not in was]
    return tuple(changes)


def _asks(gate: Gate) -> dict[str, str]:
    """Everything a gate asks, each in words by what it is."""
    found = {one.key: _in_words(one) for one in gate.conditions}
    found |= {f"sign {role}": f"signed by {role}" for role in gate.sign_off}
    return found | {f"waive {role}": f"waivable by {role}" for role in gate.waivable_by}


def _in_words(found: Condition) -> str:
    said = [f"{title(found)} {asked(found)}"]
    if found.reproduced:
        said.append("reproduced")
    if found.max_age is not None:
        said.append(f"at most {span(found.max_age)} old")
    return ", ".join(said)
