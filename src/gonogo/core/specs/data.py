"""Data checks: whether the rows are what was declared, and whole."""

from gonogo.core.specs.shape import (
    COLUMN,
    LABEL,
    LOWER,
    NEITHER,
    CheckSpec,
    Good,
    Parameter,
)

REFERENCE = Parameter("reference", str, "the dataset version it is compared with")


def _data(
    name: str, title: str, answers: str, unit: str, good: Good, *parameters: Parameter
) -> CheckSpec:
    return CheckSpec(f"data.{name}", title, answers, unit, good, parameters, exact=True)


SPECS = (
    _data(
        "schema_violations",
        "Schema violations",
        "Does every column hold what was declared?",
        "count",
        LOWER,
    ),
    _data(
        "missing_share",
        "Missing values",
        "What share of cells is empty?",
        "share",
        LOWER,
        COLUMN,
    ),
    _data(
        "range_violations",
        "Out of range",
        "What share of values lies outside its range?",
        "share",
        LOWER,
        COLUMN,
    ),
    _data(
        "duplicate_share",
        "Duplicate rows",
        "What share of rows stands there twice?",
        "share",
        LOWER,
    ),
    _data(
        "class_balance",
        "Class balance",
        "What share does the rarer class have?",
        "share",
        NEITHER,
        LABEL,
    ),
    _data(
        "train_test_overlap",
        "Train-test overlap",
        "What share of the test rows stands in the training data?",
        "share",
        LOWER,
        REFERENCE,
    ),
)
"""In the order in which they are shown."""
