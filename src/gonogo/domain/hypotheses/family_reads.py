"""Questions asked of families of hypotheses."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select

from gonogo.core.conditions import Cited
from gonogo.domain.hypotheses import plan_tables, reads
from gonogo.domain.hypotheses.families import Family, family
from gonogo.domain.hypotheses.looks import Judged
from gonogo.domain.hypotheses.plans import Planned
from gonogo.domain.hypotheses.rules import Hypothesis, State, judgements
from gonogo.domain.hypotheses.tables import hypotheses, to_hypothesis
from gonogo.store.work import Work

MOST = 500
"""Hypotheses of a use case that are read, the first registered first."""


def of_case(
    work: Work, case: str, *, name: str | None = None, alpha: float | None = None
) -> list[Family]:
    """The families of a use case, or the one called `name`; a fixed number of queries.

    What is closed is judged by the evidence that was in when it was.
    """
    query = select(hypotheses).where(hypotheses.c.case == case)
    if name is not None:
        query = query.where(hypotheses.c.family == name)
    rows = work.connection.execute(
        query.order_by(hypotheses.c.registered_at, hypotheses.c.subject).limit(MOST)
    )
    found = [to_hypothesis(row) for row in rows]
    judged = _judged(work, found)
    grouped: dict[str, list[tuple[Hypothesis, Sequence[Judged]]]] = {}
    for one in found:
        grouped.setdefault(one.text.family, []).append((one, judged[str(one.subject)]))
    return [family(case, key, grouped[key], alpha) for key in sorted(grouped)]


def _judged(work: Work, found: Sequence[Hypothesis]) -> Mapping[str, Sequence[Judged]]:
    evidence = reads.measured(work, [one.subject for one in found])
    plans = plan_tables.in_force(work, [one.subject for one in found])
    places = {
        digest: entry.position
        for digest, entry in work.ledger.entries_of(
            {digest for one in found for digest in (one.sealed, one.entry)}
        ).items()
    }
    return {
        str(one.subject): _one(
            work, one, evidence[one.subject], plans.get(str(one.subject)), places
        )
        for one in found
    }


def _one(
    work: Work,
    found: Hypothesis,
    evidence: Sequence[Cited],
    planned: Planned | None,
    places: Mapping[str, int],
) -> Sequence[Judged]:
    if found.state is not State.OPEN:
        evidence = [cited for cited in evidence if cited.position < places[found.entry]]
    return judgements(
        found, evidence, registered=places[found.sealed], now=work.now, planned=planned
    )
