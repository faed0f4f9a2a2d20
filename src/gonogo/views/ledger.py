"""The ledger: searched, one entry with what it cites and what cites it, verified."""

import json
from dataclasses import dataclass
from datetime import timedelta

import msgspec

from gonogo.core.chain import GENESIS, Break, Entry
from gonogo.core.times import period
from gonogo.domain.accounts import reads as accounts
from gonogo.store.ledger import to_cited
from gonogo.store.verification import Verification
from gonogo.store.work import Work
from gonogo.views.decisions import Citation, citation
from gonogo.views.drawn.plotted import Plotted
from gonogo.views.drawn.table import plotted
from gonogo.views.entries import EntryLine, cited_in, line, lines

ROWS = 50
NAMED = 50
"""Entries shown at most on either side of an entry: what it names, what names it."""
CITING = (
    "assessment",
    "decision",
    "review",
    "risk-closed",
    "risk-occurred",
    "sign-off",
    "waiver",
    "waiver-withdrawn",
    "reproduced",
)
"""Kinds of entries that name others."""
KINDS = (
    "assessment",
    "benefit-model",
    "board-columns",
    "card",
    "card-blocked",
    "card-dropped",
    "card-moved",
    "card-unblocked",
    "cards-imported",
    "case",
    "case-edited",
    "case-plan",
    "dataset",
    "debt",
    "debt-settled",
    "decision",
    "erasure",
    "evidence",
    "grant",
    "hypothesis",
    "incident",
    "incident-acknowledged",
    "incident-resolved",
    "model-card",
    "model-refused",
    "model-version",
    "plan-comparison",
    "plan-scenarios",
    "plan-staffing",
    "plans-together",
    "policy",
    "priority-inputs",
    "privacy-budget",
    "private-statistic",
    "refusal",
    "reproduced",
    "retention",
    "review",
    "risk",
    "risk-closed",
    "risk-edited",
    "risk-occurred",
    "risk-reviewed",
    "run",
    "scoring-rubric",
    "sign-in-link",
    "sign-off",
    "token",
    "token-revoked",
    "user",
    "waiver",
    "waiver-withdrawn",
    "week-goal",
)
"""Kinds of entries to choose from."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the ledger is searched for; "" where nothing is asked."""

    kind: str = ""
    subject: str = ""
    actor: str = ""
    text: str = ""
    since: str = ""
    """A time or a day; what happened then counts."""
    until: str = ""
    """A time, which does not count any more, or a day, which counts to its end."""


@dataclass(frozen=True, slots=True)
class LedgerPage:
    """Entries that fit what is asked, newest first."""

    entries: int
    head: str
    asked: Asked
    kinds: tuple[str, ...]
    rows: tuple[EntryLine, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class EntryPage:
    """One entry."""

    line: EntryLine
    previous: str
    """Digest of the entry before; 64 zeros for the first."""
    previous_position: int | None
    next_position: int | None
    body: str
    """What happened, as JSON to be read."""
    cites: tuple[Citation, ...]
    """Entries that it names."""
    cited_by: tuple[Citation, ...]
    """Later entries that name it, the earliest first."""
    more: bool
    """Whether more entries name it than are shown."""
    plots: tuple[Plotted, ...]
    """What it draws, where it is evidence."""


@dataclass(frozen=True, slots=True)
class VerifiedPage:
    """What verifying the whole ledger found."""

    sound: bool
    says: str
    """In one sentence."""
    entries: int
    """Entries that were read and are sound."""
    head: str
    broken: Break | None
    findings: tuple[str, ...]
    seconds: float


def searched(work: Work, wanted: Asked, cursor: str | None = None) -> LedgerPage:
    """Entries that fit everything that is asked; raises `Invalid` for what is no time."""
    since, until = period(wanted.since.strip(), wanted.until.strip())
    entries, head = work.ledger.head()
    page = work.ledger.search(
        kind=wanted.kind.strip() or None,
        subject=wanted.subject.strip() or None,
        actor=wanted.actor.strip() or None,
        text=wanted.text.strip() or None,
        since=since,
        until=until,
        cursor=cursor,
        limit=ROWS,
    )
    return LedgerPage(entries, head, wanted, KINDS, lines(work, page.items), page.next)


def entry(work: Work, name: str) -> EntryPage:
    """The entry with this digest or position; raises `NotFound`. A fixed number of queries."""
    found = work.ledger.entry(name)
    named = [one for one in cited_in(found.body) if one not in {GENESIS, found.digest}][:NAMED]
    cited = work.ledger.entries_of(named)
    citing = work.ledger.naming(found, CITING, limit=NAMED + 1)
    last, _ = work.ledger.head()
    return EntryPage(
        line=line(found, accounts.names(work, [found.actor])),
        previous=found.previous,
        previous_position=found.position - 1 if found.position > 1 else None,
        next_position=found.position + 1 if found.position < last else None,
        body=_pretty(found),
        cites=tuple(citation(cited[one]) for one in named if one in cited),
        cited_by=tuple(citation(one) for one in citing[:NAMED]),
        more=len(citing) > NAMED,
        plots=_plots(found),
    )


def _plots(found: Entry) -> tuple[Plotted, ...]:
    if found.kind != "evidence":
        return ()
    by_area = plotted([to_cited(found)])
    return tuple(one for plots in by_area.values() for one in plots)


def verified(found: Verification, took: timedelta) -> VerifiedPage:
    """What was found, in words."""
    return VerifiedPage(
        sound=found.sound,
        says=_says(found),
        entries=found.entries,
        head=found.head,
        broken=found.broken,
        findings=found.findings,
        seconds=round(took.total_seconds(), 3),
    )


def _says(found: Verification) -> str:
    if found.broken is not None:
        return f"The ledger is broken at entry {found.broken.position:,}: {found.broken.reason}."
    if found.findings:
        return "Every entry is as it was written, but something that points into the ledger is not."
    return f"The ledger is sound: all {found.entries:,} entries are as they were written."


def _pretty(found: Entry) -> str:
    return json.dumps(msgspec.json.decode(found.body), ensure_ascii=False, indent=2)
