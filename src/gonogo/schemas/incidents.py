"""Incidents as they travel."""

from typing import Annotated

from pydantic import Field

from gonogo.schemas.base import Asked, Told


class Acknowledge(Asked):
    """That one looks after an incident."""

    note: Annotated[str, Field(max_length=10_000)] = ""


class Resolve(Asked):
    """That an incident is over."""

    reason: Annotated[str, Field(min_length=1, max_length=10_000)]
    evidence: Annotated[str, Field(min_length=1, max_length=64)] | None = None
    """Digest or position of a ledger entry that shows it."""


class Incident(Told):
    """Something that went wrong in production, however often it did."""

    number: int
    state: str
    """open, acknowledged or resolved."""
    about: str
    """The use case; what of a gateway, where it is about none."""
    case: str | None
    arm: str
    version: str | None
    """NAME@NUMBER."""
    why: str
    """Its kind: raised, hangs, no-number, not-loaded, ..."""
    detail: str
    times: int
    first_at: str
    last_at: str
    snapshot: int
    """The route table that was in force."""
    entry: str
    acknowledged_by: str | None
    acknowledged_at: str | None
    note: str | None
    resolved_by: str | None
    resolved_at: str | None
    reason: str | None
    evidence: str | None


class Incidents(Told):
    """A page of incidents."""

    items: list[Incident]
    next: str | None = None
