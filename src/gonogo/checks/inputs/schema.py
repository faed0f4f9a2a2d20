"""What a dataset declares of its columns, and a first guess of it from the rows."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeVar

from gonogo.core.canonical import Json
from gonogo.core.errors import Invalid

if TYPE_CHECKING:
    import pandas as pd

FEW = 20
"""Text with at most so many different values is taken for a category."""


class ColumnType(StrEnum):
    """What a column's values are."""

    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    """True and false, or 1 and 0."""
    CATEGORY = "category"
    TEXT = "text"
    TIME = "time"


class Role(StrEnum):
    """What a column is for."""

    FEATURE = "feature"
    LABEL = "label"
    PROTECTED = "protected"
    """Measured by, and kept out of the features."""
    IDENTIFIER = "identifier"
    """Names a row; two rows that differ in nothing else are duplicates."""
    OTHER = "other"


NUMERIC = frozenset({ColumnType.INTEGER, ColumnType.NUMBER})
"""The types that may have a range."""

Member = TypeVar("Member", bound=StrEnum)
Code = str | int | float
"""A value that stands for a missing one."""


@dataclass(frozen=True, slots=True)
class ColumnSpec:
    """What is declared of one column; raises `Invalid` where it contradicts itself."""

    name: str
    type: ColumnType
    nullable: bool = False
    """Whether values may be missing."""
    minimum: float | None = None
    """Smallest value allowed, inclusive; None: any."""
    maximum: float | None = None
    """Largest value allowed, inclusive; None: any."""
    categories: tuple[str, ...] = ()
    """For a category: the values there are; empty: any."""
    role: Role = Role.FEATURE
    missing_codes: tuple[Code, ...] = ()
    """Values that mean "missing": 999999."""

    def __post_init__(self) -> None:
        if not self.name:
            raise Invalid(field="columns", value=self.name, expected="a name for every column")
        low = -math.inf if self.minimum is None else self.minimum
        high = math.inf if self.maximum is None else self.maximum
        if not low <= high:
            raise Invalid(
                field=f"columns.{self.name}.minimum",
                value=self.minimum,
                expected=f"at most the maximum, {self.maximum}",
            )
        if self.ranged and self.type not in NUMERIC:
            raise Invalid(
                field=f"columns.{self.name}.type",
                value=str(self.type),
                expected="integer or number for a column with a range",
            )
        if self.categories and self.type is not ColumnType.CATEGORY:
            raise Invalid(
                field=f"columns.{self.name}.categories",
                value=list(self.categories),
                expected="none, unless the type is category",
            )

    @property
    def ranged(self) -> bool:
        """Whether it declares a range."""
        return self.minimum is not None or self.maximum is not None

    def to_json(self) -> dict[str, Json]:
        """The column as it is stored; what was not declared is left out."""
        found: dict[str, Json] = {
            "name": self.name,
            "type": str(self.type),
            "nullable": self.nullable,
            "role": str(self.role),
        }
        if self.minimum is not None:
            found["minimum"] = self.minimum
        if self.maximum is not None:
            found["maximum"] = self.maximum
        if self.categories:
            found["categories"] = list(self.categories)
        if self.missing_codes:
            found["missing_codes"] = list(self.missing_codes)
        return found


Schema = Sequence[ColumnSpec]
"""What is declared of all columns, in their order."""


def schema_to_json(schema: Schema) -> list[Json]:
    """The schema as it is stored."""
    return [column.to_json() for column in schema]


def schema_from_json(found: Json) -> tuple[ColumnSpec, ...]:
    """The schema stored as `found`; raises `Invalid` naming column and field.

    >>> schema_from_json([{"name": "age", "type": "integer", "minimum": 0}])[0].minimum
    0.0
    """
    if isinstance(found, str | Mapping) or not isinstance(found, Sequence):
        raise Invalid(field="columns", value=found, expected="a list of columns")
    columns = tuple(_column(one, f"columns.{place}") for place, one in enumerate(found))
    names = [column.name for column in columns]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise Invalid(field="columns", value=twice, expected="each column once")
    return columns


