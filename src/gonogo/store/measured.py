"""What the server measured itself, as evidence that waits to be written."""

from gonogo.checks.findings import provenance
from gonogo.checks.findings.finding import Finding
from gonogo.core.caller import Caller
from gonogo.core.evidence import Evidence
from gonogo.core.subjects import Subject
from gonogo.store.ledger import Draft
from gonogo.store.work import Work


def evidence_of(
    work: Work, subject: Subject, finding: Finding, *, caller: Caller | None = None
) -> Draft:
    """What was found about `subject`, by the code that runs here; by `caller`, else by the work's.

    It counts as reproduced: nobody handed it in.
    """
    evidence = Evidence(
        subject=subject,
        check=finding.check,
        measured=finding.measured,
        actor=str((caller or work.caller).actor),
        at=work.now,
        parameters=finding.parameters,
        detail=finding.detail,
        code=provenance.ours(),
        environment=provenance.environment(),
        reproduced=True,
    )
    return Draft("evidence", subject, evidence.body())
