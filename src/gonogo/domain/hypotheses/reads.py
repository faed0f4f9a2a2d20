"""Questions asked of hypotheses, among them what did not work and what was learned by it."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import func, or_, select

from gonogo.core.conditions import Cited
from gonogo.core.subjects import Subject
from gonogo.domain.hypotheses.beliefs import SETTLED
from gonogo.domain.hypotheses.plans import Planned
from gonogo.domain.hypotheses.rules import NEGATIVE, Hypothesis, State
from gonogo.domain.hypotheses.tables import hypotheses, to_hypothesis
from gonogo.store.ledger import ledger, to_cited, to_entry
from gonogo.store.paging import MOST, Page, page_of, read_cursor
from gonogo.store.work import Work

Criteria = Sequence[Mapping[str, Any]]
"""Each criterion with its verdict, as the ledger keeps it."""

HISTORY = 2000
"""Pieces of evidence about hypotheses that are read at once."""

SEARCHED = tuple(hypotheses.c[name] for name in ("subject", "statement", "baseline", "learned"))
"""Where a search looks."""


def listed(
    work: Work,
    *,
    case: str | None = None,
    state: State | None = None,
    negative: bool = False,
    by: str | None = None,
    text: str | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[Hypothesis]:
    """Hypotheses by address; `negative`: only those refuted or inconclusive.

    `by`: those that this account registered. `text`: those whose address, statement, baseline or
    lesson holds it, upper and lower case alike.
    """
    limit = max(1, min(limit, MOST))
    query = select(hypotheses).order_by(hypotheses.c.subject).limit(limit + 1)
    if case is not None:
        query = query.where(hypotheses.c.case == case)
    if state is not None:
        query = query.where(hypotheses.c.state == str(state))
    if negative:
        query = query.where(hypotheses.c.state.in_([str(one) for one in NEGATIVE]))
    if by is not None:
        query = query.where(hypotheses.c.registered_by == by)
    if text:
        query = query.where(or_(*(column.icontains(text, autoescape=True) for column in SEARCHED)))
    after = read_cursor(cursor, str)
    if after is not None:
        query = query.where(hypotheses.c.subject > after)
    found = [to_hypothesis(row) for row in work.connection.execute(query)]
    return page_of(found, limit, lambda hypothesis: str(hypothesis.subject))


def open_by(work: Work, actor: str, limit: int = MOST) -> list[Hypothesis]:
    """The hypotheses that `actor` registered and that are open, by address."""
    rows = work.connection.execute(
        select(hypotheses)
        .where(hypotheses.c.registered_by == actor, hypotheses.c.state == str(State.OPEN))
        .order_by(hypotheses.c.subject)
        .limit(limit)
    )
    return [to_hypothesis(row) for row in rows]


def on_dataset(work: Work, dataset: str, limit: int = MOST) -> list[Hypothesis]:
    """The hypotheses that name this dataset version as what they are tested on, by address."""
    rows = work.connection.execute(
        select(hypotheses)
        .where(hypotheses.c.dataset == dataset)
        .order_by(hypotheses.c.subject)
        .limit(limit)
    )
    return [to_hypothesis(row) for row in rows]


def measured(work: Work, subjects: Sequence[Subject]) -> Mapping[Subject, list[Cited]]:
    """All evidence there ever was about these hypotheses, the oldest first; one query.

    Of more than `HISTORY` pieces the newest are read.
    """
    rows = work.connection.execute(
        select(ledger)
        .where(ledger.c.kind == "evidence", ledger.c.subject.in_([str(one) for one in subjects]))
        .order_by(ledger.c.position.desc())
        .limit(HISTORY)
    ).all()
    found: dict[Subject, list[Cited]] = {subject: [] for subject in subjects}
    for row in reversed(rows):
        cited = to_cited(to_entry(row))
        found[cited.evidence.subject].append(cited)
    return found


def counting(work: Work, found: Hypothesis, planned: Planned | None) -> Sequence[Cited]:
    """The evidence by which a hypothesis is judged: under a plan each measurement was a look."""
    if planned is not None:
        return measured(work, [found.subject])[found.subject]
    return work.ledger.latest(found.subject, {one.check for one in found.text.criteria})


def settlements(work: Work, found: Sequence[Hypothesis]) -> Mapping[str, Criteria]:
    """How each was settled, by the digest of the entry that did; none for those that are open."""
    closed = [one.entry for one in found if one.entry != one.sealed]
    entries = work.ledger.entries_of(closed) if closed else {}
    return {name: msgspec.json.decode(entry.body)["settled"] for name, entry in entries.items()}


def counted(work: Work) -> Mapping[State, int]:
    """How many hypotheses there are in each state."""
    rows = work.connection.execute(
        select(hypotheses.c.state, func.count()).group_by(hypotheses.c.state)
    )
    return {State(state): count for state, count in rows}


def open_of(work: Work, cases: Sequence[str]) -> Mapping[str, int]:
    """How many hypotheses are open in each of these use cases that has any."""
    rows = work.connection.execute(
        select(hypotheses.c.case, func.count())
        .where(hypotheses.c.case.in_(list(cases)), hypotheses.c.state == str(State.OPEN))
        .group_by(hypotheses.c.case)
    )
    return {case: count for case, count in rows}  # noqa: C416  # rows are not pairs to a type checker


def outcomes(work: Work) -> list[tuple[str, State]]:
    """Of each settled hypothesis the check of its first criterion, and how it came out."""
    rows = work.connection.execute(
        select(hypotheses.c.criteria, hypotheses.c.state)
        .where(hypotheses.c.state.in_([str(one) for one in SETTLED]))
        .order_by(hypotheses.c.subject)
    )
    return [(row.criteria[0]["check"], State(row.state)) for row in rows]
