"""What a risk says, as options of a command: distributions as numbers with commas."""

from collections.abc import Mapping, Sequence
from typing import Any

from gonogo.core.errors import Invalid
from gonogo.core.estimate_text import DAYS, estimate

OPTIONS = {
    **{name: name for name in ("title", "category", "cause", "event", "effect", "probability")},
    **{name: name for name in ("delay", "loss", "currency", "owner_role", "case", "about")},
    "step": "steps",
    "role": "roles",
}
"""Arguments of a command that say something of a risk, with the fields that they fill."""


def given(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Of the arguments of a command those that say something of a risk, by their fields.

    >>> given({"key": "late", "title": "Labels come late", "step": ["collect"]})
    {'title': 'Labels come late', 'steps': ['collect']}
    """
    return {field: arguments[name] for name, field in OPTIONS.items() if name in arguments}


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
