"""The board: every use case in one line, polled; what a leader looks at first.

A fixed number of queries whatever there is: one page of use cases, then one query for each kind of
thing that belongs to them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from gonogo.core.areas import Area
from gonogo.core.verdicts import Verdict
from gonogo.domain.cases import reads as cases
from gonogo.domain.cases.rules import Case, Stage
from gonogo.domain.hypotheses import reads as hypotheses
from gonogo.domain.hypotheses.rules import State
from gonogo.domain.models import reads as models
from gonogo.store.work import Work
from gonogo.views.board_columns import (
    AtStake,
    Columns,
    Forecast,
    OnTime,
    ServedToday,
    Worth,
    at_stake,
    columns,
    on_time,
    served_today,
)
from gonogo.views.decisions import DecisionLine, latest_decisions
from gonogo.views.polls import NOTHING, Next, VersionPoll, polled

ROWS = 25
LATEST = 6


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One use case."""

    case: Case
    version: str | None
    """Address of its newest version."""
    champion: str | None
    """Address of the version that decides in production."""
    poll: Mapping[str, Verdict | None]
    """The verdict of each of the ten areas; None where the policy asks nothing."""
    verdict: Verdict
    """The worst of them."""
    next: Next | None
    open_hypotheses: int
    forecast: Forecast | None
    """The newest; None where no plan was forecast."""
    in_service: int | None
    """Days since something decides in production; None where nothing does."""
    worth: Worth | None
    """Risk-adjusted; None where nobody stated a benefit model."""


@dataclass(frozen=True, slots=True)
class BoardPage:
    """The board."""

    headline: str
    cases: int
    in_production: int
    hypotheses: Mapping[str, int]
    """How many hypotheses are in each state."""
    settled: int
    entries: int
    """Entries in the ledger."""
    at_stake: tuple[AtStake, ...]
    """What all use cases together are worth, by currency."""
    on_time: OnTime | None
    """The chance of the nearest deadline; None where no forecast has one."""
    served: ServedToday | None
    """None where nothing can decide."""
    scale: tuple[str, str] | None
    """The first and the last date of the forecasts that are shown."""
    rows: tuple[BoardRow, ...]
    next: str | None
    decisions: tuple[DecisionLine, ...]
    areas: tuple[str, ...] = tuple(Area)


def board(
    work: Work, cursor: str | None = None, limit: int = ROWS, log: Path | None = None
) -> BoardPage:
    """The board, from `cursor` on; `log`: the folder of the decision log."""
    page = cases.listed(work, cursor=cursor, limit=limit)
    slugs = [case.slug for case in page.items]
    versions = models.latest_of_cases(work, slugs)
    about = {case.slug: case for case in page.items}
    polls = dict(zip(versions, polled(work, list(versions.values()), about), strict=True))
    waiting = hypotheses.open_of(work, slugs)
    more = columns(work, slugs)
    rows = tuple(
        _row(case, polls.get(case.slug), waiting.get(case.slug, 0), more) for case in page.items
    )
    stages = cases.counted(work)
    states = hypotheses.counted(work)
    live = sum(stages.get(stage, 0) for stage in (Stage.DEPLOYMENT, Stage.OPERATIONS))
    return BoardPage(
        headline=_headline(sum(stages.values()), live, rows),
        cases=sum(stages.values()),
        in_production=live,
        hypotheses={str(state): states.get(state, 0) for state in State},
        settled=sum(n for state, n in states.items() if state is not State.OPEN),
        entries=work.ledger.head()[0],
        at_stake=at_stake(work),
        on_time=on_time(work),
        served=served_today(work, log),
        scale=more.scale,
        rows=rows,
        next=page.next,
        decisions=latest_decisions(work, LATEST),
    )


def _row(case: Case, found: VersionPoll | None, waiting: int, more: Columns) -> BoardRow:
    return BoardRow(
        case=case,
        version=None if found is None else found.version,
        champion=None if found is None else found.champion,
        poll=NOTHING if found is None else found.poll,
        verdict=Verdict.NO_DATA if found is None else found.verdict,
        next=None if found is None else found.next,
        open_hypotheses=waiting,
        forecast=more.forecasts.get(case.slug),
        in_service=more.in_service.get(case.slug),
        worth=more.worth.get(case.slug),
    )


def _headline(cases_: int, live: int, rows: tuple[BoardRow, ...]) -> str:
    if not cases_:
        return "No use case yet."
    held = [row.case.text.title for row in rows if row.verdict in {Verdict.NO_GO, Verdict.HOLD}]
    said = f"{_count(cases_, 'use case')}, {live} in production."
    if held:
        more = f" and {len(held) - 2} more" if len(held) > 2 else ""
        said += f" Held by evidence: {', '.join(held[:2])}{more}."
    return said


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
