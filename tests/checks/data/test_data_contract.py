"""What every data check that is asked by name must stand: a number, a reason or a refusal."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pandas as pd
import pytest

from gonogo.checks.data.declared import Reference
from gonogo.checks.data.rules.reading import parse
from gonogo.checks.data_table import GIVEN_DATA, NAMED_DATA
from gonogo.checks.findings.finding import Asked, Finding
from gonogo.checks.inputs.schema import ColumnSpec, ColumnType, Role
from gonogo.checks.measure import measure_data
from gonogo.core.catalogue import CATALOGUE
from gonogo.core.errors import Invalid
from gonogo.stats.estimate import Estimate, Undefined
from tests.checks.test_contract import sound

pytestmark = pytest.mark.filterwarnings("error")

NOW = datetime(2026, 3, 1, tzinfo=UTC)

SCHEMA = (
    ColumnSpec("id", ColumnType.TEXT, role=Role.IDENTIFIER),
    ColumnSpec("age", ColumnType.INTEGER, minimum=18, maximum=70, missing_codes=(999,)),
    ColumnSpec("income", ColumnType.NUMBER),
    ColumnSpec("city", ColumnType.CATEGORY, categories=("Köln", "大阪")),
    ColumnSpec("ann", ColumnType.CATEGORY, role=Role.OTHER),
    ColumnSpec("bo", ColumnType.CATEGORY, role=Role.OTHER),
    ColumnSpec("decided", ColumnType.TIME, role=Role.OTHER),
    ColumnSpec("opened", ColumnType.TIME),
    ColumnSpec("score", ColumnType.NUMBER, role=Role.OTHER),
    ColumnSpec("label", ColumnType.BOOLEAN, role=Role.LABEL),
)

RULES = parse("""
rules: loans
columns:
  id: [{unique: true, reason: names a row}, {type: text, reason: a code}]
  age: [{at_least: 18, at_most: 70, reason: adults}, {nullable: false, reason: always asked}]
  city: [{one_of: [Köln, 大阪], reason: there are two}, {matches: '\\pL+', reason: letters}]
  income: [{missing_at_most: 0.1, severity: warning, reason: some will not say}]
  decided: [{fresh_within: 30d, reason: the world moves on}]
together:
  - {compare: [opened, "<=", decided], reason: first opened and then decided}
