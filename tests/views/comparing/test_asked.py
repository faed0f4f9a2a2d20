"""What is asked of a comparison, in words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gonogo.core.errors import Invalid
from gonogo.views.comparing.asked import FAMILIES, Asked, asked, criterion

TWO = ("caller@1", "model:caller@2")
PARTS = st.sampled_from(["cost", "latency", "performance.brier", "[group=a]", "=", "/", "1", "9e9"])
WORDS = st.lists(st.text(max_size=8) | st.lists(PARTS, max_size=5).map("".join), max_size=3)


class TestAsked:
    def test_without_more_every_family_counts_the_same(self) -> None:
        found = asked(TWO)
        assert [str(one) for one in found.subjects] == ["model:caller@1", "model:caller@2"]
        assert [one.name for one in found.criteria] == list(FAMILIES)
        assert found.weights == pytest.approx([1 / 6] * 6)
        assert found.source == "even"

    def test_weights_name_the_criteria_and_add_up_to_1(self) -> None:
        found = asked(TWO, weights=["latency=1", "fairness.selection_rate_ratio[group=race]=3"])
        assert [one.name for one in found.criteria] == [
            "latency",
            "fairness.selection_rate_ratio[group=race]",
        ]
        assert found.weights == (0.25, 0.75)
        assert (found.criteria[1].check, found.criteria[1].narrowed) == (
            "fairness.selection_rate_ratio",
            "group=race",
        )

    def test_a_named_criterion_without_weight_has_none(self) -> None:
        found = asked(TWO, criteria=["latency", "cost"], weights=["cost=2"])
        assert found.weights == (0.0, 1.0)

    def test_judgements_weigh_by_the_principal_eigenvector(self) -> None:
        found = asked(
            TWO, judgements=["performance/cost=3", "latency/cost=1", "performance/latency=3"]
        )
        assert found.weights == pytest.approx([0.6, 0.2, 0.2])
        assert found.judged is not None
        assert found.judged.ratio == pytest.approx(0, abs=1e-9)

    def test_a_judgement_may_be_a_fraction_and_stand_either_way_round(self) -> None:
        one, other = (
            asked(TWO, ["cost", "latency"], judgements=[text]).weights
            for text in ("cost/latency=1/4", "latency/cost=4")
        )
        assert one == pytest.approx(other)

    @pytest.mark.parametrize(
        ("field", "given"),
        [
            ("version", {"versions": ["caller@1"]}),
            ("version", {"versions": ["caller@1", "caller@1"]}),
            ("version", {"versions": [f"caller@{n}" for n in range(6)]}),
            ("version", {"versions": ["caller", "caller@2"]}),
            ("version", {"versions": ["dataset:a@1", "caller@2"]}),
            ("version", {"versions": ["model:é@1", "caller@2"]}),
            ("criterion", {"criteria": ["speed"]}),
            ("criterion", {"criteria": ["performance.speed"]}),
            ("criterion", {"criteria": ["data.class_balance"]}),
            ("weight", {"weights": ["latency"]}),
            ("weight", {"weights": ["latency=-1"]}),
            ("weight", {"weights": ["latency=nan"]}),
            ("weight", {"weights": ["latency=1/0"]}),
            ("weight", {"weights": ["latency=0"]}),
            ("weight", {"weights": ["latency=1", "latency=2"]}),
            ("weight", {"criteria": ["cost"], "weights": ["latency=1"]}),
            ("weight", {"weights": ["latency=1"], "judgements": ["cost/latency=2"]}),
            ("judgement", {"judgements": ["cost/latency=12"]}),
            ("judgement", {"judgements": ["cost/cost=1"]}),
            ("judgement", {"judgements": ["cost/latency=2", "latency/cost=2"]}),
            ("judgement", {"judgements": ["cost/latency=2", "cost/carbon=2"]}),
            ("judgement", {"criteria": ["cost", "carbon"], "judgements": ["cost/latency=2"]}),
        ],
    )
    def test_what_is_wrong_is_named(self, field: str, given: dict[str, list[str]]) -> None:
        with pytest.raises(Invalid) as refused:
            asked(**{"versions": TWO, **given})
        assert refused.value.field == field

    @given(WORDS, WORDS, WORDS, WORDS)
    def test_whatever_is_asked_is_answered_or_refused_by_name(
        self, versions: list[str], criteria: list[str], weights: list[str], judgements: list[str]
    ) -> None:
        found, field = _asked([*TWO, *versions], criteria, weights, judgements)
        assert field in {"", "version", "criterion", "weight", "judgement"}
        assert found is None or sum(found.weights) == pytest.approx(1)

    def test_a_criterion_is_a_family_or_a_check(self) -> None:
        assert criterion("latency").check is None
        assert criterion("performance.brier").check == "performance.brier"


def _asked(*words: list[str]) -> tuple[Asked | None, str]:
    """What is asked, or the field that is refused."""
    try:
        return asked(*words), ""
    except Invalid as refused:
        return None, refused.field