def infer_schema(
    frame: "pd.DataFrame",
    *,
    roles: Mapping[str, Role] | None = None,
    missing_codes: Mapping[str, Sequence[Code]] | None = None,
) -> tuple[ColumnSpec, ...]:
    """A first guess of the schema of `frame`, to be looked over by who declares it.

    Whole numbers are integers also where missing values made them floats, numbers that are all 0
    or 1 are boolean, text of at most 20 different values in at least twice as many rows is a
    category. No range is guessed: what was seen once is no limit of what is right. Columns without
    a role in `roles` are features. Raises `Invalid` for names that are no text or there twice.
    """
    given, codes = roles or {}, missing_codes or {}
    for name in (*given, *codes):
        if name not in frame.columns:
            raise Invalid(field="columns", value=name, expected="a column of the data")
    names = list(frame.columns)
    if len(set(names)) < len(names) or not all(isinstance(name, str) for name in names):
        raise Invalid(
            field="columns", value=[str(n) for n in names], expected="names, each of them once"
        )
    return tuple(
        _guess(frame[name], given.get(name, Role.FEATURE), tuple(codes.get(name, ())))
        for name in names
    )


def columns_of(schema: Schema, *roles: Role) -> tuple[str, ...]:
    """The names of the columns with one of `roles`, in their order."""
    return tuple(column.name for column in schema if column.role in roles)


def _guess(values: "pd.Series[Any]", role: Role, codes: tuple[Code, ...]) -> ColumnSpec:
    present = values[~(values.isna() | values.isin(list(codes)))]
    kind = _type_of(present)
    categories = (
        tuple(sorted(str(value) for value in present.unique()))
        if kind is ColumnType.CATEGORY
        else ()
    )
    return ColumnSpec(
        name=str(values.name),
        type=kind,
        nullable=len(present) < len(values),
        categories=categories,
        role=role,
        missing_codes=codes,
    )


def _type_of(present: "pd.Series[Any]") -> ColumnType:
    import pandas as pd

    if pd.api.types.is_bool_dtype(present):
        return ColumnType.BOOLEAN
    if pd.api.types.is_numeric_dtype(present):
        if len(present) and present.isin([0, 1]).all():
            return ColumnType.BOOLEAN
        whole = len(present) > 0 and bool((present % 1 == 0).all())
        return ColumnType.INTEGER if whole else ColumnType.NUMBER
    if pd.api.types.is_datetime64_any_dtype(present):
        return ColumnType.TIME
    different = present.astype(str).nunique()
    few = 0 < different <= FEW and 2 * different <= len(present)
    return ColumnType.CATEGORY if few else ColumnType.TEXT


KNOWN = frozenset(
    {"name", "type", "nullable", "minimum", "maximum", "categories", "role", "missing_codes"}
)


def _column(found: Json, field: str) -> ColumnSpec:
    if not isinstance(found, Mapping):
        raise Invalid(field=field, value=found, expected="an object with name and type")
    unknown = sorted(set(found) - KNOWN)
    if unknown:
        raise Invalid(
            field=f"{field}.{unknown[0]}",
            value=found[unknown[0]],
            expected=f"one of: {', '.join(sorted(KNOWN))}",
        )
    name = found.get("name")
    if not isinstance(name, str):
        raise Invalid(field=f"{field}.name", value=name, expected="text")
    nullable = found.get("nullable", False)
    if not isinstance(nullable, bool):
        raise Invalid(field=f"{field}.nullable", value=nullable, expected="true or false")
    return ColumnSpec(
        name=name,
        type=_member(ColumnType, found.get("type"), f"{field}.type"),
        nullable=nullable,
        minimum=_number(found.get("minimum"), f"{field}.minimum"),
        maximum=_number(found.get("maximum"), f"{field}.maximum"),
        categories=tuple(
            str(one) for one in _list(found.get("categories", ()), f"{field}.categories")
        ),
        role=_member(Role, found.get("role", "feature"), f"{field}.role"),
        missing_codes=_codes(found.get("missing_codes", ()), f"{field}.missing_codes"),
    )


def _member(kind: type[Member], found: Json, field: str) -> Member:
    if found not in list(kind):
        raise Invalid(field=field, value=found, expected=f"one of {', '.join(kind)}")
    return kind(str(found))


def _number(found: Json, field: str) -> float | None:
    if found is None:
        return None
    if isinstance(found, bool) or not isinstance(found, int | float) or not math.isfinite(found):
        raise Invalid(field=field, value=found, expected="a finite number")
    return float(found)


def _list(found: Json, field: str) -> Sequence[Json]:
    if isinstance(found, str) or not isinstance(found, Sequence):
        raise Invalid(field=field, value=found, expected="a list")
    return found


def _codes(found: Json, field: str) -> tuple[Code, ...]:
    codes = []
    for code in _list(found, field):
        if isinstance(code, bool) or not isinstance(code, str | int | float):
            raise Invalid(field=field, value=code, expected="numbers or text")
        codes.append(code)
    return tuple(codes)
