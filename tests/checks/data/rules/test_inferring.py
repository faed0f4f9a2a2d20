"""Rules proposed from a reference: the reference keeps them, and they leave the room they state."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pandas as pd
import pytest

from gonogo.checks.data.rules.asks import Between, MissingAtMost
from gonogo.checks.data.rules.document import Document, Severity
from gonogo.checks.data.rules.inferring import infer
from gonogo.checks.data.rules.judging import judged
from gonogo.checks.data.rules.reading import parse
from gonogo.checks.data.rules.writing import written
from gonogo.checks.inputs.schema import Role, infer_schema
from gonogo.core.errors import Invalid

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def reference(n: int = 600, seed: int = 1) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    opened = pd.Timestamp("2026-01-01", tz="UTC") + pd.to_timedelta(rng.integers(0, 9, n), "D")
    return pd.DataFrame(
        {
            "id": [f"p{at}" for at in range(n)],
            "age": rng.integers(18, 80, n),
            "income": np.where(rng.uniform(size=n) < 0.03, np.nan, rng.lognormal(10, 1, n)),
            "rate": rng.normal(0, 0.01, n),
            "city": rng.choice(["Köln", "大阪"], n),
            "opened": opened,
            "decided": opened + pd.to_timedelta(rng.integers(0, 9, n), "D"),
            "label": rng.integers(0, 2, n),
        }
    )


def proposed(frame: pd.DataFrame) -> Document:
    schema = infer_schema(frame, roles={"id": Role.IDENTIFIER, "label": Role.LABEL})
    return infer(frame, schema, dataset="loans", source="loans@3f2a9c1d2e4f")


FOUND = {rule.key: rule for rule in proposed(reference()).rules}


class TestInfer:
    def test_the_reference_keeps_all_of_it(self) -> None:
        frame = reference()
        schema = infer_schema(frame, roles={"id": Role.IDENTIFIER})
        assert [one.violated for one in judged(frame, schema, proposed(frame), NOW)] == [
            False
        ] * len(FOUND)

    def test_another_sample_of_the_same_kind_keeps_nearly_all_of_it(self) -> None:
        """Room is left so that a new version does not fail by chance."""
        schema = infer_schema(reference())
        broken = [
            str(one.rule)
            for seed in range(2, 22)
            for one in judged(reference(seed=seed), schema, proposed(reference()), NOW)
            if one.violated
        ]
        assert len(broken) <= 2

    def test_other_rows_break_it(self) -> None:
        frame = reference()
        other = frame.assign(age=frame.age * 12, city="Lima", income=np.nan, id="p1")
        found = judged(other, infer_schema(frame), proposed(frame), NOW)
        broken = {one.rule.key for one in found if one.violated}
        assert broken == {"age: Between", "city: OneOf", "id: Unique", "income: MissingAtMost"}

    def test_what_was_only_seen_is_a_warning(self) -> None:
        assert FOUND["age: OfType"].severity is Severity.ERROR
        assert FOUND["id: Unique"].severity is Severity.ERROR
        assert FOUND["age: Between"].severity is Severity.WARNING
        assert FOUND["city: OneOf"].severity is Severity.WARNING

    def test_missing_values_may_come_as_often_as_the_interval_reaches(self) -> None:
        ask = FOUND["income: MissingAtMost"].ask
        share = float(reference().income.isna().mean())
        assert isinstance(ask, MissingAtMost)
        assert share < ask.share < share + 0.03

    def test_a_range_is_wider_than_its_quantiles_and_says_so(self) -> None:
        rule = FOUND["age: Between"]
        assert isinstance(rule.ask, Between)
        assert rule.ask.at_least is not None
        assert 0 < rule.ask.at_least <= 18 - 6
        assert "widened by 10 %" in rule.reason
        # The upper end of Wilson's 99 % interval of 0 in 600.
        assert rule.tolerate == 0.011

    def test_what_was_never_negative_is_not_let_be(self) -> None:
        income, rate = FOUND["income: Between"].ask, FOUND["rate: Between"].ask
        assert isinstance(income, Between)
        assert isinstance(rate, Between)
        assert income.at_least == 0
        assert rate.at_least is not None
        assert rate.at_least < 0

    def test_times_that_always_followed_are_to_follow(self) -> None:
        assert str(FOUND["opened & decided: Compared"]) == "opened <= decided"

    def test_it_is_a_file_that_can_be_read(self) -> None:
        document = proposed(reference())
        assert parse(written(document)).digest == document.digest

    def test_some_columns_alone(self) -> None:
        frame = reference()
        found = infer(frame, infer_schema(frame), dataset="a", source="b", columns=["age"])
        assert {rule.columns for rule in found.rules} == {("age",)}

    @pytest.mark.parametrize("n", [0, 1, 19])
    def test_a_few_rows_are_no_reference(self, n: int) -> None:
        with pytest.raises(Invalid, match="20 rows"):
            proposed(reference(n))

    def test_an_unknown_column_is_refused(self) -> None:
        frame = reference()
        with pytest.raises(Invalid):
            infer(frame, infer_schema(frame), dataset="a", source="b", columns=["agee"])

    @pytest.mark.parametrize("value", [np.nan, 0.0, 7.0, np.inf, -1e300])
    def test_a_constant_column_gives_rules_it_keeps(self, value: float) -> None:
        frame = pd.DataFrame({"a": [value] * 30})
        schema = infer_schema(frame)
        document = infer(frame, schema, dataset="a", source="b")
        kept = [one.violated for one in judged(frame, schema, document, NOW)]
        assert True not in kept
        assert parse(written(document)).digest == document.digest


DRAWN: dict[str, Callable[[np.random.Generator, int], Any]] = {
    "uniform": lambda rng, n: rng.uniform(0, 1, n),
    "normal": lambda rng, n: rng.normal(50, 10, n),
    "log-normal": lambda rng, n: rng.lognormal(10, 1, n),
    "Student's t with 3 degrees of freedom": lambda rng, n: rng.standard_t(3, n),
}


@pytest.mark.slow
class TestRoom:
    """How often data like the reference break what was inferred; docs/statistics.md has it."""

    REPEATS = 400

    @pytest.mark.parametrize("n", [30, 100, 1000])
    @pytest.mark.parametrize("drawn", DRAWN)
    def test_another_sample_breaks_few_ranges_and_shares(self, drawn: str, n: int) -> None:
        rng = np.random.default_rng(11)
        broken = {"Between": 0, "MissingAtMost": 0}
        for _ in range(self.REPEATS):
            frames = []
            for _ in range(2):
                values = DRAWN[drawn](rng, n)
                values[rng.uniform(size=n) < 0.05] = np.nan
                frames.append(pd.DataFrame({"a": values}))
            schema = infer_schema(frames[0])
            document = infer(frames[0], schema, dataset="a", source="b", columns=["a"])
            for one in judged(frames[1], schema, document, NOW):
                kind = type(one.rule.ask).__name__
                if one.violated and kind in broken:
                    broken[kind] += 1
        shares = {kind: count / self.REPEATS for kind, count in broken.items()}
        assert shares["Between"] <= 0.02
        assert shares["MissingAtMost"] <= 0.04
