"""How differently a model treats groups: rates by group, and the worst against the best.

A rate that rests on fewer rows than `smallest`, or on rows whose group is not stated, is shown in
the detail and says so; it does not enter the number.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from gonogo.checks.findings import parameters as defaults
from gonogo.checks.findings.compared import Other, compared_settings
from gonogo.checks.findings.differences import bonferroni_difference, bonferroni_level
from gonogo.checks.findings.extremes import largest_difference, largest_difference_of, worst_ratio
from gonogo.checks.findings.finding import Finding
from gonogo.checks.findings.parameters import Settings
from gonogo.checks.inputs.scored import Scored, score_of
from gonogo.checks.inputs.tally import Decided, Tally
from gonogo.core.canonical import Json
from gonogo.core.evidence import Parameters
from gonogo.stats.arrays import Bools
from gonogo.stats.counts import Counts
from gonogo.stats.estimate import Estimate, Measured, Undefined
from gonogo.stats.proportions import wilson

Contrast = Callable[[Sequence[Counts], float], Measured]
"""What is made of the groups' counts: a ratio or a difference, at a level."""
BASES = {
    "all": "all rows",
    "yes": "rows labelled yes",
    "no": "rows labelled no",
    "selected": "selected rows",
    "unselected": "rows not selected",
}
"""The rows a rate may rest on, and how they are called."""


NO, YES = [[1, 1], [0, 0]], [[0, 0], [1, 1]]
LEFT, SELECTED = [[1, 0], [1, 0]], [[0, 1], [0, 1]]
KINDS = {
    name: np.array(cells)
    for name, cells in {
        "all": [[1, 1], [1, 1]],
        "yes": YES,
        "no": NO,
        "selected": SELECTED,
        "unselected": LEFT,
    }.items()
}
"""Which cells of a `Tally` make up the rows of `BASES`."""


@dataclass(frozen=True, slots=True)
class _Rate:
    """What a check reads of every group."""

    of: str
    """Which rows it rests on, one of `BASES`."""
    contrast: Contrast
    counted: str = "selected"
    """Which of them are counted: those selected, or by their label yes or no."""


def selection_rate_ratio(scored: Scored, asked: Parameters, other: Other | None = None) -> Finding:
    """Selection rate of the worst-off group over that of the best-off one, in [0, 1], unit ratio.

    As Fairlearn's demographic-parity ratio, over groups of `smallest` rows or more. The interval
    allows for both groups having been picked (`extremes.worst_ratio`). Detail: the groups with
    counts, rate and Wilson interval, `lowest` and `highest`.
    """
    return _compared("fairness.selection_rate_ratio", scored, asked, other)


def selection_rate_difference(
    scored: Scored, asked: Parameters, other: Other | None = None
) -> Finding:
    """Largest minus smallest selection rate of the groups, in [0, 1], unit difference.

    As Fairlearn's demographic-parity difference; otherwise as `selection_rate_ratio`.
    """
    return _compared("fairness.selection_rate_difference", scored, asked, other)


def true_positive_rate_difference(
    scored: Scored, asked: Parameters, other: Other | None = None
) -> Finding:
    """Largest minus smallest share selected among those labelled yes, unit difference.

    A group without such rows has no rate and is shown as undefined. Otherwise as
    `selection_rate_ratio`.
    """
    return _compared("fairness.true_positive_rate_difference", scored, asked, other)


def false_positive_rate_difference(
    scored: Scored, asked: Parameters, other: Other | None = None
) -> Finding:
    """Largest minus smallest share selected among those labelled no, unit difference.

    A group without such rows has no rate and is shown as undefined. Otherwise as
    `selection_rate_ratio`.
    """
    return _compared("fairness.false_positive_rate_difference", scored, asked, other)


def equalised_odds_difference(
    scored: Scored, asked: Parameters, other: Other | None = None
) -> Finding:
    """The larger of the true- and the false-positive-rate difference, in [0, 1], unit difference.

    As Fairlearn's equalised-odds difference, over groups whose rates rest on `smallest` rows or
    more, and undefined where either rate can be compared in fewer than two groups. One interval
    for both rates (`extremes.largest_difference_of`). Detail: the groups with both rates, and of
    each rate `lowest`, `highest` and its own difference.

    Source: Hardt, Price & Srebro (2016), Equality of opportunity in supervised learning, NeurIPS.
    """
    if other is None:
        return fairness_of_counts(ODDS, scored, asked)
    settings = _settings(ODDS, scored.threshold, asked, other)
    found, others = (
        _odds(tally, settings.whole("smallest")) for tally in _both(scored, settings, other)
    )
    each = bonferroni_level(settings.level, 2)
    measured = bonferroni_difference(
        _largest_odds(found, each), _largest_odds(others, each), settings.level
    )
    return _odds_finding(settings, measured, found)


