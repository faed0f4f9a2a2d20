"""Use cases, from a client."""

from collections.abc import Iterator
from dataclasses import dataclass

from gonogo.schemas import cases as schemas
from gonogo.sdk.http import Http, part


@dataclass(frozen=True, slots=True)
class Cases:
    """All use cases."""

    http: Http

    def create(self, case: schemas.NewCase) -> schemas.Case:
        """A new use case."""
        return self.http.post("/cases", schemas.Case, case)

    def all(self) -> Iterator[schemas.Case]:
        """Every use case, by name."""
        return self.http.all("/cases", schemas.Cases)


@dataclass(frozen=True, slots=True)
class CaseRef:
    """One use case by its name; nothing is read until it is asked for."""

    http: Http
    slug: str

    def read(self) -> schemas.Case:
        """The use case as it stands."""
        return self.http.get(f"/cases/{part(self.slug)}", schemas.Case)

    def edit(self, text: schemas.CaseText, *, read: schemas.Case) -> schemas.Case:
        """Say something else of it; `read` is what the edit was made from."""
        return self.http.put(f"/cases/{part(self.slug)}", schemas.Case, text, etag=read.entry)
