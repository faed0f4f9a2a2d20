"""Policies as they are read: merged through `extends`, every refusal with field and line."""

from collections.abc import Callable

import pytest

from gonogo.core.areas import Area
from gonogo.core.errors import Invalid
from gonogo.core.gates import GateName, gate_from_json
from gonogo.core.roles import Role
from gonogo.core.yaml_text import MOST_CHARACTERS
from gonogo.domain.policies.packs import PACKS, pack
from gonogo.domain.policies.rules import Policy, parse

BASE = """
policy: house
gates:
  validation:
    conditions:
      - check: performance.roc_auc
        at_least: 0.6
      - check: performance.brier
        at_most: 0.2
    sign_off: [ml-engineer]
"""

CONDITION = """policy: own
gates:
  production:
    conditions:
      - check: performance.roc_auc
        {}
"""


def nothing(_: str) -> None:
    """No policy of any name."""


def reading(text: str, find: Callable[[str], str | None] = nothing) -> Invalid:
    with pytest.raises(Invalid) as refused:
        parse(text, find)
    return refused.value


class TestPacks:
    @pytest.mark.parametrize("name", PACKS)
    def test_every_pack_has_both_gates_with_conditions_and_signatures(self, name: str) -> None:
        policy = parse(pack(name) or "", pack)
        assert [gate.name for gate in policy.gates] == list(GateName)
        assert all(gate.conditions and gate.sign_off for gate in policy.gates)

    @pytest.mark.parametrize("name", PACKS)
    def test_no_pack_asks_for_a_gate_that_cannot_be_waived_and_not_signed(self, name: str) -> None:
        policy = parse(pack(name) or "", pack)
        assert all(
            set(gate.waivable_by) <= {Role.RISK_OFFICER, Role.MANAGER} for gate in policy.gates
        )

    def test_lending_asks_for_the_four_fifths_measured_by_the_server(self) -> None:
        policy = parse(pack("lending-high-risk") or "", pack)
        production = policy.gates[1]
        ratios = [c for c in production.conditions if c.check == "fairness.selection_rate_ratio"]
        assert {str(c.parameters["group"]) for c in ratios} == {"race", "sex"}
        assert all(c.at_least == 0.8 and c.reproduced and c.max_age for c in ratios)
        assert production.sign_off == (Role.ML_ENGINEER, Role.RISK_OFFICER, Role.PRODUCT_MANAGER)
        assert production.waivable_by == (Role.RISK_OFFICER,)

    def test_lending_asks_what_decisions_are_worth_by_the_case_s_own_payoffs(self) -> None:
        production = parse(pack("lending-high-risk") or "", pack).gates[1]
        worth = [c for c in production.conditions if c.area is Area.VALUE]
        assert [c.check for c in worth] == ["value.benefit_per_decision", "value.lift"]
        assert all(c.at_least == 0 and c.reproduced and not c.parameters for c in worth)


class TestExtends:
    def child(self, gates: str) -> Policy:
        return parse(f"policy: own\nextends: house\ngates:\n{gates}", lambda _: BASE)

    def test_gates_below_are_kept(self) -> None:
        """A child that only adds a gate has its parent's as well."""
        policy = self.child(
            "  production:\n    conditions: [{check: performance.pr_auc, at_least: 0.5}]\n"
        )
        assert [gate.name for gate in policy.gates] == [GateName.VALIDATION, GateName.PRODUCTION]
        assert len(policy.gates[0].conditions) == 2

    def test_a_condition_on_the_same_replaces_the_one_below(self) -> None:
        policy = self.child(
            "  validation:\n    conditions: [{check: performance.roc_auc, at_least: 0.9}]\n"
        )
        found = {c.check: c.at_least for c in policy.gates[0].conditions}
        assert found["performance.roc_auc"] == 0.9
        assert len(found) == 2

    def test_a_margin_over_the_champion_stands_beside_a_bound(self) -> None:
        """They ask different things of the same check."""
        policy = self.child(
            "  validation:\n    conditions: [{check: performance.roc_auc, over_champion: 0}]\n"
        )
        assert len(policy.gates[0].conditions) == 3

    def test_signatures_are_kept_unless_said_anew(self) -> None:
        same = self.child("  validation: {waivable_by: [manager]}\n")
        assert same.gates[0].sign_off == (Role.ML_ENGINEER,)
        other = self.child("  validation: {sign_off: [risk-officer]}\n")
        assert other.gates[0].sign_off == (Role.RISK_OFFICER,)

    def test_an_error_below_names_the_policy_below(self) -> None:
        broken = BASE.replace("0.6", "high")
        refused = reading("policy: own\nextends: house\ngates: {}\n", lambda _: broken)
        assert refused.field == "gates.validation.conditions[0].at_least (house, line 7)"

    def test_extending_itself_is_a_cycle(self) -> None:
        refused = reading("policy: own\nextends: own\ngates: {}\n")
        assert refused.field == "extends (line 2)"
        assert "own → own" in refused.expected

    def test_a_longer_cycle_is_named(self) -> None:
        texts = {
            "b": "policy: b\nextends: c\ngates: {}\n",
            "c": "policy: c\nextends: a\ngates: {}\n",
        }
        refused = reading("policy: a\nextends: b\ngates: {}\n", texts.get)
        assert refused.field == "extends (c, line 2)"
        assert "a → b → c → a" in refused.expected

    def test_an_unknown_policy_is_refused(self) -> None:
        refused = reading("policy: own\nextends: nobodys\ngates: {}\n")
        assert (refused.field, refused.value) == ("extends (line 2)", "nobodys")


