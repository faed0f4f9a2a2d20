"""What the missions leave for who leads: plans and their record, worth, risks, money, a choice."""

from datetime import UTC, datetime, timedelta

import pytest

from gonogo.app.inprocess import client_on
from gonogo.app.mission.fraud.features import CASE as FRAUD
from gonogo.app.mission.leading import plans, work, worths
from gonogo.app.mission.recommendation.texts import CASE as PICKS
from gonogo.app.mission.texts import CASE as MORTGAGE
from gonogo.app.wiring import Installation
from gonogo.domain.compute.reading import parse as parsed_prices
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

    def test_cards_that_are_done_are_six_whole_weeks_whatever_the_day(self) -> None:
        for day in range(7):
            today = TODAY + timedelta(days=day)
            done = [
                datetime.fromisoformat(row.rpartition(",")[2]).date()
                for row in work.cards(today).splitlines()
                if row.startswith("done-")
            ]
            monday = today - timedelta(days=today.weekday())
            weeks = [(monday - one).days for one in done]
            assert max(weeks) == 7 * len(work.FINISHED)
            assert min(weeks) > 0
        assert parsed_prices(work.PRICES).otherwise == "laptop"


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

    def test_what_was_forecast_of_it_is_scored_when_the_flight_ends(
        self, flown_client: Client
    ) -> None:
        told = flown_client.track_record(MORTGAGE)
        kinds = {one.what for one in told.scores if one.forecast == 1}
        assert {"p10", "p50", "p80", "p90", "deadline", "learned"} <= kinds
        assert told.dates[2].n == len(plans.MILESTONES)
        assert {"deadline", "learned", "prior"} == {one.kind for one in told.chances}

    def test_card_fraud_has_a_board_whose_throughput_says_when_and_how_likely(
        self, flown_client: Client
    ) -> None:
        board = flown_client.case(FRAUD).board
        found = board.read()
        assert [column.limit for column in found.columns] == [None, 3, 2, None]
        assert [week.done for week in found.throughput] == [len(week) for week in work.FINISHED]
        assert [goal.reached for goal in found.goals] == ["open"]
        assert [one.owner_role for one in found.blockers] == ["ml-engineer"]
        [kept] = board.forecasts()
        told = board.kept(kept.number)
        assert told.chance is not None
        assert told.chance.value is not None
        assert 0 < told.chance.value < 1
        assert told.network_chance is not None
        assert kept.p80 is not None
        assert kept.network_p80 is not None

    def test_runs_have_a_price_and_use_cases_a_score_by_those_who_answer_for_them(
        self, flown_client: Client
    ) -> None:
        assert flown_client.compute.prices().text == work.PRICES.strip()
        used = {one.name: one for one in flown_client.compute.usage().cases}
        assert set(used) == set(work.SAID)
        assert all(one.cost.value and one.carbon.value for one in used.values())
        scores = {one.case: one for one in flown_client.portfolio.scores().items}
        assert set(scores) == set(work.SAID)
        assert sum(one.first for one in scores.values()) == pytest.approx(1, abs=0.01)
        for slug, said in work.SAID.items():
            asked = {one.criterion: one for one in flown_client.case(slug).score.read().criteria}
            assert {one.role for one in asked[work.CRITERION].opinions} == set(said)

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
