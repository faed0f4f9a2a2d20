"""Measuring a model under test by checks of every kind: the one way the server and clients go."""

from collections.abc import Callable, Collection, Sequence

from gonogo.checks.data import label_quality
from gonogo.checks.engineering import reproducibility
from gonogo.checks.engineering.trained_again import trained_again
from gonogo.checks.experiments import learning
from gonogo.checks.explain.table import EXPLAIN
from gonogo.checks.fairness.mitigated import MITIGATED
from gonogo.checks.findings import parameters as defaults
from gonogo.checks.findings.finding import Asked, Finding
from gonogo.checks.measure import every_check, measure_model, worth_of
from gonogo.checks.measure_forecasts import (
    CLASSES,
    FORECASTS,
    measure_classes,
    measure_forecasts,
)
from gonogo.checks.measure_numbers import NUMBERS, RANKINGS, measure_numbers, measure_ranking
from gonogo.checks.operations.serving import LATENCY
from gonogo.checks.performance import as_served
from gonogo.checks.performance.forecasts import K
from gonogo.checks.probes import PROBES, measure_probe
from gonogo.checks.stored_table import CARD, STORED
from gonogo.checks.table import MODEL, VALUE
from gonogo.checks.tasked import classed, forecasted, forecasts, scores_of_classes
from gonogo.checks.trained import TRAINED
from gonogo.checks.under_test import UnderTest
from gonogo.core.areas import Area
from gonogo.core.catalogue import check_spec
from gonogo.core.errors import Invalid
from gonogo.core.evidence import Parameters
from gonogo.core.tasks import TaskKind

VersionCheck = Callable[[UnderTest, Parameters], Finding]
"""Reads whatever it needs of a model under test."""

Tell = Callable[[int, int, str], None]
"""Told how many checks of how many are done, and which comes next."""

WHOLE: dict[str, VersionCheck] = {
    **STORED,
    **EXPLAIN,
    **TRAINED,
    **MITIGATED,
    learning.CHECK: learning.more_data,
    reproducibility.CHECK: trained_again,
    **as_served.VERSION_CHECKS,
}
"""Those that read the model, its files or its training rows, not only what it said of the rows."""
UNASKED = (LATENCY, CARD)
"""Those of `WHOLE` that are measured of a stored model without being asked for."""
SCORED = frozenset({*MODEL, label_quality.CHECK})
"""Those that are read from labels, scores and groups."""
OF_TASK: dict[TaskKind, Collection[str]] = {
    TaskKind.CLASSIFICATION: SCORED,
    TaskKind.CLASSES: CLASSES,
    TaskKind.REGRESSION: NUMBERS,
    TaskKind.RANKING: RANKINGS,
    TaskKind.FORECAST: FORECASTS,
}
"""Those that are read from truths and from what the model says of them, by what it is for."""
READ = frozenset(name for names in OF_TASK.values() for name in names)
OF_VERSION = frozenset({*READ, *PROBES, *WHOLE})
"""Every check that can be measured of a model version."""


def measure_version(
    under: UnderTest,
    checks: Sequence[Asked] | None = None,
    *,
    level: float = defaults.LEVEL,
    seed: int = defaults.SEED,
    tell: Tell | None = None,
) -> list[Finding]:
    """What `under` shows by `checks`, in their order; without them by all that need no asking.

    A check that is asked without parameters is measured in every way there is: alone, against each
    model to compare with, of each group column and each intersection of two. With parameters it is
    measured as asked. What a decision is worth is taken from `under.worth` where it is not asked
    otherwise. What is read from truths and answers is that of the task of `under`.

    `tell` is told how many of how many are done, and which comes next.

    Raises `Invalid` for a check that is not about a model version or not of its task, for
    parameters it does not take, and where what it reads is not there: a label, a group, a column
    that the task names, stored files.
    """
    wanted = _usual(under) if checks is None else _ways(under, checks)
    found = []
    for done, asked in enumerate(wanted):
        if tell is not None:
            tell(done, len(wanted), asked.check)
        found.append(_measured(under, asked, level, seed))
    return found


def kind_asked(asked: Sequence[Asked]) -> TaskKind:
    """What a model is for of which nothing is declared: what all checks asked are of.

    >>> kind_asked([Asked("performance.mae")]).value, kind_asked([]).value
    ('regression', 'classification')
    """
    names = {one.check for one in asked}
    kinds = (TaskKind.REGRESSION, TaskKind.RANKING, TaskKind.FORECAST, TaskKind.CLASSES)
    fit = (kind for kind in kinds if names and names <= set(OF_TASK[kind]))
    return next(fit, TaskKind.CLASSIFICATION)


