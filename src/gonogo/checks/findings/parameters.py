"""Parameters of checks: what was asked, completed with the defaults and held to the catalogue."""

from collections.abc import Mapping
from dataclasses import dataclass

from gonogo.core.catalogue import check_spec, checked_parameters
from gonogo.core.errors import Invalid
from gonogo.core.evidence import Parameters

LEVEL = 0.95
"""Confidence level where none is asked for."""
SEED = 7
"""Seed where none is asked for: the same rows give the same interval everywhere."""
RESAMPLES = 2000
"""Bootstrap resamples; the ends of a 95 % interval are then ranks 50 and 1951."""
DRAWS = 10_000
"""Draws of the bins' errors for the calibration error; a thousandth of its width by chance."""
BINS = 10
"""Bins of equal mass, of the calibration error and of reliability tables."""
SMALLEST = 10
"""Fewest rows a group's rate may rest on. Wilson's 95 % interval of 10 rows spans up to 0.53 of
the whole range; of fewer rows it says next to nothing, and it would be the worst-off group by
chance."""
REQUESTS = 1000
"""Predictions to be timed; from 368 on, the 95 % interval of the 99th percentile is closed."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The parameters of one measurement, typed, with their defaults."""

    values: Mapping[str, str | int | float | bool]
    """As they are kept with the evidence."""

    def number(self, name: str) -> float:
        """The parameter `name`, which is a number."""
        return float(self.values[name])

    def whole(self, name: str) -> int:
        """The parameter `name`, which is a whole number."""
        return int(self.values[name])

    def text(self, name: str) -> str:
        """The parameter `name`, which is text."""
        return str(self.values[name])

    def find(self, name: str) -> str | int | float | bool | None:
        """The parameter `name`, None where it was not asked for."""
        return self.values.get(name)

    @property
    def level(self) -> float:
        return self.number("level")


def settle_parameters(check: str, asked: Parameters, **defaults: str | float | bool) -> Settings:
    """What `check` is measured with: what was asked, else the default; raises `Invalid`.

    >>> settle_parameters("performance.roc_auc", {}, level=0.95).values
    {'level': 0.95}
    >>> settle_parameters("performance.roc_auc", {"level": 0.9}, level=0.95).level
    0.9
    """
    found = checked_parameters(check_spec(check), {**defaults, **asked})
    if "design" in found:
        raise Invalid(
            field="with.design",
            value=found["design"],
            expected="no design: this measures one set of rows, cross-validation brings its own",
        )
    _check_bounds(found)
    return Settings(found)


def _check_bounds(found: Mapping[str, str | int | float | bool]) -> None:
    level, seed = found.get("level", LEVEL), found.get("seed", SEED)
    if not 0 < float(level) < 1:
        raise Invalid(field="with.level", value=level, expected="a number between 0 and 1")
    if int(seed) < 0:
        raise Invalid(field="with.seed", value=seed, expected="a whole number, 0 or more")
    for name in ("bins", "smallest", "requests", "draws"):
        if int(found.get(name, 1)) < 1:
            raise Invalid(field=f"with.{name}", value=found[name], expected="1 or more")
    least = round(2 / (1 - float(level)))
    if int(found.get("resamples", least)) < least:
        raise Invalid(
            field="with.resamples",
            value=found["resamples"],
            expected=f"{least} or more at level {float(level):g}",
        )
