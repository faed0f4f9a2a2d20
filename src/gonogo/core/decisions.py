"""Decisions: the only thing that moves a stage, a route or a plan; each cites what it rests on."""

from dataclasses import dataclass
from enum import StrEnum

from gonogo.core.canonical import Json
from gonogo.core.errors import Invalid, UncitedDecision


class Outcome(StrEnum):
    """What can be decided."""

    GO = "go"
    NO_GO = "no-go"
    SUPPORTED = "supported"
    REFUTED = "refuted"
    INCONCLUSIVE = "inconclusive"
    ABANDONED = "abandoned"
    RETIRED = "retired"
    STARTED = "started"
    ADVANCED = "advanced"
    HELD = "held"
    RESUMED = "resumed"
    ROLLED_BACK = "rolled-back"
    FINISHED = "finished"
    STOPPED = "stopped"
    KILLED = "killed"
    REVIVED = "revived"
    CONFIGURED = "configured"
    PIVOTED = "pivoted"
    ACCEPTED = "accepted"
    DRILLED = "drilled"
    ERASED = "erased"
    CHOSEN = "chosen"


@dataclass(frozen=True, slots=True)
class Decision:
    """An outcome with its rationale and citations; it cannot be built without one.

    A decision for want of data cites the policy that asked for the data.

    >>> Decision(Outcome.GO, rationale="all conditions hold", cites=())  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    gonogo.core.errors.UncitedDecision: A decision cites ... cites is (), expected one entry or more
    """

    outcome: Outcome
    rationale: str
    """Why, in the words of whoever decides."""
    cites: tuple[str, ...]
    """Digests of the entries it rests on: evidence, the policy, sign-offs, waivers."""

    def __post_init__(self) -> None:
        if not self.cites:
            raise UncitedDecision(field="cites", value=(), expected="one entry or more")
        if not self.rationale.strip():
            raise Invalid(field="rationale", value=self.rationale, expected="a reason in words")

    def body(self) -> dict[str, Json]:
        """What the ledger keeps of it."""
        return {
            "v": 1,
            "outcome": str(self.outcome),
            "rationale": self.rationale,
            "cites": list(self.cites),
        }
