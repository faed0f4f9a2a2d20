"""Rules as people write them: what is read, and how a mistake is named."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gonogo.checks.data.rules.asks import (
    Between,
    Compared,
    FreshWithin,
    Matches,
    MissingAtMost,
    OfType,
    OneOf,
    Operator,
    Present,
    RowCount,
    Unique,
)
from gonogo.checks.data.rules.document import Rule, Severity
from gonogo.checks.data.rules.reading import MOST_CHARACTERS, parse
from gonogo.checks.inputs.schema import ColumnType
from gonogo.core.errors import Invalid

WHOLE = """
rules: loans
description: What every version keeps
rows:
  - {at_least: 100, at_most: 1000000, severity: warning, reason: fewer say nothing}
columns:
  age:
    - {type: integer, reason: whole years}
    - {nullable: false, reason: always asked}
    - {at_least: 18, at_most: 100, tolerate: 0.01, reason: adults}
  income:
    - {missing_at_most: 0.05, severity: warning, reason: some will not say}
  purpose:
    - {one_of: [car, home, 3, 4.0, "true"], reason: the form has five}
    - {matches: '[a-z0-9]+', reason: lower case}
  id:
    - {unique: true, reason: names a row}
  decided:
    - {fresh_within: 4w, reason: the world moves on}
together:
  - {unique: [branch, number], reason: a contract}
  - {compare: [opened, "<=", decided], reason: first one then the other}
