"""How long steps take against their estimates, as far as finished ones tell; pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from gonogo.core.canonical import Json
from gonogo.core.evidence import measured_from_json, measured_to_json
from gonogo.stats.estimate import Estimate, Measured, Undefined
from gonogo.stats.plans.network import Slip
from gonogo.stats.plans.reference_class import PRIOR

LEVEL = 0.8
"""Of the interval of the ratio: P10 to P90, as dates are told."""
WORTH = 4.0
"""How many steps of its own the record of all other use cases is worth to a use case."""
NOTHING = Undefined("no step with an estimate was finished yet", n=0)


@dataclass(frozen=True, slots=True)
class Pace:
    """What the steps of a plan take, as multiples of their estimates."""

    measured: Measured = NOTHING
    """The median ratio of working days to the median of the estimate."""
    slip: Slip | None = None
    """How unsure that is, as the simulation takes it."""
    here: int = 0
    """Finished steps of the use case itself that it rests on."""
    elsewhere: int = 0
    """Those of other use cases."""
    used: bool = True
    """Whether a forecast corrects by it; False where it was asked for as planned."""

    @property
    def factor(self) -> float:
        """By which estimates are multiplied."""
        return self.measured.value if self.used and isinstance(self.measured, Estimate) else 1.0

    @property
    def doubt(self) -> Slip | None:
        """The doubt that futures differ by."""
        return self.slip if self.used else None

    def says(self, where: str = " here") -> str:
        """It in a sentence, of the steps `where` they were finished."""
        if not isinstance(self.measured, Estimate):
            return "No step was finished yet whose days could be held against its estimate."
        counted = [(self.here, where)] if self.here else []
        counted += [(self.elsewhere, " of other use cases")] if self.elsewhere else []
        steps = " and ".join(f"{n} step{'' if n == 1 else 's'}{of}" for n, of in counted)
        found = self.measured
        said = f"Steps took {found.value:.2g} times the median of their estimates"
        spread = f"[{found.low:.2g}, {found.high:.2g}] at {100 * found.level:g} %"
        used = "" if self.used else " This forecast takes the estimates as they were planned."
        return f"{said} {spread}, from {steps}.{used}"

    def to_json(self, left_out: int = 0) -> dict[str, Json]:
        """As evidence keeps it; `left_out` finished steps of the plan say no estimate."""
        says = self.says()
        if left_out:
            steps = "1 finished step says" if left_out == 1 else f"{left_out} finished steps say"
            says += f" {steps} no estimate here: nothing is learned from how long they took."
        return {
            "used": self.used,
            "factor": self.factor,
            "here": self.here,
            "elsewhere": self.elsewhere,
            "left_out": left_out,
            "ratio": measured_to_json(self.measured),
            "says": says,
        }


AS_PLANNED = Pace(used=False)
"""Estimates are taken for right."""


@dataclass(frozen=True, slots=True)
class PaceTold:
    """What kept evidence says of the pace it was forecast with."""

    used: bool
    ratio: Measured
    says: str


def told(found: dict[str, Any] | None) -> PaceTold | None:
    """The pace of a forecast that was kept; None of those that knew of none."""
    if found is None:
        return None
    return PaceTold(found["used"], measured_from_json(found["ratio"]), found["says"])


def pace_of(here: Sequence[float], elsewhere: Sequence[float]) -> Pace:
    """What ratios of finished steps, of the use case itself and of others, say; each above 0.

    The record of others is worth at most `WORTH` steps, so that a use case soon speaks for itself;
    and all of it begins as estimates that are right on the median.
    """
    if not here and not elsewhere:
        return Pace()
    found = PRIOR.after(elsewhere).as_prior(WORTH).after(here)
    ratio = found.ratio(LEVEL)
    spread = (found.scale / (found.shape * found.weight)) ** 0.5
    total = len(here) + len(elsewhere)
    measured = Estimate(ratio.value, ratio.low, ratio.high, LEVEL, total, ratio.unit, ratio.method)
    return Pace(measured, Slip(spread, found.freedom), len(here), len(elsewhere))
