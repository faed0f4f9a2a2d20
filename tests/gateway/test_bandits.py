"""Bandits of a route: what a choice depends on is written down, with the chance that it had."""

from collections import Counter
from math import sqrt
from typing import Any

import pytest

from gonogo.core.snapshot import Arm, Bandit, Feature, Kind, Split
from gonogo.core.splitting import place
from gonogo.gateway.routes import ready_route
from gonogo.stats.bandits import prepare
from tests.fixtures.gateways import CASE, FEATURES, GOOD, Desk, Models, arm, route

UNIT = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]
LEARNED = Bandit(
    "linucb",
    {"epsilon": 0.2, "exploration": 0.5},
    {"old": {"a": UNIT, "b": [0.3, 0.0, 0.0]}, "new": {"a": UNIT, "b": [0.2, 0.9, 0.4]}},
    context=("income", "hour"),
    scaling={"income": (500.0, 500.0), "hour": (12.0, 12.0)},
)


@pytest.fixture
def learning(desk: Desk, versions: Models) -> Desk:
    """A gateway whose LinUCB reads a feature of its models, and one that none of them knows."""
    model = versions.lightgbm()
    arms = (arm("old", model, share=0.5), arm("new", model, share=0.5))
    desk.publish(routes=[route(*arms, split=Split.BANDIT, bandit=LEARNED)], models=[model])
    return desk


class TestLinUcb:
    def test_the_logged_inputs_give_the_logged_chance(self, learning: Desk) -> None:
        """Whoever reads the log finds the context of each choice there, whichever arm answered."""
        asked = [
            {"features": {**GOOD, "income": float(income), "hour": income % 24}}
            for income in range(0, 1000, 7)
        ]
        learning.ask(f"/v1/decide/{CASE}", asked)
        ready = prepare(
            LEARNED.kind, LEARNED.parameters, LEARNED.arms, LEARNED.context, LEARNED.scaling
        )
        found = learning.decisions()
        assert {one.arm for one in found} == {"old", "new"}
        for one in found:
            chances = ready.propensities(one.features)
            assert sum(chances.values()) == pytest.approx(1)
            assert one.propensity == pytest.approx(chances[one.arm])
            assert one.propensity > 0

    def test_what_no_model_reads_may_be_left_out(self, learning: Desk) -> None:
        learning.decide({**GOOD, "hour": 3})
        learning.decide(GOOD)
        with_, without = learning.decisions()
        assert with_.features["hour"] == 3
        assert without.features.get("hour") is None

    def test_a_feature_that_does_not_fit_is_named(self, learning: Desk) -> None:
        found = learning.decide({**GOOD, "income": -5.0})
        assert (found.status, found.said["field"]) == (422, "features.income")

    def test_all_arms_read_what_one_of_them_has_no_need_of(
        self, desk: Desk, versions: Models
    ) -> None:
        """An arm of rules would else write down no income, and nothing could be learned from it."""
        model = versions.lightgbm()
        rules = Arm("old", kind=Kind.RULES, otherwise="decline", share=0.5)
        bandit = Bandit("linucb", {"epsilon": 1.0}, {"old": {}, "new": {}}, context=("income",))
        desk.publish(
            routes=[route(rules, arm("new", model, share=0.5), split=Split.BANDIT, bandit=bandit)],
            models=[model],
        )
        desk.ask(f"/v1/decide/{CASE}", [{"features": GOOD}] * 40)
        found = desk.decisions()
        assert {one.arm for one in found} == {"old", "new"}
        assert {one.features["income"] for one in found} == {GOOD["income"]}
        assert desk.decide({"debt": 20.0, "years": 30}).status == 422


class TestHoldout:
    """A holdout keeps its share and its entities; the bandit chooses for the others."""

    def ready(self, kind: str = "thompson", **more: Any) -> Any:
        learned = {
            "old": {"successes": 30.0, "failures": 20.0},
            "new": {"successes": 20.0, "failures": 30.0},
        }
        arms = (
            Arm("old", kind=Kind.RULES, otherwise="decline", share=0.4),
            Arm("new", kind=Kind.RULES, otherwise="decline", share=0.4),
            Arm("holdout", kind=Kind.RULES, otherwise="decline", share=0.2),
        )
        made = route(*arms, split=Split.BANDIT, salt="s", bandit=Bandit(kind, more, learned))
        return ready_route(made, 1, {}, {})

    def test_by_the_entity_always_the_same(self) -> None:
        ready = self.ready("epsilon-greedy", epsilon=0.5)
        n = 4000
        found: Counter[str] = Counter()
        for number in range(n):
            entity = f"e{number}"
            first, again = (ready.choose(entity, f"{number}-{k}", {}) for k in range(2))
            held = place("s", entity) >= 0.8
            assert (first.arm.arm.name == "holdout") is held
            assert (again.arm.arm.name == "holdout") is held
            found[first.arm.arm.name] += 1
        for name, share in (("holdout", 0.2), ("old", 0.6), ("new", 0.2)):
            assert abs(found[name] / n - share) < 4 * sqrt(share * (1 - share) / n)

    def test_chances_sum_to_one_and_nobody_without_a_name_is_chosen_for_by_the_same_number(
        self,
    ) -> None:
        ready = self.ready("epsilon-greedy", epsilon=0.5)
        n = 4000
        chosen = [ready.choose(f"d{number}", f"d{number}", {}) for number in range(n)]
        chances = {one.arm.arm.name: one.propensity for one in chosen}
        assert chances == pytest.approx({"holdout": 0.2, "old": 0.6, "new": 0.2})
        found = Counter(one.arm.arm.name for one in chosen)
        for name, share in chances.items():
            assert abs(found[name] / n - share) < 4 * sqrt(share * (1 - share) / n)


def test_a_feature_of_the_context_is_declared_as_the_model_that_reads_it_does(
    versions: Models,
) -> None:
    model = versions.lightgbm()
    made = route(
        Arm("old", kind=Kind.RULES, otherwise="decline"),
        Arm("new", kind=Kind.RULES, otherwise="decline"),
        shadows=(arm("seen", model),),
        split=Split.BANDIT,
        bandit=LEARNED,
    )
    ready = ready_route(made, 1, {}, {model.key: model})
    assert ready.context is not None
    assert ready.context.features == (FEATURES[0], Feature("hour", "", required=False))
