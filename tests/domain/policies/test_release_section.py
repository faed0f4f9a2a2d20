"""The section `release` of a policy: what it says, what it extends, and refusals with a line."""

from datetime import timedelta

import pytest

from gonogo.core.errors import Invalid
from gonogo.core.releasing import ReleasePlan, Step, Strategy
from gonogo.domain.policies.packs import PACKS, pack
from gonogo.domain.policies.rules import Policy, parse

GATES = """
gates:
  production:
    conditions:
      - {check: performance.roc_auc, at_least: 0.6}
"""
RELEASE = """
release:
  strategies: [canary]
  steps:
    canary:
      - {share: 0.1, dwell: 30m, smallest: 100}
      - {share: 0.5, dwell: 1h, smallest: 500}
  guardrails:
    - {check: operations.error_rate, margin: 0.01, alpha: 0.05}
  label_delay: 7d
"""
HOUSE = f"policy: house{GATES}{RELEASE}"
OWN = f"policy: own\nextends: house{GATES}"


def house(name: str) -> str | None:
    return HOUSE if name == "house" else None


def plan(text: str) -> ReleasePlan:
    found: Policy = parse(text, house)
    assert found.release is not None
    return found.release


def refused(text: str) -> Invalid:
    with pytest.raises(Invalid) as caught:
        parse(text, house)
    return caught.value


class TestSaid:
    def test_steps_guardrails_and_delay_are_read(self) -> None:
        found = plan(HOUSE)
        assert found.steps_of(Strategy.CANARY)[0] == Step(0.1, timedelta(minutes=30), 100)
        assert found.guardrails[0].margin == 0.01
        assert found.label_delay == timedelta(days=7)

    def test_it_is_stored_and_read_back_as_it_was(self) -> None:
        assert ReleasePlan.from_json(plan(HOUSE).to_json()) == plan(HOUSE)

    @pytest.mark.parametrize("name", PACKS)
    def test_every_pack_allows_releases_that_are_watched(self, name: str) -> None:
        found = parse(pack(name) or "", pack).release
        assert found is not None
        assert set(found.strategies) <= set(found.steps)
        assert found.guardrails

    def test_a_policy_that_says_nothing_keeps_its_digest(self) -> None:
        silent = parse(f"policy: silent{GATES}", house)
        assert silent.release is None
        assert "release" not in silent.content()

    def test_what_is_said_changes_the_digest(self) -> None:
        assert parse(HOUSE, house).digest != parse(HOUSE.replace("0.01", "0.02"), house).digest

    def test_a_strategy_that_is_not_allowed_is_refused(self) -> None:
        with pytest.raises(Invalid, match="canary"):
            plan(HOUSE).steps_of(Strategy.BANDIT)


class TestExtended:
    def test_what_is_below_holds_where_nothing_is_said(self) -> None:
        assert plan(OWN) == plan(HOUSE)

    def test_a_guardrail_on_the_same_takes_its_place(self) -> None:
        over = (
            "release:\n  guardrails:\n    - {check: operations.error_rate, margin: 0.2, alpha: 0.1}"
        )
        found = plan(f"{OWN}{over}\n")
        assert [one.margin for one in found.guardrails] == [0.2]

    def test_steps_of_another_strategy_are_added(self) -> None:
        over = (
            "release:\n  strategies: [ab]\n  steps:\n    ab: [{share: 0.5, dwell: 1d, smallest: 9}]"
        )
        found = plan(f"{OWN}{over}\n")
        assert found.strategies == (Strategy.AB,)
        assert set(found.steps) == {Strategy.AB, Strategy.CANARY}


