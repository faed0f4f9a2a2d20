"""Policies, from a client."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from gonogo.schemas import policies as schemas
from gonogo.sdk.http import Http, part


@dataclass(frozen=True, slots=True)
class Policies:
    """All policies."""

    http: Http = field(repr=False)

    def all(self) -> Iterator[schemas.Policy]:
        """Every policy in force, by name."""
        return self.http.all("/policies", schemas.Policies)

    def check(self, text: str) -> schemas.Checked:
        """Read a policy without publishing it; raises `Invalid` with the field and the line."""
        return self.http.post("/policies/check", schemas.Checked, {"text": text})

    def publish(self, text: str) -> schemas.Policy:
        """Bring a policy into force."""
        return self.http.post("/policies", schemas.Policy, {"text": text})

    def read(self, name: str, digest: str | None = None) -> schemas.Policy:
        """The policy in force, or the wording with this digest (12 digits are enough)."""
        return self.http.get(f"/policies/{part(name)}", schemas.Policy, digest=digest)

    def versions(self, name: str) -> list[schemas.Policy]:
        """Every publication of a policy, newest first."""
        return self.http.get(f"/policies/{part(name)}/versions", schemas.Policies).items
