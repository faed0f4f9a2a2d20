"""The ledger in the database: appended to, searched, paged; refusals among its entries."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError

from gonogo.core.canonical import Json
from gonogo.core.chain import GENESIS
from gonogo.core.decisions import Decision, Outcome
from gonogo.core.errors import Conflict, Forbidden, Invalid, NotFound
from gonogo.core.evidence import Evidence
from gonogo.core.roles import Action, Role
from gonogo.core.subjects import Subject
from gonogo.stats.estimate import Estimate
from gonogo.store.ledger import Draft, ledger
from gonogo.store.work import Work
from tests.fixtures.clocks import START
from tests.fixtures.work import WorkAs

MODEL = Subject.parse("model:churn@3")


def draft(
    check: str = "performance.roc_auc", *, n: int = 1, group: str | None = None, **more: Json
) -> Draft:
    """Evidence of a model."""
    measured = Estimate(value=0.7, low=0.6, high=0.8, level=0.95, n=n, unit="", method="made up")
    evidence = Evidence(subject=MODEL, check=check, measured=measured, actor="user:7", at=START)
    parameters = {} if group is None else {"with": {"group": group}}
    return Draft("evidence", MODEL, evidence.body() | parameters | more)


@pytest.fixture
def work(work_as: WorkAs) -> Iterator[Work]:
    with work_as(Role.DATA_SCIENTIST) as opened:
        yield opened


class TestAppend:
    def test_each_entry_follows_the_one_before(self, work: Work) -> None:
        entries = work.append_all([draft(n=n) for n in range(1, 4)])
        entries.append(work.append("case", Subject.parse("case:churn"), {"v": 1}))
        assert [entry.position for entry in entries] == [1, 2, 3, 4]
        previous = [entry.previous for entry in entries]
        assert previous == [GENESIS, *(entry.digest for entry in entries[:-1])]
        assert work.ledger.head() == (4, entries[-1].digest)
        assert work.ledger.verify(uncommitted=True).sound

    def test_nothing_is_left_of_a_work_that_fails(self, work_as: WorkAs) -> None:
        with pytest.raises(Invalid), work_as(Role.ADMIN) as work:
            work.append_all([draft(), Draft("of two words", MODEL, {"v": 1})])
        with pytest.raises(NotFound), work_as(Role.ADMIN) as work:
            work.ledger.entry(work.append("case", MODEL, {"v": 1}).digest[::-1])
        with work_as(Role.ADMIN) as work:
            assert work.ledger.head() == (0, GENESIS)
            assert work.append("case", MODEL, {"v": 1}).position == 1

    @pytest.mark.parametrize("body", [{"x": float("nan")}, {"x": 2**53}, {"x": "\ud800"}])
    def test_what_json_cannot_say_is_refused(self, work_as: WorkAs, body: dict[str, Json]) -> None:
        with pytest.raises(Invalid), work_as(Role.ADMIN) as work:
            work.append("case", MODEL, body)

    def test_a_fork_is_refused_by_the_schema(self, work_as: WorkAs) -> None:
        """Also where somebody writes past the lock."""
        with work_as(Role.ADMIN) as work:
            work.append_all([draft(), draft()])
            row = work.connection.execute(ledger.select().where(ledger.c.position == 2)).one()
        forked = {**row._mapping, "position": 3, "digest": "f" * 64}
        with pytest.raises(Conflict, match=r"(?i)unique"), work_as(Role.ADMIN) as work:
            work.connection.execute(ledger.insert().values(forked))

    def test_positions_are_given_once(self, work: Work) -> None:
        entry = work.append("case", MODEL, {"v": 1})
        row = work.connection.execute(ledger.select()).one()
        again = {**row._mapping, "previous": "e" * 64, "digest": "f" * 64}
        with pytest.raises(IntegrityError), work.connection.begin_nested():
            work.connection.execute(ledger.insert().values(again))
        assert work.ledger.head() == (1, entry.digest)


class TestLatest:
    def test_newer_evidence_of_the_same_kind_takes_the_place(self, work: Work) -> None:
        work.append_all([draft(n=1), draft(n=2)])
        assert [cited.position for cited in work.ledger.latest(MODEL)] == [2]

    def test_what_was_measured_in_another_way_stands_beside(self, work: Work) -> None:
        """Other parameters, other data, the server instead of a client."""
        work.append_all(
            [
                draft(),
                draft(group="race"),
                draft(data="dataset:loans@aaaaaaaaaaaa"),
                draft(reproduced=True),
                draft("performance.pr_auc"),
            ]
        )
        assert len(work.ledger.latest(MODEL)) == 5
        assert len(work.ledger.latest(MODEL, ["performance.pr_auc"])) == 1
        assert work.ledger.latest(Subject.parse("model:churn@4")) == []


class TestDecide:
    def test_cites_only_what_is_in_the_ledger(self, work_as: WorkAs) -> None:
        with work_as(Role.MANAGER) as work:
            known = work.append("policy", MODEL, {"v": 1}).digest
            decision = Decision(Outcome.GO, "all hold", (known, "f" * 64))
            with pytest.raises(Invalid) as refused:
                work.decide(MODEL, decision)
            assert (refused.value.field, refused.value.value) == ("cites", "f" * 64)
            entry = work.decide(MODEL, Decision(Outcome.GO, "all hold", (known,)))
            assert known in entry.body


class TestSearch:
    def test_pages_through_all_newest_first(self, work: Work) -> None:
        work.append_all([draft(n=n) for n in range(1, 26)])
        found: list[int] = []
        cursor: str | None = None
        while True:
            page = work.ledger.search(limit=10, cursor=cursor)
            found += [entry.position for entry in page.items]
            if (cursor := page.next) is None:
                break
        assert found == list(range(25, 0, -1))

    def test_what_is_appended_meanwhile_shifts_no_page(self, work: Work) -> None:
        work.append_all([draft(n=n) for n in range(1, 5)])
        first = work.ledger.search(limit=2)
        work.append_all([draft(n=9)])
        second = work.ledger.search(limit=2, cursor=first.next)
        assert [entry.position for entry in second.items] == [2, 1]

    @pytest.mark.parametrize(
        "cursor", ["", "x", "InRleHQi", "W10", "OTk5OTk5OTk5OTk5OTk5OTk5OTk5", "é"]
    )
    def test_a_cursor_of_others_is_refused(self, work: Work, cursor: str) -> None:
        with pytest.raises(Invalid) as refused:
            work.ledger.search(cursor=cursor)
        assert refused.value.field == "cursor"

    def test_finds_by_kind_subject_actor_and_words(self, work: Work) -> None:
        work.append_all([draft(), Draft("case", Subject.parse("case:churn"), {"text": "50%_Ä"})])
        actor = str(work.caller.actor)

        def found(**asked: str) -> list[int]:
            return [entry.position for entry in work.ledger.search(**asked).items]  # type: ignore[arg-type]  # all of them are text

        assert found(kind="case") == [2]
        assert found(subject="model:churn") == [1]
        assert found(subject="model:chur") == []
        assert found(actor=actor) == [2, 1]
        assert found(actor=actor, kind="evidence") == [1]
        assert found(text="50%_") == [2]
        assert found(text="5_%") == [], "signs with a meaning in SQL are taken as they are"

    def test_by_position_and_by_digest_it_is_the_same(self, work: Work) -> None:
        entry = work.append("case", MODEL, {"v": 1})
        assert work.ledger.entry("1") == work.ledger.entry(entry.digest) == entry

    @pytest.mark.parametrize("name", ["2", "0", "-1", "x", "²", "9" * 30, "a" * 64])
    def test_what_is_not_there_is_not_found(self, work: Work, name: str) -> None:
        work.append("case", MODEL, {"v": 1})
        with pytest.raises(NotFound):
            work.ledger.entry(name)

    def test_the_tail_follows_a_position(self, work: Work) -> None:
        work.append_all([draft(n=n) for n in range(1, 6)])
        assert [entry.position for entry in work.ledger.tail(2, limit=2)] == [3, 4]
        assert [entry.position for entry in work.ledger.all()] == [1, 2, 3, 4, 5]


class TestRefusals:
    def test_one_that_matters_is_recorded_though_its_work_is_undone(self, work_as: WorkAs) -> None:
        with pytest.raises(Forbidden), work_as(Role.VIEWER) as work:  # noqa: PT012  # the block is what is undone
            on = Subject.parse(work.append("case", MODEL, {"v": 1}).subject)
            work.allow(Action.REVIEW_WAIVE, on=on)
        with work_as(Role.VIEWER, write=False) as work:
            entries = list(work.ledger.all())
            assert work.ledger.verify().sound
        assert [(entry.kind, entry.subject) for entry in entries] == [("refusal", str(MODEL))]
        assert "review.waive" in entries[0].body

    def test_one_of_reading_is_not(self, work_as: WorkAs) -> None:
        with pytest.raises(Forbidden), work_as(Role.VIEWER) as work:
            work.allow(Action.CASE_CREATE)
        with work_as(Role.VIEWER, write=False) as work:
            assert work.ledger.head() == (0, GENESIS)


class TestRestore:
    def test_takes_up_a_chain_as_it_was(self, engine: Engine, work_as: WorkAs) -> None:
        with work_as(Role.ADMIN) as work:
            work.append_all([Draft("case", MODEL, {"n": n}) for n in range(5000)])
            entries = list(work.ledger.all())
            for table in ("ledger", "ledger_head"):
                work.connection.exec_driver_sql(f"DELETE FROM {table}")  # noqa: S608  # constants
        with work_as(Role.ADMIN) as work:
            assert sum(work.ledger.restore(entries)) == 5000
            assert work.ledger.verify(uncommitted=True).sound
        with work_as(Role.ADMIN) as work:
            assert work.append("case", MODEL, {"n": 5000}).position == 5001
            with pytest.raises(Conflict):
                list(work.ledger.restore(entries))