""")

ASKED: dict[str, dict[str, Any]] = {
    "data.cohen_kappa": {"annotators": "ann&bo"},
    "data.fleiss_kappa": {"annotators": "ann&bo"},
    "data.krippendorff_alpha": {"annotators": "ann&bo"},
    "data.time_travel": {"decision": "decided"},
    "data.age_days": {"column": "decided"},
    "data.representativeness": {"group": "city"},
    "data.label_error_share": {"score": "score", "resamples": 399},
    "privacy.k_anonymity": {"columns": "age&city"},
    "privacy.uniqueness": {"columns": "age&city"},
}
"""What a check must be asked with; the others need nothing."""

REFUSED: Mapping[str, set[str]] = {
    "data.single_feature_auc": {"no columns", "all missing", "other types"},
    "data.time_travel": {"no columns"},
    "data.age_days": {"no columns"},
    "data.key_violations": {"no columns"},
    "data.representativeness": {"no columns"},
    "data.near_duplicate_share": {"no columns"},
    "data.label_error_share": {"no columns", "all missing", "other types", "numbers"},
    "data.cohen_kappa": {"no columns"},
    "data.fleiss_kappa": {"no columns"},
    "data.krippendorff_alpha": {"no columns"},
    "privacy.k_anonymity": {"no columns"},
    "privacy.uniqueness": {"no columns"},
}
"""Where there is no number to be had because what was asked for is not there."""


def good_frame(n: int = 80) -> pd.DataFrame:
    rng = np.random.default_rng(5)
    label = np.arange(n) % 2
    first = rng.choice(["yes", "no"], n)
    start = pd.Timestamp("2026-01-01", tz="UTC")
    return pd.DataFrame(
        {
            "id": [f"p{at}" for at in range(n)],
            "age": rng.integers(18, 80, n),
            "income": rng.normal(40, 9, n).round(1),
            "city": rng.choice(["Köln", "大阪"], n),
            "ann": first,
            "bo": np.where(rng.uniform(size=n) < 0.8, first, "no"),
            "decided": start + pd.to_timedelta(rng.integers(0, 50, n), unit="D"),
            "opened": start - pd.to_timedelta(rng.integers(-5, 50, n), unit="D"),
            "score": np.clip(label * 0.3 + rng.uniform(0.1, 0.6, n), 0, 1).round(3),
            "label": label,
        }
    )


FEATURES = tuple(name for name in good_frame() if name != "label")
NOTHING = pd.Series([None] * 80, dtype=object)

HARD: dict[str, Callable[[pd.DataFrame], pd.DataFrame]] = {
    "empty": lambda rows: rows.iloc[:0],
    "no columns": lambda rows: rows[[]],
    "one row": lambda rows: rows.iloc[:1],
    "two rows": lambda rows: rows.iloc[:2],
    "one class": lambda rows: rows.assign(label=1),
    "constant": lambda rows: rows.assign(**{str(name): rows[name].iloc[0] for name in FEATURES}),
    "all missing": lambda rows: rows.assign(**{str(name): NOTHING for name in rows}),
    "infinite": lambda rows: rows.assign(age=np.inf, income=-np.inf),
    "other types": lambda rows: rows.assign(**{str(name): "much" for name in rows}),
    "numbers": lambda rows: rows.assign(**{str(name): 3.5 for name in FEATURES}),
    "missing codes": lambda rows: rows.assign(age=999),
    "duplicates": lambda rows: pd.concat([rows] * 2, ignore_index=True),
    "billions": lambda rows: rows.assign(age=np.arange(80) * 10**9, id=np.arange(80) + 10**12),
    "twins": lambda rows: pd.concat([rows, rows[["age", "label"]]], axis=1),
}
"""Rows that some check cannot make a number of."""


def measured(check: str, frame: pd.DataFrame, **more: Any) -> Finding:
    return measure_data(
        frame,
        SCHEMA,
        label="label",
        reference=Reference("dataset:loans@3f2a9c1d2e4f", good_frame()),
        checks=[Asked(check, {**ASKED.get(check, {}), **more})],
        at=NOW,
        rules=RULES,
    )[0]


@pytest.mark.parametrize("check", [*NAMED_DATA, *GIVEN_DATA])
class TestNamedDataChecks:
    def test_good_rows_give_an_estimate(self, check: str) -> None:
        found = measured(check, good_frame())
        sound(found)
        assert isinstance(found.measured, Estimate), found.measured
        assert found.measured.exact is CATALOGUE[check].exact

    @pytest.mark.parametrize("case", HARD)
    def test_hard_rows_give_a_number_a_reason_or_a_refusal(self, check: str, case: str) -> None:
        if case == "twins" or case in REFUSED.get(check, ()):
            with pytest.raises(Invalid):
                measured(check, HARD[case](good_frame()))
        else:
            sound(measured(check, HARD[case](good_frame())))

    def test_no_rows_give_a_reason(self, check: str) -> None:
        assert isinstance(measured(check, HARD["empty"](good_frame())).measured, Undefined)

    def test_the_order_of_rows_changes_nothing(self, check: str) -> None:
        frame = pd.concat([good_frame(), good_frame().iloc[:7]]).reset_index(drop=True)
        mixed = frame.sample(frac=1, random_state=2)
        assert measured(check, frame).measured == measured(check, mixed).measured

    def test_the_rows_are_left_as_they_were(self, check: str) -> None:
        frame = good_frame()
        measured(check, frame)
        pd.testing.assert_frame_equal(frame, good_frame())

    def test_an_unknown_parameter_is_refused(self, check: str) -> None:
        with pytest.raises(Invalid, match="cutoff"):
            measured(check, good_frame(), cutoff=0.5)

    def test_a_higher_level_gives_no_narrower_interval(self, check: str) -> None:
        if CATALOGUE[check].exact:
            with pytest.raises(Invalid, match="level"):
                measured(check, good_frame(), level=0.9)
            return
        low, high = (measured(check, good_frame(), level=level).measured for level in (0.8, 0.99))
        assert isinstance(low, Estimate)
        assert isinstance(high, Estimate)
        assert high.low <= low.low
        assert low.high <= high.high
