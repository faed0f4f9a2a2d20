"""Rates of groups, read from details that clients fill."""

from datetime import UTC, datetime
from typing import Any

from gonogo.core.conditions import Cited
from gonogo.core.evidence import Evidence
from gonogo.core.subjects import Subject
from gonogo.stats.estimate import Estimate
from gonogo.views.groups import group_tables

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
        (table,) = group_tables(found)
        assert len(table.comparisons) == 2
        assert table.lines[0].left_out == "too small"
        assert table.lines[0].rate is None

    def test_what_the_server_measured_goes_before_what_was_reported_later(self) -> None:
        said: dict[str, Any] = {"parameters": {"group": "sex"}, "detail": {"groups": [LINE]}}
        found = [
            cited(1, "fairness.selection_rate_ratio", reproduced=True, **said),
            cited(2, "fairness.selection_rate_ratio", **said),
        ]
        (table,) = group_tables(found)
        assert [one.reproduced for one in table.comparisons] == [True]
