"""The ledger, from a client."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from gonogo.schemas import ledger as schemas
from gonogo.sdk.http import Http, part, refusal


@dataclass(frozen=True, slots=True)
class LedgerClient:
    """The ledger of an installation."""

    http: Http = field(repr=False)

    def entries(
        self,
        *,
        kind: str | None = None,
        subject: str | None = None,
        actor: str | None = None,
        text: str | None = None,
        since: str | None = None,
        until: str | None = None,
    ) -> Iterator[schemas.LedgerEntry]:
        """Entries that fit everything that is asked, newest first.

        `since` and `until` are times, or days meant as a whole: "2026-11-01", "2026-11-01T12:00Z".
        """
        return self.http.all(
            "/ledger",
            schemas.LedgerEntries,
            kind=kind,
            subject=subject,
            actor=actor,
            text=text,
            since=since,
            until=until,
        )

    def entry(self, name: str | int) -> schemas.LedgerEntry:
        """The entry with this position or digest."""
        return self.http.get(f"/ledger/{part(str(name))}", schemas.LedgerEntry)

    def head(self) -> schemas.LedgerHead:
        """Where the ledger ends; worth noting elsewhere."""
        return self.http.get("/ledger/head", schemas.LedgerHead)

    def verify(self, *, thorough: bool = False) -> schemas.LedgerVerified:
        """Have the server read the whole chain; `thorough`: its indexes and pages as well."""
        return self.http.get("/ledger/verify", schemas.LedgerVerified, thorough=thorough)

    def export(self) -> Iterator[bytes]:
        """The whole ledger as JSON Lines, line by line; `verify_lines` checks them."""
        with self.http.stream("/ledger/export") as answer:
            if answer.is_error:
                answer.read()
                raise refusal(answer)
            rest = b""
            for chunk in answer.iter_bytes():
                *whole, rest = (rest + chunk).split(b"\n")
                for text in whole:
                    yield text + b"\n"
            if rest:
                yield rest
