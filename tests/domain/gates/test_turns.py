"""What would turn a condition to go, in words that promise no more than the numbers."""

from gonogo.core.conditions import Condition
from gonogo.core.subjects import Subject
from gonogo.core.verdicts import Verdict
from gonogo.domain.gates.rules import Polled, Standing
from gonogo.domain.gates.turns import Turn, turns_to_go
from gonogo.stats.estimate import Estimate, Undefined, exact

STANDING = Standing(
    author=Subject.parse("user:900"),
    stage="sandbox",
    policy="house",
    data=(Subject.parse("dataset:loans@0123456789ab"),),
)
AUC = Condition("performance.roc_auc", at_least=0.7)


def interval(value: float, half: float) -> Estimate:
    return Estimate(value, value - half, value + half, 0.95, 400, "auc", "test")


def turn(row: Polled) -> Turn:
    return turns_to_go((row,), "model:approver@1", STANDING)[0]


class TestTurns:
    def test_go_and_waived_need_nothing(self) -> None:
        rows = (
            Polled(AUC, Verdict.GO, ""),
            Polled(AUC, Verdict.NO_GO, "", waiver="w" * 64),
        )
        assert turns_to_go(rows, "model:approver@1", STANDING) == ()

    def test_what_is_not_measured_names_the_command(self) -> None:
        found = turn(Polled(AUC, Verdict.NO_DATA, "not measured yet"))
        assert found.command == (
            "gonogo evidence measure model:approver@1 --check performance.roc_auc"
        )
        assert found.say.startswith("ROC AUC: not measured yet.")

    def test_data_are_measured_on_the_dataset_version(self) -> None:
        missing = Condition("data.missing_share", at_most=0.1)
        found = turn(Polled(missing, Verdict.NO_DATA, "not measured yet"))
        assert "dataset:loans@0123456789ab" in str(found.command)

    def test_what_was_only_reported_is_to_be_reproduced(self) -> None:
        asked = Condition("performance.roc_auc", at_least=0.7, reproduced=True)
        reason = "not usable: reported by a client, not reproduced by the server"
        found = turn(Polled(asked, Verdict.NO_DATA, reason))
        assert found.command == "gonogo model reproduce approver@1"
        assert "the server measures it itself" in found.say

    def test_undefined_says_why(self) -> None:
        row = Polled(AUC, Verdict.NO_DATA, "could not be measured: one class", Undefined("x", n=3))
        assert "one class" in turn(row).say

    def test_a_hold_within_the_bound_says_how_many_more(self) -> None:
        found = turn(Polled(AUC, Verdict.HOLD, "", interval(0.72, 0.04), more_needed=1200))
        assert (found.bound, found.more_needed) == (0.7, 1200)
        assert "0.02 within the bound" in found.say
        assert "about 1,200 more observations" in found.say

    def test_a_hold_on_the_wrong_side_does_not_promise_go(self) -> None:
        """More data would then rather settle it as no-go, and it must not sound otherwise."""
        found = turn(Polled(AUC, Verdict.HOLD, "", interval(0.68, 0.04), more_needed=1200))
        assert found.distance is not None
        assert round(found.distance, 6) == -0.02
        assert "more likely settle it as no-go" in found.say
        assert "must rise" in found.say

    def test_a_no_go_says_how_far_and_that_more_of_the_same_will_not_do(self) -> None:
        found = turn(Polled(AUC, Verdict.NO_GO, "", interval(0.6, 0.04)))
        assert "must rise by 0.1 to reach the bound" in found.say
        assert "More observations of the same are not expected to do that" in found.say

    def test_an_upper_bound_asks_to_fall(self) -> None:
        latency = Condition("operations.latency_p99_ms", at_most=100)
        found = turn(Polled(latency, Verdict.NO_GO, "", interval(120, 5)))
        assert "must fall by 20 ms" in found.say

    def test_a_count_has_no_interval_to_speak_of(self) -> None:
        missing = Condition("data.missing_share", at_most=0.1)
        counted = exact(0.3, n=100, unit="share", of="the dataset version")
        found = turn(Polled(missing, Verdict.NO_GO, "", counted))
        assert found.say == (
            "Missing values is 0.3 on 100 observations; asked is at most 0.1. It must fall by 0.2."
        )

    def test_on_the_bound_no_number_is_named(self) -> None:
        found = turn(Polled(AUC, Verdict.HOLD, "", interval(0.7, 0.04)))
        assert "no number of observations can be named" in found.say
