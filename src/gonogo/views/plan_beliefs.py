"""What the probabilities and the days of a forecast rest on, as its evidence keeps it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gonogo.core.evidence import measured_from_json
from gonogo.domain.plans.pace import PaceTold
from gonogo.domain.plans.pace import told as pace_told
from gonogo.stats.estimate import Estimate
from gonogo.stats.plans.learning import Moved


@dataclass(frozen=True, slots=True)
class BeliefLine:
    """One hypothesis that a plan rests on."""

    hypothesis: str
    settled: bool | None
    """Whether it was supported when it was forecast; None while it was open."""
    probability: float
    moved: tuple[Moved, ...]
    """How it came from its prior; empty where it was settled, or nobody learnt yet."""


@dataclass(frozen=True, slots=True)
class RestsOn:
    """What was known when a plan was forecast."""

    beliefs: tuple[BeliefLine, ...]
    pace: PaceTold | None
    """None in forecasts that were made before finished steps were learnt from."""


def rests_on(told: Mapping[str, Any]) -> RestsOn:
    """What a kept forecast says that it rests on."""
    return RestsOn(
        beliefs=tuple(_line(slug, one) for slug, one in told["chances"].items()),
        pace=pace_told(told.get("pace")),
    )


def _line(slug: str, told: Mapping[str, Any]) -> BeliefLine:
    moved = []
    for one in told.get("moved", ()):
        measured = measured_from_json(one["measured"])
        if isinstance(measured, Estimate):
            moved.append(Moved(one["what"], measured, one["says"]))
    return BeliefLine(slug, told["settled"], told["probability"], tuple(moved))
