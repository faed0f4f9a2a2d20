"""Data checks: whether the rows are what was declared, and whole."""

from gonogo.core.specs.shape import (
    COLUMN,
    HIGHER,
    LABEL,
    LEVEL,
    LOWER,
    NEITHER,
    RESAMPLES,
    SEED,
    CheckSpec,
    Good,
    Parameter,
)

REFERENCE = Parameter("reference", str, "the dataset version it is compared with")


ANNOTATION = (
    Parameter("annotators", str, "a column for each annotator, joined by &; a row for each item"),
    Parameter("item", str, "the column with what was rated, where each rating is a row"),
    Parameter("annotator", str, "the column with who rated"),
    Parameter("rating", str, "the column with the rating"),
    Parameter("order", str, "ratings from lowest to highest, joined by &"),
    LEVEL,
    SEED,
    RESAMPLES,
)
DECISION = Parameter("decision", str, "the column with the time of the decision", required=True)
DISTINCT = Parameter("distinct", float, "share of different values from which it names rows")
KEY = Parameter("key", str, "the column, or columns joined by &, that name a row")
TIME = Parameter("column", str, "the column with the time; without it, the only one there is")
AT = Parameter("at", str, "time of measuring, ISO 8601 with its offset")
SCORE = Parameter(
    "score", str, "the column with probabilities of yes from models that had not seen it"
)
SHARES = Parameter("shares", str, "the population: f=0.51&m=0.49; without it, the reference's")
COMPARED_BY = Parameter("group", str, "the group column, or columns joined by &", required=True)
SEVERITY = Parameter("severity", str, "error: such rules alone; warning: warnings are counted too")
RULES = Parameter("rules", str, "the wording of the rules, name@digest; those in force")
TOLERANCE = Parameter("tolerance", float, "largest mean difference of features, in their ranges")
WEIGHTS = Parameter("weights", str, "cost of being further apart: none, linear or quadratic")
SCALE = Parameter("scale", str, "what differences mean: nominal, ordinal or interval")


def _data(
    name: str, title: str, answers: str, unit: str, good: Good, *parameters: Parameter
) -> CheckSpec:
    return CheckSpec(f"data.{name}", title, answers, unit, good, parameters, exact=True)


def _drawn(
    name: str, title: str, answers: str, unit: str, good: Good, *parameters: Parameter
) -> CheckSpec:
    """A check of a dataset that stands for others like it, so with an interval."""
    return CheckSpec(f"data.{name}", title, answers, unit, good, parameters)


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
    _data(
        "rule_violations",
        "Rules violated",
        "How many of the rules in force for this dataset does it break?",
        "count",
        LOWER,
        SEVERITY,
        RULES,
    ),
    _drawn(
        "cohen_kappa",
        "Cohen's kappa",
        "How far do two annotators agree, beyond chance?",
        "kappa",
        HIGHER,
        *ANNOTATION,
        WEIGHTS,
    ),
    _drawn(
        "fleiss_kappa",
        "Fleiss' kappa",
        "How far do equally many ratings of each item agree, beyond chance?",
        "kappa",
        HIGHER,
        *ANNOTATION,
    ),
    _drawn(
        "krippendorff_alpha",
        "Krippendorff's alpha",
        "How far do annotators agree beyond chance, where ratings may be missing?",
        "alpha",
        HIGHER,
        *ANNOTATION,
        SCALE,
    ),
    _drawn(
        "single_feature_auc",
        "Strongest single feature",
        "How well does one feature alone give away the label?",
        "auc",
        LOWER,
        LABEL,
        LEVEL,
        SEED,
    ),
    _data(
        "identifier_columns",
        "Features that name rows",
        "How many features are different in nearly every row?",
        "count",
        LOWER,
        DISTINCT,
    ),
    _data(
        "time_travel",
        "Known too late",
        "What share of the features' times lies after the decision?",
        "share",
        LOWER,
        DECISION,
        COLUMN,
    ),
    _data(
        "key_violations",
        "Broken keys",
        "What share of rows has no key, or that of an earlier row?",
        "share",
        LOWER,
        KEY,
    ),
    _data(
        "unseen_categories",
        "Unseen categories",
        "What share of categories is not declared, or not in the reference?",
        "share",
        LOWER,
        COLUMN,
        REFERENCE,
    ),
    _data(
        "age_days",
        "Age of the newest row",
        "How many days ago was the newest row?",
        "days",
        LOWER,
        TIME,
        AT,
    ),
    _data(
        "near_duplicate_share",
        "Near-duplicates",
        "What share of the test rows is nearly a row of the training data?",
        "share",
        LOWER,
        TOLERANCE,
        REFERENCE,
    ),
    _drawn(
        "representativeness",
        "Representativeness",
        "How far are the groups' shares from those of the population?",
        "effect",
        LOWER,
        COMPARED_BY,
        SHARES,
        REFERENCE,
        LEVEL,
    ),
    _drawn(
        "label_error_share",
        "Wrong labels",
        "What share of the labels is probably wrong?",
        "share",
        LOWER,
        LABEL,
        SCORE,
        LEVEL,
        SEED,
        RESAMPLES,
    ),
)
"""In the order in which they are shown."""
