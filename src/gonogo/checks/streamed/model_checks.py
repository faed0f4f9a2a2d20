"""What checks find of a scored table that passed: the same numbers as of one in memory."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from gonogo.checks.fairness.group_calibration import CHECK as GROUPS_CALIBRATED
from gonogo.checks.fairness.group_calibration import group_settings, worst_of_errors
from gonogo.checks.fairness.rates import ODDS, RATES, fairness_of_counts
from gonogo.checks.findings import parameters as defaults
from gonogo.checks.findings.compared import compared_settings
from gonogo.checks.findings.curves import reliability_of
from gonogo.checks.findings.finding import Asked, Finding
from gonogo.checks.findings.parameters import Settings
from gonogo.checks.inputs.scored import singles_and_pairs
from gonogo.checks.performance.cost import EXPECTED, cost_of_counts
from gonogo.checks.performance.decided import ALONE, decided_of_counts
from gonogo.checks.streamed.scores import ByGroup, ScoreSummary, Walked, walk
from gonogo.checks.table import FAIRNESS, ON_REQUEST, SEEDED
from gonogo.core.canonical import Json
from gonogo.core.catalogue import check_spec
from gonogo.core.errors import Invalid
from gonogo.core.evidence import Parameters
from gonogo.stats.auc import auc_of_sums
from gonogo.stats.calibration import CalibrationError, interval_of_error
from gonogo.stats.estimate import Measured, Undefined

AUC, LOG_LOSS, BRIER = "performance.roc_auc", "performance.log_loss", "performance.brier"
CALIBRATION = "performance.calibration_error"
ORDERED = (AUC, LOG_LOSS, BRIER, CALIBRATION, GROUPS_CALIBRATED)
"""The checks that read scores in order."""
COUNTED: Mapping[str, Callable[[str, ScoreSummary, Parameters], Finding]] = {
    **dict.fromkeys(ALONE, decided_of_counts),
    EXPECTED: cost_of_counts,
    **dict.fromkeys([*RATES, ODDS], fairness_of_counts),
}
"""The checks that read decisions alone."""
STREAMED = (*ORDERED, *COUNTED)
"""The checks that a scored table can be measured by while it passes."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is asked of a scored table, complete, before the first row passes."""

    checks: tuple[Asked, ...]
    groups: tuple[str, ...]
    threshold: float

    def summary(self) -> ScoreSummary:
        """An empty summary that counts all that is asked; each part of the rows takes one."""
        thresholds = [
            float(one.parameters["threshold"])
            for one in self.checks
            if "threshold" in one.parameters
        ]
        ranked = any(one.check in ORDERED for one in self.checks)
        return ScoreSummary(self.groups, self.threshold, thresholds=thresholds, ranked=ranked)

    def findings(self, rows: ScoreSummary) -> list[Finding]:
        """What the checks find of `rows`, in the order in which they are asked."""
        walked = self._walked(rows) if rows.order is not None else None
        return [_finding(one, rows, walked) for one in self.checks]

    def _walked(self, rows: ScoreSummary) -> Walked:
        names = {one.check for one in self.checks}
        bins = {
            _calibration_settings(one.parameters).whole("bins")
            for one in self.checks
            if one.check == CALIBRATION
        }
        if BRIER in names:
            bins.add(defaults.BINS)
        within = {_within(one) for one in self.checks if one.check == GROUPS_CALIBRATED}
        return walk(rows, bins, within, curve=AUC in names)


def plan(
    *,
    checks: Sequence[Asked] | None = None,
    groups: Sequence[str] = (),
    threshold: float = 0.5,
    level: float = defaults.LEVEL,
    seed: int = defaults.SEED,
) -> Plan:
    """What is to be measured by `checks`; without them by the usual ones, as `measure_model`.

    The usual ones are ROC AUC, log loss, Brier score and calibration error, and the fairness checks
    for each group column and each two of them; so is a fairness check that is asked without a
    group. Raises `Invalid` for a check that cannot be read
    while rows pass, and for one that compares with another model.
    """
    if checks is None:
        fair = [check for check in FAIRNESS if check not in ON_REQUEST]
        checks = [Asked(check) for check in (AUC, LOG_LOSS, BRIER, CALIBRATION)]
        checks += [
            Asked(check, {"group": group}) for group in singles_and_pairs(groups) for check in fair
        ]
    asked = tuple(_completed(way, level, seed) for one in checks for way in _of_groups(one, groups))
    return Plan(asked, tuple(groups), threshold)


