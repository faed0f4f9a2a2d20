"""Evidence before it is written: what a client says it measured, and whether that can be."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from gonogo.checks.findings import provenance
from gonogo.checks.findings.finding import Finding
from gonogo.core.canonical import Json
from gonogo.core.catalogue import check_spec, checked_parameters
from gonogo.core.errors import Invalid
from gonogo.core.evidence import measured_from_json, measured_to_json
from gonogo.core.subjects import Subject, SubjectKind

MOST = 1000
"""Drafts in one request."""

ESTIMATE = ("value", "low", "high", "level", "n")
"""What an estimate must say; an open end of its interval is said as null."""


@dataclass(frozen=True, slots=True)
class EvidenceDraft:
    """One measurement as it was handed in; actor, time and origin are the server's to say."""

    subject: str
    """Address of what was measured."""
    check: str
    """By which check of the catalogue."""
    measured: Mapping[str, Json]
    """An estimate with its interval, or why there is none, as it travels."""
    parameters: Mapping[str, Json] = field(default_factory=dict)
    """What the check was asked with."""
    detail: Mapping[str, Json] = field(default_factory=dict)
    """What the check saw besides."""
    data: str | None = None
    """The dataset version it was measured on."""
    code: str | None = None
    """Version of the code that measured."""
    environment: str | None = None
    """Environment that measured."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A draft that can be written as it stands."""

    subject: Subject
    data: Subject | None
    body: Mapping[str, Json]
    """What the ledger keeps of it."""


def of_finding(finding: Finding, *, subject: str, data: str | None = None) -> EvidenceDraft:
    """What a check found here on the server, as evidence about `subject`."""
    return EvidenceDraft(
        subject=subject,
        check=finding.check,
        measured=measured_to_json(finding.measured),
        parameters=finding.parameters,
        detail=finding.detail,
        data=data,
        code=provenance.ours(),
        environment=provenance.environment(),
    )


def check_batch(size: int) -> None:
    """Raise `Invalid` for no draft at all, or more than one request may bring."""
    if not 1 <= size <= MOST:
        raise Invalid(field="evidence", value=size, expected=f"1 to {MOST:,} pieces of evidence")


def checked(draft: EvidenceDraft, place: str, *, reproduced: bool) -> Checked:
    """`draft` as it will be written; raises `Invalid`, its field below `place`."""
    spec = check_spec(draft.check, f"{place}.check")
    parameters = checked_parameters(spec, dict(draft.parameters), f"{place}.with")
    return Checked(
        subject=_subject(draft.subject, f"{place}.subject"),
        data=None if draft.data is None else dataset_version(draft.data, f"{place}.data"),
        body={
            "v": 1,
            "check": draft.check,
            "with": parameters,
            "measured": checked_measured(draft.measured, f"{place}.measured"),
            "detail": dict(draft.detail),
            "data": draft.data,
            "code": draft.code,
            "environment": draft.environment,
            "reproduced": reproduced,
        },
    )


def checked_measured(found: Mapping[str, Json], place: str) -> Mapping[str, Json]:
    """`found` if it is a sound measurement; raises `Invalid`.

    >>> checked_measured({"undefined": "no observations", "n": 0}, "measured")
    {'undefined': 'no observations', 'n': 0}
    """
    if "undefined" not in found:
        for name in ESTIMATE:
            if name not in found:
                raise Invalid(field=f"{place}.{name}", expected="a number: nothing travels without")
    try:
        return measured_to_json(measured_from_json(found))
    except Invalid as error:
        field = place + error.field.removeprefix("measured")
        raise Invalid(field=field, value=error.value, expected=error.expected) from error


def dataset_version(text: str, place: str) -> Subject:
    """The dataset version written as `text`; raises `Invalid`."""
    subject = _subject(text, place)
    if subject.kind is not SubjectKind.DATASET or subject.version is None:
        raise Invalid(field=place, value=text, expected="a dataset version, dataset:name@version")
    return subject


def _subject(text: str, place: str) -> Subject:
    try:
        return Subject.parse(text)
    except Invalid as error:
        raise Invalid(field=place, value=error.value, expected=error.expected) from error
