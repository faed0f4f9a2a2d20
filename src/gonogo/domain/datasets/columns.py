"""The schema of a dataset version: guessed from its rows, corrected by who registers it."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, cast

from gonogo.checks.inputs.schema import (
    Code,
    ColumnSpec,
    ColumnType,
    Role,
    infer_schema,
    schema_from_json,
)
from gonogo.core.canonical import Json
from gonogo.core.errors import Invalid

if TYPE_CHECKING:
    import pandas as pd

Said = Mapping[str, Json]
"""What is said of one column: type, nullable, minimum, maximum, categories, role, missing_codes."""


def described(
    frame: "pd.DataFrame",
    overrides: Mapping[str, Said],
    *,
    protected: Sequence[str],
    label: str | None,
) -> tuple[ColumnSpec, ...]:
    """The columns of `frame`: what is said of them, and for the rest what the rows suggest.

    Raises `Invalid` for a column that is not there, for one that is said to be two things, or
    where what is said contradicts itself.
    """
    roles = _roles(list(frame.columns), overrides, protected, label)
    codes = {name: list(_codes(said)) for name, said in overrides.items() if _codes(said)}
    guessed = infer_schema(frame, roles=roles, missing_codes=codes)
    return schema_from_json([_corrected(one, overrides.get(one.name, {})) for one in guessed])


def _roles(
    names: Sequence[str],
    overrides: Mapping[str, Said],
    protected: Sequence[str],
    label: str | None,
) -> dict[str, Role]:
    """Role by column, where one is said."""
    said = [
        *((f"protected.{place}", name, Role.PROTECTED) for place, name in enumerate(protected)),
        *([("label", label, Role.LABEL)] if label is not None else []),
        *(
            (f"overrides.{name}.role", name, Role(str(one["role"])))
            for name, one in overrides.items()
            if "role" in one
        ),
    ]
    roles: dict[str, Role] = {}
    for field, name, role in said:
        _need(names, field, name)
        if roles.setdefault(name, role) is not role:
            raise Invalid(field=field, value=name, expected=f"one role; it is {roles[name]} too")
    for name in overrides:
        _need(names, f"overrides.{name}", name)
    if list(roles.values()).count(Role.LABEL) > 1:
        raise Invalid(field="label", value=label, expected="one label column")
    return roles


def _need(names: Sequence[str], field: str, name: str) -> None:
    if name not in names:
        shown = ", ".join(names[:20]) + (", ..." if len(names) > 20 else "")
        raise Invalid(field=field, value=name, expected=f"a column of the file: {shown}")


def _codes(said: Said) -> Sequence[Code]:
    return cast("Sequence[Code]", said.get("missing_codes") or ())


def _corrected(guess: ColumnSpec, said: Said) -> dict[str, Json]:
    """The guess, with what is said in its place."""
    found = {**guess.to_json(), **said}
    if found["type"] != ColumnType.CATEGORY and "categories" not in said:
        # They were guessed for the type that was guessed.
        found.pop("categories", None)
    return found
