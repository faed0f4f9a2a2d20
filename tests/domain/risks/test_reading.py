"""Risks as people say them."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gonogo.core.errors import Invalid
from gonogo.core.subjects import Subject
from gonogo.domain.risks.file import register, written
from gonogo.domain.risks.reading import key_of, risk
from gonogo.domain.risks.rules import Category
from gonogo.stats.money.amounts import Between, Lognormal
from gonogo.stats.plans import durations
from gonogo.stats.risks.probabilities import Percentiles, Point

SAID: dict[str, Any] = {
    "title": "Labels come late",
    "category": "data-availability",
    "cause": "Outcomes are booked by hand",
    "event": "A quarter's labels are missing",
    "effect": "Training waits",
    "probability": {"p10": 0.1, "p90": 0.4},
    "delay": {"optimistic": 5, "likely": 10, "pessimistic": 30},
    "loss": {"p10": 10_000, "p90": 80_000},
    "currency": "USD",
    "owner_role": "risk-officer",
    "mitigations": {
        "second-source": {
            "title": "Buy labels elsewhere",
            "cost": {"low": 1000, "likely": 2000, "high": 5000},
            "owner_role": "manager",
            "due": "2026-12-24",
            "leaves": {"probability": 0.3},
            "works_if": {
                "subject": "model:caller@1",
                "check": "performance.roc_auc",
                "at_least": 0.7,
                "max_age": "30d",
            },
        }
    },
}
FILE = """currency: USD
risks:
  late-labels:
    title: Labels come late
    category: data-availability
    cause: Outcomes are booked by hand
    event: A quarter's labels are missing
    effect: Training waits
    probability: 0.2
    loss: {low: 1000, likely: 2000, high: 9000}
    owner_role: risk-officer
    mitigations:
      second-source:
        title: Buy labels elsewhere
        owner_role: manager
        due: 2026-12-24
        leaves: {probability: 0.3}
