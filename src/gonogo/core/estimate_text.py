"""Estimates as people write them in one line: 0.2, or 10k, 20k, 80k, or p10=5, p90=20."""

from collections.abc import Mapping
from typing import Any

from gonogo.core.amounts import amount
from gonogo.core.errors import Invalid

LOW = ("low", "likely", "high")
DAYS = ("optimistic", "likely", "pessimistic")
MOST = 3


def estimate(text: str, field: str, names: tuple[str, str, str] = LOW) -> Any:
    """A number, three points, or named ones, as they travel; raises `Invalid` naming `field`.

    >>> estimate("10k,20k,80k", "loss")
    {'low': 10000.0, 'likely': 20000.0, 'high': 80000.0}
    >>> estimate("p10=5, p90=20", "delay", DAYS), estimate("0.2", "probability")
    ({'p10': 5.0, 'p90': 20.0}, 0.2)
    """
    parts = [one.strip() for one in text.split(",")]
    if all("=" in one for one in parts):
        pairs = [one.partition("=") for one in parts]
        return {name.strip(): amount(value, field) for name, _, value in pairs}
    found = [amount(one, field) for one in parts]
    if len(found) == 1:
        return found[0]
    if len(found) != MOST:
        raise Invalid(
            field=field,
            value=text,
            expected=f"a number, or {', '.join(names)} with commas, or p10=..,p90=..",
        )
    return dict(zip(names, found, strict=True))


def written(found: Any) -> str:
    """The line that says `found`; "" for nothing.

    >>> (
    ...     written({"low": 0.1, "likely": 0.2, "high": 0.4}),
    ...     written({"p10": 5, "p90": 20}),
    ...     written(3),
    ... )
    ('0.1, 0.2, 0.4', 'p10=5, p90=20', '3')
    """
    if found is None:
        return ""
    if not isinstance(found, Mapping):
        return f"{found:.15g}"
    for names in (LOW, DAYS):
        if set(found) == set(names):
            return ", ".join(f"{found[name]:.15g}" for name in names)
    return ", ".join(
        f"{name}={one if isinstance(one, str) else f'{one:.15g}'}" for name, one in found.items()
    )
