"""Rules of a dataset from proposal to force: two people, one order, nothing lost."""

import contextlib

import msgspec
import pytest

from gonogo.checks.inputs.schema import ColumnSpec, ColumnType
from gonogo.checks.inputs.tabular import Format
from gonogo.core.errors import Conflict, Forbidden, Invalid, NotFound
from gonogo.core.roles import Role
from gonogo.core.subjects import Subject
from gonogo.domain.data_rules import actions, reads, tables
from gonogo.domain.data_rules.rules import Proposal, State
from gonogo.domain.datasets import actions as datasets
from gonogo.domain.datasets.rules import About, Content, Sensitivity
from tests.fixtures.work import WorkAs

LOANS = Subject.parse("dataset:loans")


def text(bound: int = 18) -> str:
    return f"rules: loans\ncolumns: {{age: [{{at_least: {bound}, reason: adults}}]}}"


@pytest.fixture(autouse=True)
def dataset(work_as: WorkAs) -> None:
    """The dataset loans, with one version."""
    about = About(
        description="",
        licence="CC0-1.0",
        sensitivity=Sensitivity.INTERNAL,
        owner_role="data-scientist",
        place="sha256:0",
        columns=[ColumnSpec("age", ColumnType.INTEGER).to_json()],
        protected=(),
        label=None,
    )
    with work_as(Role.DATA_SCIENTIST) as work:
        datasets.register(work, "loans", Content("ab" * 32, 10, Format.CSV, ",", 5), about)


def proposed(work_as: WorkAs, bound: int = 18) -> Proposal:
    with work_as(Role.DATA_SCIENTIST) as work:
        return actions.propose(work, "loans", text(bound))[0]


def accepted(work_as: WorkAs, number: int) -> Proposal:
    with work_as(Role.ML_ENGINEER) as work:
        return actions.accept(work, "loans", number, reason="looked over")


class TestPropose:
    def test_waits_and_is_not_in_force(self, work_as: WorkAs) -> None:
        made = proposed(work_as)
        assert (made.number, made.state) == (1, State.PROPOSED)
        with work_as(Role.VIEWER) as work:
            assert reads.in_force(work, "loans") is None
            assert reads.waiting(work, "loans") == [made] == reads.history(work, "loans")

    def test_is_kept_in_the_ledger_as_it_was_written(self, work_as: WorkAs) -> None:
        made = proposed(work_as)
        with work_as(Role.VIEWER) as work:
            entry = work.ledger.entry(made.entry)
        assert (entry.kind, entry.subject) == ("data-rules", str(LOANS))
        body = msgspec.json.decode(entry.body)
        assert body["text"] == text()
        assert body["digest"] == made.digest

    def test_the_same_again_is_the_proposal_that_waits(self, work_as: WorkAs) -> None:
        made = proposed(work_as)
        with work_as(Role.ML_ENGINEER) as work:
            assert actions.propose(work, "loans", f"# a comment\n{text()}") == (made, False)

    def test_what_is_in_force_is_not_proposed_again(self, work_as: WorkAs) -> None:
        accepted(work_as, proposed(work_as).number)
        with work_as(Role.ML_ENGINEER) as work:
            found, new = actions.propose(work, "loans", text())
        assert (found.state, new) == (State.ACCEPTED, False)

    def test_rules_of_another_dataset_are_refused(self, work_as: WorkAs) -> None:
        other = text().replace("loans", "cards")
        with pytest.raises(Invalid, match="cards"), work_as(Role.DATA_SCIENTIST) as work:
            actions.propose(work, "loans", other)

    def test_an_unknown_dataset_is_not_found(self, work_as: WorkAs) -> None:
        with pytest.raises(NotFound), work_as(Role.DATA_SCIENTIST) as work:
            actions.propose(work, "cards", text())

    def test_a_mistake_writes_nothing(self, work_as: WorkAs) -> None:
        with pytest.raises(Invalid, match="line 2"), work_as(Role.DATA_SCIENTIST) as work:
            actions.propose(work, "loans", "rules: loans\ncolumns: 3")
        with work_as(Role.VIEWER) as work:
            assert reads.history(work, "loans") == []


