"""Budgets, payments and where the money stands, from a client."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from gonogo.schemas import budgets as schemas
from gonogo.sdk.http import Http, part


@dataclass(frozen=True, slots=True)
class Money:
    """The money of one use case."""

    http: Http = field(repr=False)
    case: str

    def state(self, text: str) -> schemas.Budget:
        """Put the budget in `text`, YAML, into force. Raises `Invalid` naming field and line."""
        return self.http.post(f"{self._path}/budgets", schemas.Budget, {"text": text})

    def budget(self) -> schemas.Budget:
        """The budget in force; raises `NotFound` where there is none."""
        return self.http.get(f"{self._path}/budget", schemas.Budget)

    def wordings(self) -> list[schemas.Budget]:
        """All budgets that were in force, the newest first."""
        return self.http.get(f"{self._path}/budgets", schemas.Budgets).items

    def payments(self) -> Iterator[schemas.Payment]:
        """What was paid, the newest day first."""
        return Payments(self.http).all(case=self.case)

    def read(self) -> schemas.Money:
        """Planned, paid, earned, and what it will come to."""
        return self.http.get(f"{self._path}/money", schemas.Money)

    def keep(self) -> schemas.Kept:
        """Keep as evidence what it will have cost, and what its runs cost and emitted."""
        return self.http.post(f"{self._path}/money/evidence", schemas.Kept)

    @property
    def _path(self) -> str:
        return f"/cases/{part(self.case)}"


@dataclass(frozen=True, slots=True)
class Payments:
    """What was paid, for all use cases."""

    http: Http = field(repr=False)

    def take_in(self, csv: str) -> schemas.Imported:
        """Take in a table of payments, all or none. Raises `Invalid` naming row and column."""
        return self.http.post("/payments", schemas.Imported, {"csv": csv})

    def all(self, *, case: str | None = None) -> Iterator[schemas.Payment]:
        """Payments as they stand, the newest day first."""
        return self.http.all("/payments", schemas.Payments, case=case)

    def history(self, reference: str) -> list[schemas.Payment]:
        """Everything that was said of a payment, the newest first; raises `NotFound`."""
        query = {"reference": reference}
        return self.http.get("/payments/history", schemas.Payments, **query).items

    def budgets(self) -> list[schemas.Budget]:
        """The budgets that are in force, by use case."""
        return self.http.get("/budgets", schemas.Budgets).items
