"""Measuring a model's scores, or a dataset: what the client reports and the server reproduces."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import numpy.typing as npt

from gonogo.checks.data import label_quality
from gonogo.checks.data.declared import Reference, train_test_overlap
from gonogo.checks.data.given import Given
from gonogo.checks.data.rule_violations import CHECK as RULES
from gonogo.checks.data.rules.document import Document
from gonogo.checks.data_table import GIVEN_DATA, NAMED_DATA
from gonogo.checks.findings import parameters as defaults
from gonogo.checks.findings.compared import Other
from gonogo.checks.findings.finding import Asked, Finding
from gonogo.checks.inputs.schema import Schema
from gonogo.checks.inputs.scored import Scored
from gonogo.checks.table import (
    DATA,
    MODEL,
    ON_REQUEST,
    OVERLAP,
    SEEDED,
    SEEDED_COMPARED,
    VALUE,
)
from gonogo.checks.value import CONSTANT, beside
from gonogo.core.areas import Area
from gonogo.core.catalogue import check_spec
from gonogo.core.errors import Invalid
from gonogo.core.evidence import Parameters

if TYPE_CHECKING:
    import pandas as pd


def measure_model(
    scored: Scored,
    *,
    checks: Sequence[Asked] | None = None,
    versus: Mapping[str, npt.ArrayLike] | None = None,
    level: float = defaults.LEVEL,
    seed: int = defaults.SEED,
) -> list[Finding]:
    """What `scored` shows by `checks`, in their order; without them by all there are for it.

    All there are: each performance check, each performance check against each model of `versus`
    (its address to its scores of the same rows), each fairness check for each group column and
    each intersection of two of them; but those of `table.ON_REQUEST` only by name. `level` and
    `seed` hold where a check is asked without its own.

    Raises `Invalid` for a check that is not read from scores, unknown or mistyped parameters, a
    group or a model to compare with that was not handed in.

    >>> rows = Scored([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])
    >>> [
    ...     found.measured.value
    ...     for found in measure_model(rows, checks=[Asked("performance.roc_auc")])
    ... ]
    [0.75]
    """
    others = {name: Other(name, score) for name, score in (versus or {}).items()}
    wanted = every_check(scored, tuple(others)) if checks is None else checks
    return [_measure_model(scored, asked, others, level, seed) for asked in wanted]


def every_check(
    scored: Scored,
    versus: Sequence[str] = (),
    *,
    named: Collection[str] = (),
    worth: Parameters | None = None,
) -> list[Asked]:
    """All that `measure_model` measures where it is not told what; or all of the checks `named`.

    What can be read of these rows only: names of other checks are left out. Value is among them
    where `worth` says the payoffs of the use case, and lift where it says the present process too.
    """
    wanted = [check for check in MODEL if (check in named if named else check not in ON_REQUEST)]
    stated = worth or {}
    if stated.get("present") not in {None, *CONSTANT, *beside(scored)}:
        # A column of today's decisions that these rows do not have: no lift can be read from them.
        stated = {name: said for name, said in stated.items() if name != "present"}
    valued = {check: _payoffs(check, stated) for check in wanted if check in VALUE}
    wanted = [check for check in wanted if valued.get(check, {}) is not None]
    by_group = [check for check in wanted if check_spec(check).area is Area.FAIRNESS]
    plain = [check for check in wanted if check not in by_group]
    return [
        *(Asked(check, valued.get(check) or {}) for check in plain),
        *(
            Asked(check, {**(valued.get(check) or {}), "versus": model})
            for model in versus
            for check in plain
        ),
        *(Asked(check, {"group": name}) for name in scored.every_group() for check in by_group),
    ]


def worth_of(check: str, worth: Parameters | None) -> Parameters:
    """What of the payoffs of a use case a check takes."""
    spec = check_spec(check)
    return {name: said for name, said in (worth or {}).items() if spec.parameter(name) is not None}


def _payoffs(check: str, worth: Parameters) -> Parameters | None:
    """What of `worth` the check takes, None where it needs more."""
    if any(one.required and one.name not in worth for one in check_spec(check).parameters):
        return None
    return worth_of(check, worth)


def measure_data(
    frame: "pd.DataFrame",
    schema: Schema,
    *,
    label: str | None = None,
    reference: Reference | None = None,
    checks: Sequence[Asked] | None = None,
    at: datetime | None = None,
    rules: Document | None = None,
) -> list[Finding]:
    """What the rows of `frame` show by `checks`, in their order; without them by the usual ones.

    The usual ones: schema, missing values, ranges, duplicates; the balance of `label` and the
    overlap with `reference` where they are given; and how `rules` are kept where there are any.
    `at` is the time of measuring. Raises `Invalid` for a check that is not read from rows, and for
    one that needs a label, a reference, a time or rules which were not given.
    """
    given = Given(reference, at, rules)
    if checks is None:
        checks = [
            *(Asked(check) for check in DATA if label is not None or check != CLASS_BALANCE),
            *([] if reference is None else [Asked(OVERLAP)]),
            *([] if rules is None else [Asked(RULES)]),
        ]
    return [_measure_data(frame, schema, asked, label, given) for asked in checks]


CLASS_BALANCE = "data.class_balance"


def _measure_model(
    scored: Scored, asked: Asked, others: Mapping[str, Other], level: float, seed: int
) -> Finding:
    if asked.check == label_quality.CHECK:
        return label_quality.of_scored(scored, {"level": level, "seed": seed, **asked.parameters})
    check = MODEL.get(check_spec(asked.check).name)
    if check is None:
        raise _not_here(asked.check, "scores", [*MODEL, label_quality.CHECK])
    other = None
    if "versus" in asked.parameters:
        model = str(asked.parameters["versus"])
        if model not in others:
            known = ", ".join(others) or "none was handed in"
            raise Invalid(field="with.versus", value=model, expected=f"one of: {known}")
        other = others[model]
    given: Parameters = {"level": level, **asked.parameters}
    if asked.check in (SEEDED if other is None else SEEDED | SEEDED_COMPARED):
        given = {"seed": seed, **given}
    return check(scored, given, other)


def _measure_data(
    frame: "pd.DataFrame",
    schema: Schema,
    asked: Asked,
    label: str | None,
    given: Given,
) -> Finding:
    spec = check_spec(asked.check)
    wanted = asked.parameters
    if label is not None and spec.parameter("label") is not None:
        wanted = {"label": label, **wanted}
    if spec.name == OVERLAP:
        if given.reference is None:
            raise Invalid(field="reference", expected="the dataset that is compared with")
        return train_test_overlap(frame, schema, wanted, given.reference)
    if spec.name in GIVEN_DATA:
        return GIVEN_DATA[spec.name](frame, schema, wanted, given)
    check = DATA.get(spec.name) or NAMED_DATA.get(spec.name)
    if check is None:
        raise _not_here(spec.name, "rows", [*DATA, *NAMED_DATA, *GIVEN_DATA, OVERLAP])
    return check(frame, schema, wanted)


def _not_here(check: str, read: str, known: Mapping[str, object] | Sequence[str]) -> Invalid:
    return Invalid(
        field="check", value=check, expected=f"one that is read from {read}: {', '.join(known)}"
    )
