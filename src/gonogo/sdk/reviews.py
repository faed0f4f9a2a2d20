"""Gate reviews and decisions, from a client."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from gonogo.core.verdicts import Verdict
from gonogo.schemas import reviews as schemas
from gonogo.sdk.http import Http, part
from gonogo.sdk.notebook import review_table


@dataclass(frozen=True, slots=True)
class Reviews:
    """All gate reviews."""

    http: Http = field(repr=False)

    def open(self, subject: str, gate: str) -> "Review":
        """Review a gate of a model version: the open review, or a new one."""
        asked = {"subject": subject, "gate": gate}
        return Review(self.http, self.http.post("/reviews", schemas.Review, asked))

    def read(self, review: str) -> "Review":
        """The review with this id."""
        return Review(self.http, self.http.get(f"/reviews/{part(review)}", schemas.Review))

    def all(
        self, *, state: str | None = None, subject: str | None = None, gate: str | None = None
    ) -> Iterator[schemas.ReviewLine]:
        """Reviews, newest first."""
        return self.http.all("/reviews", schemas.Reviews, state=state, subject=subject, gate=gate)


class Review:
    """A gate review as it was when last read, signed, waived or decided.

    While it is open, reading it again polls the evidence there is then; once decided it shows what
    it rested on.
    """

    def __init__(self, http: Http, told: schemas.Review) -> None:
        self._http = http
        self.told = told
        """Everything the server told of it."""

    def __repr__(self) -> str:
        return f"<Review {self.id} {self.subject} {self.gate}: {self.verdict.value}, {self.state}>"

    def _repr_html_(self) -> str:
        """What a notebook shows: the poll as a table."""
        return review_table(self.told)

    @property
    def id(self) -> str:
        """Its id: the address is `review:ID`."""
        return self.told.id

    @property
    def subject(self) -> str:
        """The model version under review."""
        return self.told.subject

    @property
    def gate(self) -> str:
        """The gate: validation or production."""
        return self.told.gate

    @property
    def state(self) -> str:
        """Whether it is open or decided."""
        return self.told.state

    @property
    def verdict(self) -> Verdict:
        """The worst of its conditions, waived ones counting as go."""
        return Verdict(self.told.verdict)

    @property
    def outcome(self) -> str | None:
        """What was decided: go or no-go; None while it is open."""
        return self.told.outcome

    @property
    def conditions(self) -> list[schemas.PolledCondition]:
        """Each condition with its verdict and the number it rests on."""
        return self.told.conditions

    @property
    def turns_to_go(self) -> list[schemas.Turn]:
        """What would turn each condition that is not go."""
        return self.told.turns_to_go

    @property
    def missing_sign_offs(self) -> list[str]:
        """Roles that have not signed."""
        return self.told.missing_sign_offs

    @property
    def lacks(self) -> list[str]:
        """Everything that stands between it and the decision go."""
        return self.told.lacks

    def refresh(self) -> "Review":
        """Poll again."""
        self.told = self._http.get(self._path, schemas.Review)
        return self

    def sign(self, role: str, outcome: str = "go", comment: str = "") -> "Review":
        """Sign for a role; final."""
        return self._post("sign-offs", {"role": role, "outcome": outcome, "comment": comment})

    def waive(self, condition: str, *, role: str, reason: str, expires: datetime | str) -> "Review":
        """Let the condition with this key pass until `expires`."""
        until = expires.isoformat() if isinstance(expires, datetime) else expires
        asked = {"condition": condition, "role": role, "reason": reason, "expires": until}
        return self._post("waivers", asked)

    def withdraw(self, waiver: str, reason: str) -> "Review":
        """Take a waiver back; `waiver` is the digest of its entry."""
        return self._post(f"waivers/{part(waiver)}/withdrawal", {"reason": reason})

    def decide(self, rationale: str, outcome: str | None = None) -> "Review":
        """Decide the gate; without an outcome, what the poll allows. Final."""
        return self._post("decision", {"rationale": rationale, "outcome": outcome})

    def _post(self, what: str, asked: dict[str, Any]) -> "Review":
        self.told = self._http.post(f"{self._path}/{what}", schemas.Review, asked)
        return self

    @property
    def _path(self) -> str:
        return f"/reviews/{part(self.id)}"


@dataclass(frozen=True, slots=True)
class Decisions:
    """All decisions."""

    http: Http = field(repr=False)

    def all(self, subject: str | None = None) -> Iterator[schemas.Decision]:
        """Decisions, newest first."""
        return self.http.all("/decisions", schemas.Decisions, subject=subject)

    def read(self, entry: str) -> schemas.Decision:
        """One decision, by the digest or position of its entry."""
        return self.http.get(f"/decisions/{part(entry)}", schemas.Decision)
