"""Measuring a model under test by checks of every kind: the one way the server and clients go."""

from collections.abc import Callable, Sequence

from gonogo.checks.data import label_quality
from gonogo.checks.experiments import learning
from gonogo.checks.explain.table import EXPLAIN
from gonogo.checks.fairness.mitigated import MITIGATED
from gonogo.checks.findings import parameters as defaults
from gonogo.checks.findings.finding import Asked, Finding
from gonogo.checks.measure import every_check, measure_model, worth_of
from gonogo.checks.measure_numbers import NUMBERS, RANKINGS, measure_numbers, measure_ranking
from gonogo.checks.operations.serving import LATENCY
from gonogo.checks.probes import PROBES, measure_probe
from gonogo.checks.stored_table import CARD, STORED
from gonogo.checks.table import MODEL, VALUE
from gonogo.checks.trained import TRAINED
from gonogo.checks.under_test import UnderTest
from gonogo.core.areas import Area
from gonogo.core.catalogue import check_spec
from gonogo.core.errors import Invalid
from gonogo.core.evidence import Parameters

VersionCheck = Callable[[UnderTest, Parameters], Finding]
"""Reads whatever it needs of a model under test."""

WHOLE: dict[str, VersionCheck] = {
    **STORED,
    **EXPLAIN,
    **TRAINED,
    **MITIGATED,
    learning.CHECK: learning.more_data,
}
"""Those that read the model, its files or its training rows, not only what it said of the rows."""
UNASKED = (LATENCY, CARD)
"""Those of `WHOLE` that are measured of a stored model without being asked for."""
SCORED = frozenset({*MODEL, label_quality.CHECK})
"""Those that are read from labels, scores and groups."""
OF_VERSION = frozenset({*SCORED, *NUMBERS, *RANKINGS, *PROBES, *WHOLE})
"""Every check that can be measured of a model version."""
TASKS = ("classification", "regression", "ranking")
"""What a model can be for."""


def measure_version(
    under: UnderTest,
    checks: Sequence[Asked] | None = None,
    *,
    task: str | None = None,
    level: float = defaults.LEVEL,
    seed: int = defaults.SEED,
) -> list[Finding]:
    """What `under` shows by `checks`, in their order; without them by all that need no asking.

    A check that is asked without parameters is measured in every way there is: alone, against each
    model to compare with, of each group column and each intersection of two. With parameters it is
    measured as asked. What a decision is worth is taken from `under.worth` where it is not asked
    otherwise. `task` is one of `TASKS`; without it, what all of `checks` are of.

    Raises `Invalid` for a check that is not about a model version, for parameters it does not take,
    and where what it reads is not there: a label, a group, stored files.
    """
    kind = task_of(task, checks or ())
    wanted = _usual(under, kind) if checks is None else _ways(under, checks)
    return [_measured(under, asked, level, seed) for asked in wanted]


def task_of(task: str | None, asked: Sequence[Asked]) -> str:
    """What the model is for: as said, else what all checks asked are of; raises `Invalid`.

    >>> task_of(None, [Asked("performance.mae")]), task_of(None, [])
    ('regression', 'classification')
    """
    if task is not None and task not in TASKS:
        raise Invalid(field="task", value=task, expected=f"one of: {', '.join(TASKS)}")
    names = {one.check for one in asked}
    kinds = {"regression": NUMBERS.keys(), "ranking": RANKINGS.keys()}
    found = next((kind for kind, known in kinds.items() if names and names <= known), TASKS[0])
    return task or found


def _usual(under: UnderTest, task: str) -> list[Asked]:
    """What is measured without being asked for."""
    of_files = [] if under.stored is None else [Asked(check) for check in UNASKED]
    if task != TASKS[0]:
        table = NUMBERS if task == "regression" else RANKINGS
        return [*(way for check in table for way in _compared(under, check)), *of_files]
    return [*every_check(under.scored, under.others, worth=under.worth), *of_files]


def _ways(under: UnderTest, checks: Sequence[Asked]) -> list[Asked]:
    """Each check in the ways it is measured in."""
    found: list[Asked] = []
    for asked in checks:
        name = check_spec(asked.check).name
        if name in NUMBERS or name in RANKINGS:
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


def _compared(under: UnderTest, check: str) -> list[Asked]:
    """The check alone, and against each model that is compared with."""
    return [Asked(check), *(Asked(check, {"versus": model}) for model in under.others)]


def _measured(under: UnderTest, asked: Asked, level: float, seed: int) -> Finding:
    spec = check_spec(asked.check)
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
