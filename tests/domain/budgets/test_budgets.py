"""Budgets and payments: read, stated, taken in once, put right with their history."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gonogo.core.errors import Forbidden, Invalid, NotFound
from gonogo.core.periods import Period
from gonogo.core.roles import Role
from gonogo.domain.budgets import actions, importing, reads, tables
from gonogo.domain.budgets.reading import parse
from gonogo.domain.budgets.rules import (
    Category,
    by_quarter,
    planned_by_category,
    planned_by_quarter,
    planned_until,
)
from tests.fixtures.rooms import Written
from tests.fixtures.work import WorkAs

TODAY = date(2026, 11, 21)
TEXT = """currency: USD
lines:
  - {line: engineers, category: people, amounts: {2026-Q4: 60000, 2027-Q1: 30000}}
  - {line: GPU hours, category: compute, amounts: {2026-10: 300, 2026-11: 600}}
"""
HEAD = "date,use case,category,amount,currency,reference,note"
ROWS = (
    "2026-10-05,churn,people,20000.00,USD,PAY-10,October",
    "2026-11-05,churn,compute,120.50,USD,INV-7,GPU hours",
)


def table(*rows: str, head: str = HEAD) -> str:
    return "\n".join((head, *rows))


class TestParse:
    def test_reads_months_and_quarters(self) -> None:
        budget = parse(TEXT)

        assert (budget.currency, budget.total) == ("USD", 90_900.0)
        assert {one.name: amount for one, amount in planned_by_quarter(budget).items()} == {
            "2026-Q4": 60_900.0,
            "2027-Q1": 30_000.0,
        }
        assert planned_by_category(budget) == {Category.PEOPLE: 90_000.0, Category.COMPUTE: 900.0}

    def test_what_is_planned_until_a_day_counts_its_share(self) -> None:
        budget = parse("currency: USD\nlines: [{category: people, amounts: {2026-11: 3000}}]")

        assert planned_until(budget, date(2026, 10, 31)) == 0
        assert planned_until(budget, date(2026, 11, 15)) == pytest.approx(1500)
        assert planned_until(budget, date(2026, 12, 24)) == 3000

    @pytest.mark.parametrize(
        ("text", "field"),
        [
            (TEXT.replace("USD", "usd"), "currency (line 1)"),
            (TEXT.replace("people", "peopel"), "lines[0].category (line 3)"),
            (TEXT.replace("2026-Q4", "2026-13"), "lines[0].amounts.2026-13 (line 3)"),
            (TEXT.replace("60000", "-1"), "lines[0].amounts.2026-Q4 (line 3)"),
            (TEXT.replace("2026-10: 300", "2026-Q4: 300"), "lines[1].amounts.2026-11 (line 4)"),
            (TEXT.replace("GPU hours", "engineers"), "lines[1] (line 4)"),
            ("currency: USD", "budget (line 1)"),
            ("currency: USD\nlines: []", "lines (line 2)"),
        ],
    )
    def test_a_wrong_text_names_field_and_line(self, text: str, field: str) -> None:
        with pytest.raises(Invalid) as refused:
            parse(text)
        assert refused.value.field == field


class TestParsePayments:
    def test_semicolons_stand_between_columns_where_the_comma_stands_in_numbers(self) -> None:
        text = table("2026-11-02,churn,compute,120.50,USD,INV-7,").replace(",", ";")
        assert [one.amount for _, one in importing.parse(text, TODAY)] == [120.5]
        with pytest.raises(Invalid, match=r"row 2, column amount is '120,50', expected a number"):
            importing.parse(text.replace("120.50", "120,50"), TODAY)

    def test_columns_come_in_any_order_and_a_note_is_not_needed(self) -> None:
        head = "reference;amount;currency;category;use_case;date".replace(";", ",")
        found = importing.parse(
            f"\ufeff{head}\r\nINV-7,-5,USD,Data,churn,2026-11-01\r\n\r\n", TODAY
        )

        (row, one), *rest = found
        assert (row, one.amount, one.category, one.note, rest) == (2, -5.0, Category.DATA, "", [])

    @pytest.mark.parametrize(
        ("old", "new", "field"),
        [
            ("2026-11-05", "2026-11-31", "row 3, column date"),
            ("2026-11-05", "2026-11-22", "row 3, column date"),
            ("2026-11-05", "2026-W47-1", "row 3, column date"),
            ("compute", "computers", "row 3, column category"),
            ("120.50", "1.2e3", "row 3, column amount"),
            ("120.50", "nan", "row 3, column amount"),
            ("120.50", "", "row 3, column amount"),
            ("USD,INV-7", "Dollar,INV-7", "row 3, column currency"),
            ("INV-7", "PAY-10", "row 3, column reference"),
            ("churn,compute", "no use case,compute", "row 3, column use case"),
            (",GPU hours", "", "row 3, column note"),
            ("GPU hours", '"GPU', "csv (line 3)"),
            ("GPU hours", "x" * 501, "row 3, column note"),
            ("amount,", "amonut,", "row 1"),
            ("note", "date", "row 1"),
        ],
    )
    def test_a_wrong_table_names_row_and_column(self, old: str, new: str, field: str) -> None:
        with pytest.raises(Invalid) as refused:
            importing.parse(table(*ROWS).replace(old, new), TODAY)
        assert refused.value.field == field

    def test_is_bounded(self) -> None:
        for text in ("", HEAD, "x" * (importing.MOST_CHARACTERS + 1)):
            with pytest.raises(Invalid):
                importing.parse(text, TODAY)

    @given(st.text(max_size=200))
    def test_any_text_is_read_or_refused(self, text: str) -> None:
        """Nothing but `Invalid` comes of what anybody sends."""
        for sent in (text, table(text), table(*ROWS, text)):
            try:
                found = importing.parse(sent, TODAY)
            except Invalid:
                continue
            assert found

    @given(
        st.lists(
            st.tuples(
                st.dates(min_value=date(2020, 1, 1), max_value=TODAY),
                st.decimals(min_value=-(10**9), max_value=10**9, places=2),
            ),
            min_size=1,
            max_size=20,
        )
    )
    def test_every_amount_comes_to_its_quarter(self, found: list[tuple[date, float]]) -> None:
        """By quarter there is neither more nor less than there was."""
        text = table(
            *(f"{day},churn,other,{amount},USD,r{at},x" for at, (day, amount) in enumerate(found))
        )
        payments = [one for _, one in importing.parse(text, TODAY)]

        sums = by_quarter((one.day, one.amount) for one in payments)

        assert sum(sums.values()) == pytest.approx(sum(float(amount) for _, amount in found))
        assert all(Period.parse(quarter.name) == quarter for quarter in sums)


class TestState:
    def test_is_in_force_and_the_one_before_stays(self, work_as: WorkAs, case: str) -> None:
        with work_as(Role.PRODUCT_MANAGER) as work:
            first = actions.state(work, case, TEXT)
            assert actions.state(work, case, TEXT).entry == first.entry
            second = actions.state(work, case, TEXT.replace("60000", "70000"))
            assert reads.in_force(work, case) == second
            assert [one.number for one in reads.wordings(work, case)] == [2, 1]

    def test_who_may_not_and_what_is_not_there_is_refused(
        self, work_as: WorkAs, case: str, written: Written
    ) -> None:
        before = written()
        with pytest.raises(Forbidden), work_as(Role.DATA_SCIENTIST) as work:
            actions.state(work, case, TEXT)
        with pytest.raises(NotFound), work_as(Role.MANAGER) as work:
            actions.state(work, "nobody", TEXT)
        with work_as(Role.MANAGER) as work, pytest.raises(NotFound):
            reads.in_force(work, case)
        assert written() == before


class TestTakeIn:
    def test_a_reference_is_taken_in_once_and_put_right_with_its_history(
        self, work_as: WorkAs, case: str
    ) -> None:
        with work_as(Role.MANAGER) as work:
            first = actions.take_in(work, table(*ROWS))
            assert (first.added, first.corrected, first.unchanged) == (2, 0, 0)
        with work_as(Role.MANAGER) as work:
            head = work.ledger.head()
            again = actions.take_in(work, table(*ROWS))
            assert (again.unchanged, again.entries, work.ledger.head()) == (2, (), head)
            right = actions.take_in(work, table(ROWS[1].replace("120.50", "110.00")))
            assert (right.added, right.corrected) == (0, 1)
            told = reads.history(work, "INV-7")
            assert [(one.revision, one.payment.amount) for one in told] == [(2, 110.0), (1, 120.5)]
            assert reads.paid(work, case) == [
                (date(2026, 10, 5), Category.PEOPLE, 20_000.0),
                (date(2026, 11, 5), Category.COMPUTE, 110.0),
            ]
            assert reads.paid_by_case(work)[case][1] == (date(2026, 11, 1), 110.0)
            listed = reads.listed(work, case=case, limit=1)
            assert listed.items[0].payment.reference == "INV-7"
            rest = reads.listed(work, case=case, cursor=listed.next)
            assert [one.payment.reference for one in rest.items] == ["PAY-10"]

    @pytest.mark.parametrize(
        "rows",
        [
            (*ROWS, "2026-11-05,nobody,data,1,USD,X,"),
            (*ROWS, "2026-11-05,churn,data,1,EUR,X,"),
            (*ROWS, "2026-11-05,churn,data,one,USD,X,"),
        ],
    )
    def test_all_of_a_table_or_nothing(
        self, work_as: WorkAs, case: str, written: Written, rows: tuple[str, ...]
    ) -> None:
        before = written()
        with pytest.raises(Invalid) as refused, work_as(Role.MANAGER) as work:
            actions.take_in(work, table(*rows))
        assert refused.value.field.startswith("row 4, column ")
        assert written() == before

    def test_the_currency_of_the_budget_holds_until_everything_is_said_anew(
        self, work_as: WorkAs, case: str
    ) -> None:
        with work_as(Role.MANAGER) as work:
            actions.take_in(work, table(ROWS[0].replace("USD", "EUR")))
            with pytest.raises(Invalid, match="EUR"):
                actions.state(work, case, TEXT)
            with pytest.raises(Invalid, match="row 2, column currency"):
                actions.take_in(work, table(ROWS[1]))
            actions.take_in(work, table(ROWS[0]))
            actions.state(work, case, TEXT)
            assert tables.newest_of(work)[0].case == case

    def test_only_one_use_case_where_that_is_asked(self, work_as: WorkAs, case: str) -> None:
        with work_as(Role.MANAGER) as work, pytest.raises(Invalid, match="column use case"):
            actions.take_in(work, table(*ROWS), only="another")

    def test_who_may_not_keep_the_budget_is_refused(self, work_as: WorkAs, case: str) -> None:
        with pytest.raises(Forbidden), work_as(Role.DATA_SCIENTIST) as work:
            actions.take_in(work, table(*ROWS))
