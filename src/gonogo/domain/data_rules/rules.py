"""Rules about a dataset on their way into force: proposed by one person, accepted by another."""

from dataclasses import dataclass
from enum import StrEnum

from gonogo.checks.data.rules.document import SHORT, Document
from gonogo.checks.data.rules.reading import parse
from gonogo.core.canonical import Json
from gonogo.core.errors import Conflict, Forbidden, Invalid

LONGEST = 2000
"""Characters of a reason."""


class State(StrEnum):
    """What became of a proposal."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    """In force, unless another was accepted after it."""
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class Settled:
    """How a proposal was answered."""

    reason: str
    at: str
    by: str
    entry: str
    """Digest of the entry that answers."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A wording of the rules of a dataset; it never changes, only its state does, and once."""

    dataset: str
    """Name of the dataset."""
    number: int
    """Which wording of this dataset it is, from 1."""
    digest: str
    """SHA-256 of what is asked, in canonical form."""
    text: str
    """The file, as it was written."""
    proposed_at: str
    proposed_by: str
    entry: str
    """Digest of the entry that proposed it."""
    state: State = State.PROPOSED
    place: int | None = None
    """The order of acceptance, from 1; the last one accepted is in force."""
    settled: Settled | None = None

    @property
    def document(self) -> Document:
        """What it asks."""
        return parse(self.text)

    @property
    def name(self) -> str:
        """How evidence names this wording: `loans@3f2a9c1d2e4f`."""
        return f"{self.dataset}@{self.digest[:SHORT]}"

    def body(self) -> dict[str, Json]:
        """What the ledger keeps of the proposal."""
        return {
            "v": 1,
            "number": self.number,
            "digest": self.digest,
            "text": self.text,
            "content": self.document.content(),
        }


def read(dataset: str, text: str) -> Document:
    """The rules in `text`; raises `Invalid` where it is wrong or about another dataset."""
    document = parse(text)
    if document.dataset != dataset:
        raise Invalid(field="rules", value=document.dataset, expected=f"{dataset}, as is asked")
    return document


def check_open(proposal: Proposal) -> None:
    """Raise `Conflict` where the proposal was answered."""
    if proposal.settled is not None:
        raise Conflict(
            field="number",
            value=proposal.number,
            expected=f"a proposal that waits, but it was {proposal.state} by {proposal.settled.by}",
        )


def check_other(proposal: Proposal, user: str) -> None:
    """Raise `Forbidden` where who proposed it would accept it."""
    if proposal.proposed_by == user:
        raise Forbidden(
            field="caller",
            value=user,
            expected="another person than the one who proposed the rules",
            message="Nobody accepts rules of their own",
        )


def check_reason(reason: str, *, needed: bool) -> str:
    """`reason` without space around it; raises `Invalid` where it is needed and empty, or long."""
    text = reason.strip()
    if (needed and not text) or len(text) > LONGEST:
        raise Invalid(
            field="reason", value=text[:80], expected=f"why, in at most {LONGEST} characters"
        )
    return text
