"""Features that give the label away, name rows or come too late."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from gonogo.checks.data.leakage import identifier_columns, single_feature_auc, time_travel
from gonogo.checks.findings.finding import Finding
from gonogo.checks.inputs.schema import ColumnSpec, ColumnType, Role
from gonogo.core.errors import Invalid
from gonogo.stats.auc import auc_delong
from gonogo.stats.estimate import Estimate, Undefined

RNG = np.random.default_rng(3)
N = 400
LABEL = RNG.integers(0, 2, N)
LABELLED = ColumnSpec("approve", ColumnType.BOOLEAN, role=Role.LABEL)
ASKED = {"label": "approve"}


def number(name: str, kind: ColumnType = ColumnType.NUMBER) -> ColumnSpec:
    return ColumnSpec(name, kind)


def estimate(found: Finding) -> Estimate:
    assert isinstance(found.measured, Estimate), found.measured
    return found.measured


def strongest(**columns: Any) -> Finding:
    """Of features whose type their name begins with."""
    kinds = {"n": ColumnType.NUMBER, "c": ColumnType.CATEGORY, "t": ColumnType.TIME}
    schema = [LABELLED, *(number(name, kinds[name[0]]) for name in columns)]
    return single_feature_auc(pd.DataFrame({"approve": LABEL, **columns}), schema, ASKED)


class TestSingleFeatureAuc:
    def test_one_number_is_its_roc_auc(self) -> None:
        score = RNG.normal(size=N) + LABEL
        found = estimate(strongest(n=score))
        told = auc_delong(LABEL, score, 0.95)
        assert found == told
        assert found.value == pytest.approx(roc_auc_score(LABEL, score))

    def test_the_direction_has_no_say(self) -> None:
        score = RNG.normal(size=N) + LABEL
        one, other = estimate(strongest(n=score)), estimate(strongest(n=-score))
        assert (one.value, one.low, one.high) == pytest.approx((other.value, other.low, other.high))

    def test_the_strongest_was_picked_and_its_interval_knows(self) -> None:
        columns = {f"n{at}": RNG.normal(size=N) + LABEL * (at == 0) for at in range(8)}
        found = strongest(**columns)
        alone = estimate(strongest(n0=columns["n0"]))
        assert estimate(found).value == alone.value
        assert estimate(found).low < alone.low
        assert estimate(found).high >= alone.high
        told: Any = found.detail["features"]
        assert told[0]["column"] == "n0"
        assert len(told) == 8

    def test_a_leak_through_a_category_is_found(self) -> None:
        found = strongest(c=np.where(LABEL == 1, "paid", "default"), n=RNG.normal(size=N))
        assert estimate(found).value == 1
        told: Any = found.detail["features"]
        assert told[0]["by"] == "rate of its category"

    def test_a_leak_through_missing_values_is_found(self) -> None:
        found = strongest(n=np.where(LABEL == 1, RNG.normal(size=N), np.nan))
        assert estimate(found).value == 1
        told: Any = found.detail["features"]
        assert told[0]["by"] == "whether it is missing"

    def test_a_leak_through_a_time_is_found(self) -> None:
        days = pd.to_timedelta(RNG.integers(0, 90, N) + 100 * LABEL, unit="D")
        found = strongest(t=pd.Timestamp("2026-01-01") + days)
        assert estimate(found).value == 1

    def test_values_that_stand_there_once_give_nothing_away(self) -> None:
        """Learnt from the rows themselves, each of them would be a perfect forecast."""
        found = strongest(c=[f"p{at}" for at in range(N)])
        assert isinstance(found.measured, Undefined)
        told: Any = found.detail["left_out"]
        assert told[0]["column"] == "c"

    @pytest.mark.parametrize("values", [3, 40, 150])
    def test_categories_without_meaning_give_nothing_away(self, values: int) -> None:
        """Of 100 columns drawn without regard to the label, few seem to tell it."""
        rng = np.random.default_rng(values)
        found = [
            estimate(strongest(c=rng.choice([f"c{at}" for at in range(values)], N)))
            for _ in range(100)
        ]
        assert sum(one.low > 0.5 for one in found) <= 10
        assert np.mean([one.value for one in found]) < 0.52

    def test_categories_with_meaning_give_it_away(self) -> None:
        """Three rates of yes, 0.2, 0.5 and 0.8: the AUC of the rates themselves is 23/30."""
        rng = np.random.default_rng(4)
        kind = rng.integers(0, 3, 6000)
        label = rng.uniform(size=6000) < np.array([0.2, 0.5, 0.8])[kind]
        frame = pd.DataFrame({"approve": label.astype(int), "c": kind.astype(str)})
        schema = [LABELLED, number("c", ColumnType.CATEGORY)]
        found = estimate(single_feature_auc(frame, schema, ASKED))
        assert found.value == pytest.approx(23 / 30, abs=0.02)

    def test_the_label_itself_is_no_feature(self) -> None:
        found = strongest()
        assert found.measured == Undefined("no feature ranks the rows", n=N)

    def test_a_label_that_is_no_yes_or_no_is_refused(self) -> None:
        frame = pd.DataFrame({"approve": ["y", "n"], "n": [1, 2]})
        with pytest.raises(Invalid, match="approve"):
            single_feature_auc(frame, [LABELLED, number("n")], ASKED)
        with pytest.raises(Invalid, match=r"with\.label"):
            single_feature_auc(frame, [LABELLED, number("n")], {})

    def test_the_interval_holds_the_largest_auc(self) -> None:
        """Of 200 samples with five features at least 93 % hold the AUC of the best one."""
        rng = np.random.default_rng(8)
        best = 0.5 * (1 + 2 * 0.2602499)  # Phi(1 / sqrt 2), of normals one deviation apart
        held = 0
        for _ in range(200):
            label = np.arange(120) % 2
            shift = np.array([1.0, 0.9, 0.8, 0.0, 0.0])
            values = rng.normal(size=(120, 5)) + label[:, None] * shift
            frame = pd.DataFrame(values, columns=[f"n{at}" for at in range(5)]).assign(
                approve=label
            )
            schema = [LABELLED, *(number(f"n{at}") for at in range(5))]
            found = estimate(single_feature_auc(frame, schema, ASKED))
            held += found.low <= best <= found.high
        assert held >= 186


class TestIdentifierColumns:
    def test_a_feature_that_names_rows_is_found(self) -> None:
        frame = pd.DataFrame(
            {"n": np.arange(N), "c": [f"p{at}" for at in range(N)], "x": RNG.normal(size=N)}
        )
        schema = [number("n", ColumnType.INTEGER), number("c", ColumnType.TEXT), number("x")]
        found = identifier_columns(frame, schema, {})
        assert estimate(found).value == 2
        told: Any = found.detail["columns"]
        assert told[0] == {"column": "n", "distinct": 1.0, "n": N}

    def test_declared_identifiers_are_no_features(self) -> None:
        frame = pd.DataFrame({"n": np.arange(N)})
        schema = [ColumnSpec("n", ColumnType.INTEGER, role=Role.IDENTIFIER)]
        assert estimate(identifier_columns(frame, schema, {})).value == 0

    def test_the_share_can_be_said(self) -> None:
        frame = pd.DataFrame({"n": np.arange(N) // 2})
        schema = [number("n", ColumnType.INTEGER)]
        assert estimate(identifier_columns(frame, schema, {})).value == 0
        assert estimate(identifier_columns(frame, schema, {"distinct": 0.5})).value == 1
        with pytest.raises(Invalid, match="distinct"):
            identifier_columns(frame, schema, {"distinct": 1.5})

    def test_few_rows_differ_by_chance(self) -> None:
        found = identifier_columns(pd.DataFrame({"n": range(19)}), [number("n")], {})
        assert isinstance(found.measured, Undefined)


class TestTimeTravel:
    FRAME = pd.DataFrame(
        {
            "decided": ["2026-01-10", "2026-01-10T12:00:00+00:00", "2026-01-10", None],
            "opened": ["2026-01-09", "2026-01-10T14:00:00+01:00", "2026-01-13", "2026-01-01"],
        }
    )
    SCHEMA = (
        ColumnSpec("decided", ColumnType.TIME, role=Role.OTHER),
        ColumnSpec("opened", ColumnType.TIME),
    )

    def test_times_after_the_decision_are_counted(self) -> None:
        """Two in the afternoon in Berlin is one in Greenwich: an hour after noon there."""
        found = time_travel(self.FRAME, self.SCHEMA, {"decision": "decided"})
        assert estimate(found).value == pytest.approx(2 / 3)
        told: Any = found.detail["columns"]
        assert told[0]["rows"] == [1, 2]
        assert told[0]["most_days"] == 3

    def test_what_is_no_feature_may_come_later(self) -> None:
        schema = (self.SCHEMA[0], ColumnSpec("opened", ColumnType.TIME, role=Role.LABEL))
        found = time_travel(self.FRAME, schema, {"decision": "decided"})
        assert isinstance(found.measured, Undefined)

    def test_a_decision_without_time_is_refused(self) -> None:
        schema = (ColumnSpec("decided", ColumnType.TEXT), self.SCHEMA[1])
        with pytest.raises(Invalid, match="type time"):
            time_travel(self.FRAME, schema, {"decision": "decided"})
        with pytest.raises(Invalid, match=r"with\.decision"):
            time_travel(self.FRAME, schema, {})
