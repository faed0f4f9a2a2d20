"""How a policy names a check and says its parameters, for gates and guardrails alike; pure."""

import math
from collections.abc import Collection

from gonogo.core.catalogue import CATALOGUE
from gonogo.core.specs.shape import CheckSpec, Parameter
from gonogo.core.yaml_text import Place, nearest

Said = dict[str, str | int | float | bool]
"""Parameters by name."""


def check_at(place: Place, known: Collection[str], what: str) -> CheckSpec:
    """The check named at `place`, one of `known`, which are `what`; raises `Invalid` with them."""
    name = place.text("the name of a check")
    if name not in known:
        near = nearest(name, known)
        hint = f"did you mean {near}?" if near else f"one of {', '.join(known)}"
        place.refuse(f"{what}; {hint}")
    return CATALOGUE[name]


def parameters_at(
    spec: CheckSpec,
    place: Place | None,
    above: Place,
    *,
    unsaid: Collection[str] = (),
    optional: Collection[str] = (),
) -> Said:
    """The parameters of `spec` said at `place`, below `above`; raises `Invalid` where one is wrong.

    Those `unsaid` are not for a policy to say, those `optional` it may leave open though the check
    requires them.
    """
    own = [one for one in spec.parameters if one.name not in unsaid]
    known = tuple(one.name for one in own)
    fields = {} if place is None else place.mapping(known, f"parameters of {spec.name}")
    found: Said = {}
    for one in own:
        if one.name in fields:
            found[one.name] = _value(one, fields[one.name])
        elif one.required and one.name not in optional:
            (place or above).refuse(f"with: {{{one.name}: ...}}, {one.meaning}", "none")
    return found


def _value(parameter: Parameter, place: Place) -> str | int | float | bool:
    value = place.value(parameter.meaning)
    if parameter.kind is float and isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    if isinstance(value, float) and not math.isfinite(value):
        place.refuse(f"{parameter.meaning}, a finite number")
    if type(value) is not parameter.kind:
        place.refuse(f"{parameter.meaning} ({parameter.kind.__name__})")
    return value
