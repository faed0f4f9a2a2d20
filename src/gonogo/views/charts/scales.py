"""Ends of scales and names that are told apart, found from the numbers before they are drawn."""

import math
from collections.abc import Iterable, Sequence

FARTHEST = 1e300
"""Beyond it a scale's own length would no longer be a number."""
ROOM = 0.06
"""Share of the scale that is left free at either end."""


def ends(
    found: Iterable[float | None], within: tuple[float, float] | None = None
) -> tuple[float, float]:
    """Least and greatest of the finite numbers, with room around them, but inside `within`.

    >>> ends([0.25, 0.75, float("inf"), None])
    (0.22, 0.78)
    >>> ends([1.0], within=(0.0, 1.0)), ends([])
    ((0.9, 1.0), (0.0, 1.0))
    """
    finite = [one for one in found if one is not None and abs(one) <= FARTHEST]
    if not finite:
        return within or (0.0, 1.0)
    low, high = min(finite), max(finite)
    room = (high - low) * ROOM or abs(high) * 0.1 or 1.0
    low, high = low - room, high + room
    if within is not None:
        low, high = max(low, within[0]), min(high, within[1])
    return (low, high) if low < high else (low - room, high + room)


def inside(value: float, scale: tuple[float, float]) -> float:
    """`value`, or the end of the scale beyond which it lies.

    >>> inside(float("-inf"), (0.0, 1.0)), inside(0.5, (0.0, 1.0))
    (0.0, 0.5)
    """
    return min(max(value, scale[0]), scale[1])


def apart(labels: Sequence[str]) -> list[str]:
    """The labels, those that stand there twice being counted, so that each has its own row.

    >>> apart(["a", "b", "a"])
    ['a', 'b', 'a (2)']
    """
    seen: dict[str, int] = {}
    found = []
    for label in labels:
        seen[label] = seen.get(label, 0) + 1
        found.append(label if seen[label] == 1 else f"{label} ({seen[label]})")
    return found


def cut(label: str, letters: int) -> str:
    """The label, its middle left out where it has more than `letters`: names differ at either end.

    >>> cut("hispanic & not stated", 12), cut("white", 12)
    ('hispan…tated', 'white')
    """
    if len(label) <= letters:
        return label
    end = (letters - 1) // 2
    return f"{label[: letters - 1 - end].rstrip()}…{label[-end:].lstrip()}"


def told(value: float) -> str:
    """A number in the words of a tooltip: three significant digits, thousands apart.

    >>> told(0.74361), told(12345.6), told(-3.0), told(float("inf"))
    ('0.744', '12,346', '−3', '∞')
    """
    if not math.isfinite(value):
        return "∞" if value > 0 else "−∞"
    if value == int(value) or abs(value) >= 999.5:
        return f"{value:,.0f}".replace("-", "−")
    return f"{value:.3g}".replace("-", "−")


def reach(low: float | None, high: float | None) -> str:
    """An interval in the words of a tooltip; nothing where there is none.

    >>> reach(0.25, 0.75), reach(None, None)
    (' [0.25, 0.75]', '')
    """
    if low is None or high is None or low == high:
        return ""
    return f" [{told(low)}, {told(high)}]"
