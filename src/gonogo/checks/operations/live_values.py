"""What is watched of a release: sums of one arm that add up, and a guardrail after a look."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from gonogo.checks.findings.finding import Finding
from gonogo.core.catalogue import CATALOGUE
from gonogo.core.evidence import Parameters
from gonogo.core.releasing import Guardrail
from gonogo.stats import guardrails as stats
from gonogo.stats.arms import NOTHING, UNREVISED, Batch, Revision
from gonogo.stats.estimate import Estimate, Measured

Effects = Mapping[str, float]
"""Design effects of the arms `live` and `new`, or of the new arm's groups; those not named: 1."""
INDEPENDENT: Effects = {}


@dataclass(frozen=True, slots=True)
class ArmSums:
    """What came of one arm since the last look, as the log tells; sums that add up."""

    n: int = 0
    """Decisions."""
    errors: int = 0
    """Of them answered by the fallback."""
    late: Mapping[str, int] = field(default_factory=dict)
    """Of them slower than a limit, by the limit in ms as text."""
    scores: Batch = NOTHING
    yes: int = 0
    """Of them the positive outcome."""
    values: Batch = NOTHING
    """What those came to whose outcome is known."""
    labels: Batch = NOTHING
    """Their outcomes as numbers."""
    values_revised: Revision = UNREVISED
    """What is known otherwise now of values that were counted before."""
    labels_revised: Revision = UNREVISED
    groups: Mapping[str, Mapping[str, tuple[int, int]]] = field(default_factory=dict)
    """Yes and decisions, by column and group."""

    def __add__(self, other: "ArmSums") -> "ArmSums":
        late = {
            limit: self.late.get(limit, 0) + other.late.get(limit, 0)
            for limit in {*self.late, *other.late}
        }
        groups = {
            column: _added(self.groups.get(column, {}), other.groups.get(column, {}))
            for column in {*self.groups, *other.groups}
        }
        return ArmSums(
            n=self.n + other.n,
            errors=self.errors + other.errors,
            late=late,
            scores=self.scores + other.scores,
            yes=self.yes + other.yes,
            values=self.values + other.values,
            labels=self.labels + other.labels,
            values_revised=self.values_revised + other.values_revised,
            labels_revised=self.labels_revised + other.labels_revised,
            groups=groups,
        )


@dataclass(frozen=True, slots=True)
class Looked:
    """A guardrail after a batch."""

    guardrail: Guardrail
    says: stats.Verdict
    finding: Finding
    reason: str
    """In one sentence with the numbers."""
    more_needed: int | None = None
    evidence: float | None = None
    """Logarithm of the e-value for harm; None where it is judged by its interval alone."""


def parameters_of(
    guardrail: Guardrail, about: Parameters, measured: Measured
) -> dict[str, str | int | float | bool]:
    """Everything that has a say in what a guardrail measures; `about` names the release."""
    level = measured.level if isinstance(measured, Estimate) else 1 - guardrail.alpha
    found = {**about, **guardrail.parameters, "level": level}
    if guardrail.group is not None:
        found["group"] = guardrail.group
    known = CATALOGUE[guardrail.check].parameters
    return {one.name: found[one.name] for one in known if one.name in found}


def _added(
    one: Mapping[str, tuple[int, int]], other: Mapping[str, tuple[int, int]]
) -> dict[str, tuple[int, int]]:
    nothing = (0, 0)
    return {
        name: (
            one.get(name, nothing)[0] + other.get(name, nothing)[0],
            one.get(name, nothing)[1] + other.get(name, nothing)[1],
        )
        for name in {*one, *other}
    }
