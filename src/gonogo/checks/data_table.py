"""The data checks that are measured where they are asked for by name: one table."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from gonogo.checks.data import (
    annotation,
    contents,
    label_quality,
    leakage,
    near_duplicates,
    population,
    rule_violations,
)
from gonogo.checks.data.given import Given
from gonogo.checks.findings.finding import Finding
from gonogo.checks.inputs.schema import Schema
from gonogo.checks.privacy import rows
from gonogo.core.evidence import Parameters

if TYPE_CHECKING:
    import pandas as pd

NAMED_DATA: dict[str, Callable[["pd.DataFrame", Schema, Parameters], Finding]] = {
    "data.cohen_kappa": annotation.cohen,
    "data.fleiss_kappa": annotation.fleiss,
    "data.krippendorff_alpha": annotation.krippendorff,
    "data.single_feature_auc": leakage.single_feature_auc,
    "data.identifier_columns": leakage.identifier_columns,
    "data.time_travel": leakage.time_travel,
    "data.key_violations": contents.key_violations,
    "data.label_error_share": label_quality.label_error_share,
    "privacy.direct_identifiers": rows.direct_identifiers,
    "privacy.k_anonymity": rows.k_anonymity,
    "privacy.uniqueness": rows.uniqueness,
}
"""Those that read rows alone."""
GIVEN_DATA: dict[str, Callable[["pd.DataFrame", Schema, Parameters, Given], Finding]] = {
    "data.unseen_categories": contents.unseen_categories,
    "data.age_days": contents.age_days,
    "data.near_duplicate_share": near_duplicates.near_duplicate_share,
    rule_violations.CHECK: rule_violations.rule_violations,
    "data.representativeness": population.representativeness,
}
"""Those that read something besides the rows: another dataset, the time, rules."""

NAMED_EXACT = frozenset(
    {
        "data.identifier_columns",
        "data.time_travel",
        "data.key_violations",
        "data.unseen_categories",
        "data.age_days",
        "data.near_duplicate_share",
        rule_violations.CHECK,
        "privacy.direct_identifiers",
        "privacy.k_anonymity",
        "privacy.uniqueness",
    }
)
"""Those of them that count, so that no level has a say."""
