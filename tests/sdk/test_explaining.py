"""Explaining a stored model: by its card's words and changes, against its training rows."""

from typing import Any

import pytest

from gonogo.checks.explain.linear import LINEAR
from gonogo.checks.explain.table import EXPLAIN
from gonogo.checks.findings.finding import Asked
from gonogo.core.errors import Invalid
from gonogo.sdk.client import Client
from tests.fixtures.loans import Approver, registered

WORDS = {
    "income": {"low": "The income is low for this sum."},
    "debt": {"high": "Debts are high.", "low": "Debts are too few to judge by."},
}
CARD: dict[str, Any] = {
    "intended_use": "tests",
    "reasons": WORDS,
    "changes": {"debt": "down", "income": {"direction": "up", "maximum": 90}},
}


@pytest.fixture(scope="module")
def told(remote: Client, quiet_mlflow: None) -> Approver:
    made = registered(remote, "explained-approver")
    made.version.write_card(CARD)
    return made


def sizes(detail: Any) -> dict[str, float]:
    """Column by column the mean size of what it adds."""
    return {one["column"]: one["mean_size"]["value"] for one in detail["columns"]}


class TestReproduce:
    def test_every_check_of_the_area_is_measured_by_the_server(self, told: Approver) -> None:
        """From the sealed skops file: the scorecard in closed form, compared with training rows."""
        asked = [
            Asked(check, {"kind": "scorecard"} if check.endswith("glass_box_cost") else {})
            for check in EXPLAIN
        ]
        told.version.reproduce(checks=asked)
        found = {one.check: one for one in told.version.evidence() if one.check in EXPLAIN}
        assert set(found) == set(EXPLAIN)
        assert all(one.reproduced and "value" in one.measured for one in found.values())
        reasons = found["explainability.reason_coverage"]
        assert reasons.detail["attributed_by"] == LINEAR
        assert reasons.detail["compared_with"] == "training rows"
        words = {one["words"] for one in reasons.detail["reasons"]}
        assert WORDS["income"]["low"] in words

    def test_a_column_that_is_not_read_cannot_be_a_reason(self, told: Approver) -> None:
        with pytest.raises(Invalid, match="income, debt"):
            told.version.write_card({**CARD, "reasons": {"salary": "The salary is low."}})


class TestEvaluate:
    def test_a_model_in_a_notebook_is_explained_by_the_same_code(
        self, remote: Client, told: Approver
    ) -> None:
        check = "explainability.attribution_additivity"
        hypothesis = remote.case("loan-approval").hypothesis("trees-beat-scorecard")
        with hypothesis.run() as run:
            (mine,) = run.evaluate(
                told.model, told.test, label="approve", checks=[check], trained_on=told.train
            )
        told.version.reproduce(checks=[check])
        theirs = next(one for one in told.version.evidence() if one.check == check)
        assert sizes(mine.detail) == pytest.approx(sizes(theirs.detail))
