"""What a gateway must know of a model version: worked out once, from sealed files and kept rows."""

import math
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from gonogo.checks.inputs.cells import without_codes
from gonogo.checks.inputs.schema import ColumnSpec, ColumnType, schema_from_json
from gonogo.checks.predictors.load import load_predictor
from gonogo.checks.tasked import answering
from gonogo.core.decisions import Outcome
from gonogo.core.errors import Conflict, Invalid, NotFound
from gonogo.core.gates import GateName
from gonogo.core.snapshot import Feature, Member, Probe, Served
from gonogo.core.subjects import Subject, SubjectKind
from gonogo.domain.datasets import reads as datasets
from gonogo.domain.datasets.rules import DatasetVersion
from gonogo.domain.evidence.rules import EvidenceDraft
from gonogo.domain.gates import reads as gates
from gonogo.domain.gates import tables as reviews
from gonogo.domain.models import sealing
from gonogo.domain.models import tables as models
from gonogo.domain.models.rules import ModelStage, Registration, Version
from gonogo.domain.releases import tables as releases
from gonogo.domain.releases.actions import Ready
from gonogo.domain.releases.route_settings import settings_of
from gonogo.flows.uncertainty import Given, given, with_uncertainty
from gonogo.store.files import Files
from gonogo.store.work import Work

if TYPE_CHECKING:
    import pandas as pd

PROBED = 5
"""Rows whose scores are recorded, for a gateway to answer before it takes traffic."""
TYPES = {
    ColumnType.INTEGER: "integer",
    ColumnType.NUMBER: "number",
    ColumnType.BOOLEAN: "boolean",
    ColumnType.CATEGORY: "text",
    ColumnType.TEXT: "text",
    ColumnType.TIME: "text",
}


@dataclass(frozen=True, slots=True)
class ToServe:
    """A version that may be released, and the rows that tell its schema."""

    version: Version
    decision: str
    """Digest of the decision that its production gate is go."""
    data: DatasetVersion | None
    learning: Given
    """The rows that calibration and coverage are worked out from."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A version made ready, and the evidence for what its answers come with."""

    ready: Ready
    drafts: Sequence[EvidenceDraft]


def needed(work: Work, case: str, subject: Subject, calibration: str | None = None) -> ToServe:
    """What is released; raises `Conflict` saying what is missing for it, `NotFound`.

    `calibration`: the dataset version to calibrate by; else one is looked for.
    """
    if subject.kind is not SubjectKind.MODEL or subject.version is None:
        raise Invalid(field="version", value=str(subject), expected="a version, NAME@NUMBER")
    version = models.get(work, subject.name, subject.version)
    if version.registration.case != case:
        raise Conflict(
            field="version",
            value=str(subject),
            expected=f"a version for the use case {case}, not {version.registration.case}",
        )
    decision = _gate_is_go(work, version)
    named = version.registration.evaluation or version.registration.data
    data = datasets.named(work, named, field="version")
    live = releases.live_of(work, version.registration.case)
    stated = settings_of({} if live is None else live.settings).coverage
    learning = given(work, version.registration, calibration, stated)
    return ToServe(version, decision, data, learning)


def ready(files: Files, found: ToServe) -> Prepared:
    """The version with features, probe, threshold and what its answers come with.

    Slow, so outside of any Work.
    """
    said = found.version.registration
    schema: Sequence[ColumnSpec] = ()
    rows = None
    if found.data is not None:
        schema = schema_from_json(list(found.data.about.columns))
        rows = without_codes(datasets.frame(files, found.data), schema)
    with tempfile.TemporaryDirectory() as folder:
        sealing.unpack(files, said, Path(folder))
        predictor = load_predictor(Path(folder))
        probe = None if rows is None else _probe(predictor, rows)
        served = Served(
            model=said.model,
            number=said.number,
            folder=f"gateway/models/{said.digest}",
            digest=said.digest,
            features=_features(predictor.names, schema),
            code=said.code,
            probe=probe,
            words=dict(_words(said.card)),
            background=() if probe is None else probe.rows,
            members=_members(said),
        )
        model = answering(predictor, said.task)
        served, drafts = with_uncertainty(files, served, said, found.learning, model)
    return Prepared(Ready(found.version.subject, found.decision, served, said.threshold), drafts)