def _usual(under: UnderTest) -> list[Asked]:
    """What is measured without being asked for."""
    of_files = [] if under.stored is None else [Asked(check) for check in UNASKED]
    kind = under.task.kind
    if kind is not TaskKind.CLASSIFICATION:
        return [*(way for check in OF_TASK[kind] for way in _compared(under, check)), *of_files]
    return [*every_check(under.scored, under.others, worth=under.worth), *of_files]


def _ways(under: UnderTest, checks: Sequence[Asked]) -> list[Asked]:
    """Each check in the ways it is measured in."""
    found: list[Asked] = []
    for asked in checks:
        name = check_spec(asked.check).name
        _check_task(under, name)
        if name in READ and name not in SCORED:
            found += [asked] if asked.parameters else _compared(under, name)
        elif name in MODEL and not asked.parameters:
            every = every_check(under.scored, under.others, named=[name], worth=under.worth)
            found += every or [asked]
        elif name in MITIGATED and not asked.parameters and under.groups:
            found += [Asked(name, {"group": group}) for group in under.groups]
        elif name in VALUE:
            found.append(Asked(name, {**worth_of(name, under.worth), **asked.parameters}))
        else:
            found.append(asked)
    return found


def _check_task(under: UnderTest, check: str) -> None:
    """Raise `Invalid` for a check that reads other answers than a model of this task gives."""
    kind = under.task.kind
    if kind is TaskKind.CLASSIFICATION or check not in READ or check in OF_TASK[kind]:
        return
    raise Invalid(
        field="check",
        value=check,
        expected=f"one that is read for the task {kind}: {', '.join(OF_TASK[kind])}",
    )


def _compared(under: UnderTest, check: str) -> list[Asked]:
    """The check alone, and against each model that is compared with."""
    return [Asked(check), *(Asked(check, {"versus": model}) for model in under.others)]


def _measured(under: UnderTest, asked: Asked, level: float, seed: int) -> Finding:
    spec = check_spec(asked.check)
    if spec.name in CLASSES or (spec.name in FORECASTS and _in_time(under, spec.name)):
        return _in_full(under, asked, level)
    versus = under.versus if "versus" in asked.parameters else {}
    if spec.name in SCORED:
        return measure_model(under.scored, checks=[asked], versus=versus, level=level, seed=seed)[0]
    if spec.name in NUMBERS:
        numbers = under.predicted
        return measure_numbers(numbers, checks=[asked], versus=versus, level=level, seed=seed)[0]
    if spec.name in RANKINGS:
        ranked = under.ranked
        return measure_ranking(ranked, checks=[asked], versus=versus, level=level, seed=seed)[0]
    if spec.name in PROBES:
        return measure_probe(under.probe, [asked], level=level, seed=seed)[0]
    if spec.name not in WHOLE:
        near = [name for name in sorted(OF_VERSION) if check_spec(name).area is spec.area]
        known = ", ".join(near) or f"of the areas: {', '.join(Area)}"
        raise Invalid(field="check", value=spec.name, expected=f"one about a model: {known}")
    usual: Parameters = {"level": level, "seed": seed}
    given = {name: said for name, said in usual.items() if spec.parameter(name) is not None}
    return WHOLE[spec.name](under, {**given, **asked.parameters})


def _in_time(under: UnderTest, check: str) -> bool:
    """Whether errors that follow one another are meant; those of numbers are of forecasts too."""
    return under.task.kind is TaskKind.FORECAST or check not in NUMBERS


def _in_full(under: UnderTest, asked: Asked, level: float) -> Finding:
    """Of all that the model says of a row: quantiles of a forecast, or scores of classes."""
    compared = "versus" in asked.parameters
    if asked.check in FORECASTS:
        rows = forecasted(under)
        said = forecasts(under) if compared else {}
        return measure_forecasts(rows, checks=[asked], versus=said, level=level)[0]
    classes = classed(under)
    others = scores_of_classes(under) if compared else {}
    given = {"k": min(K, len(classes.classes)), **asked.parameters}
    wanted = [Asked(asked.check, given)]
    return measure_classes(classes, checks=wanted, versus=others, level=level)[0]
