"""The register of risks, from a client."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from gonogo.schemas import risks as schemas
from gonogo.sdk.http import Http, part


@dataclass(frozen=True, slots=True)
class RiskRegister:
    """What may happen, how likely, what it would cost, and what is done about it."""

    http: Http = field(repr=False)

    def all(
        self,
        *,
        case: str | None = None,
        state: str | None = None,
        category: str | None = None,
        ended: bool = False,
    ) -> list[schemas.Risk]:
        """The risks, those with most at stake first; `ended`: those too that are over."""
        asked = {"case": case, "state": state, "category": category}
        return self.http.get("/risks", schemas.Risks, ended=str(ended).lower(), **asked).items

    def read(self, key: str) -> schemas.Risk:
        """One risk; raises `NotFound`."""
        return self.http.get(f"/risks/{part(key)}", schemas.Risk)

    def add(self, key: str, risk: Mapping[str, Any] | None = None, **said: Any) -> schemas.Risk:
        """Put a risk on the register, by the fields of `NewRisk`."""
        return self.http.post("/risks", schemas.Risk, {**(risk or {}), **said, "key": key})

    def edit(self, key: str, **said: Any) -> schemas.Risk:
        """Say something else of these fields; None takes one away. The others stay."""
        found = self.read(key)
        after = {**found.said, **said}
        kept = {name: one for name, one in after.items() if one is not None}
        return self.http.put(f"/risks/{part(key)}", schemas.Risk, kept, etag=found.entry)

    def mitigate(self, key: str, name: str, **said: Any) -> schemas.Risk:
        """Add a mitigation called `name`, or say something else of it: `MitigationText`."""
        path = f"/risks/{part(key)}/mitigations/{part(name)}"
        return self.http.put(path, schemas.Risk, said, etag="*")

    def drop_mitigation(self, key: str, name: str) -> schemas.Risk:
        """Take a mitigation away."""
        path = f"/risks/{part(key)}/mitigations/{part(name)}/drop"
        return self.http.post(path, schemas.Risk, {})

    def review(self, key: str, *, note: str = "") -> schemas.Risk:
        """Say that one has looked at it."""
        return self.http.post(f"/risks/{part(key)}/reviews", schemas.Risk, {"note": note})

    def accept(self, key: str, reason: str) -> schemas.Risk:
        """Decide to live with it."""
        return self.http.post(f"/risks/{part(key)}/accept", schemas.Risk, {"reason": reason})

    def close(self, key: str, reason: str, *, evidence: str | None = None) -> schemas.Risk:
        """Say that it cannot come true any more."""
        asked = {"reason": reason, "evidence": evidence}
        return self.http.post(f"/risks/{part(key)}/close", schemas.Risk, asked)

    def occur(
        self, key: str, reason: str, *, evidence: str | None = None, incident: int | None = None
    ) -> schemas.Risk:
        """Say that it came true, by a ledger entry or an incident that shows it."""
        asked = {"reason": reason, "evidence": evidence, "incident": incident}
        return self.http.post(f"/risks/{part(key)}/occur", schemas.Risk, asked)

    def import_(self, text: str) -> schemas.Imported:
        """Take over a whole register from YAML, all of it or nothing."""
        return self.http.post("/risks/import", schemas.Imported, {"text": text})

    def templates(self) -> list[schemas.Template]:
        """What typically goes wrong with machine learning, by category."""
        return self.http.get("/risks/templates", schemas.Templates).items

    def exposure(self, **asked: Any) -> schemas.Exposure:
        """What the open risks may cost in all; `case`, `currency`, `correlation`, `seed`, ..."""
        return self.http.get("/risks/exposure", schemas.Exposure, **asked)

    def keep(self, case: str | None = None) -> list[str]:
        """Keep what the open risks may cost as evidence, of a use case or of all; the digests.

        None where all is kept already as it is now.
        """
        return self.http.post("/risks/exposure", schemas.Kept, {"case": case}).entries

    def burn_down(self, *, case: str | None = None, currency: str = "") -> schemas.BurnDown:
        """The expected loss over time: by what the ledger said then, and as it was kept."""
        return self.http.get("/risks/burn-down", schemas.BurnDown, case=case, currency=currency)
