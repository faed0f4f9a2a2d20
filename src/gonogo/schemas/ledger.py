"""The ledger as it travels."""

from typing import Any

from gonogo.schemas.base import Told


class LedgerEntry(Told):
    """One entry of the ledger."""

    position: int
    digest: str
    previous: str
    kind: str
    subject: str
    actor: str
    at: str
    body: dict[str, Any]


class LedgerEntries(Told):
    """A page of entries, newest first."""

    items: list[LedgerEntry]
    next: str | None


class LedgerHead(Told):
    """Where the ledger ends; worth noting elsewhere."""

    entries: int
    head: str


class LedgerBreak(Told):
    """The first entry that is not what was written."""

    position: int
    reason: str


class LedgerVerified(Told):
    """What verifying the ledger found."""

    sound: bool
    entries: int
    head: str
    broken: LedgerBreak | None
    findings: list[str]
