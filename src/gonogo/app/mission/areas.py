"""What the mission has measured by name, besides what is measured of every model and dataset."""

from gonogo.checks.findings.finding import Asked

QUASI_IDENTIFIERS = "race&sex&married&older"
"""What a neighbour knows of an applicant; together they must not point at one person."""
POWER_WATTS, PRICE_PER_HOUR = 65.0, 0.10
"""A processor's stated power, and a stated price of renting it, in USD."""

OVER_CHAMPION = "performance.roc_auc"
"""What the gate to production compares with the champion."""

OF_DATASETS = (
    Asked("data.identifier_columns"),
    Asked("data.single_feature_auc"),
    Asked("privacy.direct_identifiers"),
    Asked("privacy.k_anonymity", {"columns": QUASI_IDENTIFIERS}),
    Asked("privacy.uniqueness", {"columns": QUASI_IDENTIFIERS}),
)
"""Of the training and of the test applications."""
OF_TEST = (
    Asked("data.near_duplicate_share"),
    Asked("data.representativeness", {"group": "race"}),
)
"""Of the test applications against the training ones."""
OF_VERSIONS = (
    Asked("performance.accuracy"),
    Asked("performance.recall"),
    Asked("performance.specificity"),
    Asked("performance.worst_slice"),
    Asked("fairness.equalised_odds_difference", {"group": "race"}),
    Asked("fairness.group_calibration_error", {"group": "race"}),
    Asked("robustness.missing_inputs"),
    Asked("robustness.noise"),
    Asked("robustness.unit_mistakes"),
    Asked("robustness.outliers"),
    Asked("robustness.out_of_range"),
    Asked("robustness.adversarial_flips"),
    Asked("explainability.permutation_importance"),
    Asked("explainability.partial_dependence"),
    Asked("explainability.attribution_additivity"),
    Asked("explainability.reason_coverage"),
    Asked("explainability.reason_agreement"),
    Asked("explainability.counterfactual_coverage"),
    Asked("explainability.glass_box_cost", {"kind": "ebm"}),
    Asked("privacy.membership_advantage"),
    Asked("security.unsafe_model_files"),
    Asked("security.stored_model_integrity"),
    Asked("operations.latency_p50_ms"),
    Asked("operations.throughput_per_s"),
    Asked("operations.peak_memory_bytes", {"starts": 6}),
    Asked("operations.cold_start_ms"),
    Asked("operations.model_size_bytes"),
    Asked("operations.energy_per_million_wh", {"watts": POWER_WATTS}),
    Asked("operations.cost_per_thousand", {"price_per_hour": PRICE_PER_HOUR, "currency": "USD"}),
)
"""Of every candidate, by the server."""
OF_BOOSTING = (Asked("fairness.mitigation_cost", {"group": "race"}),)
"""Of the model that its gate holds: what would it cost to bring the groups closer together?"""
