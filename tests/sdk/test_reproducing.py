"""Training again, against a real server: the recorded rows, the evidence, both named."""

import pandas as pd
import pytest

from gonogo.core.errors import Invalid, NotFound
from gonogo.sdk.reproducing import as_measured, trained_again
from gonogo.stats.estimate import Estimate
from tests.fixtures.loans import Approver, fit

pytestmark = pytest.mark.filterwarnings("ignore")


def test_the_recorded_rows_are_trained_on_again(approver: Approver) -> None:
    seen: list[tuple[int, int]] = []

    def train(rows: pd.DataFrame, seed: int) -> object:
        seen.append((len(rows), seed))
        return fit(rows)

    found, recorded = trained_again(
        approver.version,
        train,
        approver.test,
        first=approver.model,
        label="approve",
        margin=0.01,
        seed=11,
    )
    assert seen == [(400, 11)]
    assert isinstance(found.measured, Estimate)
    assert found.measured.high == 0
    kept = next(
        one for one in approver.version.evidence() if one.digest == recorded.entries[0].digest
    )
    assert kept.check == "engineering.reproducibility"
    assert kept.with_["seed"] == 11
    assert (kept.data, kept.detail["data"]) == (approver.test.subject, approver.train.subject)


def test_another_model_is_not_the_same(approver: Approver) -> None:
    found, _ = trained_again(
        approver.version,
        lambda rows, _seed: fit(rows.assign(approve=1 - rows["approve"])),
        approver.test,
        first=approver.model,
        label="approve",
        margin=0.01,
    )
    assert isinstance(found.measured, Estimate)
    assert found.measured.low > 1


def test_a_column_that_is_none_and_what_nobody_measured(approver: Approver) -> None:
    with pytest.raises(Invalid, match="label"):
        trained_again(
            approver.version,
            lambda rows, _: fit(rows),
            approver.test,
            first=approver.model,
            label="none",
            margin=0.01,
        )
    with pytest.raises(NotFound, match="reproduce"):
        as_measured(approver.version, approver.version, margin=0.1, metric="performance.mae")
