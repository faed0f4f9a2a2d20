"""What the missions leave for who leads: plans and their record, worth, risks, money, a choice."""

from datetime import UTC, datetime

from gonogo.app.inprocess import client_on
from gonogo.app.mission.fraud.features import CASE as FRAUD
from gonogo.app.mission.leading import plans, worths
from gonogo.app.mission.recommendation.texts import CASE as PICKS
from gonogo.app.mission.texts import CASE as MORTGAGE
from gonogo.app.wiring import Installation
from gonogo.domain.plans.file import parse as parsed_plan
from gonogo.domain.plans.rules import checked
from gonogo.domain.value.reading import parse as parsed_worth
from gonogo.sdk.client import Client

TODAY = datetime(2026, 11, 21, tzinfo=UTC).date()


class TestTexts:
    def test_every_plan_can_come_into_force_on_any_day(self) -> None:
        supported = dict.fromkeys(plans.TRIED.values(), False)
        texts = [plans.ahead(case, TODAY) for case in plans.AHEAD]
        texts += [plans.flown(TODAY, done, supported) for done in ((), plans.STEPS)]
        assert all(checked(parsed_plan(text), TODAY).deadline for text in texts)
        assert all("imulated" in text for text in texts)

    def test_every_benefit_model_is_right_and_in_one_currency(self) -> None:
        found = [parsed_worth(text) for text in worths.WORTHS.values()]
        assert {one.currency for one in found} == {"USD"}
        assert set(worths.WORTHS) == {MORTGAGE, FRAUD, PICKS}


class TestLeft:
    def test_the_mission_that_was_flown_is_a_plan_with_its_record(
        self, flown_client: Client
    ) -> None:
        """Forecast while its hypotheses were open; done step by step since."""
        plan = flown_client.case(MORTGAGE).plan
        assert len(plan.wordings()) == 2
        [forecast] = plan.forecasts()
        told = plan.kept(forecast.number)
        assert {one.settled for one in told.chances.values()} == {None}
        assert set(told.chances) == set(plans.TRIED.values())
        assert plan.read().text.count("done:") == len(plans.STEPS)

    def test_two_missions_are_ahead_and_rest_on_hypotheses_and_risks(
        self, flown_client: Client
    ) -> None:
        for case in (FRAUD, PICKS):
            slug = plans.HYPOTHESES[case][0]
            assert flown_client.case(case).hypothesis(slug).read().state == "open"
            [forecast] = flown_client.case(case).plan.forecasts()
            assert forecast.p50 is not None
        assert len(flown_client.risks.all()) == 3
        assert flown_client.case(MORTGAGE).money.budget().text.startswith("# Simulated")

    def test_a_choice_was_decided_by_what_each_is_worth(
        self, flown_installation: Installation
    ) -> None:
        with client_on(flown_installation, owned=False) as client:
            [choice] = client.portfolio.choices().items
            cases = {one.case for one in (*choice.done, *choice.left)}
            assert cases == {MORTGAGE, FRAUD, PICKS}
            assert choice.done
            cited = set(client.decisions.read(choice.entry).cites)
            assert cited == {one.entry for one in (*choice.done, *choice.left)}
