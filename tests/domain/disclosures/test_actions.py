"""Tests of setting and spending a privacy budget, on both databases."""

import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest

from gonogo.checks.inputs.schema import ColumnSpec, ColumnType
from gonogo.checks.inputs.tabular import Format
from gonogo.checks.privacy.statistics import Query, Statistic
from gonogo.core.errors import Conflict, Forbidden, Invalid, NotFound
from gonogo.core.roles import Role
from gonogo.core.subjects import Subject
from gonogo.domain.datasets import actions as datasets
from gonogo.domain.datasets.rules import About, Content, Sensitivity
from gonogo.domain.disclosures import actions, reads, tables
from gonogo.domain.disclosures.rules import Allowance, Release
from tests.fixtures.rooms import Written
from tests.fixtures.work import WorkAs

ANSWER: dict[str, Any] = {"measured": {"value": 41.0}, "scale": 2.0, "noisy": [41]}


def count(epsilon: float) -> Query:
    return Query(Statistic.COUNT, epsilon)


@pytest.fixture
def version(work_as: WorkAs) -> Subject:
    """A version of the dataset loans."""
    about = About(
        description="",
        licence="CC0-1.0",
        sensitivity=Sensitivity.CONFIDENTIAL,
        owner_role="data-scientist",
        place="sha256:0",
        columns=[ColumnSpec("age", ColumnType.INTEGER).to_json()],
        protected=(),
        label=None,
    )
    with work_as(Role.DATA_SCIENTIST) as work:
        content = Content("ab" * 32, 10, Format.CSV, ",", 5)
        return datasets.register(work, "loans", content, about).subject


@pytest.fixture
def budget(work_as: WorkAs, version: Subject) -> Allowance:
    """ε 1 in all for loans."""
    with work_as(Role.RISK_OFFICER) as work:
        found = actions.set_budget(work, "loans", Allowance(1.0), rationale="as the board said")
    return found.budget.allowance


class TestSetBudget:
    def test_stands_in_the_ledger(self, work_as: WorkAs, version: Subject) -> None:
        with work_as(Role.RISK_OFFICER) as work:
            made = actions.set_budget(work, "loans", Allowance(1.0, 1e-6, 3), rationale=" why ")
        with work_as(Role.VIEWER, write=False) as work:
            found = tables.account(work, "loans")
            assert found == made
            assert found is not None
            entry = work.ledger.entry(found.budget.entry)
        assert (entry.kind, entry.subject) == ("privacy-budget", "dataset:loans")
        assert msgspec.json.decode(entry.body)["rationale"] == "why"

    def test_said_again_writes_nothing(
        self, work_as: WorkAs, budget: Allowance, written: Written
    ) -> None:
        before = written()
        with work_as(Role.RISK_OFFICER) as work:
            actions.set_budget(work, "loans", budget, rationale="as the board said")
        assert written() == before

    def test_another_takes_its_place_and_both_stay_in_the_ledger(
        self, work_as: WorkAs, budget: Allowance
    ) -> None:
        with work_as(Role.MANAGER) as work:
            actions.set_budget(work, "loans", Allowance(2.0), rationale="a second year")
            found = tables.account(work, "loans")
            assert found is not None
            assert found.budget.allowance.epsilon == 2
            assert work.ledger.count(kind="privacy-budget") == 2

    def test_refusals_are_kept(self, work_as: WorkAs, version: Subject) -> None:
        with pytest.raises(Forbidden), work_as(Role.DATA_SCIENTIST) as work:
            actions.set_budget(work, "loans", Allowance(9.0), rationale="I want to look")
        with work_as(Role.VIEWER, write=False) as work:
            assert work.ledger.count(kind="refusal") == 1
            assert tables.account(work, "loans") is None

    def test_of_no_dataset(self, work_as: WorkAs) -> None:
        with pytest.raises(NotFound), work_as(Role.RISK_OFFICER) as work:
            actions.set_budget(work, "loans", Allowance(1.0), rationale="x")

    def test_without_a_reason(self, work_as: WorkAs, version: Subject) -> None:
        with pytest.raises(Invalid, match="rationale"), work_as(Role.RISK_OFFICER) as work:
            actions.set_budget(work, "loans", Allowance(1.0), rationale=" ")


