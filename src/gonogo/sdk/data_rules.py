"""Rules about a dataset, from a client: proposed, accepted, declined."""

from dataclasses import dataclass, field

from gonogo.schemas import data_rules as schemas
from gonogo.sdk.http import Http, part


@dataclass(frozen=True, slots=True)
class DataRules:
    """The rules of a dataset: what every version of it is to keep."""

    http: Http = field(repr=False)
    dataset: str
    """Name of the dataset."""

    def all(self) -> list[schemas.Rules]:
        """Every wording that was proposed, newest first."""
        return self.http.get(self._path, schemas.RulesHistory).items

    def in_force(self) -> schemas.Rules | None:
        """The wording that holds now, None where none was accepted."""
        return next((one for one in self.all() if one.in_force), None)

    def read(self, number: int) -> schemas.Rules:
        """One wording, by its number."""
        return self.http.get(f"{self._path}/{number}", schemas.Rules)

    def check(self, text: str) -> schemas.CheckedRules:
        """Read rules without proposing them; raises `Invalid` with the field and the line."""
        return self.http.post(f"{self._path}/check", schemas.CheckedRules, {"text": text})

    def propose(self, text: str) -> schemas.Rules:
        """Propose rules, in YAML; they wait for another person to accept them."""
        return self.http.post(self._path, schemas.Rules, {"text": text})

    def accept(self, number: int, *, reason: str = "") -> schemas.Rules:
        """Bring what somebody else proposed into force."""
        return self.http.post(f"{self._path}/{number}/accept", schemas.Rules, {"reason": reason})

    def decline(self, number: int, *, reason: str) -> schemas.Rules:
        """Answer a proposal with no, or take one's own back."""
        return self.http.post(f"{self._path}/{number}/decline", schemas.Rules, {"reason": reason})

    @property
    def _path(self) -> str:
        return f"/datasets/{part(self.dataset)}/rules"
