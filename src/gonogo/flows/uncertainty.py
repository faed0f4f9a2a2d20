"""What answers of a released version come with: worked out from rows it was not trained on."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from gonogo.checks.findings.finding import Finding
from gonogo.checks.findings.parameters import SEED
from gonogo.checks.inputs.cells import without_codes
from gonogo.checks.inputs.schema import Role, columns_of, schema_from_json
from gonogo.checks.performance import as_served as checks
from gonogo.checks.performance.as_served import Learned, Rows
from gonogo.checks.under_test import Model, UnderTest
from gonogo.core.canonical import Json
from gonogo.core.errors import Invalid
from gonogo.core.snapshot import Conformal, Served
from gonogo.core.tasks import TaskKind
from gonogo.domain.datasets import reads as datasets
from gonogo.domain.datasets.rules import DatasetVersion
from gonogo.domain.evidence.rules import EvidenceDraft, of_finding
from gonogo.domain.models import rules
from gonogo.domain.models.rules import Registration
from gonogo.stats.conformal import Threshold
from gonogo.stats.estimate import Undefined
from gonogo.store.files import Files
from gonogo.store.work import Work

if TYPE_CHECKING:
    import pandas as pd

MOST = 100_000
"""Rows that are read of a dataset version: more would make no difference that anybody sees."""
ULPS = 1e-9
"""What a gateway's arithmetic may differ from ours: sets may be wider by it, never narrower."""
NO_TEST = "the version names no data to measure on that it was not trained on"


@dataclass(frozen=True, slots=True)
class Given:
    """Which rows may be learned from."""

    evaluation: DatasetVersion | None
    """What the version's evidence is measured on."""
    held_out: DatasetVersion | None
    """Neither that nor what it was trained on; None: there is none."""
    stated: float = checks.STATED
    """How often sets and intervals are to hold the truth, as the route's settings say."""


def given(
    work: Work, said: Registration, asked: str | None, stated: float = checks.STATED
) -> Given:
    """The rows to learn from: those `asked` for, else another part of what the test was made from.

    Raises `NotFound`, and `Invalid` for rows that are no others.
    """
    evaluation = datasets.named(work, said.evaluation, field="version")
    if asked is not None:
        rules.check_held_out(said, asked)
        return Given(evaluation, datasets.need(work, asked, "calibration"), stated)
    other = None if evaluation is None else _sibling(work, said, evaluation)
    return Given(evaluation, other, stated)


def with_uncertainty(
    files: Files, served: Served, said: Registration, found: Given, model: Model
) -> tuple[Served, list[EvidenceDraft]]:
    """`served` with what its answers come with, and the evidence for it; slow."""
    kind = said.task.kind
    try:
        learned, rows, detail = _learned(files, said, found, model)
    except Invalid as error:
        learned, rows, detail = _nothing(kind, str(error))
    findings = _findings(learned, rows, detail, found.stated)
    data = None if found.evaluation is None else str(found.evaluation.subject)
    drafts = [of_finding(one, subject=str(said.subject), data=data) for one in findings]
    threshold = learned.threshold
    conformal = None
    if isinstance(threshold, Threshold):
        conformal = Conformal(
            level=threshold.level,
            quantile=threshold.quantile + ULPS,
            n=threshold.n,
            interval=kind is TaskKind.REGRESSION,
        )
    carrying = msgspec.structs.replace(served, calibration=learned.pairs, conformal=conformal)
    return carrying, drafts


def _learned(
    files: Files, said: Registration, found: Given, model: Model
) -> tuple[Learned, Rows, dict[str, Json]]:
    """What was learned, rows to measure it on, and what is told of where it was learned."""
    kind = said.task.kind
    if found.evaluation is None:
        return _nothing(kind, NO_TEST)
    own = _rows(files, said, found.evaluation, model)
    if found.held_out is None:
        learned, rest = checks.thirds(kind, own, found.stated, SEED)
        return learned, rest, checks.of_thirds(own)
    apart = _rows(files, said, found.held_out, model)
    learned = checks.learned(kind, apart, found.stated, SEED)
    told: dict[str, Json] = {
        "learned_from": str(found.held_out.subject),
        "rows": int(apart.score.size),
    }
    return learned, own, told


def _nothing(kind: TaskKind, why: str) -> tuple[Learned, Rows, dict[str, Json]]:
    reason = Undefined(why, n=0)
    return Learned(kind, reason, reason), Rows(np.zeros(0), np.zeros(0)), {}


def _findings(
    learned: Learned, rows: Rows, detail: dict[str, Json], stated: float
) -> Sequence[Finding]:
    asked = {} if stated == checks.STATED else {"coverage": stated}
    return (
        checks.calibration_of(learned, rows, checks.calibration_settings({}), detail),
        checks.coverage_of(learned, rows, checks.coverage_settings(asked), detail),
    )


def _rows(files: Files, said: Registration, data: DatasetVersion, model: Model) -> Rows:
    schema = schema_from_json(list(data.about.columns))
    labels = columns_of(schema, Role.LABEL)
    frame = _some(without_codes(datasets.frame(files, data), schema))
    under = UnderTest(
        load=lambda: model,
        rows=frame,
        label=labels[0] if len(labels) == 1 else None,
        schema=schema,
        threshold=said.threshold,
        task=said.task,
    )
    return checks.rows_of(under)


def _some(frame: "pd.DataFrame") -> "pd.DataFrame":
    return frame.sample(MOST, random_state=SEED) if len(frame) > MOST else frame


def _sibling(work: Work, said: Registration, evaluation: DatasetVersion) -> DatasetVersion | None:
    """Another part of what training or test rows were made from; the newest that fits."""
    known = [evaluation, *datasets.found(work, sorted(said.seen)).values()]
    parents = dict.fromkeys(parent for one in known for parent in one.about.parents)
    for parent in parents:
        for one in datasets.made_from(work, parent):
            if _is_apart(one, known) and _is_alike(one, evaluation):
                return one
    return None


def _is_apart(one: DatasetVersion, known: Sequence[DatasetVersion]) -> bool:
    """Whether it is none of these rows, nor made from them, nor they from it."""
    return all(
        one.content.digest != other.content.digest
        and str(one.subject) not in other.about.parents
        and str(other.subject) not in one.about.parents
        for other in known
    )


def _is_alike(one: DatasetVersion, other: DatasetVersion) -> bool:
    columns = {str(column["name"]) for column in other.about.columns}
    own = {str(column["name"]) for column in one.about.columns}
    return one.about.label == other.about.label and columns <= own
