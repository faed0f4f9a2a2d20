"""How long decisions waited: from the log, those without an outcome included."""

from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from gonogo.records import waits
from gonogo.records.record import Outcome
from tests.records.test_arms import MICROS, NOW, decision, write

HOUR = 3_600_000_000


def came(number: int, after: int) -> Outcome:
    at = MICROS + after
    return Outcome(f"d{number}", "churn", at, at, 1.0, None, "outcome", None, None)


class TestWaits:
    def test_ages_and_waits_by_decision(self, tmp_path: Path) -> None:
        write(
            tmp_path,
            *(decision(number, at=MICROS) for number in range(4)),
            decision(4, "champion", at=MICROS + HOUR, release="churn-0"),
            decision(5, at=MICROS, role="shadow"),
            came(0, HOUR // 2),
            came(1, HOUR),
            came(1, 2 * HOUR),
        )
        now = NOW + timedelta(hours=3)
        found = waits.waits(tmp_path, "churn", NOW, now, "churn-1")
        assert sorted(found.ages) == pytest.approx([2 * 3600, *[3 * 3600] * 4])
        took = np.sort(found.took)
        assert took[:2] == pytest.approx([1800, 3600]), "what a correction took is not asked"
        assert np.isnan(took[2:]).all()
        assert {name: (one.decisions, one.labelled) for name, one in found.arms.items()} == {
            "challenger": (4, 2)
        }
        assert found.arms["challenger"].ages == pytest.approx([3 * 3600] * 4)

    def test_an_outcome_from_before_its_decision_took_no_time(self, tmp_path: Path) -> None:
        """Clocks of others: neither an age nor a wait is below nothing."""
        write(tmp_path, decision(1, at=MICROS + HOUR), came(1, 0))
        found = waits.waits(tmp_path, "churn", NOW, NOW, "churn-1")
        assert (found.ages.tolist(), found.took.tolist()) == ([0.0], [0.0])

    def test_nothing_decided_waits_for_nothing(self, tmp_path: Path) -> None:
        found = waits.waits(tmp_path, "churn", NOW, NOW, "churn-1")
        assert (found.ages.size, found.arms) == (0, {})

    def test_of_very_many_a_part_is_drawn_and_all_are_counted(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(waits, "MOST", 20)
        write(tmp_path, *(decision(number, at=MICROS) for number in range(200)))
        found = waits.waits(tmp_path, "churn", NOW, NOW, "churn-1")
        assert found.arms["challenger"].decisions == 200
        assert 1 <= found.ages.size < 60
