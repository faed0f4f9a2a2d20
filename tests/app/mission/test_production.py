"""What the missions leave in production: releases driven by replayed requests, and their end."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from gonogo.app.inprocess import client_on
from gonogo.app.mission import approval
from gonogo.app.mission.fraud import texts as fraud
from gonogo.app.mission.recommendation import flight, simulation
from gonogo.app.mission.recommendation import texts as picks
from gonogo.app.mission.replay.door import Door
from gonogo.app.mission.replay.stream import Stream
from gonogo.app.settings import read
from gonogo.app.wiring import install
from gonogo.core.specs.value import OFF_POLICY
from gonogo.records.log import Period
from gonogo.records.reading import Seen, decisions
from gonogo.schemas.evidence import Evidence
from gonogo.sdk.client import Client

MORTGAGE, FRAUD, PICKS = "mortgage-approval", "card-fraud", picks.CASE
TRUTH = 200_000
"""Simulated visits by which the truth is worked out."""


@pytest.fixture(scope="module")
def place(flown_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home in which the missions were flown; nobody here changes it."""
    return Path(shutil.copytree(flown_once, tmp_path_factory.mktemp("production") / "home"))


@pytest.fixture(scope="module")
def client(place: Path) -> Iterator[Client]:
    """A client that speaks as its operator."""
    made = install(read({"GONOGO_HOME": str(place)}))
    with client_on(made, owned=False) as found:
        yield found
    made.close()


@pytest.fixture(scope="module")
def truth() -> simulation.Visits:
    """Visits enough to know what a policy brings."""
    return simulation.visits(99, TRUTH)


def decided(place: Path, case: str, role: str = "live") -> list[Seen]:
    """What the log says of a use case."""
    found = decisions(place / "decisions", Period(case))
    return [seen for batch in found for seen in batch if seen.decision.role == role]


def moves(client: Client, case: str) -> list[str]:
    """What was decided about a use case's releases, oldest first."""
    found = [one.outcome for one in client.decisions.all(subject=f"case:{case}")]
    return found[::-1]


class TestApproval:
    def test_the_champion_goes_from_shadow_over_canary_to_all(self, client: Client) -> None:
        shadow, canary = (client.releases.of(MORTGAGE).read(number) for number in (1, 2))
        assert (shadow.strategy, shadow.state) == ("shadow", "finished")
        assert (canary.strategy, canary.state, canary.share) == ("canary", "finished", 1.0)
        assert shadow.version == canary.version
        live = client.releases.of(MORTGAGE).live()
        assert [(one.version, one.share) for one in live.standings] == [("mortgage-approver@3", 1)]
        begun = ["configured", "started", "finished", "started", "advanced", "finished", "drilled"]
        assert moves(client, MORTGAGE) == begun

    def test_every_step_saw_real_decisions(self, client: Client) -> None:
        for number in (1, 2):
            release = client.releases.of(MORTGAGE).read(number)
            seen = {arm.arm: arm for arm in release.arms}
            assert seen["challenger"].decisions >= sum(step.smallest for step in release.plan)
            # The last ones may be younger than their labels take to come.
            assert seen["champion"].decisions / 2 < seen["champion"].outcomes
            assert seen["champion"].outcomes <= seen["champion"].decisions
        watched = {one.check for one in client.releases.of(MORTGAGE).read(2).watches}
        assert {"fairness.live_selection_rate_ratio", "value.payoff_per_decision"} <= watched

    def test_groups_are_compared_though_no_model_reads_them(self, client: Client) -> None:
        (by_sex,) = (
            one for one in client.releases.of(MORTGAGE).read(2).watches if one.group == "sex"
        )
        assert by_sex.value is not None
        assert by_sex.n > 100

    def test_each_application_is_decided_once_and_its_outcome_known(self, place: Path) -> None:
        found = decided(place, MORTGAGE)
        assert len({seen.decision.id for seen in found}) == len(found) > 1900
        assert all(seen.outcome is not None and not seen.corrections for seen in found)

    def test_who_is_declined_is_told_why(self, client: Client, place: Path) -> None:
        declined = [one for one in decided(place, MORTGAGE) if one.decision.outcome == "decline"]
        assert len(declined) > 10
        assert all(one.decision.reasons for one in declined)
        told = client.gateway.decision(declined[0].decision.id)
        assert told.reasons == list(declined[0].decision.reasons)

    def test_a_stream_that_was_replayed_has_nothing_left(self, client: Client, place: Path) -> None:
        (rows, *_) = client.datasets.versions("loanapp-test")
        asked = approval.requests({one["name"]: str(one["type"]) for one in rows.columns})
        with_one_more = [*asked, asked[0].__class__("another", "applicant", {}, {})]
        for requests, left in ((asked, 0), (with_one_more, 1)):
            stream = Stream(Door(None, MORTGAGE), requests, approval.became)  # type: ignore[arg-type]  # nothing is asked
            stream.take_up(place / "decisions")
            assert stream.left == left


