"""What typically goes wrong with machine learning, by category: to begin from, not to believe.

Probabilities and impacts are left to whoever knows the use case. Sources: Sculley et al. (2015),
Hidden technical debt in machine learning systems; NIST AI 100-1 (2023), AI risk management
framework; Kapoor & Narayanan (2023), Patterns 4, 100804 (leakage).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from gonogo.domain.risks.rules import Category


@dataclass(frozen=True, slots=True)
class Template:
    """A risk as it is often found."""

    category: Category
    title: str
    cause: str
    event: str
    effect: str
    checks: tuple[str, ...]
    """Checks of the catalogue that watch it: their evidence can show that a mitigation works."""
    mitigations: tuple[str, ...]
    """What is typically done about it."""


TEMPLATES: Mapping[Category, Template] = {
    one.category: one
    for one in (
        Template(
            Category.DATA_AVAILABILITY,
            "Data or labels come late, or not at all",
            "A source belongs to somebody else, changes without notice, or labels take months",
            "Training or monitoring data is missing when it is needed",
            "Experiments wait; a model in production runs without anybody knowing how well",
            (
                "data.age_days",
                "data.missing_share",
                "data.rule_violations",
                "data.label_error_share",
            ),
            (
                "Agree on a data contract with its owner and watch it with rules",
                "Take a second source, or labels of a sample by hand",
                "Begin with the step that needs the data, so that one knows early",
            ),
        ),
        Template(
            Category.LEAKAGE,
            "The model has seen what it is to predict",
            "Features are computed after the outcome, or test rows are among the training rows",
            "Offline results are far better than production can be",
            "A version is released that does not hold what it promised; work is done twice",
            (
                "data.train_test_overlap",
                "data.time_travel",
                "data.single_feature_auc",
                "data.near_duplicate_share",
                "data.identifier_columns",
            ),
            (
                "Split by time and by entity, and check the overlap at every gate",
                "Compute features from what was known at the time alone",
                "Release behind a shadow before anything rests on it",
            ),
        ),
        Template(
            Category.DRIFT,
            "The world moves away from the training data",
            "Customers, prices, products or fraudsters change",
            "Inputs or their relation to the outcome are no longer those that were learnt",
            "Decisions become worse, unnoticed until labels arrive",
            (
                "performance.score_shift",
                "performance.live_outcome_rate",
                "performance.served_calibration_error",
                "data.unseen_categories",
            ),
            (
                "Guard the live version with checks that roll it back",
                "Retrain on a schedule, and whenever scores shift",
                "Hold out a share of traffic to measure the effect",
            ),
        ),
        Template(
            Category.BIAS,
            "Groups of people are treated worse",
            "History was unfair, a group is rare in the data, or a feature stands in for it",
            "Selection or error rates of groups differ more than is allowed",
            "People are harmed; a regulator or a court stops the use; trust is lost",
            (
                "fairness.selection_rate_ratio",
                "fairness.equalised_odds_difference",
                "fairness.group_calibration_error",
                "fairness.live_selection_rate_ratio",
                "performance.worst_slice",
                "data.representativeness",
            ),
            (
                "Ask for a ratio of selection rates at the production gate, and watch it live",
                "Reweigh or post-process, and measure what that costs",
                "Let people review decisions near the threshold",
            ),
        ),
        Template(
            Category.PRIVACY,
            "Data about people becomes known",
            "Training data holds identifiers, or the model remembers rows",
            "Somebody is recognised in data or in what a model tells",
            "Notification of those concerned, a fine, the data set is lost to the project",
            (
                "privacy.direct_identifiers",
                "privacy.k_anonymity",
                "privacy.uniqueness",
                "privacy.membership_advantage",
            ),
            (
                "Leave out identifiers and generalise until nobody is unique",
                "Bound what is told by a privacy budget",
                "Erase decisions after the time that is allowed",
            ),
        ),
        Template(
            Category.KEY_PERSON,
            "The only one who knows leaves",
            "One person alone knows the data, the pipeline or the customer",
            "That person leaves, falls ill or is given other work",
            "Steps wait until somebody else has learnt it; mistakes are made meanwhile",
            (
                "engineering.reproducibility",
                "engineering.model_card_completeness",
                "engineering.datasheet_completeness",
                "engineering.reviewed_changes",
            ),
            (
                "Have a second person train a version again from what is written",
                "Have every change reviewed by somebody else",
                "Plan steps so that two people share the knowledge",
            ),
        ),
        Template(
            Category.VENDOR,
            "A supplier fails or changes",
            "A model, data or a platform is bought, and its owner decides about it",
            "Prices, terms, quality or the service change, or it goes down",
            "Costs rise, decisions stop, or behaviour changes without a release of one's own",
            (
                "operations.error_rate",
                "operations.latency_over_limit",
                "operations.cost_per_thousand",
                "robustness.prediction_churn",
            ),
            (
                "Keep a version of one's own ready behind the same route",
                "Agree on notice, price and quality in the contract",
                "Measure every change of the supplied version as a version of its own",
            ),
        ),
        Template(
            Category.REGULATION,
            "A rule forbids it, or asks for more",
            "Law, a supervisor or a policy of the organisation changes, or was misread",
            "The use needs approval, documents or explanations that are not there",
            "The release waits, or is taken back",
            (
                "engineering.model_card_completeness",
                "explainability.reason_coverage",
                "explainability.reason_agreement",
                "fairness.selection_rate_ratio",
            ),
            (
                "Ask the risk officer at the first gate, not at the last",
                "Keep card, datasheet and dossier complete from the start",
                "Hold a version that can be explained ready",
            ),
        ),
        Template(
            Category.ADVERSARIAL_USE,
            "Somebody works against the model",
            "Whoever gains from another decision learns how it is taken",
            "Inputs are made up to be decided otherwise, data is poisoned, files are tampered with",
            "Losses that the model was to prevent; decisions nobody can trust",
            (
                "robustness.adversarial_flips",
                "robustness.out_of_range",
                "security.unsafe_model_files",
                "security.stored_model_integrity",
                "security.scanner_findings",
            ),
            (
                "Test with inputs that are moved a little towards the other decision",
                "Seal versions and verify them before they are loaded",
                "Limit how often one caller may ask",
            ),
        ),
    )
}
"""One for each category but `other`."""
