"""The board asks the database as often for many use cases as for few."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, event

from benchmarks.building import OWNER, data_of, register, ways
from benchmarks.examples import travelling
from gonogo.app.wiring import Installation
from gonogo.domain.evidence import actions as evidence
from gonogo.interfaces.api.evidence import draft
from gonogo.schemas.evidence import NewEvidence
from gonogo.views.board import BoardPage, board

FEW, MANY = 3, 60


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    """What is asked of the database within the block."""
    asked: list[str] = []

    def note(*given: object) -> None:
        asked.append(str(given[2]))

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(engine, "before_cursor_execute", note)


def add_cases(installation: Installation, numbers: range) -> None:
    """Use cases with a champion and a challenger each, both measured in every way."""
    names = [f"case-{number:04}" for number in numbers]
    register(installation, names)
    for name in names:
        said = [
            travelling(way, str(subject), str(data_of(name)), number)
            for number, (subject, way) in enumerate(ways(name))
        ]
        with installation.open_work(OWNER) as work:
            evidence.record(work, [draft(NewEvidence.model_validate(one)) for one in said])


def read(installation: Installation) -> tuple[BoardPage, int]:
    """The board with all use cases on one page, and how many questions it asked."""
    with installation.open_work(OWNER, write=False) as work, counted(installation.engine) as asked:
        return board(work, limit=MANY), len(asked)


class TestBoard:
    def test_asks_as_often_for_few_use_cases_as_for_many(self, installation: Installation) -> None:
        add_cases(installation, range(FEW))
        few, questions_for_few = read(installation)
        add_cases(installation, range(FEW, MANY))
        many, questions_for_many = read(installation)

        assert (len(few.rows), len(many.rows)) == (FEW, MANY)
        assert all(row.champion and row.next and row.next.measured for row in many.rows)
        assert questions_for_many == questions_for_few <= 19
