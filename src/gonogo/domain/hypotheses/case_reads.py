"""Questions asked of the hypotheses of several use cases at once."""

from collections.abc import Collection

from sqlalchemy import select

from gonogo.domain.hypotheses.rules import Hypothesis
from gonogo.domain.hypotheses.tables import hypotheses, to_hypothesis
from gonogo.store.work import Work


def of_cases(work: Work, cases: Collection[str]) -> dict[str, list[Hypothesis]]:
    """All hypotheses of each of these use cases, in the order in which they were registered."""
    query = (
        select(hypotheses)
        .where(hypotheses.c.case.in_(list(cases)))
        .order_by(hypotheses.c.registered_at, hypotheses.c.subject)
    )
    found: dict[str, list[Hypothesis]] = {case: [] for case in cases}
    for row in work.connection.execute(query):
        found[row.case].append(to_hypothesis(row))
    return found