class TestSpend:
    def test_spends_and_answers_in_one_entry(
        self, work_as: WorkAs, version: Subject, budget: Allowance
    ) -> None:
        with work_as(Role.DATA_SCIENTIST) as work:
            made = actions.spend(work, version, count(0.25), ANSWER, 1)
        with work_as(Role.VIEWER, write=False) as work:
            account = tables.account(work, "loans")
            assert account is not None
            assert (account.spent, account.left) == ((0.25,), 0.75)
            assert reads.released(work, "loans") == [made]
            body = msgspec.json.decode(work.ledger.entry(made.entry).body)
        assert body["answer"] == ANSWER
        assert (body["left"], body["budget"]) == (0.75, account.budget.entry)

    def test_the_same_again_costs_nothing_and_says_the_same(
        self, work_as: WorkAs, version: Subject, budget: Allowance, written: Written
    ) -> None:
        with work_as(Role.DATA_SCIENTIST) as work:
            made = actions.spend(work, version, count(0.25), ANSWER, 1)
        before = written()
        with work_as(Role.MANAGER) as work:
            again = actions.spend(work, version, count(0.25), {**ANSWER, "noisy": [7]}, 1)
        assert again == made
        assert written() == before

    def test_a_spent_budget_refuses_and_writes_nothing(
        self, work_as: WorkAs, version: Subject, budget: Allowance, written: Written
    ) -> None:
        with work_as(Role.DATA_SCIENTIST) as work:
            actions.spend(work, version, count(0.9), ANSWER, 1)
        before = written()
        with (
            pytest.raises(Conflict, match=r"at most 0\.1"),
            work_as(Role.DATA_SCIENTIST) as work,
        ):
            actions.spend(work, version, count(0.2), ANSWER, 1)
        assert written() == before

    def test_what_was_released_is_told_though_nothing_is_left(
        self, work_as: WorkAs, version: Subject, budget: Allowance
    ) -> None:
        with work_as(Role.DATA_SCIENTIST) as work:
            made = actions.spend(work, version, count(1.0), ANSWER, 1)
            assert actions.allow_release(work, version, count(1.0)) == made

    def test_an_answer_drawn_for_other_people_is_not_kept(
        self, work_as: WorkAs, version: Subject, budget: Allowance
    ) -> None:
        """The budget changed between drawing and spending."""
        with pytest.raises(Conflict, match="rows_per_person"), work_as(Role.MANAGER) as work:
            actions.spend(work, version, count(0.5), ANSWER, 3)

    def test_not_by_a_viewer(self, work_as: WorkAs, version: Subject, budget: Allowance) -> None:
        with pytest.raises(Forbidden), work_as(Role.VIEWER) as work:
            actions.spend(work, version, count(0.5), ANSWER, 1)

    def test_without_a_budget(self, work_as: WorkAs, version: Subject) -> None:
        with pytest.raises(Conflict, match="no privacy budget"), work_as(Role.MANAGER) as work:
            actions.spend(work, version, count(0.5), ANSWER, 1)

    def test_many_at_once_stay_within_it(
        self, work_as: WorkAs, version: Subject, budget: Allowance
    ) -> None:
        """Eight who ask for ε 0.3 each: three get it, whoever comes first."""

        def ask(number: int) -> bool:
            query = Query(Statistic.MEAN, 0.3, "age", 0, 100 + number)
            try:
                with work_as(Role.DATA_SCIENTIST, write=False) as work:
                    actions.allow_release(work, version, query)
                with work_as(Role.DATA_SCIENTIST) as work:
                    actions.spend(work, version, query, ANSWER, 1)
            except Conflict:
                return False
            return True

        with ThreadPoolExecutor(8) as pool:
            assert sum(pool.map(ask, range(8))) == 3
        with work_as(Role.VIEWER, write=False) as work:
            account = tables.account(work, "loans")
            assert account is not None
            assert account.spent == (0.3, 0.3, 0.3)

    def test_two_who_ask_the_same_at_once_pay_once(
        self, work_as: WorkAs, version: Subject, budget: Allowance
    ) -> None:
        def ask(number: int) -> Release:
            with work_as(Role.DATA_SCIENTIST) as work:
                return actions.spend(work, version, count(0.4), {**ANSWER, "noisy": [number]}, 1)

        with ThreadPoolExecutor(4) as pool:
            assert len({release.entry for release in pool.map(ask, range(4))}) == 1


class TestKilled:
    def test_whatever_was_answered_was_paid_for(
        self, work_as: WorkAs, version: Subject, database_url: str
    ) -> None:
        """kill -9 in the midst of spending: an answer that somebody saw is in the account."""
        with work_as(Role.RISK_OFFICER) as work:
            actions.set_budget(work, "loans", Allowance(0.1), rationale="a hundred releases")
        answered: list[str] = []
        for number in range(1, 5):
            with spender(database_url, version, number) as process:
                time.sleep(0.05 * number)
                process.kill()
                said = process.communicate()[0]
            # The last line may have been cut by the kill.
            answered += said.split("\n")[:-1]
        assert answered
        with work_as(Role.VIEWER, write=False) as work:
            account = tables.account(work, "loans")
            assert account is not None
            paid = {release.entry for release in reads.released(work, "loans", limit=1000)}
            assert set(answered) <= paid
            assert len(paid) == len(account.spent) <= 100
            assert work.ledger.count(kind="private-statistic") == len(paid)
            assert work.ledger.verify(thorough=True).sound


@contextmanager
def spender(url: str, subject: Subject, number: int) -> "Iterator[subprocess.Popen[str]]":
    """A process that spends, ready to begin."""
    program = Path(__file__).with_name("spender.py")
    with subprocess.Popen(
        [sys.executable, str(program), url, str(subject), str(number)],
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        if process.stdout is None or process.stdout.readline() != "ready\n":
            message = "the spender did not begin"
            raise RuntimeError(message)
        yield process
        process.kill()
