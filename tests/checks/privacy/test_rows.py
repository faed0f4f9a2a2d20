"""What rows and losses tell of people: counted by hand, never with a value in the evidence."""

import json

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from gonogo.checks.findings.finding import Asked, Finding
from gonogo.checks.inputs.schema import infer_schema
from gonogo.checks.inputs.scored import Scored
from gonogo.checks.measure import measure_data
from gonogo.checks.privacy.rows import membership_advantage
from gonogo.core.errors import Invalid
from gonogo.stats.estimate import Estimate, Undefined

PEOPLE = pd.DataFrame(
    {
        "born": [1970, 1970, 1970, 1980, 1980, None],
        "sex": ["f", "f", "m", "m", "m", "f"],
        "postcode": ["10115", "10115", "10115", "50667", "50667", "50667"],
    }
)


def found(check: str, frame: pd.DataFrame, **asked: str) -> Finding:
    return measure_data(frame, infer_schema(frame), checks=[Asked(f"privacy.{check}", asked)])[0]


def estimate(finding: Finding) -> Estimate:
    assert isinstance(finding.measured, Estimate), finding.measured
    return finding.measured


class TestKAnonymity:
    @pytest.mark.parametrize(
        ("columns", "k", "unique"),
        [("postcode", 3, 0), ("sex & postcode", 1, 2 / 6), ("born&sex&postcode", 1, 2 / 6)],
    )
    def test_counts_rows_that_share_a_combination(
        self, columns: str, k: int, unique: float
    ) -> None:
        assert estimate(found("k_anonymity", PEOPLE, columns=columns)).value == k
        one = found("uniqueness", PEOPLE, columns=columns)
        assert estimate(one).value == pytest.approx(unique)
        assert estimate(one).exact

    def test_agrees_with_pandas(self) -> None:
        rng = np.random.default_rng(2)
        frame = pd.DataFrame(rng.integers(0, 6, (300, 3)), columns=["a", "b", "c"])
        sizes = frame.groupby(["a", "b", "c"]).size()
        assert estimate(found("k_anonymity", frame, columns="a&b&c")).value == sizes.min()
        one = found("uniqueness", frame, columns="a&b&c")
        assert estimate(one).value == pytest.approx((sizes == 1).sum() / 300)
        bands = one.detail["shared_by"]
        assert isinstance(bands, list)
        assert bands[0] == {
            "from": 1, "to": 1, "combinations": int((sizes == 1).sum()),
            "rows": int((sizes == 1).sum()),
        }  # fmt: skip
        assert sum(int(str(band["rows"])) for band in bands if isinstance(band, dict)) == 300

    @pytest.mark.parametrize("columns", ["", "nowhere", "sex&nowhere", "sex&sex"])
    def test_columns_that_are_not_there_or_twice_are_refused(self, columns: str) -> None:
        with pytest.raises(Invalid, match="columns"):
            found("k_anonymity", PEOPLE, columns=columns)

    def test_no_rows_are_undefined(self) -> None:
        frame = PEOPLE.iloc[:0]
        assert found("uniqueness", frame, columns="sex").measured == Undefined("no rows", n=0)


class TestDirectIdentifiers:
    FRAME = pd.DataFrame(
        {
            "note": ["call +49 30 901820 or jo@mail.example", "nothing", "10.0.0.1", None] * 5,
            "card": [4111111111111111, 5555555555554444, 378282246310005, 4111111111111111] * 5,
            "age": [30, 40, 50, 60] * 5,
        }
    )

    def test_counts_cells_by_column_and_kind(self) -> None:
        one = found("direct_identifiers", self.FRAME)
        assert estimate(one).value == 30
        assert one.detail["found"] == [
            {"column": "note", "kind": "e-mail", "count": 5},
            {"column": "note", "kind": "phone", "count": 5},
            {"column": "note", "kind": "IP address", "count": 5},
            {"column": "card", "kind": "card", "count": 20},
        ]

    def test_of_one_column(self) -> None:
        assert estimate(found("direct_identifiers", self.FRAME, column="age")).value == 0

    def test_no_value_is_kept(self) -> None:
        one = found("direct_identifiers", self.FRAME)
        told = json.dumps([one.detail, dict(one.parameters), estimate(one).method], default=str)
        for value in ("4111", "901820", "jo@", "10.0.0.1"):
            assert value not in told

    def test_random_numbers_that_fit_by_chance_are_not_counted(self) -> None:
        rng = np.random.default_rng(4)
        frame = pd.DataFrame(
            {
                "nine": rng.integers(10**8, 10**9, 500),
                "eleven": rng.integers(10**10, 10**11, 500),
                "sixteen": rng.integers(10**15, 9 * 10**15, 500),
                "share": rng.uniform(size=500),
            }
        )
        assert estimate(found("direct_identifiers", frame)).value == 0

    def test_no_rows_are_undefined(self) -> None:
        found_none = found("direct_identifiers", self.FRAME.iloc[:0])
        assert found_none.measured == Undefined("no rows", n=0)


def rows(sure: float, n: int, seed: int) -> Scored:
    """Rows whose probability of what is true is around `sure`."""
    rng = np.random.default_rng(seed)
    yes = np.arange(n) % 2 == 0
    right = np.clip(rng.normal(sure, 0.1, n), 0.02, 0.98)
    return Scored(yes, np.where(yes, right, 1 - right))


class TestMembershipAdvantage:
    def test_by_hand_at_a_stated_loss(self) -> None:
        train = Scored([1, 1, 1, 1], [0.9, 0.8, 0.7, 0.4])
        test = Scored([1, 1, 1, 1, 1], [0.9, 0.4, 0.3, 0.2, 0.1])
        one = membership_advantage(train, test, {"loss": 0.5})
        assert estimate(one).value == pytest.approx(3 / 4 - 1 / 5)
        assert one.detail["train"] == {"taken": 3, "n": 4}
        assert one.detail["test"] == {"taken": 1, "n": 5}

    def test_the_mean_training_loss_is_the_threshold(self) -> None:
        train, test = rows(0.9, 400, 1), rows(0.6, 300, 2)
        one = membership_advantage(train, test, {})
        losses = [
            -np.log(np.where(part.yes, part.scores, 1 - part.scores)) for part in (train, test)
        ]
        most = losses[0].mean()
        assert one.detail["loss"] == pytest.approx(most)
        wanted = (losses[0] <= most).mean() - (losses[1] <= most).mean()
        assert estimate(one).value == pytest.approx(wanted)
        assert estimate(one).low > 0.5
        auc = one.detail["auc"]
        assert isinstance(auc, dict)
        member = np.r_[np.ones(400), np.zeros(300)]
        assert auc["value"] == pytest.approx(roc_auc_score(member, -np.concatenate(losses)))

    def test_rows_that_are_alike_are_not_told_apart(self) -> None:
        one = estimate(membership_advantage(rows(0.8, 500, 1), rows(0.8, 500, 2), {}))
        assert one.low < 0 < one.high

    def test_without_rows_or_probabilities_it_is_undefined(self) -> None:
        good, strange = rows(0.8, 20, 1), Scored([0, 1], [-3, 7])
        for train, test, part in (
            (strange, good, "training"),
            (good, strange, "test"),
            (good, Scored([], []), "test"),
        ):
            measured = membership_advantage(train, test, {}).measured
            assert isinstance(measured, Undefined)
            assert part in measured.reason
