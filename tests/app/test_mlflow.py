"""Who may write through MLflow's own interface to what belongs to a use case."""

import asyncio

import pytest
from sqlalchemy import Engine

from gonogo.app.mlflow import LedgerSeals, MlflowCaller
from gonogo.core.caller import SYSTEM, Caller, Grant
from gonogo.core.roles import Role
from gonogo.core.subjects import ORGANISATION, Subject
from gonogo.store.work import OpenWork

HERE, ELSEWHERE = Subject.parse("case:churn"), Subject.parse("case:fraud")
SCIENTIST = Grant(Role.DATA_SCIENTIST)
RUN, FREE = "a" * 32, "b" * 32


def caller(*grants: Grant, within: Subject | None = None) -> MlflowCaller:
    return MlflowCaller(Caller(Subject.parse("user:7"), "somebody", grants, within=within))


@pytest.fixture
def seals(open_work: OpenWork, engine: Engine, case: str) -> LedgerSeals:
    """A run and a model of the use case churn, and a run that belongs to none."""
    with open_work(SYSTEM) as work:
        work.subjects.add(
            Subject.parse(f"run:{RUN}"), parent=Subject.parse(f"case:{case}"), title=""
        )
        work.subjects.add(Subject.parse("model:scorer"), parent=HERE, title="")
        work.subjects.add(Subject.parse(f"run:{FREE}"), parent=ORGANISATION, title="")
    return LedgerSeals(open_work)


class TestRefuses:
    @pytest.mark.parametrize(
        ("asking", "refused"),
        [
            (caller(SCIENTIST), False),
            (caller(Grant(Role.DATA_SCIENTIST, HERE)), False),
            (caller(Grant(Role.DATA_SCIENTIST, ELSEWHERE)), True),
            (caller(SCIENTIST, within=HERE), False),
            (caller(SCIENTIST, within=ELSEWHERE), True),
            (caller(Grant(Role.VIEWER, HERE), Grant(Role.DATA_SCIENTIST, ELSEWHERE)), True),
        ],
    )
    def test_where_a_role_or_token_ends(
        self, seals: LedgerSeals, asking: MlflowCaller, *, refused: bool
    ) -> None:
        """A role on another use case, and a token confined to it, end there for MLflow too."""
        run = asyncio.run(seals.refuses(asking, frozenset({FREE, RUN}), None))
        model = asyncio.run(seals.refuses(asking, frozenset(), "scorer"))
        assert (run is not None, model is not None) == (refused, refused)

    @pytest.mark.parametrize("name", ["not known", "a/b@c", "\0", "x" * 5000])
    def test_what_belongs_to_no_use_case_is_open_to_whoever_may_write(
        self, seals: LedgerSeals, name: str
    ) -> None:
        """Names that nothing here could have among them."""
        asking = caller(Grant(Role.DATA_SCIENTIST, ELSEWHERE))
        assert asyncio.run(seals.refuses(asking, frozenset({FREE, name}), name)) is None
