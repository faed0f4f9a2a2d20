"""What a caller hands in as plain values, checked before it travels."""

from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from gonogo.core.errors import Invalid

Shape = TypeVar("Shape", bound=BaseModel)


def shaped(shape: type[Shape], given: Shape | Mapping[str, Any], place: str = "") -> Shape:
    """`given` as a `shape`; raises `Invalid` naming the field, as the server would."""
    if isinstance(given, shape):
        return given
    try:
        return shape.model_validate(given)
    except ValidationError as error:
        first = error.errors()[0]
        parts = [place] if place else []
        raise Invalid(
            field=".".join([*parts, *(str(part) for part in first["loc"])]),
            value=None if first["type"] == "missing" else first["input"],
            expected=first["msg"],
        ) from error