class TestFraud:
    def test_the_canary_is_rolled_back_by_itself(self, client: Client) -> None:
        release = client.releases.of(FRAUD).read(2)
        assert (release.strategy, release.state) == ("canary", "rolled-back")
        assert "Payoff of a live decision" in release.reason
        assert (release.version, release.before) == (
            "model:card-fraud-scorer@2",
            "model:card-fraud-scorer@1",
        )
        last = client.decisions.read(release.decision)
        assert last.outcome == "rolled-back"
        cited = [client.ledger.entry(one) for one in last.cites]
        bodies = [entry.body for entry in cited if entry.kind == "evidence"]
        assert any("value.payoff_per_decision" in str(body) for body in bodies)

    def test_what_was_live_before_answers_again(self, client: Client) -> None:
        live = client.releases.of(FRAUD).live()
        assert [(one.version, one.share) for one in live.standings] == [("card-fraud-scorer@1", 1)]

    def test_most_of_the_harm_is_stopped(self, flown_once: Path, place: Path) -> None:
        printed = flown_once.with_name("flown.txt").read_text()
        found = re.search(r"card-fraud-2: .* (\d+)% was stopped", printed)
        assert found is not None
        assert int(found[1]) >= 50
        arms = [seen.decision.arm for seen in decided(place, FRAUD)]
        after = arms[len(arms) - arms[::-1].index("challenger") :]
        assert len(after) > 2000
        assert set(after) == {"champion"}

    def test_it_passed_every_gate_by_the_labels_known_then(self, client: Client) -> None:
        for number in (1, 2):
            subject = f"model:card-fraud-scorer@{number}"
            gates = {one.gate: one.outcome for one in client.reviews.all(subject=subject)}
            assert gates == {"validation": "go", "production": "go"}
        states = {one.slug: one.state for one in client.case(FRAUD).hypotheses()}
        assert states.pop("ties-tell-fraud") == "open"
        assert set(states.values()) == {"supported"}

    @pytest.mark.parametrize(
        ("case", "model"), [(FRAUD, fraud.MODEL), (PICKS, picks.MODEL)], ids=["fraud", "picks"]
    )
    def test_it_says_everywhere_that_it_is_simulated(
        self, client: Client, case: str, model: str
    ) -> None:
        told = client.case(case).read()
        assert "simulated" in told.title
        assert "simulated" in told.problem
        for version in client.model(model).versions():
            assert "simulated" in version.card["version"]
        for name in ("card-transactions-train", "picks-train", "picks-logged"):
            for data in client.datasets.versions(name):
                assert "imulated" in data.description


class TestPicks:
    def test_a_bandit_learns_and_waits_for_a_person(self, client: Client) -> None:
        release = client.releases.of(PICKS).read(2)
        assert (release.strategy, release.state) == ("bandit", "held")
        seen = {arm.arm: arm for arm in release.arms}
        assert seen["challenger"].decisions > 2 * seen["champion"].decisions
        assert all(arm.decisions / 2 < arm.outcomes <= arm.decisions for arm in seen.values())

    def test_what_logged_decisions_say_is_older_than_the_release(self, client: Client) -> None:
        begun = client.releases.of(PICKS).read(2).started_at
        for subject in (f"case:{PICKS}", f"model:{picks.MODEL}@2"):
            found = off_policy(client, subject)
            assert {one.with_["estimator"] for one in found} == {"ips", "snips", "doubly-robust"}
            assert all(one.at < begun for one in found)

    def test_its_intervals_hold_the_truth_of_the_simulator(
        self, client: Client, truth: simulation.Visits
    ) -> None:
        before = simulation.logged(flight.BEFORE_SEED, flight.BEFORE)
        shown = before[before[simulation.SHOWN] == 1].reset_index(drop=True)
        for number, kind in enumerate(flight.TRAINED, 1):
            model = flight.TRAINED[kind](shown)
            worth = simulation.worth(truth, flight.shows_of(model, before, truth.frame))
            for one in off_policy(client, f"model:{picks.MODEL}@{number}"):
                assert one.measured["low"] < worth < one.measured["high"], (kind, one.with_)

    def test_so_do_those_of_what_every_visit_is_shown(
        self, client: Client, truth: simulation.Visits
    ) -> None:
        chances = {"always:show": 1.0, "always:keep": 0.0, "uniform": 0.5}
        found = off_policy(client, f"case:{PICKS}")
        known = [one for one in found if one.with_["policy"] in chances]
        assert len(known) == 9
        for one in known:
            share = np.full(TRUTH, chances[str(one.with_["policy"])])
            worth = simulation.worth(truth, share)
            assert one.measured["low"] < worth < one.measured["high"], one.with_


def off_policy(client: Client, subject: str) -> list[Evidence]:
    """What logged decisions say of a subject."""
    return list(client.evidence.about(subject).all(check=OFF_POLICY))
