"""Policies as they travel."""

from typing import Annotated, Any

from pydantic import ConfigDict, Field

from gonogo.schemas.base import Asked, Told


class PolicyText(Asked):
    """A policy file, kept as it was written: its lines are counted in errors."""

    model_config = ConfigDict(str_strip_whitespace=False)

    text: Annotated[str, Field(min_length=1, max_length=100_000)]


class Condition(Told):
    """What a gate asks of evidence."""

    key: str
    check: str
    title: str
    """How the check is called: "Selection-rate ratio (group race)"."""
    area: str
    with_: Annotated[dict[str, Any], Field(alias="with")]
    asked: str
    """The threshold in words: "at least 0.8"."""
    at_least: float | None
    at_most: float | None
    over_champion: float | None
    level: float
    reproduced: bool
    max_age: str | None


class Gate(Told):
    """A gate of a policy, with everything that it has from the policies below."""

    gate: str
    conditions: list[Condition]
    sign_off: list[str]
    waivable_by: list[str]


class Checked(Told):
    """A policy file that is right, as it would be published."""

    name: str
    digest: str
    extends: str | None
    description: str
    gates: list[Gate]


class Policy(Checked):
    """A policy that was published."""

    subject: str
    text: str
    published_at: str
    published_by: str
    entry: str


class Policies(Told):
    """A page of policies."""

    items: list[Policy]
    next: str | None = None
