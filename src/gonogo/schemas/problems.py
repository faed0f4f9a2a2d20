"""A refusal as it travels (RFC 9457)."""

from gonogo.schemas.base import Told


class Problem(Told):
    """What was wrong, with what, and what would be right."""

    type: str
    title: str
    status: int
    detail: str
    field: str
    value: str | int | float | bool | None = None
    expected: str
