"""Gate reviews in a list: open ones polled as they stand, decided ones with their outcome."""

from dataclasses import dataclass

from gonogo.core.areas import Area
from gonogo.core.decisions import Outcome
from gonogo.core.gates import GateName
from gonogo.core.verdicts import Verdict
from gonogo.domain.accounts import reads as accounts
from gonogo.domain.gates import reads
from gonogo.domain.gates.rules import Poll, Review, ReviewState
from gonogo.store.work import Work
from gonogo.views.evidence import called
from gonogo.views.refused import Refused
from gonogo.views.waiting import opened, polls_of

ROWS = 25


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """One review."""

    id: str
    subject: str
    gate: str
    policy: str
    state: ReviewState
    verdict: Verdict | None
    """The poll now, or what it was decided on; None where the version is not there any more."""
    outcome: Outcome | None
    lacks: tuple[str, ...]
    """What stands between an open review and the decision go."""
    opened_at: str
    opened_by: str
    entry: str
    decision: str | None


@dataclass(frozen=True, slots=True)
class ReviewsPage:
    """Reviews, newest first."""

    headline: str
    state: str
    """Only these are shown: open, decided; "" for all."""
    gate: str
    subject: str
    gates: tuple[str, ...]
    rows: tuple[ReviewRow, ...]
    next: str | None
    values: dict[str, str]
    """What was filled in to open a review."""
    refused: Refused | None = None
    areas: tuple[str, ...] = tuple(Area)


def listed(
    work: Work,
    *,
    state: str = "",
    gate: str = "",
    subject: str = "",
    cursor: str | None = None,
    values: dict[str, str] | None = None,
    refused: Refused | None = None,
) -> ReviewsPage:
    """Reviews that fit everything that is asked. A fixed number of queries."""
    page = reads.listed(
        work,
        state=state or None,
        gate=gate or None,
        subject=subject or None,
        cursor=cursor,
        limit=ROWS,
    )
    polls = polls_of(work, opened(work, [r for r in page.items if r.state is ReviewState.OPEN]))
    names = accounts.names(work, {review.opened_by for review in page.items})
    return ReviewsPage(
        headline=_headline(work),
        state=state,
        gate=gate,
        subject=subject,
        gates=tuple(GateName),
        rows=tuple(
            _row(review, polls.get(review.id), called(names, review.opened_by))
            for review in page.items
        ),
        next=page.next,
        values=values or {},
        refused=refused,
    )


def _row(review: Review, poll: Poll | None, by: str) -> ReviewRow:
    return ReviewRow(
        id=review.id,
        subject=str(review.subject),
        gate=str(review.gate),
        policy=review.policy,
        state=review.state,
        verdict=review.verdict if poll is None else poll.verdict,
        outcome=review.outcome,
        lacks=() if poll is None else poll.lacks,
        opened_at=review.opened_at,
        opened_by=by,
        entry=review.entry,
        decision=review.decision,
    )


def _headline(work: Work) -> str:
    counted = reads.counted(work)
    waiting, decided = (counted.get(state, 0) for state in (ReviewState.OPEN, ReviewState.DECIDED))
    if not waiting and not decided:
        return "No gate has been reviewed yet."
    are = "review is" if waiting == 1 else "reviews are"
    return f"{waiting:,} {are} open, {decided:,} decided."