class TestAccept:
    def test_brings_it_into_force_and_says_what_it_replaces(self, work_as: WorkAs) -> None:
        first = accepted(work_as, proposed(work_as).number)
        second = accepted(work_as, proposed(work_as, 21).number)
        assert first.settled is not None
        assert second.settled is not None
        with work_as(Role.VIEWER) as work:
            assert reads.in_force(work, "loans") == second
            body = msgspec.json.decode(work.ledger.entry(second.settled.entry).body)
        assert (body["proposal"], body["replaces"]) == (second.entry, first.entry)
        assert (first.place, second.place) == (1, 2)

    def test_the_last_accepted_is_in_force_whatever_its_number(self, work_as: WorkAs) -> None:
        older, newer = proposed(work_as).number, proposed(work_as, 21).number
        accepted(work_as, newer)
        accepted(work_as, older)
        with work_as(Role.VIEWER) as work:
            found = reads.in_force(work, "loans")
        assert found is not None
        assert found.number == older

    def test_nobody_accepts_what_they_proposed(self, work_as: WorkAs) -> None:
        made = proposed(work_as)
        with pytest.raises(Forbidden, match="own"), work_as(Role.DATA_SCIENTIST) as work:
            actions.accept(work, "loans", made.number)
        with work_as(Role.VIEWER) as work:
            assert tables.get(work, "loans", made.number) == made

    def test_is_answered_once(self, work_as: WorkAs) -> None:
        made = accepted(work_as, proposed(work_as).number)
        with pytest.raises(Conflict, match="accepted"):
            accepted(work_as, made.number)

    def test_an_attempt_without_the_role_is_kept(self, work_as: WorkAs) -> None:
        made = proposed(work_as)
        with pytest.raises(Forbidden), work_as(Role.ADMIN) as work:
            actions.accept(work, "loans", made.number)
        with work_as(Role.VIEWER) as work:
            assert work.ledger.search(kind="refusal").items

    @pytest.mark.parametrize("number", [7, 0, -1, 10**30])
    def test_an_unknown_number_is_not_found(self, work_as: WorkAs, number: int) -> None:
        with pytest.raises(NotFound), work_as(Role.ML_ENGINEER) as work:
            actions.accept(work, "loans", number)

    def test_a_crash_before_the_end_leaves_neither_entry_nor_rules(self, work_as: WorkAs) -> None:
        made = proposed(work_as)
        with contextlib.suppress(RuntimeError), work_as(Role.ML_ENGINEER) as work:
            actions.accept(work, "loans", made.number)
            raise RuntimeError
        with work_as(Role.VIEWER) as work:
            assert reads.in_force(work, "loans") is None
            assert not work.ledger.search(kind="data-rules-accepted").items


class TestDecline:
    def test_leaves_in_force_what_was(self, work_as: WorkAs) -> None:
        first = accepted(work_as, proposed(work_as).number)
        made = proposed(work_as, 21)
        with work_as(Role.RISK_OFFICER) as work:
            found = actions.decline(work, "loans", made.number, reason="too strict")
        assert found.state is State.DECLINED
        with work_as(Role.VIEWER) as work:
            assert reads.in_force(work, "loans") == first
            assert reads.waiting(work, "loans") == []

    def test_who_proposed_may_take_it_back(self, work_as: WorkAs) -> None:
        with work_as(Role.DATA_SCIENTIST) as work:
            made, _ = actions.propose(work, "loans", text())
            assert actions.decline(work, "loans", made.number, reason="a slip").settled

    def test_it_needs_the_role(self, work_as: WorkAs) -> None:
        made = proposed(work_as)
        with pytest.raises(Forbidden), work_as(Role.ADMIN) as work:
            actions.decline(work, "loans", made.number, reason="why not")

    def test_needs_a_reason(self, work_as: WorkAs) -> None:
        made = proposed(work_as)
        with pytest.raises(Invalid, match="reason"), work_as(Role.RISK_OFFICER) as work:
            actions.decline(work, "loans", made.number, reason="  ")
