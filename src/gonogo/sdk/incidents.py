"""What went wrong in production, from a client."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from gonogo.schemas import incidents as schemas
from gonogo.sdk.http import Http


@dataclass(frozen=True, slots=True)
class Incidents:
    """The incidents of the installation."""

    http: Http = field(repr=False)

    def all(
        self, *, case: str | None = None, state: str | None = None
    ) -> Iterator[schemas.Incident]:
        """Every incident, newest first; `state` is open, acknowledged or resolved."""
        asked = {"case": case, "state": state}
        query = {name: value for name, value in asked.items() if value is not None}
        return self.http.all("/incidents", schemas.Incidents, **query)

    def read(self, number: int) -> schemas.Incident:
        """One incident; raises `NotFound`."""
        return self.http.get(f"/incidents/{number}", schemas.Incident)

    def acknowledge(self, number: int, *, note: str = "") -> schemas.Incident:
        """Say that one looks after it; raises `Conflict` where somebody does already."""
        return self.http.post(f"/incidents/{number}/acknowledge", schemas.Incident, {"note": note})

    def resolve(self, number: int, reason: str, *, evidence: str | None = None) -> schemas.Incident:
        """Say that it is over, and why; `evidence` is a ledger entry that shows it."""
        asked = {"reason": reason, "evidence": evidence}
        return self.http.post(f"/incidents/{number}/resolve", schemas.Incident, asked)