class TestAlpha:
    """The rollout's chance of a false rollback is one number; the guardrails share it."""

    SHARED = HOUSE.replace(
        "    - {check: operations.error_rate, margin: 0.01, alpha: 0.05}\n",
        "    - {check: operations.error_rate, margin: 0.01, weight: 3}\n"
        "    - {check: performance.score_shift, margin: 0.1}\n",
    ).replace("  guardrails:", "  alpha: 0.04\n  guardrails:")

    def test_by_weight(self) -> None:
        found = plan(self.SHARED)
        assert [one.alpha for one in found.guardrails] == pytest.approx([0.03, 0.01])
        assert sum(one.alpha for one in found.guardrails) == pytest.approx(0.04)
        assert ReleasePlan.from_json(found.to_json()) == found

    def test_one_more_below_takes_of_all(self) -> None:
        more = "    - {check: performance.live_outcome_rate, margin: 0.1, weight: 4}"
        found = parse(f"{OWN}release:\n  guardrails:\n{more}\n", lambda _: self.SHARED).release
        assert found is not None
        assert [one.alpha for one in found.guardrails] == pytest.approx([0.015, 0.005, 0.02])

    def test_an_alpha_of_its_own_leaves_the_others_the_rest(self) -> None:
        found = plan(self.SHARED.replace("weight: 3", "alpha: 0.01"))
        assert [one.alpha for one in found.guardrails] == pytest.approx([0.01, 0.03])

    @pytest.mark.parametrize("name", PACKS)
    def test_no_pack_rolls_back_more_often_than_it_says(self, name: str) -> None:
        found = parse(pack(name) or "", pack).release
        assert found is not None
        assert sum(one.alpha for one in found.guardrails) == pytest.approx(found.alpha)

    @pytest.mark.parametrize(
        ("before", "after", "field"),
        [
            ("  alpha: 0.04\n", "", "release.guardrails"),
            ("alpha: 0.04", "alpha: 0", "release.alpha"),
            ("weight: 3", "weight: 0", "release.guardrails[0].weight"),
            ("weight: 3", "weight: 3, alpha: 0.01", "release.guardrails[0].weight"),
            ("weight: 3", "alpha: 0.04", "release.guardrails"),
        ],
    )
    def test_refused(self, before: str, after: str, field: str) -> None:
        assert before in self.SHARED
        assert refused(self.SHARED.replace(before, after)).field.startswith(f"{field} (line ")


class TestRefused:
    @pytest.mark.parametrize(
        ("before", "after", "field"),
        [
            ("[canary]", "[canary, ab]", "release.steps"),
            ("[canary]", "[canaries]", "release.strategies[0]"),
            ("share: 0.1", "share: 1.1", "release.steps.canary[0].share"),
            ("share: 0.5", "share: 0.05", "release.steps.canary[1]"),
            ("share: 0.1", "share: 0", "release.steps.canary[0]"),
            ("dwell: 30m", "dwell: half", "release.steps.canary[0].dwell"),
            ("smallest: 100", "smallest: -1", "release.steps.canary[0].smallest"),
            ("smallest: 100", "smallest: 1.5", "release.steps.canary[0].smallest"),
            ("operations.error_rate", "operations.error", "release.guardrails[0].check"),
            ("operations.error_rate", "performance.roc_auc", "release.guardrails[0].check"),
            ("margin: 0.01", "margin: -1", "release.guardrails[0].margin"),
            ("alpha: 0.05", "alpha: 0", "release.guardrails[0].alpha"),
            ("alpha: 0.05", "alpha: 0.05, group: sex", "release.guardrails[0].group"),
            ("operations.error_rate", "operations.latency_over_limit", "release.guardrails[0]"),
            (
                "operations.error_rate",
                "fairness.live_selection_rate_ratio",
                "release.guardrails[0]",
            ),
            ("label_delay", "delay", "release.delay"),
        ],
    )
    def test_by_field_and_line(self, before: str, after: str, field: str) -> None:
        assert before in HOUSE
        told = refused(HOUSE.replace(before, after, 1))
        assert told.field.startswith(f"{field} (line ")
        assert told.expected

    def test_a_guardrail_said_twice(self) -> None:
        twice = "    - {check: operations.error_rate, margin: 0.5, alpha: 0.05}\n  label_delay"
        told = refused(HOUSE.replace("  label_delay", twice))
        assert told.field.startswith("release.guardrails[1]")
