"""Tests of privacy budgets and private statistics over REST: noise, refusals, no second price."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from gonogo.core.roles import Role
from gonogo.core.subjects import Subject
from tests.fixtures.rest import Json, Written, done, refused
from tests.fixtures.world import World

BUDGET = {"epsilon": 1.0, "rationale": "one ε for the year"}


@pytest.fixture
def version(world: World) -> Subject:
    """The training data: six rows, with a budget of ε 1 in all."""
    done(world.api.by(Role.RISK_OFFICER).put("/datasets/train/privacy", json=BUDGET), 200)
    return Subject.parse(world.train)


def ask(world: World, version: Subject, role: Role = Role.DATA_SCIENTIST, **asked: Json) -> Any:
    path = f"/datasets/{version.name}/versions/{version.version}/statistics"
    return world.api.by(role).post(path, json={"statistic": "count", "epsilon": 0.25, **asked})


class TestSetBudget:
    def test_is_told_with_what_is_left(self, world: World, version: Subject) -> None:
        told = done(world.api.by(Role.VIEWER).get("/datasets/train/privacy"), 200)
        assert (told["epsilon"], told["left"], told["used"], told["releases"]) == (1, 1, 0, [])
        assert told["rationale"] == "one ε for the year"

    def test_without_one_nothing_is_left(self, world: World) -> None:
        told = done(world.api.by(Role.VIEWER).get("/datasets/train/privacy"), 200)
        assert (told["epsilon"], told["left"]) == (None, 0)

    @pytest.mark.parametrize(
        ("field", "said"),
        [
            ("epsilon", {"epsilon": 0}),
            ("epsilon", {"epsilon": 1e308}),
            ("delta", {"delta": 0.9}),
            ("rows_per_person", {"rows_per_person": 0}),
            ("rationale", {"rationale": " "}),
        ],
    )
    def test_what_is_no_promise_is_refused(self, world: World, field: str, said: Json) -> None:
        officer = world.api.by(Role.RISK_OFFICER)
        answer = officer.put("/datasets/train/privacy", json={**BUDGET, **said})
        assert refused(answer, 422)["field"].endswith(field)

    def test_of_no_dataset(self, world: World) -> None:
        refused(world.api.by(Role.VIEWER).get("/datasets/nothing/privacy"), 404)
        officer = world.api.by(Role.RISK_OFFICER)
        refused(officer.put("/datasets/nothing/privacy", json=BUDGET), 404)


class TestRelease:
    def test_answers_with_an_interval_and_is_in_the_ledger(
        self, world: World, version: Subject
    ) -> None:
        told = done(ask(world, version), 201)
        measured = told["answer"]["measured"]
        assert measured["low"] <= measured["value"] <= measured["high"]
        assert told["answer"]["scale"] == 4
        entry = done(world.api.by(Role.VIEWER).get(f"/ledger/{told['entry']}"), 200)
        assert entry["kind"] == "private-statistic"
        account = done(world.api.by(Role.VIEWER).get("/datasets/train/privacy"), 200)
        assert (account["left"], account["used"]) == (0.75, 0.25)
        assert account["releases"] == [told]

    @pytest.mark.parametrize(
        "asked",
        [
            {"statistic": "sum", "column": "calls", "low": 0, "high": 10},
            {"statistic": "mean", "column": "calls", "low": 0, "high": 10},
            {"statistic": "quantile", "column": "calls", "low": 0, "high": 10, "q": 0.5},
            {"statistic": "histogram", "column": "sex", "categories": ["f", "m"]},
        ],
    )
    def test_each_statistic(self, world: World, version: Subject, asked: Json) -> None:
        told = done(ask(world, version, **asked), 201)
        assert told["query"] == {**asked, "epsilon": 0.25}
        assert ("measured" in told["answer"]) is (asked["statistic"] != "histogram")

    def test_asked_again_is_the_recorded_answer_at_no_cost(
        self, world: World, version: Subject, everything: Written
    ) -> None:
        first = done(ask(world, version), 201)
        world.api.secret(Role.MANAGER)
        before = everything()
        again = ask(world, version, Role.MANAGER)
        assert done(again, 200) == first
        assert everything() == before

    def test_a_spent_budget_refuses_with_what_is_left(
        self, world: World, version: Subject, everything: Written
    ) -> None:
        done(ask(world, version, epsilon=0.9), 201)
        before = everything()
        problem = refused(ask(world, version, epsilon=0.2), 409)
        assert (problem["field"], problem["value"]) == ("epsilon", 0.2)
        assert "at most 0.1" in problem["expected"]
        assert everything() == before

    def test_all_versions_share_the_budget(self, world: World, version: Subject) -> None:
        done(ask(world, version, epsilon=0.9), 201)
        rows = b"calls,sex,left\n1,f,1\n2,m,0\n"
        made = world.api.by(Role.DATA_SCIENTIST).post(
            "/datasets/train/versions",
            data={
                "about": '{"licence": "x", "sensitivity": "internal",'
                ' "owner_role": "data-scientist"}'
            },
            files={"file": ("rows.csv", rows, "text/csv")},
        )
        other = Subject.parse(done(made, 201)["subject"])
        refused(ask(world, other, epsilon=0.2), 409)
        done(ask(world, other, epsilon=0.1), 201)

    def test_without_a_budget(self, world: World) -> None:
        problem = refused(ask(world, Subject.parse(world.test)), 409)
        assert "gonogo dataset budget test" in problem["expected"]

    @pytest.mark.parametrize(
        ("field", "asked"),
        [
            ("epsilon", {"epsilon": -1}),
            ("column", {"statistic": "mean", "low": 0, "high": 1}),
            ("column", {"statistic": "mean", "column": "wage", "low": 0, "high": 1}),
            ("column", {"statistic": "mean", "column": "sex", "low": 0, "high": 1}),
            ("low", {"statistic": "mean", "column": "calls"}),
            ("low", {"statistic": "mean", "column": "calls", "low": 2, "high": 1}),
            ("categories", {"statistic": "histogram", "column": "sex"}),
            ("q", {"q": 0.5}),
        ],
    )
    def test_what_is_no_question_costs_nothing(
        self, world: World, version: Subject, everything: Written, field: str, asked: Json
    ) -> None:
        world.api.secret(Role.DATA_SCIENTIST)
        before = everything()
        assert refused(ask(world, version, **asked), 422)["field"] == field
        assert everything() == before

    def test_many_at_once_stay_within_the_budget(self, world: World, version: Subject) -> None:
        """Six different questions of ε 0.3 at once: three are answered."""

        def one(number: int) -> int:
            asked: Json = {"statistic": "sum", "column": "calls", "low": 0, "high": 10 + number}
            return int(ask(world, version, epsilon=0.3, **asked).status_code)

        world.api.secret(Role.DATA_SCIENTIST)
        with ThreadPoolExecutor(6) as pool:
            assert sorted(pool.map(one, range(6))) == [201] * 3 + [409] * 3
