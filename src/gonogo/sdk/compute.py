"""What machines cost, what runs used, and what the next ones will take, from a client."""

from dataclasses import dataclass, field

from gonogo.schemas import compute as schemas
from gonogo.sdk.http import Http, part


@dataclass(frozen=True, slots=True)
class Compute:
    """Hours, cost and carbon of runs."""

    http: Http = field(repr=False)

    def state_prices(self, text: str) -> schemas.Prices:
        """Put the price list in `text`, YAML, into force. Raises `Invalid` with field and line."""
        return self.http.post("/compute/prices", schemas.Prices, {"text": text})

    def prices(self) -> schemas.Prices:
        """The price list in force; raises `NotFound` where there is none."""
        return self.http.get("/compute/prices", schemas.Prices)

    def usage(self, case: str | None = None) -> schemas.Usage:
        """What runs of the last year used, of all use cases or of one, and what is not used."""
        return self.http.get("/compute", schemas.Usage, case=case)

    def quotas(self, case: str | None = None) -> list[schemas.Quota]:
        """How far quotas are used in the period that is under way."""
        return self.http.get("/compute/quotas", schemas.Quotas, case=case).items

    def set_quota(
        self, case: str, what: str, limit: float, *, per: str = "month", warn: float = 0.8
    ) -> schemas.Quota:
        """Say how much a use case may use of hours, cost, or carbon (kg CO2e)."""
        path = f"/cases/{part(case)}/quotas/{part(what)}"
        return self.http.post(path, schemas.Quota, {"limit": limit, "per": per, "warn": warn})

    def lift_quota(self, case: str, what: str, *, per: str = "month") -> list[schemas.Quota]:
        """Take a quota away; those that are left. Raises `NotFound`."""
        path = f"/cases/{part(case)}/quotas/{part(what)}"
        answer = self.http.send("DELETE", path, query={"per": per})
        return schemas.Quotas.model_validate_json(answer.content).items

    def estimate(self, case: str, *, runs: int = 1, model: str | None = None) -> schemas.NextRuns:
        """What so many further runs will take, by the finished ones of the use case."""
        path = f"/cases/{part(case)}/compute/next"
        return self.http.get(path, schemas.NextRuns, runs=runs, model=model)
