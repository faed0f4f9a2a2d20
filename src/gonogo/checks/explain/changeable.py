"""What a person may change of a row: columns, directions and bounds, as declared."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from gonogo.checks.inputs.schema import NUMERIC, ColumnSpec
from gonogo.checks.inputs.scored import AND
from gonogo.core.canonical import Json
from gonogo.core.errors import Invalid

FIELD = "changes"
"""Where a model card keeps them."""
DIRECTIONS = ("up", "down", "either")
KNOWN = ("direction", "minimum", "maximum", "values")
SIGNS = {"+": "up", "-": "down"}
"""After a column's name in a parameter: only up, only down."""


@dataclass(frozen=True, slots=True)
class Changeable:
    """One column that may be changed, and how."""

    column: str
    direction: str = "either"
    minimum: float | None = None
    """Smallest value that a change may lead to."""
    maximum: float | None = None
    """Largest value that a change may lead to."""
    values: tuple[str, ...] = ()
    """Of a category those that a change may lead to; none: any that is declared or seen."""


def changes_of(card: Mapping[str, Json]) -> tuple[Changeable, ...]:
    """What a model card declares changeable, nothing where it has no such field; raises `Invalid`.

    >>> changes_of({"changes": {"debt": {"direction": "down", "minimum": 0}}})[0].direction
    'down'
    """
    found = card.get(FIELD)
    if found is None:
        return ()
    if not isinstance(found, Mapping):
        raise Invalid(field=f"card.{FIELD}", value=found, expected="a rule for each column")
    return tuple(_declared(str(name), said) for name, said in found.items())


def chosen_changes(
    named: str | None, declared: Sequence[Changeable], columns: Sequence[ColumnSpec]
) -> tuple[Changeable, ...]:
    """Those that are `named`, joined by &, else those `declared`; raises `Invalid` for others.

    A name may end in + for only up, in - for only down; what else is declared of it holds.

    >>> from gonogo.checks.inputs.schema import ColumnType
    >>> debt = ColumnSpec("debt", ColumnType.NUMBER)
    >>> chosen_changes("debt-", (), [debt])[0].direction
    'down'
    """
    by_name = {column.name: column for column in columns}
    known = {one.column: one for one in declared}
    field = "with.columns"
    if named is None:
        wanted, field = list(declared), f"card.{FIELD}"
    else:
        said = dict.fromkeys(name.strip() for name in named.split(AND) if name.strip())
        wanted = [_named(name, known, by_name) for name in said]
    for one in wanted:
        column = by_name.get(one.column)
        if column is None:
            listed = ", ".join(by_name)
            raise Invalid(field=field, value=one.column, expected=f"columns it reads: {listed}")
        bounded = one.direction != "either" or one.minimum is not None or one.maximum is not None
        if bounded and column.type not in NUMERIC:
            raise Invalid(
                field=f"{field}.{one.column}",
                value=str(column.type),
                expected="numbers, where direction or bounds are declared",
            )
    return tuple(wanted)


def _named(
    said: str, declared: Mapping[str, Changeable], columns: Mapping[str, ColumnSpec]
) -> Changeable:
    if said in columns or said[-1] not in SIGNS:
        return declared.get(said, Changeable(said))
    name = said[:-1].strip()
    return replace(declared.get(name, Changeable(name)), direction=SIGNS[said[-1]])


def _declared(column: str, found: Json) -> Changeable:
    place = f"card.{FIELD}.{column}"
    if isinstance(found, str):
        found = {"direction": found}
    if not isinstance(found, Mapping) or not set(found) <= set(KNOWN):
        raise Invalid(field=place, value=found, expected=f"some of {', '.join(KNOWN)}")
    direction = found.get("direction", "either")
    if direction not in DIRECTIONS:
        raise Invalid(
            field=f"{place}.direction", value=direction, expected=f"one of {', '.join(DIRECTIONS)}"
        )
    low, high = (_number(found.get(name), f"{place}.{name}") for name in ("minimum", "maximum"))
    if low is not None and high is not None and low > high:
        raise Invalid(field=f"{place}.minimum", value=low, expected=f"at most the maximum, {high}")
    values = found.get("values", ())
    if isinstance(values, str | Mapping) or not isinstance(values, Sequence):
        raise Invalid(field=f"{place}.values", value=values, expected="a list of categories")
    return Changeable(column, str(direction), low, high, tuple(str(one) for one in values))


def _number(found: Json, place: str) -> float | None:
    if found is None:
        return None
    if isinstance(found, bool) or not isinstance(found, int | float):
        raise Invalid(field=place, value=found, expected="a number")
    return float(found)
