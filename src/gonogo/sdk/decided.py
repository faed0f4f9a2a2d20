"""Decisions of the gateway from a client: why they were taken, and what became of them."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from gonogo.schemas import decided as schemas
from gonogo.sdk.http import Http, part


@dataclass(frozen=True, slots=True)
class Gateway:
    """What the gateway decided, by the log."""

    http: Http = field(repr=False)

    def decisions(
        self,
        case: str,
        *,
        entity: str | None = None,
        outcome: str | None = None,
        arm: str | None = None,
        model: str | None = None,
        since: str | None = None,
        until: str | None = None,
    ) -> Iterator[schemas.DecidedLine]:
        """The decisions of a use case that fit, newest first; `model` is NAME@NUMBER.

        `since` and `until` are times or days; a day as the end is meant with all of it.
        """
        asked = {
            "entity": entity,
            "outcome": outcome,
            "arm": arm,
            "model": model,
            "since": since,
            "until": until,
        }
        query = {name: value for name, value in asked.items() if value is not None}
        return self.http.all(f"/cases/{part(case)}/decided", schemas.DecidedPage, **query)

    def decision(self, decision: str) -> schemas.Decided:
        """One decision: its inputs, reasons, version and route, and what came of it."""
        return self.http.get(f"/decided/{part(decision)}", schemas.Decided)

    def erase(self, case: str, entity: str, reason: str) -> schemas.Erasure:
        """Take out what the decisions of a use case say of `entity`; they stay and are counted.

        The answer holds a salt, which is told this once.
        """
        asked = {"entity": entity, "reason": reason}
        return self.http.post(f"/cases/{part(case)}/erasures", schemas.Erasure, asked, keyed=False)
