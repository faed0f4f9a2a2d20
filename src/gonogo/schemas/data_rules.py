"""Rules about datasets as they travel."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from gonogo.schemas.base import Asked, Told

LONGEST = 2000


class RulesText(Asked):
    """A file of rules, kept as it was written: its lines are counted in errors."""

    model_config = ConfigDict(str_strip_whitespace=False)

    text: Annotated[str, Field(min_length=1, max_length=200_000)]


class AcceptRules(Asked):
    """That a proposal comes into force."""

    reason: Annotated[str, Field(max_length=LONGEST)] = ""


class DeclineRules(Asked):
    """That a proposal does not come into force, and why."""

    reason: Annotated[str, Field(min_length=1, max_length=LONGEST)]


class Rule(Told):
    """One rule."""

    rule: str
    """Its short name, different for each: "age: Between"."""
    columns: list[str]
    asks: str
    """In words: "age is at least 18"."""
    severity: str
    reason: str
    tolerate: float


class CheckedRules(Told):
    """A file of rules that is right, as it would be proposed."""

    dataset: str
    digest: str
    description: str
    rules: list[Rule]


class Rules(CheckedRules):
    """A wording of the rules of a dataset, and what became of it."""

    number: int
    name: str
    """How evidence names this wording: loans@3f2a9c1d2e4f."""
    text: str
    state: Literal["proposed", "accepted", "declined"]
    in_force: bool
    proposed_at: str
    proposed_by: str
    entry: str
    reason: str | None
    settled_at: str | None
    settled_by: str | None
    settled_entry: str | None


class RulesHistory(Told):
    """Every wording of the rules of a dataset, newest first."""

    items: list[Rules]
    next: str | None = None
