"""What is drawn of evidence whose detail clients fill."""

from datetime import UTC, datetime
from typing import Any

from gonogo.core.conditions import Cited
from gonogo.core.evidence import Evidence
from gonogo.core.subjects import Subject
from gonogo.stats.estimate import Estimate
from gonogo.views.curves import drawn

VERSION = Subject.parse("model:caller@1")
LINE: dict[str, Any] = {"group": "f", "rows": 9, "n": 8, "selected": 4, "left_out": "too small"}


def cited(position: int, check: str, *, reproduced: bool = False, **said: Any) -> Cited:
    """Evidence about the version."""
    evidence = Evidence(
        VERSION,
        check,
        Estimate(0.8, 0.7, 0.9, 0.95, 100, "share", "m"),
        actor="user:1",
        at=datetime(2026, 11, 21, tzinfo=UTC),
        reproduced=reproduced,
        **said,
    )
    return Cited(f"{position:064d}", position, evidence)


class TestGroups:
    def test_comparisons_of_the_same_rates_share_a_table(self) -> None:
        said: dict[str, Any] = {"parameters": {"group": "sex"}, "detail": {"groups": [LINE]}}
        found = [
            cited(1, "fairness.selection_rate_difference", **said),
            cited(2, "fairness.selection_rate_ratio", **said),
        ]
        (table,), _, _ = drawn(found, VERSION)
        assert len(table.comparisons) == 2
        assert table.lines[0].left_out == "too small"
        assert table.lines[0].rate is None

    def test_what_the_server_measured_goes_before_what_was_reported_later(self) -> None:
        said: dict[str, Any] = {"parameters": {"group": "sex"}, "detail": {"groups": [LINE]}}
        found = [
            cited(1, "fairness.selection_rate_ratio", reproduced=True, **said),
            cited(2, "fairness.selection_rate_ratio", **said),
        ]
        (table,), _, _ = drawn(found, VERSION)
        assert [one.reproduced for one in table.comparisons] == [True]


class TestCurves:
    def test_comparisons_with_another_version_are_not_drawn(self) -> None:
        detail: dict[str, Any] = {"curve": [[0, 0], [1, 1]]}
        own = cited(1, "performance.roc_auc", detail=detail)
        versus = cited(
            2, "performance.roc_auc", detail=detail, parameters={"versus": "model:caller@0"}
        )
        _, _, curves = drawn([own, versus], VERSION)
        assert [curve.digest for curve in curves] == [own.digest]

    def test_evidence_about_something_else_is_not_drawn(self) -> None:
        found = [cited(1, "performance.roc_auc", detail={"curve": [[0, 0], [1, 1]]})]
        assert drawn(found, Subject.parse("model:caller@2")) == ((), None, ())

    def test_reliability_has_an_interval_for_each_bin(self) -> None:
        row = {"lowest": 0.1, "highest": 0.4, "forecast": 0.3, "yes": 3, "n": 10}
        found = [cited(1, "performance.calibration_error", detail={"reliability": [row]})]
        _, reliability, _ = drawn(found, VERSION)
        assert reliability is not None
        (only,) = reliability.bins
        assert isinstance(only.observed, Estimate)
        assert only.observed.low < 0.3 < only.observed.high

    def test_counts_that_cannot_be_are_left_out(self) -> None:
        row = {"lowest": 0.1, "highest": 0.4, "forecast": 0.3, "yes": 11, "n": 10}
        found = [cited(1, "performance.calibration_error", detail={"reliability": [row]})]
        assert drawn(found, VERSION) == ((), None, ())
