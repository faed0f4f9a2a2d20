"""Whether everybody who is decided against can be told why, in words."""

from collections import Counter

from gonogo.checks.explain.adverse import NONE_ADVERSE, Adverse, adverse, reason_settings
from gonogo.checks.explain.reasons import told
from gonogo.checks.findings.finding import Finding
from gonogo.checks.under_test import UnderTest
from gonogo.core.canonical import Json
from gonogo.core.evidence import Parameters
from gonogo.stats.counts import Counts
from gonogo.stats.estimate import Measured, Undefined
from gonogo.stats.proportions import wilson

CHECK = "explainability.reason_coverage"
SHOWN = 5
"""Decisions that are shown with their reasons."""
NO_WORDS = (
    "the model has no words for reasons: its card's field reasons declares none, or it is no "
    "stored model"
)
UNASKED = "the model answers no row that others could be compared with"


def reason_coverage(under: UnderTest, asked: Parameters) -> Finding:
    """Share of adverse decisions whose reasons all have words, in [0, 1], Wilson's interval.

    The reasons of a row are the columns that speak most against it, at most `reasons` of them; a
    decision counts where there is at least one and the model card has words for each, for the value
    that the row has: low, high, missing, or the category. `adverse` says which decision goes
    against somebody: `no`, or `yes` where a yes is a suspicion.

    Undefined where no decision is adverse and where no words are declared. Detail: how often each
    reason is given, which columns lack words and for how many rows, a few decisions with theirs.

    Source: attribution as told in the detail; 12 CFR 1002.9(b)(2) (Regulation B) asks for specific
    principal reasons.
    """
    settings = reason_settings(CHECK, under, asked)
    found = adverse(under, settings)
    if found is None:
        return Finding(CHECK, settings.values, Undefined(UNASKED, n=len(under.rows)))
    if not len(found.rows):
        return Finding(CHECK, settings.values, Undefined(NONE_ADVERSE, n=found.sample.n))
    covered = sum(
        bool(reasons) and all(reason.words is not None for reason in reasons)
        for reasons in found.reasons
    )
    measured: Measured = wilson(Counts(covered, len(found.reasons)), settings.level)
    if not found.book.words:
        measured = Undefined(NO_WORDS, n=len(found.reasons))
    return Finding(CHECK, settings.values, measured, {**found.told(), **_detail(found)})


def _detail(found: Adverse) -> dict[str, Json]:
    given = Counter(
        (reason.column, reason.words) for reasons in found.reasons for reason in reasons
    )
    first = Counter((one[0].column, one[0].words) for one in found.reasons if one)
    ordered = sorted(given, key=lambda one: (-given[one], one[0], one[1] or ""))
    lacking = Counter(column for column, words in given.elements() if words is None)
    return {
        "fewer_reasons": sum(len(one) < found.book.most for one in found.reasons),
        "without_reason": sum(not one for one in found.reasons),
        "reasons": [
            {"column": one[0], "words": one[1], "given": given[one], "first": first[one]}
            for one in ordered
        ],
        "without_words": [
            {"column": column, "rows": rows} for column, rows in sorted(lacking.items())
        ],
        "decisions": [
            {"row": int(place), "reasons": [told(reason) for reason in reasons]}
            for place, reasons in list(zip(found.places, found.reasons, strict=True))[:SHOWN]
        ],
    }