def predictive_parity_ratio(
    scored: Scored, asked: Parameters, other: Other | None = None
) -> Finding:
    """Smallest over largest share labelled yes among those selected, in [0, 1], unit ratio.

    That share is the precision, or positive predictive value. A group of which nobody is selected
    has none and is shown as undefined. Otherwise as `selection_rate_ratio`.

    Source: Chouldechova (2017), Big Data 5, 153-163.
    """
    return _compared("fairness.predictive_parity_ratio", scored, asked, other)


def predictive_parity_difference(
    scored: Scored, asked: Parameters, other: Other | None = None
) -> Finding:
    """Largest minus smallest share labelled yes among those selected, unit difference.

    Otherwise as `predictive_parity_ratio`.
    """
    return _compared("fairness.predictive_parity_difference", scored, asked, other)


def false_discovery_rate_difference(
    scored: Scored, asked: Parameters, other: Other | None = None
) -> Finding:
    """Largest minus smallest share labelled no among those selected, unit difference.

    The same number as `predictive_parity_difference`, since either share is 1 less the other; the
    groups are shown with the share of wrong selections. Otherwise as `predictive_parity_ratio`.
    """
    return _compared("fairness.false_discovery_rate_difference", scored, asked, other)


def negative_predictive_value_difference(
    scored: Scored, asked: Parameters, other: Other | None = None
) -> Finding:
    """Largest minus smallest share labelled no among those not selected, unit difference.

    A group of which all are selected has none and is shown as undefined. Otherwise as
    `predictive_parity_ratio`.
    """
    return _compared("fairness.negative_predictive_value_difference", scored, asked, other)


RATES = {
    "fairness.selection_rate_ratio": _Rate("all", worst_ratio),
    "fairness.selection_rate_difference": _Rate("all", largest_difference),
    "fairness.true_positive_rate_difference": _Rate("yes", largest_difference),
    "fairness.false_positive_rate_difference": _Rate("no", largest_difference),
    "fairness.predictive_parity_ratio": _Rate("selected", worst_ratio, "yes"),
    "fairness.predictive_parity_difference": _Rate("selected", largest_difference, "yes"),
    "fairness.false_discovery_rate_difference": _Rate("selected", largest_difference, "no"),
    "fairness.negative_predictive_value_difference": _Rate("unselected", largest_difference, "no"),
}
"""Check by check what it reads of every group."""
ODDS = "fairness.equalised_odds_difference"


def fairness_of_counts(check: str, decided: Decided, asked: Parameters) -> Finding:
    """What one of `RATES`, or `ODDS`, finds of decisions that were counted, by the same code."""
    settings = _settings(check, decided.threshold, asked, None)
    tally = decided.tally(settings.text("group"), settings.number("threshold"))
    smallest = settings.whole("smallest")
    if check == ODDS:
        odds = _odds(tally, smallest)
        return _odds_finding(settings, _largest_odds(odds, settings.level), odds)
    groups = _groups(RATES[check], tally, smallest)
    measured = _contrast(RATES[check], groups, settings.level)
    return Finding(check, settings.values, measured, _detail(RATES[check], groups, settings.level))


@dataclass(frozen=True, slots=True)
class _Group:
    """One group's rate, and why it does not count where it does not."""

    name: str
    rows: int
    counts: Counts
    left_out: str | None


def _compared(check: str, scored: Scored, asked: Parameters, other: Other | None) -> Finding:
    if other is None:
        return fairness_of_counts(check, scored, asked)
    rate = RATES[check]
    settings = _settings(check, scored.threshold, asked, other)
    groups, others = (
        _groups(rate, tally, settings.whole("smallest")) for tally in _both(scored, settings, other)
    )
    each = bonferroni_level(settings.level, 2)
    measured = bonferroni_difference(
        _contrast(rate, groups, each), _contrast(rate, others, each), settings.level
    )
    return Finding(check, settings.values, measured, _detail(rate, groups, settings.level))


