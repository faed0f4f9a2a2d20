"""What a git checkout on this machine shows of how its code is made; nothing in it is run."""

from pathlib import Path

from gonogo.checks.engineering.code_reports import line_coverage, lint_findings
from gonogo.checks.engineering.history import repository
from gonogo.checks.engineering.repository import COMMITS, defined_tests, reviewed_changes
from gonogo.checks.findings.finding import Finding
from gonogo.checks.security.scanners import LARGEST
from gonogo.core.errors import NotFound
from gonogo.schemas.evidence import Recorded
from gonogo.sdk.evidence import EvidenceList, of_findings

COVERAGE_FILES = ("coverage.xml", "lcov.info", "coverage/lcov.info")
"""Where a coverage report is looked for, where nobody says."""


def record_repository(
    evidence: EvidenceList,
    folder: Path,
    *,
    subject: str,
    coverage: Path | None = None,
    lint: Path | None = None,
    commits: int = COMMITS,
    level: float = 0.95,
) -> Recorded:
    """Record what `repository_findings` finds as evidence about `subject`; raises as it does.

    `record_repository(client.evidence, Path("."), subject="model:churn@3")`
    """
    found, code = repository_findings(
        folder, coverage=coverage, lint=lint, commits=commits, level=level
    )
    return evidence.record(of_findings(found, subject=subject, code=code))


def repository_findings(
    folder: Path,
    *,
    coverage: Path | None = None,
    lint: Path | None = None,
    commits: int = COMMITS,
    level: float = 0.95,
) -> tuple[list[Finding], str]:
    """What the repository around `folder` shows, and the version of its code: `git:1f0c2ab…`.

    Tests and changes are those of the commit that is checked out; reports are files. Without
    `coverage` it is looked for by its usual names; without `lint` nothing is said of that. Raises
    `NotFound`, `Invalid`, `Unavailable`.
    """
    found = repository(folder)
    findings = [
        defined_tests(found, {}),
        reviewed_changes(found, {"commits": commits, "level": level}),
    ]
    covered = coverage or next(filter(_is_file, (folder / name for name in COVERAGE_FILES)), None)
    if covered is not None:
        findings.append(line_coverage(_content(covered), {}))
    if lint is not None:
        findings.append(lint_findings(_content(lint), {}))
    return findings, found.code


def _is_file(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()


def _content(file: Path) -> bytes:
    """The bytes of a report, one more at most than a report may have."""
    try:
        with file.open("rb") as source:
            return source.read(LARGEST + 1)
    except OSError as error:
        raise NotFound(
            field="file", value=str(file), expected=f"a readable file ({error.strerror})"
        ) from error
