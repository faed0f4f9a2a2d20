"""What applicants are told in the mission: reasons in plain words, and what they may change."""

from typing import Any

REASONS: dict[str, Any] = {
    "loanamt": {
        "high": "The loan is large.",
        "low": "The loan is small for its fixed costs.",
    },
    "appinc": {"low": "The income is low.", "high": "The income is unusually high."},
    "unit": "The number of dwellings in the building.",
    "dep": {"high": "Many dependents live on the income.", "low": "The household is small."},
    "emp": {"low": "Few years in this line of work.", "high": "Long in the same line of work."},
    "yjob": {"low": "Few years in the present job.", "high": "Long in the present job."},
    "self": {"high": "The income is from self-employment.", "low": "The income is from a job."},
    "atotinc": {"low": "The monthly income is low.", "high": "The monthly income is unusual."},
    "cototinc": {
        "low": "No or little income of a co-applicant.",
        "high": "Much of the income is a co-applicant's.",
    },
    "hexp": {"high": "The proposed housing costs are high.", "low": "The housing costs are low."},
    "price": {"high": "The purchase price is high.", "low": "The purchase price is low."},
    "other": {"high": "Other loans finance the purchase.", "low": "No other financing is named."},
    "liq": {
        "low": "Savings at hand are low.",
        "high": "Savings at hand are unusually high.",
        "missing": "Savings at hand are not stated.",
    },
    "rep": {"high": "Many credit reports were asked for.", "low": "Few credit reports exist."},
    "gdlin": {
        "low": "The credit history does not meet the guidelines.",
        "high": "How the credit history meets the guidelines.",
        "missing": "Whether the credit history meets the guidelines is not recorded.",
    },
    "lines": {
        "high": "Many lines of credit are open.",
        "low": "Few lines of credit to judge by.",
        "missing": "The lines of credit are not recorded.",
    },
    "mortg": {"high": "Mortgage payments were late.", "low": "How mortgages were paid before."},
    "cons": {"high": "Payments of consumer credit were late.", "low": "How credit was paid."},
    "pubrec": {"high": "A bankruptcy is on public record.", "low": "The public record."},
    "hrat": {
        "high": "Housing costs are a large share of the income.",
        "low": "Housing costs are an unusually small share of the income.",
    },
    "obrat": {
        "high": "All obligations are a large share of the income.",
        "low": "All obligations are an unusually small share of the income.",
    },
    "fixadj": "Whether the rate is fixed or adjustable.",
    "term": {
        "high": "The loan runs long.",
        "low": "The loan runs short, so that payments are high.",
        "missing": "How long the loan runs is not recorded.",
    },
    "apr": {"low": "The appraised value is low.", "high": "The appraised value is high."},
    "prop": "The type of property.",
    "inss": {"high": "Mortgage insurance was asked for.", "low": "No mortgage insurance."},
    "gift": {"high": "A gift pays part of the price.", "low": "No gift towards the price."},
    "cosign": {"high": "The loan has a cosigner.", "low": "The loan has no cosigner."},
    "unver": {"high": "Some statements could not be verified.", "low": "What was verified."},
    "netw": {"low": "The net worth is low.", "high": "The net worth is unusually high."},
    "unem": {
        "high": "Unemployment in the applicant's industry is high.",
        "low": "Employment in the applicant's industry.",
    },
    "sch": {"low": "Twelve years of schooling or fewer.", "high": "Years of schooling."},
}
"""Column by column, after the code book; for a model card's field `reasons`."""
CHANGES: dict[str, Any] = {
    "loanamt": "down",
    "liq": "up",
    "hrat": {"direction": "down", "minimum": 0},
    "obrat": {"direction": "down", "minimum": 0},
    "other": "either",
    "unver": {"values": ["0"]},
}
"""What an applicant may change before asking again; for a model card's field `changes`."""
