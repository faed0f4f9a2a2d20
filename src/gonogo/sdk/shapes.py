"""What a caller hands in as plain values, checked before it travels."""

from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from gonogo.core import shape_errors

Shape = TypeVar("Shape", bound=BaseModel)


def shaped(shape: type[Shape], given: Shape | Mapping[str, Any], place: str = "") -> Shape:
    """`given` as a `shape`; raises `Invalid` naming the field, as the server would."""
    if isinstance(given, shape):
        return given
    try:
        return shape.model_validate(given)
    except ValidationError as error:
        raise shape_errors.invalid(error.errors(), given, within=place) from error
