"""What is known of a check without running it: what it answers, its unit and its parameters."""

from dataclasses import dataclass
from enum import StrEnum

from gonogo.core.areas import Area, area_of


class Good(StrEnum):
    """Which way a measurement is better; only for drawing and comparing, never for judging."""

    HIGHER = "higher"
    LOWER = "lower"
    NEITHER = "neither"


@dataclass(frozen=True, slots=True)
class Parameter:
    """One thing a check can be asked with."""

    name: str
    kind: type[str] | type[int] | type[float] | type[bool]
    meaning: str
    required: bool = False


@dataclass(frozen=True, slots=True)
class CheckSpec:
    """What is known of a check without running it."""

    name: str
    """`area.name`."""
    title: str
    """How it is called on a page: "ROC AUC"."""
    answers: str
    """The question it answers, in plain words."""
    unit: str
    good: Good
    parameters: tuple[Parameter, ...] = ()
    exact: bool = False
    """Whether it counts a closed population and so has no sampling error."""

    @property
    def area(self) -> Area:
        return area_of(self.name)

    def parameter(self, name: str) -> Parameter | None:
        """The parameter called `name`, if the check has it."""
        return next((p for p in self.parameters if p.name == name), None)


HIGHER, LOWER, NEITHER = Good

LEVEL = Parameter("level", float, "confidence level of the interval, in (0, 1)")
SEED = Parameter("seed", int, "seed of the resampling")
THRESHOLD = Parameter("threshold", float, "score from which the model says yes")
VERSUS = Parameter("versus", str, "the model version it is compared with, on the same rows")
DESIGN = Parameter("design", str, "how it was resampled: 5-fold x 10 repeated cross-validation")
VERSUS_THRESHOLD = Parameter(
    "versus_threshold", float, "score from which the model compared with says yes; else the same"
)
RESAMPLES = Parameter("resamples", int, "how often the rows were drawn anew")
SMALLEST = Parameter("smallest", int, "fewest rows a group's rate may rest on")
COLUMN = Parameter("column", str, "one column; without it, all of them together")
LABEL = Parameter("label", str, "the label column; without it, the one the schema names")
