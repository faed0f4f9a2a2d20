"""Evidence, from a client."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gonogo.checks.findings import provenance
from gonogo.checks.findings.finding import Finding
from gonogo.checks.security.scanners import LARGEST, every_severity, read_report
from gonogo.core.canonical import canonical
from gonogo.core.errors import Invalid, NotFound
from gonogo.core.evidence import measured_to_json
from gonogo.schemas import evidence as schemas
from gonogo.sdk.http import Http, part
from gonogo.sdk.shapes import shaped

New = schemas.NewEvidence | Mapping[str, Any]
"""One measurement, as a shape or as the JSON that travels."""


@dataclass(frozen=True, slots=True)
class EvidenceList:
    """All evidence, or that of one subject."""

    http: Http = field(repr=False)
    subject: str | None = None

    def about(self, subject: str | None) -> "EvidenceList":
        """The evidence of one subject; None: all there is."""
        return EvidenceList(self.http, subject)

    def record(self, evidence: Sequence[New]) -> schemas.Recorded:
        """Write up to 1,000 measurements, all or nothing; where they stand in the ledger."""
        asked = [
            shaped(schemas.NewEvidence, one, f"evidence.{number}")
            for number, one in enumerate(evidence)
        ]
        body = {"evidence": [_travelling(one, number) for number, one in enumerate(asked)]}
        return self.http.post("/evidence", schemas.Recorded, body)

    def import_report(
        self, report: Path | bytes, kind: str, *, subject: str, code: str | None = None
    ) -> schemas.Recorded:
        """Record what a scanner's report leaves open, by severity, as evidence about `subject`.

        `kind` is sarif, cyclonedx or pip-audit. Raises `Invalid` naming the field that is not as
        its format says, `NotFound` and `TooLarge` for the file; then nothing is recorded.
        """
        content = _content(report) if isinstance(report, Path) else report
        found = every_severity(read_report(content, kind))
        return self.record(of_findings(found, subject=subject, code=code))

    def all(self, *, check: str | None = None, current: bool = False) -> Iterator[schemas.Evidence]:
        """Evidence, newest first; `current` leaves out what newer evidence replaced."""
        return self.http.all(
            "/evidence",
            schemas.EvidencePage,
            subject=self.subject,
            check=check,
            current=str(current).lower(),
        )

    def read(self, entry: str | int) -> schemas.Evidence:
        """One piece of evidence, by the digest or position of its entry."""
        return self.http.get(f"/evidence/{part(str(entry))}", schemas.Evidence)


def of_findings(
    findings: Iterable[Finding],
    *,
    subject: str,
    data: str | None = None,
    code: str | None = None,
    environment: str | None = None,
) -> list[schemas.NewEvidence]:
    """What checks found here, as evidence about `subject`."""
    environment = environment or provenance.environment()
    return [
        shaped(
            schemas.NewEvidence,
            {
                "subject": subject,
                "check": finding.check,
                "with": dict(finding.parameters),
                "measured": measured_to_json(finding.measured),
                "detail": dict(finding.detail),
                "data": data,
                "code": code,
                "environment": environment,
            },
            f"findings.{number}",
        )
        for number, finding in enumerate(findings)
    ]


def _content(file: Path) -> bytes:
    """The bytes of a report, one more at most than a report may have."""
    try:
        with file.open("rb") as source:
            return source.read(LARGEST + 1)
    except OSError as error:
        raise NotFound(
            field="file", value=str(file), expected=f"a readable file ({error.strerror})"
        ) from error


def _travelling(one: schemas.NewEvidence, number: int) -> dict[str, Any]:
    try:
        canonical(one.detail)
    except Invalid as error:
        raise Invalid(
            field=f"evidence.{number}.detail", value=error.value, expected=error.expected
        ) from error
    # What was not said must not travel as null: null is an open end of an interval.
    return one.model_dump(mode="json", by_alias=True, exclude_unset=True)
