"""Choices of use cases that were decided: what they rested on, and what is known since."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gonogo.core.conditions import Cited
from gonogo.domain.accounts import reads as accounts
from gonogo.domain.portfolio import decided
from gonogo.domain.portfolio.decided import Chosen, Part
from gonogo.domain.value import reads
from gonogo.stats.estimate import Measured, Undefined
from gonogo.store.ledger import to_cited
from gonogo.store.work import Work
from gonogo.views.charts.scales import told
from gonogo.views.evidence import called
from gonogo.views.portfolio_form import command, filled_of, query

LATEST = 5
UNKNOWN = Undefined("the ledger does not hold it", n=0)


@dataclass(frozen=True, slots=True)
class PartLine:
    """A use case that was to choose from, then and now."""

    part: Part
    then: Measured
    """What it was worth when it was decided."""
    now: Measured | None
    """What it is worth now; None where nothing changed since."""
    now_entry: str | None


@dataclass(frozen=True, slots=True)
class ChoiceLine:
    """A decided choice in a list."""

    entry: str
    position: int
    at: str
    by: str
    cases: tuple[str, ...]
    """What is done, in the order in which it starts."""
    worth: Measured
    currency: str


@dataclass(frozen=True, slots=True)
class DecidedPage:
    """A choice that was decided."""

    headline: str
    chosen: Chosen
    by: str
    done: tuple[PartLine, ...]
    left: tuple[PartLine, ...]
    changed: tuple[str, ...]
    """Use cases whose worth is another one now."""
    new: tuple[str, ...]
    """Use cases of its currency that have a benefit model only since."""
    command: str
    """Chooses anew under the same limits."""
    query: str
    """Likewise, as the query of the portfolio's address."""


def latest(work: Work, currency: str, limit: int = LATEST) -> tuple[ChoiceLine, ...]:
    """The choices of a currency that were decided last."""
    found = [one for one in decided.listed(work, limit) if one.currency == currency]
    names = accounts.names(work, {one.by for one in found})
    return tuple(
        ChoiceLine(
            entry=one.entry,
            position=one.position,
            at=one.at,
            by=called(names, one.by),
            cases=tuple(part.case for part in one.done),
            worth=one.worth,
            currency=one.currency,
        )
        for one in found
    )


def page(work: Work, chosen: Chosen) -> DecidedPage:
    """The page about a decided choice, in a fixed number of queries."""
    then = work.ledger.entries_of(part.worth for part in chosen.parts)
    worths = {digest: to_cited(entry) for digest, entry in then.items()}
    stated = reads.in_currency(work, chosen.currency)
    now = reads.kept_worths(work, [part.case for part in chosen.parts])
    done = tuple(_line(part, worths, now) for part in chosen.done)
    left = tuple(_line(part, worths, now) for part in chosen.left)
    changed = tuple(one.part.case for one in (*done, *left) if one.now is not None)
    known = {part.case for part in chosen.parts}
    new = tuple(sorted(set(stated) - known))
    names = accounts.names(work, {chosen.by})
    filled = filled_of(chosen.limits)
    return DecidedPage(
        headline=_headline(chosen, done, changed, new),
        chosen=chosen,
        by=called(names, chosen.by),
        done=done,
        left=left,
        changed=changed,
        new=new,
        command=command(filled),
        query=query(filled),
    )


def _line(part: Part, then: Mapping[str, Cited], now: Mapping[str, Cited]) -> PartLine:
    kept = now.get(part.case)
    same = kept is None or kept.digest == part.worth
    was = then.get(part.worth)
    return PartLine(
        part=part,
        then=UNKNOWN if was is None else was.evidence.measured,
        now=None if same or kept is None else kept.evidence.measured,
        now_entry=None if same or kept is None else kept.digest,
    )


def _headline(
    chosen: Chosen, done: Sequence[PartLine], changed: Sequence[str], new: Sequence[str]
) -> str:
    many = f"{len(done)} of {len(chosen.parts)} use case{'' if len(chosen.parts) == 1 else 's'}"
    value = decided.value_of(chosen.worth)
    said = f"{many} to do"
    if value is not None:
        said += f", worth {told(value)} {chosen.currency} together when it was decided"
    since = []
    if changed:
        since.append(f"another worth is known of {', '.join(changed[:3])}{_more(changed)}")
    if new:
        since.append(f"{', '.join(new[:3])}{_more(new)} came to choose from")
    return f"{said}. Since then {' and '.join(since) if since else 'nothing changed'}."


def _more(names: Sequence[Any]) -> str:
    return f" and {len(names) - 3} more" if len(names) > 3 else ""
