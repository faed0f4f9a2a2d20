"""Versions side by side, over REST."""

from typing import Any

import pytest

from gonogo.core.roles import Role
from tests.fixtures.rest import Json, done
from tests.fixtures.world import World, evidence, measured

ONE, TWO = "model:caller@1", "model:caller@2"


@pytest.fixture
def two(world: World) -> World:
    """A second version beside the first, trained and evaluated on the same data."""
    world.version("2", data=world.train, evaluation=world.test)
    return world


def about(
    subject: str, check: str, value: float, given: dict[str, Json] | None = None, **more: Json
) -> Any:
    found = evidence(check, subject=subject, measured=measured(value, 0.01), **more)
    return {**found, "with": given or {}}


def compared(world: World, *versions: str, **more: Json) -> Any:
    asked = {"version": list(versions) or ["caller@1", "caller@2"], **more}
    return done(world.api.by(Role.VIEWER).get("/comparisons", params=asked), 200)


def row(found: Any, check: str) -> Any:
    return next(one for one in found["rows"] if one["check"] == check)


class TestCompare:
    def test_without_evidence_every_criterion_is_no_data_and_nobody_is_first(
        self, two: World
    ) -> None:
        found = compared(two)
        assert found["ranking"] is None
        assert found["headline"] == "No criterion is measured of all of them in the same way."
        assert {one["name"] for one in found["criteria"]} >= {"carbon", "interpretability"}
        for one in found["criteria"]:
            assert {cell["why"] for cell in one["row"]["cells"]} == {"no data"}
            assert one["why_not"] == "caller@1: no data; caller@2: no data"

    def test_the_better_is_first_and_the_other_outside_the_pareto_set(self, two: World) -> None:
        two.record(
            about(ONE, "performance.roc_auc", 0.70, data=two.test),
            about(TWO, "performance.roc_auc", 0.80, data=two.test),
            about(ONE, "operations.latency_p99_ms", 9.0, data=two.test),
            about(TWO, "operations.latency_p99_ms", 3.0, data=two.test),
        )
        found = compared(two, criterion=["performance", "latency"])
        first, second = found["ranking"]["places"]
        assert (first["subject"], first["on_front"], first["front"]) == (TWO, True, 1.0)
        assert (second["subject"], second["on_front"], second["closeness"]) == (ONE, False, 0.0)
        assert first["first"] == first["any_weights"] == 1.0
        assert [(one["low"], one["high"]) for one in found["ranking"]["weights"]] == [(0, 1)] * 2
        auc = row(found, "performance.roc_auc")
        assert auc["differs"]
        assert [cell["mark"] for cell in auc["cells"]] == ["behind", "ahead"]

    def test_a_trade_off_is_decided_by_the_weights(self, two: World) -> None:
        two.record(
            about(ONE, "performance.roc_auc", 0.70, data=two.test),
            about(TWO, "performance.roc_auc", 0.80, data=two.test),
            about(ONE, "operations.latency_p99_ms", 3.0, data=two.test),
            about(TWO, "operations.latency_p99_ms", 9.0, data=two.test),
        )
        fast, right = (
            compared(two, weight=[f"performance={weight}", f"latency={1 - weight}"])
            for weight in (0.1, 0.99)
        )
        assert fast["ranking"]["places"][0]["subject"] == ONE
        assert right["ranking"]["places"][0]["subject"] == TWO
        assert all(place["on_front"] for place in fast["ranking"]["places"])
        ends = {one["criterion"]: one for one in right["ranking"]["weights"]}
        turn = ends["performance"]["low"]
        assert 0.1 < turn < 0.99
        assert ends["latency"]["high"] == pytest.approx(1 - turn)
        shares = [place["any_weights"] for place in right["ranking"]["places"]]
        assert sum(shares) == pytest.approx(1)

    def test_judgements_say_how_consistent_they_are(self, two: World) -> None:
        for subject in (ONE, TWO):
            two.record(
                about(subject, "performance.roc_auc", 0.7, data=two.test),
                about(subject, "operations.latency_p99_ms", 9.0, data=two.test),
                about(subject, "operations.model_size_bytes", 900.0, data=two.test),
            )
        size = "operations.model_size_bytes"
        told = compared(
            two, judgement=["performance/latency=9", f"latency/{size}=9", f"{size}/performance=9"]
        )
        assert told["ranking"]["consistency"] > 1
        assert "contradict one another" in told["headline"]
        assert told["ranking"]["source"] == "judged"
        assert "nobody comes first alone" in told["headline"]

    def test_another_dataset_cannot_be_compared_and_does_not_count(self, two: World) -> None:
        two.record(
            about(ONE, "performance.roc_auc", 0.70, data=two.train),
            about(TWO, "performance.roc_auc", 0.80, data=two.test),
        )
        found = compared(two, criterion=["performance"])
        cells = row(found, "performance.roc_auc")["cells"]
        assert [cell["comparable"] for cell in cells] == [False, True]
        assert cells[0]["why"] == f"not comparable: measured on {two.train}, not {two.test}"
        assert cells[0]["measured"]["value"] == 0.70
        assert not row(found, "performance.roc_auc")["differs"]
        assert found["ranking"] is None
        assert "caller@1: not comparable" in found["criteria"][0]["why_not"]

    def test_other_parameters_cannot_be_compared(self, two: World) -> None:
        cost = "operations.cost_per_thousand"
        two.record(
            about(ONE, cost, 0.70, {"price_per_hour": 1.0}),
            about(TWO, cost, 0.80, {"price_per_hour": 2.0}),
        )
        cells = row(compared(two), cost)["cells"]
        assert sorted(cell["why"] for cell in cells) == [
            "",
            "not comparable: price_per_hour 1, not 2",
        ]

    def test_level_seed_and_each_ones_own_threshold_may_differ(self, two: World) -> None:
        two.version("3", data=two.train, evaluation=two.test, threshold=0.3)
        two.record(
            about(ONE, "performance.f1", 0.5, {"threshold": 0.5, "seed": 1}),
            about("model:caller@3", "performance.f1", 0.9, {"threshold": 0.3}),
        )
        found = compared(two, "caller@1", "caller@3")
        assert [cell["comparable"] for cell in row(found, "performance.f1")["cells"]] == [True] * 2

    def test_of_several_reports_the_newest_stands(self, two: World) -> None:
        two.record(about(ONE, "performance.roc_auc", 0.6, data=two.test))
        two.record(about(ONE, "performance.roc_auc", 0.7, data=two.test))
        cell = row(compared(two), "performance.roc_auc")["cells"][0]
        assert cell["measured"]["value"] == 0.7

    def test_what_is_undefined_says_why_and_does_not_count(self, two: World) -> None:
        nothing = {"undefined": "only one class", "n": 5}
        two.record(
            evidence("performance.roc_auc", subject=ONE, measured=nothing, data=two.test),
            about(TWO, "performance.roc_auc", 0.8, data=two.test),
        )
        found = compared(two, criterion=["performance"])
        assert found["criteria"][0]["why_not"] == "caller@1: undefined: only one class"

    def test_data_are_shown_for_training_and_evaluation_apart(self, two: World) -> None:
        share = evidence("data.duplicate_share", measured=measured(0.1))
        two.record({**share, "subject": two.train}, {**share, "subject": two.test})
        found = compared(two)
        of_data = [one for one in found["rows"] if one["check"] == "data.duplicate_share"]
        assert {one["narrowed"] for one in of_data} == {"training data", "evaluation data"}
        assert all(cell["comparable"] for one in of_data for cell in one["cells"])

    def test_a_version_there_is_not(self, two: World) -> None:
        asked = {"version": ["caller@1", "caller@9"]}
        answer = two.api.by(Role.VIEWER).get("/comparisons", params=asked)
        assert (answer.status_code, answer.json()["field"]) == (404, "version")

    def test_one_alone_is_refused(self, two: World) -> None:
        answer = two.api.by(Role.VIEWER).get("/comparisons", params={"version": ["caller@1"]})
        assert (answer.status_code, answer.json()["field"]) == (422, "version")
