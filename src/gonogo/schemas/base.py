"""What all request and response shapes have in common."""

from pydantic import BaseModel, ConfigDict


class Asked(BaseModel):
    """A request: what is unknown is refused, not ignored."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, str_strip_whitespace=True, allow_inf_nan=False, strict=False
    )


class Told(BaseModel):
    """A response: fields only grow, so a client ignores those it does not know."""

    model_config = ConfigDict(frozen=True, from_attributes=True, populate_by_name=True)