def _both(scored: Scored, settings: Settings, other: Other) -> tuple[Tally, Tally]:
    """The decisions of both models by group."""
    grouped = scored.grouped(settings.text("group"))
    threshold = settings.number("threshold")
    second: Bools = score_of(f"versus.{other.model}", other.score, scored.n) >= threshold
    first = scored.selected_at(threshold)
    return grouped.tally(scored.yes, first), grouped.tally(scored.yes, second)


def _settings(check: str, threshold: float, asked: Parameters, other: Other | None) -> Settings:
    return compared_settings(
        check,
        asked,
        other,
        threshold=float(threshold),
        level=defaults.LEVEL,
        smallest=defaults.SMALLEST,
    )


def _groups(rate: _Rate, tally: Tally, smallest: int) -> list[_Group]:
    rows = tally.counts.sum(axis=(1, 2))
    of_base = (tally.counts * KINDS[rate.of]).sum(axis=(1, 2))
    chosen = (tally.counts * KINDS[rate.of] * KINDS[rate.counted]).sum(axis=(1, 2))
    return [
        _Group(
            name=name,
            rows=int(rows[code]),
            counts=Counts(yes=int(chosen[code]), n=int(of_base[code])),
            left_out=_why_left_out(rate, int(of_base[code]), smallest, stated=tally.stated[code]),
        )
        for code, name in enumerate(tally.names)
    ]


def _why_left_out(rate: _Rate, n: int, smallest: int, *, stated: bool) -> str | None:
    if not stated:
        return "the group is not stated"
    if n == 0:
        return f"undefined: no {BASES[rate.of]}"
    return f"too small: fewer than {smallest} rows" if n < smallest else None


_Odds = list[tuple[_Rate, list[_Group]]]


def _odds(tally: Tally, smallest: int) -> _Odds:
    """True- and false-positive rates of every group."""
    rates = [_Rate("yes", largest_difference), _Rate("no", largest_difference)]
    return [(rate, _groups(rate, tally, smallest)) for rate in rates]


def _odds_finding(settings: Settings, measured: Measured, found: _Odds) -> Finding:
    rates: list[Json] = [_detail(rate, groups, settings.level) for rate, groups in found]
    return Finding(ODDS, settings.values, measured, {"rates": rates})


def _largest_odds(found: _Odds, level: float) -> Measured:
    for rate, groups in found:
        if isinstance(alone := _contrast(rate, groups, level), Undefined):
            return Undefined(
                f"{BASES[rate.of]}: {alone.reason}" if alone.n else alone.reason, alone.n
            )
    counted = [[g.counts for g in groups if g.left_out is None] for _, groups in found]
    return largest_difference_of(counted, level)


def _contrast(rate: _Rate, groups: Sequence[_Group], level: float) -> Measured:
    counted = [group for group in groups if group.left_out is None]
    if len(counted) >= 2:
        return rate.contrast([group.counts for group in counted], level)
    if not sum(group.rows for group in groups):
        return Undefined("no observations", n=0)
    why = "; ".join(f"{g.name}: {g.left_out}" for g in groups if g.left_out is not None)
    found = f"a comparison needs two groups, {len(counted)} can be counted"
    return Undefined(f"{found} ({why})" if why else found, n=sum(g.counts.n for g in counted))


def _detail(rate: _Rate, groups: Sequence[_Group], level: float) -> dict[str, Json]:
    counted = [group for group in groups if group.left_out is None]
    found: dict[str, Json] = {
        "groups": [_told(rate, group, level) for group in groups],
        "base": BASES[rate.of],
    }
    if rate.counted != "selected":
        found["counted"] = f"labelled {rate.counted}"
    if counted:
        by_rate = sorted(counted, key=lambda group: group.counts.yes / group.counts.n)
        found |= {"lowest": by_rate[0].name, "highest": by_rate[-1].name}
    return found


def _told(rate: _Rate, group: _Group, level: float) -> dict[str, Json]:
    """A group as it is shown: the interval is its own, not corrected for the number of groups."""
    found: dict[str, Json] = {
        "group": group.name,
        "rows": group.rows,
        "n": group.counts.n,
        "selected" if rate.counted == "selected" else "counted": group.counts.yes,
        "rate": None,
        "low": None,
        "high": None,
        "left_out": group.left_out,
    }
    measured = wilson(group.counts, level)
    if isinstance(measured, Estimate):
        found |= {"rate": measured.value, "low": measured.low, "high": measured.high}
    return found
