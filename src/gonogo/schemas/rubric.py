"""The ML Test Score as it travels."""

from typing import Annotated, Literal

from pydantic import Field

from gonogo.schemas.base import Asked, Told


class StatedPoint(Asked):
    """What a person states of one test of the rubric."""

    point: Annotated[str, Field(min_length=1, max_length=20)]
    how: Literal["none", "manual", "automated"]
    reference: Annotated[str, Field(max_length=1000)] = ""
    """Where it can be seen."""
    note: Annotated[str, Field(max_length=1000)] = ""
    whole_case: bool = False
    """Whether it holds for every version of the use case, not for this one alone."""


class RubricPoint(Told):
    """One test of the rubric and how it is done."""

    id: str
    section: str
    title: str
    asks: str
    score: float
    how: str
    stated: bool
    says: str
    evidence: list[str]
    checks: list[str]
    """Evidence by which the server would see it done; none: it can only be stated."""


class RubricScore(Told):
    """The score of a version: the sum of its weakest section."""

    subject: str
    policy: str
    score: float
    meaning: str
    sections: dict[str, float]
    points: list[RubricPoint]
    entry: str | None = None
    """The ledger entry that keeps it, where it was recorded."""


class Stated(Told):
    """Where a statement stands in the ledger."""

    subject: str
    entry: str
