"""What a risk says, as options of a command: distributions as numbers with commas."""

from collections.abc import Mapping, Sequence
from typing import Any

from gonogo.core.amounts import amount
from gonogo.core.errors import Invalid

CHANCE = ("low", "likely", "high")
DAYS = ("optimistic", "likely", "pessimistic")


def distribution(option: str, text: str, names: tuple[str, str, str]) -> Any:
    """A number, three points, or p10 and p90, as REST takes them; raises `Invalid`.

    >>> distribution("--loss", "10k,20k,80k", CHANCE)
    {'low': 10000.0, 'likely': 20000.0, 'high': 80000.0}
    >>> distribution("--delay", "p10=5,p90=20", DAYS), distribution("--probability", "0.2", CHANCE)
    ({'p10': 5.0, 'p90': 20.0}, 0.2)
    """
    parts = [one.strip() for one in text.split(",")]
    if all("=" in one for one in parts):
        pairs = [one.partition("=") for one in parts]
        return {name.strip(): amount(value, option) for name, _, value in pairs}
    found = [amount(one, option) for one in parts]
    if len(found) == 1:
        return found[0]
    if len(found) != 3:
        raise Invalid(
            field=option,
            value=text,
            expected=f"a number, {', '.join(names)} with commas, or p10=..,p90=..",
        )
    return dict(zip(names, found, strict=True))


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
            return distribution(f"--{name}", given, CHANCE)
        case "delay":
            return distribution("--delay", given, DAYS)
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
