"""Evidence as it travels."""

from typing import Annotated, Any

from pydantic import Field, JsonValue

from gonogo.schemas.base import Asked, Told

Address = Annotated[str, Field(min_length=1, max_length=255)]
Version = Annotated[str, Field(min_length=1, max_length=200)]
Number = Annotated[float, Field(strict=True)]
Count = Annotated[int, Field(strict=True, ge=0, le=2**53 - 1)]


class Measured(Asked):
    """A number with its interval, or (`undefined`, `n`) why there is none.

    An end of the interval about which the data say nothing is null.
    """

    value: Number | None = None
    low: Number | None = None
    high: Number | None = None
    level: Annotated[float, Field(strict=True, gt=0, le=1)] | None = None
    n: Count
    unit: Annotated[str, Field(max_length=40)] = ""
    method: Annotated[str, Field(max_length=500)] = ""
    undefined: Annotated[str, Field(min_length=1, max_length=1000)] | None = None


class NewEvidence(Asked):
    """One measurement, as whoever measured it hands it in."""

    subject: Address
    check: Annotated[str, Field(min_length=1, max_length=100)]
    with_: dict[str, str | int | float | bool] = Field(alias="with", default_factory=dict)
    measured: Measured
    detail: dict[str, JsonValue] = Field(default_factory=dict)
    data: Address | None = None
    code: Version | None = None
    environment: Version | None = None


class NewEvidences(Asked):
    """Measurements that are written together or not at all."""

    evidence: Annotated[list[NewEvidence], Field(min_length=1, max_length=1000)]


class Place(Told):
    """Where an entry stands in the ledger."""

    position: int
    digest: str


class Recorded(Told):
    """Where the measurements stand, in the order in which they came."""

    entries: list[Place]


class Evidence(Told):
    """One measurement as the ledger keeps it."""

    position: int
    digest: str
    subject: str
    check: str
    with_: Annotated[dict[str, str | int | float | bool], Field(alias="with")]
    measured: dict[str, Any]
    detail: dict[str, Any]
    data: str | None
    code: str | None
    environment: str | None
    reproduced: bool
    actor: str
    at: str


class EvidencePage(Told):
    """A page of evidence."""

    items: list[Evidence]
    next: str | None
