"""Questions asked of rubrics and of what assessors said."""

from collections.abc import Collection, Sequence

from sqlalchemy import select

from gonogo.core.errors import NotFound
from gonogo.domain.scoring.inputs import StatedInputs
from gonogo.domain.scoring.reading import parse, shipped
from gonogo.domain.scoring.rules import Opinion, StatedRubric
from gonogo.domain.scoring.tables import inputs, opinions, rubrics, to_inputs, to_opinion
from gonogo.store.work import Work

MOST = 100
"""Rubrics that are told at once, the newest."""
LARGEST = 2**31 - 1


def opinions_of(work: Work, cases: Collection[str]) -> dict[str, list[Opinion]]:
    """What assessors say of these use cases, in one query; by criterion and role."""
    query = (
        select(opinions)
        .where(opinions.c.case.in_(list(cases)))
        .order_by(opinions.c.case, opinions.c.criterion, opinions.c.role)
    )
    found: dict[str, list[Opinion]] = {case: [] for case in cases}
    for row in work.connection.execute(query):
        found[row.case].append(to_opinion(row))
    return found


def inputs_of(work: Work, cases: Collection[str]) -> dict[str, StatedInputs]:
    """What was stated for RICE and WSJF of these use cases, in one query."""
    rows = work.connection.execute(select(inputs).where(inputs.c.case.in_(list(cases))))
    return {row.case: to_inputs(row) for row in rows}


def stated_rubrics(work: Work) -> Sequence[StatedRubric]:
    """All rubrics that were stated, the newest first, and the one that ships."""
    query = select(rubrics).order_by(rubrics.c.number.desc()).limit(MOST)
    found = [
        StatedRubric(parse(row.text), row.number, row.stated_at, row.stated_by, row.entry)
        for row in work.connection.execute(query)
    ]
    return [*found, StatedRubric(shipped(), 0, "", "", "")]


def stated_rubric(work: Work, number: int) -> StatedRubric:
    """The rubric with this number; raises `NotFound`."""
    if number == 0:
        return StatedRubric(shipped(), 0, "", "", "")
    query = select(rubrics).where(rubrics.c.number == number)
    row = work.connection.execute(query).one_or_none() if 0 < number <= LARGEST else None
    if row is None:
        raise NotFound(field="number", value=number, expected="the number of a rubric")
    return StatedRubric(parse(row.text), row.number, row.stated_at, row.stated_by, row.entry)
