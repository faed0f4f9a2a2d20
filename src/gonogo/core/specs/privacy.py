"""Privacy checks: what rows and models tell of single people."""

from gonogo.core.specs.shape import COLUMN, HIGHER, LEVEL, LOWER, SEED, CheckSpec, Parameter

QUASI = Parameter(
    "columns", str, "the quasi-identifiers, joined by &: birth_year&postcode&sex", required=True
)

SPECS = (
    CheckSpec(
        "privacy.direct_identifiers",
        "Direct identifiers",
        "How many cells name a person or an account: e-mail, phone, card, bank, national number?",
        "count",
        LOWER,
        (COLUMN,),
        exact=True,
    ),
    CheckSpec(
        "privacy.k_anonymity",
        "k-anonymity",
        "How many rows share the rarest combination of what others may know?",
        "rows",
        HIGHER,
        (QUASI,),
        exact=True,
    ),
    CheckSpec(
        "privacy.uniqueness",
        "Uniqueness",
        "What share of rows is the only one with its combination of what others may know?",
        "share",
        LOWER,
        (QUASI,),
        exact=True,
    ),
    CheckSpec(
        "privacy.membership_advantage",
        "Membership advantage",
        "How much better than chance does a row's loss tell that the model was trained on it?",
        "difference",
        LOWER,
        (
            LEVEL,
            Parameter(
                "loss", float, "loss up to which a row is taken for a training row; else their mean"
            ),
        ),
    ),
    CheckSpec(
        "privacy.membership_likelihood_ratio",
        "Members caught by likelihood ratio",
        "What share of its training rows does the strongest known attack name, if few are wrong?",
        "share",
        LOWER,
        (
            LEVEL,
            SEED,
            Parameter("shadows", int, "models that the attack trains on halves of the rows"),
            Parameter("false_positives", float, "share of other rows that it may name, in (0, 1)"),
        ),
    ),
)
"""In the order in which they are shown."""
