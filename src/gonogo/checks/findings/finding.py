"""What is asked of a check and what it finds: evidence before it has a subject, actor and time."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from gonogo.core.canonical import Json
from gonogo.core.evidence import Parameters
from gonogo.stats.estimate import Measured


@dataclass(frozen=True, slots=True)
class Asked:
    """One check, with the parameters it is wanted with; what is left out takes its default."""

    check: str
    """Name in the catalogue: `performance.roc_auc`."""
    parameters: Parameters = field(default_factory=dict)
    """As a policy's `with`: group, threshold, versus, ..."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found; it becomes evidence when subject, actor and time are known."""

    check: str
    """Name in the catalogue."""
    parameters: Parameters
    """Everything that had a say in the number, defaults included."""
    measured: Measured
    """The number with its interval, or why there is none."""
    detail: Mapping[str, Json] = field(default_factory=dict)
    """What the check saw besides: groups, bins, curves."""
