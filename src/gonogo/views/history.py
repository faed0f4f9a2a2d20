"""What happened to a thing and to what stands below it: the newest entries of the ledger."""

from collections.abc import Iterable

from gonogo.core.chain import Entry
from gonogo.store.work import Work


def history(
    work: Work, subjects: Iterable[str], *, most: int, kind: str | None = None
) -> tuple[Entry, ...]:
    """The newest entries about any of `subjects` and what stands below them, one query each."""
    found: dict[int, Entry] = {}
    for subject in subjects:
        page = work.ledger.search(subject=subject, kind=kind, limit=most)
        found |= {entry.position: entry for entry in page.items}
    return tuple(found[position] for position in sorted(found, reverse=True)[:most])