def lay_out(files: Files, version: Version, folder: Path) -> Path:
    """The sealed files of a version below `folder`, where a gateway opens them; all or none.

    Raises `Broken` where a file changed after it was sealed.
    """
    said = version.registration
    target = folder / "models" / said.digest
    if target.is_dir():
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    passing = Path(tempfile.mkdtemp(prefix=".incoming-", dir=target.parent))
    try:
        sealing.unpack(files, said, passing)
        passing.chmod(0o755)
        passing.rename(target)
    except BaseException:
        shutil.rmtree(passing, ignore_errors=True)
        if not target.is_dir():
            raise
    return target


def _gate_is_go(work: Work, version: Version) -> str:
    """The decision that let the version through; raises `Conflict` with what is missing."""
    subject = version.subject
    if version.stage is ModelStage.RETIRED:
        raise Conflict(field="version", value=str(subject), expected="one that is not retired")
    last = reviews.last_decision(work, subject, GateName.PRODUCTION)
    if last is None:
        raise Conflict(
            field="version",
            value=str(subject),
            expected="its production gate decided go; it was not decided yet: "
            f"gonogo gate review {subject} production",
        )
    body: Mapping[str, Any] = msgspec.json.decode(work.ledger.entry(last).body)
    if body["outcome"] != Outcome.GO:
        missing = "; ".join(body.get("missing", ())) or str(body.get("verdict", "no-go"))
        raise Conflict(
            field="version",
            value=str(subject),
            expected=f"its production gate decided go; it was decided no-go ({missing})",
        )
    _waivers_hold(work, subject, str(body["review"]))
    return last


def _waivers_hold(work: Work, subject: Subject, review: str) -> None:
    """Raise `Conflict` where a waiver that the decision rested on has ended since."""
    found = gates.look(work, reviews.get(work, review), None)
    used = {row.waiver for row in found.poll.rows if row.waiver is not None}
    over = [one for one in found.waivers if one.entry in used and not one.holds(work.now)]
    if over:
        raise Conflict(
            field="version",
            value=str(subject),
            expected="a gate whose waivers hold; "
            + "; ".join(f"the one of {one.condition} ended {one.expires}" for one in over),
        )


def _features(names: Sequence[str], schema: Sequence[ColumnSpec]) -> tuple[Feature, ...]:
    known = {column.name: column for column in schema}
    return tuple(_feature(name, known.get(name)) for name in names)


def _feature(name: str, column: ColumnSpec | None) -> Feature:
    if column is None:
        return Feature(name=name, type="number", required=False)
    return Feature(
        name=name,
        type=TYPES[column.type],
        required=not column.nullable and not column.missing_codes,
        low=column.minimum,
        high=column.maximum,
        categories=column.categories or None,
    )


def _members(said: Registration) -> tuple[Member, ...]:
    made = said.composition
    parts = () if made is None else made.members
    return tuple(Member(one.version.removeprefix("model:"), one.weight) for one in parts)


def _probe(predictor: Any, rows: "pd.DataFrame") -> Probe | None:
    """The first rows that the model takes, with their scores."""
    try:
        first = rows[list(predictor.names)].dropna().head(PROBED)
    except KeyError as error:
        raise NotFound(
            field="data", value=str(error), expected="every column that the model reads"
        ) from error
    if not len(first):
        return None
    scores = predictor.predict_score(first)
    return Probe(
        rows=tuple(
            {str(name): _plain(value) for name, value in row.items()}
            for row in first.to_dict(orient="records")
        ),
        scores=tuple(float(score) for score in scores),
    )


def _plain(value: Any) -> Any:
    """A cell as JSON has it."""
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value if isinstance(value, str | int | float | bool) or value is None else str(value)


def _words(card: Mapping[str, Any]) -> Mapping[str, Any]:
    """Reasons in plain words, as the model card declares them."""
    found = card.get("reasons", {})
    return found if isinstance(found, Mapping) else {}