def _of_groups(asked: Asked, groups: Sequence[str]) -> list[Asked]:
    """A check of groups that names none, of each of them; any other as it is."""
    if asked.check not in FAIRNESS or "group" in asked.parameters or not groups:
        return [asked]
    return [
        Asked(asked.check, {"group": group, **asked.parameters})
        for group in singles_and_pairs(groups)
    ]


def _completed(asked: Asked, level: float, seed: int) -> Asked:
    """The check with what holds where it is asked without its own."""
    check = check_spec(asked.check).name
    if check not in STREAMED:
        expected = f"one that is read while rows pass: {', '.join(STREAMED)}"
        raise Invalid(field="check", value=check, expected=expected)
    if "versus" in asked.parameters:
        raise Invalid(
            field="with.versus",
            value=asked.parameters["versus"],
            expected="no model to compare with: the rows pass with one score",
        )
    given: Parameters = {"level": level, **asked.parameters}
    return Asked(check, {"seed": seed, **given} if check in SEEDED else given)


def _finding(asked: Asked, rows: ScoreSummary, walked: Walked | None) -> Finding:
    if asked.check in COUNTED:
        return COUNTED[asked.check](asked.check, rows, asked.parameters)
    if walked is None:
        raise ValueError("scores were not read in order")
    if asked.check == GROUPS_CALIBRATED:
        return _groups_calibrated(asked, rows, walked)
    return MEASURES[asked.check](asked.parameters, rows, walked)


def _roc_auc(asked: Parameters, rows: ScoreSummary, walked: Walked) -> Finding:
    settings = compared_settings(AUC, asked, None, level=defaults.LEVEL)
    why = rows.rankable()
    measured: Measured = Undefined("no observations", n=0) if why is None else why
    if walked.sums is not None:
        measured = auc_of_sums(walked.sums, settings.level)
    curve = [] if walked.curve is None else walked.curve.found()
    return _told(AUC, settings, measured, rows, {"curve": curve})


def _log_loss(asked: Parameters, rows: ScoreSummary, walked: Walked) -> Finding:
    settings = compared_settings(LOG_LOSS, asked, None, level=defaults.LEVEL)
    measured: Measured = _without(rows)
    if walked.losses is not None:
        measured = walked.losses.log_loss(settings.level)
    return _told(LOG_LOSS, settings, measured, rows, {})


def _brier(asked: Parameters, rows: ScoreSummary, walked: Walked) -> Finding:
    settings = compared_settings(BRIER, asked, None, level=defaults.LEVEL)
    measured: Measured = _without(rows)
    if walked.losses is not None:
        measured = walked.losses.brier(settings.level)
    table = _table(walked.errors.get(defaults.BINS))
    return _told(BRIER, settings, measured, rows, {"reliability": table})


def _calibration(asked: Parameters, rows: ScoreSummary, walked: Walked) -> Finding:
    settings = _calibration_settings(asked)
    error = walked.errors.get(settings.whole("bins"))
    measured = interval_of_error(
        _without(rows) if error is None else error,
        settings.level,
        seed=settings.whole("seed"),
        draws=defaults.DRAWS,
    )
    return _told(CALIBRATION, settings, measured, rows, {"reliability": _table(error)})


MEASURES: Mapping[str, Callable[[Parameters, ScoreSummary, Walked], Finding]] = {
    AUC: _roc_auc,
    LOG_LOSS: _log_loss,
    BRIER: _brier,
    CALIBRATION: _calibration,
}
"""The checks of performance that read scores in order."""


def _groups_calibrated(asked: Asked, rows: ScoreSummary, walked: Walked) -> Finding:
    settings = group_settings(asked.parameters)
    errors = walked.by_group[_within(asked)]
    tally = rows.tally(settings.text("group"), rows.threshold)
    return worst_of_errors(tally, errors.__getitem__, settings)


def _calibration_settings(asked: Parameters) -> Settings:
    return compared_settings(
        CALIBRATION, asked, None, level=defaults.LEVEL, seed=defaults.SEED, bins=defaults.BINS
    )


def _within(asked: Asked) -> ByGroup:
    settings = group_settings(asked.parameters)
    return ByGroup(settings.text("group"), settings.whole("bins"), settings.whole("smallest"))


def _without(rows: ScoreSummary) -> Undefined:
    """Why there is no forecast to judge."""
    return rows.forecast() or Undefined("no observations", n=0)


def _table(found: CalibrationError | None) -> list[Json]:
    return [] if found is None else reliability_of(found)


def _told(
    check: str,
    settings: Settings,
    measured: Measured,
    rows: ScoreSummary,
    detail: Mapping[str, Json],
) -> Finding:
    counts: Json = {"n": rows.n, "yes": rows.yes, "no": rows.n - rows.yes}
    return Finding(check, settings.values, measured, {"counts": counts, **detail})
