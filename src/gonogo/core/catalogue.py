"""The catalogue: every check there is, by its name."""

from gonogo.core.errors import Invalid
from gonogo.core.specs import (
    boards,
    data,
    engineering,
    explainability,
    fairness,
    forecasts,
    learning,
    live,
    money,
    operations,
    performance,
    plans,
    privacy,
    robustness,
    security,
    served,
    slices,
    tuning,
    value,
)
from gonogo.core.specs.shape import CheckSpec

CATALOGUE: dict[str, CheckSpec] = {
    spec.name: spec
    for area in (
        performance,
        served,
        forecasts,
        slices,
        learning,
        tuning,
        fairness,
        robustness,
        explainability,
        data,
        privacy,
        security,
        engineering,
        operations,
        value,
        plans,
        boards,
        money,
        live,
    )
    for spec in area.SPECS
}
"""Area by area, in the order in which they are shown."""


def check_spec(name: str, field: str = "check") -> CheckSpec:
    """The check called `name`; raises `Invalid` naming those of its area."""
    if name in CATALOGUE:
        return CATALOGUE[name]
    area = name.partition(".")[0]
    near = [known for known in CATALOGUE if known.startswith(f"{area}.")] or list(CATALOGUE)
    raise Invalid(field=field, value=name, expected=f"a check of the catalogue: {', '.join(near)}")


def checked_parameters(
    spec: CheckSpec, given: dict[str, object], field: str = "with"
) -> dict[str, str | int | float | bool]:
    """`given` if `spec` takes those parameters with those types; raises `Invalid`.

    A whole number stands for the float it equals; a missing required parameter is refused.
    """
    found: dict[str, str | int | float | bool] = {}
    for name, said in given.items():
        parameter = spec.parameter(name)
        if parameter is None:
            known = ", ".join(p.name for p in spec.parameters) or "no parameters"
            raise Invalid(field=f"{field}.{name}", value=said, expected=f"one of: {known}")
        value = _as_float(said) if parameter.kind is float else said
        if type(value) is not parameter.kind:
            raise Invalid(
                field=f"{field}.{name}",
                value=value,
                expected=f"{parameter.kind.__name__}: {parameter.meaning}",
            )
        found[name] = value
    for parameter in spec.parameters:
        if parameter.required and parameter.name not in found:
            raise Invalid(
                field=f"{field}.{parameter.name}", expected=f"a value: {parameter.meaning}"
            )
    return found


def _as_float(value: object) -> object:
    """A whole number as the float it equals; one beyond every float stays what it is."""
    if not isinstance(value, int) or isinstance(value, bool):
        return value
    try:
        return float(value)
    except OverflowError:
        return value
