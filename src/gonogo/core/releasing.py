"""What a policy asks of a release: strategies, their steps, the guardrails watched meanwhile."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any, Self

from gonogo.core.canonical import Json, digest
from gonogo.core.errors import Invalid
from gonogo.core.evidence import Parameters, parameters_from_json


class Strategy(StrEnum):
    """How a version takes over from the one that is live."""

    SHADOW = "shadow"
    """It scores everything and decides nothing."""
    CANARY = "canary"
    """It decides for a growing share of the entities."""
    AB = "ab"
    """It decides for a fixed share until a person reads the result."""
    BANDIT = "bandit"
    """Its share follows what is learned, until a person reads the result."""
    BLUE_GREEN = "blue-green"
    """It decides for all at once; the one before stays warm beside it."""


JUDGED = frozenset({Strategy.AB, Strategy.BANDIT})
"""Strategies at whose end a person decides."""


@dataclass(frozen=True, slots=True)
class Step:
    """A share of the traffic, and what must have been seen there before the next one."""

    share: float
    """Of the entities that the new version decides for, in [0, 1]."""
    dwell: timedelta
    """The least time."""
    smallest: int
    """The fewest decisions of the new version."""

    def to_json(self) -> dict[str, Json]:
        """As it is stored."""
        return {
            "share": self.share,
            "dwell": _minutes(self.dwell),
            "smallest": self.smallest,
        }

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> Self:
        """The step that was stored as `found`."""
        return cls(float(found["share"]), _span(found["dwell"]), int(found["smallest"]))


@dataclass(frozen=True, slots=True)
class Guardrail:
    """What may become worse by so much at most while a release runs."""

    check: str
    """A check of the catalogue that is measured from the decision log."""
    margin: float
    """How much worse than what is live it may be, in the check's unit."""
    alpha: float
    """Chance that it rolls back, over the whole rollout, a version that keeps the margin: its part
    of the rollout's."""
    group: str | None = None
    """The column whose groups are compared, where the check compares groups."""
    parameters: Parameters = field(default_factory=dict)
    """What else the check is asked with."""
    weight: float | None = None
    """By which it has its part of the rollout's alpha beside the others; None: it says its own."""

    @property
    def key(self) -> str:
        """What it is about, whatever its margin: one of a kind within a policy."""
        return digest({"check": self.check, "group": self.group, "with": dict(self.parameters)})[
            :12
        ]

    def to_json(self) -> dict[str, Json]:
        """As it is stored; what was not said is left out."""
        found: dict[str, Json] = {"check": self.check, "margin": self.margin, "alpha": self.alpha}
        if self.group is not None:
            found["group"] = self.group
        if self.parameters:
            found["with"] = dict(self.parameters)
        if self.weight is not None:
            found["weight"] = self.weight
        return found

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> Self:
        """The guardrail that was stored as `found`."""
        group = found.get("group")
        return cls(
            check=str(found["check"]),
            margin=float(found["margin"]),
            alpha=float(found["alpha"]),
            group=None if group is None else str(group),
            parameters=parameters_from_json(found.get("with")),
            weight=None if (weight := found.get("weight")) is None else float(weight),
        )


@dataclass(frozen=True, slots=True)
class ReleasePlan:
    """The section `release` of a policy, with everything it extends."""

    strategies: tuple[Strategy, ...] = ()
    """Those that are allowed."""
    steps: Mapping[Strategy, tuple[Step, ...]] = field(default_factory=dict)
    """For each strategy, in their order."""
    guardrails: tuple[Guardrail, ...] = ()
    label_delay: timedelta = timedelta()
    """How long outcomes take to come: a step is not over before, where one rests on outcomes."""
    alpha: float | None = None
    """Chance that a version which keeps all margins is rolled back: what the guardrails with a
    weight share. None: each says its own."""

    def steps_of(self, strategy: Strategy) -> tuple[Step, ...]:
        """The steps of an allowed strategy; raises `Invalid` for one that is not allowed."""
        if strategy not in self.strategies:
            allowed = ", ".join(self.strategies) or "none"
            raise Invalid(
                field="strategy", value=str(strategy), expected=f"one the policy allows: {allowed}"
            )
        return self.steps[strategy]

    def to_json(self) -> dict[str, Json]:
        """As a policy's content is hashed and stored."""
        found: dict[str, Json] = {
            "strategies": [str(one) for one in self.strategies],
            "steps": {
                str(one): [step.to_json() for step in steps] for one, steps in self.steps.items()
            },
            "guardrails": [one.to_json() for one in self.guardrails],
            "label_delay": _minutes(self.label_delay),
        }
        if self.alpha is not None:
            found["alpha"] = self.alpha
        return found

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> Self:
        """The plan that was stored as `found`.

        >>> ReleasePlan.from_json(ReleasePlan((Strategy.AB,)).to_json()).strategies[0]
        <Strategy.AB: 'ab'>
        """
        return cls(
            strategies=tuple(Strategy(one) for one in found["strategies"]),
            steps={
                Strategy(name): tuple(Step.from_json(one) for one in steps)
                for name, steps in sorted(found["steps"].items())
            },
            guardrails=tuple(Guardrail.from_json(one) for one in found["guardrails"]),
            label_delay=_span(found["label_delay"]),
            alpha=None if (alpha := found.get("alpha")) is None else float(alpha),
        )


def strategy(text: str, field: str = "strategy") -> Strategy:
    """The strategy called `text`; raises `Invalid` naming those there are."""
    try:
        return Strategy(text)
    except ValueError as error:
        raise Invalid(field=field, value=text, expected=f"one of {', '.join(Strategy)}") from error


def _minutes(span: timedelta) -> str:
    return f"{int(span.total_seconds() // 60)}m"


def _span(text: object) -> timedelta:
    # Always written in minutes, however many: not held to what a person may write.
    return timedelta(minutes=int(str(text).removesuffix("m")))
