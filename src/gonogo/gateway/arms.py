"""An arm made ready to answer: its schema compiled, its models in memory."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from gonogo.core.errors import Invalid
from gonogo.core.snapshot import Arm, Kind, Member, Served
from gonogo.gateway.schema import FeatureSchema
from gonogo.gateway.scorers.loaded import Loaded
from gonogo.gateway.scorers.scorer import Scorer

Models = Mapping[str, Loaded]


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """A model within an arm."""

    loaded: Loaded
    weight: float


@dataclass(frozen=True, slots=True, eq=False)
class ReadyArm:
    """An arm with everything it needs."""

    arm: Arm
    kind: str
    schema: FeatureSchema
    parts: tuple[Part, ...]
    stack: Loaded | None
    model: str | None
    """Key of the version that answers; for an ensemble all of them, joined by `+`."""
    code: str | None
    bounded: bool
    """Whether scoring always ends soon, so that no thread is needed."""
    _single: Loaded | None = field(default=None)
    _total: float = 1.0

    @property
    def scorers(self) -> list[Scorer]:
        """Everything that is asked."""
        stack = [] if self.stack is None else [self.stack.scorer]
        return [*(part.loaded.scorer for part in self.parts), *stack]

    @property
    def lead(self) -> Loaded | None:
        """The version that reasons, calibration and coverage come from."""
        if self.stack is not None:
            return self.stack if self.stack.served.calibration else None
        return self._single

    def score(self, values: Mapping[str, Any]) -> float:
        """The arm's score; raises what a model raises, and `ArithmeticError` for no number."""
        single = self._single
        found = self._together(values) if single is None else single.score(values)
        if not math.isfinite(found):
            raise ArithmeticError("the model returned no finite number")
        return found

    def stop(self) -> None:
        """Tell what runs in another thread to give up."""
        for scorer in self.scorers:
            if scorer.stop is not None:
                scorer.stop()

    def _together(self, values: Mapping[str, Any]) -> float:
        scores = [part.loaded.score(values) for part in self.parts]
        if self.stack is None:
            weighted = zip(self.parts, scores, strict=True)
            return sum(part.weight * score for part, score in weighted) / self._total
        return self.stack.scorer.one(_stacked(self.stack, self.parts, scores))


def members_of(arm: Arm) -> tuple[Member, ...]:
    """All models that the arm needs."""
    return arm.members if arm.stack is None else (*arm.members, arm.stack)


def ready(arm: Arm, models: Models, schema: FeatureSchema) -> ReadyArm:
    """`arm` with its models; raises `Invalid` where it cannot answer."""
    if arm.kind is Kind.RULES:
        return ReadyArm(arm, "rules", schema, (), None, None, None, bounded=True)
    if not arm.members or (arm.kind is Kind.MODEL and len(arm.members) != 1):
        raise Invalid(
            field=f"arm.{arm.name}", value=len(arm.members), expected="one model, or an ensemble"
        )
    parts = tuple(Part(models[member.model], member.weight) for member in arm.members)
    total = sum(part.weight for part in parts)
    if not total > 0:
        raise Invalid(field=f"arm.{arm.name}", value=total, expected="weights above 0")
    stack = None if arm.stack is None else models[arm.stack.model]
    single = parts[0].loaded if len(parts) == 1 and stack is None else None
    served = [models[member.model].served for member in members_of(arm)]
    codes = {one.code for one in served}
    return ReadyArm(
        arm,
        str(arm.kind),
        schema,
        parts,
        stack,
        "+".join(one.key for one in served),
        next(iter(codes)) if len(codes) == 1 else None,
        bounded=all(models[member.model].scorer.bounded for member in members_of(arm)),
        _single=single,
        _total=total,
    )


def features_of(arm: Arm, models: Mapping[str, Served]) -> list[Any]:
    """The columns that the arm's members read, each once; a stack reads scores."""
    found = {
        feature.name: feature
        for member in reversed(arm.members)
        for feature in models[member.model].features
    }
    return list(found.values())


def _stacked(stack: Loaded, parts: Sequence[Part], scores: Sequence[float]) -> list[float]:
    """The members' scores as the stack's columns: by key or model, else in their order."""
    named: dict[str, float] = {}
    for part, score in zip(parts, scores, strict=True):
        named[part.loaded.served.model] = score
        named[part.loaded.served.key] = score
    names = stack.scorer.names
    if all(name in named for name in names):
        return [named[name] for name in names]
    return list(scores)
