"""Whether a score means the same in every group: the calibration error of the worst of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from gonogo.checks.findings import parameters as defaults
from gonogo.checks.findings.compared import Other, compared_settings
from gonogo.checks.findings.curves import reliability_of
from gonogo.checks.findings.differences import bonferroni_difference, bonferroni_level
from gonogo.checks.findings.finding import Finding
from gonogo.checks.findings.parameters import Settings
from gonogo.checks.inputs.scored import Scored, score_of
from gonogo.checks.inputs.tally import Tally
from gonogo.core.canonical import Json
from gonogo.core.evidence import Parameters
from gonogo.stats.arrays import Floats
from gonogo.stats.calibration import CalibrationError, calibration_error, interval_of_error
from gonogo.stats.estimate import Estimate, Measured, Undefined

CHECK = "fairness.group_calibration_error"
BINS = 5
"""Bins of equal mass in each group; groups are smaller than the whole, so half of its ten."""
SMALLEST = 50
"""Fewest rows of a group: ten for each of the five bins. Below that an error of 0.2 comes by
chance."""
Errors = Callable[[int], CalibrationError | Undefined]
"""The calibration error of a group by its place among the groups."""
WORST = "largest of {groups} groups, Bonferroni over their intervals (Dunn 1961); each by {each}"


@dataclass(frozen=True, slots=True, eq=False)
class _Group:
    """One group's rows in bins, and why it does not count where it does not."""

    name: str
    rows: int
    yes: int
    error: CalibrationError | Undefined | None
    """None where the group does not count."""
    left_out: str | None


def group_calibration_error(
    scored: Scored, asked: Parameters, other: Other | None = None
) -> Finding:
    """Calibration error of the group whose error is largest, in [0, 1], unit share.

    Within each group of `smallest` rows or more the error is that of
    `stats.calibration.calibration_error`. All groups' intervals are taken at an error shared by
    them, so that they hold together: the largest true error then lies between the largest lower
    and the largest upper end. Undefined with fewer than two such groups, and for scores that are
    no probabilities. Detail: the groups with counts, error, interval and reliability table.

    Source: Pleiss et al. (2017), On fairness and calibration, NeurIPS; Dunn (1961), J. Am. Stat.
    Assoc. 56, 52-64.
    """
    settings = group_settings(asked, other)
    tally = scored.tally(settings.text("group"), scored.threshold)
    errors = _errors(scored, scored.scores, settings)
    if other is None:
        return worst_of_errors(tally, errors, settings)
    groups = _groups(tally, errors, settings)
    second = score_of(f"versus.{other.model}", other.score, scored.n)
    others = _groups(tally, _errors(scored, second, settings), settings)
    each = bonferroni_level(settings.level, 2)
    measured = bonferroni_difference(
        _worst(groups, settings, each), _worst(others, settings, each), settings.level
    )
    return Finding(CHECK, settings.values, measured, _detail(groups, settings))


def group_settings(asked: Parameters, other: Other | None = None) -> Settings:
    """The parameters, with their defaults."""
    return compared_settings(
        CHECK,
        asked,
        other,
        level=defaults.LEVEL,
        seed=defaults.SEED,
        bins=BINS,
        smallest=SMALLEST,
    )


def worst_of_errors(tally: Tally, errors: Errors, settings: Settings) -> Finding:
    """What the check finds of groups whose bins are known, by the same code."""
    groups = _groups(tally, errors, settings)
    measured = _worst(groups, settings, settings.level)
    return Finding(CHECK, settings.values, measured, _detail(groups, settings))


def _groups(tally: Tally, errors: Errors, settings: Settings) -> list[_Group]:
    found = []
    for code, name in enumerate(tally.names):
        rows, yes = int(tally.counts[code].sum()), int(tally.counts[code, 1].sum())
        left_out = None
        if not tally.stated[code]:
            left_out = "the group is not stated"
        elif rows < settings.whole("smallest"):
            left_out = f"too small: fewer than {settings.whole('smallest')} rows"
        error = errors(code) if left_out is None else None
        found.append(_Group(name, rows, yes, error, left_out))
    return found


def _errors(scored: Scored, score: Floats, settings: Settings) -> Errors:
    """The calibration error of a group by its place, by `score`."""
    grouped = scored.grouped(settings.text("group"))
    # In an order of the values alone: a bin's mean must not depend on how the rows came.
    order = np.lexsort((scored.yes, score, grouped.codes))
    starts = np.searchsorted(grouped.codes[order], np.arange(len(grouped.names) + 1))

    def error(code: int) -> CalibrationError | Undefined:
        rows = order[starts[code] : starts[code + 1]]
        return calibration_error(scored.yes[rows], score[rows], settings.whole("bins"))

    return error


def _worst(groups: Sequence[_Group], settings: Settings, level: float) -> Measured:
    counted = [group for group in groups if group.left_out is None]
    if len(counted) < 2:
        rows = sum(group.rows for group in groups)
        if not rows:
            return Undefined("no observations", n=0)
        why = "; ".join(f"{g.name}: {g.left_out}" for g in groups if g.left_out is not None)
        found = f"a comparison needs two groups, {len(counted)} can be counted"
        return Undefined(f"{found} ({why})" if why else found, n=rows)
    estimates = []
    for group in counted:
        alone = _error(group, settings, bonferroni_level(level, len(counted)))
        if isinstance(alone, Undefined):
            return Undefined(f"{group.name}: {alone.reason}", n=alone.n)
        estimates.append(alone)
    return Estimate(
        value=max(one.value for one in estimates),
        low=max(one.low for one in estimates),
        high=max(one.high for one in estimates),
        level=level,
        n=sum(one.n for one in estimates),
        unit="share",
        method=WORST.format(groups=len(counted), each=estimates[0].method),
    )


def _error(group: _Group, settings: Settings, level: float) -> Measured:
    if group.error is None:
        return Undefined(str(group.left_out), n=group.rows)
    return interval_of_error(group.error, level, seed=settings.whole("seed"), draws=defaults.DRAWS)


def _detail(groups: Sequence[_Group], settings: Settings) -> dict[str, Json]:
    counted = sum(group.left_out is None for group in groups)
    level = bonferroni_level(settings.level, max(1, counted))
    told = [_told(group, settings, level) for group in groups]
    errors = {str(one["group"]): one["error"] for one in told if one["error"] is not None}
    worst = max(sorted(errors), key=lambda name: float(str(errors[name])), default=None)
    return {"calibrated": [*told], "level_of_each": level, "worst": worst}


def _told(group: _Group, settings: Settings, level: float) -> dict[str, Json]:
    """A group as it is shown: the interval is one of those that hold together."""
    found: dict[str, Json] = {
        "group": group.name,
        "rows": group.rows,
        "yes": group.yes,
        "error": None,
        "low": None,
        "high": None,
        "left_out": group.left_out,
        "reliability": [],
    }
    if group.error is not None:
        measured = _error(group, settings, level)
        if isinstance(measured, Estimate):
            found |= {"error": measured.value, "low": measured.low, "high": measured.high}
            found["reliability"] = reliability_of(group.error)
    return found
