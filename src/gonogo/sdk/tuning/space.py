"""What is searched: for each parameter the values it may take."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from gonogo.core.errors import Invalid

if TYPE_CHECKING:
    from optuna.distributions import BaseDistribution

    Distributions = dict[str, BaseDistribution]

EXPECTED = '(low, high), (low, high, "log"), a list of choices, or a distribution of Optuna'
Space = Mapping[str, Any]
"""By parameter: (low, high) of whole numbers or of others, with "log" for sizes; or choices."""


def distributions(space: Space) -> "Distributions":
    """`space` as Optuna's distributions; raises `Invalid` naming the parameter.

    >>> distributions({"C": (1e-3, 10.0, "log"), "depth": (2, 8), "kind": ["a", "b"]})["depth"]
    IntDistribution(high=8, log=False, low=2, step=1)
    """
    if not space:
        raise Invalid(field="space", expected="one parameter to search at least")
    return {name: _distribution(name, values) for name, values in space.items()}


def _distribution(name: str, values: Any) -> "BaseDistribution":
    from optuna import distributions as known

    if isinstance(values, known.BaseDistribution):
        return values
    if isinstance(values, list) and values:
        return known.CategoricalDistribution(values)
    if not isinstance(values, tuple) or not _is_range(values):
        raise Invalid(field=f"space.{name}", value=str(values), expected=EXPECTED)
    low, high, log = values[0], values[1], len(values) == 3
    whole = all(isinstance(end, int) for end in (low, high))
    kind: Any = known.IntDistribution if whole else known.FloatDistribution
    try:
        made: BaseDistribution = kind(low, high, log=log)
    except ValueError as error:
        raise Invalid(field=f"space.{name}", value=str(values), expected=str(error)) from error
    return made


def _is_range(values: Sequence[Any]) -> bool:
    ends = values[:2]
    numbers = all(isinstance(end, int | float) and not isinstance(end, bool) for end in ends)
    return len(ends) == 2 and numbers and tuple(values[2:]) in {(), ("log",)}