"""


class TestRisk:
    def test_reads_every_distribution(self) -> None:
        """Probability by percentiles, delay by three points, loss by percentiles."""
        found = risk(SAID)
        assert found.category is Category.DATA_AVAILABILITY
        assert found.probability == Percentiles(0.1, 0.4)
        assert found.delay == durations.Pert(5, 10, 30)
        assert found.loss == Lognormal(10_000, 80_000)
        (one,) = found.mitigations
        assert (one.cost, one.due) == (Between(1000, 2000, 5000), date(2026, 12, 24))
        assert one.works_if is not None
        assert one.works_if.about == Subject.parse("model:caller@1")
        assert one.works_if.condition.at_least == 0.7

    def test_numbers_alone_are_sure(self) -> None:
        """A probability, days and money as they are."""
        found = risk({**SAID, "probability": 0.2, "delay": 3, "loss": 500, "mitigations": None})
        assert (found.probability, found.delay) == (Point(0.2), durations.Fixed(3))

    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            ({"probability": 1.2}, "probability"),
            ({"probability": -0.1}, "probability"),
            ({"probability": "often"}, "probability"),
            ({"probability": {"low": 0.5, "likely": 0.2, "high": 0.9}}, "probability.likely"),
            ({"probability": {"p10": 0.4, "p90": 0.1}}, "probability"),
            ({"delay": {"optimistic": 9, "likely": 5, "pessimistic": 30}}, "delay.likely"),
            ({"delay": {"optimistic": 1, "likely": 5, "pessimistic": 3}}, "delay.pessimistic"),
            ({"delay": -1}, "delay"),
            ({"delay": {"optimistic": 1, "likely": 5}}, "delay.pessimistic"),
            (
                {"delay": {"optimistic": 1, "likely": 5, "pessimistic": 9, "shape": "x"}},
                "delay.shape",
            ),
            ({"loss": {"low": 5, "likely": 1, "high": 9}}, "loss.likely"),
            ({"loss": -5}, "loss"),
            ({"loss": True}, "loss"),
            ({"loss": {"p10": 1, "p90": 1e9}}, "loss"),
            ({"loss": 10**400}, "loss"),
            ({"loss": 0, "delay": 0}, "loss"),
            ({"currency": "dollars"}, "currency"),
            ({"currency": ""}, "currency"),
            ({"category": "drfit"}, "category"),
            ({"owner_role": "wizard"}, "owner_role"),
            ({"title": " "}, "title"),
            ({"cause": "x" * 3000}, "cause"),
            ({"steps": ["train"]}, "case"),
            ({"steps": "train", "case": "churn"}, "steps"),
            ({"about": ["user:7"]}, "about[0]"),
            ({"about": ["caller"]}, "about[0]"),
            ({"roles": [3]}, "roles[0]"),
            ({"mitigatoins": {}}, "mitigatoins"),
            ({"mitigations": ["x"]}, "mitigations"),
            ({"mitigations": {"A b": {}}}, "mitigations.A b"),
        ],
    )
    def test_refuses_naming_the_field(self, wrong: dict[str, Any], field: str) -> None:
        """Whatever is wrong is named, with what would be right."""
        with pytest.raises(Invalid) as refused:
            risk({**SAID, **wrong})
        assert refused.value.field == field

    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            ({"due": "soon"}, "due"),
            ({"leaves": {}}, "leaves"),
            ({"leaves": {"probability": 1}}, "leaves"),
            ({"leaves": {"probability": 1.5}}, "leaves.probability"),
            ({"leaves": {"money": 0.5}}, "leaves.money"),
            ({"cost": -1}, "cost"),
            (
                {"works_if": {"subject": "model:a@1", "check": "performance.rocauc"}},
                "works_if.check",
            ),
            (
                {"works_if": {"subject": "model:a@1", "check": "performance.roc_auc"}},
                "works_if.at_least",
            ),
            (
                {
                    "works_if": {
                        "subject": "model:a@1",
                        "check": "performance.roc_auc",
                        "at_least": 0.9,
                        "at_most": 0.8,
                    }
                },
                "works_if.at_least",
            ),
            (
                {
                    "works_if": {
                        "subject": "model:a@1",
                        "check": "fairness.selection_rate_ratio",
                        "at_least": 0.8,
                    }
                },
                "works_if.with.group",
            ),
            (
                {
                    "works_if": {
                        "subject": "model:a@1",
                        "check": "performance.roc_auc",
                        "at_least": 0.8,
                        "max_age": "0d",
                    }
                },
                "works_if.max_age",
            ),
        ],
    )
    def test_refuses_mitigations_naming_the_field(self, wrong: dict[str, Any], field: str) -> None:
        """A mitigation by its name, then its field."""
        there = {**SAID["mitigations"]["second-source"], **wrong}
        with pytest.raises(Invalid) as refused:
            risk({**SAID, "mitigations": {"second-source": there}})
        assert refused.value.field == f"mitigations.second-source.{field}"

    @given(
        st.dictionaries(
            st.sampled_from([*SAID, "steps", "about", "roles", "case", "x"]),
            st.recursive(
                st.none() | st.booleans() | st.floats(allow_nan=False) | st.integers() | st.text(),
                lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
                max_leaves=5,
            ),
        )
    )
    def test_whatever_is_said_is_read_or_refused(self, more: dict[str, Any]) -> None:
        """Nothing else than a refusal that names a field comes of nonsense."""
        try:
            found = risk({**SAID, **more})
        except Invalid as refused:
            told = (refused.field, refused.expected)
        else:
            told = (found.title, found.owner_role)
        assert all(told)


class TestKeyOf:
    def test_pages_keep_their_names(self) -> None:
        """A risk cannot be called as a page is."""
        assert key_of("late-labels") == "late-labels"
        for wrong in ("new", "Late labels"):
            with pytest.raises(Invalid):
                key_of(wrong)


class TestRegister:
    def test_reads_risks_by_their_names(self) -> None:
        """What is said once holds for all."""
        found = register(FILE)
        assert found["late-labels"].currency == "USD"
        assert found["late-labels"].mitigations[0].due == date(2026, 12, 24)

    def test_what_is_written_is_read_again(self) -> None:
        """A register taken out and taken in is the same."""
        found = register(FILE)
        assert register(written(found)) == found
        assert register(written({"a": risk(SAID)}))["a"] == risk(SAID)

    @pytest.mark.parametrize(
        ("old", "new", "field"),
        [
            ("0.2", "1.2", "risks.late-labels.probability (line 9)"),
            ("likely: 2000", "likely: 200", "risks.late-labels.loss.likely (line 10)"),
            (
                "owner_role: manager",
                "owner_role: wizard",
                "mitigations.second-source.owner_role (line 15)",
            ),
            ("    cause: Outcomes are booked by hand\n", "", "risks.late-labels.cause (line 4)"),
            ("category: data", "categroy: data", "categroy (line 5)"),
            ("late-labels:", "Late:", "risks.Late.key (line 4)"),
            ("currency: USD", "money: USD", "money (line 1)"),
        ],
    )
    def test_refuses_naming_field_and_line(self, old: str, new: str, field: str) -> None:
        """Where it stands in the file."""
        with pytest.raises(Invalid) as refused:
            register(FILE.replace(old, new))
        assert refused.value.field.endswith(field)

    def test_two_currencies_are_refused(self) -> None:
        """Sums of different money are no sums."""
        _, _, one = FILE.partition("risks:\n")
        other = one.replace("late-labels", "other").replace(
            "    title", "    currency: EUR\n    title", 1
        )
        with pytest.raises(Invalid, match="one currency in a file, USD"):
            register(FILE + other)
