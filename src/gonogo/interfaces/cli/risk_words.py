"""What a risk says, as options of a command: distributions as numbers with commas."""

from collections.abc import Mapping, Sequence
from typing import Any

from gonogo.core.errors import Invalid
from gonogo.core.estimate_text import DAYS, estimate


def fields(said: Mapping[str, Any]) -> dict[str, Any]:
    """The options that were given, as the fields of a risk; "" takes one away."""
    found: dict[str, Any] = {}
    for name, one in said.items():
        if one is None or one == []:
            continue
        found[name] = _field(name, one)
    return found


def _field(name: str, given: Any) -> Any:
    if given in ("", [""]):
        return None
    match name:
        case "probability" | "loss":
            return estimate(given, f"--{name}")
        case "delay":
            return estimate(given, "--delay", DAYS)
        case _:
            return given


def parameters(given: Sequence[str]) -> dict[str, Any]:
    """`NAME=VALUE` of a check, numbers as numbers; raises `Invalid`.

    >>> parameters(["group=race", "threshold=0.5", "k=3"])
    {'group': 'race', 'threshold': 0.5, 'k': 3}
    """
    found: dict[str, Any] = {}
    for one in given:
        name, equals, value = one.partition("=")
        if not equals:
            raise Invalid(field="--with", value=one, expected="NAME=VALUE, such as group=race")
        found[name] = _value(value)
    return found


def _value(text: str) -> Any:
    if text in {"true", "false"}:
        return text == "true"
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text
