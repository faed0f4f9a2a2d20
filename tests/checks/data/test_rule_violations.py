"""How many rules are violated, and what the evidence tells of each."""

from typing import Any

import pandas as pd
import pytest

from gonogo.checks.data.given import Given
from gonogo.checks.data.rule_violations import rule_violations
from gonogo.checks.data.rules.document import Document
from gonogo.checks.data.rules.reading import parse
from gonogo.checks.findings.finding import Asked
from gonogo.checks.measure import measure_data
from gonogo.core.errors import Invalid
from gonogo.stats.estimate import Estimate, Undefined

RULES = parse("""
rules: loans
rows: [{at_least: 2, reason: fewer say nothing}]
columns:
  age:
    - {at_least: 18, reason: adults}
    - {missing_at_most: 0.1, severity: warning, reason: always asked}
  id: [{unique: true, reason: names a row}]
""")
FRAME = pd.DataFrame({"age": [17, 30, 40, None], "id": [1, 2, 2, 3]})


def found(frame: pd.DataFrame = FRAME, rules: Document | None = RULES, **asked: Any) -> Any:
    return rule_violations(frame, (), asked, Given(rules=rules))


class TestRuleViolations:
    def test_counts_the_violated_rules_of_severity_error(self) -> None:
        measured = found().measured
        assert isinstance(measured, Estimate)
        assert measured.exact
        assert (measured.value, measured.n) == (2, 3)

    def test_counts_warnings_too_where_asked(self) -> None:
        measured = found(severity="warning").measured
        assert (measured.value, measured.n) == (3, 4)

    def test_the_evidence_names_the_wording(self) -> None:
        assert found().parameters == {"severity": "error", "rules": RULES.name}

    def test_other_rules_than_those_handed_in_are_refused(self) -> None:
        with pytest.raises(Invalid, match=r"with\.rules"):
            rule_violations(FRAME, (), {"rules": "loans@000000000000"}, Given(rules=RULES))

    def test_without_rules_it_is_refused(self) -> None:
        with pytest.raises(Invalid, match="rules in force"):
            found(rules=None)

    def test_an_unknown_severity_is_refused(self) -> None:
        with pytest.raises(Invalid, match="severity"):
            found(severity="fatal")

    def test_tells_of_each_rule_what_it_found_with_an_interval(self) -> None:
        told = {one["rule"]: one for one in found().detail["rules"]}
        age = told["age: Between"]
        assert age["violated"] is True
        assert (age["violating"], age["n"], age["rows"]) == (1, 3, [0])
        assert age["reason"] == "adults"
        assert age["share"]["value"] == pytest.approx(1 / 3)
        # Wilson at 95 % of 1 in 3.
        assert age["share"]["low"] == pytest.approx(0.0615, abs=5e-5)
        assert age["share"]["high"] == pytest.approx(0.7923, abs=5e-5)
        assert told["rows: RowCount"]["found"] == "4 rows"
        assert "share" not in told["id: Unique"]

    def test_no_value_is_told(self) -> None:
        """Values may be anyone's; the file is for those who may read it."""
        secret = pd.DataFrame({"age": [17], "id": ["4711-secret"]})
        assert "secret" not in str(found(secret).detail)

    def test_where_nothing_can_be_judged_there_is_no_number(self) -> None:
        rules = parse("rules: loans\ncolumns: {age: [{at_least: 18, reason: adults}]}")
        assert isinstance(found(FRAME.iloc[:0], rules).measured, Undefined)

    def test_where_no_rule_is_so_severe_there_is_no_number(self) -> None:
        rules = parse("rules: a\nrows: [{at_least: 1, severity: warning, reason: x}]")
        assert isinstance(found(rules=rules).measured, Undefined)


class TestMeasureData:
    def test_rules_are_held_where_there_are_any(self) -> None:
        with_rules = [one.check for one in measure_data(FRAME, (), rules=RULES)]
        without = [one.check for one in measure_data(FRAME, ())]
        assert with_rules == [*without, "data.rule_violations"]

    def test_asked_by_name_without_rules_it_is_refused(self) -> None:
        with pytest.raises(Invalid, match="rules"):
            measure_data(FRAME, (), checks=[Asked("data.rule_violations")])
