"""What was wrong with what somebody filled in, as the form shows it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Refused:
    """A refusal beside the form it refuses."""

    says: str
    field: str
    value: str | None
    expected: str
