"""The technical debt of a use case, from a client."""

from dataclasses import dataclass, field

from gonogo.schemas import debts as schemas
from gonogo.sdk.http import Http, part


@dataclass(frozen=True, slots=True)
class Debts:
    """The register of a use case; everything is in days of work."""

    http: Http = field(repr=False)
    case: str

    def register(self, *, opened: bool = False) -> schemas.DebtRegister:
        """What there is, the dearest a month first, and what stands open in sum."""
        return self.http.get(self._path, schemas.DebtRegister, opened=str(opened).lower())

    def note(
        self,
        title: str,
        *,
        principal: float,
        interest: tuple[float, float, float],
        owner_role: str,
        place: str = "",
    ) -> schemas.Debt:
        """Note a debt; `interest` is low, most likely and high, a month. Raises `Invalid`."""
        low, value, high = interest
        asked = {
            "title": title,
            "principal": principal,
            "interest": {"low": low, "value": value, "high": high},
            "owner_role": owner_role,
            "place": place,
        }
        return self.http.post(self._path, schemas.Debt, asked)

    def settle(self, number: int, *, reason: str, evidence: str) -> schemas.Debt:
        """Say that it was paid off; `evidence` names the ledger entry that shows it."""
        asked = {"reason": reason, "evidence": evidence}
        return self.http.post(f"{self._path}/{number}/settle", schemas.Debt, asked)

    @property
    def _path(self) -> str:
        return f"/cases/{part(self.case)}/debts"
