"""The payoffs of a use case are those that the value checks ask for."""

from dataclasses import replace

from gonogo.core.catalogue import check_spec, checked_parameters
from gonogo.core.roles import Role
from gonogo.domain.cases import actions, tables
from gonogo.domain.cases.rules import CaseText, RiskTier, ValueModel
from tests.fixtures.work import WorkAs

VALUE = ValueModel(
    currency="USD",
    decisions_per_year=2000,
    true_positive=900,
    false_positive=-4200,
    true_negative=0,
    false_negative=-900,
)
TEXT = CaseText("Churn", "Whom to call", RiskTier.LIMITED, "", "manager", "baseline", VALUE, "")


class TestPayoffs:
    def test_are_parameters_of_the_check(self) -> None:
        spec = check_spec("value.benefit_per_decision")
        assert checked_parameters(spec, dict(VALUE.payoffs)) == {
            "true_positive": 900,
            "false_positive": -4200,
            "true_negative": 0,
            "false_negative": -900,
            "currency": "USD",
        }

    def test_name_the_present_process_where_it_is_stated(self) -> None:
        told = replace(VALUE, present="yes").payoffs
        found = checked_parameters(check_spec("value.lift"), dict(told))
        assert found == {**VALUE.payoffs, "present": "yes"}


class TestStated:
    """The entry by which it is known since when payoffs hold."""

    def stated(self, work_as: WorkAs, text: CaseText) -> int | None:
        with work_as(Role.MANAGER) as work:
            edited = actions.edit(work, "churn", text)
            assert tables.get(work, "churn") == edited
            return edited.stated

    def test_it_is_the_entry_that_last_changed_them(self, work_as: WorkAs) -> None:
        with work_as(Role.MANAGER) as work:
            first = actions.create(work, "churn", TEXT)
            assert first.stated == work.ledger.head()[0]
        dearer = replace(TEXT, value=replace(VALUE, false_positive=-1))
        second = self.stated(work_as, dearer)
        assert first.stated is not None
        assert second is not None
        assert second > first.stated
        # Back to what was stated first: still, nobody knew at that time that it would hold again.
        third = self.stated(work_as, TEXT)
        assert third is not None
        assert third > second

    def test_how_many_decisions_there_are_states_nothing_anew(self, work_as: WorkAs) -> None:
        with work_as(Role.MANAGER) as work:
            first = actions.create(work, "churn", TEXT)
        more = replace(TEXT, title="Leaving", value=replace(VALUE, decisions_per_year=5.0))
        assert self.stated(work_as, more) == first.stated

    def test_how_it_is_decided_today_is_part_of_it(self, work_as: WorkAs) -> None:
        with work_as(Role.MANAGER) as work:
            first = actions.create(work, "churn", TEXT)
        assert (
            self.stated(work_as, replace(TEXT, value=replace(VALUE, present="no"))) != first.stated
        )

    def test_without_payoffs_nothing_is_stated(self, work_as: WorkAs) -> None:
        with work_as(Role.MANAGER) as work:
            actions.create(work, "churn", TEXT)
        assert self.stated(work_as, replace(TEXT, value=None)) is None
