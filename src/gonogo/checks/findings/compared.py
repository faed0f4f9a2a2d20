"""Another model of the same rows, and the parameters of a check that compares with it."""

from dataclasses import dataclass

import numpy.typing as npt

from gonogo.checks.findings.parameters import Settings, settle_parameters
from gonogo.core.errors import Invalid
from gonogo.core.evidence import Parameters


@dataclass(frozen=True, slots=True, eq=False)
class Other:
    """Another model's score of the same rows, to be compared with."""

    model: str
    """Its address: `model:mortgage-approver@2`."""
    score: npt.ArrayLike
    """Its scores, shape (n,), in the order of the rows."""


def compared_settings(
    check: str, asked: Parameters, other: Other | None, **wanted: str | float
) -> Settings:
    """The parameters, with the model compared with among them exactly if there is one.

    Raises `Invalid` as `settle_parameters`, and where `versus` names another model than was handed
    in, or one that was not.
    """
    if other is not None:
        wanted["versus"] = other.model
    settings = settle_parameters(check, asked, **wanted)
    versus = settings.values.get("versus")
    if versus != (None if other is None else other.model):
        raise Invalid(
            field="with.versus",
            value=versus,
            expected="the model whose scores were handed in" if other else "its scores as well",
        )
    return settings