"""


def one(rule: str, column: str = "age") -> str:
    return f"rules: loans\ncolumns:\n  {column}:\n    - {rule}\n"


class TestParse:
    def test_reads_every_kind_of_rule(self) -> None:
        found = parse(WHOLE)
        assert (found.dataset, found.description) == ("loans", "What every version keeps")
        assert [(rule.columns, rule.ask) for rule in found.rules] == [
            ((), RowCount(100, 1_000_000)),
            (("age",), OfType(ColumnType.INTEGER)),
            (("age",), Present()),
            (("age",), Between(18, 100)),
            (("income",), MissingAtMost(0.05)),
            (("purpose",), OneOf(("car", "home", "3", "4", "true"))),
            (("purpose",), Matches("[a-z0-9]+")),
            (("id",), Unique()),
            (("decided",), FreshWithin(timedelta(weeks=4))),
            (("branch", "number"), Unique()),
            (("opened", "decided"), Compared(Operator.AT_MOST)),
        ]

    def test_severity_is_error_unless_said(self) -> None:
        severities = {rule.key: rule.severity for rule in parse(WHOLE).rules}
        assert severities["rows: RowCount"] is Severity.WARNING
        assert severities["age: OfType"] is Severity.ERROR

    def test_every_rule_reads_as_a_sentence(self) -> None:
        assert [str(rule) for rule in parse(WHOLE).rules] == [
            "there are between 100 and 1,000,000 rows",
            "age holds values of type integer",
            "age misses no value",
            "age is between 18 and 100, except 1 % of the values",
            "income misses at most 5 % of its values",
            "purpose is one of car, home, 3, 4, true",
            "purpose matches [a-z0-9]+",
            "id is different in every row",
            "decided has a time of the last 28 days",
            "branch and number is different in every row",
            "opened <= decided",
        ]

    @pytest.mark.parametrize(
        ("text", "field"),
        [
            ("columns: {age: [{nullable: false, reason: x}]}", "file of rules (line 1)"),
            ("rules: Loans!\nrows: [{at_least: 1, reason: x}]", "rules (line 1)"),
            ("rules: loans", "file of rules (line 1)"),
            ("rules: loans\ncolumn: {}", "column (line 2)"),
            (one("{nullable: true, reason: x}"), "columns.age[0].nullable (line 4)"),
            (one("{unique: false, reason: x}"), "columns.age[0].unique (line 4)"),
            (one("{nullable: false}"), "columns.age[0] (line 4)"),
            (one("{reason: nothing asked}"), "columns.age[0] (line 4)"),
            (one("{nullable: false, unique: true, reason: two}"), "columns.age[0] (line 4)"),
            (one("{type: int, reason: x}"), "columns.age[0].type (line 4)"),
            (one("{severity: fatal, unique: true, reason: x}"), "columns.age[0].severity (line 4)"),
            (one("{at_least: 9, at_most: 1, reason: x}"), "columns.age[0].at_least (line 4)"),
            (one("{at_least: .nan, reason: x}"), "columns.age[0].at_least (line 4)"),
            (one("{missing_at_most: 2, reason: x}"), "columns.age[0].missing_at_most (line 4)"),
            (one("{one_of: [], reason: x}"), "columns.age[0].one_of (line 4)"),
            (one("{one_of: [1, 1.0], reason: x}"), "columns.age[0].one_of[1] (line 4)"),
            (one("{one_of: [true], reason: x}"), "columns.age[0].one_of[0] (line 4)"),
            (one("{matches: '[0-9', reason: x}"), "columns.age[0].matches (line 4)"),
            (one("{matches: 'a)|(b', reason: x}"), "columns.age[0].matches (line 4)"),
            (one("{fresh_within: soon, reason: x}"), "columns.age[0].fresh_within (line 4)"),
            (one("{fresh_within: 0d, reason: x}"), "columns.age[0].fresh_within (line 4)"),
            (one("{tolerate: 1, unique: true, reason: x}"), "columns.age[0].tolerate (line 4)"),
            (
                one("{tolerate: 0.1, nullable: false, reason: x}"),
                "columns.age[0].tolerate (line 4)",
            ),
            ("rules: a\nrows: [{at_least: 1.5, reason: x}]", "rows[0].at_least (line 2)"),
            ("rules: a\nrows: [{reason: x}]", "rows[0] (line 2)"),
            ("rules: a\ntogether: [{unique: [b], reason: x}]", "together[0].unique (line 2)"),
            (
                'rules: a\ntogether: [{compare: [b, "~", c], reason: x}]',
                "together[0].compare (line 2)",
            ),
            ("rules: a\ntogether: [{reason: x}]", "together[0] (line 2)"),
        ],
    )
    def test_a_mistake_is_named_with_field_and_line(self, text: str, field: str) -> None:
        with pytest.raises(Invalid) as refused:
            parse(text)
        assert refused.value.field == field

    def test_the_same_thing_is_asked_once(self) -> None:
        twice = one("{at_least: 1, reason: x}\n    - {at_most: 9, reason: y}")
        with pytest.raises(Invalid, match="once"):
            parse(twice)

    @pytest.mark.parametrize(
        "text",
        [
            "rules: !!python/object/apply:os.system [echo]",
            "rules: &a loans\nrows: [{at_least: 1, reason: *a}]",
            "rules: " + "[" * 40 + "]" * 40,
            "#" * (MOST_CHARACTERS + 1),
            "",
            "[",
        ],
    )
    def test_what_is_no_plain_yaml_is_refused(self, text: str) -> None:
        with pytest.raises(Invalid):
            parse(text)

    @given(st.text(max_size=200))
    def test_any_text_is_rules_or_a_refusal(self, text: str) -> None:
        with pytest.raises(Invalid):
            parse(text)


class TestDigest:
    def test_order_and_comments_change_nothing(self) -> None:
        b, c = "b: [{unique: true, reason: x}]", "c: [{unique: true, reason: y}]"
        first = f"rules: a\ncolumns:\n  {b}\n  {c}"
        other = f"# said twice\nrules: a\ncolumns:\n  {c}\n  b:\n  - unique: true\n    reason: x"
        assert parse(first).digest == parse(other).digest
        assert parse(first).name == f"a@{parse(first).digest[:12]}"

    def test_whatever_is_asked_changes_it(self) -> None:
        texts = [
            one("{at_least: 1, reason: x}"),
            one("{at_least: 2, reason: x}"),
            one("{at_most: 1, reason: x}"),
            one("{at_least: 1, reason: y}"),
            one("{at_least: 1, severity: warning, reason: x}"),
            one("{at_least: 1, tolerate: 0.1, reason: x}"),
            one("{at_least: 1, reason: x}", column="income"),
        ]
        assert len({parse(text).digest for text in texts}) == len(texts)


class TestRule:
    def test_bounds_are_told_as_they_are_said(self) -> None:
        assert str(Rule(("a",), Between(None, 2.5), "x")) == "a is at most 2.5"
        assert str(Rule((), RowCount(7, None), "x")) == "there are at least 7 rows"