class TestDigest:
    def test_comments_and_order_of_fields_do_not_count(self) -> None:
        other = BASE.replace("policy: house", "# ours\npolicy: house").replace(
            "      - check: performance.roc_auc\n        at_least: 0.6\n",
            "      - at_least: 0.60\n        check: performance.roc_auc\n",
        )
        assert other != BASE
        assert parse(other, nothing).digest == parse(BASE, nothing).digest
        assert parse(other, nothing).text_digest != parse(BASE, nothing).text_digest

    def test_a_threshold_counts(self) -> None:
        assert parse(BASE.replace("0.6", "0.61"), nothing).digest != parse(BASE, nothing).digest

    def test_what_is_extended_counts(self) -> None:
        """A wording is what it says with everything below."""
        text = "policy: own\nextends: house\ngates: {}\n"
        one = parse(text, lambda _: BASE)
        other = parse(text, lambda _: BASE.replace("0.6", "0.7"))
        assert one.digest != other.digest

    @pytest.mark.parametrize("name", PACKS)
    def test_gates_come_back_from_what_is_stored(self, name: str) -> None:
        policy = parse(pack(name) or "", pack)
        for gate in policy.gates:
            assert gate_from_json(gate.name, gate.to_json()) == gate


class TestRefusals:
    @pytest.mark.parametrize(
        ("said", "field", "expected"),
        [
            ("at_least: 'high'", "at_least (line 6)", "a number"),
            ("at_least: '0.8'", "at_least (line 6)", "a number"),
            ("at_least: true", "at_least (line 6)", "a number"),
            ("at_least: [0.8]", "at_least (line 6)", "a number"),
            ("at_least: .nan", "at_least (line 6)", "a number"),
            ("at_least: 1e999", "at_least (line 6)", "a finite number"),
            ("at_least: 1:30", "at_least (line 6)", "a number"),
            ("reproduced: true", "conditions[0] (line 5)", "at_least, at_most, over_champion"),
            ("at_lest: 0.8", "at_lest (line 6)", "did you mean at_least?"),
            ("at_least: 1\n        at_least: 2", "at_least (line 7)", "each field once"),
            ("at_least: 1\n        at_most: 0.5", "at_least (line 6)", "no greater than at_most"),
            ("at_least: 1\n        over_champion: 0", "over_champion (line 7)", "either"),
            ("at_least: 1\n        max_age: soon", "max_age (line 7)", "such as 30d"),
            ("at_least: 1\n        max_age: 0d", "max_age (line 7)", "greater than nothing"),
            ("at_least: 1\n        max_age: 30", "max_age (line 7)", "such as 30d"),
            ("at_least: 1\n        reproduced: yes", "reproduced (line 7)", "true or false"),
            ("at_least: 1\n        level: 95", "level (line 7)", "between 0 and 1"),
            ("at_least: 1\n        with: {grup: race}", "with.grup (line 7)", "level, seed"),
            ("at_least: 1\n        with: {seed: x}", "with.seed (line 7)", "int"),
            ("at_least: 1\n        with: race", "with (line 7)", "fields with values"),
        ],
    )
    def test_a_wrong_condition_is_named_by_field_and_line(
        self, said: str, field: str, expected: str
    ) -> None:
        refused = reading(CONDITION.format(said))
        assert refused.field.startswith("gates.production.conditions[0]")
        assert refused.field.endswith(field)
        assert expected in refused.expected

    def test_an_unknown_check_suggests_the_nearest(self) -> None:
        text = CONDITION.format("at_least: 1").replace("performance.roc_auc", "performance.rocauc")
        refused = reading(text)
        assert refused.field == "gates.production.conditions[0].check (line 5)"
        assert "did you mean performance.roc_auc?" in refused.expected

    def test_a_missing_required_parameter_is_named(self) -> None:
        text = CONDITION.format("at_least: 0.8").replace(
            "performance.roc_auc", "fairness.selection_rate_ratio"
        )
        assert "with: {group: ...}" in reading(text).expected

    def test_a_reference_is_left_open(self) -> None:
        """The training data of a version nobody has made yet cannot be named in a policy."""
        text = CONDITION.format("at_most: 0.01").replace(
            "performance.roc_auc", "data.train_test_overlap"
        )
        assert not parse(text, nothing).gates[0].conditions[0].parameters

    @pytest.mark.parametrize("check", ["value.benefit_per_decision", "value.lift"])
    def test_payoffs_are_left_open_for_the_use_case_to_state(self, check: str) -> None:
        text = CONDITION.format("at_least: 0").replace("performance.roc_auc", check)
        assert not parse(text, nothing).gates[0].conditions[0].parameters

    def test_payoffs_may_be_named(self) -> None:
        text = CONDITION.format("at_least: 0\n        with: {true_positive: 9, currency: EUR}")
        asked = parse(text.replace("performance.roc_auc", "value.benefit_per_decision"), nothing)
        found = asked.gates[0].conditions[0].parameters
        assert found == {"true_positive": 9.0, "currency": "EUR"}

    def test_a_margin_needs_a_check_where_more_is_better(self) -> None:
        text = CONDITION.format("over_champion: 0").replace(
            "performance.roc_auc", "performance.log_loss"
        )
        assert "no gain over a champion" in reading(text).expected

    def test_the_same_condition_twice_is_refused(self) -> None:
        text = CONDITION.format("at_least: 0.5") + (
            "      - check: performance.roc_auc\n        at_least: 0.7\n"
        )
        refused = reading(text)
        assert refused.field == "gates.production.conditions[1] (line 7)"
        assert "gates.production.conditions[0]" in refused.expected

    @pytest.mark.parametrize(
        ("text", "field"),
        [
            ("policy: own\n", "policy (line 1)"),
            ("gates: {}\n", "policy (line 1)"),
            ("policy: own\ngates: {}\n", "gates (line 2)"),
            ("policy: own\ngates:\n  launch: {}\n", "gates.launch (line 3)"),
            ("policy: own\ngates:\n  validation: {}\n", "gates.validation (line 3)"),
            ("policy: own\ngates: []\n", "gates (line 2)"),
            ("policy: yes\ngates: {}\n", "policy (line 1)"),
            ("policy: Own Policy\ngates: {}\n", "policy (line 1)"),
            ("policy: own\nowner: me\ngates: {}\n", "owner (line 2)"),
            (
                "policy: own\ngates:\n  validation: {sign_off: me}\n",
                "gates.validation.sign_off (line 3)",
            ),
            ("- policy: own\n", "policy (line 1)"),
            ("~: own\n", "policy (line 1)"),
            ("? [a]\n: b\n", "policy (line 1)"),
            ("<<: {policy: own}\n", "<< (line 1)"),
        ],
    )
    def test_a_wrong_shape_is_named_by_field_and_line(self, text: str, field: str) -> None:
        assert reading(text).field == field

    @pytest.mark.parametrize("role", ["risk-oficer", "viewer", "admin", "nobody"])
    def test_a_role_that_may_not_sign_is_refused(self, role: str) -> None:
        text = f"policy: own\ngates:\n  validation:\n    sign_off: [{role}]\n"
        refused = reading(text)
        assert refused.field == "gates.validation.sign_off[0] (line 4)"
        assert "risk-officer" in refused.expected

    def test_a_role_twice_is_refused(self) -> None:
        text = "policy: own\ngates:\n  validation:\n    sign_off: [manager, manager]\n"
        assert reading(text).field == "gates.validation.sign_off[1] (line 4)"

    def test_a_role_that_may_not_waive_is_refused(self) -> None:
        text = "policy: own\ngates:\n  validation:\n    waivable_by: [data-scientist]\n"
        assert "review.waive" in reading(text).expected

    @pytest.mark.parametrize(
        ("text", "field"),
        [
            ("policy: [\n", "text (line 2, column 1)"),
            ("policy: own\n  gates: 1\n", "text (line 2, column 8)"),
            ("policy: 'own\n", "text (line 2, column 1)"),
            ("a: 1\n---\nb: 2\n", "text (line 2, column 1)"),
            ("policy: &x own\ngates: *x\n", "text (line 1, column 9)"),
            ("policy: !!python/object:os.system x\n", "text (line 1, column 9)"),
            ("policy: !own x\n", "text (line 1, column 9)"),
            ("", "text"),
            ("# nothing\n", "text"),
            ("policy: \x00\n", "text"),
            ("policy: \ud800\n", "text"),
        ],
    )
    def test_what_is_no_plain_yaml_is_refused_with_its_place(self, text: str, field: str) -> None:
        assert reading(text).field == field

    def test_deep_nesting_is_refused(self) -> None:
        assert reading("policy: " + "[" * 5000).value == "nested too deeply"

    def test_billion_laughs_are_refused_at_the_first_anchor(self) -> None:
        bomb = "a: &a [x]\n" + "".join(
            f"{chr(98 + i)}: &{chr(98 + i)} [*{chr(97 + i)}, *{chr(97 + i)}]\n" for i in range(20)
        )
        assert reading(bomb).field == "text (line 1, column 4)"

    def test_a_long_text_is_refused_unread(self) -> None:
        assert "at most" in reading("[" * (MOST_CHARACTERS + 1)).expected
